"""Whether history keeps the bounds that recipes declare (`expect:`)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from ...errors import Location
from ..expected_counts import CountLimits, ExpectedCounts, Rate
from .results import BoundResult
from .tallies import RuleTally, start_of

What = Literal["fires", "tickets", "messages"]

End = Literal["at_most", "at_least"]
WHAT: tuple[What, ...] = ("fires", "tickets", "messages")
ENDS: tuple[End, ...] = ("at_most", "at_least")

LENGTHS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Bound:
    """One declared end."""

    what: What
    limit: End
    rate: Rate
    place: Location | None = None


def bounds_of(recipe: Any) -> tuple[Bound, ...]:
    """The bounds that a recipe declares; none for a kind that has no `expect`."""
    expected = getattr(recipe, "expect", None)
    return () if expected is None else tuple(_bounds(recipe, expected))


def _bounds(recipe: Any, expected: ExpectedCounts) -> Iterator[Bound]:
    for what in WHAT:
        limits: CountLimits | None = getattr(expected, what)
        for limit in ENDS:
            rate: Rate | None = getattr(limits, limit, None)
            if rate is not None:
                place = recipe.locate(("expect", what, limit))
                yield Bound(what, limit, rate, place)


def periods_asked(bounds: Sequence[Bound]) -> tuple[tuple[str, str], ...]:
    """What must be counted by which period to judge these bounds; fires of a day are counted anyway."""
    asked = {(bound.what, bound.rate.period) for bound in bounds if bound.rate.period is not None}
    return tuple(sorted(asked - {("fires", "day")}))


def judge(bound: Bound, tally: RuleTally, *, since: datetime, until: datetime) -> BoundResult:
    """Whether a bound is kept: by the worst of its periods, which are those of the clock (UTC, weeks from Monday).

    For `at_least`, only periods that lie wholly in the window count; without one it is kept.
    """
    rate = bound.rate
    if rate.period is None:
        actual, at = int(getattr(tally, bound.what)), None
    elif bound.limit == "at_most":
        actual, at = _most(bound.what, rate.period, tally)
    else:
        actual, at = _least(bound, tally, since, until)
    met = actual <= rate.amount if bound.limit == "at_most" else actual >= rate.amount
    return BoundResult(bound.what, bound.limit, rate.amount, rate.period, actual, at, met, bound.place)


def _most(what: str, period: str, tally: RuleTally) -> tuple[int, datetime | None]:
    counts = {
        at: count for (name, at), count in tally.periods.items() if name == f"{what} {period}" and count
    }
    at = min(counts, key=lambda start: (-counts[start], start), default=None)
    return (0 if at is None else counts[at]), at


def _least(bound: Bound, tally: RuleTally, since: datetime, until: datetime) -> tuple[int, datetime | None]:
    period = bound.rate.period
    assert period is not None
    length = LENGTHS[period]
    start = start_of(period, since)
    start = start if start == since else start + length
    worst: tuple[int, datetime | None] = (bound.rate.amount, None)
    found = False
    while start + length <= until:
        count = tally.periods[f"{bound.what} {period}", start]
        if not found or count < worst[0]:
            worst, found = (count, start), True
        start += length
    return worst
