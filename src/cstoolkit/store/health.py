"""How a store and the state file beside it are: looked at, not touched."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..errors import BusyError, StoreError
from .database import Store
from .processes import Process
from .sync import lock_of


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """A store file. `torn` streams are not proven complete; `problem` is why it could not be read."""

    path: Path
    size: int | None
    as_of: datetime | None = None
    tickets: int = 0
    torn: tuple[str, ...] = ()
    qualities: tuple[tuple[str, int], ...] = ()
    busy: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class StateHealth:
    """The state file. `holder` has the lock of the store; `unsettled` changes were sent and never answered."""

    path: Path
    exists: bool
    holder: str | None = None
    holder_alive: bool = False
    unsettled: int = 0
    problem: str | None = None


def store_health(path: Path) -> StoreHealth:
    """Look at a store; one that is not there has no size."""
    if not path.exists():
        return StoreHealth(path, None)
    size = path.stat().st_size
    try:
        with Store.open(path) as store:
            torn = store.query("SELECT stream FROM checkpoints WHERE NOT complete ORDER BY stream")
            ((tickets,),) = store.query("SELECT count(*) FROM tickets")
            told = "SELECT coalesce(history, 'unavailable'), count(*) FROM tickets GROUP BY 1 ORDER BY 1"
            return StoreHealth(
                path,
                size,
                store.as_of,
                tickets,
                tuple(stream for (stream,) in torn),
                tuple((quality, count) for quality, count in store.query(told)),
            )
    except BusyError as error:
        return StoreHealth(path, size, busy=True, problem=str(error))
    except StoreError as error:
        return StoreHealth(path, size, problem=str(error))


def state_health(path: Path, store: Path) -> StateHealth:
    """Look at a state file without making one, or bringing an old one up to date."""
    if not path.exists():
        return StateHealth(path, exists=False)
    try:
        # Not `ro`: who may not write leaves the files of the write-ahead log behind.
        connection = sqlite3.connect(f"file:{path}?mode=rw", uri=True)
        try:
            held = connection.execute(
                "SELECT pid, host, started, since FROM locks WHERE connection = ?", (lock_of(store),)
            ).fetchone()
            unsettled = connection.execute("SELECT count(*) FROM changes WHERE state = 'sent'").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error as error:
        return StateHealth(path, exists=True, problem=str(error))
    if held is None:
        return StateHealth(path, exists=True, unsettled=unsettled)
    pid, host, started, since = held
    alive = Process(pid, host, started).is_alive()
    holder = f"process {pid} on {host}, since {since}"
    return StateHealth(path, exists=True, holder=holder, holder_alive=alive, unsettled=unsettled)
