"""Counting of calls per window of the sandbox's time. Which limits there are, and their headers: the vendor."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """So many calls in so many seconds."""

    name: str
    most: int
    seconds: int = 60


@dataclass(frozen=True)
class Use:
    """Where a window stands after a call. `resets_in` is in whole seconds, at least 1."""

    limit: Limit
    remaining: int
    resets_in: int
    allowed: bool


class Meter:
    """Fixed windows, each beginning with its first call. Kept in memory: a restart is a fresh minute."""

    def __init__(self) -> None:
        self._windows: dict[tuple[str, str], tuple[float, int]] = {}

    def take(self, limit: Limit, *, now: float, key: str = "", cost: int = 1) -> Use:
        """Count a call. A refused one costs nothing. `now` is in seconds since 1970."""
        began, used = self._windows.get((limit.name, key), (now, 0))
        if now >= began + limit.seconds:
            began, used = now, 0
        allowed = used + cost <= limit.most
        used += cost if allowed else 0
        if len(self._windows) > 50_000:
            self._forget(now)
        self._windows[limit.name, key] = (began, used)
        resets_in = max(1, math.ceil(began + limit.seconds - now))
        return Use(limit, max(0, limit.most - used), resets_in, allowed)

    def clear(self) -> None:
        self._windows.clear()

    def _forget(self, now: float) -> None:
        longest = 3600  # seconds; no vendor's window is longer than an hour
        self._windows = {key: window for key, window in self._windows.items() if window[0] + longest > now}
