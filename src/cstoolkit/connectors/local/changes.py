"""A change applied to a ticket's row: the new row, the events that tell of it, and what it replaced. Pure."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from ...errors import NotFoundError
from ...model.conditions import Span, Value
from ...model.custom import CustomValue, custom_from_json, custom_to_json
from ...model.ticket import PriorityLevel, StatusCategory
from ..base import TicketChange

Row = dict[str, Any]
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class CannotApplyError(Exception):
    """A value that this helpdesk does not take; the text is the reason."""


class Names(Protocol):
    """What a change needs to know of the account."""

    def find(self, kind: str, name: str) -> str: ...

    def name(self, kind: str, id: str) -> str: ...

    def status(self, word: str) -> tuple[str, str]:
        """Category and own name of a status, by either. Raises NotFoundError."""
        ...

    def ticket_exists(self, id: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Applied:
    """The outcome. No events: nothing differed. `before` holds the values that were replaced."""

    row: Row
    events: list[Row] = field(default_factory=list)
    comments: list[Row] = field(default_factory=list)
    before: dict[str, Value | None] = field(default_factory=dict)


EventParts = tuple[str, str | None, str | None, str | None]
"""Kind, field, before, after."""


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """Names of the account, and the instant of the change."""

    names: Names
    at: datetime


@dataclass(frozen=True, slots=True)
class _Edit:
    """One field's new columns, the events that tell of it, and the value that it replaced."""

    columns: Mapping[str, Any]
    events: tuple[EventParts, ...]
    before: Value | None


def apply_change(row: Row, change: TicketChange, names: Names, *, at: datetime, comment_seq: int) -> Applied:
    """Apply a change to a row of `tickets`, at an instant after everything that happened to the ticket.

    Who changed it is the system: a recipe is no person. Raises CannotApplyError; then nothing is changed.
    """
    result = Applied(dict(row))
    around = _Surroundings(names, at)
    for name, value in change.set.items():
        _apply(result, name, _edit(result.row, name, value, around))
    tags = (frozenset(row["tags"] or ()) | change.add_tags) - change.remove_tags
    _apply(result, "tags", _tags(result.row, sorted(tags)))
    if change.say is not None:
        comment_id = comment_id_of(change)
        result.comments.append(
            comment_row(
                row["ticket_id"],
                comment_id,
                change.say.text,
                public=change.say.public,
                at=at,
                seq=comment_seq,
            )
        )
        said = "public" if change.say.public else "private"
        result.events.append({"kind": "comment", "field": said, "before": None, "after": comment_id})
    for seq, event in enumerate(result.events):
        event.update(
            ticket_id=row["ticket_id"], occurred_at=at, seq=seq, actor_role="system", quality="exact"
        )
    if result.events:
        result.row["updated_at"] = at
    return result


def comment_row(ticket_id: str, id: str, text: str, *, public: bool, at: datetime, seq: int) -> Row:
    return {
        "comment_id": id,
        "ticket_id": ticket_id,
        "created_at": at,
        "seq": seq,
        "author_role": "system",
        "public": public,
        "text": text,
        "channel": "api",
        "attachments": [],
    }


def fingerprint(change: TicketChange) -> str:
    """Names this very change: the same plan sent again has the same one."""
    parts = (
        change.key, change.ticket_id, sorted((name, str(value)) for name, value in change.set.items()),
        sorted(change.add_tags), sorted(change.remove_tags),
        change.say and (change.say.text, change.say.public), change.seen and change.seen.isoformat(),
    )  # fmt: skip
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()[:24]


def comment_id_of(change: TicketChange) -> str:
    return f"c-{fingerprint(change)}"


def _apply(result: Applied, name: str, edit: _Edit | None) -> None:
    if edit is None:
        return
    result.row.update(edit.columns)
    result.before[name] = edit.before
    result.events.extend(
        {"kind": kind, "field": field_name, "before": before, "after": after}
        for kind, field_name, before, after in edit.events
    )


def _edit(row: Row, name: str, value: Value | None, around: _Surroundings) -> _Edit | None:
    if name.startswith("custom."):
        return _custom(row, name, value)
    if name != "status" and name not in SETTINGS:
        listed = ", ".join(["status", *SETTINGS])
        raise CannotApplyError(f'"{name}" cannot be set; fields are: {listed}, custom.<name>')
    try:
        return _status(row, value, around) if name == "status" else _setting(row, name, value, around)
    except NotFoundError as error:
        raise CannotApplyError(str(error)) from error


def _status(row: Row, value: Value | None, around: _Surroundings) -> _Edit | None:
    category, native = around.names.status(_text(value) or "")
    asked_category = value in {known.value for known in StatusCategory}
    if category == row["status"] and (asked_category or native == row["status_native"]):
        return None
    events: list[EventParts] = []
    if category != row["status"]:
        events.append(("status", None, row["status"], category))
    if native != row["status_native"]:
        events.append(("field", "status_native", row["status_native"], native))
    before = row["status_native"] or row["status"]
    return _Edit({"status": category, "status_native": native}, tuple(events), before)


def _setting(row: Row, name: str, value: Value | None, around: _Surroundings) -> _Edit | None:
    setting = SETTINGS[name]
    old, new = row[setting.column], setting.read(value, around)
    if new == old:
        return None
    columns = {setting.column: new, **dict.fromkeys(setting.copies, new)}
    kind, field_name = setting.event
    return _Edit(columns, ((kind, field_name, _as_text(old), _as_text(new)),), setting.show(old, around))


def _custom(row: Row, name: str, value: Value | None) -> _Edit | None:
    if isinstance(value, Span):
        raise CannotApplyError(f'"{name}" takes no span of time')
    fields: dict[str, CustomValue] = dict(custom_from_json(row["custom"]))
    key = name.removeprefix("custom.")
    old = fields.get(key)
    if old == value:
        return None
    fields[key] = value
    try:
        stored = custom_to_json({field: held for field, held in fields.items() if held is not None})
    except ValueError as error:
        raise CannotApplyError(str(error)) from error
    before = json.dumps(old) if isinstance(old, tuple) else old
    # Derived from `custom`; the store makes them again for a row that does not bring all of them.
    row.pop("custom_folded", None)
    events = (("field", name, _as_text(before), _as_text(value)),)
    return _Edit({"custom": stored}, events, before)


def _tags(row: Row, tags: list[str]) -> _Edit | None:
    old = sorted(row["tags"] or ())
    if tags == old:
        return None
    before, after = (json.dumps(each, ensure_ascii=False) for each in (old, tags))
    return _Edit({"tags": tags}, (("tags", None, before, after),), before)


def _text(value: Value | None) -> str | None:
    if value is not None and not isinstance(value, str):
        raise CannotApplyError(f"a text is needed, not {value!r}")
    return value


def _as_text(value: Value | None) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else None if value is None else str(value)


def _plain(value: Value | None, _: _Surroundings) -> str | None:
    return _text(value)


def _as_it_was(value: Value | None, _: _Surroundings) -> Value | None:
    return value


def _level(value: Value | None, _: _Surroundings) -> str | None:
    level = _text(value)
    levels = [known.value for known in PriorityLevel]
    if level is not None and level not in levels:
        raise CannotApplyError(f'there is no priority "{level}"; priorities are: {", ".join(levels)}')
    return level


def _id_of(kind: str) -> "Read":
    def read(value: Value | None, around: _Surroundings) -> str | None:
        name = _text(value)
        return None if name is None else around.names.find(kind, name)

    return read


def _name_of(kind: str) -> "Read":
    def show(id: Value | None, around: _Surroundings) -> Value | None:
        try:
            return None if id is None else around.names.name(kind, str(id))
        except NotFoundError:
            return id

    return show


def _instant(value: Value | None, around: _Surroundings) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value and value.astimezone(UTC)
    if isinstance(value, Span) and value.calendar is None:
        return around.at + value.amount * UNITS[value.unit]
    raise CannotApplyError(f"an instant or a span on the plain clock is needed, not {value!r}")


def _ticket(value: Value | None, around: _Surroundings) -> str | None:
    problem = _text(value)
    if problem is not None and not around.names.ticket_exists(problem):
        raise CannotApplyError(f'there is no ticket "{problem}" to be the problem')
    return problem


Read = Callable[[Value | None, _Surroundings], Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """A field that is one column: how a wanted value becomes a stored one, and how a stored one is shown.

    `event` is kind and field of the event that tells of a change; `copies` are columns that hold the same.
    """

    column: str
    event: tuple[str, str | None]
    read: Read = _plain
    show: Read = _as_it_was
    copies: tuple[str, ...] = ()


SETTINGS: Mapping[str, Setting] = {
    "priority": Setting("priority", ("priority", None), _level, copies=("priority_native",)),
    "group": Setting("group_id", ("group", None), _id_of("group"), _name_of("group")),
    "assignee": Setting("assignee_id", ("assignee", None), _id_of("agent"), _name_of("agent")),
    "type": Setting("type", ("field", "type")),
    "form": Setting("form", ("field", "form")),
    "brand": Setting("brand", ("field", "brand")),
    "language": Setting("language", ("field", "language")),
    "calendar": Setting("calendar", ("schedule", None), _id_of("calendar")),
    "due_at": Setting("due_at", ("field", "due_at"), _instant),
    "problem": Setting("problem_id", ("link", "problem"), _ticket),
}
"""What can be set beside `status` and custom fields. Groups and agents go by name."""
