"""Tickets in the store's tables, in memory: `facts` as a ticket's own attributes say, without any history."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import duckdb

from cstoolkit.model.clock import Schedule
from cstoolkit.model.custom import custom_to_json
from cstoolkit.model.people import Organization, Person
from cstoolkit.model.ticket import Ticket
from cstoolkit.store.conditions import TICKET_FROM, to_sql
from cstoolkit.store.folding import with_folded
from cstoolkit.store.schema import COMMENTS, FACTS, GROUPS, ORGANIZATIONS, PEOPLE, TICKETS
from strategies import CALENDARS, World

TABLES = {
    "facts": (*TICKETS.columns, *FACTS),
    "comments": COMMENTS.columns,
    "people": PEOPLE.columns,
    "groups": GROUPS.columns,
    "organizations": ORGANIZATIONS.columns,
}
COPIED = (
    "subject", "description", "type", "channel", "brand", "form", "language", "recipient", "calendar", "created_at",
    "updated_at", "due_at", "rating", "rating_comment", "assigned_at", "status_changed_at", "requester_replied_at",
    "agent_replied_at", "reopens", "replies", "requester_replies", "assignee_stations", "group_stations", "incidents",
)  # fmt: skip


def facts_row(ticket: Ticket) -> dict[str, Any]:
    """What `facts` holds of a ticket. People get ids of their own, so that no two tickets share one."""
    running = [target for target in ticket.sla if target.fulfilled_at is None]
    due = {
        metric: min((t.target_at for t in running if t.metric == metric), default=None) for metric in METRICS
    }
    return {
        "ticket_id": ticket.id,
        **{name: getattr(ticket, name) for name in COPIED},
        "status": ticket.status.category.value,
        "status_native": ticket.status.native,
        "priority": ticket.priority and ticket.priority.level.value,
        "requester_id": ticket.requester and f"r{ticket.id}",
        "assignee_id": ticket.assignee and f"a{ticket.id}",
        "group_id": ticket.group and f"g{ticket.id}",
        "organization_id": ticket.organization and f"o{ticket.id}",
        "tags": sorted(ticket.tags),
        "fired": sorted(ticket.fired),
        "custom": custom_to_json(ticket.custom),
        "problem_status": ticket.problem_status and ticket.problem_status.value,
        "sla_due_at": min((target.target_at for target in running), default=None),
        "first_reply_due_at": due["first_reply"],
        "resolution_due_at": due["resolution"],
    }


METRICS = ("first_reply", "resolution")


def rows(ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "facts", facts_row(ticket)
    for comment in ticket.comments or ():
        row = {
            "comment_id": comment.id,
            "ticket_id": ticket.id,
            "created_at": comment.created_at,
            "text": comment.text,
        }
        yield "comments", row
    for letter, person in (("r", ticket.requester), ("a", ticket.assignee)):
        if person:
            yield "people", {"person_id": f"{letter}{ticket.id}", **of_person(person)}
    if ticket.group:
        yield "groups", {"group_id": f"g{ticket.id}", "name": ticket.group.name}
    if ticket.organization:
        yield "organizations", {"organization_id": f"o{ticket.id}", **of_organization(ticket.organization)}


def of_person(person: Person) -> dict[str, Any]:
    custom = custom_to_json(person.custom)
    return {
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "tags": sorted(person.tags),
        "custom": custom,
    }


def of_organization(organization: Organization) -> dict[str, Any]:
    return {
        "name": organization.name,
        "domains": sorted(organization.domains),
        "tags": sorted(organization.tags),
        "custom": custom_to_json(organization.custom),
    }


def stored(value: Any) -> Any:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


class Tables:
    """The store's tables in memory, filled anew for each world."""

    def __init__(self) -> None:
        self.duck = duckdb.connect(config={"threads": 1})
        for name, columns in TABLES.items():
            self.duck.execute(f"CREATE TABLE {name} ({', '.join(f'{c.name} {c.type}' for c in columns)})")

    def fill(self, tickets: Iterable[Ticket]) -> None:
        for name in TABLES:
            self.duck.execute(f"DELETE FROM {name}")
        filled: dict[str, list[dict[str, Any]]] = {}
        for ticket in tickets:
            for name, row in rows(ticket):
                derived = with_folded("tickets" if name == "facts" else name, row)
                filled.setdefault(name, []).append({"connection": "test", **derived})
        for name, lines in filled.items():
            columns = [c for c in TABLES[name] if any(line.get(c.name) is not None for line in lines)]
            struct = ", ".join(f"{c.name} {c.type}" for c in columns)
            values = [{c.name: stored(line.get(c.name)) for c in columns} for line in lines]
            self.duck.execute(
                f"INSERT INTO {name} BY NAME SELECT unnest(?::STRUCT({struct})[], max_depth := 2)", [values]
            )

    def answers(
        self, world: World, calendars: Mapping[str, Schedule] = CALENDARS
    ) -> dict[str, tuple[bool, ...]]:
        """For each ticket the answer to each condition, all in one query."""
        texts, parameters = [], {}
        for number, condition in enumerate(world.conditions):
            sql = to_sql(condition, now=world.now, calendars=calendars)
            texts.append(re.sub(r"\$(now|c\d+)\b", rf"$q{number}_\1", sql.text))
            parameters |= {f"q{number}_{name}": value for name, value in sql.parameters.items()}
        found = self.duck.execute(
            f"SELECT t.ticket_id, {', '.join(texts)} FROM {TICKET_FROM}", parameters
        ).fetchall()
        return {row[0]: row[1:] for row in found}
