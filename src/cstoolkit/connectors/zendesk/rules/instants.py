"""Instants: whole hours since, in automations. The field must be one that Zendesk counts from."""

from collections.abc import Mapping

from ....model.conditions import Span, Test
from ....model.normal_form import Every, Formula, Some
from .atoms import Cond, cond
from .scope import Scope
from .unsayable import Unsayable

SINCE: Mapping[str, str] = {
    "created_at": "NEW",
    "updated_at": "updated_at",
    "assigned_at": "assigned_at",
    "requester_replied_at": "requester_updated_at",
}
STATUS_CLOCKS: Mapping[str, str] = {
    "new": "NEW",
    "open": "OPEN",
    "pending": "PENDING",
    "hold": "HOLD",
    "solved": "SOLVED",
}
"""A ticket is never new again, so it is new since it was created. Automations do not see closed ones."""
INSTANTS = (*SINCE, "status_changed_at", "due_at", "sla_due_at")
MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
ALWAYS_THERE = frozenset({"created_at", "updated_at", "status_changed_at"})


def instant(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    if test.op == "empty":
        return _empty(test, scope, holds=holds)
    if scope.kind != "automation":
        raise Unsayable("a trigger does not know how long ago something was", "use an automation")
    if not isinstance(test.value, Span):
        raise Unsayable("Zendesk counts hours from now, and knows no fixed instant", "write older_than: 3d")
    if test.op not in {"older_than", "newer_than", "due_within"}:
        raise Unsayable(f'Zendesk has no "{test.op}"')
    if test.field == "sla_due_at":
        return _next_breach(test, holds=holds)
    if test.field == "due_at":
        return _due(test, scope, holds=holds)
    if test.op == "due_within":
        raise Unsayable(f'"{test.field}" lies in the past', "write older_than or newer_than")
    return _past(test, test.value, scope, holds=holds)


def _past(test: Test, span: Span, scope: Scope, *, holds: bool) -> Formula[Cond]:
    """How long ago something was that has been."""
    older = (test.op == "older_than") == holds
    if test.field == "status_changed_at":
        parts = (
            Every((cond("status", "is", status), _clock(clock, span, scope, older=older)))
            for status, clock in STATUS_CLOCKS.items()
        )
        scope.assume("hours_since_status")
        return Some(tuple(parts))
    found = _clock(SINCE[test.field], span, scope, older=older)
    if holds or test.field in ALWAYS_THERE:
        return found
    if test.field == "assigned_at":
        return Some((found, cond("assignee_id", "is", "")))
    raise Unsayable(f'Zendesk cannot ask whether there is no "{test.field}"')


def hours_of(span: Span) -> int:
    """Whole hours. Raises Unsayable for others, and for a calendar that the ticket is not on."""
    if span.calendar:
        raise Unsayable("Zendesk counts on the ticket's own calendar only", "leave `on <calendar>` out")
    minutes = span.amount * MINUTES[span.unit]
    if minutes % 60:
        raise Unsayable(
            "Zendesk counts whole hours", f"write {max(1, round(minutes / 60))}h: rules look once an hour"
        )
    return minutes // 60


def _clock(field: str, span: Span, scope: Scope, *, older: bool) -> Formula[Cond]:
    """At least so many whole hours ago, or less. Which number says so is the switch `hours_greater_than`."""
    number = hours_of(span)
    suffix = "" if span.calendar is None else "_business_hours"
    if suffix and number < 1:
        raise Unsayable("no open hours at all is no length of time", "write 1h business")
    if not older:
        return cond(field, f"less_than{suffix}", str(number))
    past = scope.settings.switch("hours_greater_than", "reached") == "past"
    return cond(field, f"greater_than{suffix}", str(number - past))


def _due(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    """Tasks have a due date. Hours since it and until it are two clocks, which no other test can stand for."""
    assert isinstance(test.value, Span)
    if not holds:
        raise Unsayable("an automation cannot ask whether there is no due date", "turn the test round")
    if test.op == "older_than":
        return _clock("due_date", test.value, scope, older=True)
    if test.op == "due_within":
        return _clock("until_due_date", test.value, scope, older=False)
    raise Unsayable("one rule cannot say: due lately, or still to come", "write due_within, or older_than")


def _next_breach(test: Test, *, holds: bool) -> Formula[Cond]:
    """Zendesk names the next promise that is still ahead."""
    assert isinstance(test.value, Span)
    if test.op != "due_within" or not holds or test.value.calendar is not None:
        raise Unsayable("Zendesk counts plain hours until the next breach, and nothing else of it",
                        "write sla_due_at: {due_within: 1h}")  # fmt: skip
    return cond("sla_next_breach_at", "less_than", str(hours_of(test.value)))


def _empty(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    empty = bool(test.value) == holds
    if test.field in ALWAYS_THERE:
        return Some() if empty else Every()
    if test.field == "assigned_at":
        return cond("assignee_id", "is" if empty else "is_not", "")
    if test.field == "due_at" and scope.trigger:
        return cond("ticket_due_date", "is", "false" if empty else "true")
    raise Unsayable(f'Zendesk cannot ask whether there is a "{test.field}" here')
