"""The demo's calendars, and how its people move through opening hours.

Instants inside the generator are whole seconds since 1970 UTC: lives are arithmetic on them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ..model.clock import Schedule

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = 3_600
DAY = 86_400

# Holidays are dates and not country codes: the same helpdesk whatever version of a holiday list is installed.
_ZONES: dict[str, tuple[str, dict[str, str], tuple[str, ...]]] = {
    "emea": ("Europe/Berlin", {"mon-fri": "08:00-18:00"}, ("01-01", "05-01", "10-03", "12-25", "12-26")),
    "amer": ("America/New_York", {"mon-fri": "08:30-18:00"}, ("01-01", "06-19", "07-04", "11-11", "12-25")),
    "apac": ("Asia/Tokyo", {"mon-fri": "09:00-17:30"}, ("01-01", "01-02", "01-03", "05-03", "05-05")),
}
REGIONS = tuple(_ZONES)


def instant(second: int) -> datetime:
    return EPOCH + timedelta(seconds=second)


def make_definitions(first: datetime, last: datetime) -> dict[str, dict[str, Any]]:
    """The calendars as plain data, as `model.clock.Schedule` and a project file read them."""
    years = range(first.year, last.year + 2)
    return {
        name: {
            "zone": zone,
            "hours": dict(hours),
            "holidays": [f"{year}-{day}" for year in years for day in days],
        }
        for name, (zone, hours, days) in _ZONES.items()
    }


@dataclass(frozen=True, slots=True)
class OpenHours:
    """The openings of one calendar in seconds since 1970, with running totals of open time."""

    opens: tuple[int, ...]
    closes: tuple[int, ...]
    totals: tuple[int, ...]

    def after(self, at: int, seconds: int) -> int:
        """The instant at which `seconds` of open time have passed since `at`."""
        number = bisect_right(self.opens, at) - 1
        passed = 0 if number < 0 else self.totals[number] - max(0, self.closes[number] - at)
        wanted = passed + max(seconds, 1)
        found = min(bisect_left(self.totals, wanted), len(self.totals) - 1)
        return self.closes[found] - (self.totals[found] - wanted)


def make_open_hours(name: str, definition: Mapping[str, Any], first: datetime, last: datetime) -> OpenHours:
    schedule = Schedule(name=name, **definition)
    openings = schedule.openings(first, last)
    opens = tuple(int((start - EPOCH).total_seconds()) for start, _ in openings)
    closes = tuple(int((end - EPOCH).total_seconds()) for _, end in openings)
    totals: list[int] = []
    for start, end in zip(opens, closes, strict=True):
        totals.append((totals[-1] if totals else 0) + end - start)
    return OpenHours(opens, closes, tuple(totals))
