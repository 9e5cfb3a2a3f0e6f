"""Instants: whole calendar hours since, in hourly rules. The field must be one that Freshdesk counts from."""

from collections.abc import Mapping

from ....model.conditions import Span, Test
from ....model.normal_form import Every, Formula, Some
from .atoms import Cond, ticket
from .scope import Scope
from .unsayable import Unsayable

SINCE: Mapping[str, str] = {
    "created_at": "hours_since_created",
    "requester_replied_at": "requester_responded_at",
    "agent_replied_at": "agent_responded_at",
}
STATUS_CLOCKS: Mapping[str | int, str] = {3: "pending_since", 4: "resolved_at", 5: "closed_at"}
"""Of the statuses that Freshdesk brings along; what others stamp is not documented."""
INSTANTS = (*SINCE, "status_changed_at")
MINUTES = {"m": 1, "h": 60, "d": 24 * 60}


def instant(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    if scope.place != "automation":
        raise Unsayable("only an hourly rule knows how long ago something was", "use an automation")
    if test.op not in {"older_than", "newer_than"} or not isinstance(test.value, Span):
        raise Unsayable(f'Freshdesk has no "{test.op}": it counts hours until now', "write older_than: 3h")
    older = (test.op == "older_than") == holds
    op, number = "greater_than" if older else "less_than", hours_of(test.value)
    if test.field == "status_changed_at":
        return _status_clock(scope, op, number, holds=holds)
    if not holds and test.field != "created_at":
        raise Unsayable(f'Freshdesk cannot ask whether there is no "{test.field}"', "turn the test round")
    return ticket(SINCE[test.field], op, number)


def hours_of(span: Span) -> int:
    """Whole hours. Raises Unsayable for others, and for opening hours."""
    if span.calendar is not None:
        raise Unsayable("Freshdesk counts calendar hours only", "leave `business` out")
    minutes = span.amount * MINUTES[span.unit]
    if minutes % 60 or minutes < 60:
        raise Unsayable(
            "Freshdesk counts whole hours", f"write {max(1, round(minutes / 60))}h: rules look once an hour"
        )
    return minutes // 60


def clock_of(status: str | int) -> str:
    """What counts the hours in a status. Raises Unsayable."""
    clock = STATUS_CLOCKS.get(status)
    if clock is None:
        shown = {2: "Open", 6: "Waiting on Customer", 7: "Waiting on Third Party"}.get(int(status)) if isinstance(
            status, int
        ) else None  # fmt: skip
        raise Unsayable(
            f'since when a ticket is "{shown or status}" is nothing that a rule of Freshdesk can ask',
            'test the status by its own name beside it: status: "Pending", "Resolved" or "Closed"',
        )
    return clock


def _status_clock(scope: Scope, op: str, number: int, *, holds: bool) -> Formula[Cond]:
    if not scope.pinned:
        raise Unsayable(
            "each status of Freshdesk has its own clock", 'test the status beside it: status: "Pending"'
        )
    if not holds:
        raise Unsayable("Freshdesk cannot ask whether a ticket never had the status", "turn the test round")
    parts = tuple(
        Every((ticket("status", "in", status), ticket(clock_of(status), op, number)))
        for status in scope.pinned
    )
    return Some(parts)
