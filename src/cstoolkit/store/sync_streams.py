"""One stream into its table: each page with its checkpoint in one transaction, so a kill loses and repeats nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from ..errors import IncompleteError, NotFoundError, RejectedError
from ..model.ticket import Quality
from .database import Store
from .schema import TABLES
from .sync_prefetch import prefetched
from .sync_source import Listener, Page, Source, Step, StreamReport


@dataclass(slots=True)
class Checkpoints:
    """How far each stream was read, kept in the store."""

    store: Store

    def of(self, stream: str) -> str | None:
        found = self.store.query("SELECT checkpoint FROM checkpoints WHERE stream = ?", [stream])
        return found[0][0] if found else None

    def note(
        self, stream: str, checkpoint: str | None, *, read: int, expected: int | None = None, complete: bool
    ) -> None:
        # Not `replace`, which goes over a file: this is written with every page.
        self.store.execute("DELETE FROM checkpoints WHERE stream = ?", [stream])
        self.store.execute(
            "INSERT INTO checkpoints (connection, stream, checkpoint, expected, read, complete) VALUES (?, ?, ?, ?, ?, ?)",
            [self.store.connection, stream, checkpoint, expected, read, complete],
        )

    def read(self, stream: str) -> int:
        found = self.store.query("SELECT read FROM checkpoints WHERE stream = ?", [stream])
        return found[0][0] if found and found[0][0] is not None else 0


@dataclass(slots=True)
class Pull:
    """One stream on its way. `history` goes to tickets that say nothing of theirs."""

    store: Store
    source: Source
    stream: str
    history: Quality | None = None
    expected: int | None = None
    listener: Listener = lambda _: None
    pages: int = 0
    rows: Counter[str] = field(default_factory=Counter)

    def run(self) -> list[StreamReport]:
        """Read the stream from its checkpoint to its end. What the source raises comes out, but IncompleteError.

        A stream without checkpoints is a whole list: rows that it did not show are removed. Streams that came
        along, from the same checkpoint on, have a report of their own.
        """
        notes = Checkpoints(self.store)
        start = checkpoint = notes.of(self.stream)
        read = notes.read(self.stream) if start else 0
        seen = _Seen(self.store) if start is None else None
        problem = None
        with self.store.transaction():
            notes.note(self.stream, start, read=read, complete=False)
        self.listener(Step(self.stream, 0, self.expected))
        try:
            with closing(prefetched(self._exported(start))) as pages:
                for page in pages:
                    checkpoint = page.checkpoint or checkpoint
                    if checkpoint and seen:
                        seen.forget()
                        seen = None
                    with self.store.transaction():
                        self._write(page, seen)
                        notes.note(
                            self.stream, checkpoint, read=read + self.rows[self.stream], complete=False
                        )
                    self.listener(Step(self.stream, self.rows[self.stream], self.expected))
        except IncompleteError as error:
            problem = str(error)
        removed = 0
        with self.store.transaction():
            if seen and problem is None:
                removed = seen.remove_others({self.stream, *self.rows} & TABLES.keys())
            notes.note(self.stream, checkpoint, read=read + self.rows[self.stream], complete=problem is None)
        resumed = start is not None
        own = StreamReport(self.stream, self.rows[self.stream], self.pages, removed, resumed, problem)
        return [own, *self._along(start, checkpoint, problem)]

    def _along(
        self, start: str | None, checkpoint: str | None, problem: str | None
    ) -> Iterator[StreamReport]:
        notes = Checkpoints(self.store)
        for table in sorted(self.rows.keys() - {self.stream}):
            if notes.of(table) != start:
                continue
            read = (notes.read(table) if start else 0) + self.rows[table]
            with self.store.transaction():
                notes.note(table, checkpoint, read=read, complete=problem is None)
            yield StreamReport(table, self.rows[table], self.pages, 0, start is not None, problem)

    def _exported(self, start: str | None) -> Iterable[Page]:
        try:
            yield from self.source.export(self.stream, checkpoint=start)
        except (RejectedError, NotFoundError) as error:
            if start is not None and error.hint is None:
                error.hint = "if it does not take the checkpoint any more, sync again with --full"
            raise

    def _write(self, page: Page, seen: "_Seen | None") -> None:
        rows = page.rows
        if page.table == "tickets" and self.history:
            rows = [{**row, "history": row.get("history") or self.history} for row in rows]
        self.store.replace(page.table, rows)
        if seen:
            seen.add(page.table, page.rows)
        self.pages += 1
        self.rows[page.table] += len(page.rows)


class _Seen:
    """The keys of a list as it was read, to know at its end what is no longer in it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tables: set[str] = set()

    def add(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        keys = [[row.get(name) for row in rows] for name in _key(table)]
        names = ", ".join(f'"{name}"' for name in _key(table))
        unnested = ", ".join(f'unnest(?) AS "{name}"' for name in _key(table))
        if table not in self._tables:
            self._store.execute(
                f'CREATE OR REPLACE TEMP TABLE "seen_{table}" AS SELECT {names} FROM "{table}" LIMIT 0'
            )
            self._tables.add(table)
        if keys[0]:
            self._store.execute(f'INSERT INTO "seen_{table}" SELECT {unnested}', keys)

    def remove_others(self, tables: Iterable[str]) -> int:
        """Of a table that no page spoke of, everything goes."""
        removed = 0
        for table in tables:
            same = " AND ".join(f's."{name}" IS NOT DISTINCT FROM "{table}"."{name}"' for name in _key(table))
            behind = ""
            if table in self._tables:
                behind = f'WHERE NOT EXISTS (SELECT 1 FROM "seen_{table}" s WHERE {same})'
            counted = self._store.query(f'SELECT count(*) FROM "{table}" {behind}')
            self._store.execute(f'DELETE FROM "{table}" {behind}')
            removed += counted[0][0]
        self.forget()
        return removed

    def forget(self) -> None:
        for table in self._tables:
            self._store.execute(f'DROP TABLE "seen_{table}"')
        self._tables.clear()


def _key(table: str) -> list[str]:
    return [name for name in TABLES[table].key if name != "connection"]
