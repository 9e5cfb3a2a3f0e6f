"""What was asked of an account and what it answered, for tests to assert on."""

from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from .http import Record


@dataclass(frozen=True)
class Entry:
    """One call. `query` is as sent; credentials are not kept."""

    number: int
    at: datetime
    account: str
    method: str
    path: str
    query: str
    route: str | None
    status: int
    fault: str | None
    milliseconds: float
    request_bytes: int
    answer_bytes: int

    def as_record(self) -> Record:
        return asdict(self) | {"at": self.at.isoformat()}


class RequestsLog:
    """The last calls, oldest first, and notes of what an account could not do."""

    def __init__(self, keep: int = 10_000) -> None:
        self._entries: deque[Entry] = deque(maxlen=keep)
        self.notes: list[str] = []
        self._count = 0

    def add(self, make: Callable[[int], Entry]) -> None:
        self._count += 1
        self._entries.append(make(self._count))

    def note(self, text: str) -> None:
        """Said once."""
        if text not in self.notes:
            self.notes.append(text)

    def find(self, pattern: str = "*", *, status: int | None = None) -> list[Entry]:
        """Calls whose `METHOD /path` is like the pattern, as `PUT /api/v2/tickets/*`."""
        return [
            entry
            for entry in self._entries
            if fnmatchcase(f"{entry.method} {entry.path}", pattern)
            and (status is None or entry.status == status)
        ]

    def clear(self) -> None:
        self._entries.clear()
        self._count = 0
