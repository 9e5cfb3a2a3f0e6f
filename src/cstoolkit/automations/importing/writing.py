"""One import under way: rows read, told apart into good and bad, and put into the store in parts."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from ...model.people import Role
from ...store import rows as store_rows
from ...store.database import Store
from ..maps import MapRecipe
from .files import SourceRow
from .people import Mentioned
from .rejected import RejectedRows
from .staging import StagedRow
from .values import BadRowError, Values, row_reader

CHUNK = 2_000
"""Tickets, or rows that are no tickets, written together."""

StoreRow = Mapping[str, Any]

Item = TypeVar("Item")


@dataclass
class Writing:
    """One import under way: where its rows go, and what has come of it so far."""

    recipe: MapRecipe
    store: Store
    rejected: RejectedRows
    written: Counter[str] = field(default_factory=Counter)
    streams: frozenset[str] = frozenset()
    latest: datetime | None = None

    def saw(self, moments: Iterable[datetime]) -> None:
        """The data is true of the latest instant that it tells of."""
        for moment in moments:
            if self.latest is None or moment > self.latest:
                self.latest = moment

    def replace(self, table: str, rows: Iterable[StoreRow]) -> None:
        """Rows of this import take the place of those with their key."""
        if count := self.store.replace(table, rows):
            self.written[table] += count
            self.streams |= {table}

    def refuse(self, number: int, reason: str, values: Mapping[str, Any]) -> None:
        """Set a row aside."""
        self.rejected.add(number, reason, values)


Writer = Callable[[Iterable[SourceRow], Writing], None]


def usable(rows: Iterable[SourceRow], writing: Writing) -> Iterator[tuple[int, Mapping[str, Any], Values]]:
    """Each row with its values by our fields; bad ones are set aside."""
    read = row_reader(writing.recipe)
    for row in rows:
        try:
            yield row.number, row.values, read(row.number, row.values)
        except BadRowError as bad:
            writing.refuse(row.number, str(bad), row.values)


def staged(rows: Iterable[SourceRow], writing: Writing, key: str) -> Iterator[StagedRow]:
    """Rows with what orders them; the other values are read when the ticket's rows are together."""
    recipe = writing.recipe
    read = row_reader(recipe, only=(key, "at"))
    columns = tuple({column for _, column in recipe.reads()})
    for row in rows:
        try:
            values = read(row.number, row.values)
        except BadRowError as bad:
            writing.refuse(row.number, str(bad), row.values)
            continue
        kept = {column: row.values.get(column) for column in columns}
        order = tuple(row.values.get(column) for column in recipe.order)
        yield StagedRow(values[key], values["at"], order, row.number, kept)


def write_mentioned(mentioned: Mentioned, writing: Writing) -> None:
    """People named in passing come in only where nobody told more about them before."""
    for table, key, made in (
        ("people", "person_id", [store_rows.person_row(person) for person in mentioned.people.values()]),
        ("groups", "group_id", [store_rows.group_row(group) for group in mentioned.groups.values()]),
        (
            "organizations",
            "organization_id",
            [store_rows.organization_row(company) for company in mentioned.organizations.values()],
        ),
    ):
        query = f'SELECT {key} FROM "{table}"'
        known = {found[0] for found in writing.store.query(query)}
        # Names in passing do not make it a stream: nobody said who of them is active, or in which group.
        writing.written[table] += writing.store.append(table, [row for row in made if row[key] not in known])


def created_instants(store: Store, ids: Iterable[str]) -> dict[str, datetime]:
    """When these tickets were created, of those that the store has."""
    found = store.query(
        "SELECT ticket_id, created_at FROM tickets WHERE ticket_id IN (SELECT unnest(?))", [sorted(set(ids))]
    )
    return dict(found)


def roles_of(store: Store, ids: Iterable[str | None]) -> dict[str | None, Role]:
    """The roles of these people today, of those that the store has."""
    wanted = sorted({person_id for person_id in ids if person_id is not None})
    return dict(
        store.query("SELECT person_id, role FROM people WHERE person_id IN (SELECT unnest(?))", [wanted])
    )


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(items)
    while part := list(islice(iterator, size)):
        yield part
