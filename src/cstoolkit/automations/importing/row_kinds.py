"""What one row of a file may be, and which of our fields a map may fill from it."""

from dataclasses import dataclass
from typing import Literal

FieldType = Literal[
    "id", "text", "instant", "status", "priority", "channel", "rating", "set", "flag", "role", "field"
]
"""How a value is read: words (`status`, `priority`, ...) go through the map's `words`."""


@dataclass(frozen=True, slots=True)
class RowKind:
    """One meaning of a row. `custom` allows `custom.<name>` beside the named fields."""

    about: str
    required: tuple[str, ...]
    fields: dict[str, FieldType]
    custom: bool = False


_TICKET_FIELDS: dict[str, FieldType] = {
    "id": "id",
    "subject": "text",
    "description": "text",
    "type": "text",
    "status": "status",
    "priority": "priority",
    "channel": "channel",
    "requester": "id",
    "requester.name": "text",
    "requester.email": "text",
    "requester.language": "text",
    "assignee": "id",
    "assignee.name": "text",
    "group": "id",
    "group.name": "text",
    "organization": "id",
    "organization.name": "text",
    "brand": "text",
    "form": "text",
    "language": "text",
    "recipient": "text",
    "calendar": "text",
    "problem": "id",
    "tags": "set",
    "rating": "rating",
    "rating_comment": "text",
    "url": "text",
    "created_at": "instant",
    "updated_at": "instant",
    "due_at": "instant",
}

ROW_KINDS: dict[str, RowKind] = {
    "ticket": RowKind(
        "one ticket, as it stands",
        ("id", "created_at"),
        _TICKET_FIELDS | {"solved_at": "instant", "closed_at": "instant"},
        custom=True,
    ),
    "event": RowKind(
        "one ticket as it stood after one update; the changes are what differs from row to row",
        ("id", "at", "status"),
        _TICKET_FIELDS | {"at": "instant", "actor": "id", "actor.role": "role"},
        custom=True,
    ),
    "change": RowKind(
        "one field of one ticket that got a new value",
        ("ticket", "at", "field", "value"),
        {
            "ticket": "id",
            "at": "instant",
            "field": "field",
            "value": "text",
            "actor": "id",
            "actor.role": "role",
        },
    ),
    "comment": RowKind(
        "one message on a ticket",
        ("ticket", "at", "text"),
        {
            "id": "id",
            "ticket": "id",
            "at": "instant",
            "author": "id",
            "author.role": "role",
            "public": "flag",
            "text": "text",
            "channel": "channel",
        },
    ),
    "tag": RowKind("one tag of one ticket", ("ticket", "tag"), {"ticket": "id", "tag": "text"}),
    "person": RowKind(
        "one customer or agent",
        ("id",),
        {
            "id": "id",
            "name": "text",
            "email": "text",
            "role": "role",
            "active": "flag",
            "suspended": "flag",
            "organization": "id",
            "language": "text",
            "zone": "text",
            "last_seen_at": "instant",
            "tags": "set",
        },
    ),
    "group": RowKind("one group", ("id",), {"id": "id", "name": "text", "active": "flag", "deleted": "flag"}),
    "membership": RowKind(
        "one agent in one group",
        ("group", "person"),
        {"group": "id", "person": "id", "active": "flag"},
    ),
    "organization": RowKind(
        "one customer company",
        ("id",),
        {"id": "id", "name": "text", "domains": "set", "tags": "set"},
    ),
}
