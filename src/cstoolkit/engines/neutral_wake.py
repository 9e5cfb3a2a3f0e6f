"""When a condition may change its answer although nothing happens to the ticket: what scans may skip.

Until then every scan would say what this one says. Where that is not worked out, it is the present.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ..model.conditions import Condition, Span, Test
from ..model.context import Context
from ..model.custom import instant_value
from ..model.fields import find_field
from ..model.spans import span_length
from ..model.ticket import Ticket

JUST_AFTER = timedelta(microseconds=1)


def wakes_at(condition: Condition, ticket: Ticket, context: Context) -> datetime | None:
    """The first instant after `context.now` at which the answer may differ; None where time alone changes nothing.

    `context.now` itself means that it may differ at any later instant.
    """
    moments = (moment for test in _tests(condition) for moment in _flips(test, ticket, context))
    return min(moments, default=None)


def _tests(condition: Condition) -> Iterator[Test]:
    if isinstance(condition, Test):
        yield condition
    else:
        for part in condition.of:
            yield from _tests(part)


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
