"""What DuckDB complains of, in our words: a store error or a busy one, with the next step."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from ..errors import BusyError, CstoolkitError, StoreError

HOLDER = re.compile(r"PID (\d+)")
NO_ROOM = ("no space left", "could not write", "file too large", "quota exceeded", "not enough space")


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what DuckDB raises on the file `path` into BusyError or StoreError; wrong SQL stays a bug."""
    import duckdb

    try:
        yield
    except duckdb.ProgrammingError:
        raise
    except duckdb.Error as error:
        raise _explain(path, str(error)) from error
    except OSError as error:
        raise _explain(path, str(error)) from error


def _explain(path: Path, text: str) -> CstoolkitError:
    lower = text.lower()
    if "conflicting lock" in lower:
        return busy(path, HOLDER.search(text))
    if "different configuration" in lower or "already attached" in lower or "unique file handle" in lower:
        return BusyError(f"{path} is already open in this process", hint="close the other one first")
    if "permission denied" in lower or "read-only file system" in lower:
        return StoreError(
            f"{path} cannot be written or read: permission denied", hint="check its folder's permissions"
        )
    if any(sign in lower for sign in NO_ROOM):
        return StoreError(
            f"{path} could not be written: the disk is full or a size limit is reached",
            hint="free some space and run this again; the file is as it was before",
        )
    if "out of memory" in lower:
        return StoreError(f"{path} needs more memory than it may use", hint="raise the store's memory_limit")
    return StoreError(f"{path}: {first_line(text)}")


def busy(path: Path, holder: re.Match[str] | None) -> BusyError:
    by = f"process {holder[1]}" if holder else "another process"
    return BusyError(f"{path} is in use by {by}", hint="wait until it is done, or use --wait SECONDS")


def first_line(text: str) -> str:
    """DuckDB's message without the SQL that it quotes below."""
    return text.split("\n", 1)[0]
