"""Conditions made ready for many tickets: the answer of `matches`, several times as fast.

Tests that rules ask most (choices, labels, references, words in a text) become closures over what is the same for every
ticket; all others are put to `matches` itself. Generated conditions and tickets hold the two together.
"""

from collections.abc import Callable
from typing import Any

from .conditions import AllOf, AnyOf, Condition, NoneOf, Test
from .context import Context
from .contradictions import values_of
from .fields import STATUSES, Field, find_field
from .matching import matches
from .text import fold
from .text_patterns import found, word_pattern
from .ticket import Ticket

Prepared = Callable[[Ticket, Context], bool]


def prepare(condition: Condition) -> Prepared:
    """A function that answers, and raises, as `matches` does on this condition."""
    match condition:
        case AllOf(of):
            return _all(tuple(prepare(part) for part in of))
        case AnyOf(of):
            return _any(tuple(prepare(part) for part in of))
        case NoneOf(of):
            some = _any(tuple(prepare(part) for part in of))
            return lambda ticket, context: not some(ticket, context)
        case Test():
            return _test(condition) or (lambda ticket, context: matches(condition, ticket, context))


def _all(parts: tuple[Prepared, ...]) -> Prepared:
    def holds(ticket: Ticket, context: Context) -> bool:
        for part in parts:  # noqa: SIM110 - `all` over a generator takes twice the time
            if not part(ticket, context):
                return False
        return True

    return parts[0] if len(parts) == 1 else holds


def _any(parts: tuple[Prepared, ...]) -> Prepared:
    def holds(ticket: Ticket, context: Context) -> bool:
        for part in parts:  # noqa: SIM110 - as above
            if part(ticket, context):
                return True
        return False

    return parts[0] if len(parts) == 1 else holds


def _test(test: Test) -> Prepared | None:
    """A closure for a test that has one."""
    field = find_field(test.field)
    if field is None or test.op not in field.operators:
        return None
    if test.field == "status" and test.op in _CHOSEN:
        return _status(test)
    if test.field != "status" and field.type == "choice" and test.op in _CHOSEN:
        return _choice(test, field)
    if field.type == "reference" and test.op in _CHOSEN:
        return _reference(test, field)
    if field.type == "set" and test.op in _LABELS:
        return _labels(test, field)
    if field.type == "text" and test.op in _TEXTS:
        return _texts(test, field)
    if field.type in {"choice", "reference"} and test.op == "changed":
        return _changed(field)
    return None


_CHOSEN = {"is": True, "in": True, "is_not": False, "not_in": False}
_LABELS = frozenset({"has", "has_any", "has_none"})
_TEXTS = {"contains": True, "word": True, "not_contains": False, "not_word": False}


def _status(test: Test) -> Prepared:
    words = values_of(test)
    categories = frozenset(word for word in words if word in STATUSES)
    own = frozenset(word for word in words if word not in STATUSES)
    wanted = _CHOSEN[test.op]

    def holds(ticket: Ticket, _: Context) -> bool:
        status = ticket.status
        return (status.category.value in categories or status.native in own) is wanted

    return holds


def _choice(test: Test, field: Field) -> Prepared:
    words, read, wanted = frozenset(values_of(test)), field.read, _CHOSEN[test.op]

    def holds(ticket: Ticket, context: Context) -> bool:
        value = read(ticket, context)
        return value is not None and (value in words) is wanted

    return holds


def _reference(test: Test, field: Field) -> Prepared:
    names, read, wanted = frozenset(values_of(test)), field.read, _CHOSEN[test.op]

    def holds(ticket: Ticket, context: Context) -> bool:
        target = read(ticket, context)
        return target is not None and target.name is not None and (target.name in names) is wanted

    return holds


def _labels(test: Test, field: Field) -> Prepared:
    labels, read = frozenset(values_of(test)), field.read
    if test.op == "has":
        return lambda ticket, context: labels <= read(ticket, context)
    if test.op == "has_any":
        return lambda ticket, context: not labels.isdisjoint(read(ticket, context))
    return lambda ticket, context: labels.isdisjoint(read(ticket, context))


def _texts(test: Test, field: Field) -> Prepared:
    needles, read, wanted = [fold(str(word)) for word in values_of(test)], field.read, _TEXTS[test.op]
    is_word = test.op.endswith("word")
    patterns = [(needle, word_pattern(needle) if is_word else "") for needle in needles]

    def holds(ticket: Ticket, context: Context) -> bool:
        texts: Any = read(ticket, context)
        if not texts:
            return False
        for text in texts:
            for needle, pattern in patterns:
                if needle in text.folded and (not is_word or found(pattern, text.folded)):
                    return wanted
        return not wanted

    return holds


def _changed(field: Field) -> Prepared:
    """Only for a ticket on which nothing about the field was touched there is a short way."""
    read, whole = field.read, Test(field.name, "changed", True)  # noqa: FBT003 - the operand of a test

    def holds(ticket: Ticket, context: Context) -> bool:
        before = context.before
        if before is not None and read(before, context) == read(ticket, context):
            return False
        return matches(whole, ticket, context)

    return holds
