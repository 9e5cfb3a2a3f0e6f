"""Tests as statements about single values: what `model.matching` says of each, field by field.

A key names one thing that a test looks at: ("priority",) is a value, ("tags", "has", "vip") whether a tag is
there, ("due_at", "some") whether there is a value at all. What is not understood (regular expressions, changes of
custom fields) has a key of its own: it is equal to itself, and nothing else is known of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import cast

from ..model.conditions import Condition, Span, Test, Value
from ..model.contradictions import values_of
from ..model.fields import STATUSES, Field, find_field
from ..model.formulas import Atom, Every, Formula, Some, translate
from ..model.operators import INSTANT, SET, TEXT
from ..model.spans import span_length
from ..model.text import fold
from .domains import NO, YES, Domain, Ranges, all_but, stretch, union, whole, words

Key = tuple[str, ...]
UNNAMED = object()
"""Someone, but without a name: no test on names holds."""

NEVER_MISSING = ("status", "rating")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Within:
    """What stands at `key` is one of `domain`."""

    key: Key
    domain: Domain


Statement = Formula[Within]
ALWAYS: Statement = Every()
NEVER: Statement = Some()


def stated(condition: Condition | None) -> Statement:
    """The condition in statements. None always holds."""
    if condition is None:
        return ALWAYS
    return translate(condition, lambda test, holds: _stated(test) if holds else negated(_stated(test)))


def negated(statement: Statement) -> Statement:
    """What holds where the statement does not."""
    match statement:
        case Atom(value):
            return Atom(Within(value.key, value.domain.opposite()))
        case Every(of):
            return Some(tuple(negated(part) for part in of))
        case Some(of):
            return Every(tuple(negated(part) for part in of))


def is_true(*key: str) -> Statement:
    return Atom(Within(key, YES))


def is_false(*key: str) -> Statement:
    return Atom(Within(key, NO))


def _stated(test: Test) -> Statement:
    field = find_field(test.field)
    if field is None:
        return _opaque(test)
    return _OF_TYPE[field.type](test, field)


def _opaque(test: Test) -> Statement:
    return is_true("?", test.field, test.op, repr(test.value))


def _choice(test: Test, field: Field) -> Statement:
    if test.op in {"changed", "changed_to", "changed_from", "not_changed"}:
        return _change(test)
    if test.op == "empty":
        return _emptiness(Atom(Within((field.name,), words(None))), test)
    if field.order and test.op in _RANKED:
        ranks = _ranked(test.op, [field.order.index(str(value)) for value in values_of(test)])
        within = [word for rank, word in enumerate(field.order) if ranks.meet(stretch(rank, rank)).of]
        return Atom(Within((field.name,), words(*within)))
    holds = Some(tuple(_named(test.field, value) for value in values_of(test)))
    if test.op in {"is", "in"}:
        return holds
    if field.name in NEVER_MISSING:
        return negated(holds)
    without = (None, UNNAMED) if field.type == "reference" else (None,)
    return Every((Atom(Within((field.name,), all_but(*without))), negated(holds)))


def _named(field: str, value: Value, *, when: tuple[str, ...] = ()) -> Statement:
    """It has this value; a status's own name is told apart from its category."""
    own = field == "status" and value not in STATUSES
    key = (field, *(("native",) if own else ()), *when)
    return Atom(Within(key, words(value)))


def _change(test: Test) -> Statement:
    name = test.field
    if test.op == "changed":
        return is_true(name, "changed")
    if test.op == "not_changed":
        return Every((Atom(Within((name,), all_but(None))), is_false(name, "changed")))
    old, new = ("before",), ()
    gained, lost = (new, old) if test.op == "changed_to" else (old, new)
    return Some(
        tuple(
            Every((_named(name, value, when=gained), negated(_named(name, value, when=lost))))
            for value in values_of(test)
        )
    )


def _flag(test: Test, field: Field) -> Statement:
    return Atom(Within((field.name,), words(*values_of(test))))


def _number(test: Test, field: Field) -> Statement:
    return _numeric(test, (field.name,), of_count=True)


def _numeric(test: Test, base: Key, *, of_count: bool) -> Statement:
    some = is_true(*base, "some")
    if test.op == "empty":
        return _emptiness(negated(some), test)
    operands = [float(cast("Decimal", value)) for value in values_of(test)]
    refuses = test.op in {"is_not", "not_in"}
    if refuses or test.op in {"is", "in"}:
        ranges = union(stretch(number, number) for number in operands)
    else:
        ranges = _ranked(test.op, operands)
    ranges = whole(ranges) if of_count else ranges
    return Every((some, Atom(Within(base, ranges.opposite() if refuses else ranges))))


_RANKED: dict[str, Callable[..., Ranges]] = {
    "at_least": stretch,
    "at_most": lambda high: stretch(high=high),
    "above": lambda low: stretch(low, above=True),
    "below": lambda high: stretch(high=high, below=True),
    "between": stretch,
}


def _ranked(op: str, operands: list[float]) -> Ranges:
    return _RANKED[op](*operands)


def _text(test: Test, field: Field) -> Statement:
    return _textual(test, (field.name,))


def _textual(test: Test, base: Key) -> Statement:
    some = is_true(*base, "some")
    if test.op == "empty":
        return _emptiness(negated(some), test)
    refuses = test.op in {"is_not", "not_in"} or test.op.startswith("not_")
    kind = "is" if test.op in {"is", "in", "is_not", "not_in"} else test.op.removeprefix("not_")
    kind = kind.removesuffix("_all")
    needles = [str(value) if kind == "regex" else fold(str(value)) for value in values_of(test)]
    found = tuple(is_true(*base, kind, needle) for needle in needles)
    said: Statement = Every(found) if test.op.endswith("_all") else Some(found)
    return Every((some, negated(said) if refuses else said))


def _labels(test: Test, field: Field) -> Statement:
    return _labelled(test, (field.name,))


def _labelled(test: Test, base: Key) -> Statement:
    if test.op == "empty":
        return _emptiness(is_true(*base, "none"), test)
    each = tuple(is_true(*base, "has", str(value)) for value in values_of(test))
    if test.op == "has":
        return Every(each)
    return Some(each) if test.op == "has_any" else negated(Some(each))


def _moment(test: Test, field: Field) -> Statement:
    return _timed(test, (field.name,))


def _timed(test: Test, base: Key) -> Statement:
    """Ages are in seconds of the clock or calendar that is counted on; what is to come has one below 0."""
    some = is_true(*base, "some")
    if test.op == "empty":
        return _emptiness(negated(some), test)
    span = test.value
    if not isinstance(span, Span):
        at = (cast("datetime", span) - _EPOCH) // _MICROSECOND
        ranges = stretch(high=at, below=True) if test.op == "before" else stretch(at, above=True)
        return Every((some, Atom(Within((*base, "at"), ranges))))
    length = span_length(span).total_seconds()
    if span.calendar is None:
        ages = {
            "older_than": stretch(length),
            "newer_than": stretch(high=length, below=True),
            "due_within": stretch(-length, 0),
        }
        return Every((some, Atom(Within((*base, "age"), ages[test.op]))))
    counted = is_true("calendar", span.calendar)
    if test.op == "due_within":
        to_come = Atom(Within((*base, "age"), stretch(high=0)))
        near = Atom(Within((*base, "due", span.calendar), stretch(high=length)))
        return Every((some, counted, to_come, near))
    old = Within((*base, "open", span.calendar), stretch(length))
    return Every((some, counted, Atom(old) if test.op == "older_than" else negated(Atom(old))))


def _calendar(test: Test, field: Field) -> Statement:
    states = {"inside": ("open",), "outside": ("closed", "holiday"), "holiday": ("holiday",)}
    return Atom(Within((field.name, str(test.value)), words(*states[test.op])))


def _actor(test: Test, field: Field) -> Statement:
    named = Some(tuple(is_true(field.name, "is", str(word)) for word in values_of(test)))
    some = is_true(field.name, "some")
    return Every((some, named if test.op in {"is", "in"} else negated(named)))


def _custom(test: Test, field: Field) -> Statement:
    """Its value is read as the operator needs it; each reading is a thing of its own."""
    if test.op == "empty":
        return _emptiness(is_true(field.name, "empty"), test)
    if test.op in SET:
        read = is_true(field.name, "labels", "some")
        return Every((read, _labelled(test, (field.name, "labels"))))
    if test.op in INSTANT:
        return _timed(test, (field.name, "instant"))
    if test.op in TEXT or all(isinstance(value, str) for value in values_of(test)):
        return _opaque(test) if "changed" in test.op else _textual(test, (field.name, "text"))
    if "changed" in test.op or not all(isinstance(value, Decimal) for value in values_of(test)):
        return _opaque(test)
    return _numeric(test, (field.name, "number"), of_count=False)


def _emptiness(empty: Statement, test: Test) -> Statement:
    return empty if test.value is True else negated(empty)


_OF_TYPE: dict[str, Callable[[Test, Field], Statement]] = {
    "choice": _choice,
    "reference": _choice,
    "flag": _flag,
    "number": _number,
    "text": _text,
    "set": _labels,
    "instant": _moment,
    "calendar": _calendar,
    "actor": _actor,
    "custom": _custom,
}
