"""The embedded helpdesk: the Helpdesk protocol over a store file, which is vendor and store in one."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Self

from ...errors import NotFoundError, Problem
from ...model.clock import Schedule
from ...model.conditions import Condition
from ...model.history import Event
from ...model.rules import NativeRule
from ...model.ticket import Comment, Quality, Ticket
from ...store.conditions import Sql, to_sql
from ...store.database import Store
from ...store.facts import build_facts
from ...store.schema import TABLES
from ...store.tickets import matching_ids, read_comments, read_events, read_tickets
from ...timekeeping import Clock
from ..base import Batch, Budget, Capabilities, ChangeResult, Count, Journal, TicketChange
from . import rules as stored_rules
from .directory import LocalDirectory, nearest_names
from .writing import Writer

EXPORT_ROWS = 5_000
WORST_FIRST: tuple[Quality, ...] = ("unavailable", "snapshot", "approximate", "exact")


class LocalHelpdesk:
    """`local:FILE`. A context manager that closes the file.

    Opened for reading, the present is the instant at which the data is true: nothing has happened in it
    since. Opened for writing, it lives, and the clock tells the time.
    """

    vendor = "local"

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.name = store.connection
        self.capabilities = _capabilities(store)
        self.budget = Budget()
        self._clock = clock

    @classmethod
    def open(cls, path: Path, *, clock: Clock, writable: bool = False, wait: float = 0) -> Self:
        """Open a file; errors and `wait` as `Store.open`."""
        return cls(Store.open(path, writable=writable, wait=wait, clock=clock), clock)

    def now(self) -> datetime:
        """The present of this helpdesk."""
        as_of = self.store.as_of
        if as_of is None:
            return self._clock.now()
        # What was just written may be a microsecond ahead of a clock that did not move.
        return max(as_of, self._clock.now()) if self.store.writable else as_of

    def tickets(
        self, *, where: Condition | None = None, updated_since: datetime | None = None
    ) -> Iterator[Ticket]:
        """Every ticket that matches, oldest first; comments are not filled in."""
        return read_tickets(self.store, self._sql(where), self.now(), updated_since=updated_since)

    def ticket(self, id: str) -> Ticket:
        """One ticket with its comments. Raises NotFoundError."""
        for found in read_tickets(self.store, None, self.now(), only=[id], comments=True):
            return found
        raise self._no_ticket(id)

    def comments(self, id: str) -> list[Comment]:
        """The comments of one ticket, oldest first. Raises NotFoundError."""
        self._check_ticket(id)
        return read_comments(self.store, [id], self.now()).get(id, [])

    def history(self, ids: Iterable[str]) -> Iterator[Event]:
        """The events of tickets, ticket by ticket, in order; an unknown id has none."""
        return read_events(self.store, ids, self.now())

    def directory(self) -> LocalDirectory:
        return LocalDirectory(self.store)

    def count(self, where: Condition | None = None, *, present: bool = False) -> Count:
        """With `present`, without deleted ones and spam."""
        build_facts(self.store, self.now())
        return Count(len(matching_ids(self.store, self._sql(where), present=present)), exact=True)

    def export(self, stream: str, *, checkpoint: str | None) -> Iterator[Batch]:
        """The rows of one table in the order of its key, from behind `checkpoint` on.

        A checkpoint is the key of the last row, so it holds however the file grows.
        """
        if stream not in TABLES or stream == "meta":
            nearest = nearest_names(stream, [name for name in TABLES if name != "meta"])
            raise NotFoundError(
                f'there is no stream "{stream}"; nearest: {", ".join(nearest)}',
                vendor="local",
                candidates=nearest,
            )
        names = [column.name for column in TABLES[stream].columns]
        columns = ", ".join(f'"{name}"' for name in names)
        key = [name for name in TABLES[stream].key if name != "connection"]
        order = ", ".join(f'"{name}"' for name in key)
        types = {column.name: column.type for column in TABLES[stream].columns}
        behind = f"WHERE ({order}) > ({', '.join(f'?::{types[name]}' for name in key)})"
        while True:
            after = json.loads(checkpoint) if checkpoint else []
            found = self.store.query(
                f'SELECT {columns} FROM "{stream}" {behind if after else ""} '
                f"ORDER BY {order} LIMIT {EXPORT_ROWS}",
                after,
            )
            if not found:
                return
            rows = [dict(zip(names, row, strict=True)) for row in found]
            checkpoint = json.dumps([rows[-1][name] for name in key], default=datetime.isoformat)
            yield Batch(stream, rows, checkpoint)

    def update(self, changes: Iterable[TicketChange], *, journal: Journal) -> Iterator[ChangeResult]:
        """Apply changes, a batch a transaction; a change that the journal has settled gives no result.

        A batch that was committed but not noted because the process was killed is not applied twice.
        """
        return Writer(self.store, self._clock).update(changes, journal=journal)

    def comment(self, id: str, text: str, *, public: bool) -> Comment:
        """Say something on a ticket, as an agent. Raises NotFoundError."""
        self._check_ticket(id)
        return Writer(self.store, self._clock).comment(id, text, public=public)

    def rules(self, kind: str | None = None) -> list[NativeRule]:
        return stored_rules.read_rules(self.store, kind)

    def check(self, rule: NativeRule) -> list[Problem]:
        return stored_rules.check_rule(rule)

    def reorder_rules(self, rules: Sequence[NativeRule]) -> None:
        stored_rules.reorder_rules(self.store, rules)

    def create_rule(self, rule: NativeRule) -> NativeRule:
        return stored_rules.create_rule(self.store, rule)

    def update_rule(self, rule: NativeRule) -> NativeRule:
        return stored_rules.update_rule(self.store, rule)

    def delete_rule(self, rule: NativeRule) -> None:
        stored_rules.delete_rule(self.store, rule)

    def calendars(self) -> dict[str, Schedule]:
        """The schedules of the file by name."""
        found = self.store.query("SELECT name, definition FROM schedules ORDER BY name")
        return {name: Schedule.model_validate_json(definition) for name, definition in found}

    def close(self) -> None:
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _sql(self, where: Condition | None) -> Sql | None:
        return None if where is None else to_sql(where, now=self.now(), calendars=self.calendars())

    def _check_ticket(self, id: str) -> None:
        if not self.store.query("SELECT 1 FROM tickets WHERE ticket_id = ?", [id]):
            raise self._no_ticket(id)

    def _no_ticket(self, id: str) -> NotFoundError:
        return NotFoundError(f'{self.store.path}: there is no ticket "{id}"', vendor="local")


def _capabilities(store: Store) -> Capabilities:
    """The history is as good as that of the worst ticket."""
    found = {quality for (quality,) in store.query("SELECT DISTINCT history FROM tickets")}
    told = next((quality for quality in WORST_FIRST if quality in found), None)
    untold: Quality = "exact" if "events" in store.streams else "unavailable"
    return Capabilities(told or untold, store.streams, stored_rules.KINDS, writes=store.writable)
