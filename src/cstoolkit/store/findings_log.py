"""Audit runs and their findings in the state file: what trend, `known` and `returned` are told from.

Runs of a series are ordered by the instant that they audit, not by when they were made. A run takes the place
of one at the same instant, and a run is compared with earlier instants only: so an audit that is run twice on
the same data says the same twice.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .state import StateFile, instant_text


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What is remembered of a run. `found` holds every fingerprint and its check, accepted ones included.

    `parameters` are those of the checks that ran, `metrics` the headline figures by id; both as JSON.
    """

    as_of: datetime
    found: Mapping[str, str]
    accepted: frozenset[str] = frozenset()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, float | None] = field(default_factory=dict)


class StateFindingsLog:
    """The log of findings of a state file."""

    def __init__(self, state: StateFile) -> None:
        self._state = state

    def record(self, series: str, run_id: str, run: RunRecord) -> None:
        """Remember a run, in place of one at the same instant."""
        as_of = instant_text(run.as_of)
        facts = (
            json.dumps(dict(run.parameters), sort_keys=True),
            json.dumps(dict(run.metrics), sort_keys=True),
        )
        with self._state.transaction():
            self._state.query("DELETE FROM audit_runs WHERE series = ? AND as_of = ?", (series, as_of))
            self._state.query(
                "INSERT INTO audit_runs VALUES (?, ?, ?, ?, ?)", (series, as_of, run_id, *facts)
            )
            self._state.write_many(
                "INSERT INTO findings VALUES (?, ?, ?, ?, ?)",
                [
                    (series, as_of, print_, check, print_ in run.accepted)
                    for print_, check in run.found.items()
                ],
            )

    def previous(self, series: str, *, before: datetime) -> RunRecord | None:
        """The latest run of the series that audited an earlier instant."""
        found = self._state.query(
            "SELECT as_of, parameters, metrics FROM audit_runs WHERE series = ? AND as_of < ? "
            "ORDER BY as_of DESC LIMIT 1",
            (series, instant_text(before)),
        )
        if not found:
            return None
        as_of, parameters, metrics = found[0]
        rows = self._state.query(
            "SELECT fingerprint, check_id, accepted FROM findings WHERE series = ? AND as_of = ?",
            (series, as_of),
        )
        return RunRecord(
            as_of=datetime.fromisoformat(as_of),
            found={print_: check for print_, check, _ in rows},
            accepted=frozenset(print_ for print_, _, accepted in rows if accepted),
            parameters=json.loads(parameters),
            metrics=json.loads(metrics),
        )

    def first_seen(self, series: str, *, before: datetime) -> Mapping[str, datetime]:
        """For every fingerprint of earlier instants, the first one that had it."""
        rows = self._state.query(
            "SELECT fingerprint, min(as_of) FROM findings WHERE series = ? AND as_of < ? GROUP BY fingerprint",
            (series, instant_text(before)),
        )
        return {print_: datetime.fromisoformat(as_of) for print_, as_of in rows}
