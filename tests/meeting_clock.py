"""One clock for several workers: time passes only while all of them wait, and then to the first who wakes.

So a minute of limits takes no time, and what is measured on it is waiting alone, whatever the machine does.
"""

import contextlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.managers import BaseManager


class MeetingClock:
    """`parties` workers; one that is done says `leave`."""

    def __init__(self, parties: int, at: datetime = datetime(2026, 1, 5, 9, tzinfo=UTC)) -> None:
        self._parties = parties
        self._now = at
        self._alarms: list[datetime] = []
        self._turn = threading.Condition()

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        with self._turn:
            until = self._now + timedelta(seconds=seconds)
            self._alarms.append(until)
            self._go_on()
            while self._now < until:
                self._turn.wait(60)

    def leave(self) -> None:
        with self._turn:
            self._parties -= 1
            self._go_on()

    def _go_on(self) -> None:
        if self._alarms and len(self._alarms) >= self._parties:
            self._now = max(self._now, min(self._alarms))
            self._alarms = [one for one in self._alarms if one > self._now]
            self._turn.notify_all()


class _Manager(BaseManager):
    """Lets other processes reach the clock."""


@contextlib.contextmanager
def served(clock: MeetingClock) -> Iterator[tuple[str, int]]:
    """Serve a clock to other processes; where `reached` finds it."""
    _Manager.register("clock", callable=lambda: clock, exposed=("now", "sleep", "leave"))
    server = _Manager(("127.0.0.1", 0), authkey=b"meeting").get_server()

    def serve() -> None:
        with contextlib.suppress(SystemExit):  # its way to end
            server.serve_forever()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield server.address
    server.stop_event.set()
    thread.join()


def reached(address: tuple[str, int]) -> MeetingClock:
    """The clock that another process serves."""
    _Manager.register("clock", exposed=("now", "sleep", "leave"))
    manager = _Manager(address, authkey=b"meeting")
    manager.connect()
    return manager.clock()
