"""Conditions that the vendor's screen has and no source names on the wire (switch `unsourced_names`)."""

from collections.abc import Callable, Iterable

from ..trace import Record
from . import choices, text
from .check import Judge, Question
from .custom import COMPARISONS
from .keys import decimal, listed
from .state import TicketState


def tags(question: Question) -> Judge:
    """`contains_any_of`, `contains_all_of`; a tag's name as it is written."""
    wanted = {str(tag) for tag in listed(question.value)}
    tests: dict[str, Callable[[set[str]], bool]] = {
        "contains_any_of": lambda held: bool(held & wanted),
        "contains_all_of": lambda held: wanted <= held,
    }
    if question.op not in tests:
        return question.unknown_operator()
    return Judge(
        lambda state: tests[question.op](set(state.read("tags") or ())), lambda state: state.read("tags")
    )


def requester_email(question: Question) -> Judge:
    return text.text(question, lambda state: [state.requester.get("email")])


def addresses(name: str) -> Callable[[Question], Judge]:
    return lambda question: text.text(question, lambda state: state.read(name) or ())


def last_interaction(question: Question) -> Judge:
    """The text of the newest message or note."""
    return text.text(question, lambda state: [_text(comment) for comment in state.comments[-1:]])


def interactions(*, incoming: bool) -> Callable[[Question], Judge]:
    """How many public messages the agents, or the requester, wrote on the ticket."""

    def build(question: Question) -> Judge:
        wanted = decimal(question.value)
        if wanted is None or question.op not in COMPARISONS | choices.POSITIVE:
            return question.unknown_operator()
        tests: dict[str, Callable[[int], bool]] = {
            "greater_than": lambda count: count > wanted,
            "less_than": lambda count: count < wanted,
        }
        compare = tests.get(question.op, wanted.__eq__)

        def count(state: TicketState) -> int:
            return sum(_spoken(state.comments, incoming=incoming))

        return Judge(lambda state: compare(count(state)), count)

    return build


def _spoken(comments: Iterable[Record], *, incoming: bool) -> Iterable[bool]:
    return (bool(one.get("incoming")) == incoming and not one.get("private") for one in comments)


def _text(comment: Record) -> str | None:
    return comment.get("body_text") or comment.get("body")
