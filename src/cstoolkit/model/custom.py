"""Custom field values: how they are stored as JSON, and how conditions read them.

A custom field's type is the account's affair, so the form in JSON is the meaning: numbers are JSON numbers
(64-bit floats: 15 digits are exact), flags `true` and `false`, several choices an array of texts, instants
texts like `2026-03-02T09:00:00.000000Z`. A text that looks like an instant or a date is one for the
operators on instants, and a text for all others.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from .people import Custom
from .text import Text, fold_or_missing

CustomValue = str | bool | Decimal | datetime | tuple[str, ...] | None

# The pattern is RE2 and Python's `re` at once: the store reads instants with the same one.
INSTANT_PATTERN = (
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?Z)?"
)
_INSTANT = re.compile(INSTANT_PATTERN)
_WRITTEN_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


def custom_to_json(custom: Mapping[str, CustomValue]) -> str:
    """Custom fields as one JSON object. Raises ValueError for a number that is no finite 64-bit float."""
    return _dump({name: _json_value(name, value) for name, value in custom.items()})


def custom_from_json(text: str | None) -> Custom:
    """What `custom_to_json` wrote; other JSON (nested objects) comes back as its text."""
    loaded: dict[str, Any] = json.loads(text, parse_float=Decimal, parse_int=Decimal) if text else {}
    return {name: _model_value(value) for name, value in loaded.items()}


def custom_folded_to_json(custom: Mapping[str, CustomValue]) -> str:
    """The folded texts of those custom fields that hold text, as one JSON object; blank ones are left out."""
    texts = {name: text_value(value) for name, value in custom.items()}
    return _dump({name: text.folded for name, text in texts.items() if text})


def instant_text(instant: datetime) -> str:
    """An instant as custom fields store it. One without a zone is UTC."""
    at = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    return f"{at.year:04}-{at:%m-%dT%H:%M:%S.%f}Z"


def text_value(value: CustomValue) -> Text | None:
    """The value as text; None where it is blank or no text."""
    raw = instant_text(value) if isinstance(value, datetime) else value
    if not isinstance(raw, str):
        return None
    folded = fold_or_missing(raw)
    return None if folded is None else Text(raw, folded)


def flag_value(value: CustomValue) -> bool | None:
    """The value as a flag; None where it is none."""
    return value if isinstance(value, bool) else None


def number_value(value: CustomValue) -> float | None:
    """The value as a number; None where it is none."""
    return float(value) if isinstance(value, Decimal) else None


def set_value(value: CustomValue) -> frozenset[str] | None:
    """The value as a set: no value is the empty set, anything but several choices is None."""
    if value is None:
        return frozenset()
    return frozenset(value) if isinstance(value, tuple) else None


def instant_value(value: CustomValue) -> datetime | None:
    """The value as an instant, a date being its first moment in UTC; None where it is none."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:  # 30 February, or the year 0
        return None
    return found.replace(tzinfo=UTC)


def is_empty(value: CustomValue) -> bool:
    """No value, blank text, or no choice made."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or value == ()


def _json_value(name: str, value: CustomValue) -> str | bool | int | float | list[str] | None:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Decimal):
        number = float(value)
        if not math.isfinite(number):
            raise ValueError(f'custom field "{name}": {value} is too large a number')
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    return value


def _model_value(value: Any) -> CustomValue:
    if isinstance(value, str) and _WRITTEN_INSTANT.fullmatch(value):
        return instant_value(value) or value
    if isinstance(value, list):
        return tuple(item if isinstance(item, str) else json.dumps(item, default=str) for item in value)
    if isinstance(value, dict):
        return json.dumps(value, default=str, ensure_ascii=False)
    return value if isinstance(value, str | bool | Decimal) else None


_dump = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode  # made once: json.dumps makes one with every call
