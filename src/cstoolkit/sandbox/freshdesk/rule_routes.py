"""Automation rules of types 1, 3 and 4: create, read, partial update, order, delete (fact sheet 7)."""

from datetime import timedelta
from typing import Any

from ..http import Answer, Record, json_answer
from .authentication import must_be_admin
from .pages import PAGE_ARGUMENTS, paged, read_page
from .refusals import duplicate, invalid, not_found, wrong
from .rule_checks import read_rule
from .rule_matrix import CUSTOM, TYPES
from .ticket_form import Form, form_of
from .values import stamp
from .visit import Desk, Handler, Visit, created, no_content

COUNTED = timedelta(days=7)


def make_rule(desk: Desk, type_: int, values: Record, agent_id: int) -> Record:
    """A new rule at the end of its type's list."""
    rule = {
        "id": desk.new_id(), "description": None, "active": True, "operator": None, "type": type_,
        "position": desk.state.count("rules", "type = ?", (type_,)) + 1, "automation_type_id": type_,
        "last_updated_by": agent_id, "created_at": desk.stamp, "updated_at": desk.stamp,
    } | values  # fmt: skip
    return desk.state.put("rules", rule)


def _type(visit: Visit) -> int:
    must_be_admin(visit)
    text = visit.parameters["type"]
    if text not in {str(type_) for type_ in TYPES}:
        raise not_found()
    return int(text)


def _find(visit: Visit) -> tuple[int, Record]:
    type_ = _type(visit)
    rule = visit.get("rules", visit.id())
    if rule["type"] != type_:
        raise not_found()
    return type_, rule


def _shown(desk: Desk, form: Form, rule: Record) -> Record:
    since = stamp(desk.now - COUNTED)
    hidden = {"type"} if desk.switches.on("rule_type_id") else {"type", "automation_type_id"}
    shown = {key: value for key, value in rule.items() if key not in hidden}
    return shown | {
        "summary": _summary(rule),
        "outdated": _is_outdated(form, rule),
        "affected_tickets_count": desk.state.count(
            "rule_firings", "rule_id = ? AND at >= ?", (rule["id"], since)
        ),
    }


def _summary(rule: Record) -> Record:
    """Sentences for people; their form is not documented."""
    conditions = {
        one["name"]: [_said(property_) for property_ in one["properties"]]
        for one in rule.get("conditions", ())
    }
    return {"conditions": conditions, "actions": [_said(action) for action in rule["actions"]]}


def _said(part: Record) -> str:
    words = (part.get("field_name"), part.get("operator"), part.get("value"))
    return " ".join(str(word) for word in words if word is not None)


def _is_outdated(form: Form, rule: Record) -> bool:
    """It names a custom field that is gone."""
    names = [part.get("field_name") for one in rule.get("conditions", ()) for part in one["properties"]]
    names += [action.get("field_name") for action in rule["actions"]]
    return any(
        isinstance(name, str) and name.startswith(CUSTOM) and name not in form.custom for name in names
    )


def index(visit: Visit) -> Answer:
    type_ = _type(visit)
    visit.allow_arguments(*PAGE_ARGUMENTS)
    page = read_page(visit)
    rows = visit.state.rows(
        "rules", "type = ?", (type_,), order="position, id", limit=page.size + 1, skip=page.skip
    )
    form = form_of(visit)
    answer = paged(visit, page, rows, lambda rule: _shown(visit, form, rule))
    if visit.switches["rule_list"] == "envelope":
        return json_answer({"rules": answer.json}, 200, answer.headers)
    return answer


def show(visit: Visit) -> Answer:
    type_, rule = _find(visit)
    return json_answer(_single(visit, type_, rule))


def _single(desk: Desk, type_: int, rule: Record) -> Record:
    """Only a single rule has the counts of its list."""
    total = desk.state.count("rules", "type = ?", (type_,))
    active = desk.state.count("rules", "type = ? AND active = 1", (type_,))
    meta = {"total_active_count": active, "total_count": total}
    return _shown(desk, form_of(desk), rule) | {"meta": meta}


def create(visit: Visit) -> Answer:
    type_ = _type(visit)
    values = read_rule(visit, type_, new=True)
    _check_name(visit, type_, values["name"], None)
    position = values.pop("position", None)
    rule = make_rule(visit, type_, values, visit.agent["id"])
    rule = _move(visit, rule, position)
    return created(_single(visit, type_, rule), f"automations/{type_}/rules")


def update(visit: Visit) -> Answer:
    type_, rule = _find(visit)
    values = read_rule(visit, type_, new=False)
    if "name" in values:
        _check_name(visit, type_, values["name"], rule["id"])
    position = values.pop("position", None)
    changed = rule | values | {"updated_at": visit.stamp, "last_updated_by": visit.agent["id"]}
    visit.state.put("rules", changed)
    return json_answer(_single(visit, type_, _move(visit, changed, position)))


def _check_name(desk: Desk, type_: int, name: str, id_: Any) -> None:
    if desk.switches["duplicate_rule_names"] == "accept":
        return
    if desk.state.count("rules", "type = ? AND name = ? AND id IS NOT ?", (type_, name, id_)):
        raise invalid([duplicate("name")])


def _move(desk: Desk, rule: Record, position: int | None) -> Record:
    """To a place in its list; the others make room."""
    if position is None:
        return rule
    if position < 1:
        raise wrong("position", "It should be a Positive Integer")
    rows = desk.state.rows("rules", "type = ? AND id != ?", (rule["type"], rule["id"]), order="position, id")
    rows.insert(position - 1, rule)
    ordered = [row | {"position": number} for number, row in enumerate(rows, start=1)]
    desk.state.put_many("rules", ordered)
    return next(row for row in ordered if row["id"] == rule["id"])


def delete(visit: Visit) -> Answer:
    type_, rule = _find(visit)
    visit.state.remove("rules", "id = ?", rule["id"])
    rows = visit.state.rows("rules", "type = ?", (type_,), order="position, id")
    visit.state.put_many("rules", [row | {"position": number} for number, row in enumerate(rows, start=1)])
    return no_content()


ROUTES: dict[str, Handler] = {
    "GET /automations/{type}/rules": index,
    "POST /automations/{type}/rules": create,
    "GET /automations/{type}/rules/{id}": show,
    "PUT /automations/{type}/rules/{id}": update,
    "DELETE /automations/{type}/rules/{id}": delete,
}
