"""What every audit leaves in the store: each unsolved ticket, in few columns, so that trend needs no history.

An audit reads a store that others may read as well, so the snapshot is taken while it is open for reading and
kept afterwards, when it can be opened for writing. It is no change of the data: `revision` stays.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...store.database import Store
from ..checks.check import POPULATIONS
from .scope import Scope

COLUMNS = ("ticket_id", "status", "priority", "group_id", "assignee_id")
TAKE = f"""
    SELECT {", ".join(f"list(t.{name} ORDER BY t.ticket_id)" for name in COLUMNS)},
        list((epoch_us($now) - epoch_us(t.created_at)) // 1000000 ORDER BY t.ticket_id)
    FROM facts t WHERE t.gone IS NULL AND {POPULATIONS["unsolved"]}
"""
KEEP = f"""
    INSERT INTO snapshots (connection, run_id, taken_at, {", ".join(COLUMNS)}, age_s)
    SELECT $connection, $run_id, $taken_at, {", ".join(f"unnest(${name}::VARCHAR[])" for name in COLUMNS)},
        unnest($age_s::BIGINT[])
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Columns of the table `snapshots`, one list each."""

    connection: str
    taken_at: datetime
    columns: dict[str, list[Any]]


def take_snapshot(scope: Scope) -> Snapshot:
    values = scope.query(TAKE, {})[0]
    names = (*COLUMNS, "age_s")
    columns = {name: list(value or ()) for name, value in zip(names, values, strict=True)}
    return Snapshot(scope.store.connection, scope.now, columns)


def keep_snapshot(store: Store, snapshot: Snapshot, run_id: str) -> None:
    """Write it, in place of one of the same instant. `store` is open for writing; all or nothing."""
    at = {"connection": snapshot.connection, "taken_at": snapshot.taken_at}
    store.execute("BEGIN TRANSACTION")
    try:
        store.execute("DELETE FROM snapshots WHERE connection = $connection AND taken_at = $taken_at", at)
        store.execute(KEEP, {**at, **snapshot.columns, "run_id": run_id})
        store.execute("COMMIT")
    except BaseException:
        store.execute("ROLLBACK")
        raise
