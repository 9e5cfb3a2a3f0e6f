"""A seeded ticket's past as audits: what the model has events for, and what the vendor tells besides."""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from ...model.history import Event
from ..http import Record
from ..seeds import TicketFile
from .chats import chat_started
from .seeded_names import FieldTags, Names
from .ticket_document import API_VIA, MERGE_TAG, MERGE_VIA, TOLD_WHEN_EMPTY, as_text
from .values import stamp

_NAMES = {
    "created": "status", "status": "status", "assignee": "assignee_id", "group": "group_id",
    "priority": "priority", "link": "problem_id",
}  # fmt: skip
_BORN = (
    "subject", "requester_id", "priority", "type", "external_id", "due_at", "assignee_id", "group_id",
    "organization_id", "problem_id", "brand_id", "ticket_form_id",
)  # fmt: skip
"""What a creation audit names besides the status, the tags and the custom fields."""


def seeded_audits(
    file: TicketFile, document: Record, names: Names, comments: Mapping[str, Record], ids: Iterator[int]
) -> list[Record]:
    """Audits that, read in order, end at the ticket as `document` has it; a merge is told as the vendor does.

    `comments` are those kept, by the model's ids; each is told its audit.
    """
    past = _Past(file, document, names, comments, ids)
    moments = groupby(file.events, key=lambda event: (event.occurred_at, event.actor_id))
    audits = [past.audit(list(events)) for _, events in moments]
    return [audit for audit in audits if audit["events"]]


class _Past:
    """`_said` is what the audits so far make of each field; values the model tells no change of are as born."""

    def __init__(
        self,
        file: TicketFile,
        document: Record,
        names: Names,
        comments: Mapping[str, Record],
        ids: Iterator[int],
    ) -> None:
        self._document = document
        self._names = names
        self._comments = comments
        self._ids = ids
        requester = file.ticket.requester
        self._visitor = (requester.name if requester else None) or "Visitor"
        self._said: dict[str, Any] = {}
        told = {event.kind for event in file.events}
        self._labels = set() if "tags" in told else set(file.ticket.tags)
        moving = {event.field for event in file.events if event.kind == "field"}
        fixed = {field.id for name, field in names.fields.items() if name not in moving}
        moved = {_NAMES.get(kind) for kind in told}
        self._born = [(name, None if name in moved else document[name]) for name in _BORN]
        self._born += [
            (str(item["id"]), item["value"]) for item in document["custom_fields"] if item["id"] in fixed
        ]

    def audit(self, events: list[Event]) -> Record:
        """The model's events of one instant and actor. Its `events` are empty where the vendor shows none."""
        id_ = next(self._ids)
        kinds = {event.kind for event in events}
        new, merged = "created" in kinds, "merged" in kinds
        found = [child for event in events for child in self._children(event, id_, new=new)]
        if new:
            found += [
                self._set(name, value, new=True) for name, value in self._born if self._tells(name, value)
            ]
        if merged:
            self._labels.add(MERGE_TAG)
            found += self._status("closed", new=False)
        found += self._tags(new=new)
        return {
            "id": id_,
            "ticket_id": self._document["id"],
            "created_at": stamp(events[0].occurred_at),
            "author_id": self._names.person(events[0].actor_id),
            "via": self._document["via"] if new else MERGE_VIA if merged else API_VIA,
            "events": found,
        }

    def _tells(self, name: str, value: Any) -> bool:
        return name not in self._said and (name in TOLD_WHEN_EMPTY or value not in (None, [], False))

    def _children(self, event: Event, audit_id: int, *, new: bool) -> Iterator[Record]:
        for child in self._told(event, audit_id, new=new):
            if event.rule_id is not None:
                source = {"rel": "trigger", "from": {"id": 0, "title": event.rule_id}, "to": {}}
                child["via"] = {"channel": "rule", "source": source}
            yield child

    def _told(self, event: Event, audit_id: int, *, new: bool) -> list[Record]:
        kind = event.kind
        if kind == "comment":
            return self._comment(event.after or "", audit_id, new=new)
        if kind == "rating":
            rating = {"type": "SatisfactionRating", "score": event.after, "assignee_id": None, "body": ""}
            return [{"id": next(self._ids)} | rating]
        if kind == "tags":
            self._labels = set(json.loads(event.after) if event.after else ())
            return []
        if kind == "schedule":
            return self._schedule(event)
        if kind in {"created", "status"}:
            return self._status(event.after or "new", new=new)
        custom = self._names.fields.get(event.field or "") if kind == "field" else None
        name = str(custom.id) if custom is not None else _NAMES.get(kind)
        if name is None:
            return []
        self._said.setdefault(name, self._read(event.before, kind, custom))
        return [self._set(name, self._read(event.after, kind, custom), new=new)]

    def _comment(self, id_: str, audit_id: int, *, new: bool) -> list[Record]:
        comment = self._comments.get(id_)
        if comment is None:
            return []
        comment["audit_id"] = audit_id
        told = [{"id": comment["id"], "type": "Comment"}]
        if new and self._document["via"]["channel"] == "chat":
            told.append({"id": next(self._ids)} | chat_started(comment, name=self._visitor))
        return told

    def _schedule(self, event: Event) -> list[Record]:
        before, after = (self._names.schedules.get(name or "") for name in (event.before, event.after))
        named = {"previous_schedule_id": before, "new_schedule_id": after}
        return [{"id": next(self._ids), "type": "ScheduleAssignment"} | named]

    def _status(self, status: str, *, new: bool) -> list[Record]:
        """The custom status goes with it."""
        pairs = (("status", status), ("custom_status_id", self._names.statuses.get(status)))
        return [
            self._set(name, value, new=new)
            for name, value in pairs
            if new or self._said.get(name) != as_text(value)
        ]

    def _tags(self, *, new: bool) -> list[Record]:
        """Those of the ticket and those of its fields' values, where they changed."""
        options = {
            value for name, value in self._said.items() if name.isdigit() and isinstance(value, str)
        } & self._names.option_tags
        tags = sorted(self._labels | options)
        return [] if tags == self._said.get("tags", []) else [self._set("tags", tags, new=new)]

    def _set(self, name: str, value: Any, *, new: bool) -> Record:
        previous, value = self._said.get(name, [] if name == "tags" else None), as_text(value)
        self._said[name] = value
        event = {
            "id": next(self._ids),
            "type": "Create" if new else "Change",
            "field_name": name,
            "value": value,
        }
        return event if new else event | {"previous_value": previous}

    def _read(self, text: str | None, kind: str, custom: FieldTags | None) -> Any:
        """A value of an event in the account's own ids and tags."""
        if custom is not None:
            return custom.value(text)
        if text is None or kind == "priority":
            return text
        if kind == "assignee":
            return str(self._names.person(text))
        return str(self._names.groups.get(text, 0) if kind == "group" else self._names.ticket(text))
