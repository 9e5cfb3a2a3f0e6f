"""Freshdesk writes one value in several ways (an id as a number or a text, nothing as null or "")."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from ..trace import CannotJudge, Record

ANY = "--"
"""Any value, in an event's `from` and `to`."""


def key(value: Any) -> str | None:
    """The one form that values are compared in: text, or None for nothing."""
    if type(value) is str:
        return value or None
    if value is None:
        return None
    if type(value) is bool:
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def listed(value: Any) -> tuple[Any, ...]:
    """A condition's value as a list: one that is none stands for itself."""
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def keys_of(value: Any) -> frozenset[str | None]:
    return frozenset(key(one) for one in listed(value))


def stored(value: Any) -> Any:
    """A rule's id as a ticket holds it: a number. One script sends ids as texts."""
    text = key(value)
    return int(text) if text is not None and text.isascii() and text.isdigit() else value


def is_id(value: Any) -> bool:
    """Whether it can be the id of somebody; words and negative numbers stand for what is not documented."""
    text = key(value)
    return text is not None and text.isascii() and text.isdigit() and int(text) > 0


def decimal(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


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


def record_of(value: Any) -> Record:
    return value if isinstance(value, dict) else {}


def records_of(value: Any) -> tuple[Record, ...]:
    """The records of a list. What is none becomes an empty one, which nobody can judge."""
    if value is None:
        return ()
    return tuple(record_of(one) for one in value) if isinstance(value, list | tuple) else ({},)
