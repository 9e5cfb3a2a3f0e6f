"""What cases came to: a result for each play, by the neutral engine and by each vendor's on what it was compiled to."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Literal

from ..errors import Location
from .cases_expect import Miss

NEUTRAL = "the neutral engine"

Mode = Literal["alone", "in the whole rule set"]
ALONE: Mode = "alone"
WHOLE: Mode = "in the whole rule set"
Outcome = Literal["passed", "failed", "not_judged"]


@dataclass(frozen=True, slots=True)
class Failed:
    """One miss of one play. `scanned_at`: the minute past the hour at which scans came, in a timed case."""

    miss: Miss
    at: Location | None
    mode: Mode = ALONE
    scanned_at: timedelta | None = None


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What one judge found of one case. `reason` says why it was not judged.

    `number` is the case's place among all; `vendor` is the one for which its recipe was compiled, None: it was judged
    in its own meaning. `seconds` is what it took, by the stopwatch that the run was given.
    """

    recipe: str
    kind: str
    name: str
    at: Location | None
    outcome: Outcome
    failed: tuple[Failed, ...] = ()
    reason: str | None = None
    judge: str = NEUTRAL
    number: int = 0
    vendor: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class CasesReport:
    """All results, in the order of the recipes. `rules` is how many rules the whole set has."""

    results: tuple[CaseResult, ...]
    rules: int
    without_cases: tuple[str, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """Cases, not plays: one fails where any judge says so, and is judged where any judge could."""
        return sum(found == outcome for found in self._outcomes.values())

    @cached_property
    def _outcomes(self) -> Mapping[int, Outcome]:
        by_case: dict[int, set[Outcome]] = defaultdict(set)
        for each in self.results:
            by_case[each.number].add(each.outcome)
        order: tuple[Outcome, ...] = ("failed", "passed", "not_judged")
        return {
            number: next(word for word in order if word in outcomes) for number, outcomes in by_case.items()
        }

    @property
    def cases(self) -> int:
        return len(self._outcomes)

    @property
    def judges(self) -> Mapping[str, int]:
        """Who judged how many, in the order of the results."""
        found: dict[str, int] = {}
        for each in self.results:
            if each.outcome != "not_judged":
                found[each.judge] = found.get(each.judge, 0) + 1
        return found

    @property
    def ok(self) -> bool:
        """Nothing failed, and something was judged."""
        return not self.count("failed") and bool(self.count("passed"))
