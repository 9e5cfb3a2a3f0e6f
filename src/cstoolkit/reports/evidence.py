"""The numbers behind a finding, and a check's parameters, in words.

A key's ending says what its value is, as in the model: `_s` seconds, `_hours`, `_days`, `_at` an instant, `_share`
0..1. Spans of business time are shown in hours, for nobody can tell how long a business "day" is: those of a
check that runs on the business clock, and those whose key says so.
"""

import math
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ..model.findings import AuditReport
from .customer_text import visible
from .figures import HOUR, count, duration, hours, instant, percent

LONG = 80  # characters of one value that came from outside
BUSINESS = ("business", "open_hours")
MANY = 6  # items of a list


def evidence_text(evidence: Mapping[str, Any], *, business: bool = False) -> str:
    """One line: "age 3 d 4 h; limit 8 h". Keys in their given order; empty values are left out.

    `business`: all of it is business time.
    """
    return "; ".join(f"{label} {words}" for label, words in _parts(evidence, business=business))


def business_checks(report: AuditReport) -> frozenset[str]:
    return frozenset(check.id for check in report.checks if check.clock == "business")


def _parts(evidence: Mapping[str, Any], *, business: bool) -> Iterator[tuple[str, str]]:
    for key, value in evidence.items():
        words = _words(f"business_{key}" if business else str(key), value)
        if words:
            yield _label(str(key)), words


def _label(key: str) -> str:
    for ending in ("_s", "_at", "_days", "_hours"):
        key = key.removesuffix(ending)
    return visible(key.replace("_", " "), LONG)


def _words(key: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case timedelta():
            return _span(key, value.total_seconds())
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


def _span(key: str, seconds: float) -> str:
    is_business = any(word in key for word in BUSINESS)
    return hours(seconds) if is_business else duration(seconds)


def _number(key: str, value: float) -> str:
    if not math.isfinite(value):
        return ""
    if key.endswith("_s"):
        return _span(key, value)
    if key.endswith("_hours"):
        return hours(value * HOUR)
    if key.endswith("_days"):
        return f"{count(value)} d"
    if key.endswith("share"):
        return percent(value)
    return count(value) if value.is_integer() else f"{value:.2f}".rstrip("0").rstrip(".")


def _list(key: str, value: list[Any] | tuple[Any, ...] | AbstractSet[Any]) -> str:
    ordered = sorted(value, key=str) if isinstance(value, AbstractSet) else value
    words = [words for words in (_words(key, each) for each in ordered[:MANY]) if words]
    more = len(ordered) - MANY
    return ", ".join(words) + (f" and {count(more)} more" if more > 0 else "")
