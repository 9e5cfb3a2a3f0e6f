"""What can be said of an embedded helpdesk."""

from ...timekeeping import Clock
from ..examination import Examination, Point
from .helpdesk import LocalHelpdesk


def examine(desk: LocalHelpdesk, clock: Clock) -> Examination:  # noqa: ARG001 - the shape of all connectors
    """Look at a file: what is in it, and how good its history is."""
    there = sorted(desk.capabilities.streams)
    return Examination(
        who=None,
        role=None,
        points=(Point("data", "ok" if there else "limited", ", ".join(there) or "the file is empty"),),
        history={"events": desk.capabilities.history},
    )
