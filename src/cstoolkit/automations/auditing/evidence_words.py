"""A finding's sentence out of the numbers behind it. Endings of names say the unit: `_s`, `_at`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def in_words(message: str, evidence: Mapping[str, Any]) -> str:
    """`message` with its `{names}` filled in; what there is no evidence for is "unknown"."""
    return message.format_map(_Words(evidence))


def span_in_words(seconds: float) -> str:
    """The two largest units, rounded down: 3 d 4 h; 12 min; 40 s."""
    whole = int(seconds)
    for place, (size, unit) in enumerate(UNITS):
        if whole >= size:
            rest = whole % size // UNITS[place + 1][0] if place + 1 < len(UNITS) else 0
            return f"{whole // size} {unit}" + (f" {rest} {UNITS[place + 1][1]}" if rest else "")
    return f"{whole} s"


class _Words(dict[str, str]):
    """Makes a word when it is asked for: most evidence is not in the sentence."""

    def __init__(self, evidence: Mapping[str, Any]) -> None:
        super().__init__()
        self._evidence = evidence

    def __missing__(self, name: str) -> str:
        return _word(name, self._evidence[name]) if name in self._evidence else "unknown"


def _word(name: str, value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    if name.endswith("_s") and isinstance(value, int | float):
        return span_in_words(value)
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
