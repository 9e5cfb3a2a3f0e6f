"""Zendesk writes one value in several ways (an id as a number or a text, nothing as null, "" or "__NULL__")."""

from datetime import datetime
from typing import Any

from ..trace import CannotJudge, Record

EMPTY = frozenset({"", "__NULL__"})
STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")


def key(value: Any) -> str | None:
    """The one form that values are compared in: text, or None for nothing."""
    if type(value) is str:
        return None if value in EMPTY else value
    if value is None:
        return None
    return ("true" if value else "false") if type(value) is bool else str(value)


def stored(value: Any) -> Any:
    """A rule's value as a ticket holds it: ids are numbers there."""
    text = key(value)
    return int(text) if text is not None and text.isascii() and text.isdigit() else text


def words(value: Any) -> tuple[str, ...]:
    """A rule's list of tags or words: separated by blanks, or a list already."""
    parts = value if isinstance(value, list | tuple) else [value]
    return tuple(word for part in parts if part is not None for word in str(part).split())


def instant(value: Any) -> datetime | None:
    """An instant of the API; nothing for null. Raises CannotJudge for what is none."""
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise CannotJudge(f'"{value}" is not an instant such as 2026-03-02T09:00:00Z')
    return at


def custom_fields(ticket: Record) -> dict[str, Any]:
    """The custom fields by id as text. `fields` says the same again and is read where the other is absent."""
    listed = ticket.get("custom_fields") or ticket.get("fields") or ()
    return {str(entry["id"]): entry.get("value") for entry in listed}
