"""A change of status and what it pulls along."""

from ..http import Record
from .sla_targets import CLOSED, DONE, PENDING, pause
from .ticket_form import Form
from .visit import Desk


def set_status(desk: Desk, form: Form, ticket: Record, status: int, *, new: bool = False) -> None:
    """A status, and what it stamps: closing also resolves, and leaving a final one reopens."""
    before = None if new else ticket["status"]
    if status == before:
        return
    stats, now = ticket["stats"], desk.stamp
    ticket["status"] = status
    stats["status_updated_at"] = now
    stats["pending_since"] = now if status == PENDING else None
    if status in DONE:
        stats["resolved_at"] = stats["resolved_at"] or now
        stats["closed_at"] = now if status == CLOSED else None
    elif before in DONE:
        stats |= {"reopened_at": now, "resolved_at": None, "closed_at": None}
    choice = form.statuses.get(status, {})
    pause(desk, ticket, stops=status in DONE or bool(choice.get("stop_sla_timer")))
