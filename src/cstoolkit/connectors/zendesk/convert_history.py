"""A ticket's audits -> the model's events. Pure.

Zendesk writes down every change with both values, so the events are exact; where the audits do not begin
with the ticket's creation (some were pruned, or hidden from the credential) they are approximate.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...model.history import Event, EventKind
from ...model.people import Role
from ...model.ticket import Quality
from .convert import instant, rating_word
from .lookups import Lookups, Record

SYSTEM_AUTHOR = "-1"
Told = tuple[EventKind, str | None, str | None, str | None]
"""Kind, field, before, after."""

OWN_KINDS: dict[str, EventKind] = {
    "status": "status",
    "assignee_id": "assignee",
    "group_id": "group",
    "priority": "priority",
}
NAMES = {"ticket_form_id": "form", "brand_id": "brand", "organization_id": "organization"}


@dataclass(frozen=True, slots=True)
class _Scene:
    """One audit: who did it, when, and whether it made the ticket."""

    at: datetime
    actor: str | None
    lookups: Lookups


def events_from_audits(
    audits: Sequence[Record],
    ticket_id: str,
    lookups: Lookups,
    *,
    requester: str | None,
    role: Callable[[str], Role],
    quality: Quality | None = None,
) -> list[Event]:
    """The events of one ticket in order.

    `requester` is who it was at first; `role` is what a person is today, by id. `quality` None goes by
    whether the audits begin with the ticket's creation.
    """
    quality = quality or ("exact" if audits and is_birth(audits[0]) else "approximate")
    found: list[Event] = []
    seqs: dict[datetime, int] = {}
    for audit in audits:
        at = instant(audit["created_at"])
        scene = _Scene(at, _actor(audit.get("author_id")), lookups)
        requester = requester_of(audit, requester)
        for told, raw in _told(audit, scene):
            seq = seqs[at] = seqs.get(at, -1) + 1
            kind, field, before, after = told
            rule = _rule(raw) or _rule(audit)
            actor = _actor(raw.get("author_id")) if raw.get("author_id") else scene.actor
            found.append(
                Event(
                    ticket_id=ticket_id,
                    occurred_at=at,
                    seq=seq,
                    kind=kind,
                    field=field,
                    before=before,
                    after=after,
                    actor_id=None if rule else actor,
                    actor_role="system" if rule else _role(actor, requester, role),
                    rule_id=rule,
                    quality=quality,
                )
            )
    return found


def people_in(audits: Sequence[Record]) -> set[str]:
    """The ids of those who acted."""
    ids = {audit.get("author_id") for audit in audits}
    ids |= {event.get("author_id") for audit in audits for event in audit["events"]}
    return {str(one) for one in ids if one} - {SYSTEM_AUTHOR}


def _told(audit: Record, scene: _Scene) -> Iterator[tuple[Told, Record]]:
    """What an audit tells, the creation first."""
    events: list[Record] = audit["events"]
    if is_birth(audit):
        born = next((one["value"] for one in events if _is_create(one, "status")), "new")
        yield ("created", None, None, str(born)), audit
        rest = [one for one in events if not _is_create(one, "status")]
    else:
        rest = events
    for event in rest:
        for told in _event(event, scene):
            yield told, event


def _event(event: Record, scene: _Scene) -> Iterator[Told]:
    match event.get("type"):
        case "Create" if event.get("value") in (None, "", []):
            return
        case "Create" | "Change":
            yield from _change(event, scene.lookups)
        case "Comment" | "VoiceComment":
            said = "public" if event.get("public") is True else "private"
            yield "comment", said, None, str(event["id"])
        case "SatisfactionRating":
            word = rating_word(event.get("score"))
            if word:
                yield "rating", None, None, word
        case "ScheduleAssignment":
            yield (
                "schedule",
                None,
                _calendar(event.get("previous_schedule_id"), scene.lookups),
                _calendar(event.get("new_schedule_id"), scene.lookups),
            )


def _change(event: Record, lookups: Lookups) -> Iterator[Told]:
    name = str(event["field_name"])
    before, after = event.get("previous_value"), event.get("value")
    if name == "status" and "deleted" in (before, after):
        yield ("deleted", None, None, "deleted") if after == "deleted" else ("restored", None, None, None)
    elif name in OWN_KINDS:
        yield OWN_KINDS[name], None, _text(before), _text(after)
    elif name in {"tags", "current_tags"}:
        yield "tags", None, _tags(before), _tags(after)
    elif name == "problem_id":
        yield "link", "problem", _text(before), _text(after)
    elif name == "custom_status_id":
        if event["type"] == "Change":
            yield "field", "status_native", _status(before, lookups), _status(after, lookups)
    elif name == "satisfaction_score":
        yield "rating", None, rating_word(_text(before)), rating_word(_text(after))
    elif name in {"ticket_form_id", "brand_id"}:
        names = lookups.forms if name == "ticket_form_id" else lookups.brands
        yield "field", NAMES[name], _named(before, names), _named(after, names)
    else:
        info = lookups.fields.get(name.removeprefix("custom_fields_"))
        yield "field", f"custom.{info.name}" if info else NAMES.get(name, name), _text(before), _text(after)


def is_birth(audit: Record) -> bool:
    """Whether the audit made the ticket."""
    return any(event.get("type") == "Create" for event in audit["events"])


def _is_create(event: Record, name: str) -> bool:
    return event.get("type") == "Create" and event.get("field_name") == name


def first_requester(audits: Sequence[Record]) -> str | None:
    """Who the requester was at first, if the audits tell."""
    for audit in audits:
        for event in audit["events"]:
            if event.get("field_name") == "requester_id":
                created = event["type"] == "Create"
                return _text(event.get("value") if created else event.get("previous_value"))
    return None


def requester_of(audit: Record, known: str | None) -> str | None:
    """Who the requester is after this audit."""
    for event in audit["events"]:
        if event.get("type") in {"Create", "Change"} and event.get("field_name") == "requester_id":
            known = _text(event.get("value"))
    return known


def _actor(id: Any) -> str | None:
    return None if id is None or str(id) == SYSTEM_AUTHOR else str(id)


def _role(actor: str | None, requester: str | None, role: Callable[[str], Role]) -> Role:
    if actor is None:
        return "system"
    today = role(actor)
    return "requester" if actor == requester and today != "agent" else today


def _rule(raw: Record) -> str | None:
    via = raw.get("via") or {}
    source = via.get("source") or {}
    origin = source.get("from") or {}
    by_rule = via.get("channel") == "rule" and source.get("rel") in {"trigger", "automation"}
    return _text(origin.get("id")) if by_rule else None


def _status(id: Any, lookups: Lookups) -> str | None:
    found = lookups.statuses.get(str(id))
    return found.native if found else _text(id)


def _calendar(id: Any, lookups: Lookups) -> str | None:
    found = lookups.calendars.get(str(id))
    return found.name if found else _text(id)


def _named(id: Any, names: Any) -> str | None:
    return None if id is None else names.get(str(id), str(id))


def _tags(value: Any) -> str | None:
    if value is None:
        return None
    tags = value.split() if isinstance(value, str) else value
    return json.dumps(sorted(tags), ensure_ascii=False)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    return json.dumps(value, ensure_ascii=False) if isinstance(value, bool | list | dict) else str(value)
