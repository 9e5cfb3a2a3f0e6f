"""What a sync is told and what it tells: the source, as far as it is looked at, progress, and the report."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ..model.ticket import Quality


class Page(Protocol):
    """Rows of one table. `checkpoint` is where to go on when these and all before are written; None: nowhere yet."""

    @property
    def table(self) -> str: ...
    @property
    def rows(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def checkpoint(self) -> str | None: ...


class Gives(Protocol):
    """What a source has."""

    @property
    def streams(self) -> frozenset[str]: ...
    @property
    def history(self) -> Quality: ...


class Counted(Protocol):
    """How many tickets the source has, deleted ones not counted."""

    @property
    def n(self) -> int: ...
    @property
    def exact(self) -> bool: ...


class Source(Protocol):
    """All that a sync knows of a helpdesk. A stream whose pages have no checkpoint is a whole list each time.

    For tickets, events and comments an instant ("2026-03-02T09:00:00Z") is a checkpoint too: what changed since.
    """

    @property
    def capabilities(self) -> Gives: ...

    def export(self, stream: str, *, checkpoint: str | None) -> Iterable[Page]: ...

    def count(self) -> Counted: ...


@dataclass(frozen=True, slots=True)
class Step:
    """How far a stream is. `expected` is None where nobody knows how many rows are to come."""

    stream: str
    rows: int
    expected: int | None = None


Listener = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class StreamReport:
    """What became of one stream. `rows` were written, `removed` were no longer there; `problem` is why it is torn."""

    stream: str
    rows: int
    pages: int
    removed: int = 0
    resumed: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class SyncReport:
    """One sync. `tickets` are in the store and not deleted; `expected` is the vendor's own count.

    `as_of` is the instant at which the store is true. `qualities`: how many tickets have which history.
    `since`: the store has only tickets that changed from then on, as was wished once.
    """

    connection: str
    full: bool
    started_at: datetime
    as_of: datetime | None
    streams: tuple[StreamReport, ...]
    tickets: int
    gone: int
    expected: int | None
    qualities: Mapping[str, int]
    since: str | None = None

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(f"{one.stream}: {one.problem}" for one in self.streams if one.problem)

    @property
    def is_complete(self) -> bool:
        return not self.problems
