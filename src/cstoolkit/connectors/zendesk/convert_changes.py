"""A wanted change -> what Zendesk's update takes, and the values that it replaces. Pure."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from ...model.conditions import Span, Value
from ...model.ticket import PriorityLevel, StatusCategory
from .convert import custom_from_zendesk, custom_to_zendesk, instant, status_from_zendesk, zendesk_instant
from .lookups import Lookups, Record

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
CATEGORIES = [category.value for category in StatusCategory]
MARKS = "cstoolkit"
"""Key of an update's metadata that holds the marks of its changes; audits show it as metadata.custom."""


class CannotSetError(Exception):
    """A value that Zendesk does not take; the text is the reason."""


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
            raise CannotSetError(f'Zendesk cannot set "{name}"; fields are: {listed}, custom.<name>')
        if edit is not None:
            found[name] = edit
    return found


def attributes_of(edits: Mapping[str, Edit]) -> Record:
    """The edits together, as one update holds them."""
    custom = [entry for edit in edits.values() for entry in edit.attributes.get("custom_fields", [])]
    plain = {name: value for edit in edits.values() for name, value in edit.attributes.items()}
    return {**plain, "custom_fields": custom} if custom else plain


def _status(value: Value | None, raw: Record, around: Surroundings) -> Edit | None:
    word = _text(value)
    now = status_from_zendesk(raw, around.lookups)
    if word in (now.category.value, now.native):
        return None
    if word in CATEGORIES:
        return Edit({"status": word}, now.native)
    named = [one for one in around.lookups.statuses.values() if one.label == word]
    if not named:
        known = ", ".join([*CATEGORIES, *(one.label for one in around.lookups.statuses.values())])
        raise CannotSetError(f'there is no status "{word}"; there are: {known}')
    # A custom status brings its category along.
    return Edit({"custom_status_id": int(named[0].id)}, now.native)


def _priority(value: Value | None, raw: Record, _: Surroundings) -> Edit | None:
    level, levels = _text(value), [known.value for known in PriorityLevel]
    if level is not None and level not in levels:
        raise CannotSetError(f'there is no priority "{level}"; priorities are: {", ".join(levels)}')
    return _plain("priority", level, raw)


def _type(value: Value | None, raw: Record, _: Surroundings) -> Edit | None:
    return _plain("type", _text(value), raw)


def _named(kind: str, attribute: str) -> "Setting":
    def edit(value: Value | None, raw: Record, around: Surroundings) -> Edit | None:
        name, held = _text(value), raw.get(attribute)
        wanted = None if name is None else int(around.find(kind, name))
        before = None if held is None else around.name(kind, str(held))
        return None if wanted == held else Edit({attribute: wanted}, before)

    return edit


def _due_at(value: Value | None, raw: Record, around: Surroundings) -> Edit | None:
    before = instant(raw["due_at"]) if raw.get("due_at") else None
    if isinstance(value, Span) and value.calendar is None:
        value = around.at + value.amount * UNITS[value.unit]
    if value is not None and not isinstance(value, datetime):
        raise CannotSetError(f"an instant or a span on the plain clock is needed, not {value!r}")
    wanted = value.astimezone(UTC).replace(microsecond=0) if value else None
    if wanted == before:
        return None
    return Edit({"due_at": zendesk_instant(wanted) if wanted else None}, before)


def _problem(value: Value | None, raw: Record, _: Surroundings) -> Edit | None:
    word, held = _text(value), raw.get("problem_id")
    if word is not None and not word.isdecimal():
        raise CannotSetError(f'"{word}" is no ticket number')
    wanted = None if word is None else int(word)
    return None if wanted == held else Edit({"problem_id": wanted}, None if held is None else str(held))


def _custom(name: str, value: Value | None, raw: Record, lookups: Lookups) -> Edit | None:
    title = name.removeprefix("custom.")
    info = lookups.field_named(title)
    if info is None:
        known = ", ".join(sorted(one.name for one in lookups.fields.values()))
        raise CannotSetError(f'there is no custom field "{title}"; there are: {known}')
    if isinstance(value, Span):
        raise CannotSetError(f'"{name}" takes no span of time')
    held = custom_from_zendesk(raw, lookups).get(title)
    if held == value or (isinstance(held, tuple) and held == (value,)):
        return None
    if info.type == "number" and value is not None and not isinstance(value, Decimal):
        raise CannotSetError(f'"{name}" takes a number, not {value!r}')
    sent = custom_to_zendesk((str(value),) if info.type == "set" and value is not None else value)
    before = json.dumps(held) if isinstance(held, tuple) else held
    return Edit({"custom_fields": [{"id": int(info.id), "value": sent}]}, before)


def _plain(attribute: str, value: str | None, raw: Record) -> Edit | None:
    held = raw.get(attribute)
    return None if held == value else Edit({attribute: value}, held)


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
    "assignee": _named("agent", "assignee_id"),
    "form": _named("form", "ticket_form_id"),
    "brand": _named("brand", "brand_id"),
    "due_at": _due_at,
    "problem": _problem,
}
"""What can be set beside custom fields. Language and calendar are no attributes of a Zendesk ticket."""
