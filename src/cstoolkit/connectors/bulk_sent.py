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
    "before TEXT NOT NULL, sent_at TEXT NOT NULL, PRIMARY KEY (account, mark))"
)


@dataclass(frozen=True, slots=True)
class SentChange:
    """A change that may have reached the vendor. `call_ref` names the vendor's job, if it answered."""

    mark: str
    call_ref: str | None
    before: Mapping[str, Value | None]


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
                "SELECT call_ref, before FROM sent_changes WHERE account = ? AND mark = ?",
                (self._account, mark),
            )
            for ref, before in rows:
                found[mark] = SentChange(mark, ref, json.loads(before))
        return found

    def note(self, before: Mapping[str, Mapping[str, Value | None]], *, at: datetime) -> None:
        """Write down changes, mark -> the values they replace, before their call is sent."""
        rows = [
            (self._account, mark, json.dumps(dict(values), default=_plain), instant_text(at))
            for mark, values in before.items()
        ]
        with self._state.transaction():
            self._state.write_many(
                "INSERT OR REPLACE INTO sent_changes (account, mark, before, sent_at) VALUES (?, ?, ?, ?)",
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
