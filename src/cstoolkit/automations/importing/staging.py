"""Rows of one ticket brought together, whatever the order of the file, in bounded memory.

SQLite sorts on disk; what waits there is only the columns that the map reads.
"""

import sqlite3
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import msgspec

from .sources import TimeShape

_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A row on its way: where it belongs, when it was, and what it says."""

    ticket_id: str
    at: datetime
    order: tuple[Any, ...]
    number: int
    values: Mapping[str, Any]


Numbered = tuple[int, Mapping[str, Any]]
"""A row of the file: its number and the columns that the map reads."""


def in_ticket_order(rows: Iterable[StagedRow], times: TimeShape) -> Iterator[tuple[str, Iterator[Numbered]]]:
    """The rows, ticket by ticket, oldest first; rows of one instant by `order`, then as in the file."""
    with closing(sqlite3.connect("")) as database:  # "" is a private file that goes when it is closed
        database.execute("CREATE TABLE staged (ticket TEXT, at REAL, place BLOB, number INTEGER, row BLOB)")
        batch: list[tuple[Any, ...]] = []
        for row in rows:
            place = b"".join(_sortable(value) for value in row.order)
            packed = msgspec.msgpack.encode(
                {key: _packable(value, times) for key, value in row.values.items()}
            )
            batch.append((row.ticket_id, row.at.timestamp(), place, row.number, packed))
            if len(batch) >= _BATCH:
                database.executemany("INSERT INTO staged VALUES (?, ?, ?, ?, ?)", batch)
                batch.clear()
        database.executemany("INSERT INTO staged VALUES (?, ?, ?, ?, ?)", batch)
        # One row of the file may be the earlier part of a ticket that comes again much later.
        cursor = database.execute(
            "SELECT ticket, number, row FROM staged "
            "ORDER BY min(number) OVER (PARTITION BY ticket), at, place, number"
        )
        decode = msgspec.msgpack.Decoder().decode
        for ticket_id, group in groupby(cursor, key=lambda found: found[0]):
            yield ticket_id, ((number, decode(packed)) for _, number, packed in group)


def _sortable(value: Any) -> bytes:
    """Bytes that sort as the values do: nothing, then numbers by size, then text."""
    if value is None:
        return b"\x00"
    try:
        number = float(value)
    except (TypeError, ValueError):
        return b"\x02" + str(value).encode("utf-8", "replace") + b"\x00"
    # IEEE 754 doubles sort as integers once the sign bit is turned, and all bits of negative ones.

    bits = int.from_bytes(struct.pack(">d", number))
    bits = bits ^ 0xFFFFFFFFFFFFFFFF if bits >> 63 else bits | 1 << 63
    return b"\x01" + bits.to_bytes(8)


def _packable(value: Any, times: TimeShape) -> Any:
    return times.read(value) if isinstance(value, datetime) else value
