"""Pasts out of a store, ticket by ticket: at most a page of them is in memory."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ...model.history import Event
from ...model.people import Group, Organization, Person
from ...model.ticket import Ticket
from ...store.database import Store
from ...store.tickets import read_events, read_tickets
from .folding import fold
from .names import Names, by_name
from .past import Past

PAGE = 500

CANDIDATES = """
    SELECT t.ticket_id FROM tickets t
    WHERE t.created_at <= $until AND ($every OR t.updated_at >= $since OR t.ticket_id IN (
        SELECT ticket_id FROM events WHERE occurred_at BETWEEN $since AND $until))
    ORDER BY t.created_at, t.ticket_id
"""


# Who left may be no agent any more.
PEOPLE = """
    SELECT person_id, name, email, role, active FROM people
    WHERE role IN ('agent', 'system') OR person_id IN (
        SELECT actor_id FROM events WHERE actor_role IN ('agent', 'system')
        UNION SELECT before FROM events WHERE kind = 'assignee'
        UNION SELECT after FROM events WHERE kind = 'assignee'
        UNION SELECT assignee_id FROM tickets)
"""


@dataclass(frozen=True, slots=True)
class Untold:
    """A ticket whose past is not known well enough to be played."""

    ticket_id: str


def ticket_ids(store: Store, *, since: datetime, until: datetime, every: bool) -> list[str]:
    """The tickets to be replayed, oldest first: those to which something happened in the window.

    With `every` all that were there, since automations may act on a ticket to which nothing happens.
    """
    found = store.query(CANDIDATES, {"since": since, "until": until, "every": every})
    return [ticket_id for (ticket_id,) in found]


def pages(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + PAGE] for start in range(0, len(ids), PAGE)]


def read_names(store: Store) -> Names:
    """Groups and agents of a store; customers and companies come with their tickets."""
    groups = [
        Group(id=key, name=name, active=active is not False)
        for key, name, active in store.query("SELECT group_id, name, active FROM groups")
    ]
    people = [
        Person(id=key, name=name, email=email, role=role or "end_user", active=active is not False)
        for key, name, email, role, active in store.query(PEOPLE)
    ]
    companies = store.query("SELECT organization_id, name FROM organizations")
    return by_name(groups, people, [Organization(id=key, name=name) for key, name in companies])


def read_pasts(store: Store, ids: Sequence[str], names: Names, *, until: datetime) -> Iterator[Past | Untold]:
    """The pasts of these tickets up to `until`."""
    tickets = list(read_tickets(store, None, until, only=list(ids), comments=True))
    logs: dict[str, list[Event]] = defaultdict(list)
    for event in read_events(store, ids, until):
        logs[event.ticket_id].append(event)
    for ticket in tickets:
        yield read_past(ticket, logs.get(ticket.id, []), names) or Untold(ticket.id)


def read_past(ticket: Ticket, log: Sequence[Event], names: Names) -> Past | None:
    return fold(ticket, log, ticket.comments or (), names)
