"""Findings over time: which are new, known, returned or fixed since the run before.

A series is one recipe over the same connections. Runs are ordered by the instant that they audit, not by when
they were made, and a run takes the place of an earlier one at the same instant: so an audit that is run
twice on the same data says the same twice, and one made up for last Monday gives this Monday its trend.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from ...model.findings import FindingStatus
from ...store.findings_log import RunRecord


class FindingsLog(Protocol):
    """Where runs are remembered."""

    def previous(self, series: str, *, before: datetime) -> RunRecord | None:
        """The latest run of the series that audited an earlier instant."""
        ...

    def first_seen(self, series: str, *, before: datetime) -> Mapping[str, datetime]:
        """For every fingerprint of earlier instants, the first one that had it."""
        ...

    def record(self, series: str, run_id: str, run: RunRecord) -> None:
        """Remember a run, in place of one at the same instant."""
        ...


class NoLog:
    """Remembers nothing: every run is the first of its series."""

    def previous(self, series: str, *, before: datetime) -> RunRecord | None:
        return None

    def first_seen(self, series: str, *, before: datetime) -> Mapping[str, datetime]:
        return {}

    def record(self, series: str, run_id: str, run: RunRecord) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Trend:
    """What a run is compared with; empty for the first of a series."""

    previous: RunRecord | None = None
    seen: Mapping[str, datetime] = field(default_factory=dict)

    def status(self, fingerprint: str) -> FindingStatus:
        if self.previous is not None and fingerprint in self.previous.found:
            return "known"
        return "returned" if fingerprint in self.seen else "new"

    def fixed(self, found: Iterable[str], ran: Iterable[str]) -> int:
        """Findings of the run before that are gone. A check that did not run now has fixed nothing."""
        if self.previous is None:
            return 0
        still, judged = set(found), set(ran)
        return sum(
            fingerprint not in still and check in judged and fingerprint not in self.previous.accepted
            for fingerprint, check in self.previous.found.items()
        )

    def count_before(self, check: str, parameters: Mapping[str, Any]) -> int | None:
        """How many findings the check had; None where it did not run, or with other parameters."""
        if self.previous is None or check not in self.previous.parameters:
            return None
        if _as_json(self.previous.parameters[check]) != _as_json(parameters):
            return None
        open_ones = (print_ for print_ in self.previous.found if print_ not in self.previous.accepted)
        return sum(self.previous.found[print_] == check for print_ in open_ones)

    @property
    def metrics(self) -> Mapping[str, float | None]:
        """The headline figures of the run before, by id."""
        return self.previous.metrics if self.previous else {}

    @property
    def open_before(self) -> int | None:
        """How many findings there were that nobody had accepted."""
        return len(self.previous.found.keys() - self.previous.accepted) if self.previous else None


def series_of(recipe_id: str, connections: Iterable[str]) -> str:
    return " ".join([recipe_id, *sorted(connections)])


def load_trend(log: FindingsLog, series: str, as_of: datetime) -> Trend:
    previous = log.previous(series, before=as_of)
    return Trend(previous, log.first_seen(series, before=as_of)) if previous else Trend()


def fingerprint(
    check: str, connection: str, object_kind: str, object_id: str, qualifiers: Iterable[str] = ()
) -> str:
    """The name of a finding that stays over runs: 24 hex digits. No ages, counts or texts go into it."""
    parts = "\x1f".join([check, connection, object_kind, object_id, *qualifiers])
    return hashlib.sha256(parts.encode()).hexdigest()[:24]


def _as_json(parameters: Mapping[str, Any]) -> Any:
    return json.loads(json.dumps(parameters))
