"""What a ticket holds, as plain values: for traces, and for whoever reads them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from ..model.conditions import Span
from ..model.people import Group, Organization, Person
from ..model.readers import Reference
from ..model.spans import span_text
from ..model.text import Text
from ..model.ticket import Comment, Priority, Status, Ticket
from .trace import FieldChange, Record

OWN: Mapping[str, str] = {"problem": "problem_id"}
"""Names of the record that are no attribute of that name."""

SETTABLE = (
    "subject", "description", "status", "priority", "type", "requester", "assignee", "group", "organization",
    "form", "brand", "language", "calendar", "channel", "recipient", "due_at", "rating", "rating_comment", "tags",
)  # fmt: skip
"""What people and rules change; the rest of a ticket follows from it."""


def plain(value: Any) -> Any:
    """A value of the model as JSON has it; a person, group or company by name."""
    match value:
        case Status() | Priority():
            return value.native if isinstance(value, Status) else value.level.value
        case Reference() | Person() | Group() | Organization():
            return value.name or value.id
        case Span():
            return span_text(value)
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case Text() | Comment():
            return value.raw if isinstance(value, Text) else value.text
        case frozenset():
            return sorted(value)
        case Sequence() if not isinstance(value, str):
            return [plain(item) for item in value]
    return value


def record(ticket: Ticket) -> Record:
    """The ticket as a trace ends with it: what can be set, by the names of recipes."""
    values = {name: plain(getattr(ticket, name)) for name in SETTABLE}
    custom = {f"custom.{name}": plain(value) for name, value in ticket.custom.items()}
    return {"id": ticket.id, **values, "problem": ticket.problem_id, "fired": plain(ticket.fired), **custom}


def changes_between(before: Ticket, after: Ticket) -> tuple[FieldChange, ...]:
    """What was set differently, in the order of the fields; guards are not among it."""
    if before is after:
        return ()
    found = []
    for name, attribute in _COMPARED:
        old, new = getattr(before, attribute), getattr(after, attribute)
        if old is not new and old != new and (was := plain(old)) != (now := plain(new)):
            found.append(FieldChange(name, was, now))
    return (*found, *_custom_changes(before.custom, after.custom))


def _custom_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    if before is after:
        return
    for name in dict.fromkeys((*before, *after)):
        old, new = plain(before.get(name)), plain(after.get(name))
        if old != new:
            yield FieldChange(f"custom.{name}", old, new)


_COMPARED = (*((name, name) for name in SETTABLE), *OWN.items())
