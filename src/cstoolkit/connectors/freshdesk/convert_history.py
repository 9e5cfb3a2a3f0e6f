"""What Freshdesk tells of a ticket's life -> the model's events. Pure.

There is no log of changes to read by ticket. What was said is exact. Of the status only its last turns are
kept (`stats`), so those events are approximate: a ticket that was solved twice shows the second time.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from ...model.history import Event, EventKind
from ...model.people import Role
from ...model.ticket import Quality, StatusCategory
from .convert import instant, status_from_freshdesk
from .convert_conversations import OUTBOUND, description_from_freshdesk
from .convert_sla import rating_word
from .lookups import Lookups, Record

Told = tuple[datetime, EventKind, str | None, str | None, str | None, str | None, Role, Quality]
"""Instant, kind, field, before, after, who, their role, quality."""

TURNS = (("resolved_at", "solved"), ("closed_at", "closed"), ("reopened_at", "open"))
"""`stats` -> the status that began then. Closing at once stamps both of the first two."""


def events_from_freshdesk(
    raw: Record,
    conversations: Sequence[Record],
    lookups: Lookups,
    *,
    role: Callable[[Record], Role],
    rating: Record | None = None,
) -> list[Event]:
    """The events of one ticket in order. `raw` is best read with `include=stats`."""
    told = [*_birth(raw), *_turns(raw, lookups), *_said(raw, conversations, role), *_rated(raw, rating)]
    found: list[Event] = []
    seqs: dict[datetime, int] = {}
    for at, kind, field, before, after, actor, actor_role, quality in sorted(told, key=lambda one: one[0]):
        seq = seqs[at] = seqs.get(at, -1) + 1
        found.append(
            Event(
                ticket_id=str(raw["id"]),
                occurred_at=at,
                seq=seq,
                kind=kind,
                field=field,
                before=before,
                after=after,
                actor_id=actor,
                actor_role=actor_role,
                quality=quality,
            )
        )
    return found


def _birth(raw: Record) -> Iterator[Told]:
    """Every ticket begins in our court; one that an agent wrote begins closed."""
    at = instant(raw["created_at"])
    outbound = raw.get("source") == OUTBOUND
    requester = None if outbound else _text(raw.get("requester_id"))
    first = "closed" if outbound else "new"
    yield (
        at, "created", None, None, first, requester, "agent" if outbound else "requester", "approximate",
    )  # fmt: skip


def _turns(raw: Record, lookups: Lookups) -> Iterator[Told]:
    """The last times at which the status turned, ending in what it is now."""
    stats = raw.get("stats") or {}
    born = instant(raw["created_at"])
    status = status_from_freshdesk(raw, lookups)
    points: dict[datetime, str] = {}
    for name, category in TURNS:
        if stats.get(name) and instant(stats[name]) >= born:
            points[instant(stats[name])] = category
    points |= _now(raw, stats, status.category)
    held = "closed" if raw.get("source") == OUTBOUND else "new"
    reopened = instant(stats["reopened_at"]) if stats.get("reopened_at") else None
    for at, category in sorted(points.items()):
        before = "solved" if at == reopened and held in {"new", "open"} else held
        if category != before:
            yield at, "status", None, before, category, None, "system", "approximate"
        held = category


def _now(raw: Record, stats: Record, category: StatusCategory) -> dict[datetime, str]:
    """When it came to stand where it does."""
    if category is StatusCategory.NEW:
        return {}
    born = instant(raw["created_at"])
    since = stats.get("pending_since") if category is StatusCategory.PENDING else None
    since = since or stats.get("status_updated_at") or raw["updated_at"]
    if category is StatusCategory.OPEN and not stats.get("reopened_at"):
        since = stats.get("first_responded_at") or since
    return {max(born, instant(since)): category.value}


def _said(raw: Record, conversations: Sequence[Record], role: Callable[[Record], Role]) -> Iterator[Told]:
    first = description_from_freshdesk(raw)
    yield (
        first.created_at, "comment", "public", None, first.id, first.author_id, first.author_role, "exact",
    )  # fmt: skip
    for one in conversations:
        said = "public" if one.get("private") is False else "private"
        at, author = instant(one["created_at"]), _text(one.get("user_id"))
        yield at, "comment", said, None, str(one["id"]), author, role(one), "exact"


def _rated(raw: Record, rating: Record | None) -> Iterator[Told]:
    word = rating_word(rating)
    if rating is not None and word:
        at, requester = instant(rating["created_at"]), _text(raw.get("requester_id"))
        yield at, "rating", None, None, word, requester, "requester", "exact"


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
