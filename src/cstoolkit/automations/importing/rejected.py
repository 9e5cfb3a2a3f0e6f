"""Rows that could not be used, kept aside in a file beside the store: nothing is lost silently."""

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

SHOWN = 5


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was set aside, and why."""

    number: int
    reason: str


class RejectedRows:
    """Collects bad rows into a JSONL file: `{"row": 17, "reason": "...", "values": {...}}`, one a line."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.count = 0
        self.first: list[BadRow] = []

    def add(self, number: int, reason: str, values: Mapping[str, Any]) -> None:
        """Set a row aside."""
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append(BadRow(number, reason))
        line = {"row": number, "reason": reason, "values": dict(values)}
        text = json.dumps(line, ensure_ascii=False, default=str)
        self._file.write(text.encode("utf-8", "backslashreplace").decode() + "\n")


def rejected_path(store: Path, map_id: str) -> Path:
    """Where the bad rows of one map go: beside the store, named after both."""
    return store.with_name(f"{store.stem}.rejected-{map_id}.jsonl")


@contextlib.contextmanager
def rejected_rows(path: Path) -> Iterator[RejectedRows]:
    """Write aside, then rename; a file of an earlier import goes when nothing is bad any more."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8") as file:
            rejected = RejectedRows(file)
            yield rejected
        if rejected.count:
            aside.replace(path)
        else:
            path.unlink(missing_ok=True)
    finally:
        aside.unlink(missing_ok=True)
