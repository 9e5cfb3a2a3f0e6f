"""Folded text: the one form in which `contains` and `word` compare, made once at every door."""

import unicodedata


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
