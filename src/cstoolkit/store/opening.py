"""A store file is made, checked, and connected to; what a killed process left beside it is removed."""

import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import BusyError, StoreError
from ..timekeeping import Clock
from .failures import explained
from .schema import SCHEMA_VERSION, TABLES

if TYPE_CHECKING:
    import duckdb

RETRY_EVERY = 0.5  # seconds between two tries at a file that is in use


# An unknown file or function must never make DuckDB go to the network for an extension.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def make_file(path: Path, meta: Mapping[str, str]) -> None:
    import duckdb

    with duckdb.connect(str(path), config=_CONFIG) as duck:
        duck.execute("BEGIN TRANSACTION")
        for table in TABLES.values():
            columns = ", ".join(f'"{column.name}" {column.type}' for column in table.columns)
            duck.execute(f'CREATE TABLE "{table.name}" ({columns})')
        facts = {"schema_version": str(SCHEMA_VERSION), "revision": "0", **meta}
        duck.executemany("INSERT INTO meta VALUES (?, ?)", [list(fact) for fact in facts.items()])
        duck.execute("COMMIT")


def check_file(path: Path) -> None:
    if path.is_dir():
        raise StoreError(f"{path} is a folder, not a store file")
    if not path.exists():
        raise StoreError(
            f"{path} does not exist", hint="cstoolkit import or cstoolkit demo makes a store file"
        )
    with explained(path), path.open("rb") as file:
        head = file.read(12)
    # https://duckdb.org/docs/stable/internals/storage: eight bytes of checksum, then the mark.
    if head[8:12] != b"DUCK":
        raise StoreError(
            f"{path} is not a store file (not DuckDB)",
            hint="to read tickets from CSV, JSONL or Parquet, use cstoolkit import",
        )


def connect_patiently(
    path: Path, *, writable: bool, wait: float, clock: Clock | None
) -> "duckdb.DuckDBPyConnection":
    left = wait if clock is not None else 0.0
    while True:
        try:
            return _connect(path, writable=writable)
        except BusyError:
            if clock is None or left <= 0:
                raise
            clock.sleep(min(RETRY_EVERY, left))
            left -= RETRY_EVERY


def _connect(path: Path, *, writable: bool) -> "duckdb.DuckDBPyConnection":
    import duckdb

    with explained(path):
        return duckdb.connect(str(path), read_only=not writable, config=_CONFIG)


def settle(duck: "duckdb.DuckDBPyConnection", *, scratch: Path, memory_limit: str, threads: int) -> None:
    duck.execute(f"SET memory_limit = '{_quoted(memory_limit)}'")
    duck.execute(f"SET threads = {threads:d}")
    duck.execute("SET TimeZone = 'UTC'")
    duck.execute(f"SET temp_directory = '{_quoted(str(scratch))}'")


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def scratch_folder(path: Path) -> Path:
    """The folder of this process for what does not fit into memory: beside the file where that is possible."""
    folder = path.parent if os.access(path.parent, os.W_OK) else Path(tempfile.gettempdir())
    return folder / f".{path.name}.tmp-{os.getpid()}"


def remove_leftovers(path: Path) -> None:
    """Folders of processes that were killed: who has the file for writing has it alone."""
    own = scratch_folder(path)
    for folder in path.parent.glob(f".{path.name}.tmp-*"):
        if folder != own and re.fullmatch(r"\d+", folder.name.rpartition("-")[2]):
            shutil.rmtree(folder, ignore_errors=True)


def check_version(path: Path, duck: "duckdb.DuckDBPyConnection") -> None:
    import duckdb

    try:
        found = duck.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
    except (duckdb.CatalogException, duckdb.BinderException):
        found = None
    if found is None:
        raise StoreError(f"{path} is a DuckDB file, but not a cstoolkit store")
    if found[0] != str(SCHEMA_VERSION):
        raise StoreError(
            f"{path} has schema version {found[0]}; this cstoolkit reads version {SCHEMA_VERSION}",
            hint="import the data again, or use the version of cstoolkit that made it",
        )
