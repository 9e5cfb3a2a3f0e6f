"""Folded text: the one form in which `contains` and `word` compare, made once at every door."""

import unicodedata
from typing import NamedTuple


def fold(text: str) -> str:
    """NFKC, then casefold, then NFKC again (casefold can undo the normal form)."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def fold_or_missing(text: str | None) -> str | None:
    """The folded text, or None where there is none: blank text is missing."""
    if text is None or not text.strip():
        return None
    return fold(text)


class Text(NamedTuple):
    """A text that is not blank: as it stands (for `regex`), and folded (for everything else)."""

    raw: str
    folded: str


def present(raw: str | None, folded: str | None) -> tuple[Text, ...]:
    """The text as a tuple of one, or of none where it is missing."""
    return () if raw is None or folded is None else (Text(raw, folded),)
