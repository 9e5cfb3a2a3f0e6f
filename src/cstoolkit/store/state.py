"""The state file: one SQLite database with what must survive kills and be shared by processes.

`.cstoolkit/state.sqlite` in the project's folder; the environment variable CSTOOLKIT_STATE names another
place. It is in WAL mode and synced at each commit: what was written down stays written down. Instants are
ISO 8601 texts in UTC, so they sort as they passed.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from ..errors import BusyError, StoreError

DEFAULT_PATH = Path(".cstoolkit") / "state.sqlite"
STATE_VERSION = 3
BUSY_SECONDS = 10.0  # how long one process waits for another's write, which takes milliseconds

TABLES = """
CREATE TABLE runs (
    id TEXT PRIMARY KEY, connection TEXT NOT NULL, digest TEXT, started_at TEXT NOT NULL, ended_at TEXT,
    state TEXT NOT NULL, pid INTEGER NOT NULL, host TEXT NOT NULL, code INTEGER, consents TEXT
);
CREATE TABLE changes (
    run_id TEXT NOT NULL REFERENCES runs (id), key TEXT NOT NULL, kind TEXT NOT NULL, object_id TEXT,
    before TEXT, after TEXT, state TEXT NOT NULL, call_id INTEGER, error TEXT, PRIMARY KEY (run_id, key)
);
CREATE TABLE calls (
    id INTEGER PRIMARY KEY, run_id TEXT NOT NULL REFERENCES runs (id), verb TEXT NOT NULL,
    target TEXT NOT NULL, body_hash TEXT, vendor_ref TEXT, sent_at TEXT NOT NULL, answered_at TEXT, status INTEGER
);
CREATE TABLE locks (
    connection TEXT PRIMARY KEY, pid INTEGER NOT NULL, host TEXT NOT NULL, started TEXT, since TEXT NOT NULL
);
CREATE TABLE watermarks (connection TEXT NOT NULL, recipe_id TEXT NOT NULL, cursor TEXT NOT NULL,
    PRIMARY KEY (connection, recipe_id));
CREATE TABLE notices (id TEXT PRIMARY KEY, run_id TEXT, addressee TEXT NOT NULL, sent_at TEXT NOT NULL);
CREATE TABLE audit_runs (
    series TEXT NOT NULL, as_of TEXT NOT NULL, run_id TEXT NOT NULL, parameters TEXT NOT NULL,
    metrics TEXT NOT NULL, PRIMARY KEY (series, as_of)
);
CREATE TABLE findings (
    series TEXT NOT NULL, as_of TEXT NOT NULL, fingerprint TEXT NOT NULL, check_id TEXT NOT NULL,
    accepted INTEGER NOT NULL, PRIMARY KEY (series, fingerprint, as_of),
    FOREIGN KEY (series, as_of) REFERENCES audit_runs (series, as_of) ON DELETE CASCADE
) WITHOUT ROWID;
"""

STEPS = {1: "DROP TABLE IF EXISTS budget", 2: "ALTER TABLE runs ADD COLUMN consents TEXT"}
"""Version -> what makes a file of the next one of it."""


def state_path(environ: Mapping[str, str]) -> Path:
    """Where the state file is, or will be."""
    moved = environ.get("CSTOOLKIT_STATE")
    return Path(moved) if moved else DEFAULT_PATH


class StateFile:
    """An open state file; a context manager that closes it."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._alone = threading.RLock()  # a sync fetches in a thread of its own

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the state file, made with its folder if missing. Raises StoreError for what is none."""
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            # Transactions are begun by hand, so that a reader never holds a lock longer than it reads.
            connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA foreign_keys = ON")
                state = cls(path, connection)
                state._prepare()
            except BaseException:
                connection.close()
                raise
        return state

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, alone: other writers wait until it is over."""
        with self._alone, explained(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def query(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement; outside of `transaction` it is one by itself."""
        with self._alone, explained(self.path):
            return self._connection.execute(sql, parameters).fetchall()

    def write_many(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        """One statement for many rows; inside of `transaction` only, or each is one by itself."""
        with self._alone, explained(self.path):
            self._connection.executemany(sql, rows)

    def close(self) -> None:
        with self._alone:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _prepare(self) -> None:
        with self.transaction():
            version = self.query("PRAGMA user_version")[0][0]
            if version == 0:
                for statement in TABLES.split(";"):
                    self.query(statement)
                version = STATE_VERSION
            while version in STEPS:
                self.query(STEPS[version])
                version += 1
            if version == STATE_VERSION:
                self.query(f"PRAGMA user_version = {STATE_VERSION:d}")
        if version != STATE_VERSION:
            raise StoreError(
                f"{self.path} has version {version}; this cstoolkit reads version {STATE_VERSION}",
                hint="use the version of cstoolkit that wrote it, or another CSTOOLKIT_STATE",
            )


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite raises on the state file into BusyError or StoreError; wrong SQL stays a bug."""
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError):
        raise
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text:
            raise BusyError(f"{path} is in use by another process", hint="try again in a moment") from error
        if "full" in text or "disk I/O" in text:
            raise StoreError(
                f"{path} could not be written: {text}", hint="free some space and run this again"
            ) from error
        if "unable to open" in text or "readonly" in text:
            raise StoreError(
                f"{path} cannot be written: {text}", hint="set CSTOOLKIT_STATE to a place that can be"
            ) from error
        raise
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"{path} is not a state file, or is damaged: {error}",
            hint="move it away; a new one is made by the next run",
        ) from error
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror}", hint="set CSTOOLKIT_STATE to a place that can be"
        ) from error


def instant_text(at: datetime) -> str:
    """As the state file keeps instants: always with microseconds, so that texts sort like instants."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
