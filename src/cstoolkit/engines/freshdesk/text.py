"""Texts in conditions: phrases, whole values, beginnings and ends."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from .check import Judge, Question, unknown
from .keys import listed
from .state import TicketState

Texts = Callable[[TicketState], Iterable[str | None]]
Matcher = Callable[[str, str], bool]


def _has_words(text: str, words: str) -> bool:
    """Any of the words of a phrase, as a whole word."""
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for word in words.split())


POSITIVE: dict[str, Matcher] = {
    "is": lambda text, wanted: text == wanted,
    "in": lambda text, wanted: text == wanted,
    "contains": lambda text, wanted: wanted in text,
    "starts_with": lambda text, wanted: text.startswith(wanted),
    "ends_with": lambda text, wanted: text.endswith(wanted),
}
NEGATIVE = {"is_not": "is", "not_in": "in", "does_not_contain": "contains"}
SCREEN: dict[str, tuple[Matcher, bool]] = {
    "has_any_of_these_words": (_has_words, True),
    "has_none_of_these_words": (_has_words, False),
}
"""Operators that the screen has and no source names on the wire (switch `unsourced_names`)."""
LOOKS_INTO = frozenset({"contains", "does_not_contain"})


def text(question: Question, texts: Texts) -> Judge:
    """Any wanted value, in any of the texts; a negative operator holds where the positive one does not."""
    found = _matcher(question)
    if found is None:
        return question.unknown_operator()
    matches, positive = found
    wanted = [str(value) for value in listed(question.value) if value is not None]
    if not wanted or any(not value.strip() for value in wanted):
        return unknown(f'"{question.field} {question.op}" of nothing: no operator tests for an empty text')
    asked = question.raw.get("case_sensitive")
    exact = question.switches["text_case"] == "sensitive" if asked is None else bool(asked)
    phrases = wanted if exact else [value.casefold() for value in wanted]
    on_empty = question.switches.on("negative_on_empty")

    def test(state: TicketState) -> bool:
        held = [value for value in texts(state) if value]
        if not held and not positive:
            return on_empty
        folded = held if exact else [state.folded(value) for value in held]
        return any(matches(value, phrase) for value in folded for phrase in phrases) == positive

    return Judge(test, lambda state: _shown(texts(state)))


def _matcher(question: Question) -> tuple[Matcher, bool] | None:
    if question.op in POSITIVE:
        return POSITIVE[question.op], True
    if question.op in NEGATIVE:
        return POSITIVE[NEGATIVE[question.op]], False
    if question.switches["unsourced_names"] == "screen":
        return SCREEN.get(question.op)
    return None


def _shown(values: Iterable[str | None]) -> Any:
    held = list(values)
    return held[0] if len(held) == 1 else held


def of_ticket(question: Question) -> Judge:
    """The subject, the description, or both. `contains` sees the description's source (a switch)."""
    source = question.op in LOOKS_INTO and question.switches["description_search"] == "html"
    described = "description" if source else "description_text"
    names = {
        "subject": ("subject",),
        "description": (described,),
        "subject_or_description": ("subject", described),
    }[question.field]
    return text(question, lambda state: [state.read(name) for name in names])
