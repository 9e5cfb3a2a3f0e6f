"""The account's daily export of what happened to tickets, as events. Pure.

https://developers.freshdesk.com/api/#ticket_activities: an administrator switches it on; each file holds one
day. It tells new values and never old ones, so `before` is known only where the same day told it before.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from ...model.history import Event, EventKind
from ...model.people import Role
from .convert import PRIORITIES
from .lookups import Lookups, Record

WRITTEN = "%d-%m-%Y %H:%M:%S %z"
LEVELS = {number: known.level.value for number, known in PRIORITIES.items()}
OWN_KINDS: Mapping[str, EventKind] = {
    "status": "status", "priority": "priority", "agent_id": "assignee", "group_id": "group",
}  # fmt: skip
PRIVATE_NOTES = {4}  # `type` of a note in the export; every other one may have been seen by the customer

Told = tuple[EventKind, str | None, str | None]
"""Kind, field, after."""


def events_from_activities(records: Iterable[Record], lookups: Lookups) -> Iterator[Event]:
    """The events of a day's file, in its order."""
    seqs: dict[tuple[str, datetime], int] = {}
    known: dict[tuple[str, str, str | None], str | None] = {}
    for record in records:
        ticket_id, at = str(record["ticket_id"]), _instant(record["performed_at"])
        activity = record.get("activity") or {}
        actor, role = _performer(record)
        for kind, field, after in _told(activity, lookups):
            seq = seqs[ticket_id, at] = seqs.get((ticket_id, at), -1) + 1
            place = (ticket_id, kind, field)
            yield Event(
                ticket_id=ticket_id,
                occurred_at=at,
                seq=seq,
                kind=kind,
                field=field,
                before=None if kind == "comment" else known.get(place),
                after=after,
                actor_id=actor,
                actor_role=role,
                rule_id=_rule(activity),
                quality="exact",
            )
            known[place] = after


def _told(activity: Mapping[str, Any], lookups: Lookups) -> Iterator[Told]:
    for name, value in activity.items():
        if name == "automation":
            continue
        if name == "status":
            yield "status", None, _category(value, lookups)
        elif name == "priority":
            yield "priority", None, LEVELS.get(value, str(value))
        elif name in OWN_KINDS:
            yield OWN_KINDS[name], None, _text(value)
        elif name == "note" and isinstance(value, Mapping):
            said = "private" if value.get("type") in PRIVATE_NOTES else "public"
            yield "comment", said, _text(value.get("id"))
        else:
            yield "field", name, _text(value)


def _category(value: Any, lookups: Lookups) -> str | None:
    """Statuses are told by their names; one that has no category is told as it is."""
    number = next((one for one, label in lookups.statuses.items() if label == value), value)
    category = lookups.category(number) if isinstance(number, int) else None
    return category.value if category else _text(value)


def _performer(record: Record) -> tuple[str | None, Role]:
    if record.get("performer_type") == "system":
        return None, "system"
    return _text(record.get("performer_id")), "agent" if record.get("performer_type") == "agent" else "system"


def _rule(activity: Mapping[str, Any]) -> str | None:
    rule = activity.get("automation")
    return _text(rule.get("rule_id") or rule.get("rule")) if isinstance(rule, Mapping) else None


def _instant(text: str) -> datetime:
    return datetime.strptime(text, WRITTEN).astimezone(UTC)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, bool | list | dict) else str(value)
