"""The clock that everything below `cli` is given: nothing there asks the system for the time."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """What time it is, and how to let it pass. A test's clock may jump instead of waiting."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let so much time pass."""
        ...
