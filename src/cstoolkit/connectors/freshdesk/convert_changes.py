"""A wanted change -> what Freshdesk's update takes, and the values that it replaces. Pure."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from ...errors import NotFoundError
from ...model.actions import Say
from ...model.conditions import Span, Value
from ...model.ticket import PriorityLevel, StatusCategory
from .convert import (
    PRIORITIES,
    custom_from_freshdesk,
    custom_to_freshdesk,
    freshdesk_instant,
    instant,
    priority_from_freshdesk,
    status_from_freshdesk,
)
from .html_text import html_of
from .lookups import Lookups, Record

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
WORDS = [category.value for category in StatusCategory]
LEVELS = [level.value for level in PriorityLevel]
LONGEST_TAG = 32


class CannotSetError(Exception):
    """A value that Freshdesk does not take; the text is the reason."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Attributes to send, and the value that they replace."""

    attributes: Record
    before: Value | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The account's tables, a way from names to ids, and the instant of the change."""

    lookups: Lookups
    find: Callable[[str, str], str]
    name: Callable[[str, str], str]
    at: datetime


def edits_of(wanted: Mapping[str, Value | None], raw: Record, around: Surroundings) -> dict[str, Edit]:
    """What really changes, by field. Raises CannotSetError."""
    found = {}
    for name, value in wanted.items():
        if name.startswith("custom."):
            edit = _custom(name, value, raw, around.lookups)
        elif name in SETTINGS:
            edit = SETTINGS[name](value, raw, around)
        else:
            listed = ", ".join(SETTINGS)
            raise CannotSetError(f'Freshdesk cannot set "{name}"; fields are: {listed}, custom.<name>')
        if edit is not None:
            found[name] = edit
    return found


def properties_of(edits: Mapping[str, Edit]) -> Record:
    """The edits together, as one update holds them."""
    custom = {
        key: value
        for edit in edits.values()
        for key, value in edit.attributes.get("custom_fields", {}).items()
    }
    plain = {name: value for edit in edits.values() for name, value in edit.attributes.items()}
    return {**plain, "custom_fields": custom} if custom else plain


def tags_after(held: Sequence[str], add: frozenset[str], remove: frozenset[str]) -> list[str]:
    """All the tags of a ticket after a change: an update replaces the whole list. Raises CannotSetError."""
    long = sorted(tag for tag in add if len(tag) > LONGEST_TAG)
    if long:
        raise CannotSetError(f'the tag "{long[0]}" has more than {LONGEST_TAG} characters')
    kept = [tag for tag in dict.fromkeys(held) if tag not in remove]
    return kept + sorted(add.difference(kept) - remove)


def saying(ticket_id: str, say: Say) -> tuple[str, Record]:
    """Path and body that say something. The one place where it is decided who gets to read it.

    A reply goes to the customer and knows no `private`; a note is for agents, and says so.
    https://developers.freshdesk.com/api/#conversations
    """
    if say.public is True:
        return f"tickets/{ticket_id}/reply", {"body": html_of(say.text)}
    return f"tickets/{ticket_id}/notes", {"body": html_of(say.text), "private": True}


def _status(value: Value | None, raw: Record, around: Surroundings) -> Edit | None:
    word, lookups = _text(value), around.lookups
    now = status_from_freshdesk(raw, lookups)
    if word in (now.category.value, now.native):
        return None
    if word == StatusCategory.NEW.value:
        raise CannotSetError('"new" cannot be set: it is an open ticket that nobody has taken up')
    if word in WORDS:
        fitting = [one for one in sorted(lookups.statuses) if lookups.category(one) == word]
    else:
        fitting = [number for number, label in lookups.statuses.items() if label == word]
    if not fitting:
        known = ", ".join([*WORDS[1:], *lookups.statuses.values()])
        raise CannotSetError(f'there is no status "{word}"; there are: {known}')
    return None if fitting[0] == raw["status"] else Edit({"status": fitting[0]}, now.native)


def _priority(value: Value | None, raw: Record, _: Surroundings) -> Edit | None:
    word = _text(value)
    if word not in LEVELS:
        raise CannotSetError(f'there is no priority "{word}"; priorities are: {", ".join(LEVELS)}')
    held = priority_from_freshdesk(raw)
    number = next(number for number, known in PRIORITIES.items() if known.level == word)
    if raw.get("priority") == number:
        return None
    return Edit({"priority": number}, held.level.value if held else None)


def _type(value: Value | None, raw: Record, _: Surroundings) -> Edit | None:
    word, held = _text(value), raw.get("type")
    return None if word == held else Edit({"type": word}, held)


def _named(kind: str, attribute: str) -> "Setting":
    def edit(value: Value | None, raw: Record, around: Surroundings) -> Edit | None:
        name, held = _text(value), raw.get(attribute)
        wanted = None if name is None else int(around.find(kind, name))
        return None if wanted == held else Edit({attribute: wanted}, _called(kind, held, around))

    return edit


def _called(kind: str, id: Any, around: Surroundings) -> str | None:
    """What an id is called; one that is not there any more keeps its number."""
    if id is None:
        return None
    try:
        return around.name(kind, str(id))
    except NotFoundError:
        return str(id)


def _due_at(value: Value | None, raw: Record, around: Surroundings) -> Edit | None:
    before = instant(raw["due_by"]) if raw.get("due_by") else None
    if isinstance(value, Span) and value.calendar is None:
        value = around.at + value.amount * UNITS[value.unit]
    if value is not None and not isinstance(value, datetime):
        raise CannotSetError(f"an instant or a span on the plain clock is needed, not {value!r}")
    wanted = value.astimezone(UTC).replace(microsecond=0) if value else None
    if wanted == before:
        return None
    return Edit({"due_by": freshdesk_instant(wanted) if wanted else None}, before)


def _custom(name: str, value: Value | None, raw: Record, lookups: Lookups) -> Edit | None:
    title = name.removeprefix("custom.")
    info = lookups.field_named(title)
    if info is None:
        known = ", ".join(sorted(one.name for one in lookups.fields.values()))
        raise CannotSetError(f'there is no custom field "{title}"; there are: {known}')
    if isinstance(value, Span):
        raise CannotSetError(f'"{name}" takes no span of time')
    held = custom_from_freshdesk(raw, lookups).get(title)
    if held == value:
        return None
    if info.type == "number" and value is not None and not isinstance(value, Decimal):
        raise CannotSetError(f'"{name}" takes a number, not {value!r}')
    before: Any = json.dumps(held) if isinstance(held, tuple) else held
    return Edit({"custom_fields": {info.native: custom_to_freshdesk(value)}}, before)


def _text(value: Value | None) -> str | None:
    if value is not None and not isinstance(value, str):
        raise CannotSetError(f"a text is needed, not {value!r}")
    return value


Setting = Callable[[Value | None, Record, Surroundings], Edit | None]

SETTINGS: Mapping[str, Setting] = {
    "status": _status,
    "priority": _priority,
    "type": _type,
    "group": _named("group", "group_id"),
    "assignee": _named("agent", "responder_id"),
    "brand": _named("brand", "product_id"),
    "due_at": _due_at,
}
"""What can be set beside custom fields. A language, a form, a problem or a calendar is none of a ticket's."""
