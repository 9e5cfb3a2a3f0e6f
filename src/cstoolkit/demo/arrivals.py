"""When tickets arrive: a busy Monday, quiet nights and weekends in three regions, growth, and one outage."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from .calendars import DAY, HOUR, instant
from .dice import noise

# Share of a day's tickets by local hour, and of a week's by weekday (Monday first).
_HOURS = (2, 1, 1, 1, 1, 2, 5, 12, 26, 38, 42, 38, 30, 34, 38, 36, 31, 25, 18, 14, 12, 10, 7, 4)
_WEEKDAYS = (1.38, 1.12, 1.05, 1.0, 0.88, 0.27, 0.22)
_REGIONS = (("Europe/Berlin", 0.58), ("America/New_York", 0.30), ("Asia/Tokyo", 0.12))
OUTAGE_LENGTH = 4 * HOUR
_OUTAGE_FACTOR = 9.0


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The instants of all tickets: number i is the i-th to arrive, whatever the others are.

    `totals` are running totals of the arrival rate by hour from `start`; `end` is `as_of`.
    """

    seed: int
    tickets: int
    start: int
    end: int
    outage_at: int
    totals: tuple[float, ...]

    def at(self, number: int) -> int:
        """When ticket `number` (from 0) arrives; never before that of a smaller number."""
        target = (number + noise(self.seed, number, 1)) / self.tickets * self.totals[-1]
        hour = min(bisect_right(self.totals, target), len(self.totals) - 1)
        before = self.totals[hour - 1] if hour else 0.0
        share = (target - before) / (self.totals[hour] - before)
        return min(self.start + int((hour + share) * HOUR), self.end)

    def in_outage(self, at: int) -> bool:
        return self.outage_at <= at < self.outage_at + OUTAGE_LENGTH

    def first_after(self, at: int) -> int:
        """The first number that arrives at `at` or later; `tickets` if none does."""
        low, high = 0, self.tickets
        while low < high:
            middle = (low + high) // 2
            if self.at(middle) < at:
                low = middle + 1
            else:
                high = middle
        return low

    def most_within(self, hours: int) -> int:
        """An upper bound of how many tickets arrive in any stretch of that many hours."""
        ends = self.totals[hours:] or self.totals[-1:]
        busiest = max(end - start for start, end in zip((0.0, *self.totals), ends, strict=False))
        return int(busiest / self.totals[-1] * self.tickets) + 2


def make_arrivals(*, seed: int, tickets: int, days: int, end: int) -> Arrivals:
    start = end - days * DAY
    outage_at = _find_outage(end - min(26 * DAY, days * DAY * 3 // 10), start)
    rates = _hourly_rates(start, days * 24, outage_at)
    return Arrivals(seed, tickets, start, end, outage_at, tuple(accumulate(rates)))


def _find_outage(around: int, start: int) -> int:
    """Ten in the morning in Berlin on the last weekday up to `around`, if that is still in range."""
    local = instant(around).astimezone(ZoneInfo("Europe/Berlin"))
    morning = local.replace(hour=10, minute=0, second=0, microsecond=0)
    morning -= timedelta(days=max(0, morning.weekday() - 4))
    return max(int(morning.timestamp()), start)


def _hourly_rates(start: int, hours: int, outage_at: int) -> Iterator[float]:
    zones = [(ZoneInfo(name), share) for name, share in _REGIONS]
    for hour in range(hours):
        at = start + hour * HOUR
        moment = instant(at)
        local = ((moment.astimezone(zone), share) for zone, share in zones)
        rate = sum(share * _HOURS[when.hour] * _WEEKDAYS[when.weekday()] for when, share in local)
        growth = 0.93 + 0.14 * hour / hours
        in_outage = outage_at - HOUR < at < outage_at + OUTAGE_LENGTH - HOUR
        yield rate * growth * (_OUTAGE_FACTOR if in_outage else 1.0)
