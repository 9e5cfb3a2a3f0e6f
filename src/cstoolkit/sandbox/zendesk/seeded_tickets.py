"""One ticket with its past, as rows of the account's tables."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from ...model.history import Event
from ...model.people import Person
from ...model.ticket import Comment, Ticket
from ..http import SELF, Record
from ..seeds import TicketFile
from .ticket_document import API_VIA, blank_ticket
from .values import stamp
from .visit import TICKETS_PER_ACCOUNT

Rows = dict[str, list[Record]]
_SYSTEM = -1
LETTERED = TICKETS_PER_ACCOUNT // 2
_CHANNELS = {"email": "email", "web": "web", "chat": "chat", "phone": "voice", "api": "api"}
_NAMES = {
    "created": "status", "status": "status", "assignee": "assignee_id", "group": "group_id",
    "priority": "priority", "tags": "tags", "link": "problem_id",
}  # fmt: skip


@dataclass(frozen=True)
class FieldTags:
    """A custom field: its id, and the tag of each value."""

    id: int
    tags: Mapping[str, str]

    def value(self, value: Any) -> Any:
        return self.tags.get(str(value), None if value is None else str(value))


@dataclass(frozen=True)
class Names:
    """The model's ids as the account's."""

    people: Mapping[str, int]
    groups: Mapping[str, int]
    organizations: Mapping[str, int]
    fields: Mapping[str, FieldTags]
    ticket_base: int
    admin: int
    brand: int
    form: int
    statuses: Mapping[str, int]
    late_people: Callable[[Person], int]
    lettered: dict[str, int] = field(default_factory=dict)

    @cached_property
    def option_tags(self) -> frozenset[str]:
        return frozenset(tag for field in self.fields.values() for tag in field.tags.values())

    def ticket(self, id_: str) -> int:
        """Numbers stay what they are; other ids are numbered from the account's upper half, as they come."""
        if id_.isascii() and id_.isdigit() and int(id_) < LETTERED:
            return self.ticket_base + int(id_)
        return self.ticket_base + self.lettered.setdefault(id_, LETTERED + len(self.lettered))

    def person(self, id_: str | None) -> int:
        return _SYSTEM if id_ is None else self.people.get(id_, _SYSTEM)


def ticket_rows(file: TicketFile, names: Names, ids: Iterator[int], rows: Rows) -> Record:
    """The ticket, after its rows were added to those of the chunk."""
    ticket = file.ticket
    document = _ticket(ticket, names)
    rows["tickets"].append(document)
    comments: dict[str, Record] = {}
    for comment in file.comments:
        made = _comment(comment, document, names, next(ids))
        comments[comment.id] = made
        rows["comments"].append(made)
    document["is_public"] = any(comment.public for comment in file.comments)
    for _, group in groupby(file.events, key=lambda event: (event.occurred_at, event.actor_id)):
        audit = _audit(list(group), document, names, comments, ids)
        if audit is not None:
            rows["audits"].append(audit)
    if ticket.gone in {"deleted", "spam"}:
        _delete(document, names, rows)
    elif ticket.gone == "merged":
        document["status"] = "closed"
    if ticket.rating in {"good", "bad"}:
        _rate(ticket, document, next(ids), rows)
    return document


def _ticket(ticket: Ticket, names: Names) -> Record:
    document = blank_ticket(
        names.ticket(ticket.id), now=stamp(ticket.created_at), seconds=int(ticket.updated_at.timestamp())
    )
    requester = names.late_people(ticket.requester) if ticket.requester else names.admin
    values = {
        names.fields[name].id: names.fields[name].value(value)
        for name, value in ticket.custom.items()
        if name in names.fields
    }
    tags = {value for value in values.values() if isinstance(value, str)} & names.option_tags
    fields = [{"id": field.id, "value": values.get(field.id)} for field in names.fields.values()]
    channel = _CHANNELS.get(ticket.channel or "", "web")
    return document | {
        "external_id": ticket.id,
        "via": API_VIA | {"channel": channel},
        "updated_at": stamp(ticket.updated_at),
        "type": ticket.type,
        "subject": ticket.subject,
        "raw_subject": ticket.subject,
        "description": ticket.description,
        "priority": ticket.priority.level.value if ticket.priority else None,
        "status": ticket.status.category.value,
        "recipient": ticket.recipient,
        "requester_id": requester,
        "submitter_id": requester,
        "assignee_id": names.late_people(ticket.assignee) if ticket.assignee else None,
        "organization_id": names.organizations.get(ticket.organization.id) if ticket.organization else None,
        "group_id": names.groups.get(ticket.group.id) if ticket.group else None,
        "problem_id": names.ticket(ticket.problem_id) if ticket.problem_id else None,
        "due_at": stamp(ticket.due_at) if ticket.due_at else None,
        "tags": sorted({*ticket.tags, *tags}),
        "custom_fields": fields,
        "fields": fields,
        "custom_status_id": names.statuses.get(ticket.status.category.value),
        "ticket_form_id": names.form,
        "brand_id": names.brand,
    }


def _comment(comment: Comment, document: Record, names: Names, id_: int) -> Record:
    return {
        "id": id_,
        "author_id": names.person(comment.author_id),
        "body": comment.text,
        "public": comment.public,
        "audit_id": None,
        "via": API_VIA | {"channel": _CHANNELS.get(comment.channel or "", "web")},
        "created_at": stamp(comment.created_at),
        "ticket_id": document["id"],
    }


def _audit(
    events: list[Event], document: Record, names: Names, comments: Mapping[str, Record], ids: Iterator[int]
) -> Record | None:
    id_ = next(ids)
    new = any(event.kind == "created" for event in events)
    found = []
    for event in events:
        child = _child(event, names, comments, new=new)
        if child is None:
            continue
        child["id"] = next(ids)
        if event.rule_id is not None:
            source = {"rel": "trigger", "from": {"id": 0, "title": event.rule_id}, "to": {}}
            child["via"] = {"channel": "rule", "source": source}
        if child["type"] == "Comment":
            comments[event.after or ""]["audit_id"] = id_
        found.append(child)
    if not found:
        return None
    return {
        "id": id_,
        "ticket_id": document["id"],
        "created_at": stamp(events[0].occurred_at),
        "author_id": names.person(events[0].actor_id),
        "via": document["via"] if new else API_VIA,
        "events": found,
    }


def _child(event: Event, names: Names, comments: Mapping[str, Record], *, new: bool) -> Record | None:
    kind = event.kind
    if kind == "comment":
        comment = comments.get(event.after or "")
        return None if comment is None else {"type": "Comment", "comment_id": comment["id"]}
    if kind == "rating":
        return {"type": "SatisfactionRating", "score": event.after, "assignee_id": None, "body": ""}
    custom = names.fields.get(event.field or "") if kind == "field" else None
    name = str(custom.id) if custom is not None else _NAMES.get(kind)
    if name is None:
        return None
    value = _read(event.after, event, names, custom)
    if new:
        return {"type": "Create", "field_name": name, "value": value}
    previous = _read(event.before, event, names, custom)
    return {"type": "Change", "field_name": name, "value": value, "previous_value": previous}


def _read(text: str | None, event: Event, names: Names, custom: FieldTags | None) -> Any:
    """A value of an event in the account's own ids and tags."""
    if custom is not None:
        return custom.value(text)
    kind = event.kind
    if kind == "tags":
        return json.loads(text) if text else []
    if text is None or kind in {"status", "created", "priority"}:
        return text
    if kind == "assignee":
        return str(names.person(text))
    return str(names.groups.get(text, 0) if kind == "group" else names.ticket(text))


def _delete(document: Record, names: Names, rows: Rows) -> None:
    at = datetime.fromisoformat(document["updated_at"])
    rows["deleted_tickets"].append(
        {
            "id": document["id"],
            "subject": document["subject"],
            "actor": {"id": names.admin, "name": "Sandbox Admin"},
            "deleted_at": stamp(at),
            "previous_state": document["status"],
            "ticket": dict(document),
        }
    )
    document["status"] = "deleted"


def _rate(ticket: Ticket, document: Record, id_: int, rows: Rows) -> None:
    rating = {
        "id": id_,
        "url": f"{SELF}/api/v2/satisfaction_ratings/{id_}.json",
        "ticket_id": document["id"],
        "requester_id": document["requester_id"],
        "assignee_id": document["assignee_id"],
        "group_id": document["group_id"],
        "score": ticket.rating,
        "comment": ticket.rating_comment,
        "reason": None,
        "reason_id": 0,
        "reason_code": 0,
        "created_at": document["updated_at"],
        "updated_at": document["updated_at"],
    }
    rows["satisfaction_ratings"].append(rating)
    document["satisfaction_rating"] = {key: rating[key] for key in ("id", "score", "comment", "reason")}
