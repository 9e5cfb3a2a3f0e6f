"""Tickets and their history out of rows: a row that is a ticket, or rows that are its states in turn."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple

from ...model.history import Event, EventKind
from ...model.people import Role
from ...model.ticket import Gone, Priority, PriorityLevel, Quality, Status, StatusCategory, Ticket
from .people import Mentioned
from .values import BadRowError, Values

GONE: dict[str, Gone] = {"deleted": "deleted", "spam": "spam", "merged": "merged"}

TRACKED: tuple[tuple[str, EventKind], ...] = (
    ("assignee", "assignee"),
    ("group", "group"),
    ("priority", "priority"),
    ("tags", "tags"),
    ("calendar", "schedule"),
    ("problem", "link"),
    ("rating", "rating"),
)
"""Fields of a row whose changes have an event kind of their own; status is told apart."""

PLAIN = ("subject", "type", "channel", "brand", "form", "language", "due_at", "requester", "organization")
"""Fields whose changes are `field` events."""


@dataclass(slots=True)
class TicketFile:
    """A ticket as imported, with what is known of its past."""

    ticket: Ticket
    history: Quality
    events: list[Event] = field(default_factory=list)


def ticket_from_row(values: Values, mentioned: Mentioned, *, has_ends: bool) -> TicketFile:
    """A ticket from a row that tells how it stands.

    With `has_ends` (the map names `solved_at` or `closed_at`) an approximate history is made of creation and
    end; without, the ticket has no history at all rather than an invented one.

    Raises:
        BadRowError: the end lies before the beginning.

    """
    created_at: datetime = values["created_at"]
    ends = [moment for name in ("solved_at", "closed_at") if (moment := values.get(name)) is not None]
    for moment in ends:
        if moment < created_at:
            raise BadRowError(
                f"ticket {values['id']} ends at {moment}, before it was created at {created_at}"
            )
    updated_at = values.get("updated_at") or max([created_at, *ends])
    if updated_at < created_at:
        raise BadRowError(f"ticket {values['id']} was updated at {updated_at}, before {created_at}")
    ticket = _ticket(values, mentioned, created_at=created_at, updated_at=updated_at)
    if not has_ends:
        return TicketFile(ticket, "unavailable")
    return TicketFile(ticket, "approximate", list(_ends(values, ticket)))


def _ends(values: Values, ticket: Ticket) -> Iterator[Event]:
    """Creation, solution and closure as far as the row tells; the way in between is not known."""
    numbers = count()

    def event(kind: EventKind, at: datetime, before: str | None, after: str) -> Event:
        return Event(
            ticket_id=ticket.id,
            occurred_at=at,
            seq=next(numbers),
            kind=kind,
            before=before,
            after=after,
            quality="approximate",
        )

    now = ticket.status.category
    if now not in (StatusCategory.SOLVED, StatusCategory.CLOSED):
        yield event("created", ticket.created_at, None, now)
        return
    yield event("created", ticket.created_at, None, StatusCategory.OPEN)
    solved_at, closed_at = values.get("solved_at"), values.get("closed_at")
    first = min(moment for moment in (solved_at, closed_at, ticket.updated_at) if moment is not None)
    if (
        now is StatusCategory.CLOSED
        and solved_at is not None
        and closed_at is not None
        and solved_at < closed_at
    ):
        yield event("status", solved_at, StatusCategory.OPEN, StatusCategory.SOLVED)
        yield event("status", closed_at, StatusCategory.SOLVED, StatusCategory.CLOSED)
    else:
        yield event("status", solved_at or closed_at or first, StatusCategory.OPEN, now)


def ticket_from_states(states: Iterable[Values], mentioned: Mentioned) -> TicketFile:
    """A ticket and its events from the states it went through, oldest first.

    What the first state holds was there at creation. A state without a status keeps the one before. A value
    that is missing later was cleared.
    """
    log: _Log | None = None
    for values in states:
        if log is None:
            log = _Log(values, mentioned)
        else:
            log.to(values)
    if log is None:
        raise ValueError("a ticket has at least one state")
    ticket = _ticket(log.values, mentioned, created_at=log.created_at, updated_at=log.updated_at)
    return TicketFile(ticket, "exact", log.events)


class _Log:
    """Walks the states of one ticket and notes what changed from one to the next."""

    def __init__(self, first: Values, mentioned: Mentioned) -> None:
        self.values = first
        self.created_at: datetime = first.get("created_at") or first["at"]
        self.updated_at: datetime = first["at"]
        self.mentioned = mentioned
        self.events: list[Event] = []
        custom = (name for name in first if name.startswith("custom."))
        self.plain = tuple(name for name in (*PLAIN, *custom) if name in first)
        if first["status"] is None:
            raise BadRowError(f"ticket {first['id']} starts without a status")
        born = self._stamp(first)._replace(at=self.created_at)
        category = first["status"][0]
        self._note(born, "created", after=StatusCategory.CLOSED if category in GONE else category)
        if category in GONE:
            self._note_status(born, StatusCategory.CLOSED, category)
        self._compare({}, first, born)
        if first["at"] != self.created_at:
            self._note_activity(self._stamp(first))

    def to(self, values: Values) -> None:
        """Go on to the next state."""
        if values["status"] is None:
            values = {**values, "status": self.values["status"]}
        stamp, noted = self._stamp(values), len(self.events)
        before, after = self.values["status"], values["status"]
        if before[0] != after[0]:
            self._note_status(stamp, before[0], after[0])
        if before[1] != after[1]:
            self._note(stamp, "field", "status_native", before=before[1], after=after[1])
        self._compare(self.values, values, stamp)
        if len(self.events) == noted:
            self._note_activity(stamp)
        self.values, self.updated_at = values, stamp.at

    def _note_activity(self, stamp: "_Stamp") -> None:
        """Somebody did something that no mapped column shows; a ticket with such rows is not forgotten."""
        self._note(stamp, "field", "updated_at", after=stamp.at.isoformat())

    def _note_status(self, stamp: "_Stamp", before: str, after: str) -> None:
        if after in GONE:
            self._note(stamp, "merged" if after == "merged" else "deleted", after=after)
        elif before in GONE:
            self._note(stamp, "restored")
        else:
            self._note(stamp, "status", before=before, after=after)

    def _compare(self, before: Values, after: Values, stamp: "_Stamp") -> None:
        for name, kind in TRACKED:
            if before.get(name) != after.get(name):
                old, new = _told(_ours(before, name)), _told(_ours(after, name))
                if old != new:
                    self._note(stamp, kind, "problem" if kind == "link" else None, before=old, after=new)
        if not before:
            return
        for name in self.plain:
            old, new = before.get(name), after.get(name)
            if old != new:
                self._note(stamp, "field", name, before=_told(old), after=_told(new))

    def _stamp(self, values: Values) -> "_Stamp":
        role: Role = values.get("actor.role") or "agent"
        person = self.mentioned.person(values, "actor", "agent" if role == "agent" else "end_user")
        return _Stamp(values["at"], person.id if person else None, role)

    def _note(
        self,
        stamp: "_Stamp",
        kind: EventKind,
        name: str | None = None,
        *,
        before: str | None = None,
        after: str | None = None,
    ) -> None:
        self.events.append(
            Event(
                ticket_id=self.values["id"],
                occurred_at=stamp.at,
                seq=len(self.events),
                kind=kind,
                field=name,
                before=before,
                after=after,
                actor_id=stamp.actor_id,
                actor_role=stamp.role,
            )
        )


class _Stamp(NamedTuple):
    """When, and by whom."""

    at: datetime
    actor_id: str | None
    role: Role


def _ours(values: Values, name: str) -> Any:
    """The value without the file's own word beside it."""
    value = values.get(name)
    return value[0] if name == "priority" and value is not None else value


def _told(value: Any) -> str | None:
    """A value as an event tells it."""
    if value is None:
        return None
    if isinstance(value, frozenset):
        return json.dumps(sorted(value), ensure_ascii=False) if value else None
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _ticket(values: Values, mentioned: Mentioned, *, created_at: datetime, updated_at: datetime) -> Ticket:
    category, native = values.get("status") or (StatusCategory.NEW, StatusCategory.NEW)
    gone = GONE.get(category)
    priority = values.get("priority")
    return Ticket(
        id=values["id"],
        subject=values.get("subject"),
        description=values.get("description"),
        type=values.get("type"),
        status=Status(category=StatusCategory.CLOSED if gone else StatusCategory(category), native=native),
        priority=Priority(level=PriorityLevel(priority[0]), native=priority[1]) if priority else None,
        channel=values.get("channel"),
        requester=mentioned.person(values, "requester", "end_user"),
        assignee=mentioned.person(values, "assignee", "agent"),
        group=mentioned.group(values),
        organization=mentioned.organization(values),
        brand=values.get("brand"),
        form=values.get("form"),
        language=values.get("language"),
        recipient=values.get("recipient"),
        calendar=values.get("calendar"),
        tags=values.get("tags") or frozenset(),
        custom={
            name.removeprefix("custom."): value
            for name, value in values.items()
            if name.startswith("custom.") and value is not None
        },
        created_at=created_at,
        updated_at=updated_at,
        due_at=values.get("due_at"),
        problem_id=values.get("problem"),
        gone=gone,
        url=values.get("url"),
        rating=values.get("rating"),
        rating_comment=values.get("rating_comment"),
    )
