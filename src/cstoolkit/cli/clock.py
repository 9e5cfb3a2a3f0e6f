"""The one place that asks the system for the time; everything below `cli` takes a clock as an argument."""

import time
from datetime import UTC, datetime


def system_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


class SystemClock:
    """The machine's own clock, as `timekeeping.Clock` describes one."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return system_now()

    def sleep(self, seconds: float) -> None:
        """Wait so many seconds."""
        time.sleep(seconds)
