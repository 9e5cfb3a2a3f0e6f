"""What a replay says. Frozen: whoever shows it, or compares two, gets values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from ...errors import Location
from ...model.ticket import Quality
from .differences import Difference

Verdict = Literal["never", "always", "always_undone"]
"""A rule that never fired; one that fired on every save it waits for, or on every ticket; one whose every effect
on fields and tags was taken back by the next save of a person."""


@dataclass(frozen=True, slots=True)
class BoundResult:
    """One declared bound: `at_most` or `at_least` so many, in each period or (None) in the whole window.

    `actual` is that of the worst period, which begins at `at`.
    """

    what: Literal["fires", "tickets", "messages"]
    limit: Literal["at_most", "at_least"]
    amount: int
    period: Literal["hour", "day", "week"] | None
    actual: int
    at: datetime | None
    met: bool
    place: Location | None = None


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """What one rule did in the window. `because` names what makes the figures less than exact."""

    rule: str
    title: str
    kind: str
    fires: int
    tickets: int
    messages: int
    changing: int
    undone: int
    opaque: int
    busiest: tuple[date, int] | None
    verdict: Verdict | None
    quality: Quality
    because: tuple[str, ...]
    bounds: tuple[BoundResult, ...] = ()
    at: Location | None = None


@dataclass(frozen=True, slots=True)
class ListFigures:
    """What one list did in the window, rule by rule in their order."""

    name: Literal["live", "desired"]
    engine: str
    rules: tuple[RuleFigures, ...]

    @property
    def missed(self) -> tuple[tuple[RuleFigures, BoundResult], ...]:
        return tuple((rule, bound) for rule in self.rules for bound in rule.bounds if not bound.met)


@dataclass(frozen=True, slots=True)
class Differences:
    """How the two lists differ. By field: tickets that ever differed, those that still did in the end, examples."""

    tickets: int
    met: Mapping[str, int]
    lasted: Mapping[str, int]
    examples: Mapping[str, tuple[Difference, ...]]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a day, an hour or a ticket had of something, on average and at most, and the limit if there is one."""

    list: Literal["live", "desired"]
    what: str
    average: float
    most: int
    at: datetime | date | None
    limit: int | None
    source: str | None

    @property
    def over(self) -> bool:
        return self.limit is not None and self.most > self.limit


@dataclass(frozen=True, slots=True)
class Replay:
    """History through the live and the desired list, in the window from `since` to `until`.

    `tickets` were replayed, with `updates` saves of them in the window; `untold` tickets have no history that could
    be. `incomplete` says what is missing, by name.
    """

    since: datetime
    until: datetime
    tickets: int
    updates: int
    untold: int
    late: int
    rule_writes: Literal["keep", "drop"]
    undone_within_hours: float
    live: ListFigures
    desired: ListFigures
    differences: Differences
    forecast: tuple[Forecast, ...]
    incomplete: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        return not self.incomplete

    @property
    def ok(self) -> bool:
        """No declared bound is missed."""
        return not self.desired.missed
