"""Does a ticket meet a condition? The meaning of every operator, in Python.

A test on a missing value is false, negative ones too; only `empty: true` holds on it. `store.conditions`
says the same in SQL.

Beyond the table in the docs: choices, labels and names compare exactly, text folded. A custom field is read
as the operator needs it, and a value of another type is missing to it. Numbers compare as 64-bit floats.
`changed` holds for a value that was cleared, too.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from . import custom
from .clock import Schedule
from .conditions import AllOf, AnyOf, Condition, NoneOf, Span, Test, Value
from .context import Context
from .contradictions import values_of
from .cutoffs import due_limit, named_calendar, oldest_cutoff
from .fields import STATUSES, Field, find_field
from .operators import INSTANT, SET, TEXT
from .people import Person
from .readers import Reference
from .text import Text, fold
from .text_patterns import found, regex_pattern, word_pattern
from .ticket import Status, Ticket

__all__ = ["Context", "matches"]


def matches(condition: Condition, ticket: Ticket, context: Context) -> bool:
    """Whether the ticket meets the condition.

    Raises RecipeError for a calendar that `context` does not have, CstoolkitError for a question about the
    whole text of a ticket whose comments were not read, ValueError for a test that `parse_condition` refuses.
    """
    match condition:
        case AllOf(of):
            return all(matches(part, ticket, context) for part in of)
        case AnyOf(of):
            return any(matches(part, ticket, context) for part in of)
        case NoneOf(of):
            return not any(matches(part, ticket, context) for part in of)
        case Test():
            return _holds(condition, ticket, context)


def _holds(test: Test, ticket: Ticket, context: Context) -> bool:
    field = find_field(test.field)
    if field is None or test.op not in field.operators:
        raise ValueError(f'no such test: "{test.op}" of "{test.field}"')
    if test.op.startswith("changed") or test.op == "not_changed":
        return _changed(test, field, ticket, context)
    value = field.read(ticket, context)
    if test.op == "empty":
        return _is_empty(value, field) is test.value
    if test.op in INSTANT:
        instant = custom.instant_value(value) if field.type == "custom" else value
        return instant is not None and _instant(test, instant, ticket, context)
    if field.type == "calendar":
        return _calendar(test, ticket, context)
    if field.type == "actor":
        return value is not None and _actor(test, value, ticket)
    return _judge(test, field, value)


def _judge(test: Test, field: Field, value: Any) -> bool:
    """The questions that the value alone answers."""
    operands = values_of(test)
    if test.op in SET:
        labels = custom.set_value(value) if field.type == "custom" else value
        return labels is not None and _LABELS[test.op](labels, operands)
    if test.op in TEXT:
        return _text(test.op, _texts(value, field), cast("tuple[str, ...]", operands))
    if test.op == "between" or (test.op in _RANKS):
        return _ranked(test.op, value, field, operands)
    read = [_equal(field, value, operand) for operand in operands]
    if None in read:  # missing: the value, or its reading as what the operand is
        return False
    return (True in read) is (test.op in {"is", "in"})


def _equal(field: Field, value: Any, operand: Value) -> bool | None:
    """Whether the value is the operand; None if there is no value of its kind."""
    if isinstance(value, Status):
        return (value.category.value if operand in STATUSES else value.native) == operand
    if isinstance(value, Reference):
        return None if value.name is None else value.name == operand
    if field.type == "text" or (field.type == "custom" and isinstance(operand, str)):
        texts = _texts(value, field)
        return any(text.folded == fold(str(operand)) for text in texts) if texts else None
    if isinstance(operand, Decimal):
        number = _number(value, field)
        return None if number is None else number == float(operand)
    if field.type == "custom":
        value = custom.flag_value(value)
    return None if value is None else bool(value == operand)


# Text


def _texts(value: Any, field: Field) -> Sequence[Text]:
    if field.type != "custom":
        return cast("Sequence[Text]", value)
    text = custom.text_value(value)
    return () if text is None else (text,)


def _text(op: str, texts: Sequence[Text], needles: Iterable[str]) -> bool:
    if not texts:
        return False
    name = op.removeprefix("not_").removesuffix("_all")
    finds = _FINDS[name]
    hits = (any(finds(text, needle) for text in texts) for needle in needles)
    if op.endswith("_all"):
        return all(hits)
    return any(hits) is not op.startswith("not_")


def _has_word(text: Text, word: str) -> bool:
    folded = fold(word)
    return folded in text.folded and found(word_pattern(folded), text.folded)


_FINDS: dict[str, Callable[[Text, str], bool]] = {
    "contains": lambda text, needle: fold(needle) in text.folded,
    "word": _has_word,
    "starts_with": lambda text, needle: text.folded.startswith(fold(needle)),
    "ends_with": lambda text, needle: text.folded.endswith(fold(needle)),
    "regex": lambda text, pattern: found(regex_pattern(pattern), text.raw),
}

_LABELS: dict[str, Callable[[frozenset[str], Iterable[Any]], bool]] = {
    "has": lambda labels, wanted: labels.issuperset(wanted),
    "has_any": lambda labels, wanted: not labels.isdisjoint(wanted),
    "has_none": lambda labels, wanted: labels.isdisjoint(wanted),
}


# Order


def _ranked(op: str, value: Any, field: Field, operands: Sequence[Value]) -> bool:
    rank = _rank(value, field)
    if rank is None:
        return False
    bounds = [_rank_of(operand, field) for operand in operands]
    if op == "between":
        return bounds[0] <= rank <= bounds[1]
    return _RANKS[op](rank, bounds[0])


_RANKS: dict[str, Callable[[float, float], bool]] = {
    "at_least": lambda rank, bound: rank >= bound,
    "at_most": lambda rank, bound: rank <= bound,
    "above": lambda rank, bound: rank > bound,
    "below": lambda rank, bound: rank < bound,
}


def _rank(value: Any, field: Field) -> float | None:
    if not field.order:
        return _number(value, field)
    word = value.category.value if isinstance(value, Status) else value
    return None if word is None else field.order.index(word)


def _rank_of(operand: Value, field: Field) -> float:
    return field.order.index(str(operand)) if field.order else float(cast("Decimal", operand))


def _number(value: Any, field: Field) -> float | None:
    if field.type == "custom":
        return custom.number_value(value)
    return None if value is None else float(value)


def _is_empty(value: Any, field: Field) -> bool:
    if field.type == "custom":
        return custom.is_empty(value)
    return value is None or (field.type in {"text", "set"} and not value)


# Time


def _instant(test: Test, instant: datetime, ticket: Ticket, context: Context) -> bool:
    span = test.value
    if not isinstance(span, Span):
        bound = cast("datetime", span)
        return instant < bound if test.op == "before" else instant > bound
    schedule = None
    if span.calendar is not None:
        schedule = _schedule(span.calendar, test, ticket, context)
        if schedule is None:
            return False
    if test.op == "due_within":
        limit = due_limit(span, schedule, context.now)
        return instant >= context.now and (limit is None or instant <= limit)
    cutoff = oldest_cutoff(span, schedule, context.now)
    return (cutoff is not None and instant <= cutoff) is (test.op == "older_than")


def _calendar(test: Test, ticket: Ticket, context: Context) -> bool:
    schedule = _schedule(str(test.value), test, ticket, context)
    if schedule is None:
        return False
    if test.op == "holiday":
        return schedule.is_holiday(context.now)
    return schedule.is_open(context.now) is (test.op == "inside")


def _schedule(name: str, test: Test, ticket: Ticket, context: Context) -> Schedule | None:
    """The named calendar, or the ticket's own; None where the ticket counts on none that is known."""
    if name:
        return named_calendar(name, context.calendars, test)
    return None if ticket.calendar is None else context.calendars.get(ticket.calendar)


# The update


def _actor(test: Test, actor: Person, ticket: Ticket) -> bool:
    named = any(is_actor(str(word), actor, ticket) for word in values_of(test))
    return named is (test.op in {"is", "in"})


def is_actor(word: str, actor: Person, ticket: Ticket) -> bool:
    """Whether one word of `actor:` is true of whoever makes an update."""
    match word:
        case "requester":
            return ticket.requester is not None and ticket.requester.id == actor.id
        case "assignee":
            return ticket.assignee is not None and ticket.assignee.id == actor.id
        case "end_user":
            return actor.role in {"end_user", "requester"}
        case "agent" | "system":
            return actor.role == word
        case _:
            return actor.role == "agent" and actor.name == word


def _changed(test: Test, field: Field, ticket: Ticket, context: Context) -> bool:
    now = field.read(ticket, context)
    before = None if context.before is None else field.read(context.before, context)
    if test.op == "not_changed":
        return not _is_empty(now, field) and bool(_comparable(now) == _comparable(before))
    if test.op == "changed":
        return bool(_comparable(now) != _comparable(before))
    lost, gained = (before, now) if test.op == "changed_to" else (now, before)
    return any(
        _equal(field, gained, operand) is True and _equal(field, lost, operand) is not True
        for operand in values_of(test)
    )


def _comparable(value: Any) -> Any:
    """What must be equal for a value to be unchanged."""
    if isinstance(value, Reference):
        return value.id
    if isinstance(value, tuple):
        return frozenset(value) or None
    if isinstance(value, datetime):
        return custom.instant_text(value)
    return None if isinstance(value, str) and not value.strip() else value
