"""Conditions on the requester and his company."""

from collections.abc import Callable
from typing import Any

from ..trace import CannotJudge, Record
from . import choices, text
from .check import Judge, Question, unknown
from .custom import custom
from .keys import record_of
from .state import TicketState

RecordOf = Callable[[TicketState], Record]
CONTACT_TEXTS = frozenset({"email", "name", "job_title"})
CONTACT_CHOICES = frozenset({"time_zone", "language"})
COMPANY_TEXTS = frozenset({"name", "domains"})
COMPANY_CHOICES = frozenset({"health_score", "account_tier", "industry"})
MORE = {"email": "other_emails"}
"""Where a person has several of a thing: any of them counts."""


def contact(question: Question) -> Judge:
    return _person(question, lambda state: state.requester, CONTACT_TEXTS, CONTACT_CHOICES)


def company(question: Question) -> Judge:
    """Of a ticket without a company every field is empty."""
    if question.field == "renewal_date":
        return unknown("how conditions compare dates is not documented")
    return _person(question, lambda state: state.company, COMPANY_TEXTS, COMPANY_CHOICES)


def _person(question: Question, record: RecordOf, texts: frozenset[str], words: frozenset[str]) -> Judge:
    field = question.field
    if field in texts:
        return text.text(question, lambda state: _texts(record(state), field))
    if field in words:
        return choices.among(question, lambda state: record(state).get(field))
    return custom(question, lambda state: _custom(record(state), field), lambda _: None)


def _texts(record: Record, field: str) -> list[str | None]:
    held: Any = record.get(field)
    more = record.get(MORE.get(field, "")) or ()
    return [*(held if isinstance(held, list) else [held]), *more]


def _custom(record: Record, field: str) -> Any:
    held = record_of(record.get("custom_fields"))
    if record and field not in held:
        raise CannotJudge(f'"{field}" is not a field that this engine knows here')
    return held.get(field)
