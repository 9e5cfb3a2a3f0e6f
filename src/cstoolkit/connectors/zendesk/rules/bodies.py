"""Bodies of Zendesk's rules in one form, so that equal rules are equal JSON."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ....model.rules import Json, NativeRule
from .atoms import TEXTS

KEYS: Mapping[str, tuple[str, ...]] = {
    "trigger": ("description", "category_id", "conditions", "actions"),
    "automation": ("conditions", "actions"),
    "macro": ("description", "actions", "restriction"),
}
"""What of a rule is its body; https://developer.zendesk.com/api-reference/ticketing/business-rules/triggers/."""
ALIASES: Mapping[str, str] = {
    "changed_to": "value",
    "changed_from": "value_previous",
    "not_changed_to": "not_value",
    "not_changed_from": "not_value_previous",
}
PINNED: Mapping[str, str] = {"OPEN": "open", "PENDING": "pending", "HOLD": "hold", "SOLVED": "solved"}
TERMINAL = frozenset({"changed", "not_changed", "present", "not_present"})
WORD_LISTS = frozenset({"current_tags", *TEXTS})


def normalise(native: NativeRule) -> NativeRule:
    """The same rule with its conditions in one order, values as text, and nothing that says nothing.

    Zendesk writes one value in several ways: ids as numbers or texts, nothing as null, "" or "__NULL__", tags in
    any order, `changed_to` for `value`. Conditions of one list may stand in any order, actions may not.
    """
    body = native.body if isinstance(native.body, dict) else {}
    made: dict[str, Json] = {}
    for key in KEYS.get(native.kind, tuple(body)):
        value = body.get(key)
        if key == "conditions":
            made[key] = _conditions(value if isinstance(value, dict) else {}, native.kind)
        elif key == "actions":
            made[key] = [_action(one) for one in _list(value)]
        elif key == "category_id":
            if value is not None:
                made[key] = text_of(value)
        elif value not in (None, "", {}, []):
            made[key] = _restriction(value) if key == "restriction" else value
    return replace(native, body=made)


def text_of(value: Any) -> str:
    """A value as stored rules hold it: text, "" for nothing."""
    if value is None or value == "__NULL__":
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _conditions(value: Mapping[str, Any], kind: str) -> Json:
    every, some = (_list(value.get(name)) for name in ("all", "any"))
    if kind == "automation":
        every = [*every, *_pinned_status(every)]
    return {"all": sorted_conditions(every), "any": sorted_conditions(some)}


def _pinned_status(every: list[Any]) -> list[Any]:
    """The status that a clock such as PENDING counts in, said: it counts in no other (`hours_since_status`)."""
    said = {text_of(one.get("field")) for one in every}
    pinned = any(one.get("field") == "status" and one.get("operator") == "is" for one in every)
    return [
        {"field": "status", "operator": "is", "value": status}
        for clock, status in PINNED.items()
        if clock in said and not pinned
    ]


def sorted_conditions(listed: list[Any]) -> list[Json]:
    """Each once, in the order of their texts."""
    found = {tuple(one.values()): one for one in map(_condition, listed)}
    return [dict(found[key]) for key in sorted(found)]


def _condition(raw: Mapping[str, Any]) -> dict[str, str]:
    field, op = str(raw.get("field")), str(raw.get("operator"))
    op = ALIASES.get(op, op)
    value = raw.get("value")
    if op in TERMINAL:
        value = ""
    if isinstance(value, list):
        value = " ".join(map(text_of, value))
    text = text_of(value)
    if field in WORD_LISTS and op in {"includes", "not_includes"}:
        text = " ".join(sorted(set(text.split())))
    return {"field": field, "operator": op, "value": text}


def _action(raw: Any) -> Json:
    field, value = str(raw.get("field")), raw.get("value")
    if isinstance(value, list):
        if field == "comment_value" and len(value) == 2 and value[0] == "channel:all":
            return {"field": field, "value": text_of(value[1])}
        return {"field": field, "value": [one if isinstance(one, list) else text_of(one) for one in value]}
    text = text_of(value)
    if field in {"current_tags", "remove_tags", "set_tags"}:
        text = " ".join(sorted(set(text.split())))
    return {"field": field, "value": text}


def _restriction(value: Any) -> Json:
    """Who may use a macro. The list counts; `id` is the first of it."""
    if not isinstance(value, Mapping) or not (value.get("ids") or value.get("id")):
        return dict(value) if isinstance(value, Mapping) else value
    ids = value.get("ids") or [value["id"]]
    return {"type": str(value.get("type")), "ids": sorted((_id(one) for one in ids), key=str)}


def _id(value: Any) -> Json:
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
