"""Freshdesk's ticket JSON <-> store columns and Ticket. Pure.

The way back gives what a write may hold (`WRITABLE`). What our model has no place for comes from the payload
(`raw`); a value that was not changed keeps the very form it came in.
https://developers.freshdesk.com/api/#ticket_attributes
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from ...errors import ConnectorError
from ...model.custom import CustomValue
from ...model.people import Custom, Group, Organization, Person
from ...model.ticket import Comment, Priority, PriorityLevel, Status, StatusCategory, Ticket
from ..trusted import trusted
from . import wire
from .convert_sla import rating_word, sla_from_freshdesk
from .html_text import html_of
from .lookups import SOURCES, FieldInfo, Lookups, Record

WRITABLE = (
    "subject", "description", "type", "status", "priority", "source", "requester_id", "responder_id", "group_id",
    "company_id", "product_id", "email_config_id", "internal_agent_id", "internal_group_id", "due_by",
    "fr_due_by", "tags", "custom_fields",
)  # fmt: skip
"""Attributes of a ticket that an update may hold; any other key is refused by name."""

PRIORITIES: Mapping[int, Priority] = {
    1: Priority(level=PriorityLevel.LOW, native="Low"),
    2: Priority(level=PriorityLevel.NORMAL, native="Medium"),
    3: Priority(level=PriorityLevel.HIGH, native="High"),
    4: Priority(level=PriorityLevel.URGENT, native="Urgent"),
}


def ticket_columns(raw: Record, lookups: Lookups, rating: Record | None = None) -> Record:
    """The store's columns of one ticket, but `custom` is still a mapping. `rating` is its latest.

    Raises ConnectorError for a status or priority that has no category.
    """
    status = status_from_freshdesk(raw, lookups)
    priority = priority_from_freshdesk(raw)
    return {
        "ticket_id": str(raw["id"]),
        "subject": raw.get("subject"),
        "description": raw.get("description_text", raw.get("description")),
        "type": raw.get("type"),
        "status": status.category.value,
        "status_native": status.native,
        "priority": priority.level.value if priority else None,
        "priority_native": priority.native if priority else None,
        "channel": channel_from_freshdesk(raw.get("source")),
        "requester_id": _id(raw.get("requester_id")),
        "assignee_id": _id(raw.get("responder_id")),
        "group_id": _id(raw.get("group_id")),
        "organization_id": _id(raw.get("company_id")),
        "brand": _name(raw.get("product_id"), lookups.products),
        "form": _id(raw.get("form_id")),
        "language": None,
        "recipient": raw.get("support_email"),
        "calendar": None,
        "tags": sorted(set(raw.get("tags") or ())),
        "custom": custom_from_freshdesk(raw, lookups),
        "created_at": instant(raw["created_at"]),
        "updated_at": instant(raw["updated_at"]),
        "due_at": instant(raw["due_by"]) if raw.get("due_by") else None,
        "problem_id": None,
        "rating": rating_word(rating),
        "rating_comment": rating.get("feedback") if rating else None,
        "fired": [],
        "gone": gone_from_freshdesk(raw),
        "url": f"{lookups.agent_url}/a/tickets/{raw['id']}" if lookups.agent_url else None,
    }


def ticket_from_freshdesk(
    raw: Record,
    lookups: Lookups,
    *,
    people: Mapping[str, Person],
    organizations: Mapping[str, Organization],
    rating: Record | None = None,
    comments: tuple[Comment, ...] | None = None,
) -> Ticket:
    """A Ticket; people and organizations that are not known are there by their ids."""
    columns = ticket_columns(raw, lookups, rating)
    requester, assignee = columns["requester_id"], columns["assignee_id"]
    group, organization = columns["group_id"], columns["organization_id"]
    values = {name: columns[name] for name in ALIKE}
    values |= {
        "id": columns["ticket_id"],
        "status": _status(StatusCategory(columns["status"]), columns["status_native"]),
        "priority": priority_from_freshdesk(raw),
        "requester": people.get(requester) or _requester(raw, requester) if requester else None,
        "assignee": people.get(assignee) or Person(id=assignee, role="agent") if assignee else None,
        "group": lookups.groups.get(group) or Group(id=group) if group else None,
        "organization": organizations.get(organization) or Organization(id=organization)
        if organization
        else None,
        "tags": frozenset(columns["tags"]),
        "sla": tuple(sla_from_freshdesk(raw)),
        "comments": comments,
        "raw": raw,
    }
    return trusted(
        Ticket,
        values,
        texts=[values[name] for name in UNTYPED],
        words=columns["tags"],
        instants=(values["created_at"], values["updated_at"], values["due_at"]),
    )


ALIKE = (
    "subject", "description", "type", "channel", "brand", "form", "recipient", "custom", "created_at",
    "updated_at", "due_at", "rating", "rating_comment", "gone", "url",
)  # fmt: skip
"""Columns that are fields of a Ticket under the same name and in the same form."""

UNTYPED = ("subject", "description", "type", "channel", "brand", "recipient", "rating_comment")
"""Of these those that are as the vendor sent them."""


def ticket_to_freshdesk(ticket: Ticket, lookups: Lookups) -> Record:
    """The writable attributes of a ticket, as an update holds them. Send only those that differ."""
    raw: Record = ticket.raw if isinstance(ticket.raw, dict) else {}
    kept = {name: raw[name] for name in WRITABLE if name in raw}
    old = _written(ticket_from_freshdesk(raw, lookups, people={}, organizations={}), lookups) if raw else {}
    changed = {
        name: value for name, value in _written(ticket, lookups).items() if old.get(name, ...) != value
    }
    fields = _custom_fields(ticket.custom, raw, lookups)
    return {**kept, **changed, **({"custom_fields": fields} if fields or "custom_fields" in kept else {})}


def _written(ticket: Ticket, lookups: Lookups) -> Record:
    return {
        "subject": ticket.subject,
        "description": html_of(ticket.description) if ticket.description is not None else None,
        "type": ticket.type,
        "status": status_to_freshdesk(ticket.status, lookups),
        "priority": priority_to_freshdesk(ticket.priority),
        "source": channel_to_freshdesk(ticket.channel),
        "requester_id": _number(ticket.requester.id) if ticket.requester else None,
        "responder_id": _number(ticket.assignee.id) if ticket.assignee else None,
        "group_id": _number(ticket.group.id) if ticket.group else None,
        "company_id": _number(ticket.organization.id) if ticket.organization else None,
        "product_id": _id_named(ticket.brand, lookups.products),
        "due_by": freshdesk_instant(ticket.due_at) if ticket.due_at else None,
        "tags": sorted(ticket.tags),
    }


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def freshdesk_instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def status_from_freshdesk(raw: Record, lookups: Lookups) -> Status:
    """Category and own name. Raises ConnectorError for a status that nobody knows: it is never guessed.

    An open ticket that nobody has and no agent has answered is new, where the payload tells (`stats`).
    """
    number = raw["status"]
    native = lookups.statuses.get(number, str(number)) if isinstance(number, int) else str(number)
    category = lookups.category(number) if isinstance(number, int) else None
    if category is None:
        raise ConnectorError(
            f'ticket {raw.get("id")} has the status "{native}", which has no category',
            vendor=wire.VENDOR,
            hint=f'map it in cstoolkit.yaml: statuses: {{"{native}": open}}',
        )
    if category is StatusCategory.OPEN and number == 2 and _untouched(raw):
        category = StatusCategory.NEW
    return _status(category, native)


@lru_cache(maxsize=256)
def _status(category: StatusCategory, native: str) -> Status:
    return Status(category=category, native=native)


def _untouched(raw: Record) -> bool:
    stats = raw.get("stats")
    if not isinstance(stats, dict) or raw.get("responder_id") is not None:
        return False
    return not stats.get("first_responded_at") and not stats.get("agent_responded_at")


def status_to_freshdesk(status: Status, lookups: Lookups) -> Any:
    """The number: by the status' own name, else the first of its category."""
    named = [number for number, label in lookups.statuses.items() if label == status.native]
    if named:
        return named[0]
    if status.native.isdecimal():
        return int(status.native)
    category = StatusCategory.OPEN if status.category is StatusCategory.NEW else status.category
    return next((one for one in lookups.statuses if lookups.category(one) is category), status.native)


def priority_from_freshdesk(raw: Record) -> Priority | None:
    """Freshdesk's four priorities are fixed; another number is an error that names it."""
    number = raw.get("priority")
    if number is None:
        return None
    if number not in PRIORITIES:
        raise ConnectorError(f"ticket {raw.get('id')} has the unknown priority {number}", vendor=wire.VENDOR)
    return PRIORITIES[number]


def priority_to_freshdesk(priority: Priority | None) -> int | None:
    if priority is None:
        return None
    return next(number for number, known in PRIORITIES.items() if known.level is priority.level)


def channel_from_freshdesk(source: Any) -> str | None:
    """A word of ours; a source that is the account's own, or new, is called by its number."""
    return None if source is None else SOURCES.get(source, str(source))


def channel_to_freshdesk(channel: str | None) -> Any:
    if channel is None:
        return None
    return next((number for number, word in SOURCES.items() if word == channel), _number(channel))


def custom_from_freshdesk(raw: Record, lookups: Lookups) -> Custom:
    """Custom fields by name; empty ones are left out."""
    found: Custom = {}
    for key, came in _fields_in(raw).items():
        info = lookups.fields.get(key)
        value = custom_value(came, info)
        if value is not None and value != ():
            found[info.name if info else key] = value
    return found


def custom_value(value: Any, info: FieldInfo | None) -> CustomValue:
    """A value in the form in which its type is compared. They come as flag, number, text or null."""
    if value is None or value == "":
        return None
    if isinstance(value, list):
        return tuple(str(one) for one in value)
    kind = info.type if info else None
    if isinstance(value, bool) or (kind == "flag" and value in {"true", "false"}):
        return value in {True, "true"}
    if isinstance(value, int | float) or kind == "number":
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            return str(value)
        return number if number.is_finite() else str(value)
    return str(value)


def custom_to_freshdesk(value: CustomValue) -> Any:
    """A value in the form in which Freshdesk takes it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, tuple):
        return list(value)
    return value.date().isoformat() if isinstance(value, datetime) else value


def _custom_fields(custom: Custom, raw: Record, lookups: Lookups) -> Record:
    """The keys of the payload in their order, changed where the model differs; new ones behind."""
    keys = {info.name: info.native for info in lookups.fields.values()}
    wanted = {keys.get(name, name): value for name, value in custom.items()}
    found = {}
    for key, came in _fields_in(raw).items():
        value, held = wanted.pop(key, None), custom_value(came, lookups.fields.get(key))
        same = value == held or (value is None and held == ())
        found[key] = came if same else custom_to_freshdesk(value)
    return {**found, **{key: custom_to_freshdesk(value) for key, value in wanted.items()}}


def _fields_in(raw: Record) -> Mapping[str, Any]:
    found = raw.get("custom_fields")
    return found if isinstance(found, dict) else {}


def gone_from_freshdesk(raw: Record) -> Any:
    return "deleted" if raw.get("deleted") else "spam" if raw.get("spam") else None


def _requester(raw: Record, id: str) -> Person:
    """The requester as the payload shows him; only with `include=requester` it does."""
    shown = raw.get("requester") or {}
    return Person(
        id=id,
        name=shown.get("name"),
        email=shown.get("email"),
        organization_id=_id(raw.get("company_id")),
        custom={},
    )


def _name(id: Any, names: Mapping[str, str]) -> str | None:
    return None if id is None else names.get(str(id), str(id))


def _id_named(name: str | None, names: Mapping[str, str]) -> Any:
    if name is None:
        return None
    return _number(next((one for one, known in names.items() if known == name), name))


def _id(value: Any) -> str | None:
    return None if value is None else str(value)


def _number(id: str) -> Any:
    """Ids are numbers in tickets; one that is none stays what it is and Freshdesk refuses it by name."""
    return int(id) if id.isdecimal() else id
