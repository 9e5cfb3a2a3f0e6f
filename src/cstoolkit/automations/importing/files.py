"""Numbered rows out of CSV, JSONL and Parquet files, gzipped or not; a row that cannot be read says why."""

import csv
import gzip
import io
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ...errors import CstoolkitError
from ...model.frozen import Frozen

FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}


class FileShape(Frozen):
    """How the file is written. `format` None goes by the file's ending; `.gz` is unpacked on the way."""

    format: str | None = None
    encoding: str = "utf-8"
    delimiter: str | None = None
    quote: str = '"'
    header: bool = True


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row: its number (1 is the first row of data), its values by column, or why it cannot be read."""

    number: int
    values: Mapping[str, Any]
    broken: str | None = None


class Closable(Protocol):
    """What keeps a file open."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class SourceFile(AbstractContextManager["SourceFile"]):
    """An open file: its columns (None where rows name their own) and its rows, once."""

    columns: tuple[str, ...] | None
    rows: Iterator[SourceRow]
    handle: Closable

    def __exit__(self, *_: object) -> None:
        self.handle.close()


def open_source(path: Path, shape: FileShape) -> SourceFile:
    """Open a file of tickets.

    Columns that share a name are told apart as `name`, `name#2`, ...; without a header they are `1`, `2`, ...

    Raises:
        CstoolkitError: the file is missing, unreadable, empty, or of a format that its name does not tell.

    """
    if not path.is_file():
        raise CstoolkitError(
            f"{path}: there is no such file", hint="check the path; a folder cannot be imported"
        )
    kind = shape.format or FORMATS.get(_plain_suffix(path))
    if kind is None:
        raise CstoolkitError(
            f"{path}: the ending {path.suffix or '(none)'} does not tell the format",
            hint="write `file: {format: csv}` (or jsonl, parquet) in the map",
        )
    if kind == "parquet":
        return _open_parquet(path)
    return _open_jsonl(path, shape) if kind == "jsonl" else _open_csv(path, shape)


def _plain_suffix(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _open_text(path: Path, encoding: str) -> io.TextIOBase:
    """Bytes that the encoding cannot hold come through as lone surrogates, and condemn their row only."""
    raw: Any = (gzip.open if path.suffix.lower() == ".gz" else open)(path, "rb")  # closed by the wrapper
    if encoding.lower().replace("_", "-") == "utf-8":
        encoding = "utf-8-sig"
    return io.TextIOWrapper(raw, encoding=encoding, errors="surrogateescape", newline="")


def _open_csv(path: Path, shape: FileShape) -> SourceFile:
    delimiter = shape.delimiter or ("\t" if _plain_suffix(path) == ".tsv" else ",")
    csv.field_size_limit(sys.maxsize)
    text = _open_text(path, shape.encoding)
    reader = csv.reader(text, delimiter=delimiter, quotechar=shape.quote, strict=True)
    try:
        first = _first_record(path, reader)
    except BaseException:
        text.close()
        raise
    columns = _distinct(first) if shape.header else tuple(str(index + 1) for index in range(len(first)))
    return SourceFile(columns, _csv_rows(path, reader, columns, None if shape.header else first), text)


def _first_record(path: Path, reader: Iterator[list[str]]) -> list[str]:
    try:
        first = next(reader, None)
    except (csv.Error, EOFError, OSError) as problem:
        raise CstoolkitError(
            f"{path}: cannot be read: {problem}", hint="is it the right format?"
        ) from problem
    if not first:
        raise CstoolkitError(
            f"{path}: the file is empty", hint="a CSV file starts with a line of column names"
        )
    return first


def _distinct(names: list[str]) -> tuple[str, ...]:
    seen: Counter[str] = Counter()
    columns = []
    for name in (name.strip() for name in names):
        seen[name] += 1
        columns.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return tuple(columns)


def _csv_rows(
    path: Path, reader: Iterator[list[str]], columns: tuple[str, ...], pending: list[str] | None
) -> Iterator[SourceRow]:
    number = 0
    while True:
        broken = None
        try:
            record = pending if pending is not None else next(reader, None)
        except csv.Error as problem:
            record, broken = [], f"not readable as CSV: {problem}"
        except (EOFError, OSError) as problem:
            raise CstoolkitError(f"{path}: breaks off after row {number}: {problem}") from problem
        pending = None
        if record is None:
            return
        if not record and broken is None:
            continue  # an empty line is no row
        number += 1
        if broken is None and len(record) != len(columns):
            broken = f"has {len(record)} values where the header names {len(columns)} columns"
        values = dict(zip(columns, record, strict=False))
        yield SourceRow(number, values, broken or _undecodable(values))


def _undecodable(values: Mapping[str, Any]) -> str | None:
    for column, value in values.items():
        if isinstance(value, str) and not value.isascii() and _has_surrogate(value):
            return f"column {column!r} holds bytes that the file's encoding does not allow"
    return None


def _has_surrogate(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return True
    return False


def _open_jsonl(path: Path, shape: FileShape) -> SourceFile:
    text = _open_text(path, shape.encoding)
    return SourceFile(None, _jsonl_rows(path, text), text)


def _jsonl_rows(path: Path, text: io.TextIOBase) -> Iterator[SourceRow]:
    import msgspec

    decode = msgspec.json.Decoder().decode
    number = 0
    lines = iter(text)
    while True:
        try:
            line = next(lines, None)
        except (EOFError, OSError) as problem:
            raise CstoolkitError(f"{path}: breaks off after row {number}: {problem}") from problem
        if line is None:
            return
        if not line.strip():
            continue
        number += 1
        try:
            value = decode(line.encode())
        except (msgspec.DecodeError, UnicodeEncodeError) as problem:
            yield SourceRow(number, {"line": line.rstrip()}, f"not readable as JSON: {problem}")
            continue
        if isinstance(value, dict):
            yield SourceRow(number, dict(_flat(value, "")))
        else:
            yield SourceRow(number, {"line": line.rstrip()}, "is not a JSON object")


def _flat(value: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    """Nested objects by dotted names: `{"user": {"id": 1}}` has the column `user.id`."""
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield from _flat(inner, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", inner


def _open_parquet(path: Path) -> SourceFile:
    import duckdb

    connection = duckdb.connect()
    try:
        result = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
    except duckdb.Error as problem:
        connection.close()
        first_line = str(problem).partition("\n")[0]
        raise CstoolkitError(f"{path}: is not a Parquet file: {first_line}") from problem
    columns = tuple(column[0] for column in result.description or ())
    return SourceFile(columns, _parquet_rows(connection, columns), connection)


def _parquet_rows(connection: Any, columns: tuple[str, ...]) -> Iterator[SourceRow]:
    number = 0
    while records := connection.fetchmany(10_000):
        for record in records:
            number += 1
            yield SourceRow(number, dict(zip(columns, record, strict=True)))
