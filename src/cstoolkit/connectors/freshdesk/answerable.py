"""Which conditions a ticket read from Freshdesk can answer. A question that it cannot is refused, never "no"."""

from ...errors import RejectedError
from ...model.conditions import AllOf, AnyOf, Condition, NoneOf, Test
from . import wire

UNTOLD = frozenset({
    "language", "form", "fired", "text", "reopens", "replies", "requester_replies", "assignee_stations",
    "group_stations", "incidents", "assigned_at", "status_changed_at", "requester_replied_at",
    "agent_replied_at", "sla_due_at", "first_reply_due_at", "resolution_due_at", "sla_breached",
    "problem", "problem.status", "hours", "requester.tags",
})  # fmt: skip
"""Fields that follow from a ticket's history, comments or calendar, none of which its JSON has."""

OF_CONTACTS = "requester.custom."
"""A list of tickets shows a requester's name and address, and no more of him."""

NEVER_CLOSED = frozenset({"new", "open", "pending", "hold", "solved"})


def check_answerable(condition: Condition | None) -> None:
    """Raises RejectedError that names the fields."""
    asked = _fields(condition) if condition is not None else frozenset()
    untold = sorted(one for one in asked if one in UNTOLD or one.startswith(OF_CONTACTS))
    if untold:
        raise RejectedError(
            f"Freshdesk's tickets do not tell: {', '.join(untold)}",
            vendor=wire.VENDOR,
            hint="sync the account into a store and ask there",
        )


def asks_of_requesters(condition: Condition | None) -> bool:
    """Whether more than a requester's id is asked for: tickets of the archive show no more than that."""
    return condition is not None and any(one.startswith("requester") for one in _fields(condition))


def may_hold_for_closed(condition: Condition | None) -> bool:
    """False only if no closed ticket can meet it: then the archive, where all are closed, needs no reading."""
    match condition:
        case Test("status", "is" | "in", value):
            asked = value if isinstance(value, tuple) else (value,)
            return not NEVER_CLOSED.issuperset(map(str, asked))
        case AllOf(of):
            return all(may_hold_for_closed(part) for part in of)
        case AnyOf(of):
            return any(may_hold_for_closed(part) for part in of)
    return True


def _fields(condition: Condition) -> frozenset[str]:
    match condition:
        case Test(field):
            return frozenset({field})
        case AllOf(of) | AnyOf(of) | NoneOf(of):
            return frozenset().union(*(_fields(part) for part in of))
