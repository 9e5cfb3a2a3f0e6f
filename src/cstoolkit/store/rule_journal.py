"""The journal of runs that change rules: each step is written down before it is sent, and when it is answered.

A step is one call: create, update, deactivate, delete, reorder. Its key is `verb:what`; `list:KIND` is no call but
what a list was. A step that was sent and
never answered stays `sent`; whoever goes on with the run has to look at the account to learn what became of it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from ..timekeeping import Clock
from .journal import ChangeState
from .processes import Process
from .state import StateFile, instant_text

Form = Mapping[str, Any] | None
"""A rule, or the ids of a list, as JSON."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run as the journal has it. `state` is "running" (or killed) or "ended"; `code` its exit code.

    `consents` is what somebody said to loosen a refusal: "--allow-delete", "--force max_changes".
    """

    id: str
    connection: str
    digest: str | None
    started_at: datetime
    ended_at: datetime | None
    state: str
    code: int | None
    process: Process
    consents: tuple[str, ...] = ()

    @property
    def is_finished(self) -> bool:
        """Whether nothing of it is left to do."""
        return self.state == "ended" and self.code == 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run."""

    key: str
    object_id: str | None
    before: Form
    after: Form
    state: ChangeState
    error: str | None

    @property
    def verb(self) -> str:
        return self.key.partition(":")[0]


class RuleJournal:
    """The journal of one run. Made by `start`, or by `resume` for a run that did not finish."""

    def __init__(self, state: StateFile, run_id: str, clock: Clock) -> None:
        self.run_id = run_id
        self._state = state
        self._clock = clock

    @classmethod
    def start(
        cls,
        state: StateFile,
        run_id: str,
        *,
        connection: str,
        digest: str,
        process: Process,
        clock: Clock,
        consents: Sequence[str] = (),
    ) -> Self:
        """Begin a run of the plan with this digest."""
        state.query(
            "INSERT INTO runs (id, connection, digest, started_at, state, pid, host, consents) "
            "VALUES (?, ?, ?, ?, 'running', ?, ?, ?)",
            (
                run_id,
                connection,
                digest,
                instant_text(clock.now()),
                process.pid,
                process.host,
                json.dumps(list(consents)),
            ),
        )
        return cls(state, run_id, clock)

    @classmethod
    def resume(
        cls, state: StateFile, run_id: str, *, process: Process, clock: Clock, consents: Sequence[str] = ()
    ) -> Self:
        """Go on with a run; what it has done stays done, what was consented to stays written down."""
        with state.transaction():
            (row,) = state.query("SELECT consents FROM runs WHERE id = ?", (run_id,))
            said = dict.fromkeys([*json.loads(row[0] or "[]"), *consents])
            state.query(
                "UPDATE runs SET state = 'running', ended_at = NULL, code = NULL, pid = ?, host = ?, consents = ? "
                "WHERE id = ?",
                (process.pid, process.host, json.dumps(list(said)), run_id),
            )
        return cls(state, run_id, clock)

    def sending(self, key: str, object_id: str | None, before: Form, after: Form) -> None:
        """A call is about to be sent. Sent again, `before` stays what it was the first time."""
        with self._state.transaction():
            self._state.query(
                "INSERT INTO changes (run_id, key, kind, object_id, before, after, state) "
                "VALUES (?, ?, 'rule', ?, ?, ?, 'sent') "
                "ON CONFLICT (run_id, key) DO UPDATE SET state = 'sent', after = excluded.after, error = NULL",
                (self.run_id, key, object_id, _text(before), _text(after)),
            )
            self._state.query(
                "INSERT INTO calls (run_id, verb, target, sent_at) VALUES (?, ?, ?, ?)",
                (self.run_id, key.partition(":")[0], object_id or key, instant_text(self._clock.now())),
            )

    def noted(self, key: str, before: Form) -> None:
        """Something as it was before the run, which an undo needs and no step holds. Noted again, the first counts."""
        self._state.query(
            "INSERT OR IGNORE INTO changes (run_id, key, kind, before, state) VALUES (?, ?, 'rule', ?, 'done')",
            (self.run_id, key, _text(before)),
        )

    def answered(self, key: str, object_id: str | None, after: Form) -> None:
        """It was done; `object_id` and `after` are as the vendor answered."""
        with self._state.transaction():
            self._state.query(
                "UPDATE changes SET state = 'done', object_id = ?, after = ?, error = NULL "
                "WHERE run_id = ? AND key = ?",
                (object_id, _text(after), self.run_id, key),
            )
            self._close_call(key)

    def refused(self, key: str, error: str) -> None:
        """The vendor did not do it."""
        with self._state.transaction():
            self._state.query(
                "UPDATE changes SET state = 'refused', error = ? WHERE run_id = ? AND key = ?",
                (error, self.run_id, key),
            )
            self._close_call(key)

    def steps(self) -> list[Step]:
        """All steps of the run, in the order in which they were sent first."""
        return steps_of(self._state, self.run_id)

    def end(self, code: int) -> None:
        """The run is over, with this exit code."""
        self._state.query(
            "UPDATE runs SET state = 'ended', ended_at = ?, code = ? WHERE id = ?",
            (instant_text(self._clock.now()), code, self.run_id),
        )

    def _close_call(self, key: str) -> None:
        self._state.query(
            "UPDATE calls SET answered_at = ? WHERE id = "
            "(SELECT max(id) FROM calls WHERE run_id = ? AND verb = ? AND answered_at IS NULL)",
            (instant_text(self._clock.now()), self.run_id, key.partition(":")[0]),
        )


def steps_of(state: StateFile, run_id: str) -> list[Step]:
    """The steps of a run, in the order in which they were sent first; empty for a run of tickets."""
    found = state.query(
        "SELECT key, object_id, before, after, state, error FROM changes WHERE run_id = ? AND kind = 'rule' "
        "ORDER BY rowid",
        (run_id,),
    )
    return [
        Step(key, object_id, _form(before), _form(after), now, error)
        for key, object_id, before, after, now, error in found
    ]


def runs(state: StateFile, connection: str | None = None) -> list[Run]:
    """The runs, newest first; of one connection if it is named."""
    found = state.query(
        "SELECT id, connection, digest, started_at, ended_at, state, code, pid, host, consents FROM runs "
        "WHERE ? IS NULL OR connection = ? ORDER BY started_at DESC, rowid DESC",
        (connection, connection),
    )
    return [
        Run(
            id=run,
            connection=name,
            digest=digest,
            started_at=datetime.fromisoformat(started),
            ended_at=datetime.fromisoformat(ended) if ended else None,
            state=now,
            code=code,
            process=Process(pid, host),
            consents=tuple(json.loads(consents or "[]")),
        )
        for run, name, digest, started, ended, now, code, pid, host, consents in found
    ]


def newest_run(state: StateFile, connection: str, digest: str) -> Run | None:
    """The newest run that is of this plan, or that sent anything about rules: what earlier ones did may be no more."""
    sent = "SELECT DISTINCT run_id FROM changes WHERE kind = 'rule' AND key NOT LIKE 'list:%'"
    writers = {run_id for (run_id,) in state.query(sent)}
    return next((run for run in runs(state, connection) if run.digest == digest or run.id in writers), None)


def _text(form: Form) -> str | None:
    return None if form is None else json.dumps(form, ensure_ascii=False, sort_keys=True)


def _form(text: str | None) -> Form:
    return None if text is None else json.loads(text)
