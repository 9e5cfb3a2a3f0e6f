"""A neutral ticket and its update as Zendesk's engine takes them, for rules that are tried before they are live."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from ....engines.engine import Update, World
from ....engines.trace import Record
from ....model.clock import Schedule
from ....model.context import Context
from ....model.people import Person
from ....model.ticket import Comment, StatusCategory, Ticket
from ...base import Directory
from .tags import guard_tag

CHANNELS: Mapping[str, str] = {
    "web": "web", "email": "email", "api": "api", "chat": "chat", "sms": "sms", "social": "twitter",
    "messaging": "whatsapp", "phone": "voice",
}  # fmt: skip
Known = Mapping[str, Mapping[str, str]]
"""Names by id, by kind: agent, group, field."""

DAY, WEEK = 24 * 60, 7 * 24 * 60


def zendesk_update(
    ticket: Ticket,
    context: Context,
    names: Directory,
    *,
    known: Known | None = None,
    statuses: Mapping[str, StatusCategory] | None = None,
) -> tuple[World, Update]:
    """The world as an update left it, and the update: `context` as neutral triggers see it.

    Without an actor it is a scan: then the update is one by time. The account has the people and things of the
    ticket, and what is `known` beside them; `statuses` are its own ones.
    """
    created = context.before is None and context.actor is not None
    record = ticket_record(ticket, names, created=created)
    world = World(
        record,
        comments=tuple(comment_record(one, names) for one in ticket.comments or ()),
        lookups=lookups(ticket, context, names, known or {}, statuses or {}),
    )
    if context.actor is None:
        return world, Update("time")
    changes: Record = {}
    if context.before is not None:
        before = ticket_record(context.before, names)
        changes = {name: before[name] for name in record if before[name] != record[name]}
    comment = context.comment
    via = None if comment is None or comment.channel is None else {"channel": _channel(comment.channel)}
    return world, Update(
        "created" if created else "updated",
        changes,
        None if comment is None else comment_record(comment, names, context.actor),
        actor_id=_doer(context.actor, names),
        via=via,
    )


def ticket_record(ticket: Ticket, names: Directory, *, created: bool = False) -> Record:
    """The ticket as the API gives it. A new one gets the tags of its requester and organization."""
    tags = ticket.tags | {guard_tag(name) for name in ticket.fired}
    if created:
        for owner in (ticket.requester, ticket.organization):
            tags |= owner.tags if owner is not None else frozenset()
    rating = ticket.rating
    return {
        "id": ticket.id,
        "url": f"https://made-up.zendesk.com/api/v2/tickets/{ticket.id}.json",
        "subject": ticket.subject,
        "description": ticket.description,
        "type": ticket.type,
        "status": ticket.status.category.value,
        "custom_status_id": names.find("status", ticket.status.native),
        "priority": ticket.priority and ticket.priority.level.value,
        "via": {"channel": _channel(ticket.channel)} if ticket.channel else None,
        "recipient": ticket.recipient,
        "requester_id": _person(ticket.requester, names),
        "assignee_id": _person(ticket.assignee, names),
        "group_id": ticket.group and names.find("group", ticket.group.name or ticket.group.id),
        "organization_id": ticket.organization
        and names.find("organization", ticket.organization.name or ticket.organization.id),
        "brand_id": ticket.brand and names.find("brand", ticket.brand),
        "ticket_form_id": ticket.form and names.find("form", ticket.form),
        "schedule_id": ticket.calendar and names.find("calendar", ticket.calendar),
        "is_public": all(comment.public for comment in (ticket.comments or ())[:1]),
        "tags": sorted(tags),
        "custom_fields": _custom_fields(ticket, names),
        "satisfaction_rating": rating and {"score": rating, "comment": ticket.rating_comment},
        "created_at": _stamp(ticket.created_at),
        "updated_at": _stamp(ticket.updated_at),
        "due_at": _stamp(ticket.due_at),
        "problem_id": ticket.problem_id,
        "incident_count": ticket.incidents or 0,
        "email_cc_ids": [],
        "follower_ids": [],
        "metric_set": _metrics(ticket),
        "slas": {
            "policy_metrics": [
                {"metric": one.metric, "breach_at": _stamp(one.target_at)}
                for one in ticket.sla
                if one.fulfilled_at is None
            ]
        },
    }


def _metrics(ticket: Ticket) -> Record:
    solved = ticket.status.category.value == "solved"
    return {
        "reopens": ticket.reopens or 0,
        "replies": ticket.replies or 0,
        "assignee_stations": ticket.assignee_stations or 0,
        "group_stations": ticket.group_stations or 0,
        "assigned_at": _stamp(ticket.assigned_at),
        "status_updated_at": _stamp(ticket.status_changed_at or ticket.updated_at),
        "solved_at": _stamp(ticket.status_changed_at) if solved else None,
        "requester_updated_at": _stamp(ticket.requester_replied_at),
        "assignee_updated_at": _stamp(ticket.agent_replied_at),
    }


def comment_record(comment: Comment, names: Directory, author: Person | None = None) -> Record:
    return {
        "id": comment.id,
        "author_id": comment.author_id if author is None else _doer(author, names),
        "body": comment.text,
        "public": comment.public,
        "attachments": [{"file_name": name} for name in comment.attachments],
        "created_at": _stamp(comment.created_at),
    }


def lookups(
    ticket: Ticket,
    context: Context,
    names: Directory,
    known: Known,
    statuses: Mapping[str, StatusCategory],
) -> dict[str, dict[str, Record]]:
    """What rules may look up beside the ticket: people and things, and the calendars."""
    people = [ticket.requester, ticket.assignee, context.actor]
    if context.before is not None:
        people += [context.before.requester, context.before.assignee]
    organization = ticket.organization
    group = ticket.group
    here = {} if group is None else {names.find("group", group.name or group.id): group.name or group.id}
    groups = {**known.get("group", {}), **here}
    fields = {**known.get("field", {}), **{names.find("field", name): name for name in ticket.custom}}
    found: dict[str, dict[str, Record]] = {
        "users": {
            **{
                one: {"id": one, "name": name, "role": "agent"}
                for one, name in known.get("agent", {}).items()
            },
            **_by_id(_user(person, ticket, names) for person in people if person is not None),
        },
        "groups": {one: {"id": one, "name": name} for one, name in groups.items()},
        "organizations": {},
        "schedules": _by_id(
            _schedule(name, one, names, context.now.year) for name, one in context.calendars.items()
        ),
        "ticket_fields": {one: {"id": one, "title": name} for one, name in fields.items()},
        "user_fields": {},
        "organization_fields": {},
        "custom_statuses": {
            **_by_id(
                {"id": names.find("status", one.value), "status_category": one.value, "default": True}
                for one in StatusCategory
            ),
            **_by_id(
                {"id": names.find("status", name), "status_category": category.value}
                for name, category in statuses.items()
            ),
        },
        "account": {"1": {"id": 1, "name": "Made up"}},
    }
    if organization is not None:
        number = names.find("organization", organization.name or organization.id)
        fields = {name: _value(value) for name, value in organization.custom.items()}
        found["organizations"][number] = {
            "id": number, "name": organization.name, "tags": sorted(organization.tags), "organization_fields": fields,
        }  # fmt: skip
    return found


def _user(person: Person, ticket: Ticket, names: Directory) -> Record:
    at_work = person.role in {"agent", "system"}
    language = ticket.language if person == ticket.requester else person.language
    return {
        "id": _person(person, names),
        "name": person.name,
        "email": person.email,
        "role": "agent" if at_work else "end-user",
        "locale_id": language and names.find("locale", language),
        "tags": sorted(person.tags),
        "user_fields": {name: _value(value) for name, value in person.custom.items()},
    }


def _person(person: Person | None, names: Directory) -> str | None:
    """By name, as rules do; somebody without one by his id."""
    return None if person is None else names.find("user", person.name or person.id)


def _doer(person: Person, names: Directory) -> str | None:
    """Rules and time are nobody; an integration logs in as an agent."""
    return None if person.role == "system" and person.id == "system" else _person(person, names)


def _channel(word: str) -> str:
    return CHANNELS.get(word, word)


def _custom_fields(ticket: Ticket, names: Directory) -> list[Record]:
    return [
        {"id": names.find("field", name), "value": _value(value)} for name, value in ticket.custom.items()
    ]


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
    return None if instant is None else instant.isoformat()


def _schedule(name: str, schedule: Schedule, names: Directory, year: int) -> Record:
    """Zendesk counts minutes from Sunday, we from Monday; its holidays are dates, here those around `year`."""
    days = {day for one in range(year - 1, year + 2) for day in schedule.holidays.in_year(one)}
    intervals = []
    for opens, closes in schedule.hours:
        start = (opens + DAY) % WEEK
        intervals.append({"start_time": start, "end_time": start + closes - opens})
    return {
        "id": names.find("calendar", name),
        "name": name,
        "time_zone": schedule.zone,
        "intervals": intervals,
        "holidays": [{"start_date": day.isoformat(), "end_date": day.isoformat()} for day in sorted(days)],
    }


def _by_id(records: Iterable[Record]) -> dict[str, Record]:
    return {str(record["id"]): record for record in records}
