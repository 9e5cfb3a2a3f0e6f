"""Views' conditions as SQL over tickets. Not the rule engine: views look at tickets as they stand."""

from typing import Any

from ..http import Record
from .ticket_document import PRIORITIES, STATUSES
from .values import read_tags
from .visit import Visit

Sql = tuple[str, list[Any]]
_COLUMNS = frozenset(
    {
        "status", "priority", "type", "group_id", "assignee_id", "requester_id", "organization_id", "brand_id",
        "ticket_form_id", "custom_status_id",
    }
)  # fmt: skip
_HOURS = {
    "NEW": "created_at", "OPEN": "updated_at", "PENDING": "updated_at", "HOLD": "updated_at", "SOLVED": "updated_at",
    "CLOSED": "updated_at", "updated_at": "updated_at", "assigned_at": "updated_at",
    "requester_updated_at": "updated_at", "assignee_updated_at": "updated_at", "due_date": "due_at",
    "until_due_date": "due_at",
}  # fmt: skip
_SIGNS = {"less_than": "<", "greater_than": ">", "less_than_equal": "<=", "greater_than_equal": ">="}


def view_sql(visit: Visit, conditions: Record) -> Sql:
    """A WHERE clause: every one of `all`, and one of `any` if there are some."""
    every = [_one(visit, item) for item in conditions.get("all", [])]
    some = [_one(visit, item) for item in conditions.get("any", [])]
    clauses = [clause for clause, _ in every]
    values = [value for _, part in every for value in part]
    if some:
        clauses.append("(" + " OR ".join(clause for clause, _ in some) + ")")
        values += [value for _, part in some for value in part]
    return " AND ".join(clauses) or "1", values


def _one(visit: Visit, condition: Record) -> Sql:
    field, operator, value = str(condition["field"]), condition["operator"], condition["value"]
    if field in _COLUMNS:
        return _column(visit, field, operator, value)
    if field == "current_tags":
        return _tags(operator, value)
    if field in _HOURS:
        return _age(visit, field, operator, value)
    if field.startswith("custom_fields_"):
        return _custom(field, operator, value)
    if field in {"subject_includes_word", "description_includes_word"}:
        return _words(field.removesuffix("_includes_word"), operator, str(value))
    return "1", []  # a condition that the list cannot judge leaves the ticket in


def _column(visit: Visit, field: str, operator: str, value: Any) -> Sql:
    order = {"status": STATUSES, "priority": PRIORITIES}.get(field)
    if operator in _SIGNS and order and value in order:
        place = order.index(value)
        names = [name for number, name in enumerate(order) if _compares(operator, number, place)]
        return f"{field} IN ({', '.join('?' * len(names))})", list(names)
    column = (
        field if field not in {"ticket_form_id", "custom_status_id"} else f"json_extract(body, '$.{field}')"
    )
    wanted = _value(visit, value)
    sign = "IS NOT" if operator == "is_not" else "IS"
    if value == "current_groups":
        groups = "SELECT group_id FROM group_memberships WHERE user_id = ?"
        return f"{column} {'NOT ' if operator == 'is_not' else ''}IN ({groups})", [visit.user["id"]]
    return f"{column} {sign} ?", [wanted]


def _compares(operator: str, left: int, right: int) -> bool:
    return (left < right, left <= right, left > right, left >= right)[
        ("less_than", "less_than_equal", "greater_than", "greater_than_equal").index(operator)
    ]


def _value(visit: Visit, value: Any) -> Any:
    if value in ("", "__NULL__", None):
        return None
    if value == "current_user":
        return visit.user["id"]
    return int(value) if str(value).isdigit() else value


def _tags(operator: str, value: Any) -> Sql:
    tags = read_tags(value or [], normal=True)
    marks = ", ".join("?" * len(tags))
    clause = f"EXISTS (SELECT 1 FROM json_each(body, '$.tags') WHERE value IN ({marks}))"
    return (f"NOT {clause}" if operator.startswith("not_") or operator == "is_not" else clause), list(tags)


def _age(visit: Visit, field: str, operator: str, value: Any) -> Sql:
    column = _HOURS[field] if _HOURS[field] != "due_at" else "json_extract(body, '$.due_at')"
    now = visit.now.timestamp()
    hours = f"CAST((? - strftime('%s', {column})) / 3600 AS INTEGER)"
    if field == "until_due_date":
        hours = f"CAST((strftime('%s', {column}) - ?) / 3600 AS INTEGER)"
    sign = _SIGNS.get(operator.removesuffix("_business_hours"), "=")
    clause, values = f"{hours} {sign} ?", [int(now), int(value) if str(value).isdigit() else 0]
    if field.isupper():
        return f"status = ? AND {clause}", [field.lower(), *values]
    return clause, values


def _custom(field: str, operator: str, value: Any) -> Sql:
    id_ = int(field.removeprefix("custom_fields_"))
    found = "SELECT json_extract(value, '$.value') FROM json_each(body, '$.custom_fields') "
    found += "WHERE json_extract(value, '$.id') = ?"
    if operator in {"present", "not_present"}:
        return f"ifnull(({found}), '') {'<>' if operator == 'present' else '='} ''", [id_]
    wanted = {"true": 1, "false": 0}.get(str(value), value)
    if operator in {"includes", "not_includes"}:
        sign = "LIKE" if operator == "includes" else "NOT LIKE"
        return f"ifnull(({found}), '') {sign} ?", [id_, f"%{value}%"]
    return f"({found}) {'IS NOT' if operator == 'is_not' else 'IS'} ?", [id_, wanted]


def _words(key: str, operator: str, text: str) -> Sql:
    column = f"ifnull(json_extract(body, '$.{key}'), '')"
    words = text.split() if operator in {"includes", "not_includes"} else [text]
    clause = "(" + " OR ".join(f"{column} LIKE ?" for _ in words) + ")"
    negated = operator in {"not_includes", "is_not"}
    return (f"NOT {clause}" if negated else clause), [f"%{word}%" for word in words]
