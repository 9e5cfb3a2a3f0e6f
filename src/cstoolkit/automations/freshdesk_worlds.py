"""A ticket of the model and its update as Freshdesk's engine takes them, for rules that are tried before they are live."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from ..connectors.freshdesk.rules.choices import PRIORITY_NUMBERS, SOURCES
from ..connectors.freshdesk.rules.statuses import CATEGORY, NUMBERS, TO_SET
from ..engines.engine import Update, World
from ..engines.trace import Record
from ..model.clock import Schedule
from ..model.context import Context
from ..model.people import Person
from ..model.ticket import Comment, Priority, Status, StatusCategory, Ticket
from .freshdesk_names import FreshdeskNames

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY = 24 * 60
REPLY, NOTE = 0, 2
LOWEST = 1
"""Freshdesk has no ticket without a priority: one that nobody set is low."""


def freshdesk_update(
    ticket: Ticket, context: Context, names: FreshdeskNames, *, guards: Mapping[str, str]
) -> tuple[World, Update]:
    """The world as an update left it, and the update. Without an actor it is a scan: then the update is one by time."""
    created = context.before is None and context.actor is not None
    record = ticket_record(ticket, names, guards)
    comments = tuple(_comment(one, ticket, names) for one in ticket.comments or ())
    world = World(record, comments=comments, lookups=_lookups(ticket, context, names))
    if context.actor is None:
        return world, Update("time")
    changes: Record = {}
    if context.before is not None:
        before = ticket_record(context.before, names, guards)
        changes = {
            name: value
            for name, value in before.items()
            if value != record[name] and name not in {"stats", "updated_at"}
        }
    comment = None if context.comment is None or created else _comment(context.comment, ticket, names)
    return world, Update(
        "created" if created else "updated", changes, comment, _doer(context.actor, ticket, names)
    )


def ticket_record(ticket: Ticket, names: FreshdeskNames, guards: Mapping[str, str]) -> Record:
    """The ticket as the API gives it. `guards` are the checkboxes that say that a recipe has fired, by its id."""
    text = ticket.description or ""
    custom = {names.find("field", name): _value(value) for name, value in ticket.custom.items()}
    custom |= {names.find("field", name): recipe in ticket.fired for recipe, name in guards.items()}
    organization = ticket.organization
    return {
        "id": ticket.id,
        "subject": ticket.subject,
        "description": text,
        "description_text": text,
        "type": ticket.type,
        "status": status_number(ticket.status, names),
        "priority": LOWEST if ticket.priority is None else PRIORITY_NUMBERS[ticket.priority.level.value],
        "source": SOURCES.get(ticket.channel or "web", SOURCES["web"])[0],
        "requester_id": _person(ticket.requester, names),
        "responder_id": _person(ticket.assignee, names),
        "group_id": ticket.group and int(names.find("group", ticket.group.name or ticket.group.id)),
        "company_id": organization and int(names.find("organization", organization.name or organization.id)),
        "product_id": ticket.brand and int(names.find("brand", ticket.brand)),
        "internal_agent_id": None,
        "internal_group_id": None,
        "association_type": None,
        "cc_emails": [],
        "ticket_cc_emails": [],
        "to_emails": [ticket.recipient] if ticket.recipient else [],
        "tags": sorted(ticket.tags),
        "custom_fields": custom,
        "spam": ticket.gone == "spam",
        "deleted": ticket.gone == "deleted",
        "due_by": _stamp(_target(ticket, "resolution") or ticket.due_at),
        "fr_due_by": _stamp(_target(ticket, "first_response")),
        "created_at": _stamp(ticket.created_at),
        "updated_at": _stamp(ticket.updated_at),
        "stats": _stats(ticket),
    }


def status_number(status: Status, names: FreshdeskNames) -> int:
    """Nothing is new at Freshdesk. A status of an account's own has a number of its own."""
    if status.native in TO_SET:
        return TO_SET[status.native]
    return NUMBERS.get(status.native) or int(names.find("status", status.native))


def status_of(
    number: int, ticket: Ticket, names: FreshdeskNames, own: Mapping[str, StatusCategory]
) -> Status:
    """What a rule set; the ticket's own status where that is its number."""
    if number == status_number(ticket.status, names):
        return ticket.status
    if number in CATEGORY:
        word = next((name for name, one in NUMBERS.items() if one == number and name in own), None)
        return Status.of(CATEGORY[number]) if word is None else Status(category=own[word], native=word)
    native = names.name("status", str(number))
    return Status(category=own.get(native, StatusCategory.OPEN), native=native)


def priority_of(number: int, ticket: Ticket) -> Priority | None:
    words = {value: word for word, value in PRIORITY_NUMBERS.items()}
    held = LOWEST if ticket.priority is None else PRIORITY_NUMBERS[ticket.priority.level.value]
    return ticket.priority if number == held else Priority.of(words[number])


def _stats(ticket: Ticket) -> Record:
    category = ticket.status.category.value
    since = _stamp(ticket.status_changed_at or ticket.created_at)
    answered = _stamp(ticket.agent_replied_at)
    return {
        "agent_responded_at": answered,
        "requester_responded_at": _stamp(ticket.requester_replied_at),
        "first_responded_at": answered,
        "status_updated_at": since,
        "reopened_at": None,
        "resolved_at": since if category in {"solved", "closed"} else None,
        "closed_at": since if category == "closed" else None,
        "pending_since": since if category == "pending" else None,
    }


def _target(ticket: Ticket, metric: str) -> datetime | None:
    return next(
        (one.target_at for one in ticket.sla if metric in one.metric and one.fulfilled_at is None), None
    )


def _comment(comment: Comment, ticket: Ticket, names: FreshdeskNames) -> Record:
    """What a customer says came in; of what agents say, what is private is a note."""
    incoming = comment.author_role in {"requester", "end_user"}
    author = next(
        (
            one
            for one in (ticket.requester, ticket.assignee)
            if one is not None and one.id == comment.author_id
        ),
        None,
    )
    return {
        "id": comment.id,
        "user_id": _person(author, names),
        "body": comment.text,
        "body_text": comment.text,
        "incoming": incoming,
        "private": not comment.public,
        "source": REPLY if comment.public else NOTE,
        "created_at": _stamp(comment.created_at),
    }


def _lookups(ticket: Ticket, context: Context, names: FreshdeskNames) -> dict[str, dict[str, Record]]:
    """The people and things of the ticket, and those that rules name."""
    people = [ticket.requester, ticket.assignee, context.actor]
    if context.before is not None:
        people += [context.before.requester, context.before.assignee]
    there = [one for one in people if one is not None and not _is_nobody(one)]
    agents = {
        str(_person(one, names)): _agent(one, names) for one in there if one.role in {"agent", "system"}
    }
    contacts = {
        str(_person(one, names)): _contact(one, ticket, names)
        for one in there
        if one.role in {"requester", "end_user"}
    }
    named = {
        number: {"id": int(number), "group_ids": [], "contact": {"name": name}}
        for name, number in names.all("agent")
        if number not in contacts
    }
    organization = ticket.organization
    companies: dict[str, Record] = {}
    if organization is not None:
        number = names.find("organization", organization.name or organization.id)
        companies[number] = {
            "id": int(number),
            "name": organization.name,
            "domains": sorted(organization.domains),
            "custom_fields": {name: _value(value) for name, value in organization.custom.items()},
        }
    return {
        "agents": {**named, **agents},
        "contacts": contacts,
        "groups": {number: {"id": int(number), "name": name} for name, number in names.all("group")},
        "companies": companies,
        "business_hours": _business_hours(ticket, context.calendars, names),
        "ticket_fields": {},
        "account": {"1": {"id": 1, "name": "Made up", "url": "https://made-up.freshdesk.com"}},
    }


def _agent(person: Person, names: FreshdeskNames) -> Record:
    contact = {"name": person.name, "email": person.email}
    return {"id": _person(person, names), "group_ids": [], "contact": contact}


def _contact(person: Person, ticket: Ticket, names: FreshdeskNames) -> Record:
    language = ticket.language if person == ticket.requester else person.language
    return {
        "id": _person(person, names),
        "name": person.name,
        "email": person.email,
        "language": language or person.language,
        "custom_fields": {name: _value(value) for name, value in person.custom.items()},
    }


def _business_hours(
    ticket: Ticket, calendars: Mapping[str, Schedule], names: FreshdeskNames
) -> dict[str, Record]:
    """The ticket's calendar stands for the account's default one, else the only one there is."""
    default = ticket.calendar or next(iter(calendars), None)
    found = {}
    for name, schedule in calendars.items():
        number = names.find("calendar", name)
        days = {
            DAYS[opens // DAY]: {
                "start_time": _clock(opens % DAY),
                "end_time": _clock(opens % DAY + closes - opens),
            }
            for opens, closes in schedule.hours
        }
        years = range(ticket.created_at.year - 1, ticket.created_at.year + 3)
        holidays = [
            {"name": "Holiday", "date": day.isoformat()}
            for year in years
            for day in schedule.holidays.in_year(year)
        ]
        found[number] = {
            "id": int(number), "name": name, "time_zone": schedule.zone, "business_hours": days,
            "list_of_holidays": holidays, "is_default": name == default,
        }  # fmt: skip
    return found


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _is_nobody(person: Person) -> bool:
    """Rules and time; an integration logs in as an agent."""
    return person.role == "system" and person.id == "system"


def _person(person: Person | None, names: FreshdeskNames) -> int | None:
    return None if person is None else int(names.find("agent", person.name or person.id))


def _doer(person: Person, ticket: Ticket, names: FreshdeskNames) -> str | None:
    """Somebody of the ticket is who he is there, even if the update knows less of him."""
    if _is_nobody(person):
        return None
    there = (one for one in (ticket.requester, ticket.assignee) if one is not None and one.id == person.id)
    return str(_person(next(there, person), names))


def _value(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case tuple():
            return list(value)
        case datetime():
            return value.isoformat()
    return value


def _stamp(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).isoformat()
