"""One run at a time on a connection: a lock that a dead process cannot keep."""

import contextlib
from collections.abc import Iterator

from ..errors import BusyError
from ..timekeeping import Clock
from .processes import Process
from .state import StateFile, instant_text

RETRY_EVERY = 0.5  # seconds


@contextlib.contextmanager
def lock(
    state: StateFile, connection: str, *, process: Process, clock: Clock, wait: float = 0
) -> Iterator[None]:
    """Hold the lock of a connection. Raises BusyError if a living process still has it after `wait` seconds.

    The lock of a process of this machine that has died is taken over; that of another machine's is not.
    """
    left = wait
    while (holder := _take(state, connection, process, clock)) is not None:
        if left <= 0:
            raise holder
        clock.sleep(min(RETRY_EVERY, left))
        left -= RETRY_EVERY
    try:
        yield
    finally:
        state.query(
            "DELETE FROM locks WHERE connection = ? AND pid = ? AND host = ?",
            (connection, process.pid, process.host),
        )


def _take(state: StateFile, connection: str, process: Process, clock: Clock) -> BusyError | None:
    with state.transaction():
        found = state.query("SELECT pid, host, started, since FROM locks WHERE connection = ?", (connection,))
        if found:
            pid, host, started, since = found[0]
            if Process(pid, host, started).is_alive():
                return BusyError(
                    f"{connection} is in use by process {pid} on {host}, since {since}",
                    hint="wait until it is done, or use --wait SECONDS",
                )
        state.query(
            "INSERT OR REPLACE INTO locks (connection, pid, host, started, since) VALUES (?, ?, ?, ?, ?)",
            (connection, process.pid, process.host, process.started, instant_text(clock.now())),
        )
    return None
