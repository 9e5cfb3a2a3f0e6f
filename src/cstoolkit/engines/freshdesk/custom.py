"""Conditions on custom fields of tickets, contacts and companies, by what kind of field they are."""

from collections.abc import Callable
from typing import Any

from ..trace import CannotJudge
from . import choices, text
from .check import Judge, Question, unknown
from .keys import decimal, listed
from .state import TicketState

ValueOf = Callable[[TicketState], Any]
KindOf = Callable[[TicketState], str | None]
NUMBERS = frozenset({"custom_number", "custom_decimal"})
TEXTS = frozenset({"custom_text", "custom_paragraph"})
TRUTHS = {"true": True, "1": True, "checked": True, "false": False, "0": False, "unchecked": False}
COMPARISONS = frozenset({"greater_than", "less_than"})


def custom(question: Question, now: ValueOf, kind_of: KindOf) -> Judge:
    """Judged by the kind of the field; where that is not known, by what the field holds."""
    judges = {
        "number": _number(question, now),
        "checkbox": _checkbox(question, now),
        "text": text.text(question, lambda state: [_as_text(now(state))]),
        "choice": choices.among(question, now),
        "date": unknown("how conditions compare dates is not documented"),
    }

    def chosen(state: TicketState) -> Judge:
        return judges[_form(kind_of(state), now(state), question)]

    return Judge(lambda state: chosen(state).test(state), now)


def of_ticket(question: Question) -> Judge:
    return custom(
        question,
        lambda state: state.read(question.field),
        lambda state: state.fields.get(question.field, {}).get("type"),
    )


def _form(kind: str | None, value: Any, question: Question) -> str:
    if kind is None:
        return _guessed(value, question)
    if kind in NUMBERS:
        return "number"
    if kind in TEXTS:
        return "text"
    return {"custom_checkbox": "checkbox", "custom_date": "date"}.get(kind, "choice")


def _guessed(value: Any, question: Question) -> str:
    """The form by the value held, else by what the condition compares with."""
    sample = listed(question.value)[0] if value is None and listed(question.value) else value
    if isinstance(sample, bool):
        return "checkbox"
    if question.op in COMPARISONS or isinstance(sample, int | float):
        return "number"
    return "text"


def _as_text(value: Any) -> str | None:
    return None if value is None else str(value)


def _number(question: Question, now: ValueOf) -> Judge:
    """No number is neither greater, nor less, nor equal."""
    wanted = [decimal(value) for value in listed(question.value)]
    if not wanted or None in wanted:
        return unknown(f'"{question.value}" is not a number')
    numbers = [number for number in wanted if number is not None]
    negative = question.op in choices.NEGATIVE
    on_empty = question.switches.on("negative_on_empty")

    def test(state: TicketState) -> bool:
        held = decimal(now(state))
        if held is None:
            return negative and on_empty
        if question.op in COMPARISONS:
            return held > numbers[0] if question.op == "greater_than" else held < numbers[0]
        return (held in numbers) != negative

    known = question.op in COMPARISONS | choices.POSITIVE | choices.NEGATIVE
    return Judge(test, now) if known else question.unknown_operator()


def _checkbox(question: Question, now: ValueOf) -> Judge:
    if question.switches["checkbox_values"] == "opaque":
        return unknown("how a condition says that a box is checked is not documented")
    words = [TRUTHS.get(str(value).lower()) for value in listed(question.value)]
    if not words or None in words or question.op not in choices.POSITIVE | choices.NEGATIVE:
        return unknown(f'"{question.op} {question.value}" is not known of a checkbox')
    negative = question.op in choices.NEGATIVE

    def test(state: TicketState) -> bool:
        held = now(state)
        if held is not None and str(held).lower() not in TRUTHS:
            raise CannotJudge(f'the checkbox holds "{held}"')
        return (TRUTHS.get(str(held).lower(), False) in words) != negative

    return Judge(test, now)
