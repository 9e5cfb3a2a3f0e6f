"""What may stand in a rule: the catalogue of conditions and actions, and the `definitions` endpoints."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from ..http import Answer, Record, decode, json_answer
from .visit import Desk, Visit

_CATALOGUE: Mapping[str, list[Record]] = decode((files(__package__) / "definitions.json").read_bytes())
CONDITIONS: Mapping[str, Record] = {row["field"]: row for row in _CATALOGUE["conditions"]}
ACTIONS: Mapping[str, Record] = {row["field"]: row for row in _CATALOGUE["actions"]}
TIME_FIELDS = frozenset(row["field"] for row in _CATALOGUE["conditions"] if row["category"] == "time")

_TERMINAL = frozenset({"changed", "not_changed", "present", "not_present"})
_OPERATOR_TITLES = {
    "is": "Is",
    "is_not": "Is not",
    "less_than": "Less than",
    "greater_than": "Greater than",
    "includes": "Contains at least one of the following",
    "not_includes": "Contains none of the following",
    "value": "Changed to",
    "value_previous": "Changed from",
    "not_value": "Not changed to",
    "not_value_previous": "Not changed from",
}
_TYPES = {
    "tags": "tags",
    "text": "text",
    "email_string": "email",
    "datetime": "date",
    "date_or_days": "date",
    "number_string": "text",
    "int_string": "text",
    "int": "text",
    "int_hours_string": "text",
    "option_tag": "list",
}
_GROUPS = {"ticket": "ticket", "time": "ticket"}
_TABLES = {
    "group_id": ("groups", "name"),
    "organization_id": ("organizations", "name"),
    "brand_id": ("brands", "name"),
    "ticket_form_id": ("ticket_forms", "name"),
    "custom_status_id": ("custom_statuses", "agent_label"),
    "schedule_id": ("schedules", "name"),
    "within_schedule": ("schedules", "name"),
    "set_schedule": ("schedules", "name"),
}


def condition_definitions(desk: Desk, kind: str, part: str) -> list[Record]:
    """What `part` ("all" or "any") of a rule of this kind may ask."""
    return list(_conditions(desk, kind, part))


def _conditions(desk: Desk, kind: str, part: str) -> Iterator[Record]:
    for row in CONDITIONS.values():
        where = row["where"].get(kind)
        if where is None or not where[part] or "<" in row["field"]:
            continue
        yield _definition(row["title"], row["field"], row, desk) | {
            "operators": [_operator(name) for name in where["operators"]]
        }
    custom = next((row for row in _CATALOGUE["conditions"] if row["field"] == "custom_fields_<id>"), None)
    operators = (custom or {}).get("where", {}).get(kind, {}).get("operators", ["is", "is_not"])
    for field in desk.state.rows("ticket_fields", "active = 1"):
        if field["removable"]:
            yield _custom(field) | {"operators": [_operator(name) for name in operators]}


def action_definitions(desk: Desk, kind: str) -> list[Record]:
    found = [
        _definition(row["title"], row["field"], row, desk) | {"repeatable": False}
        for row in ACTIONS.values()
        if kind in row["where"] and "<" not in row["field"]
    ]
    fields = desk.state.rows("ticket_fields", "active = 1")
    return found + [_custom(field) | {"repeatable": False} for field in fields if field["removable"]]


def _definition(title: str, subject: str, row: Record, desk: Desk) -> Record:
    type_ = _TYPES.get(row.get("type", ""), "list")
    document = {
        "title": title,
        "subject": subject,
        "type": type_,
        "group": _GROUPS.get(row.get("category", "ticket"), row.get("category", "ticket")),
        "nullable": row["nullable"],
        "repeatable": False,
    }
    values = _values(desk, subject, row)
    return document | ({"values": values} if values and type_ == "list" else {})


def _values(desk: Desk, subject: str, row: Record) -> list[Record]:
    if subject in _TABLES:
        table, name = _TABLES[subject]
        return [_value(str(item["id"]), item[name]) for item in desk.state.rows(table)]
    if subject in {"assignee_id", "requester_id", "role"}:
        agents = desk.state.rows("users", "role <> 'end-user' AND active = 1")
        words = [_value(word, word) for word in map(str, row["values"]) if "<" not in word]
        return words + [_value(str(agent["id"]), agent["name"]) for agent in agents]
    return [_value(str(value), str(value)) for value in row["values"] if "<" not in str(value)]


def _value(value: str, title: Any) -> Record:
    return {"value": value, "title": str(title), "enabled": True}


def _operator(name: str) -> Record:
    title = _OPERATOR_TITLES.get(name, name.replace("_", " ").capitalize())
    return {"value": name, "title": title, "terminal": name in _TERMINAL}


def _custom(field: Record) -> Record:
    options = field.get("custom_field_options") or []
    document = {
        "title": field["title"],
        "subject": f"custom_fields_{field['id']}",
        "type": "list" if options else "text",
        "group": "ticket",
        "nullable": True,
        "repeatable": False,
    }
    return document | (
        {"values": [_value(item["value"], item["name"]) for item in options]} if options else {}
    )


def trigger_definitions(visit: Visit) -> Answer:
    return json_answer(
        {
            "definitions": {
                "actions": action_definitions(visit, "trigger"),
                "conditions_all": condition_definitions(visit, "trigger", "all"),
                "conditions_any": condition_definitions(visit, "trigger", "any"),
            }
        }
    )


def macro_definitions(visit: Visit) -> Answer:
    return json_answer({"definitions": {"actions": action_definitions(visit, "macro")}})


def macro_actions(visit: Visit) -> Answer:
    actions = [
        {"title": item["title"], "field": item["subject"], "value": item["subject"], "operators": []}
        | {key: item[key] for key in ("values",) if key in item}
        for item in action_definitions(visit, "macro")
    ]
    return json_answer({"actions": actions})


def view_definitions(visit: Visit) -> Answer:
    columns = [{"value": name, "title": name.replace("_", " ").capitalize()} for name in VIEW_COLUMNS]
    return json_answer(
        {
            "definitions": {
                "conditions_all": condition_definitions(visit, "view", "all"),
                "conditions_any": condition_definitions(visit, "view", "any"),
                "output": columns,
                "groupables": columns,
                "sortables": columns,
            }
        }
    )


def sla_definitions(visit: Visit) -> Answer:
    """Here the key is `value` and not `subject`, and the values sit under `values.list`."""

    def turned(item: Record) -> Record:
        values = [{key: value[key] for key in ("value", "title")} for value in item.get("values", [])]
        return {
            "value": item["subject"],
            "title": item["title"],
            "group": item["group"],
            "target": None,
            "operators": [
                {key: operator[key] for key in ("value", "title")} for operator in item["operators"]
            ],
            "values": {"type": item["type"], "list": values},
        }

    parts = {
        part: [turned(item) for item in condition_definitions(visit, "sla_filter", part)]
        for part in ("all", "any")
    }
    return json_answer({"definitions": parts})


def group_sla_definitions(visit: Visit) -> Answer:
    """Groups are all that these policies ask for."""
    groups = visit.state.rows("groups", "ifnull(deleted, 0) = 0")
    item = {
        "value": "group_id",
        "title": "Group ID",
        "group": "ticket",
        "operators": [
            {"value": "includes", "title": "Contains at least one of the following"},
            {"value": "not_includes", "title": "Contains none of the following"},
        ],
        "values": {
            "type": "list",
            "list": [{"value": group["id"], "title": group["name"]} for group in groups],
        },
    }
    return json_answer({"definitions": {"all": [item]}})


VIEW_COLUMNS = (
    "assigned", "assignee", "due_date", "group", "nice_id", "updated", "updated_assignee",
    "updated_requester", "updated_by_type", "organization", "priority", "created", "requester", "locale_id",
    "satisfaction_score", "solved", "status", "description", "submitter", "ticket_form", "type", "brand",
    "custom_status_id",
)  # fmt: skip
