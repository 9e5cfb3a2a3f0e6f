"""A seed from a store file: any helpdesk that was imported or synced can be tried against a vendor's API."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model.history import Event
from ..model.people import Group, Membership, Organization, Person
from ..model.ticket import Comment, Ticket
from .http import decode
from .seeds import Choices, Seed

if TYPE_CHECKING:
    from ..store.database import Store

_PAGE = 1000


@dataclass(frozen=True)
class StoredTicket:
    """A `seeds.TicketFile` of rows that were read together."""

    ticket: Ticket
    events: tuple[Event, ...]
    comments: tuple[Comment, ...]


def from_store(path: Path) -> Seed:
    """Everything in the file, as it stands at its `as_of`. StoreError if it cannot be used."""
    from ..store.database import Store

    with Store.open(path) as store:
        return Seed(
            tickets=_ticket_files(path),
            people=tuple(_people(store)),
            groups=tuple(
                Group(id=id_, name=name) for id_, name in store.query("SELECT group_id, name FROM groups")
            ),
            organizations=tuple(_organizations(store)),
            memberships=tuple(
                Membership(group_id=group, person_id=person, active=bool(active))
                for group, person, active in store.query(
                    "SELECT group_id, person_id, active FROM memberships"
                )
            ),
            fields=tuple(
                Choices(name, tuple(options or ()))
                for name, options in store.query("SELECT name, options FROM fields ORDER BY name")
            ),
            schedules={
                name: decode(definition.encode())
                for name, definition in store.query("SELECT name, definition FROM schedules")
            },
        )


def _ticket_files(path: Path) -> Iterator[StoredTicket]:
    """A page of tickets at a time, with what belongs to them."""
    from ..store.database import Store
    from ..store.tickets import read_events, read_tickets

    with Store.open(path) as store:
        ((latest,),) = store.query("SELECT max(updated_at) FROM tickets")
        tickets = read_tickets(store, None, latest, comments=True) if latest is not None else iter(())
        while page := list(islice(tickets, _PAGE)):
            events: dict[str, list[Event]] = defaultdict(list)
            for event in read_events(store, [ticket.id for ticket in page], latest):
                events[event.ticket_id].append(event)
            for ticket in page:
                yield StoredTicket(ticket, tuple(events[ticket.id]), ticket.comments or ())


def _people(store: "Store") -> Iterator[Person]:
    names = ("id", "name", "email", "role", "active", "organization_id", "language", "zone", "tags")
    rows = store.query(
        "SELECT person_id, name, email, role, coalesce(active, true), organization_id, language, zone, tags "
        "FROM people ORDER BY person_id"
    )
    return (Person(**_given(names, row)) for row in rows)


def _organizations(store: "Store") -> Iterator[Organization]:
    names = ("id", "name", "domains", "tags")
    rows = store.query(
        "SELECT organization_id, name, domains, tags FROM organizations ORDER BY organization_id"
    )
    return (Organization(**_given(names, row)) for row in rows)


def _given(names: Iterable[str], row: tuple[Any, ...]) -> dict[str, Any]:
    """Without what is NULL: the model has defaults for it."""
    pairs = zip(names, row, strict=True)
    return {
        name: frozenset(value) if isinstance(value, list) else value
        for name, value in pairs
        if value is not None
    }
