"""The calls that may be made to one account, shared by every process that works on it.

Each call holds a place from before it is sent until `window` seconds after its answer. So whatever way the
vendor counts (fixed or sliding windows, by arrival or by answer), it never sees more than our share in any
window of its own. Places live in the state file; those of killed processes are given back after a while.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ..store.state import StateFile
from ..timekeeping import Clock

ABANDONED = 900.0  # seconds after which a call without an answer is given up: its process is dead
GLANCE = 0.25  # seconds until we look again when all places are held by calls under way
AHEAD = 60.0  # a place taken further in the future than this was taken on another clock

TABLES = """
CREATE TABLE IF NOT EXISTS budget_places (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, taken_at REAL NOT NULL, free_at REAL
);
CREATE INDEX IF NOT EXISTS budget_places_of ON budget_places (account, name, free_at);
CREATE TABLE IF NOT EXISTS budget_limits (
    account TEXT NOT NULL, name TEXT NOT NULL, size INTEGER, others INTEGER NOT NULL DEFAULT 0,
    others_until REAL NOT NULL DEFAULT 0, paused_until REAL NOT NULL DEFAULT 0, PRIMARY KEY (account, name)
);
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls in a window of seconds. `size` holds until the vendor's headers tell another one.

    A window of 0 limits what is under way at once. `shared` false: a limit that people's work in the
    vendor's own pages does not count against, so all of it is ours.
    """

    name: str
    size: int
    window: float = 60.0
    shared: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """What an answer told about a limit: its size, what is left of it, and seconds until it is whole again."""

    name: str
    size: int
    left: int | None = None
    resets: float | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A call's place in one limit."""

    id: int
    limit: Limit


class RateBudget:
    """The budget of one account. `share` of each limit is ours; `reserve` of it stays free for people.

    Both are fractions. Calls that others make, as far as the vendor's headers show them, come off as well.
    """

    def __init__(
        self, state: StateFile, account: str, clock: Clock, *, share: float = 0.8, reserve: float = 0.1
    ) -> None:
        self._state = state
        self._account = account
        self._clock = clock
        self._share = share
        self._reserve = reserve
        # Losing a place in a power cut costs nothing, and waiting for the disk twice a call costs much.
        state.query("PRAGMA synchronous = NORMAL")
        with state.transaction():
            for statement in TABLES.split(";"):
                state.query(statement)

    @classmethod
    def open(
        cls, path: Path, account: str, clock: Clock, *, share: float = 0.8, reserve: float = 0.1
    ) -> Self:
        """Open or make the budget in a state file. Raises StoreError and BusyError as `StateFile.open`."""
        return cls(StateFile.open(path), account, clock, share=share, reserve=reserve)

    def take(
        self, limits: Sequence[Limit], *, on_wait: Callable[[Limit, float], None] | None = None
    ) -> list[Place]:
        """Wait until a call fits into all the limits, and hold a place in each.

        A limit that is named several times gives so many places: a call may count for several. `on_wait` is
        told, before each sleep, which limit is full and for how many seconds we look away.
        """
        while True:
            found = self._take(limits)
            if not isinstance(found, tuple):
                return found
            full, wait = found
            if on_wait:
                on_wait(full, wait)
            self._clock.sleep(wait)

    def try_take(self, limits: Sequence[Limit]) -> list[Place] | None:
        """A place in each limit if there is room at once; who holds places himself must not wait for more."""
        found = self._take(limits)
        return None if isinstance(found, tuple) else found

    def _take(self, limits: Sequence[Limit]) -> list[Place] | tuple[Limit, float]:
        """Places, or the limit that is full and the seconds until there may be room in it."""
        with self._state.transaction():
            waits = [(self._wait(limit, places), limit) for limit, places in Counter(limits).items()]
            wait, full = max(waits, key=lambda one: one[0], default=(0.0, None))
            if wait > 0 and full is not None:
                return full, wait
            return [self._hold(limit) for limit in limits]

    def answered(self, places: Iterable[Place], seen: Iterable[Seen] = ()) -> None:
        """The call is answered: its places are free when their windows have passed."""
        now = self._now()
        with self._state.transaction():
            for place in places:
                self._state.query(
                    "UPDATE budget_places SET free_at = ? WHERE id = ?", (now + place.limit.window, place.id)
                )
            for one in seen:
                self._learn(one, now)

    def pause(self, name: str, seconds: float) -> None:
        """Nobody calls before so many seconds have passed: the vendor said so."""
        with self._state.transaction():
            self._state.query(
                "INSERT INTO budget_limits (account, name, paused_until) VALUES (?, ?, ?) ON CONFLICT DO "
                "UPDATE SET paused_until = max(paused_until, excluded.paused_until)",
                (self._account, name, self._now() + seconds),
            )

    def left(self, limit: Limit) -> int:
        """The calls that could be made at once now."""
        with self._state.transaction():
            self._tidy(limit)
            return max(0, self._allowed(limit) - self._held(limit))

    def size(self, limit: Limit) -> int:
        """The limit's size, as the vendor told it."""
        found = self._state.query(
            "SELECT size FROM budget_limits WHERE account = ? AND name = ?", (self._account, limit.name)
        )
        return int(found[0][0]) if found and found[0][0] is not None else limit.size

    def close(self) -> None:
        self._state.close()

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _wait(self, limit: Limit, places: int = 1) -> float:
        """Seconds until there may be room; 0 if there is."""
        now = self._now()
        self._tidy(limit)
        paused = self._state.query(
            "SELECT paused_until FROM budget_limits WHERE account = ? AND name = ?",
            (self._account, limit.name),
        )
        if paused and paused[0][0] > now:
            return float(paused[0][0] - now)
        # A call that counts for more than is ever allowed goes when nothing else is under way.
        allowed, held = max(self._allowed(limit), places), self._held(limit)
        if held + places <= allowed:
            return 0.0
        frees = self._state.query(
            "SELECT free_at FROM budget_places WHERE account = ? AND name = ? AND free_at IS NOT NULL "
            "ORDER BY free_at LIMIT 1 OFFSET ?",
            (self._account, limit.name, held + places - allowed - 1),
        )
        return max(float(frees[0][0]) - now, 0.001) if frees else GLANCE

    def _tidy(self, limit: Limit) -> None:
        now = self._now()
        self._state.query(
            "DELETE FROM budget_places WHERE account = ? AND name = ? "
            "AND (free_at <= ? OR taken_at < ? AND free_at IS NULL OR taken_at > ?)",
            (self._account, limit.name, now, now - ABANDONED, now + AHEAD),
        )

    def _held(self, limit: Limit) -> int:
        found = self._state.query(
            "SELECT count(*) FROM budget_places WHERE account = ? AND name = ?", (self._account, limit.name)
        )
        return int(found[0][0])

    def _allowed(self, limit: Limit) -> int:
        size = self.size(limit)
        if not limit.shared:
            return size
        found = self._state.query(
            "SELECT others FROM budget_limits WHERE account = ? AND name = ? AND others_until > ?",
            (self._account, limit.name, self._now()),
        )
        others = int(found[0][0]) if found else 0
        ours = math.floor(size * self._share)
        # At least one: a share that rounds to nothing would wait for ever.
        return max(1, min(ours, math.floor(size * (1 - self._reserve)) - others))

    def _hold(self, limit: Limit) -> Place:
        found = self._state.query(
            "INSERT INTO budget_places (account, name, taken_at) VALUES (?, ?, ?) RETURNING id",
            (self._account, limit.name, self._now()),
        )
        return Place(found[0][0], limit)

    def _learn(self, seen: Seen, now: float) -> None:
        others, until = 0, 0.0
        if seen.left is not None:
            held = self._held(Limit(seen.name, seen.size))
            others = max(0, seen.size - seen.left - held)
            until = now + (seen.resets if seen.resets is not None else 60.0)
        self._state.query(
            "INSERT INTO budget_limits (account, name, size, others, others_until) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET size = excluded.size, others = excluded.others, "
            "others_until = excluded.others_until",
            (self._account, seen.name, seen.size, others, until),
        )
