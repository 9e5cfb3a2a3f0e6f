"""Whether an automation rule may be written as it was sent (fact sheet 7)."""

from collections.abc import Callable, Iterator
from typing import Any

from ..http import Record
from .attributes import Attribute, Attributes, mismatch, missing, read
from .refusals import Problem, internal_error, invalid, one_of, unknown_field
from .rule_matrix import (
    ACTIONS,
    CONDITIONS,
    CUSTOM,
    EVENTS,
    HOURS,
    LISTED,
    LIVE,
    NUMBERED,
    RESOURCE_TYPES,
    TEXTS,
    WEBHOOK_KEYS,
)
from .ticket_form import Form, form_of
from .visit import Desk, Visit

_SHARED: Attributes = {
    "name": Attribute("text", required=True, least=1, most=255),
    "description": Attribute("text"),
    "active": Attribute("flag", null=False),
    "position": Attribute("integer"),
    "conditions": Attribute("records"),
    "operator": Attribute("text"),
    "actions": Attribute("records", required=True, null=False),
}
_UPDATES: Attributes = {**_SHARED, "performer": Attribute("record"), "events": Attribute("records")}
_SET: Attributes = {
    "name": Attribute("text", values=("condition_set_1", "condition_set_2")),
    "match_type": Attribute("text", required=True, values=("all", "any")),
    "properties": Attribute("records", required=True, null=False),
}
_PROPERTY: Attributes = {
    "resource_type": Attribute("text", required=True, values=RESOURCE_TYPES),
    "field_name": Attribute("text", required=True),
    "operator": Attribute("text", required=True),
    "value": Attribute("any"),
    "business_hours_id": Attribute("integer"),
    "case_sensitive": Attribute("flag"),
    "nested_fields": Attribute("any"),
    "associated_fields": Attribute("any"),
    "related_conditions": Attribute("any"),
    "object_reference": Attribute("text"),
}
_PERFORMER: Attributes = {
    "type": Attribute("integer", required=True, values=(1, 2, 3, 4)),
    "members": Attribute("integers"),
}
_EMPTY_SET: Record = {"name": "condition_set_1", "match_type": "all", "properties": []}


def read_rule(visit: Visit, type_: int, *, new: bool) -> Record:
    """The rule as it is kept; a refusal for everything that is wrong with it."""
    sent = dict(visit.body if new else visit.changes)
    values = read(_UPDATES if type_ == 4 else _SHARED, sent, new=new)
    if new and type_ != 4 and not values.get("conditions"):
        raise invalid(missing(["conditions"]))
    form = form_of(visit)
    problems: list[Problem] = []
    if "conditions" in values or new:
        problems += _read_sets(visit, form, type_, values)
    if "operator" in values and values["operator"] is not None:
        problems += _read_operator(visit, values)
    for number, action in enumerate(values.get("actions", ()), start=1):
        problems += _check_action(visit, form, type_, f"actions[{number}]", action)
    if "actions" in values and not values["actions"]:
        problems += missing(["actions"])
    problems += _check_events(visit, values)
    if problems:
        raise invalid(problems)
    return values


def _read_sets(visit: Visit, form: Form, type_: int, values: Record) -> list[Problem]:
    sets = values.get("conditions") or []
    if not sets:
        values["conditions"] = [dict(_EMPTY_SET)] if type_ == 4 else []
        return [] if type_ == 4 else missing(["conditions"])
    most = 1 if type_ == 3 and visit.switches["hourly_second_set"] == "refuse" else 2
    if len(sets) > most:
        return [Problem("conditions", f"Has {len(sets)} values, it can have maximum of {most} values")]
    kept, problems = [], list[Problem]()
    for number, one in enumerate(sets, start=1):
        found: Record = {"name": f"condition_set_{number}"} | read(_SET, one, new=True)
        kept.append(found)
        for property_ in found["properties"]:
            problems += _check_property(visit, form, type_, found["name"], property_)
    values["conditions"] = kept
    if len(kept) == 2 and not values.get("operator"):
        problems += missing(["operator"])
    return problems


def _read_operator(visit: Visit, values: Record) -> list[Problem]:
    word = str(values["operator"]).upper()
    if word not in ("AND", "OR"):
        return [one_of("operator", ("AND", "OR"))]
    values["operator"] = word if visit.switches["rule_operator"] == "upper" else word.lower()
    return []


def _check_property(visit: Visit, form: Form, type_: int, group: str, sent: Record) -> list[Problem]:
    """`group` names the set: the vendor's complaint does too."""
    unknown = [unknown_field(f"{group}.{key}") for key in sent if key not in _PROPERTY]
    absent = [key for key in ("resource_type", "field_name", "operator") if sent.get(key) in (None, "")]
    if unknown or absent:
        return unknown + missing(f"{group}.{key}" for key in absent)
    name, operator = sent["field_name"], sent["operator"]
    if not isinstance(name, str) or not isinstance(operator, str):
        return [mismatch(f"{group}.field_name", name, "String")]
    if sent["resource_type"] not in RESOURCE_TYPES:
        return [one_of(f"{group}.resource_type", RESOURCE_TYPES)]
    if not _may_stand(visit, form, type_, sent["resource_type"], name):
        return [unknown_field(f"{group}.{name}")]
    return list(_check_value(form, f"{group}.{name}", name, operator, sent.get("value")))


def _may_stand(desk: Desk, form: Form, type_: int, resource: str, name: str) -> bool:
    if resource != "ticket":
        return type_ in LIVE or resource == "custom_object"
    if name.startswith(CUSTOM):
        return name in form.custom
    if name in CONDITIONS:
        return type_ in CONDITIONS[name]
    return desk.switches["unknown_rule_fields"] == "accept"


def _check_value(form: Form, where: str, name: str, operator: str, value: Any) -> Iterator[Problem]:
    if operator in LISTED and not isinstance(value, list):
        yield mismatch(where, value, "Array")
    elif operator in NUMBERED and (not isinstance(value, (int, float)) or isinstance(value, bool)):
        yield mismatch(where, value, "Number")
    elif operator in NUMBERED and name in HOURS and (value < 1 or value != int(value)):
        yield Problem(where, "It should be a whole number of hours, at least 1")
    elif isinstance(value, list) and name in TEXTS and not all(isinstance(item, str) for item in value):
        yield Problem(where, "It should contain elements of type String only", "datatype_mismatch")
    elif isinstance(value, list) and name in ("status", "priority"):
        allowed = [*form.statuses] if name == "status" else [1, 2, 3, 4]
        if any(item not in allowed for item in value):
            yield one_of(where, allowed)


def _check_action(visit: Visit, form: Form, type_: int, where: str, action: Record) -> list[Problem]:
    name = action.get("field_name")
    if not isinstance(name, str) or not name:
        return missing([f"{where}.field_name"])
    if (
        name == "trigger_webhook"
        and type_ in LIVE
        and any(action.get(key) in (None, "") for key in WEBHOOK_KEYS)
    ):
        # The vendor does not say what is missing: it falls over.
        raise internal_error()
    if name.startswith(CUSTOM):
        return [] if name in form.custom else [unknown_field(f"{where}.{name}")]
    if name not in ACTIONS:
        accepted = visit.switches["unknown_rule_fields"] == "accept"
        return [] if accepted else [unknown_field(f"{where}.{name}")]
    if type_ not in ACTIONS[name]:
        return [unknown_field(f"{where}.{name}")]
    check = _ACTION_VALUES.get(name)
    return check(visit, form, f"{where}.{name}", action.get("value")) if check else []


def _known(table: str) -> "ValueCheck":
    def check(desk: Desk, form: Form, where: str, value: Any) -> list[Problem]:
        if value is None or (isinstance(value, int) and abs(value) < 2**63 and desk.state.get(table, value)):
            return []
        # Encodings such as "the agent of the event" are not known, so texts pass.
        return [] if isinstance(value, str) else [Problem(where, f"There is no such one in {table}")]

    return check


def _among(values: Callable[[Form], list[Any]]) -> "ValueCheck":
    def check(desk: Desk, form: Form, where: str, value: Any) -> list[Problem]:
        return [] if value in values(form) else [one_of(where, values(form))]

    return check


def _texts(desk: Desk, form: Form, where: str, value: Any) -> list[Problem]:
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return []
    return [mismatch(where, value, "Array")]


ValueCheck = Callable[[Desk, Form, str, Any], list[Problem]]
_ACTION_VALUES: dict[str, ValueCheck] = {
    "status": _among(lambda form: [*form.statuses]),
    "priority": _among(lambda form: [1, 2, 3, 4]),
    "ticket_type": _among(lambda form: [*form.types]),
    "group_id": _known("groups"),
    "responder_id": _known("agents"),
    "product_id": _known("products"),
    "add_tag": _texts,
}


def _check_events(visit: Visit, values: Record) -> list[Problem]:
    problems = []
    if values.get("performer") is not None:
        performer = read(_PERFORMER, values["performer"], new=True)
        if performer.get("members") and performer["type"] != 1:
            problems.append(Problem("performer.members", "Members are for agents only", "incompatible_field"))
    strict = visit.switches["unknown_rule_fields"] == "refuse"
    for number, event in enumerate(values.get("events") or (), start=1):
        name = event.get("field_name")
        if not isinstance(name, str) or not name:
            problems += missing([f"events[{number}].field_name"])
        elif strict and name not in EVENTS and not name.startswith(CUSTOM):
            problems.append(unknown_field(f"events[{number}].{name}"))
    return problems
