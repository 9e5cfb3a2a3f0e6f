"""Model objects into the account: people, fields, groups, then tickets by the thousand."""

from collections.abc import Callable, Iterable, Mapping
from itertools import count, islice
from typing import Any

from ...model.clock import Schedule
from ...model.people import Organization, Person
from ..http import Record
from ..seeds import Choices, Seed
from .catalogue import BUSINESS_HOURS, COMPANIES, GROUPS
from .field_routes import make_field, name_of
from .people import make_agent
from .requesters import make_contact
from .resources import make
from .seeded_tickets import Names, Rows, ticket_rows
from .sla_targets import WEEKDAYS, ZONES, spoken
from .values import stamp
from .visit import FIRST_ID, IDS_PER_ACCOUNT, TICKETS_PER_ACCOUNT, Desk

_CHUNK = 1000
_DAY = 24 * 60
_ZONE_NAMES = {zone: name for name, zone in ZONES.items()}


def seed_account(desk: Desk, seed: Seed) -> None:
    companies = {item.id: _company(desk, item) for item in seed.organizations}
    groups = {item.id: make(desk, GROUPS, {"name": item.name or item.id})["id"] for item in seed.groups}
    for name, definition in seed.schedules.items():
        _hours(desk, name, definition)
    members: dict[str, list[int]] = {}
    for membership in seed.memberships:
        held = members.setdefault(membership.person_id, [])
        if membership.active:
            held.append(groups[membership.group_id])
    people = {person.id: _person(desk, person, companies, members) for person in seed.people}
    fields = {field.name: _field(desk, field) for field in seed.fields}
    names = Names(
        people=people,
        groups=groups,
        companies=companies,
        fields=fields,
        ticket_base=desk.account.ordinal * TICKETS_PER_ACCOUNT,
        survey=desk.state.pick("id", "surveys", limit=1)[0][0],
        late_people=_late_people(desk, people, companies),
    )
    _write(desk, names, seed)
    _add_types(desk, names.types)


def _write(desk: Desk, names: Names, seed: Seed) -> None:
    """In chunks; their ids are from the upper half of the account's, people go on taking from the lower one."""
    upper_half = FIRST_ID + desk.account.ordinal * IDS_PER_ACCOUNT + IDS_PER_ACCOUNT // 2
    first = desk.state.reserve("seeded", upper_half, 0)
    ids = count(first)
    highest = names.ticket_base
    files = iter(seed.tickets)
    while chunk := list(islice(files, _CHUNK)):
        rows: Rows = {"tickets": [], "conversations": [], "satisfaction_ratings": []}
        for file in chunk:
            highest = max(highest, ticket_rows(file, names, ids, rows)["id"])
        for table, records in rows.items():
            desk.state.put_many(table, records)
    desk.state.reserve("seeded", upper_half, next(ids) - first)
    desk.state.set_meta("next:tickets", max(highest + 1, int(desk.state.meta("next:tickets", 1))))


def _company(desk: Desk, item: Organization) -> int:
    values = {"name": item.name or item.id, "domains": sorted(item.domains)}
    return int(make(desk, COMPANIES, values)["id"])


def _person(
    desk: Desk, person: Person, companies: Mapping[str, int], members: Mapping[str, list[int]]
) -> int:
    """Who was ever in a group is an agent, if need be one who is deactivated."""
    if person.role in ("agent", "system") or person.id in members:
        role = [id_ for (id_,) in desk.state.pick("id", "roles", "name = 'Agent'")]
        values: Record = {
            "name": person.name or person.id,
            "email": person.email or f"{person.id}@agents.example.com",
            "role_ids": role,
            "group_ids": members.get(person.id, []),
            "deactivated": not person.active,
            "time_zone": zone_name(person.zone or "UTC"),
            "language": person.language or "en",
        }
        values["last_active_at"] = stamp(person.last_seen_at) if person.last_seen_at else None
        return int(make_agent(desk, values)["id"])
    return _contact(desk, person, companies)


def _contact(desk: Desk, person: Person, companies: Mapping[str, int]) -> int:
    values = {
        "name": person.name or person.id,
        "email": person.email.lower() if person.email else None,
        "unique_external_id": person.id,
        "active": person.active,
        "company_id": companies.get(person.organization_id or ""),
        "language": person.language or "en",
        "time_zone": zone_name(person.zone or "UTC"),
        "tags": sorted(person.tags),
    }
    return int(make_contact(desk, values)["id"])


def _late_people(desk: Desk, people: dict[str, int], companies: Mapping[str, int]) -> Callable[[Person], int]:
    """Requesters that no list of people has: they come with their first ticket."""

    def number(person: Person) -> int:
        if person.id not in people:
            people[person.id] = _contact(desk, person, companies)
        return people[person.id]

    return number


def zone_name(zone: str) -> str:
    return _ZONE_NAMES.get(zone, zone)


def _field(desk: Desk, field: Choices) -> str:
    """The name the account gives it: dropdowns where there are choices, else text."""
    label = field.name.replace("_", " ").capitalize()
    values: Record = {"label": label, "name": name_of(field.name), "type": "custom_text"}
    if field.values:
        values["type"] = "custom_dropdown"
        numbered = enumerate(field.values, start=1)
        values["choices"] = [{"id": desk.new_id(), "value": value, "position": n} for n, value in numbered]
    return str(make_field(desk, values)["name"])


def _hours(desk: Desk, name: str, definition: Mapping[str, Any]) -> None:
    """One opening a day, as the vendor has: from the first to the last of the schedule's."""
    schedule = Schedule.model_validate({"name": name} | dict(definition))
    days: dict[str, list[int]] = {}
    for opens, closes in schedule.hours:
        days.setdefault(WEEKDAYS[opens // _DAY], []).extend(
            (opens % _DAY, min(closes - opens // _DAY * _DAY, _DAY))
        )
    hours = {
        day: {"start_time": spoken(min(times)), "end_time": spoken(max(times))} for day, times in days.items()
    }
    holidays = [{"name": "Holiday", "date": str(day)} for day in _dates(definition)]
    values = {"name": name, "time_zone": zone_name(schedule.zone), "business_hours": hours}
    make(desk, BUSINESS_HOURS, values | {"list_of_holidays": holidays})


def _dates(definition: Mapping[str, Any]) -> Iterable[Any]:
    """Holidays that are given as dates; countries' codes have no counterpart here."""
    holidays = definition.get("holidays") or ()
    return holidays if isinstance(holidays, (list, tuple)) else ()


def _add_types(desk: Desk, types: Iterable[str]) -> None:
    field = desk.state.rows("ticket_fields", "name = 'ticket_type'")[0]
    known = {choice["value"] for choice in field["choices"]}
    start = len(field["choices"]) + 1
    new = [
        {"id": number, "value": word, "position": number}
        for number, word in enumerate(sorted(set(types) - known), start)
    ]
    if new:
        desk.state.put("ticket_fields", field | {"choices": [*field["choices"], *new]})
