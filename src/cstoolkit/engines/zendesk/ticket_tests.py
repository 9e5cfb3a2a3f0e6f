"""Conditions on the ticket that are not plain choices: tags, texts, counts, the requester, clocks."""

from collections.abc import Callable
from typing import Any

from ..switches import Switches
from ..trace import CannotJudge
from .check import Gate, Judge, Question, fixed, flag, number, unknown
from .choices import equal
from .hours import whole_hours
from .keys import key, words
from .schedules import schedule_by_id, schedule_id_of, schedule_of
from .state import TicketState
from .text import folded_description, folded_subject, has_any_word, has_string, plain_words, words_of

Builder = Callable[[Question], Judge]
ROLE_NUMBERS = {"end-user": "0", "admin": "2", "agent": "4"}


def tags(question: Question) -> Judge:
    """`includes`: at least one of the tags; `not_includes`: none."""
    wanted = frozenset(fold_tag(word, question.switches) for word in words(question.value))
    if question.op == "includes":
        return Judge(lambda state: not wanted.isdisjoint(state.tags), _tags, Gate("tags", frozenset(wanted)))
    if question.op == "not_includes":
        return Judge(lambda state: wanted.isdisjoint(state.tags), _tags)
    return unknown(question.no_such_operator().reason)


def fold_tag(word: str, switches: Switches) -> str:
    return word.lower() if switches.on("normal_tags") else word


def _tags(state: TicketState) -> list[str]:
    return sorted(state.tags)


def text_field(name: str, read: Callable[[TicketState], str | None]) -> Builder:
    """A text: `includes` looks for any of the words, `is` for the whole string anywhere in it."""

    def build(question: Question) -> Judge:
        if question.op not in {"is", "is_not", "includes", "not_includes"}:
            return unknown(question.no_such_operator().reason)
        switches, inside = question.switches, question.op in {"is", "includes"}
        plain = None
        if question.op in {"is", "is_not"}:
            has = has_string(str(question.value), switches)
        else:
            has, plain = (
                has_any_word(words(question.value), switches),
                plain_words(words(question.value), switches),
            )

        def test(state: TicketState) -> bool:
            text = read(state)
            if text is None:
                return not inside and switches.on("no_comment_excludes")
            found = (
                has(text) if plain is None else not plain.isdisjoint(words_of(f"words {name}", text, state))
            )
            return found == inside

        gate = Gate(f"words {name}", frozenset(plain)) if plain is not None and inside else None
        return Judge(test, read, gate)

    return build


def recipient(question: Question) -> Judge:
    wanted = (key(question.value) or "").casefold() or None

    def read(state: TicketState) -> str | None:
        address = state.value("recipient")
        return None if address is None else address.casefold()

    return equal(question, read, fixed(wanted))


def is_public(question: Question) -> Judge:
    return flag(
        question, lambda state: bool(state.ticket.get("is_public", True)), true="public", false="private"
    )


def has_due_date(question: Question) -> Judge:
    return flag(question, lambda state: state.ticket.get("due_at") is not None)


def count_of(name: str) -> Builder:
    """A counter of the ticket's metric set."""

    def read(state: TicketState) -> int | None:
        metrics = state.ticket.get("metric_set") or {}
        if name not in metrics:
            raise CannotJudge(f"the ticket's metric_set has no {name}")
        found: int | None = metrics[name]
        return found

    return lambda question: number(question, read)


def incidents(question: Question) -> Judge:
    def read(state: TicketState) -> int:
        if "incident_count" not in state.ticket:
            raise CannotJudge("the ticket has no incident_count")
        return int(state.ticket["incident_count"])

    return number(question, read)


def of_requester(field: str) -> Builder:
    def read(state: TicketState) -> str | None:
        value: Any = state.known("users", state.value("requester_id")).get(field)
        return ROLE_NUMBERS.get(value, value) if field == "role" else key(value)

    def build(question: Question) -> Judge:
        return equal(question, read, fixed(question.value))

    return build


def schedule(question: Question) -> Judge:
    return equal(question, schedule_id_of, fixed(question.value))


def in_business_hours(question: Question) -> Judge:
    return flag(question, lambda state: schedule_of(state).is_open(state.now))


def on_holiday(question: Question) -> Judge:
    return flag(question, lambda state: schedule_of(state).is_holiday(state.now))


def within_schedule(question: Question) -> Judge:
    wanted = key(question.value)
    if question.op != "is" or wanted is None:
        return unknown(question.no_such_operator().reason)
    return Judge(
        lambda state: schedule_by_id(state, wanted).is_open(state.now), lambda state: state.now.isoformat()
    )


def hours(question: Question) -> Judge:
    """Whole hours since or until something; `_business_hours` count open time of the ticket's schedule."""
    business = question.op.endswith("_business_hours")
    op = question.op.removesuffix("_business_hours")
    if op not in {"is", "less_than", "greater_than"}:
        return unknown(question.no_such_operator().reason)
    field = question.field
    if op == "greater_than" and question.switches["hours_greater_than"] == "reached":
        op = "greater_than_equal"
    plain = Question(field, op, question.value, question.kind, question.switches)
    return number(plain, lambda state: whole_hours(state, field, business=business))


TICKET_TESTS: dict[str, Builder] = {
    "current_tags": tags,
    "subject_includes_word": text_field("subject", folded_subject),
    "description_includes_word": text_field("description", folded_description),
    "recipient": recipient,
    "ticket_is_public": is_public,
    "ticket_due_date": has_due_date,
    "number_of_incidents": incidents,
    "reopens": count_of("reopens"),
    "replies": count_of("replies"),
    "agent_stations": count_of("assignee_stations"),
    "group_stations": count_of("group_stations"),
    "requester_role": of_requester("role"),
    "locale_id": of_requester("locale_id"),
    "requester_time_zone": of_requester("time_zone"),
    "schedule_id": schedule,
    "in_business_hours": in_business_hours,
    "on_holiday": on_holiday,
    "within_schedule": within_schedule,
}
