"""A whole helpdesk of model objects into a store: what `cstoolkit demo` does, and what tests start from."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

import msgspec

from ..model.history import Event
from ..model.people import Group, Membership, Organization, Person
from ..model.ticket import Comment, Ticket
from . import rows
from .database import Store

TICKETS_AT_A_TIME = 2_500
"""Bounds the memory: a ticket with its history takes some 20 kB on the way."""


class Field(Protocol):
    """A ticket field of the account."""

    @property
    def name(self) -> str: ...
    @property
    def native(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def options(self) -> Sequence[str]: ...
    @property
    def required_to_solve(self) -> bool: ...


class TicketFile(Protocol):
    """A ticket as it stands, with all of its history."""

    @property
    def ticket(self) -> Ticket: ...
    @property
    def events(self) -> Sequence[Event]: ...
    @property
    def comments(self) -> Sequence[Comment]: ...


class WholeHelpdesk(Protocol):
    """Everything there is in one account."""

    @property
    def as_of(self) -> datetime: ...
    @property
    def people(self) -> Sequence[Person]: ...
    @property
    def groups(self) -> Sequence[Group]: ...
    @property
    def memberships(self) -> Sequence[Membership]: ...
    @property
    def organizations(self) -> Sequence[Organization]: ...
    @property
    def schedules(self) -> Mapping[str, Mapping[str, Any]]: ...
    @property
    def fields(self) -> Sequence[Field]: ...


def fill(
    store: Store,
    helpdesk: WholeHelpdesk,
    files: Iterable[TicketFile],
    *,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Write a helpdesk and its tickets into an empty store, in one transaction and bounded memory.

    `progress` hears how many tickets are in.
    """
    with store.transaction():
        _fill_surroundings(store, helpdesk)
        streams = {"people", "groups", "memberships", "organizations", "fields", "schedules"}
        done = 0
        for part in _parts(files):
            tables: dict[str, list[dict[str, Any]]] = {"tickets": [], "events": [], "comments": [], "sla": []}
            for file in part:
                made = rows.ticket_rows(file.ticket, file.events, file.comments, history="exact")
                for table, found in made.items():
                    tables[table] += found
            for table, found in tables.items():
                store.append(table, found)
                streams |= {table} if found else set()
            done += len(part)
            progress(done)
        store.describe(as_of=helpdesk.as_of, streams=streams | {"tickets", "tags", "custom"})


def _fill_surroundings(store: Store, helpdesk: WholeHelpdesk) -> None:
    store.append("people", [rows.person_row(person) for person in helpdesk.people])
    store.append("groups", [rows.group_row(group) for group in helpdesk.groups])
    store.append("memberships", [rows.membership_row(membership) for membership in helpdesk.memberships])
    store.append("organizations", [rows.organization_row(company) for company in helpdesk.organizations])
    store.append("fields", [_field_row(field) for field in helpdesk.fields])
    store.append("schedules", [_schedule_row(name, plain) for name, plain in helpdesk.schedules.items()])


def _field_row(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "native": field.native,
        "type": field.type,
        "options": list(field.options),
        "required_to_solve": field.required_to_solve,
    }


def _schedule_row(name: str, plain: Mapping[str, Any]) -> dict[str, Any]:
    definition = msgspec.json.encode({"name": name, **plain}).decode()
    return {"name": name, "definition": definition}


def _parts(files: Iterable[TicketFile]) -> Iterator[list[TicketFile]]:
    iterator = iter(files)
    while part := list(islice(iterator, TICKETS_AT_A_TIME)):
        yield part
