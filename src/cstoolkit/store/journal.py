"""The journal of a run: every change is written down before it is sent, and again when it is answered.

States of a change: planned (about to be sent), sent (a call is under way), done, refused, unknown. A change
that is done, refused or unknown is settled and is never sent again by the same run. `RunJournal`
implements `connectors.base.Journal`, by shape: the store knows no connectors.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, Self

from ..timekeeping import Clock
from .processes import Process
from .state import StateFile, instant_text

ChangeState = Literal["planned", "sent", "done", "refused", "unknown"]
SETTLED = ("done", "refused", "unknown")

# A change that differs in nothing is done; one that came too late was not done.
STATE_OF: Mapping[str, ChangeState] = {
    "done": "done",
    "unchanged": "done",
    "refused": "refused",
    "conflict": "refused",
    "unknown": "unknown",
}


class Wanted(Protocol):
    """A change, as far as the journal looks at it; all its fields are written down."""

    @property
    def key(self) -> str: ...

    @property
    def ticket_id(self) -> str: ...


class Outcome(Protocol):
    """What became of a change."""

    @property
    def key(self) -> str: ...

    @property
    def outcome(self) -> str: ...

    @property
    def before(self) -> Mapping[str, Any]: ...

    @property
    def error(self) -> str | None: ...


class RunJournal:
    """The journal of one run. Made by `start`, or by `resume` for a run that was killed."""

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
        process: Process,
        clock: Clock,
        digest: str | None = None,
    ) -> Self:
        """Begin a run. `digest` is that of the plan, if there is one."""
        state.query(
            "INSERT INTO runs (id, connection, digest, started_at, state, pid, host) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (run_id, connection, digest, instant_text(clock.now()), "running", process.pid, process.host),
        )
        return cls(state, run_id, clock)

    @classmethod
    def resume(cls, state: StateFile, run_id: str, *, process: Process, clock: Clock) -> Self:
        """Go on with a run; what it has settled stays settled."""
        state.query(
            "UPDATE runs SET state = 'running', ended_at = NULL, pid = ?, host = ? WHERE id = ?",
            (process.pid, process.host, run_id),
        )
        return cls(state, run_id, clock)

    def planned(self, change: Wanted) -> bool:
        """Note the intent, before the change is sent. False: it is settled already, do not send it."""
        with self._state.transaction():
            found = self._state.query(
                "SELECT state FROM changes WHERE run_id = ? AND key = ?", (self.run_id, change.key)
            )
            if found and found[0][0] in SETTLED:
                return False
            self._state.query(
                "INSERT OR REPLACE INTO changes (run_id, key, kind, object_id, after, state) "
                "VALUES (?, ?, 'ticket', ?, ?, 'planned')",
                (self.run_id, change.key, change.ticket_id, _json(change)),
            )
        return True

    def settled(self, result: Outcome) -> None:
        """Note the outcome."""
        self._state.query(
            "UPDATE changes SET state = ?, before = ?, error = ? WHERE run_id = ? AND key = ?",
            (STATE_OF[result.outcome], _json(result.before), result.error, self.run_id, result.key),
        )

    def unsettled(self) -> list[str]:
        """Keys of changes that may have been sent and whose answer nobody heard, in order."""
        found = self._state.query(
            "SELECT key FROM changes WHERE run_id = ? AND state IN ('planned', 'sent') ORDER BY key",
            (self.run_id,),
        )
        return [key for (key,) in found]

    def end(self, code: int) -> None:
        """The run is over, with this exit code."""
        self._state.query(
            "UPDATE runs SET state = 'ended', ended_at = ?, code = ? WHERE id = ?",
            (instant_text(self._clock.now()), code, self.run_id),
        )


def _json(value: Any) -> str:
    plain = asdict(value) if is_dataclass(value) and not isinstance(value, type) else dict(value)
    return json.dumps(plain, default=_plain, ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return instant_text(value) if isinstance(value, datetime) else str(value)
