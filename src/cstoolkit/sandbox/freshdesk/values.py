"""How the vendor writes instants, and what it makes of texts."""

import html
import re
from datetime import UTC, datetime

_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"<(?:br\s*/?|/p|/div|/li)>", re.IGNORECASE)
_MARKUP = re.compile(r"<[a-zA-Z/]")


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def instant(text: str) -> datetime:
    """ValueError for what is no instant; one without an offset is UTC."""
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def as_html(text: str) -> str:
    """Text without markup is put into an element: the vendor rewrites what it is sent."""
    if _MARKUP.search(text):
        return text
    escaped = html.escape(text, quote=False).replace("\n", "<br>")
    return f"<div>{escaped}</div>"


def as_text(markup: str) -> str:
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", markup))).strip()
