"""Seeded helpdesks of any size, and the truth about what is planted in them. See docs/demo.md."""

from .fields import TicketField
from .helpdesk import DemoHelpdesk, TicketFile, make_helpdesk
from .planted import KINDS, Case, Kind, Planted

__all__ = [
    "KINDS",
    "Case",
    "DemoHelpdesk",
    "Kind",
    "Planted",
    "TicketField",
    "TicketFile",
    "make_helpdesk",
]
