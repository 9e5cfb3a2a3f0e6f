"""One account's state: a SQLite file of JSON documents.

A record is kept as the bytes that go out over HTTP, beside the columns it is found by, so that an export
joins bytes and decodes nothing. WAL mode, and a commit before each answer: a process that is killed loses
nothing it has answered for. (A power cut may cost the last commits; a sandbox does not wait for the disk.)
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ..errors import StoreError
from .http import Record, decode, encode

FORMAT = 2
Made = TypeVar("Made")


@dataclass(frozen=True)
class Table:
    """One kind of record. `columns` are the keys it is found and ordered by, besides its `id`."""

    name: str
    columns: tuple[str, ...] = ()
    indexes: tuple[str, ...] = field(default=())  # each the columns of one index, as SQL: "group_id, id"
    id_type: str = "INTEGER"


class State:
    """Documents by table and id. Used under the account's lock, by one thread at a time."""

    def __init__(self, path: Path | None, tables: Iterable[Table]) -> None:
        self.tables: Mapping[str, Table] = {table.name: table for table in tables}
        self.path = path
        self._writes: Counter[str] = Counter()  # by table
        self._undone = 0  # writes that a rollback took back
        self._derived: dict[str, tuple[Hashable, Any]] = {}
        try:
            self._db = sqlite3.connect(
                path or ":memory:", isolation_level=None, check_same_thread=False, cached_statements=512
            )
            self._prepare()
        except sqlite3.DatabaseError as error:
            raise StoreError(
                f"{path} cannot be used as a sandbox's state: {error}",
                hint="choose another folder with --state, or delete this file",
            ) from error

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("PRAGMA busy_timeout=5000")
        self._db.execute("PRAGMA cache_size=-65536")
        self._db.execute("CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID")
        with self.transaction():
            for table in self.tables.values():
                self._create(table)
            written = self.meta("format", FORMAT)
            if written != FORMAT:
                raise StoreError(
                    f"{self.path} was written by another version of the sandbox",
                    hint="choose another folder with --state",
                )
            self.set_meta("format", FORMAT)

    def _create(self, table: Table) -> None:
        columns = "".join(f', "{column}"' for column in table.columns)
        self._db.execute(
            f'CREATE TABLE IF NOT EXISTS "{table.name}"(id {table.id_type} PRIMARY KEY{columns}, body BLOB)'
        )
        self._index(table)

    def _index(self, table: Table) -> None:
        for number, index in enumerate(table.indexes):
            self._db.execute(f'CREATE INDEX IF NOT EXISTS "{table.name}_{number}" ON "{table.name}"({index})')

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; one inside another is part of it."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._undone += 1
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def loading(self, *tables: str) -> Iterator[None]:
        """Within a transaction, for very many rows: they are indexed once, at the end."""
        for name in tables:
            for number, _ in enumerate(self.tables[name].indexes):
                self._db.execute(f'DROP INDEX "{name}_{number}"')
        yield
        for name in tables:
            self._index(self.tables[name])

    @contextmanager
    def part(self) -> Iterator[None]:
        """Within a transaction: what fails in here is undone, what was done before it stays."""
        self._db.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._undone += 1
            self._db.execute("ROLLBACK TO part")
            raise
        finally:
            self._db.execute("RELEASE part")

    def close(self) -> None:
        self._db.close()

    def clear(self) -> None:
        """Forget everything but the account's number, from which its ids come."""
        with self.transaction():
            for table in self.tables:
                self.remove(table, "1")
            self._db.execute("DELETE FROM meta WHERE key NOT IN ('format', 'ordinal')")

    def meta(self, key: str, default: Any = None) -> Any:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return default if row is None else decode(row[0])

    def set_meta(self, key: str, value: Any) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES(?, ?)", (key, encode(value)))

    def next_id(self, sequence: str, first: int) -> int:
        """The next number of a sequence that begins at `first`; a number is never given twice."""
        number = int(self.meta(f"next:{sequence}", first))
        self.set_meta(f"next:{sequence}", number + 1)
        return number

    def reserve(self, sequence: str, first: int, count: int) -> int:
        """The first of `count` numbers in a row."""
        number = int(self.meta(f"next:{sequence}", first))
        self.set_meta(f"next:{sequence}", number + count)
        return number

    def put(self, table: str, record: Record) -> Record:
        self.put_many(table, (record,))
        return record

    def put_many(self, table: str, records: Iterable[Record]) -> None:
        """Insert or replace. A column's value is what the record has under its name."""
        self._writes[table] += 1
        columns = self.tables[table].columns
        marks = ", ".join("?" * (len(columns) + 2))
        self._db.executemany(
            f'INSERT OR REPLACE INTO "{table}" VALUES({marks})',
            (
                (record["id"], *(record.get(column) for column in columns), encode(record))
                for record in records
            ),
        )

    def remove(self, table: str, where: str, *values: Any) -> int:
        """How many there were."""
        self._writes[table] += 1
        return self._db.execute(f'DELETE FROM "{table}" WHERE {where}', values).rowcount

    def derived(
        self, name: str, tables: Iterable[str], make: Callable[[], Made], *, given: Hashable = None
    ) -> Made:
        """What `make` gives, made again only when one of the tables was written to or `given` is another.

        It is shared between calls: whoever gets it must not change it.
        """
        stamp = (self._undone, tuple(self._writes[table] for table in tables), given)
        known = self._derived.get(name)
        if known is None or known[0] != stamp:
            known = self._derived[name] = (stamp, make())
        made: Made = known[1]
        return made

    def get(self, table: str, id: int | str) -> Record | None:
        row = self._db.execute(f'SELECT body FROM "{table}" WHERE id = ?', (id,)).fetchone()
        return None if row is None else decode(row[0])

    def bodies(
        self,
        table: str,
        where: str = "1",
        values: Sequence[Any] = (),
        *,
        order: str = "id",
        limit: int = -1,
        skip: int = 0,
    ) -> list[bytes]:
        rows = self._db.execute(
            f'SELECT body FROM "{table}" WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?',
            (*values, limit, skip),
        )
        return [row[0] for row in rows.fetchall()]

    def rows(
        self,
        table: str,
        where: str = "1",
        values: Sequence[Any] = (),
        *,
        order: str = "id",
        limit: int = -1,
        skip: int = 0,
    ) -> list[Record]:
        found = self.bodies(table, where, values, order=order, limit=limit, skip=skip)
        return [decode(body) for body in found]

    def pick(
        self,
        columns: str,
        table: str,
        where: str = "1",
        values: Sequence[Any] = (),
        *,
        order: str = "id",
        limit: int = -1,
    ) -> list[tuple[Any, ...]]:
        """Columns instead of records; `body` is one of them."""
        return self._db.execute(
            f'SELECT {columns} FROM "{table}" WHERE {where} ORDER BY {order} LIMIT ?', (*values, limit)
        ).fetchall()

    def count(self, table: str, where: str = "1", values: Sequence[Any] = ()) -> int:
        row = self._db.execute(f'SELECT count(*) FROM "{table}" WHERE {where}', values).fetchone()
        return int(row[0])
