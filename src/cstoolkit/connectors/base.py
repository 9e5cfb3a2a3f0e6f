"""What every helpdesk can do, in one protocol; and what differs between them, as data."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, Self

from ..errors import Problem
from ..model.actions import Say
from ..model.conditions import Condition, Value
from ..model.history import Event
from ..model.rules import NativeRule
from ..model.ticket import Comment, Quality, Ticket


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a helpdesk gives and takes. `history` is the quality of its event log.

    `operations` names the methods that it has beyond this protocol; their shapes are in `optional`. `keeps` are the
    kinds of rules that can be made and never be deleted through its API.
    """

    history: Quality
    streams: frozenset[str]
    rule_kinds: tuple[str, ...]
    writes: bool = True
    operations: frozenset[str] = frozenset()
    keeps: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Budget:
    """Calls that may be made: `per_minute` None is no limit."""

    per_minute: int | None = None
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many tickets; `exact` is false where the vendor only estimates."""

    n: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one store table, and where to go on."""

    table: str
    rows: Sequence[Mapping[str, Any]]
    checkpoint: str | None


@dataclass(frozen=True, slots=True)
class TicketChange:
    """One wanted change of one ticket.

    `key` identifies the change in the journal. `seen` is the ticket's `updated_at` when the change was
    planned: a ticket that moved since is a conflict.
    """

    key: str
    ticket_id: str
    set: Mapping[str, Value | None] = field(default_factory=dict)
    add_tags: frozenset[str] = frozenset()
    remove_tags: frozenset[str] = frozenset()
    say: Say | None = None
    seen: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """What became of a change. `before` holds the values that it replaced."""

    key: str
    ticket_id: str
    outcome: Literal["done", "unchanged", "refused", "conflict", "unknown"]
    before: Mapping[str, Value | None] = field(default_factory=dict)
    error: str | None = None


class Directory(Protocol):
    """Names <-> ids of one account: kinds are group, agent, organization, field, form, brand, calendar.

    An unknown or ambiguous name raises NotFoundError whose message lists the candidates.
    """

    def find(self, kind: str, name: str) -> str: ...

    def name(self, kind: str, id: str) -> str: ...


class Journal(Protocol):
    """Where a change is written down before it is sent, and again when its answer is known."""

    def planned(self, change: TicketChange) -> bool:
        """Note the intent. False: an earlier try already settled this key, do not send it again."""
        ...

    def settled(self, result: ChangeResult) -> None:
        """Note the outcome."""
        ...


class Helpdesk(Protocol):
    """One account of one vendor. A context manager that closes it."""

    name: str
    vendor: str
    capabilities: Capabilities

    @property
    def budget(self) -> Budget:
        """What may be called now: it changes with every call."""
        ...

    def tickets(
        self, *, where: Condition | None = None, updated_since: datetime | None = None
    ) -> Iterator[Ticket]:
        """Every ticket that matches: complete, or IncompleteError at the end."""
        ...

    def ticket(self, id: str) -> Ticket: ...

    def comments(self, id: str) -> list[Comment]: ...

    def history(self, ids: Iterable[str]) -> Iterator[Event]: ...

    def directory(self) -> Directory: ...

    def count(self, where: Condition | None = None) -> Count: ...

    def export(self, stream: str, *, checkpoint: str | None) -> Iterator[Batch]: ...

    def update(self, changes: Iterable[TicketChange], *, journal: Journal) -> Iterator[ChangeResult]: ...

    def comment(self, id: str, text: str, *, public: bool) -> Comment: ...

    def rules(self, kind: str | None = None) -> list[NativeRule]: ...

    def check(self, rule: NativeRule) -> list[Problem]: ...

    def reorder_rules(self, rules: Sequence[NativeRule]) -> None: ...

    def create_rule(self, rule: NativeRule) -> NativeRule: ...

    def update_rule(self, rule: NativeRule) -> NativeRule: ...

    def delete_rule(self, rule: NativeRule) -> None: ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...
