"""Which conditions a ticket read from Zendesk can answer. A question that it cannot is refused, never "no"."""

from ...errors import RejectedError
from ...model.conditions import AllOf, AnyOf, Condition, NoneOf, Test
from . import wire

UNTOLD = frozenset({
    "language", "fired", "text", "reopens", "replies", "requester_replies", "assignee_stations",
    "group_stations", "incidents", "assigned_at", "status_changed_at", "requester_replied_at",
    "agent_replied_at", "sla_due_at", "first_reply_due_at", "resolution_due_at", "sla_breached",
    "problem.status", "hours",
})  # fmt: skip
"""Fields that follow from a ticket's history, comments, promises or calendar, none of which its JSON has."""


def check_answerable(condition: Condition | None) -> None:
    """Raises RejectedError that names the fields."""
    untold = sorted(_fields(condition) & UNTOLD) if condition is not None else []
    if untold:
        raise RejectedError(
            f"Zendesk's tickets do not tell: {', '.join(untold)}",
            vendor=wire.VENDOR,
            hint="sync the account into a store and ask there",
        )


def _fields(condition: Condition) -> frozenset[str]:
    match condition:
        case Test(field):
            return frozenset({field})
        case AllOf(of) | AnyOf(of) | NoneOf(of):
            return frozenset().union(*(_fields(part) for part in of))
