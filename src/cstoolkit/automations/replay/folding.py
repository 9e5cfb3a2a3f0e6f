"""A ticket and its log -> its past: the ticket as it came into being, and each save since.

What one doer did at one instant is one save; what a rule did is a save of its own, by the system. Everything that
no rule did at the instant of the creation is part of the creation. A second comment in a save makes a second save.
A thing that the log never mentions has been as it is today all along.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from ...engines.neutral import SYSTEM
from ...model.conversation import speaker
from ...model.custom import CustomValue, instant_value
from ...model.history import Event
from ...model.people import Person
from ...model.ticket import Comment, Priority, SlaTarget, Status, Ticket
from ...model.tracks import in_order
from .names import Names
from .past import Past, PastUpdate, PromiseChange

PLAIN_FIELDS = frozenset(
    {"subject", "description", "type", "brand", "form", "language", "recipient", "channel"}
)
"""Attributes of which a `field` event tells the value itself."""

Key = tuple[datetime, str | None, str | None]


@dataclass(slots=True)
class _Save:
    """A save while its events are gathered."""

    at: datetime
    actor: Person
    by_rule: str | None
    created: bool = False
    changes: dict[str, Any] = field(default_factory=dict)
    add_tags: set[str] = field(default_factory=set)
    remove_tags: set[str] = field(default_factory=set)
    custom: dict[str, CustomValue] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)

    def updates(self) -> Iterator[PastUpdate]:
        first = self.comments[0] if self.comments else None
        yield PastUpdate(
            self.at, self.actor, self.created, self.changes, frozenset(self.add_tags), frozenset(self.remove_tags),
            self.custom, first, self.by_rule,
        )  # fmt: skip
        for comment in self.comments[1:]:
            yield PastUpdate(self.at, self.actor, comment=comment, by_rule=self.by_rule)


def fold(ticket: Ticket, events: Sequence[Event], comments: Sequence[Comment], names: Names) -> Past | None:
    """The past of a ticket; None where its log tells nothing.

    `ticket` is as it stands at the end of the log, `comments` are all there are up to then.
    """
    log = in_order(events)
    if not log:
        return None
    folding = _Folding(ticket, comments, names)
    for event in log:
        folding.take(event)
    folding.take_silent_comments()
    return folding.past(late=log[0].kind != "created", quality="exact")


class _Folding:
    """One pass over a log."""

    def __init__(self, ticket: Ticket, comments: Sequence[Comment], names: Names) -> None:
        self.ticket = ticket
        self.names = names
        self.comments = {comment.id: comment for comment in comments}
        self.told: set[str] = set()
        self.saves: dict[Key, _Save] = {}
        self.born_at: datetime | None = None
        self.before: dict[str, Any] = {}  # what attributes held before the log mentions them
        self.custom_before: dict[str, CustomValue] = {}
        self.held: dict[str, str | None] = {}  # the last value of each track, as events write it
        self.promised: set[str] = set()

    def take(self, event: Event) -> None:
        if event.kind == "sla":
            self.promised.add(event.field or "")
            return
        save = self._save(event)
        _TAKE[event.kind](self, save, event)

    def _save(self, event: Event) -> _Save:
        if event.kind == "created":
            self.born_at = event.occurred_at
        born = event.rule_id is None and event.occurred_at == self.born_at
        key: Key = (event.occurred_at, event.rule_id, "born" if born else event.actor_id)
        if key not in self.saves:
            self.saves[key] = _Save(event.occurred_at, self._doer(event), event.rule_id, created=born)
        return self.saves[key]

    def _doer(self, event: Event) -> Person:
        if event.rule_id is not None or (event.actor_id is None and event.actor_role == "system"):
            return SYSTEM
        role = "end_user" if event.actor_role == "requester" else event.actor_role
        if event.actor_id is None:
            own = self.ticket.requester if event.actor_role == "requester" else None
            return own or Person(id=role, role=role)
        found = self.names.person(event.actor_id, role) or SYSTEM
        return found if found.role == role else found.model_copy(update={"role": role})

    def _prior(self, track: str, event: Event) -> str | None:
        prior = self.held.get(track, event.before)
        self.held[track] = event.after
        return prior

    def set(self, save: _Save, attribute: str, event: Event, read: Callable[[str | None], Any]) -> None:
        if attribute not in self.held:
            self.before.setdefault(attribute, read(event.before))
        self._prior(attribute, event)
        save.changes[attribute] = read(event.after)

    def set_tags(self, save: _Save, event: Event) -> None:
        if "tags" not in self.held:
            self.before["tags"] = _labels(event.before)
        prior, after = _labels(self._prior("tags", event)), _labels(event.after)
        save.add_tags = (save.add_tags - (prior - after)) | (after - prior)
        save.remove_tags = (save.remove_tags - (after - prior)) | (prior - after)

    def set_gone(self, save: _Save, event: Event) -> None:
        self.before.setdefault("gone", "deleted" if event.kind == "restored" else None)
        words = {"merged": "merged", "deleted": event.after or "deleted", "restored": None}
        save.changes["gone"] = words[event.kind]

    def say(self, save: _Save, event: Event) -> None:
        self.told.add(event.after or "")
        known = self.comments.get(event.after or "")
        save.comments.append(known or self._untold(event))

    def _untold(self, event: Event) -> Comment:
        """A comment whose text the store does not have."""
        return Comment(
            id=event.after or f"{event.ticket_id}-{event.seq}", ticket_id=event.ticket_id,
            created_at=event.occurred_at, author_id=event.actor_id, author_role=event.actor_role,
            public=event.field != "private", text="",
        )  # fmt: skip

    def set_field(self, save: _Save, event: Event) -> None:
        name = (event.field or "").removeprefix("custom.")
        if name in _REFERENCES:
            attribute, find = _REFERENCES[name]
            self.set(save, attribute, event, lambda key: find(self.names, key))
        elif name in PLAIN_FIELDS:
            self.set(save, name, event, lambda text: text)
        elif name == "due_at":
            self.set(save, name, event, instant_value)
        elif name == "status_native":
            self._own_word(save, event)
        elif name != "priority_native":
            like = self.ticket.custom.get(name)
            if f"custom.{name}" not in self.held:
                self.custom_before[name] = custom_like(event.before, like)
            self._prior(f"custom.{name}", event)
            save.custom[name] = custom_like(event.after, like)

    def _own_word(self, save: _Save, event: Event) -> None:
        held = save.changes.get("status")
        if held is not None and event.after:
            save.changes["status"] = Status(category=held.category, native=event.after)

    def status(self, word: str | None) -> Status:
        own = self.ticket.status
        return own if word is None or own.category.value == word else Status.of(word)

    def take_silent_comments(self) -> None:
        """Comments that no event tells of are saves by their authors."""
        for comment in self.comments.values():
            if comment.id in self.told:
                continue
            born = comment.created_at == self.born_at
            key: Key = (comment.created_at, None, "born" if born else comment.author_id)
            role = "end_user" if comment.author_role == "requester" else comment.author_role
            author = self.names.person(comment.author_id, role) or SYSTEM
            self.saves.setdefault(key, _Save(comment.created_at, author, None)).comments.append(comment)

    def past(self, *, late: bool, quality: Any) -> Past:
        items: list[PastUpdate | PromiseChange] = []
        for save in sorted(self.saves.values(), key=lambda save: (save.at, not save.created)):
            items += save.updates()
        starts_at = items[0].at if items else self.ticket.created_at
        promises, open_ones = promise_changes(self.ticket.sla)
        first = self._first(open_ones)
        if not late and items:
            birth = items[0]
            assert isinstance(birth, PastUpdate)
            first = born(first, birth)
        else:
            first = first.model_copy(update={"comments": (), "updated_at": starts_at})
        # A promise that a save keeps is kept when rules look at that save.
        merged = sorted(
            [*promises, *items], key=lambda item: (item.at, not _is_birth(item), isinstance(item, PastUpdate))
        )
        return Past(first, tuple(merged), "approximate" if late else quality, begins_late=late)

    def _first(self, sla: tuple[SlaTarget, ...]) -> Ticket:
        values = {
            **self.before, "sla": sla, "comments": (), "fired": frozenset(), "gone": self.before.get("gone"),
            "requester": self.before.get("requester", self.names.adopt(self.ticket.requester)),
            "assignee": self.before.get("assignee", self.names.adopt(self.ticket.assignee)),
            "group": self.before.get("group", self.names.group(self.ticket.group.id if self.ticket.group else None)),
            "custom": {**self.ticket.custom, **self.custom_before},
            **dict.fromkeys(_FOLDS),
        }  # fmt: skip
        if self.before.get("status") is None:
            values["status"] = self.ticket.status
        return _with(self.ticket, values)


_FOLDS = (
    "assigned_at", "status_changed_at", "requester_replied_at", "agent_replied_at", "reopens", "replies",
    "requester_replies", "assignee_stations", "group_stations",
)  # fmt: skip


def _is_birth(item: PastUpdate | PromiseChange) -> bool:
    return isinstance(item, PastUpdate) and item.created


def born(ticket: Ticket, birth: PastUpdate) -> Ticket:
    """The ticket as its creation leaves it, before any rule: with its first comment, and folds at their start."""
    at, comment = birth.at, birth.comment
    values: dict[str, Any] = {
        **birth.attributes(ticket),
        "created_at": at,
        "updated_at": at,
        "status_changed_at": at,
    }
    held = _with(ticket, values)
    folds: dict[str, Any] = {
        "assignee_stations": int(held.assignee is not None),
        "assigned_at": None if held.assignee is None else at,
        "group_stations": int(held.group is not None),
        "reopens": 0, "replies": 0, "requester_replies": 0,
        "comments": () if comment is None else (comment,),
    }  # fmt: skip
    if comment is not None and comment.public:
        by = speaker(comment)
        if by == "agent":
            folds |= {"replies": 1, "agent_replied_at": comment.created_at}
        elif by == "requester":
            folds |= {"requester_replied_at": comment.created_at}
    return _with(held, folds)


def promise_changes(promises: Sequence[SlaTarget]) -> tuple[list[PromiseChange], tuple[SlaTarget, ...]]:
    """When promises were kept, and the promises before any of them was."""
    standing = [replace_promise(target, None) for target in promises]
    first = tuple(standing)
    changes = []
    kept = [
        (target.fulfilled_at, index)
        for index, target in enumerate(promises)
        if target.fulfilled_at is not None
    ]
    for at, index in sorted(kept):
        standing[index] = replace_promise(promises[index], at)
        changes.append(PromiseChange(at, tuple(standing)))
    return changes, first


def replace_promise(target: SlaTarget, fulfilled_at: datetime | None) -> SlaTarget:
    return target.model_copy(update={"fulfilled_at": fulfilled_at})


def custom_like(text: str | None, like: CustomValue) -> CustomValue:
    """A custom field's value as an event tells it; `like` is one of the same field."""
    if text is None:
        return None
    if isinstance(like, bool):
        return text.casefold() in {"true", "1", "yes"}
    if isinstance(like, Decimal):
        try:
            return Decimal(text)
        except InvalidOperation:
            return text
    if isinstance(like, tuple):
        return tuple(sorted(_labels(text)))
    return text


def _labels(text: str | None) -> frozenset[str]:
    if not text:
        return frozenset()
    try:
        found = json.loads(text)
    except ValueError:
        return frozenset(text.split())
    return frozenset(found) if isinstance(found, list) else frozenset({text})


def _with(ticket: Ticket, values: Mapping[str, Any]) -> Ticket:
    copied = ticket.model_copy(update=dict(values))
    for text in {"subject", "description"} & values.keys():
        copied.__dict__.pop(f"{text}_folded", None)
    return copied


_REFERENCES: Mapping[str, tuple[str, Callable[[Names, str | None], Any]]] = {
    "requester": ("requester", lambda names, key: names.person(key)),
    "requester_id": ("requester", lambda names, key: names.person(key)),
    "organization": ("organization", lambda names, key: names.organization(key)),
    "organization_id": ("organization", lambda names, key: names.organization(key)),
}


def _set_status(folding: _Folding, save: _Save, event: Event) -> None:
    folding.set(save, "status", event, folding.status)


def _create(folding: _Folding, save: _Save, event: Event) -> None:
    folding.held["status"] = event.after
    folding.before["status"] = save.changes["status"] = folding.status(event.after)


def _set_priority(folding: _Folding, save: _Save, event: Event) -> None:
    def read(word: str | None) -> Priority | None:
        own = folding.ticket.priority
        return None if word is None else own if own and own.level.value == word else Priority.of(word)

    folding.set(save, "priority", event, read)


def _rating(word: str | None) -> str | None:
    return word if word in {"offered", "bad", "neutral", "good"} else None


_TAKE: Mapping[str, Callable[[_Folding, _Save, Event], None]] = {
    "created": _create,
    "status": _set_status,
    "priority": _set_priority,
    "assignee": lambda folding, save, event: folding.set(
        save, "assignee", event, lambda key: folding.names.person(key, "agent")
    ),
    "group": lambda folding, save, event: folding.set(save, "group", event, folding.names.group),
    "tags": _Folding.set_tags,
    "comment": _Folding.say,
    "rating": lambda folding, save, event: folding.set(save, "rating", event, _rating),
    "schedule": lambda folding, save, event: folding.set(save, "calendar", event, lambda name: name),
    "link": lambda folding, save, event: folding.set(save, "problem_id", event, lambda key: key),
    "merged": _Folding.set_gone,
    "deleted": _Folding.set_gone,
    "restored": _Folding.set_gone,
    "field": _Folding.set_field,
}
