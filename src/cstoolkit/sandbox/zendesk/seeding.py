"""Model objects into the account: people, fields, groups, then tickets by the thousand."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import count, islice
from typing import Any

from ...model.clock import Schedule
from ...model.people import Organization, Person
from ..http import Record
from ..seeds import Choices, Seed
from .authentication import ADMIN
from .catalogue import GROUPS, SCHEDULES, TICKET_FIELDS
from .group_members import add_member
from .organizations import ORGANIZATION
from .people import make_user
from .resources import make
from .seeded_names import FieldTags, Names
from .seeded_tickets import Rows, ticket_rows
from .visit import IDS_PER_ACCOUNT, TICKETS_PER_ACCOUNT, Desk

_CHUNK = 50
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_ROLES = {"agent": "agent", "system": "agent"}


def seed_account(desk: Desk, seed: Seed) -> None:
    organizations = {item.id: _organization(desk, item) for item in seed.organizations}
    groups = {item.id: make(desk, GROUPS, {"name": item.name or item.id})["id"] for item in seed.groups}
    people = {person.id: _person(desk, person, organizations) for person in seed.people}
    for membership in seed.memberships:
        if membership.active:
            add_member(desk, people[membership.person_id], groups[membership.group_id])
    schedules = {name: _keep_schedule(desk, name, item) for name, item in seed.schedules.items()}
    names = Names(
        people=people,
        groups=groups,
        organizations=organizations,
        fields=_fields(desk, seed.fields),
        ticket_base=desk.account.ordinal * TICKETS_PER_ACCOUNT,
        admin=desk.state.rows("users", "email = ?", (ADMIN,), limit=1)[0]["id"],
        brand=desk.state.rows("brands", limit=1)[0]["id"],
        form=desk.state.rows("ticket_forms", limit=1)[0]["id"],
        statuses={status["status_category"]: status["id"] for status in desk.state.rows("custom_statuses")},
        schedules=schedules,
        late_people=_late_people(desk, people, organizations),
    )
    with desk.state.loading("tickets", "comments", "audits"):
        _write(desk, names, seed)


def _write(desk: Desk, names: Names, seed: Seed) -> None:
    """In chunks, with ids from one block; the numbers that are left over are never given."""
    first = desk.new_ids(0)
    ids = count(first)
    highest = names.ticket_base
    files = iter(seed.tickets)
    while chunk := list(islice(files, _CHUNK)):
        rows: Rows = {
            "tickets": [],
            "comments": [],
            "audits": [],
            "deleted_tickets": [],
            "satisfaction_ratings": [],
        }
        for file in chunk:
            ticket = ticket_rows(file, names, ids, rows)
            highest = max(highest, ticket["id"])
        for table, records in rows.items():
            desk.state.put_many(table, records)
    used = next(ids) - first
    if used > IDS_PER_ACCOUNT // 2:
        desk.account.log.note("the seed used up most of the account's ids")
    desk.state.reserve("ids", first, used)
    desk.state.set_meta("next:tickets", highest + 1)


def _organization(desk: Desk, item: Organization) -> int:
    values: Record = {
        "name": item.name or item.id,
        "external_id": item.id,
        "domain_names": sorted(item.domains),
        "tags": sorted(item.tags),
        "organization_fields": {key: _plain(value) for key, value in item.custom.items()},
    }
    return int(make(desk, ORGANIZATION, values)["id"])


def _person(desk: Desk, person: Person, organizations: Mapping[str, int]) -> int:
    user = make_user(
        desk,
        {
            "name": person.name or person.email or person.id,
            "email": person.email,
            "external_id": person.id,
            "role": _ROLES.get(person.role, "end-user"),
            "organization_id": organizations.get(person.organization_id or ""),
            "suspended": not person.active,
            "verified": True,
            "tags": sorted(person.tags),
            "locale": person.language or "en-US",
            "iana_time_zone": person.zone or "Etc/UTC",
        },
    )
    return int(user["id"])


def _late_people(desk: Desk, people: dict[str, int], organizations: Mapping[str, int]) -> Any:
    """Requesters that no list of people has: they come with their first ticket."""

    def number(person: Person) -> int:
        if person.id not in people:
            people[person.id] = _person(desk, person, organizations)
        return people[person.id]

    return number


def _fields(desk: Desk, fields: tuple[Choices, ...]) -> Mapping[str, FieldTags]:
    """Options' values are tags, so each is prefixed by its field: no two fields may share one."""
    found = {}
    for position, field in enumerate(fields, start=20):
        values: Record = {"title": field.name, "raw_title": field.name, "position": position, "type": "text"}
        tags = {value: slug(f"{field.name}_{value}") for value in field.values}
        if tags:
            values["type"] = "tagger"
            values["custom_field_options"] = [
                {"id": desk.new_id(), "name": value, "raw_name": value, "value": tag, "default": False}
                for value, tag in tags.items()
            ]
        found[field.name] = FieldTags(make(desk, TICKET_FIELDS, values)["id"], tags)
    return found


def slug(text: str) -> str:
    return re.sub(r"[^\w]+", "_", text.lower()).strip("_")


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _keep_schedule(desk: Desk, name: str, definition: Mapping[str, Any]) -> int:
    """With the holidays of the years around: more than a client may set, as a seeded past is longer."""
    id_ = int(make(desk, SCHEDULES, _schedule(name, definition))["id"])
    holidays = Schedule(**dict(definition) | {"name": name}).holidays
    for day in sorted(
        day for year in range(desk.now.year - 3, desk.now.year + 3) for day in holidays.in_year(year)
    ):
        kept = {"id": desk.new_id(), "name": "Holiday", "start_date": str(day), "end_date": str(day)}
        desk.state.put("holidays", kept | {"schedule_id": id_})
    return id_


def _schedule(name: str, definition: Mapping[str, Any]) -> Record:
    """Minutes from Sunday 00:00, local."""
    intervals = []
    for days, hours in dict(definition.get("hours", {})).items():
        for span in hours if isinstance(hours, list | tuple) else [hours]:
            start, _, end = str(span).partition("-")
            intervals += [
                {"start_time": day * 1440 + _minutes(start), "end_time": day * 1440 + _minutes(end)}
                for day in _span_of_days(str(days))
            ]
    zone = str(definition.get("zone", "UTC"))
    return {
        "name": name,
        "time_zone": zone,
        "intervals": sorted(intervals, key=lambda item: item["start_time"]),
    }


def _span_of_days(text: str) -> Iterator[int]:
    first, dash, last = text.partition("-")
    start = _DAYS.index(first[:3])
    end = _DAYS.index(last[:3]) if dash else start
    yield from (day % 7 for day in range(start, end + 1 if end >= start else end + 8))


def _minutes(text: str) -> int:
    hours, _, minutes = text.strip().partition(":")
    return int(timedelta(hours=int(hours), minutes=int(minutes or 0)).total_seconds()) // 60
