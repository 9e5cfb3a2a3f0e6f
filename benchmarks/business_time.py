"""Open time of many intervals, one call each: ours beside businesstimedelta, answers compared first.

    python benchmarks/business_time.py [--rows 1000000] [--sample 2000]

businesstimedelta answers in whole seconds and drops the rest, so our answers are cut the same way before
they are compared. Exit code 1 if any two differ.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time

from cstoolkit.model.clock import Schedule

FIRST_YEAR, LAST_YEAR = 2022, 2025
ZONE, COUNTRY = "Europe/Berlin", "DE-BE"
Interval = tuple[datetime, datetime]
Contender = Callable[[datetime, datetime], timedelta]


def intervals(count: int) -> Iterable[Interval]:
    """Starts over four years, lengths up to sixty days, most of them short; the same on every run."""
    draw = random.Random(7)
    first = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    span = datetime(LAST_YEAR, 11, 1, tzinfo=UTC) - first
    for _ in range(count):
        start = first + span * draw.random()
        yield start, start + timedelta(days=60) * draw.random() ** 3


def ours() -> Schedule:
    return Schedule(name="emea", zone=ZONE, hours={"mon-fri": "09:00-17:30"}, holidays=COUNTRY)


def theirs() -> Contender | None:
    """The same hours in businesstimedelta; None where it is not installed."""
    try:
        import pytz
        from businesstimedelta import HolidayRule, Rules, WorkDayRule
    except ImportError:
        return None
    zone = pytz.timezone(ZONE)
    work = WorkDayRule(wall_time(9), wall_time(17, 30), [0, 1, 2, 3, 4], tz=zone)
    closed = ours().holidays
    # It looks for a next holiday and fails without one, so a year more than the intervals have.
    days = [day for year in range(FIRST_YEAR, LAST_YEAR + 2) for day in closed.in_year(year)]
    rules = Rules([work, HolidayRule(days, tz=zone)])
    return lambda start, end: rules.difference(start, end).timedelta


def seconds_for(measure: Contender, rows: list[Interval]) -> float:
    started = time.perf_counter()
    for start, end in rows:
        measure(start, end)
    return time.perf_counter() - started


def differences(sample: list[Interval], mine: Contender, other: Contender) -> list[str]:
    found = []
    for start, end in sample:
        a, b = mine(start, end), other(start, end)
        if a - timedelta(microseconds=a.microseconds) != b:
            found.append(f"{start} to {end}: {a} and {b}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=2_000, help="rows for the slow contender")
    options = parser.parse_args()
    rows = list(intervals(options.rows))
    sample = rows[: options.sample]

    started = time.perf_counter()
    schedule = ours()
    schedule.business_time(*rows[0])
    schedule.business_time(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), datetime(LAST_YEAR, 12, 31, tzinfo=UTC))
    print(f"built {LAST_YEAR - FIRST_YEAR + 1} years of openings in {time.perf_counter() - started:.3f} s")

    other = theirs()
    if other is None:
        print("businesstimedelta is not installed: nothing to compare with")
    else:
        different = differences(sample, schedule.business_time, other)
        print(
            f"answers equal on {len(sample) - len(different)} of {len(sample)} rows",
            *different[:5],
            sep="\n  ",
        )
        if different:
            return 1

    table = [("cstoolkit", rows, schedule.business_time), ("businesstimedelta", sample, other)]
    print(f"{'':20}{'rows':>10}{'seconds':>10}{'us/row':>10}{'rows/s':>12}")
    for name, part, measure in table:
        if measure is not None:
            took = seconds_for(measure, part)
            print(
                f"{name:20}{len(part):>10,}{took:>10.2f}{took / len(part) * 1e6:>10.2f}{len(part) / took:>12,.0f}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
