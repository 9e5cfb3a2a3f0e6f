"""When a condition may change its answer although nothing happens to the ticket: what scans may skip.

Until then every scan would say what this one says. Where that is not worked out, it is the present.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from ..errors import CstoolkitError
from ..model.conditions import AllOf, AnyOf, Condition, NoneOf, Span, Test
from ..model.context import Context
from ..model.custom import instant_value
from ..model.fields import find_field
from ..model.matching import matches
from ..model.spans import span_length
from ..model.ticket import Ticket

JUST_AFTER = timedelta(microseconds=1)


def wakes_at(condition: Condition, ticket: Ticket, context: Context) -> datetime | None:
    """An instant after `context.now` before which the answer stays; None where time alone changes nothing.

    `context.now` itself means that it may differ at any later instant.
    """
    return _outlook(condition, ticket, context)[1]


def apart_from_time(condition: Condition) -> Condition | None:
    """The part of a condition that must hold and that time alone does not change; None where there is none."""
    parts = condition.of if isinstance(condition, AllOf) else (condition,)
    fixed = tuple(part for part in parts if not _is_timed(part))
    return AllOf(fixed) if fixed else None


def _is_timed(condition: Condition) -> bool:
    if not isinstance(condition, Test):
        return any(_is_timed(part) for part in condition.of)
    field = find_field(condition.field)
    assert field is not None
    return (
        field.type == "calendar"
        or field.name in {"text", "sla_breached"}
        or isinstance(condition.value, Span)
    )


Outlook = tuple[bool | None, datetime | None]
"""The answer (None: not known), and an instant before which it stays; without one it stays for ever."""


def _outlook(condition: Condition, ticket: Ticket, context: Context) -> Outlook:
    match condition:
        case AllOf(of):
            return _joined(of, ticket, context, decided_by=False)
        case AnyOf(of):
            return _joined(of, ticket, context, decided_by=True)
        case NoneOf(of):
            some, until = _joined(of, ticket, context, decided_by=True)
            return None if some is None else not some, until
        case Test():
            moment = min(_flips(condition, ticket, context), default=None)
            try:
                return matches(condition, ticket, context), moment
            except CstoolkitError:
                return None, context.now


def _joined(parts: Sequence[Condition], ticket: Ticket, context: Context, *, decided_by: bool) -> Outlook:
    """One part that answers `decided_by` decides; until the last of these may change, nothing does."""
    outlooks = []
    for part in parts:
        answer, until = _outlook(part, ticket, context)
        if answer is decided_by and until is None:
            return decided_by, None
        outlooks.append((answer, until))
    deciding = [until for answer, until in outlooks if answer is decided_by]
    if deciding:
        return decided_by, max(until for until in deciding if until is not None)
    until = min((until for _, until in outlooks if until is not None), default=None)
    return (None if any(answer is None for answer, _ in outlooks) else not decided_by), until


def _flips(test: Test, ticket: Ticket, context: Context) -> Iterator[datetime]:
    """Instants from which on the test may say something else; the present: at any."""
    field = find_field(test.field)
    assert field is not None
    if field.type == "calendar":
        yield context.now
    elif field.name == "text":
        written = (comment.created_at for comment in ticket.comments or ())
        yield from (instant for instant in written if instant > context.now)
    elif field.name == "sla_breached":
        yield from (
            target.target_at
            for target in ticket.sla
            if target.fulfilled_at is None and target.target_at > context.now
        )
    elif isinstance(test.value, Span):
        value = field.read(ticket, context)
        instant = instant_value(value) if field.type == "custom" else value
        if instant is not None:
            yield from _of_span(test.op, test.value, instant, ticket, context)


def _of_span(op: str, span: Span, instant: datetime, ticket: Ticket, context: Context) -> Iterator[datetime]:
    if span.calendar is not None:
        yield from _of_business(op, span, instant, ticket, context)
        return
    length = span_length(span)
    moments = [instant - length, instant + JUST_AFTER] if op == "due_within" else [instant + length]
    yield from (moment for moment in moments if moment > context.now)


def _of_business(
    op: str, span: Span, instant: datetime, ticket: Ticket, context: Context
) -> Iterator[datetime]:
    name = span.calendar or ticket.calendar
    schedule = None if name is None else context.calendars.get(name)
    if schedule is None:
        return
    if op == "due_within":
        yield context.now
        return
    try:
        reached = schedule.add(instant, span_length(span))
    except ValueError:  # there is not so much open time
        return
    if reached > context.now:
        yield reached
