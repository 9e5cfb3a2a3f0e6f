"""Bodies of Freshdesk's rules in one form, so that equal rules are equal JSON."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ....model.rules import Json, NativeRule

KEYS: Mapping[str, tuple[str, ...]] = {
    "rule_1": ("description", "conditions", "operator", "actions"),
    "rule_3": ("description", "conditions", "operator", "actions"),
    "rule_4": ("description", "performer", "events", "conditions", "operator", "actions"),
    "canned_response": ("content_html", "folder_id", "visibility", "group_ids"),
    "scenario_automation": ("description", "actions", "private"),
}
"""What of a rule is its body; https://developers.freshdesk.com/api/#automations."""
CHOICES = frozenset(
    {
        "status", "priority", "source", "ticket_type", "group_id", "responder_id", "product_id", "internal_group_id",
        "internal_agent_id", "language", "time_zone",
    }
)  # fmt: skip
IDS = frozenset({"status", "priority", "source", "group_id", "responder_id", "product_id", "email_to"})
AS_CHOICE = {"is": "in", "is_not": "not_in"}
ALWAYS_LISTS = frozenset(
    {"in", "not_in", "contains", "does_not_contain", "is", "is_not", "starts_with", "ends_with"}
)
SINGLE = frozenset({"greater_than", "less_than", "during"})
UNIONS = frozenset({"not_in", "is_not", "does_not_contain"})
"""Of one field, several of these in a list of which all must hold are one."""
RESOURCES = {"contacts": "contact", "companies": "company", "tickets": "ticket"}
SET_KEYS = ("resource_type", "field_name", "operator", "value")


def normalise(native: NativeRule) -> NativeRule:
    """The same rule with its conditions in one order and form, and without what says nothing.

    Conditions of a set, sets, events and members may stand in any order, actions may not. Ids may come as texts,
    nothing as null or "", one value with or without a list around it.
    """
    body = native.body if isinstance(native.body, dict) else {}
    made: dict[str, Json] = {}
    for key in KEYS.get(native.kind, tuple(body)):
        value = body.get(key)
        if value in (None, "", [], {}) or key in {"conditions", "operator"}:
            continue
        made[key] = _part(key, value)
    sets, operator = normal_sets(_list(body.get("conditions")), str(body.get("operator") or ""))
    if sets:
        made["conditions"] = sets
    if len(sets) > 1:
        made["operator"] = operator
    return replace(native, body=made)


def _part(key: str, value: Any) -> Any:
    if key == "performer" and isinstance(value, Mapping):
        members = sorted({_id(one) for one in _list(value.get("members"))}, key=_text)
        return {"type": _id(value.get("type")), **({"members": members} if members else {})}
    if key == "events":
        return sorted((_event(one) for one in _list(value)), key=_text)
    if key == "actions":
        return [_action(one) for one in _list(value)]
    if key == "group_ids":
        return sorted({_id(one) for one in _list(value)}, key=_text)
    return _id(value) if key == "folder_id" else value


def _event(raw: Any) -> Any:
    """An event of a field says from and to."""
    if not isinstance(raw, Mapping) or {"from_nested_field", "to_nested_field"} & raw.keys():
        return raw
    name = raw.get("field_name")
    if name == "reply_sent":
        return {"field_name": name}
    if "value" in raw:
        return dict(raw)
    sides = {side: _value_of(str(name), raw.get(side, "--")) for side in ("from", "to")}
    return {"field_name": name, **sides}


def _action(raw: Any) -> Any:
    if not isinstance(raw, Mapping):
        return raw
    name = str(raw.get("field_name"))
    made = {key: value for key, value in raw.items() if value is not None or key == "value"}
    if "value" in made:
        tags = made["value"] if isinstance(made["value"], list) else [made["value"]]
        made["value"] = tags if name == "add_tag" else _value_of(name, made["value"])
    if name == "add_tag":
        made["value"] = sorted({str(one) for one in _list(made.get("value"))})
    if "email_to" in made:
        to = made["email_to"]
        made["email_to"] = _id(to[0]) if isinstance(to, list) and len(to) == 1 else _id(to)
    if str(made.get("resource_type", "")).lower() in {"same_ticket", "ticket"}:
        del made["resource_type"]
    return made


def normal_sets(sets: list[Any], operator: str) -> tuple[list[Json], str]:
    """At most two sets: of the same kind and joined in that way, two are one."""
    found = [
        (str(one.get("match_type") or "all"), _properties(one)) for one in sets if isinstance(one, Mapping)
    ]
    found = [(match, properties) for match, properties in found if properties]
    operator = operator.upper()
    plain = "all" if operator == "AND" else "any" if operator == "OR" else None
    alike = all(match == plain or len(properties) == 1 for match, properties in found)
    if len(found) == 2 and plain is not None and alike:
        found = [(plain, [*found[0][1], *found[1][1]])]
    found = [(match if len(listed) > 1 else "all", listed) for match, listed in found]
    found = [(match, _merged(listed) if match == "all" else _sorted(listed)) for match, listed in found]
    found.sort(key=lambda one: (one[0], _text(one[1])))
    made: list[Json] = [
        {
            "name": f"condition_set_{number}",
            "match_type": match if len(listed) > 1 else "all",
            "properties": listed,
        }
        for number, (match, listed) in enumerate(found, 1)
    ]
    return made, operator


def _merged(listed: list[Json]) -> list[Json]:
    """Negations on one field as one: none of these and none of those is none of all."""
    made: dict[str, dict[str, Any]] = {}
    for one in listed:
        assert isinstance(one, dict)
        joins = one.get("operator") in UNIONS and isinstance(one.get("value"), list)
        key = _text({**one, "value": None} if joins else one)
        if key in made and joins:
            made[key]["value"] = _listed([*made[key]["value"], *_list(one["value"])])
        else:
            made[key] = dict(one)
    return _sorted(list(made.values()))


def _sorted(listed: list[Any]) -> list[Json]:
    found = {_text(one): one for one in listed}
    return [found[key] for key in sorted(found)]


def _properties(one: Mapping[str, Any]) -> list[Json]:
    return [property_of(raw) for raw in _list(one.get("properties"))]


def property_of(raw: Any) -> Any:
    """One condition in the one form."""
    if not isinstance(raw, Mapping):
        return raw
    resource = str(raw.get("resource_type") or "ticket")
    field, op, value = str(raw.get("field_name")), str(raw.get("operator")), raw.get("value")
    boxed = isinstance(value, bool) or (
        isinstance(value, list) and any(isinstance(one, bool) for one in value)
    )
    if op in AS_CHOICE and not boxed and (field in CHOICES or _is_custom(field)):
        op = AS_CHOICE[op]
    if boxed:
        op = {"in": "is", "not_in": "is_not"}.get(op, op)
        flags = value if isinstance(value, list) else [value]
        value = flags[0] if len(flags) == 1 else flags
        if op == "is_not" and isinstance(value, bool):
            op, value = "is", not value
    elif op in ALWAYS_LISTS:
        value = _listed([_value_of(field, one) for one in (value if isinstance(value, list) else [value])])
    elif op in SINGLE and isinstance(value, list) and len(value) == 1:
        value = value[0]
    rest = {
        key: kept
        for key, kept in raw.items()
        if key not in SET_KEYS and kept not in (None, "", [], {}) and (key, kept) != ("case_sensitive", False)
    }
    if "business_hours_id" in rest:
        rest["business_hours_id"] = _id(rest["business_hours_id"])
    return {
        "resource_type": RESOURCES.get(resource, resource),
        "field_name": field,
        "operator": op,
        "value": value,
        **rest,
    }


def _is_custom(field: str) -> bool:
    return field.startswith(("cf_", "${ref:field:", "${ref:requester_field:", "${ref:organization_field:"))


def _value_of(field: str, value: Any) -> Any:
    if value == "":
        return None
    return _id(value) if field in IDS else value


def _listed(values: list[Any]) -> list[Json]:
    return sorted({_text(one): one for one in values}.values(), key=_order)


def _order(value: Any) -> tuple[bool, bool, Any]:
    """Numbers by size, texts behind them, nothing last."""
    if value is None:
        return (True, True, "")
    return (False, False, value) if isinstance(value, int | float) else (False, True, str(value))


def _id(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
