"""Rows of the store as model objects, a page at a time; `store.rows` is the way there."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..model.custom import custom_from_json
from ..model.history import Event
from ..model.people import Group, Organization, Person, Role
from ..model.ticket import Comment, Priority, PriorityLevel, SlaTarget, Status, StatusCategory, Ticket
from .conditions import TICKET_FROM, Sql
from .database import Store
from .facts import build_facts
from .schema import FACTS, TABLES, TICKETS

PAGE = 2_000  # tickets in memory at a time
FACT_COLUMNS = tuple(column.name for column in (*TICKETS.columns, *FACTS))
PLAIN = (
    "subject", "description", "type", "channel", "brand", "form", "language", "recipient", "calendar",
    "created_at", "updated_at", "due_at", "problem_id", "gone", "url", "rating", "rating_comment",
    "assigned_at", "status_changed_at", "requester_replied_at", "agent_replied_at", "reopens", "replies",
    "requester_replies", "assignee_stations", "group_stations", "incidents", "problem_status",
)  # fmt: skip

Row = dict[str, Any]


def read_tickets(
    store: Store,
    where: Sql | None,
    now: datetime,
    *,
    only: Sequence[str] | None = None,
    updated_since: datetime | None = None,
    limit: int | None = None,
    comments: bool = False,
) -> Iterator[Ticket]:
    """The tickets that match, as they stood at `now`, oldest first; with `only`, among those ids.

    Builds `facts` anew, and reads `PAGE` tickets at a time: whoever builds other facts in between gets a
    mixture. `Ticket.comments` is filled where `comments` is true.
    """
    build_facts(store, now, only=only)
    ids = matching_ids(store, where, updated_since=updated_since, limit=limit)
    for page in _pages(ids):
        yield from _read_page(store, page, now, comments=comments)


def matching_ids(
    store: Store,
    where: Sql | None,
    *,
    updated_since: datetime | None = None,
    limit: int | None = None,
    present: bool = False,
) -> list[str]:
    """Ids of the tickets of `facts` that match, oldest first; with `present`, no deleted ones and no spam."""
    tests, parameters = (
        ["coalesce(t.gone, '') NOT IN ('deleted', 'spam')" if present else "TRUE"],
        dict[str, Any](),
    )
    if where is not None:
        tests.append(f"({where.text})")
        parameters.update(where.parameters)
    if updated_since is not None:
        tests.append("t.updated_at >= $updated_since")
        parameters["updated_since"] = updated_since
    cut = "" if limit is None else f" LIMIT {limit:d}"
    found = store.query(
        f"SELECT t.ticket_id FROM {TICKET_FROM} WHERE {' AND '.join(tests)} "
        f"ORDER BY t.created_at, t.ticket_id{cut}",
        parameters,
    )
    return [ticket_id for (ticket_id,) in found]


def read_comments(store: Store, ticket_ids: Iterable[str], now: datetime) -> dict[str, list[Comment]]:
    """The comments of tickets up to `now`, oldest first."""
    found: dict[str, list[Comment]] = defaultdict(list)
    for row in _rows(store, "comments", "ticket_id", ticket_ids, order="created_at, seq, comment_id"):
        if row["created_at"] <= now:
            found[row["ticket_id"]].append(_comment(row))
    return found


def read_events(store: Store, ticket_ids: Iterable[str], now: datetime) -> Iterator[Event]:
    """The history of tickets up to `now`, in the order of the ids and of time."""
    for page in _pages(ticket_ids):
        logs: dict[str, list[Event]] = defaultdict(list)
        for row in _rows(store, "events", "ticket_id", page, order="occurred_at, seq"):
            if row["occurred_at"] <= now:
                logs[row["ticket_id"]].append(Event(**_without_connection(row)))
        for ticket_id in page:
            yield from logs[ticket_id]


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """What the tickets of one page point to, by id."""

    people: Mapping[str, Person]
    groups: Mapping[str, Group]
    organizations: Mapping[str, Organization]
    sla: Mapping[str, list[SlaTarget]]
    comments: Mapping[str, list[Comment]] | None = field(default=None)

    def person(self, person_id: str | None, role: Role) -> Person | None:
        """Somebody whom the store does not know has an id and the role that follows from the place."""
        if person_id is None:
            return None
        return self.people.get(person_id) or Person(id=person_id, role=role)


def _read_page(store: Store, ids: list[str], now: datetime, *, comments: bool) -> Iterator[Ticket]:
    columns = ", ".join(f'"{name}"' for name in FACT_COLUMNS)
    found = store.query(f"SELECT {columns} FROM facts WHERE ticket_id IN (SELECT unnest(?))", [ids])
    rows = {row[1]: dict(zip(FACT_COLUMNS, row, strict=True)) for row in found}
    neighbours = _neighbours(store, list(rows.values()), now, comments=comments)
    for ticket_id in ids:
        yield _ticket(rows[ticket_id], neighbours)


def _neighbours(store: Store, rows: list[Row], now: datetime, *, comments: bool) -> _Neighbours:
    def pointed_to(*names: str) -> list[str]:
        return sorted({row[name] for row in rows for name in names if row[name] is not None})

    ids = [row["ticket_id"] for row in rows]
    people = pointed_to("requester_id", "assignee_id")
    organizations = pointed_to("organization_id")
    return _Neighbours(
        people={row["person_id"]: _person(row) for row in _rows(store, "people", "person_id", people)},
        groups={
            row["group_id"]: Group(id=row["group_id"], name=row["name"], active=row["active"] is not False)
            for row in _rows(store, "groups", "group_id", pointed_to("group_id"))
        },
        organizations={
            row["organization_id"]: _organization(row)
            for row in _rows(store, "organizations", "organization_id", organizations)
        },
        sla=_promises(store, ids, now),
        comments=read_comments(store, ids, now) if comments else None,
    )


def _ticket(row: Row, around: _Neighbours) -> Ticket:
    group_id, organization_id = row["group_id"], row["organization_id"]
    level = row["priority"]
    return Ticket(
        **{name: row[name] for name in PLAIN},
        id=row["ticket_id"],
        status=Status(category=StatusCategory(row["status"]), native=row["status_native"] or row["status"]),
        priority=level and Priority(level=PriorityLevel(level), native=row["priority_native"] or level),
        requester=around.person(row["requester_id"], "end_user"),
        assignee=around.person(row["assignee_id"], "agent"),
        group=group_id and (around.groups.get(group_id) or Group(id=group_id)),
        organization=organization_id
        and (around.organizations.get(organization_id) or Organization(id=organization_id)),
        tags=frozenset(row["tags"] or ()),
        fired=frozenset(row["fired"] or ()),
        custom=custom_from_json(row["custom"]),
        sla=tuple(around.sla.get(row["ticket_id"], ())),
        comments=None if around.comments is None else tuple(around.comments.get(row["ticket_id"], ())),
    )


def _promises(store: Store, ids: list[str], now: datetime) -> dict[str, list[SlaTarget]]:
    """Promises as they stood at `now`: one that was kept later was still open."""

    def by_now(at: datetime | None) -> datetime | None:
        return at if at is not None and at <= now else None

    found: dict[str, list[SlaTarget]] = defaultdict(list)
    for row in _rows(store, "sla", "ticket_id", ids, order="metric, instance"):
        found[row["ticket_id"]].append(
            SlaTarget(
                metric=row["metric"],
                instance=row["instance"],
                target_at=row["target_at"],
                fulfilled_at=by_now(row["fulfilled_at"]),
                breached_at=by_now(row["breached_at"]),
            )
        )
    return found


def _person(row: Row) -> Person:
    return Person(
        id=row["person_id"],
        active=row["active"] is not False,
        role=row["role"] or "end_user",
        tags=frozenset(row["tags"] or ()),
        custom=custom_from_json(row["custom"]),
        **{
            name: row[name]
            for name in ("name", "email", "organization_id", "language", "zone", "last_seen_at")
        },
    )


def _organization(row: Row) -> Organization:
    return Organization(
        id=row["organization_id"],
        name=row["name"],
        domains=frozenset(row["domains"] or ()),
        tags=frozenset(row["tags"] or ()),
        custom=custom_from_json(row["custom"]),
    )


def _comment(row: Row) -> Comment:
    fields = ("ticket_id", "created_at", "author_id", "author_role", "public", "channel", "automatic")
    return Comment(
        id=row["comment_id"],
        text=row["text"] or "",
        attachments=tuple(row["attachments"] or ()),
        **{name: row[name] for name in fields},
    )


def _rows(store: Store, table: str, key: str, ids: Iterable[str], *, order: str = "") -> Iterator[Row]:
    names = [column.name for column in TABLES[table].columns]
    columns = ", ".join(f'"{name}"' for name in names)
    sorting = f" ORDER BY {order}" if order else ""
    found = store.query(
        f'SELECT {columns} FROM "{table}" WHERE "{key}" IN (SELECT unnest(?)){sorting}', [list(ids)]
    )
    return (dict(zip(names, row, strict=True)) for row in found)


def _without_connection(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "connection"}


def _pages(ids: Iterable[str]) -> Iterator[list[str]]:
    source = iter(ids)
    while page := list(itertools.islice(source, PAGE)):
        yield page
