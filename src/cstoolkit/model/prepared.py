"""Conditions made ready for many tickets: the answer of `matches`, several times as fast.

Tests that rules ask most (choices, labels, references, words in a text) become closures over what is the same for every
ticket; all others are put to `matches` itself. Generated conditions and tickets hold the two together.
"""

from collections.abc import Callable, Mapping
from typing import Any

from .conditions import AllOf, AnyOf, Condition, NoneOf, Span, Test
from .context import Context
from .contradictions import values_of
from .custom import text_value
from .cutoffs import oldest_cutoff
from .fields import STATUSES, Field, find_field
from .matching import is_actor, matches
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
    if field.type in {"choice", "reference"} and test.op in _CHANGES:
        return _changed(test, field)
    made = _OTHERS.get(field.type)
    return None if made is None else made(test, field)


_CHANGES = frozenset({"changed", "changed_to", "changed_from"})
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


def _changed(test: Test, field: Field) -> Prepared:
    """Only for a ticket on which nothing about the field was touched there is a short way."""
    read = field.read

    def holds(ticket: Ticket, context: Context) -> bool:
        before = context.before
        if before is not None and read(before, context) == read(ticket, context):
            return False
        return matches(test, ticket, context)

    return holds


def _flag(test: Test, field: Field) -> Prepared | None:
    if test.op != "is":
        return None
    read, wanted = field.read, test.value

    def holds(ticket: Ticket, context: Context) -> bool:
        value = read(ticket, context)
        return value is not None and value == wanted

    return holds


def _actor(test: Test, field: Field) -> Prepared | None:
    if test.op not in _CHOSEN:
        return None
    words, read, wanted = [str(word) for word in values_of(test)], field.read, _CHOSEN[test.op]

    def holds(ticket: Ticket, context: Context) -> bool:
        actor = read(ticket, context)
        return actor is not None and any(is_actor(word, actor, ticket) for word in words) is wanted

    return holds


def _custom(test: Test, field: Field) -> Prepared | None:
    """Custom fields that are compared as texts."""
    words, read = values_of(test), field.read
    if test.op not in _CHOSEN or not all(isinstance(word, str) for word in words):
        return None
    folded, wanted = frozenset(fold(str(word)) for word in words), _CHOSEN[test.op]

    def holds(ticket: Ticket, context: Context) -> bool:
        text = text_value(read(ticket, context))
        return text is not None and (text.folded in folded) is wanted

    return holds


def _instant(test: Test, field: Field) -> Prepared | None:
    """How long ago, by the plain clock."""
    span, read, is_older = test.value, field.read, test.op == "older_than"
    if test.op not in {"older_than", "newer_than"} or not isinstance(span, Span) or span.calendar is not None:
        return None

    def holds(ticket: Ticket, context: Context) -> bool:
        instant = read(ticket, context)
        if instant is None:
            return False
        cutoff = oldest_cutoff(span, None, context.now)
        return (cutoff is not None and instant <= cutoff) is is_older

    return holds


_OTHERS: Mapping[str, Callable[[Test, Field], Prepared | None]] = {
    "flag": _flag,
    "actor": _actor,
    "custom": _custom,
    "instant": _instant,
}
