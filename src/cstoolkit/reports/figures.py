"""Numbers, spans and instants as people read them. English words, no locale, no clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from ..model.findings import Metric

THIN = "\u202f"  # narrow and never broken over two lines
NOTHING = "\u2013"
MINUS = "\u2212"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUTE, HOUR, DAY = 60, 3_600, 86_400
DAYS_ONLY = 100 * DAY  # from here on hours say nothing

Tone = Literal["good", "bad", "flat"]


def count(number: float, separator: str = THIN) -> str:
    """A whole number with its thousands apart: 12 345."""
    return f"{round(number):,}".replace(",", separator).replace("-", MINUS)


def signed(number: float) -> str:
    """A difference: +12 or ±0."""
    whole = round(number)
    if whole == 0:
        return "±0"
    return f"+{count(whole)}" if whole > 0 else count(whole)


def percent(share: float) -> str:
    """A share of 0..1 as percent, one decimal."""
    return f"{share * 100:.1f}{THIN}%".replace("-", MINUS)


def duration(seconds: float) -> str:
    """A span by its two largest units, rounded down: 3 d 4 h; 12 min; 143 d."""
    if seconds < 0:
        return MINUS + duration(-seconds)
    whole = int(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min"
    if whole >= DAYS_ONLY:
        return f"{count(whole // DAY)} d"
    if whole < DAY:
        return _two(whole // HOUR, "h", whole % HOUR // MINUTE, "min")
    return _two(whole // DAY, "d", whole % DAY // HOUR, "h")


def hours(seconds: float) -> str:
    """A span of business time: 31 h 20 min, never days."""
    if seconds < HOUR:
        return duration(seconds)
    return _two(int(seconds // HOUR), "h", int(seconds % HOUR // MINUTE), "min")


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    whole = f"{count(large)} {large_unit}"
    return f"{whole} {small} {small_unit}" if small else whole


def things(number: int, one: str, many: str | None = None) -> str:
    """The number with its noun: 1 ticket, 2 tickets."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def unbroken(text: str) -> str:
    """The text with spaces that no line breaks at."""
    return text.replace(" ", "\u00a0")


def instant(at: datetime) -> str:
    """2026-03-31 12:00 UTC: sortable, and free of doubt about day and month."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def day(on: date) -> str:
    """31 Mar 2026. Month names are ours: strftime's follow the machine's locale."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def metric_text(metric: Metric) -> str:
    """The value in its unit, set as everywhere else in a report; signed where the audit's own text is."""
    if metric.value is None:
        return NOTHING
    match metric.unit:
        case "seconds":
            return duration(metric.value)
        case "share":
            return percent(metric.value)
        case "tickets":
            return signed(metric.value) if metric.text.startswith(("+", "-")) else count(metric.value)


@dataclass(frozen=True)
class Change:
    """A figure against the previous run: an arrow for the eye, words for the ear, and whether it is good."""

    arrow: str
    text: str
    words: str
    tone: Tone


def change(metric: Metric) -> Change | None:
    """None where there is nothing to compare with."""
    if metric.change is None:
        return None
    size = abs(metric.change)
    text = _amount(size, metric.unit)
    if text == _amount(0, metric.unit):
        return Change("▪", "no change", "no change", "flat")
    rose = metric.change > 0
    good = {"lower": not rose, "higher": rose, "neither": None}[metric.better]
    tone: Tone = "flat" if good is None else "good" if good else "bad"
    return Change("▲" if rose else "▼", text, f"{'up' if rose else 'down'} {text}", tone)


def _amount(size: float, unit: str) -> str:
    if unit == "seconds":
        return duration(size)
    if unit == "share":
        return f"{size * 100:.1f} pp"
    return count(size)
