"""Fields that hold one of several values: which of them, or none."""

from collections.abc import Callable
from typing import Any

from ..trace import CannotJudge
from .check import Judge, Question, unknown
from .keys import is_id, key, keys_of, listed
from .state import TicketState

ValueOf = Callable[[TicketState], Any]
POSITIVE, NEGATIVE = frozenset({"is", "in"}), frozenset({"is_not", "not_in"})
ASSOCIATIONS = {"parent": 1, "child": 2, "tracker": 3, "related": 4}


def among(question: Question, now: ValueOf) -> Judge:
    """`in` and `not_in`; `is` and `is_not` mean the same of a single value."""
    wanted = keys_of(question.value)
    if question.op in POSITIVE:
        return Judge(lambda state: key(now(state)) in wanted, now)
    if question.op not in NEGATIVE:
        return question.unknown_operator()
    on_empty = question.switches.on("negative_on_empty")

    def test(state: TicketState) -> bool:
        value = key(now(state))
        return value not in wanted and (on_empty or value is not None)

    return Judge(test, now)


def of_ticket(question: Question) -> Judge:
    """A field whose values are words, such as the type."""
    return among(question, lambda state: state.read(question.field))


def numbered(question: Question) -> Judge:
    """A field whose values are numbers; null or an empty text among the wanted ones is None."""
    strange = [value for value in listed(question.value) if key(value) is not None and not is_id(value)]
    if strange:
        return unknown(f'what "{strange[0]}" stands for in {question.field} is not documented')
    return of_ticket(question)


def association(question: Question) -> Judge:
    wanted = {key(ASSOCIATIONS.get(str(value), value)) for value in listed(question.value)}
    if not wanted <= {"1", "2", "3", "4"}:
        return unknown(f'"{question.value}" is no association that a source names')
    numbers = Question(
        question.field, question.op, [*sorted(filter(None, wanted))], question.type, question.switches, {}
    )
    return of_ticket(numbers)


def nested(question: Question, levels: list[Judge]) -> Judge:
    """A dependent field with its levels: all must hold. Of a negative one the vendor does not say what they add."""
    if question.op not in POSITIVE:
        return unknown(f'what the levels below a "{question.op}" mean is not documented')
    top = of_ticket(question)

    def test(state: TicketState) -> bool:
        missing: CannotJudge | None = None
        for one in (top, *levels):
            try:
                if not one.test(state):
                    return False
            except CannotJudge as reason:
                missing = reason
        if missing is not None:
            raise missing
        return True

    return Judge(test, lambda state: [one.actual(state) for one in (top, *levels)])
