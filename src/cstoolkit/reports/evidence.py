"""The numbers behind a finding, and a check's parameters, in words.

A key's ending says what its value is, as in the model: `_s` seconds, `_at` an instant, `_share` 0..1.
"""

import math
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from .customer_text import visible
from .figures import count, duration, instant, percent

LONG = 80  # characters of one value that came from outside
MANY = 6  # items of a list


def evidence_text(evidence: Mapping[str, Any]) -> str:
    """One line: "age 3 d 4 h; limit 8 h". Keys in their given order; empty values are left out."""
    return "; ".join(f"{label} {words}" for label, words in _parts(evidence))


def _parts(evidence: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in evidence.items():
        words = _words(str(key), value)
        if words:
            yield _label(str(key)), words


def _label(key: str) -> str:
    for ending in ("_s", "_at"):
        key = key.removesuffix(ending)
    return visible(key.replace("_", " "), LONG)


def _words(key: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case timedelta():
            return duration(value.total_seconds())
        case int() | float() | Decimal():
            return _number(key, float(value))
        case datetime():
            return instant(value) if value.tzinfo else value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case Mapping():
            # Inner keys name groups or priorities; the outer one still says what the numbers are.
            inner = ((visible(str(name), LONG), _words(key, each)) for name, each in value.items())
            return ", ".join(f"{name} {words}" for name, words in inner if words)
        case list() | tuple() | AbstractSet():
            return _list(key, value)
        case _:
            return visible(str(value), LONG)


def _number(key: str, value: float) -> str:
    if not math.isfinite(value):
        return ""
    if key.endswith("_s"):
        return duration(value)
    if key.endswith("share"):
        return percent(value)
    return count(value) if value.is_integer() else f"{value:.2f}".rstrip("0").rstrip(".")


def _list(key: str, value: list[Any] | tuple[Any, ...] | AbstractSet[Any]) -> str:
    ordered = sorted(value, key=str) if isinstance(value, AbstractSet) else value
    words = [words for words in (_words(key, each) for each in ordered[:MANY]) if words]
    more = len(ordered) - MANY
    return ", ".join(words) + (f" and {count(more)} more" if more > 0 else "")
