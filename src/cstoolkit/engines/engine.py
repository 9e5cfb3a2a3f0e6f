"""What an engine is given, and what every engine can do."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from .trace import Record, Trace

Detail = Literal["full", "fired"]
"""`fired` leaves out steps of rules that did nothing, and does not render texts: for replays."""


@dataclass(frozen=True)
class World:
    """What rules may look at, in the vendor's keys and values.

    `ticket` is as the update left it. `history` holds what happened before, oldest first (Zendesk: audits),
    `comments` all comments, oldest first, that of the update too. `lookups` holds records by kind and by id
    as text; the kinds are named as the vendor's API names its lists. What is not there is not known, which
    is something else than empty.
    """

    ticket: Record
    history: tuple[Record, ...] = ()
    comments: tuple[Record, ...] = ()
    lookups: Mapping[str, Mapping[str, Record]] = field(default_factory=dict)


@dataclass(frozen=True)
class Update:
    """What just happened to the ticket.

    `changes` holds the values before, by field, of the fields that this update changed; a ticket that was
    just created had no values before. `actor_id` is None for rules and the system. `via` is the channel
    that the update came by, in the vendor's form.
    """

    kind: Literal["created", "updated", "time"]
    changes: Record = field(default_factory=dict)
    comment: Record | None = None
    actor_id: str | None = None
    via: Record | None = None


class Engine(Protocol):
    """How one vendor runs its rules. Equal arguments give equal traces."""

    def run(self, world: World, update: Update, *, now: datetime, detail: Detail = "full") -> Trace:
        """The rules that run on an update, over a ticket that has just been updated."""
        ...

    def hour(self, worlds: Iterable[World], *, now: datetime) -> Iterator[Trace]:
        """The rules that run on time, one run over these tickets; one trace for each, in their order."""
        ...
