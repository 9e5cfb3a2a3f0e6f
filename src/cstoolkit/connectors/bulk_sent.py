"""Which changes may be on their way: noted before a call, forgotten when the journal knows the outcome.

A change found here by a later run was sent, or was about to be; what became of it is asked of the vendor
before it is sent again.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..model.conditions import Value
from ..store.state import StateFile, instant_text

TABLE = (
    "CREATE TABLE IF NOT EXISTS sent_changes (account TEXT NOT NULL, mark TEXT NOT NULL, call_ref TEXT, "
    "before TEXT NOT NULL, stood_at TEXT NOT NULL, PRIMARY KEY (account, mark))"
)


@dataclass(frozen=True, slots=True)
class SentChange:
    """A change that may have reached the vendor. `call_ref` names the vendor's job, if it answered.

    `stood_at` is the ticket's last change before it was sent, by the vendor's clock: ours may differ.
    """

    mark: str
    call_ref: str | None
    before: Mapping[str, Value | None]
    stood_at: datetime


class SentChanges:
    """The notes of one account, in the state file."""

    def __init__(self, state: StateFile, account: str) -> None:
        self._state = state
        self._account = account
        state.query(TABLE)

    def known(self, marks: Iterable[str]) -> dict[str, SentChange]:
        found = {}
        for mark in marks:
            rows = self._state.query(
                "SELECT call_ref, before, stood_at FROM sent_changes WHERE account = ? AND mark = ?",
                (self._account, mark),
            )
            for ref, before, at in rows:
                found[mark] = SentChange(mark, ref, json.loads(before), datetime.fromisoformat(at))
        return found

    def note(self, changes: Iterable[SentChange]) -> None:
        """Write down changes before their call is sent."""
        rows = [
            (
                self._account,
                one.mark,
                json.dumps(dict(one.before), default=_plain),
                instant_text(one.stood_at),
            )
            for one in changes
        ]
        with self._state.transaction():
            self._state.write_many(
                "INSERT OR REPLACE INTO sent_changes (account, mark, before, stood_at) VALUES (?, ?, ?, ?)",
                rows,
            )

    def accepted(self, marks: Sequence[str], ref: str) -> None:
        """The vendor took the call, as job `ref`."""
        with self._state.transaction():
            self._state.write_many(
                "UPDATE sent_changes SET call_ref = ? WHERE account = ? AND mark = ?",
                [(ref, self._account, mark) for mark in marks],
            )

    def forget(self, marks: Iterable[str]) -> None:
        with self._state.transaction():
            self._state.write_many(
                "DELETE FROM sent_changes WHERE account = ? AND mark = ?",
                [(self._account, mark) for mark in marks],
            )


def _plain(value: Any) -> Any:
    return instant_text(value) if isinstance(value, datetime) else str(value)
