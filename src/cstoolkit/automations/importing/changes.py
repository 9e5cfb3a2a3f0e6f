"""Events out of a log of single changes: one row, one field, one new value."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from ...model.history import Event, EventKind
from ...model.people import Role
from ...model.ticket import PriorityLevel, Quality, StatusCategory
from ..maps import MapRecipe
from .histories import GONE
from .people import Mentioned
from .values import BadRowError, Values

KINDS: dict[str, EventKind] = {
    "status": "status",
    "assignee": "assignee",
    "group": "group",
    "priority": "priority",
}
"""Fields whose changes have an event kind of their own; a map's `words: {field: ...}` leads to them."""

Refuse = Callable[[int, str, Mapping[str, Any]], None]


def events_from_changes(
    ticket_id: str,
    created_at: datetime,
    rows: Iterable[tuple[int, Values]],
    *,
    recipe: MapRecipe,
    mentioned: Mentioned,
    refuse: Refuse,
) -> list[Event]:
    """The events of one ticket, oldest first, begun by its creation.

    A log of changes does not tell what a ticket was born with unless it has rows at that very instant; where
    it does not, the ticket is taken to have been born open, and its history is approximate. Rows that
    cannot be used, or lie before the creation, go to `refuse`.
    """
    changes = []
    for number, values in rows:
        try:
            changes.append(_change(values, created_at, recipe))
        except BadRowError as bad:
            refuse(number, str(bad), values)
    born = next(
        (after for kind, _, after, values in changes if kind == "status" and values["at"] == created_at), None
    )
    quality: Quality = "exact" if born else "approximate"
    state: dict[str, str | None] = {"status": born or StatusCategory.OPEN}
    events = [
        Event(
            ticket_id=ticket_id,
            occurred_at=created_at,
            seq=0,
            kind="created",
            after=state["status"],
            quality=quality,
        )
    ]
    for kind, field, after, values in changes:
        name = field or kind
        before = state.get(name)
        if before != after:
            state[name] = after
            event = _event(values, mentioned, kind=kind, field=field, before=before, after=after)
            events.append(event.model_copy(update={"seq": len(events), "quality": quality}))
    return events


def _event(
    values: Values,
    mentioned: Mentioned,
    *,
    kind: EventKind,
    field: str | None,
    before: str | None,
    after: str | None,
) -> Event:
    """The event of one row; its place and quality are those of its ticket's history."""
    role: Role = values.get("actor.role") or "agent"
    actor = mentioned.person(values, "actor", "agent" if role == "agent" else "end_user")
    return Event(
        ticket_id=values["ticket"],
        occurred_at=values["at"],
        seq=0,
        kind=kind,
        field=field,
        before=before,
        after=after,
        actor_id=actor.id if actor else None,
        actor_role=role,
    )


def _change(
    values: Values, created_at: datetime, recipe: MapRecipe
) -> tuple[EventKind, str | None, str | None, Values]:
    if values["at"] < created_at:
        raise BadRowError(
            f"changes ticket {values['ticket']} at {values['at']}, before its creation {created_at}"
        )
    name, value = values["field"], values["value"]
    kind = KINDS.get(name)
    if kind is None:
        return "field", name, value, values
    if kind == "status":
        return _status(value, recipe, values)
    if kind == "priority" and value is not None:
        return kind, None, _word("priority", value, tuple(PriorityLevel), recipe), values
    return kind, None, value, values


def _status(
    value: str | None, recipe: MapRecipe, values: Values
) -> tuple[EventKind, str | None, str | None, Values]:
    if value is None:
        raise BadRowError("sets the status to nothing")
    category = _word("status", value, (*StatusCategory, *GONE), recipe)
    if category is None:  # the map says: as if the cell were empty
        raise BadRowError("sets the status to nothing")
    if category in GONE:
        return ("merged" if category == "merged" else "deleted"), None, category, values
    return "status", None, category, values


def _word(kind: str, theirs: str, allowed: tuple[str, ...], recipe: MapRecipe) -> str | None:
    words = recipe.words.get(kind)
    if words is not None and theirs in words:
        return words[theirs]
    if words is None and theirs in allowed:
        return theirs
    raise BadRowError(f'{kind}: "{theirs}" has no word in `words: {{{kind}: ...}}` of the map')
