"""What a condition is compiled to, and the comparisons that several kinds of field share."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from ..switches import Switches
from ..trace import CannotJudge
from .keys import key
from .state import NOBODY, TicketState

Kind = Literal["trigger", "automation", "macro", "sla_policy"]
StateTest = Callable[[TicketState], bool]
Reader = Callable[[TicketState], Any]

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "less_than": operator.lt,
    "less_than_equal": operator.le,
    "greater_than": operator.gt,
    "greater_than_equal": operator.ge,
}
# The spellings of third parties, read as the API's own.
ALIASES = {
    "changed_to": "value",
    "changed_from": "value_previous",
    "not_changed_to": "not_value",
    "not_changed_from": "not_value_previous",
}
PERSON_WORDS = {"current_user", "requester_id", "assignee_id"}


@dataclass(frozen=True, slots=True)
class Question:
    """One condition as the API holds it, and what it is asked in."""

    field: str
    op: str
    value: Any
    kind: Kind
    switches: Switches

    def no_such_operator(self) -> CannotJudge:
        return CannotJudge(f'"{self.field}" has no operator "{self.op}" in a {self.kind}')


@dataclass(frozen=True, slots=True)
class Gate:
    """What must hold for a check to hold: one of `keys` is among the values of `slot` now."""

    slot: str
    keys: frozenset[str | None]


@dataclass(frozen=True, slots=True)
class Judge:
    """How a condition is decided: `test` and `actual` may raise CannotJudge."""

    test: StateTest
    actual: Reader
    gate: Gate | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One condition, compiled."""

    path: str
    field: str
    op: str
    expected: Any
    judge: Judge


def unknown(reason: str) -> Judge:
    """A condition that no ticket can decide."""

    def test(_: TicketState) -> bool:
        raise CannotJudge(reason)

    return Judge(test, lambda _: None)


def fixed(value: Any) -> Callable[[TicketState], str | None]:
    """A value that no ticket changes."""
    text = key(value)
    return lambda _: text


def wanted_of(value: Any) -> Callable[[TicketState], str | None]:
    """The value a condition compares with; the words for people stand for an id that depends on the ticket."""
    text = key(value)
    if text == "current_user":
        return lambda state: state.actor
    if text in PERSON_WORDS:
        field = text
        return lambda state: state.value(field) or NOBODY
    return fixed(value)


def flag(
    question: Question, read: Callable[[TicketState], bool], *, true: str = "true", false: str = "false"
) -> Judge:
    """A fact that a condition names by one of two words."""
    text = key(question.value)
    if question.op not in {"is", "is_not"} or text not in {true, false}:
        return unknown(f'"{question.field} {question.op} {question.value}" is not known')
    wanted = (text == true) == (question.op == "is")
    return Judge(lambda state: read(state) == wanted, lambda state: true if read(state) else false)


def number(question: Question, read: Callable[[TicketState], int | Decimal | None]) -> Judge:
    """A count or a number; no test but `is_not` and `not_present` holds where there is none."""
    wanted = decimal(question.value)
    if wanted is None:
        return unknown(f'"{question.value}" is not a number')
    compare = {"is": operator.eq, "is_not": operator.ne, **COMPARISONS}.get(question.op)
    if compare is None:
        return unknown(question.no_such_operator().reason)
    on_empty = question.op == "is_not" and question.switches.on("is_not_on_empty")

    def test(state: TicketState) -> bool:
        value = read(state)
        return on_empty if value is None else compare(value, wanted)

    return Judge(test, read)


def decimal(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
