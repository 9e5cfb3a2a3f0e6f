"""Lengths of time as people write them: `30m`, `4h`, `3d`, `16h business`, `16h business on EMEA`."""

import re
from datetime import timedelta
from typing import Literal, cast

from .conditions import Span

LONGEST = timedelta(days=36_525)  # a century; more is a typing mistake, and would leave the calendar
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}

_SPAN = re.compile(r"([0-9]+)([mhd])(?: +business(?: +on +(\S.*))?)?")
_NEARLY = re.compile(r"([0-9]+(?:\.[0-9]+)?) *([A-Za-z]+)( +business.*)?")
_WORDS = {
    "min": "m", "mins": "m", "minute": "m", "minutes": "m", "hr": "h", "hrs": "h", "hour": "h",
    "hours": "h", "day": "d", "days": "d",
}  # fmt: skip
_WEEKS = {"w", "wk", "week", "weeks"}


class SpanError(ValueError):
    """A text that is no length of time. `hint` says what to write instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def parse_span(text: str) -> Span:
    """Read a length of time. Raises SpanError."""
    found = _SPAN.fullmatch(text.strip())
    if not found:
        raise SpanError(f'"{text}" is not a length of time', _advice(text.strip()))
    digits, unit, calendar = found.groups()
    business = "business" in text.strip()[found.end(2) :]
    if business and unit == "d":
        raise SpanError(
            "a business day has no length", f"write hours, for example {int(digits) * 8}h business"
        )
    if len(digits) > 9 or int(digits) * UNITS[unit] > LONGEST:
        raise SpanError(f'"{text}" is longer than a century', "write a shorter time")
    return Span(
        int(digits), cast("Literal['m', 'h', 'd']", unit), (calendar or "").strip() if business else None
    )


def span_text(span: Span) -> str:
    """The span as `parse_span` reads it."""
    text = f"{span.amount}{span.unit}"
    if span.calendar is None:
        return text
    return f"{text} business on {span.calendar}" if span.calendar else f"{text} business"


def span_length(span: Span) -> timedelta:
    """How long it is, on the clock that it names; a day is 24 hours."""
    return span.amount * UNITS[span.unit]


def _advice(text: str) -> str:
    """What to write instead: the nearest span where the text has a number."""
    if re.fullmatch(r"[0-9]+", text):
        return f"write a unit: {text}h"
    found = _NEARLY.fullmatch(text)
    if not found:
        return "write a number and a unit, such as 30m, 4h, 3d or 16h business"
    number, word, business = found[1], found[2].lower(), found[3] or ""
    if word in _WEEKS and "." not in number:
        return f"there are no weeks; write {int(number) * 7}d{business}"
    unit = _WORDS.get(word, word)
    if unit not in UNITS:
        return "units are m (minutes), h (hours) and d (days)"
    if "." in number:
        minutes = float(number) * (UNITS[unit] / UNITS["m"])
        return f"write whole numbers: {round(minutes)}m{business}"
    return f"write {number}{unit}{business}"
