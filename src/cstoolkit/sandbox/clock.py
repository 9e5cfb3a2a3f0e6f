"""The sandbox's own time: it runs on from where it was set, may be stopped, and never goes back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ..errors import RefusedError


class SandboxClock:
    """A `timekeeping.Clock` over another one. All accounts of a sandbox share it.

    `source` gives the instants it runs along; `offset` is how far it was set ahead of them.
    """

    def __init__(
        self,
        source: Callable[[], datetime],
        *,
        offset: timedelta = timedelta(0),
        stopped_at: datetime | None = None,
    ) -> None:
        self._source = source
        self.offset = offset
        self.stopped_at = stopped_at

    def now(self) -> datetime:
        return self.stopped_at or self._source() + self.offset

    def sleep(self, seconds: float) -> None:
        """Jump instead of waiting: a client that is given this clock waits an hour in no time."""
        self.advance(timedelta(seconds=seconds))

    def advance(self, by: timedelta) -> None:
        self.set(self.now() + by)

    def set(self, to: datetime) -> None:
        """RefusedError for an earlier time: what the accounts hold has happened already."""
        if to.tzinfo is None:
            raise RefusedError(
                f"{to.isoformat()} has no time zone", hint="write it with Z, as 2026-01-05T09:00Z"
            )
        to = to.astimezone(UTC)
        if to < self.now():
            raise RefusedError(
                f"the sandbox's clock cannot go back from {self.now().isoformat()} to {to.isoformat()}",
                hint="reset the sandbox, or start a new one with --clock",
            )
        if self.stopped_at is None:
            self.offset = to - self._source()
        else:
            self.stopped_at = to

    def stop(self) -> None:
        self.stopped_at = self.now()

    def run(self) -> None:
        if self.stopped_at is not None:
            self.offset = self.stopped_at - self._source()
            self.stopped_at = None


def running_from(start: datetime, ticks: Callable[[], float]) -> Callable[[], datetime]:
    """A source for the clock that begins at `start` and goes on as `ticks` (seconds) do."""
    zero = ticks()
    return lambda: start + timedelta(seconds=ticks() - zero)
