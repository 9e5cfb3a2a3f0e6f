"""What an account would have sent: mail to people, calls to webhooks. Nothing leaves the machine."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .http import Record
from .state import State, Table

TABLE = Table("sandbox_outbox", ("kind", "ticket_id"))


class Outbox:
    """Kept in the account's state, so that it survives a restart as the ticket does that caused it."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add(
        self, kind: str, *, at: datetime, ticket_id: str | None, rule: str | None, content: Mapping[str, Any]
    ) -> None:
        """`kind` is "message" or "webhook"; `rule` names what sent it, None for the account itself."""
        self._state.put(
            TABLE.name,
            {
                "id": self._state.next_id("outbox", 1),
                "kind": kind,
                "at": at.isoformat(),
                "ticket_id": ticket_id,
                "rule": rule,
                "content": dict(content),
            },
        )

    def all(self, kind: str | None = None) -> list[Record]:
        """Oldest first."""
        if kind is None:
            return self._state.rows(TABLE.name)
        return self._state.rows(TABLE.name, "kind = ?", (kind,))

    def clear(self) -> None:
        self._state.remove(TABLE.name, "1")
