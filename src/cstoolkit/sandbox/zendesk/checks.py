"""What the vendor checks when a configuration record is saved. Each gets the record as it would be."""

from typing import Any

from ..http import Record
from .definitions import ACTIONS, CONDITIONS, TIME_FIELDS
from .refusals import bad_parameter, invalid
from .visit import Visit

MOST_BYTES = 65_000
_WORK = frozenset({"status", "type", "group_id", "assignee_id", "requester_id", "custom_status_id"})
_STATUS_CLOCKS = frozenset({"NEW", "OPEN", "PENDING", "HOLD", "SOLVED", "CLOSED"})
"""Hours in a status ask for the status too: a recorded account took `PENDING is 100` alone."""
_FIELD_TYPES = frozenset(
    {
        "text", "textarea", "checkbox", "date", "integer", "decimal", "regexp", "partialcreditcard",
        "multiselect", "tagger", "lookup",
    }
)  # fmt: skip
_COLUMNS = 10


def ticket_field(visit: Visit, record: Record, before: Record | None) -> None:
    if before is None and record["type"] not in _FIELD_TYPES:
        raise invalid("type", f"Type: {record['type']} is not a valid field type")
    record["raw_title"] = record["title"]
    options = record.get("custom_field_options")
    if record["type"] in {"tagger", "multiselect"}:
        if not options:
            raise invalid("custom_field_options", "Custom field options: cannot be blank", "BlankValue")
        record["custom_field_options"] = [_option(visit, option) for option in options]
    values = {option["value"] for option in record.get("custom_field_options") or ()}
    if len(values) != len(record.get("custom_field_options") or ()):
        raise invalid("custom_field_options", "Duplicate tag value", "DuplicateValue")
    values |= {record["tag"]} if record.get("tag") else set()
    for other in visit.state.rows(
        "ticket_fields", "id IS NOT ?", (None if before is None else before["id"],)
    ):
        taken = {option["value"] for option in other.get("custom_field_options") or ()}
        if values & (taken | {other.get("tag")}):
            raise invalid(
                "custom_field_options",
                f"Duplicate tag value: {', '.join(sorted(values & (taken | {other.get('tag')})))} is used by "
                f"the field {other['title']}",
                "DuplicateValue",
            )


def _option(visit: Visit, option: Any) -> Record:
    if not isinstance(option, dict) or not option.get("name") or not option.get("value"):
        raise invalid("custom_field_options", "Option: name and value cannot be blank", "BlankValue")
    return {
        "id": option.get("id") or visit.new_id(),
        "name": option["name"],
        "raw_name": option.get("raw_name", option["name"]),
        "value": option["value"],
        "default": bool(option.get("default")),
    }


def owned_field(visit: Visit, record: Record, before: Record | None) -> None:
    """A field of users or organizations. Rules name its options by their ids, so each has one."""
    record["raw_title"] = record["title"]
    options = record.get("custom_field_options")
    if options:
        record["custom_field_options"] = [_option(visit, option) for option in options]


def ticket_form(visit: Visit, record: Record, before: Record | None) -> None:
    record["display_name"] = record.get("display_name") or record["name"]
    record["raw_name"], record["raw_display_name"] = record["name"], record["display_name"]
    for id_ in record["ticket_field_ids"]:
        if not isinstance(id_, int) or visit.state.get("ticket_fields", id_) is None:
            raise invalid("ticket_field_ids", f"Ticket field: {id_} does not exist")


def custom_status(visit: Visit, record: Record, before: Record | None) -> None:
    categories = {"open", "pending", "hold", "solved"} if before is None else {record["status_category"]}
    if record["status_category"] not in categories:
        raise invalid("status_category", "Status category: must be open, pending, hold or solved")
    for key in ("agent_label", "end_user_label"):
        if len(str(record.get(key) or "")) > 48:
            raise invalid(key, f"{key}: is too long (maximum is 48 characters)")
    own = None if before is None else before["id"]
    for other in visit.state.rows("custom_statuses", "id IS NOT ?", (own,)):
        if str(other["agent_label"]).lower() == str(record["agent_label"]).lower():
            raise invalid("agent_label", "Agent label: has already been taken", "DuplicateValue")
    if before is not None and before["default"] and not record["active"]:
        raise invalid("active", "A default status must be active")
    record["end_user_label"] = record["end_user_label"] or record["agent_label"]
    for key in ("agent_label", "end_user_label", "description", "end_user_description"):
        record[f"raw_{key}"] = record[key]


def settle_conditions(visit: Visit, record: Record, before: Record | None) -> None:
    """Both forms are taken; whoever sends conditions or actions replaces both lists (fact sheet 6.1)."""
    flat = {key: record.pop(key) for key in ("all", "any") if record.get(key) is not None}
    record.pop("all", None), record.pop("any", None)
    conditions = record.get("conditions")
    if flat:
        conditions = {"all": flat.get("all", []), "any": flat.get("any", [])}
    if not isinstance(conditions, dict):
        raise invalid("conditions", "Conditions: is invalid")
    record["conditions"] = {key: _conditions(conditions.get(key)) for key in ("all", "any")}
    if len(repr(record)) > MOST_BYTES:
        raise invalid("base", "Rule: is too large, the limit is 65 kB")


def _conditions(items: Any) -> list[Record]:
    if items is None:
        return []
    if not isinstance(items, list) or not all(isinstance(item, dict) and "field" in item for item in items):
        raise invalid("conditions", "Conditions: is invalid")
    # Values are texts in rules, whatever was sent (trap T9).
    return [
        {"field": item["field"], "operator": item.get("operator", "is"), "value": _text(item.get("value"))}
        for item in items
    ]


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    return [_text(item) for item in value] if isinstance(value, list) else value


def _check_rule(visit: Visit, record: Record, kind: str) -> None:
    for part in ("all", "any"):
        for condition in record["conditions"][part]:
            _check_condition(visit, condition, kind)
    record["actions"] = _actions(visit, record["actions"], kind)


def _check_condition(visit: Visit, condition: Record, kind: str) -> None:
    field, operator = str(condition["field"]), condition["operator"]
    row = CONDITIONS.get(field)
    if row is None:
        if _custom_field(visit, field):
            return
        raise invalid("base", f"Conditions: {field} is not a valid condition", "InvalidValue")
    where = row["where"].get(kind)
    if where is None:
        raise invalid("base", f"Conditions: {field} cannot be used in a {kind}", "InvalidValue")
    if operator not in where["operators"] and where.get("verified", True):
        raise invalid("base", f"Conditions: {operator} is not a valid operator for {field}", "InvalidValue")


def _custom_field(visit: Visit, field: str) -> bool:
    for prefix in ("custom_fields_", "ticket_fields_"):
        if field.startswith(prefix) and field.removeprefix(prefix).isdigit():
            id_ = field.removeprefix(prefix)
            return len(id_) < 19 and visit.state.get("ticket_fields", int(id_)) is not None
    return field.startswith(("requester.custom_fields.", "organization.custom_fields."))


def _actions(visit: Visit, items: Any, kind: str) -> list[Record]:
    if not isinstance(items, list) or not items:
        raise invalid("actions", "Actions: cannot be blank", "BlankValue")
    found = []
    for item in items:
        if not isinstance(item, dict) or "field" not in item:
            raise invalid("actions", "Actions: is invalid")
        field = str(item["field"])
        row = ACTIONS.get(field)
        if row is None and not _custom_field(visit, field):
            raise invalid("base", f"Actions: {field} is not a valid action", "InvalidValue")
        if row is not None and kind not in row["where"]:
            raise invalid("base", f"Actions: {field} cannot be used in a {kind}", "InvalidValue")
        found.append({"field": field, "value": _text(item.get("value"))})
    return found


def trigger(visit: Visit, record: Record, before: Record | None) -> None:
    settle_conditions(visit, record, before)
    _check_rule(visit, record, "trigger")
    category = record.pop("category", None)
    if isinstance(category, dict) and category.get("name"):
        from .catalogue import TRIGGER_CATEGORIES
        from .resources import make

        made = make(
            visit, TRIGGER_CATEGORIES, {"name": category["name"], "position": category.get("position", 0)}
        )
        record["category_id"] = made["id"]
    known = [row[0] for row in visit.state.pick("id", "trigger_categories", order="position, id")]
    if record.get("category_id") is None:
        record["category_id"] = known[0] if known else None
    elif str(record["category_id"]) not in known:
        raise bad_parameter("InvalidTriggerCategory", f"Category {record['category_id']} does not exist")
    record["category_id"] = None if record["category_id"] is None else str(record["category_id"])
    _place(visit, "triggers", record, before)


def automation(visit: Visit, record: Record, before: Record | None) -> None:
    settle_conditions(visit, record, before)
    _check_rule(visit, record, "automation")
    every, some = record["conditions"]["all"], record["conditions"]["any"]
    if not any(_is_time(condition) for condition in every):
        raise invalid("base", "Conditions: there must be at least one time based condition")
    if any(_is_time(condition) for condition in some):
        raise invalid("base", "Conditions: time based conditions cannot be under any")
    if not any(condition["field"] in _WORK | _STATUS_CLOCKS for condition in every):
        raise invalid(
            "base",
            "Conditions: there must be at least one of status, type, group, assignee or requester under all",
        )
    if not _ends(record):
        raise invalid("base", "Automation: must have an action that makes one of its conditions untrue")
    own = None if before is None else before["id"]
    for other in visit.state.rows("automations", "active = 1 AND id IS NOT ?", (own,)):
        if record["active"] and other["conditions"] == record["conditions"]:
            raise invalid("base", f"Conditions: are the same as those of {other['title']}", "DuplicateValue")
    _place(visit, "automations", record, before)


def _is_time(condition: Record) -> bool:
    return condition["field"] in TIME_FIELDS


def _ends(record: Record) -> bool:
    """True once only (`is` so many hours), or an action that takes a condition away."""
    every = record["conditions"]["all"]
    if any(_is_time(item) and item["operator"] in {"is", "is_business_hours"} for item in every):
        return True
    changed = {action["field"].removesuffix("_id") for action in record["actions"]}
    tags = {"set_tags", "current_tags", "remove_tags"} & {action["field"] for action in record["actions"]}
    tested = {str(item["field"]).removesuffix("_id") for item in every}
    return bool(changed & tested) or bool(tags and "current_tags" in tested)


def macro(visit: Visit, record: Record, before: Record | None) -> None:
    record["actions"] = _actions(visit, record["actions"], "macro")
    for action in record["actions"]:
        if action["field"] == "status" and action["value"] in {"closed", "new"}:
            raise invalid("base", f"Actions: a macro cannot set the status {action['value']}")
        id_ = action["field"].removeprefix("custom_fields_")
        field = visit.state.get("ticket_fields", int(id_)) if id_.isdigit() and len(id_) < 19 else None
        if field is not None and not field["active"]:
            raise invalid("base", f"Actions: the field {field['title']} is not active")
    _place(visit, "macros", record, before)


def view(visit: Visit, record: Record, before: Record | None) -> None:
    """Written flat, read nested (fact sheet 2.7); each list is replaced on its own."""
    old = (before or {}).get("conditions") or {"all": [], "any": []}
    sent = (
        record.get("conditions")
        if before is None or record.get("conditions") != before["conditions"]
        else None
    )
    sent = sent if isinstance(sent, dict) else {}
    conditions = {
        key: _conditions(record.get(key) if record.get(key) is not None else sent.get(key, old[key]))
        for key in ("all", "any")
    }
    record.pop("all", None), record.pop("any", None)
    for part in conditions.values():
        for condition in part:
            _check_condition(visit, condition, "view")
    if not any(condition["field"] in _WORK for condition in conditions["all"]):
        raise invalid(
            "base", "Conditions: there must be at least one of status, type, group, assignee or requester"
        )
    record["conditions"] = conditions
    output = record.pop("output", None) or {}
    record["execution"] = execution_of(output, (before or {}).get("execution") or {})
    _place(visit, "views", record, before)


def execution_of(output: Record, old: Record) -> Record:
    columns = output.get("columns", [column["id"] for column in old.get("columns", [])])
    columns = columns or ["nice_id", "description", "requester", "created"]
    if len(columns) > _COLUMNS:
        raise invalid("output", f"Output: at most {_COLUMNS} columns are allowed")
    shown = [{"id": str(column), "title": str(column).replace("_", " ").capitalize()} for column in columns]
    sort_by = output.get("sort_by", old.get("sort_by"))
    group_by = output.get("group_by", old.get("group_by"))
    return {
        "group_by": group_by,
        "group_order": output.get("group_order", old.get("group_order", "asc")),
        "sort_by": sort_by,
        "sort_order": output.get("sort_order", old.get("sort_order", "desc")),
        "group": {"id": group_by, "order": output.get("group_order", "asc")} if group_by else None,
        "sort": {"id": sort_by, "order": output.get("sort_order", "desc")} if sort_by else None,
        "columns": shown,
        "fields": [column for column in shown if not column["id"].isdigit()],
        "custom_fields": [column for column in shown if column["id"].isdigit()],
    }


def sla_policy(visit: Visit, record: Record, before: Record | None) -> None:
    filter_ = record["filter"]
    if not isinstance(filter_, dict):
        raise invalid("filter", "Filter: is invalid")
    record["filter"] = {key: list(filter_.get(key) or []) for key in ("all", "any")}
    _check_metrics(record)
    for metric in record["policy_metrics"]:
        metric.setdefault("target_in_seconds", metric["target"] * 60)


def _check_metrics(record: Record) -> None:
    seen = set()
    for metric in record["policy_metrics"]:
        if not isinstance(metric, dict) or not {"priority", "metric", "target"} <= set(metric):
            raise invalid("policy_metrics", "Policy metrics: priority, metric and target are required")
        if not isinstance(metric["target"], int):
            raise invalid("policy_metrics", "Policy metrics: target is not a number", "NotANumber")
        pair = (str(metric["priority"]), str(metric["metric"]))
        if pair in seen:
            raise invalid("policy_metrics", f"Policy metrics: {pair[1]} is there twice for {pair[0]}")
        seen.add(pair)
        metric.setdefault("business_hours", False)


def group_sla_policy(visit: Visit, record: Record, before: Record | None) -> None:
    """Filtered by groups only, and measuring how long a group has the ticket."""
    filter_ = record["filter"]
    conditions = filter_.get("all") if isinstance(filter_, dict) else None
    if not isinstance(conditions, list):
        raise invalid("filter", "Filter: is invalid")
    for condition in conditions:
        fits = isinstance(condition, dict) and condition.get("field") == "group_id"
        if not fits or condition.get("operator") not in {"includes", "not_includes"}:
            raise invalid("filter", "Filter: a condition must be on group_id, with includes or not_includes")
        if not isinstance(condition.get("value"), list):
            raise invalid("filter", "Filter: a condition's value must be an array")
    for metric in record["policy_metrics"]:
        if not isinstance(metric, dict) or metric.get("metric") != "group_ownership_time":
            raise invalid("policy_metrics", "Policy metrics: metric must be group_ownership_time")
    record["filter"] = {"all": conditions}
    _check_metrics(record)
    if before is None and "position" not in visit.wrapped("group_sla_policy"):
        record["position"] = visit.state.count("group_sla_policies") + 1


def webhook(visit: Visit, record: Record, before: Record | None) -> None:
    if not str(record["endpoint"]).startswith(("http://", "https://")):
        raise bad_parameter("InvalidParameter", "endpoint must be a URL")
    authentication = record.get("authentication")
    if isinstance(authentication, dict):
        # Credentials never come back (trap T17), so they are not even kept.
        record["authentication"] = {
            key: authentication[key] for key in ("type", "add_position") if key in authentication
        }
    record["created_by"] = str(visit.user["id"]) if before is None else before.get("created_by")


def target(visit: Visit, record: Record, before: Record | None) -> None:
    if before is None and record["type"] != "email_target":
        raise invalid("type", "Type: only email_target can be created")


def trigger_category(visit: Visit, record: Record, before: Record | None) -> None:
    if before is None and not record["position"]:
        record["position"] = 1 + visit.state.count("trigger_categories")


def dynamic_content(visit: Visit, record: Record, before: Record | None) -> None:
    name = str(record["name"] if before is None else before["name"])
    record["placeholder"] = "{{dc." + name.lower().replace(" ", "_") + "}}"
    content = record.pop("content", None)
    if content and not record["variants"]:
        record["variants"] = [{"locale_id": record["default_locale_id"], "content": content, "default": True}]
    if not all(isinstance(variant, dict) for variant in record["variants"]):
        raise invalid("variants", "Variants: is invalid")
    for variant in record["variants"]:
        variant.setdefault("id", visit.new_id())
        variant.setdefault("active", True)


def _place(visit: Visit, table: str, record: Record, before: Record | None) -> None:
    """A new rule goes to the end of its list."""
    if before is None and not record.get("position"):
        record["position"] = 1 + visit.state.count(table)
