"""Zendesk's ticket JSON <-> store columns and Ticket. Pure.

The way back gives what a write may hold (`WRITABLE`). What our model has no place for comes from the payload
(`raw`); a value that was not changed keeps the very form it came in.
"""

from collections.abc import Callable, Mapping
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
from .lookups import FieldInfo, Lookups, Record

WRITABLE = (
    "external_id", "type", "subject", "priority", "status", "custom_status_id", "requester_id", "assignee_id",
    "group_id", "organization_id", "collaborator_ids", "follower_ids", "email_cc_ids", "problem_id", "due_at",
    "tags", "custom_fields", "sharing_agreement_ids", "ticket_form_id", "brand_id",
)  # fmt: skip
"""Attributes of a ticket that an update may hold (OpenAPI: TicketUpdateInput); fact sheet 2.1."""

MERGED_TAG = "closed_by_merge"
CATEGORIES = frozenset(category.value for category in StatusCategory)
LEVELS = frozenset(level.value for level in PriorityLevel)

CHANNELS: Mapping[str, str] = {
    "web": "web", "web_widget": "web", "mobile": "web", "mobile_sdk": "web", "email": "email", "api": "api",
    "chat": "chat", "native_messaging": "messaging", "whatsapp": "messaging", "line": "messaging",
    "voice": "phone", "phone": "phone", "sms": "sms", "twitter": "social", "facebook": "social",
    "instagram_dm": "social", "any_channel": "any_channel",
}  # fmt: skip
"""via.channel as our word; one that is not here stays as it is."""


def ticket_columns(raw: Record, lookups: Lookups) -> Record:
    """The store's columns of one ticket, but `custom` is still a mapping. Raises ConnectorError for a status
    or priority that has no category.
    """
    status = status_from_zendesk(raw, lookups)
    priority = priority_from_zendesk(raw)
    rating = raw.get("satisfaction_rating") or {}
    tags = raw.get("tags") or []
    return {
        "ticket_id": str(raw["id"]),
        "subject": raw.get("subject"),
        "description": raw.get("description"),
        "type": raw.get("type"),
        "status": status.category.value,
        "status_native": status.native,
        "priority": priority.level.value if priority else None,
        "priority_native": priority.native if priority else None,
        "channel": channel_from_zendesk(raw.get("via")),
        "requester_id": _id(raw.get("requester_id")),
        "assignee_id": _id(raw.get("assignee_id")),
        "group_id": _id(raw.get("group_id")),
        "organization_id": _id(raw.get("organization_id")),
        "brand": _name(raw.get("brand_id"), lookups.brands),
        "form": _name(raw.get("ticket_form_id"), lookups.forms),
        "language": None,
        "recipient": raw.get("recipient"),
        "calendar": None,
        "tags": sorted(tags.split() if isinstance(tags, str) else tags),
        "custom": custom_from_zendesk(raw, lookups),
        "created_at": instant(raw["created_at"]),
        "updated_at": instant(raw["updated_at"]),
        "due_at": instant(raw["due_at"]) if raw.get("due_at") else None,
        "problem_id": _id(raw.get("problem_id")),
        "rating": rating_word(rating.get("score")),
        "rating_comment": rating.get("comment"),
        "fired": [],
        "gone": _gone(raw, tags),
        "url": f"{lookups.agent_url}/agent/tickets/{raw['id']}" if lookups.agent_url else None,
    }


def ticket_from_zendesk(
    raw: Record,
    lookups: Lookups,
    *,
    people: Mapping[str, Person],
    organizations: Mapping[str, Organization],
    comments: tuple[Comment, ...] | None = None,
) -> Ticket:
    """A Ticket; people and organizations that are not known are there by their ids."""
    columns = ticket_columns(raw, lookups)
    requester, assignee = columns["requester_id"], columns["assignee_id"]
    group, organization = columns["group_id"], columns["organization_id"]
    values = {name: columns[name] for name in ALIKE}
    values |= {
        "id": columns["ticket_id"],
        "status": _status(columns["status"], columns["status_native"]),
        "priority": priority_from_zendesk(raw),
        "requester": people.get(requester) or Person(id=requester) if requester else None,
        "assignee": people.get(assignee) or Person(id=assignee, role="agent") if assignee else None,
        "group": lookups.groups.get(group) or Group(id=group) if group else None,
        "organization": organizations.get(organization) or Organization(id=organization)
        if organization
        else None,
        "tags": frozenset(columns["tags"]),
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
    "updated_at", "due_at", "problem_id", "rating", "rating_comment", "gone", "url",
)  # fmt: skip
"""Columns that are fields of a Ticket under the same name and in the same form."""

UNTYPED = ("subject", "description", "type", "brand", "form", "recipient", "rating_comment")
"""Of these those that are as the vendor sent them."""


def ticket_to_zendesk(ticket: Ticket, lookups: Lookups) -> Record:
    """The writable attributes of a ticket, as an update holds them."""
    raw: Record = ticket.raw if isinstance(ticket.raw, dict) else {}
    kept = {name: raw[name] for name in WRITABLE if name in raw}
    old = _written(ticket_from_zendesk(raw, lookups, people={}, organizations={}), lookups) if raw else {}
    changed = {
        name: value for name, value in _written(ticket, lookups).items() if old.get(name, ...) != value
    }
    if "status" in changed and "custom_status_id" not in changed:
        kept.pop("custom_status_id", None)  # it is of the old category
    fields = _custom_fields(ticket.custom, raw, lookups)
    return {**kept, **changed, **({"custom_fields": fields} if fields or "custom_fields" in kept else {})}


def _written(ticket: Ticket, lookups: Lookups) -> Record:
    found: Record = {
        "type": ticket.type,
        "subject": ticket.subject,
        "priority": ticket.priority.native if ticket.priority else None,
        **status_to_zendesk(ticket.status, lookups),
        "requester_id": _id_of(ticket.requester),
        "assignee_id": _id_of(ticket.assignee),
        "group_id": _id_of(ticket.group),
        "organization_id": _id_of(ticket.organization),
        "problem_id": _number(ticket.problem_id),
        "due_at": zendesk_instant(ticket.due_at) if ticket.due_at else None,
        "tags": sorted(ticket.tags),
        "ticket_form_id": _id_named(ticket.form, lookups.forms),
        "brand_id": _id_named(ticket.brand, lookups.brands),
    }
    return found


def status_from_zendesk(raw: Record, lookups: Lookups) -> Status:
    """Category and own word. Raises ConnectorError for a status that nobody knows: it is never guessed."""
    word = str(raw["status"])
    if word == "deleted":
        return _status(StatusCategory.CLOSED, word)
    custom = lookups.statuses.get(str(raw.get("custom_status_id")))
    if custom is not None and custom.category.value == word:
        return _status(custom.category, custom.native)
    if word in CATEGORIES:
        return _status(word, word)
    if word in lookups.mapped:
        return _status(lookups.mapped[word], word)
    raise ConnectorError(
        f'ticket {raw.get("id")} has the status "{word}", which has no category',
        vendor=wire.VENDOR,
        hint=f'map it in cstoolkit.yaml: statuses: {{"{word}": open}}',
    )


def status_to_zendesk(status: Status, lookups: Lookups) -> Record:
    """`status`, with `custom_status_id` where the account has custom statuses."""
    same = [one for one in lookups.statuses.values() if one.category is status.category]
    found = next((one for one in same if one.native == status.native), None)
    if found is None:
        word = status.native if status.native in lookups.mapped else status.category.value
        return {"status": "deleted" if status.native == "deleted" else word}
    return {"status": status.category.value, "custom_status_id": int(found.id)}


def priority_from_zendesk(raw: Record) -> Priority | None:
    """Zendesk's four priorities are ours; another word is an error that names it."""
    word = raw.get("priority")
    if word is None:
        return None
    if word not in LEVELS:
        raise ConnectorError(f'ticket {raw.get("id")} has the unknown priority "{word}"', vendor=wire.VENDOR)
    return _priority(word)


@lru_cache(maxsize=1024)
def _status(category: StatusCategory | str, native: str) -> Status:
    """One object a status: an account has few of them and many tickets."""
    return Status(category=StatusCategory(category), native=native)


@lru_cache(maxsize=16)
def _priority(word: str) -> Priority:
    return Priority.of(word)


def custom_from_zendesk(raw: Record, lookups: Lookups) -> Custom:
    """Custom fields by name; empty ones are left out."""
    found: Custom = {}
    for entry in raw.get("custom_fields") or raw.get("fields") or ():
        held = entry.get("value")
        if held is None or held == "":  # most are
            continue
        info = lookups.fields.get(str(entry["id"]))
        value = custom_value(held, info)
        if value is not None and value != ():
            found[info.name if info else str(entry["id"])] = value
    return found


def custom_value(value: Any, info: FieldInfo | None) -> CustomValue:
    """A value in the form in which its type is compared."""
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
    return (str(value),) if kind == "set" else str(value)


def custom_to_zendesk(value: CustomValue) -> Any:
    """A value in the form in which Zendesk takes it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, tuple):
        return list(value)
    return value.date().isoformat() if isinstance(value, datetime) else value


def _custom_fields(custom: Custom, raw: Record, lookups: Lookups) -> list[Record]:
    """The entries of the payload in their order, changed where the model differs; new ones behind."""
    ids = {info.name: info.id for info in lookups.fields.values()}
    wanted = {ids.get(name, name): value for name, value in custom.items()}
    entries = []
    for entry in raw.get("custom_fields") or raw.get("fields") or ():
        field_id = str(entry["id"])
        value = wanted.pop(field_id, None)
        came = custom_value(entry.get("value"), lookups.fields.get(field_id))
        same = value == came or (value is None and came == ())
        entries.append(entry if same else {"id": entry["id"], "value": custom_to_zendesk(value)})
    entries += [{"id": _number(one), "value": custom_to_zendesk(value)} for one, value in wanted.items()]
    return entries


def channel_from_zendesk(via: Any) -> str | None:
    word = via.get("channel") if isinstance(via, dict) else None
    return CHANNELS.get(str(word), str(word)) if word is not None else None


def rating_word(score: str | None) -> Any:
    """Scores may carry their comment in the word: good_with_comment."""
    word = (score or "").partition("_")[0]
    return word if word in {"offered", "bad", "neutral", "good"} else None


def comment_from_zendesk(raw: Record, ticket_id: str, role: Callable[[str | None], Any]) -> Comment:
    """A comment. One that does not say it is public is private: the safe reading of the two."""
    author = _id(raw.get("author_id"))
    return Comment(
        id=str(raw["id"]),
        ticket_id=ticket_id,
        created_at=instant(raw["created_at"]),
        author_id=author,
        author_role=role(author),
        public=raw.get("public") is True,
        text=raw.get("body") or raw.get("plain_body") or "",
        channel=channel_from_zendesk(raw.get("via")),
        attachments=tuple(str(one.get("file_name")) for one in raw.get("attachments") or ()),
    )


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def zendesk_instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _gone(raw: Record, tags: Any) -> str | None:
    if raw.get("status") == "deleted":
        return "deleted"
    return "merged" if raw.get("status") == "closed" and MERGED_TAG in tags else None


def _name(id: Any, names: Mapping[str, str]) -> str | None:
    return None if id is None else names.get(str(id), str(id))


def _id_named(name: str | None, names: Mapping[str, str]) -> Any:
    if name is None:
        return None
    found = next((one for one, known in names.items() if known == name), name)
    return _number(found)


def _id(value: Any) -> str | None:
    return None if value is None else str(value)


def _id_of(one: Person | Group | Organization | None) -> Any:
    return _number(one.id) if one else None


def _number(id: str | None) -> Any:
    """Ids are numbers in tickets; one that is none stays what it is and Zendesk refuses it by name."""
    return int(id) if id is not None and id.isdecimal() else id
