"""Zendesk's actions as those of a recipe: candidates, which the reader holds against what they compile to."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ....model import actions as do
from ....model.conditions import Value
from ...base import Directory
from .actions import PEOPLE, SET_ORDER
from .liquid import BACK, COMMENT
from .reading_tests import custom_field_name

SETS: Mapping[str, tuple[str, str | None]] = {
    "status": ("status", None),
    "custom_status_id": ("status", "status"),
    "priority": ("priority", None),
    "type": ("type", None),
    "group_id": ("group", "group"),
    "assignee_id": ("assignee", "agent"),
    "ticket_form_id": ("form", "form"),
    "brand_id": ("brand", "brand"),
    "locale_id": ("language", "locale"),
    "set_schedule": ("calendar", "calendar"),
}
"""Field of Zendesk -> field of a recipe, and the kind of name that its value is an id of."""
ADDRESSEES: Mapping[str, str] = {wire: word for word, wire in PEOPLE.items()}
_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def read_action(
    raw: Mapping[str, Any], following: Mapping[str, Any] | None, directory: Directory, *, has_comment: bool
) -> Iterator[
    tuple[do.Action, int]
]:  # fmt: skip
    """What a recipe might say, and how many of Zendesk's actions that is: of a comment two.

    A name that the directory does not know raises what the directory raises.
    """
    field, value = str(raw["field"]), raw["value"]
    if field in SETS and isinstance(value, str):
        yield from _set(field, value, directory)
    elif field in {"current_tags", "remove_tags"} and value:
        tags = tuple(str(value).split())
        yield (do.Tags(add=tags) if field == "current_tags" else do.Tags(remove=tags)), 1
    elif field in {"follower", "cc"} and isinstance(value, str) and value:
        yield _follow(field, value, directory), 1
    elif field == "comment_value" and isinstance(value, str) and following is not None:
        if following["field"] == "comment_mode_is_public":
            yield do.Say(from_liquid(value, has_comment=False), public=following["value"] == "true"), 2
    elif field in {"notification_user", "notification_group"} and isinstance(value, list) and len(value) == 3:
        yield _notify(field, value, directory, has_comment=has_comment), 1
    elif isinstance(value, str):
        yield from _custom(field, value, directory)


def _set(field: str, value: str, directory: Directory) -> Iterator[tuple[do.Action, int]]:
    name, kind = SETS[field]
    if not value:
        yield do.Set({name: None}), 1
    elif value == "current_user":
        yield do.Set({name: "actor"}), 1
    elif value not in {"requester_id", "current_groups", "default_ticket_form"}:
        yield do.Set({name: directory.name(kind, value) if kind else value}), 1


def _custom(field: str, value: str, directory: Directory) -> Iterator[tuple[do.Action, int]]:
    name = custom_field_name(field, directory)
    if name is not None and name.startswith("custom."):
        flags: Mapping[str, Value | None] = {"true": True, "false": False, "": None}
        yield do.Set({name: flags.get(value, value)}), 1


def _follow(field: str, value: str, directory: Directory) -> do.Action:
    if field == "cc":
        return do.Follow(cc=(directory.name("user", value),))
    return do.Follow(agents=("actor" if value == "current_user" else directory.name("agent", value),))


def _notify(field: str, value: list[Any], directory: Directory, *, has_comment: bool) -> do.Action:
    who, subject, text = map(str, value)
    if field == "notification_group":
        to = "group" if who == "group_id" else directory.name("group", who)
    else:
        to = ADDRESSEES.get(who) or directory.name("agent", who)
    subject, text = (from_liquid(part, has_comment=has_comment) for part in (subject, text))
    return do.Notify(to, subject, text)


def from_liquid(text: str, *, has_comment: bool) -> str:
    """The text with our placeholders where there is one for each; others stay, and fail the comparison.

    With `has_comment` the newest comment is that of this update.
    """
    names = {**BACK, **({f"{COMMENT}_html": "comment.text"} if has_comment else {})}
    return _PLACEHOLDER.sub(lambda found: "{{ " + names.get(found[1], found[1]) + " }}", text)


def merged_sets(actions: list[do.Action]) -> list[do.Action]:
    """Neighbours that one `set` would do in the same order as one; the same for tags."""
    made: list[do.Action] = []
    for action in actions:
        last = made[-1] if made else None
        if isinstance(action, do.Set) and isinstance(last, do.Set) and _follows(last, action):
            made[-1] = do.Set({**last.values, **action.values})
        elif (
            isinstance(action, do.Tags) and isinstance(last, do.Tags) and last.add and not last.remove
        ) and not action.add:
            made[-1] = do.Tags(add=last.add, remove=action.remove)
        else:
            made.append(action)
    return made


def _follows(last: do.Set, action: do.Set) -> bool:
    here, there = list(last.values)[-1], next(iter(action.values))
    return here != there and there not in last.values and _rank(here) <= _rank(there)


def _rank(name: str) -> int:
    return -1 if name.startswith("custom.") else SET_ORDER.index(name)
