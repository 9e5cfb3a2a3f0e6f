"""A clock that jumps instead of waiting."""

from datetime import UTC, datetime, timedelta


class JumpingClock:
    """`sleep` moves `now` on and remembers how long it was asked to wait."""

    def __init__(self, at: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)) -> None:
        self.at = at
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)
