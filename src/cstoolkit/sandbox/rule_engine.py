"""The hook for rule engines: what an account gives one and what it reads back. Shapes: DESIGN 9.

The sandbox has no engine of its own. An account is handed a factory; without one it says so in its log, and
its rules are stored and answered for but never run.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from ..model.rules import NativeRule
from .http import Record


@dataclass(frozen=True)
class World:
    """What a rule may look at, in the vendor's keys and values."""

    ticket: Record
    history: tuple[Record, ...] = ()
    comments: tuple[Record, ...] = ()
    lookups: Mapping[str, Mapping[str, Record]] = field(default_factory=dict)


@dataclass(frozen=True)
class Update:
    """What just happened to the ticket. `changes` holds the values before, by field."""

    kind: Literal["created", "updated", "time"]
    changes: Record
    comment: Record | None = None
    actor_id: str | None = None


class Step(Protocol):
    """One rule of a trace. `messages` and `calls` are what it would send."""

    @property
    def rule(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def messages(self) -> Sequence[Any]: ...
    @property
    def calls(self) -> Sequence[Any]: ...


class Trace(Protocol):
    """What the rules did; `ticket` is the ticket after them."""

    @property
    def steps(self) -> Sequence[Step]: ...
    @property
    def ticket(self) -> Record: ...


class Engine(Protocol):
    """How a vendor runs its rules."""

    def run(
        self, world: World, update: Update, *, now: datetime, detail: Literal["full", "fired"] = "full"
    ) -> Trace: ...

    def hour(self, worlds: Iterable[World], *, now: datetime) -> Iterator[Trace]: ...


EngineFactory = Callable[[Sequence[NativeRule], Mapping[str, str]], Engine]
"""Native rules and the account's switches give an engine."""
