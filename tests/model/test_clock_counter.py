"""The business clock against a counter that knows nothing of it.

The counter walks over UTC minutes, asks zoneinfo what the wall clock shows in each, and looks that minute
of the week up. Half of the intervals or more cross a change of the zone's offset. HYPOTHESIS_PROFILE=full
compares 10,000 intervals.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cstoolkit.model.clock import Schedule

# Days on which the offset changes; for zones that keep theirs, any day.
CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2025, 11, 2)),
    ("America/Sao_Paulo", date(2018, 2, 18)),  # midnight comes twice
    ("America/Sao_Paulo", date(2018, 11, 4)),  # midnight never comes
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # by half an hour
    ("Asia/Kathmandu", date(1986, 1, 1)),  # +5:30 to +5:45
    ("Asia/Tehran", date(2022, 9, 22)),
    ("Pacific/Apia", date(2011, 12, 30)),  # a day left out
    ("Africa/Casablanca", date(2026, 2, 15)),  # Ramadan
    ("America/St_Johns", date(2011, 3, 13)),  # at one minute past midnight
    ("Asia/Kolkata", date(2024, 6, 1)),
    ("UTC", date(1999, 12, 31)),
    ("Pacific/Chatham", date(2026, 9, 27)),  # at 02:45
]
REACH = timedelta(days=60)
MINUTE = 60_000_000
WEEK = 7 * 1440


@cache
def walls(zone: str, change: date) -> tuple[int, np.ndarray, np.ndarray]:
    """The first UTC minute around a change, and each minute's local day (ordinal) and minute of the week."""
    first = int((noon(change) - REACH - timedelta(days=2)).timestamp()) // 60
    local = [datetime.fromtimestamp(60 * (first + i), ZoneInfo(zone)) for i in range(124 * 1440)]
    days = np.array([wall.toordinal() for wall in local])
    minutes = np.array([wall.hour * 60 + wall.minute for wall in local])
    return first, days, (days - 1) % 7 * 1440 + minutes  # ordinal 1 was a Monday


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


class Counter:
    """Whether each UTC minute around a change is open, and how many open microseconds a span has."""

    def __init__(self, zone, change, hours, holidays):
        week = np.zeros(WEEK, dtype=bool)
        for opens, closes in hours:
            week[opens:closes] = True
        self.first, days, minute_of_week = walls(zone, change)
        self.open = week[minute_of_week] & ~np.isin(days, [day.toordinal() for day in holidays])

    def is_open(self, at):
        return bool(self.open[self._offset(at) // MINUTE])

    def count(self, start, end):
        low, high = self._offset(start), self._offset(end)
        if low == high:
            return timedelta()
        total = int(self.open[low // MINUTE : -(-high // MINUTE)].sum()) * MINUTE
        total -= low % MINUTE * int(self.open[low // MINUTE])
        total -= -high % MINUTE * int(self.open[(high - 1) // MINUTE])
        return timedelta(microseconds=total)

    def _offset(self, at):
        return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) - self.first * MINUTE


def hours(cuts):
    cuts = sorted(cuts)
    return list(zip(cuts[::2], cuts[1::2], strict=False))


@st.composite
def cases(draw):
    """A schedule, its counter, and an interval of up to 60 days that starts up to 60 days before a change."""
    zone, change = draw(st.sampled_from(CHANGES))
    week = hours(draw(st.sets(st.integers(0, WEEK), max_size=16)))
    near = st.integers(-60, 60).map(lambda days: change + timedelta(days=days))
    closed = draw(st.sets(near, max_size=4))
    schedule = Schedule(name="any", zone=zone, hours=week, holidays=closed)
    start = draw(instants(noon(change) - REACH, noon(change) + timedelta(days=1)))
    end = draw(instants(start, start + REACH))
    return schedule, Counter(zone, change, week, closed), start, end


def instants(low, high):
    span = (high - low) // timedelta(microseconds=1)
    whole_minutes = st.integers(0, span // MINUTE).map(lambda minutes: minutes * MINUTE)
    return st.one_of(st.integers(0, span), whole_minutes).map(lambda us: low + timedelta(microseconds=us))


@settings(max_examples=2 * settings.default.max_examples)
@given(cases())
def test_business_time_equals_the_count_of_open_minutes(case):
    schedule, counter, start, end = case

    assert schedule.business_time(start, end) == counter.count(start, end)


@given(cases())
def test_is_open_where_the_wall_clock_shows_an_open_minute(case):
    schedule, counter, start, end = case

    assert schedule.is_open(start) == counter.is_open(start)
    assert schedule.is_open(end) == counter.is_open(end)


@given(cases())
def test_openings_are_the_runs_of_open_minutes(case):
    schedule, counter, start, end = case

    openings = schedule.openings(start, end)

    edges = [instant for opening in openings for instant in opening]
    assert all(before < after for before, after in pairwise(edges))
    assert all(start <= instant <= end for instant in edges)
    assert all(counter.count(opens, closes) == closes - opens for opens, closes in openings)
    assert sum((closes - opens for opens, closes in openings), timedelta()) == counter.count(start, end)


@given(cases(), st.data())
def test_subtract_is_the_latest_instant_from_which_the_span_has_passed(case, data):
    schedule, counter, start, end = case
    total = counter.count(start, end)
    span = data.draw(st.one_of(st.just(total), st.timedeltas(timedelta(), total)))

    threshold = schedule.subtract(end, span)

    near = [threshold + timedelta(microseconds=step) for step in (-1, 0, 1)]
    for x in [*near, start, data.draw(instants(start, end))]:
        if start <= x <= end:
            assert (counter.count(x, end) >= span) == (x <= threshold)
    assert start <= threshold <= end


@given(cases(), st.data())
def test_add_is_the_earliest_instant_by_which_the_span_has_passed(case, data):
    schedule, counter, start, end = case
    total = counter.count(start, end)
    span = data.draw(st.one_of(st.just(total), st.timedeltas(timedelta(), total)))

    target = schedule.add(start, span)

    near = [target + timedelta(microseconds=step) for step in (-1, 0, 1)]
    for y in [*near, end, data.draw(instants(start, end))]:
        if start <= y <= end:
            assert (counter.count(start, y) >= span) == (y >= target)
    assert start <= target <= end


@given(cases())
def test_next_open_at_is_open_and_nothing_before_it_is(case):
    schedule, counter, start, end = case
    if not counter.count(start, end):
        return

    opens = schedule.next_open_at(start)

    assert counter.is_open(opens)
    assert counter.count(start, opens) == timedelta()
