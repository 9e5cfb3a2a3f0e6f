"""Texts in conditions: the words of a comment or a subject, and what `includes` and `is` mean there."""

import re
from collections.abc import Callable

from ..switches import Switches
from .state import TicketState

TextTest = Callable[[str], bool]
_WORD = re.compile(r"\w+")


def fold(text: str, switches: Switches) -> str:
    return text.casefold() if switches["text_case"] == "folded" else text


def has_any_word(wanted: tuple[str, ...], switches: Switches) -> TextTest:
    """Whether a folded text has one of the words, whole or as a part by the switch `text_words`."""
    folded = [fold(word, switches) for word in wanted]
    if switches["text_words"] == "part":
        return lambda text: any(word in text for word in folded)
    pattern = "|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in folded) or r"(?!)"
    return lambda text: re.search(pattern, text) is not None


def has_string(wanted: str, switches: Switches) -> TextTest:
    folded = fold(wanted, switches)
    return lambda text: folded in text


def plain_words(wanted: tuple[str, ...], switches: Switches) -> frozenset[str] | None:
    """The words as `words_of` gives them; None if one of them is no single word, or parts count too."""
    folded = [fold(word, switches) for word in wanted]
    whole = switches["text_words"] == "whole" and all(_WORD.fullmatch(word) for word in folded)
    return frozenset(folded) if whole else None


def folded_comment(state: TicketState) -> str | None:
    """The text of this update's comment; on a new ticket without one, the description. None: no comment."""
    if "comment" not in state.memo:
        raw = _comment(state)
        state.memo["comment"] = None if raw is None else fold(raw, state.switches)
    text: str | None = state.memo["comment"]
    return text


def folded_subject(state: TicketState) -> str:
    return fold(state.ticket.get("subject") or "", state.switches)


def folded_description(state: TicketState) -> str:
    return fold(state.ticket.get("description") or "", state.switches)


def words_of(name: str, text: str | None, state: TicketState) -> frozenset[str]:
    """Its words, found once for each text of a name."""
    held = state.memo.get(name)
    if held is None or held[0] != text:
        held = state.memo[name] = (text, frozenset(_WORD.findall(text or "")))
    found: frozenset[str] = held[1]
    return found


def _comment(state: TicketState) -> str | None:
    comment = state.update.comment
    if comment is None:
        return (state.ticket.get("description") or "") if state.update.kind == "created" else None
    return comment.get("body") or comment.get("plain_body") or comment.get("html_body") or ""
