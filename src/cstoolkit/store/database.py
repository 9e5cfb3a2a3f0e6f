"""The store: one DuckDB file that holds the tickets, history and people of one connection.

Several processes may read it at once; one that writes has it alone. Instants are plain UTC TIMESTAMPs
inside and aware UTC datetimes outside. DuckDB is loaded when a store is opened, not before.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ..errors import StoreError
from ..timekeeping import Clock
from .failures import explained
from .loading import Row, by_key, insert_statement, write_batches
from .opening import (
    check_file,
    check_version,
    connect_patiently,
    make_file,
    remove_leftovers,
    scratch_folder,
    settle,
)
from .schema import TABLES, Table

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "400MB"
THREADS = 2

Parameters = Sequence[Any] | Mapping[str, Any]


class Store:
    """A store that is open. Made by `create` and `open`; a context manager that closes it."""

    def __init__(self, path: Path, connection: "duckdb.DuckDBPyConnection", *, writable: bool) -> None:
        self.path = path
        self.writable = writable
        self._duck = connection
        self._in_transaction = False
        self.connection = self.meta("connection") or ""
        self.vendor = self.meta("vendor") or ""

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        connection: str,
        vendor: str = "local",
        memory_limit: str = MEMORY_LIMIT,
        threads: int = THREADS,
    ) -> Self:
        """Make an empty store, complete or not at all, and open it for writing.

        Raises StoreError if something is at `path` already, or its folder cannot be written.
        """
        if path.exists():
            raise StoreError(f"{path} exists already", hint="choose another name, or remove it first")
        if not path.parent.is_dir():
            raise StoreError(f"{path.parent} is not a folder", hint="make it first")
        making = path.with_name(f".{path.name}.new-{os.getpid()}")
        try:
            with explained(path):
                make_file(making, {"connection": connection, "vendor": vendor})
                making.rename(path)
        finally:
            making.unlink(missing_ok=True)
        return cls.open(path, writable=True, memory_limit=memory_limit, threads=threads)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        writable: bool = False,
        wait: float = 0,
        clock: Clock | None = None,
        memory_limit: str = MEMORY_LIMIT,
        threads: int = THREADS,
    ) -> Self:
        """Open the store at `path`.

        While another process holds it, tries again for `wait` seconds of `clock`, then raises BusyError.
        Raises StoreError if it is missing, not a store, or of another version. DuckDB uses at most
        `memory_limit` and spills the rest into a dot folder beside the file, which is removed at the end.
        """
        check_file(path)
        duck = connect_patiently(path, writable=writable, wait=wait, clock=clock)
        try:
            with explained(path):
                settle(duck, scratch=scratch_folder(path), memory_limit=memory_limit, threads=threads)
            if writable:
                remove_leftovers(path)
            check_version(path, duck)
            return cls(path, duck, writable=writable)
        except BaseException:
            duck.close()
            raise

    def append(self, table: str, rows: Iterable[Row]) -> int:
        """Add rows to a table, in one transaction; returns how many.

        Columns go by name, a column left out is NULL; `connection` is filled in, and so are the folded
        texts unless the row brings them all. Instants are aware datetimes, lists are lists, JSON columns take
        JSON text or what becomes JSON. Keys are not checked: two rows with one key are two rows (`replace`
        keeps keys unique). A lone surrogate becomes U+FFFD.
        """
        with self.transaction():
            return self._load(TABLES[table], rows, target=f'"{table}"')

    def replace(self, table: str, rows: Iterable[Row]) -> int:
        """As `append`, but a row takes the place of those with its key; of several, the last one counts."""
        shape = TABLES[table]
        if isinstance(rows, Sequence) and (unique := by_key(shape, rows)) is not None:
            with self.transaction():
                self._run(
                    f'DELETE FROM "{table}" WHERE connection = ? AND "{shape.key[-1]}" IN (SELECT unnest(?))',
                    [self.connection, list(unique)],
                )
                self._load(shape, unique.values(), target=f'"{table}"')
            return len(rows)
        key = ", ".join(f'"{name}"' for name in shape.key)
        with self.transaction():
            self._run(f'CREATE OR REPLACE TEMP TABLE incoming AS SELECT * FROM "{table}" LIMIT 0')
            count = self._load(shape, rows, target="incoming")
            self._run(f'DELETE FROM "{table}" WHERE ({key}) IN (SELECT ({key}) FROM incoming)')
            self._run(
                f'INSERT INTO "{table}" SELECT * FROM incoming '
                f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY rowid DESC) = 1"
            )
            self._run("DROP TABLE incoming")
        return count

    def query(self, sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        """All rows of a query. Instants go in and come out as aware datetimes.

        Order is what ORDER BY says, else any.
        """
        return list(self._run(sql, parameters))

    def execute(self, sql: str, parameters: Parameters = ()) -> None:
        """Run a statement whose result nobody needs: a temporary table, an update in a transaction."""
        self._run(sql, parameters)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: an error, or a kill at any point, leaves the store as it was before.

        One inside another is a part of it. The outermost adds one to `revision`.
        """
        if not self.writable:
            raise StoreError(f"{self.path} is open for reading only", hint="open it with writable=True")
        if self._in_transaction:
            yield
            return
        self._run("BEGIN TRANSACTION")
        self._in_transaction = True
        try:
            yield
            self.set_meta("revision", str(self.revision + 1))
            self._run("COMMIT")
        except BaseException:
            # The failure itself may have ended the transaction, or the whole database.
            with contextlib.suppress(StoreError):
                self._run("ROLLBACK")
            raise
        finally:
            self._in_transaction = False

    def meta(self, key: str) -> str | None:
        """A fact about the file, or None."""
        found = self.query("SELECT value FROM meta WHERE key = ?", [key])
        return str(found[0][0]) if found else None

    def set_meta(self, key: str, value: str) -> None:
        """Note a fact about the file. By itself it does not count as a change (`revision`)."""
        self._run("DELETE FROM meta WHERE key = ?", [key])
        self._run("INSERT INTO meta VALUES (?, ?)", [key, value])

    @property
    def revision(self) -> int:
        """How many transactions have changed this file."""
        return int(self.meta("revision") or 0)

    @property
    def as_of(self) -> datetime | None:
        """The instant at which the data is true; None if nobody said."""
        text = self.meta("as_of")
        return datetime.fromisoformat(text) if text else None

    @property
    def streams(self) -> frozenset[str]:
        """Which kinds of data the file has: tickets, events, comments, people, groups, custom, ...

        What was said by `describe`; if nobody said, the tables that have rows.
        """
        text = self.meta("streams")
        if text is not None:
            return frozenset(text.split())
        return frozenset(name for name in TABLES if self.query(f'SELECT 1 FROM "{name}" LIMIT 1')) - {"meta"}

    def describe(self, *, as_of: datetime | None = None, streams: Iterable[str] | None = None) -> None:
        """Note the instant at which the data is true, and which kinds of data there are."""
        with self.transaction():
            if as_of is not None:
                self.set_meta("as_of", as_of.astimezone(UTC).isoformat())
            if streams is not None:
                self.set_meta("streams", " ".join(sorted(streams)))

    def close(self) -> None:
        """Close the file; another process may have it now."""
        with explained(self.path):
            self._duck.close()
        with contextlib.suppress(OSError):
            scratch_folder(self.path).rmdir()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _load(self, table: Table, rows: Iterable[Row], *, target: str) -> int:
        count = 0
        with self._batch_file() as path:
            batches = write_batches(table, rows, path)
            for batch in batches:
                self._run(insert_statement(table, batch, target=target), [self.connection])
                count += batch.rows
        return count

    @contextlib.contextmanager
    def _batch_file(self) -> Iterator[Path]:
        with explained(self.path):
            folder = scratch_folder(self.path)
            folder.mkdir(exist_ok=True)
            handle, name = tempfile.mkstemp(dir=folder, suffix=".jsonl")
            os.close(handle)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def _run(self, sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        with explained(self.path):
            result = self._duck.execute(sql, _plain_parameters(parameters))
            if result.description is None:
                return []
            instants = [index for index, column in enumerate(result.description) if column[1] == "TIMESTAMP"]
            rows = result.fetchall()
        return [_aware(row, instants) for row in rows] if instants else rows


def _plain_parameters(parameters: Parameters) -> Any:
    if isinstance(parameters, Mapping):
        return {name: _plain(value) for name, value in parameters.items()}
    return [_plain(value) for value in parameters]


def _plain(value: Any) -> Any:
    """An instant as the store keeps it: UTC, without saying so. One without a zone is taken for that."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _aware(row: tuple[Any, ...], instants: list[int]) -> tuple[Any, ...]:
    cells = list(row)
    for index in instants:
        if cells[index] is not None:
            cells[index] = cells[index].replace(tzinfo=UTC)
    return tuple(cells)
