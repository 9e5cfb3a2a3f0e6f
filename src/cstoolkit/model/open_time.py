"""Open time as numbers: weekly local hours turned into UTC intervals, and sums over them.

Everything here counts whole microseconds since 1970-01-01 UTC. An instant is open if the wall clock of
the zone shows an open minute at that instant on a day that is no holiday. So local times that a
change of offset skips never count, and local times that it repeats count twice: an interval holds as
much open time as passes on a stopwatch that runs while the wall clock shows open hours.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cstoolkit.model.weekly_hours import DAY, Span

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_YEAR, LAST_YEAR = 1970, 2100
SECOND = 1_000_000
DAY_SECONDS = 86_400


class Table(NamedTuple):
    """Openings of whole UTC years: `opens[i]` to `closes[i]`, with `before[i]` open µs before `opens[i]`."""

    start: int
    end: int
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    before: tuple[int, ...]

    def elapsed(self, at: int) -> int:
        """Open µs from the start of the table to `at`."""
        i = bisect_right(self.opens, at) - 1
        if i < 0:
            return 0
        closes = self.closes[i]
        return self.before[i] + min(closes, at) - self.opens[i]


class OpenTime:
    """The open time of one weekly plan in one zone; computes each year when it is first asked for.

    Instants before 1970 or after 2100 raise ValueError. Safe to share between threads: tables are
    replaced whole, so the worst case is a year computed twice.
    """

    def __init__(
        self, zone: ZoneInfo, hours: tuple[Span, ...], closed_in: Callable[[int], frozenset[date]]
    ) -> None:
        self._zone = zone
        self._windows = _windows_by_weekday(hours)
        self._closed_in = closed_in
        self._years: dict[int, list[Span]] = {}
        self._closed: dict[int, frozenset[date]] = {}
        self._table = Table(0, 0, (), (), ())

    def is_holiday(self, day: date) -> bool:
        """Whether a local date is closed all day."""
        if day.year not in self._closed:
            self._closed[day.year] = self._closed_in(day.year)
        return day in self._closed[day.year]

    def between(self, start: int, end: int) -> int:
        """Open µs in [start, end)."""
        table = self._table
        if start < table.start or end >= table.end:
            table = self._reach(start, end)
        return table.elapsed(end) - table.elapsed(start)

    def next_open(self, at: int) -> int | None:
        """The first open instant from `at` on; None if there is none up to 2100."""
        for table in self._reaching_out(at, 1):
            i = bisect_right(table.closes, at)
            if i < len(table.closes):
                return max(table.opens[i], at)
        return None

    def latest_start(self, end: int, span: int) -> int | None:
        """The latest instant with `span` > 0 open µs from it to `end`; None if 1970 is too late for it."""
        for table in self._reaching_out(end, -1):
            target = table.elapsed(end) - span
            if target >= 0:
                i = bisect_right(table.before, target) - 1
                return table.opens[i] + target - table.before[i]
        return None

    def earliest_end(self, start: int, span: int) -> int | None:
        """The earliest instant with `span` > 0 open µs from `start` to it; None if 2100 is too early."""
        for table in self._reaching_out(start, 1):
            target = table.elapsed(start) + span
            if target <= table.elapsed(table.end):
                i = bisect_left(table.before, target) - 1
                return table.opens[i] + target - table.before[i]
        return None

    def openings(self, start: int, end: int) -> Iterator[Span]:
        """Openings in [start, end), cut to it."""
        if start == end:
            return
        table = self._reach(start, end)
        for i in range(bisect_right(table.closes, start), bisect_left(table.opens, end)):
            yield max(table.opens[i], start), min(table.closes[i], end)

    def _reaching_out(self, at: int, direction: int) -> Iterator[Table]:
        """Tables that hold `at` and reach further each time, doubling, up to the last year there is."""
        here, limit = _year(at), LAST_YEAR if direction > 0 else FIRST_YEAR
        years = 0
        while True:
            far = here + direction * min(years, abs(limit - here))
            yield self._reach(at, _new_year(far))
            if far == limit:
                return
            years = years * 2 or 1

    def _reach(self, one: int, other: int) -> Table:
        """The table, grown so that both instants lie in it."""
        table = self._table
        low, high = min(one, other), max(one, other)
        if table.start <= low and high < table.end:
            return table
        first, last = _year(low), _year(high)
        if table.end:
            first, last = min(first, _year(table.start)), max(last, _year(table.end - 1))
        self._table = table = self._build(first, last)
        return table

    def _build(self, first: int, last: int) -> Table:
        for year in range(first, last + 1):
            if year not in self._years:
                self._years[year] = list(self._openings_of(year))
        spans = merge(span for year in range(first, last + 1) for span in self._years[year])
        opens, closes = tuple(span[0] for span in spans), tuple(span[1] for span in spans)
        sums = accumulate((closes - opens for opens, closes in spans), initial=0)
        return Table(_new_year(first), _new_year(last + 1), opens, closes, tuple(sums)[: len(spans)])

    def _openings_of(self, year: int) -> Iterator[Span]:
        """Where the offset does not change, local time is UTC moved by it; so go from change to change."""
        for start, end, offset in _offsets(self._zone, year):
            for day in range((start + offset) // DAY_SECONDS, (end + offset - 1) // DAY_SECONDS + 1):
                local = date.fromordinal(day + EPOCH.toordinal())
                windows = self._windows[local.weekday()]
                if not windows or self.is_holiday(local):
                    continue
                midnight = day * DAY_SECONDS - offset
                for opens, closes in windows:
                    clipped = max(midnight + opens * 60, start), min(midnight + closes * 60, end)
                    if clipped[0] < clipped[1]:
                        yield clipped[0] * SECOND, clipped[1] * SECOND


def merge(spans: Iterable[Span]) -> list[Span]:
    """Sorted spans, those that touch made one."""
    merged: list[Span] = []
    for opens, closes in spans:
        if merged and merged[-1][1] == opens:
            merged[-1] = (merged[-1][0], closes)
        else:
            merged.append((opens, closes))
    return merged


def _windows_by_weekday(hours: tuple[Span, ...]) -> list[list[Span]]:
    """Minutes of the week, cut at every midnight: a holiday closes one date, not a night shift's rest."""
    days: list[list[Span]] = []
    for midnight in range(0, 7 * DAY, DAY):
        cut = [(max(opens - midnight, 0), min(closes - midnight, DAY)) for opens, closes in hours]
        days.append([(opens, closes) for opens, closes in cut if opens < closes])
    return days


def _offsets(zone: ZoneInfo, year: int) -> Iterator[tuple[int, int, int]]:
    """Runs of one UTC offset in a UTC year: (start, end, offset), all in seconds."""
    start, end = (_new_year(year) // SECOND, _new_year(year + 1) // SECOND)
    # No zone has changed its offset twice within six days since 1970, so a look a day finds every change.
    looks = [*range(start, end, DAY_SECONDS), end]
    run = start
    for low, high in pairwise(looks):
        before, after = _offset(zone, low), _offset(zone, high)
        if before == after:
            continue
        change = bisect_right(range(low, high + 1), 0, key=lambda at: _offset(zone, at) != before) + low
        if run < change:
            yield run, change, before
        run = change
    if run < end:
        yield run, end, _offset(zone, run)


def _offset(zone: ZoneInfo, at: int) -> int:
    local = (EPOCH + timedelta(seconds=at)).astimezone(zone)
    return int(local.utcoffset() / timedelta(seconds=1))  # type: ignore[operator]


def _year(at: int) -> int:
    year = (EPOCH + timedelta(microseconds=at)).year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(
            f"{EPOCH + timedelta(microseconds=at)} is outside the years that the business clock knows, "
            f"{FIRST_YEAR} to {LAST_YEAR}"
        )
    return year


def _new_year(year: int) -> int:
    return (date(year, 1, 1).toordinal() - EPOCH.toordinal()) * DAY_SECONDS * SECOND
