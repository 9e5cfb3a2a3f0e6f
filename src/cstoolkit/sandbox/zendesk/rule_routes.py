"""Beyond the plain calls on rules: order, categories, and what a macro would do."""

import re
from typing import Any

from ..http import Answer, Record, json_answer
from .catalogue import GROUP_SLA_POLICIES, SLA_POLICIES, TRIGGER_CATEGORIES, TRIGGERS
from .refusals import Refusal, bad_attribute, bad_parameter
from .resources import update
from .ticket_document import blank_value, custom_fields
from .ticket_lists import get_ticket
from .trigger_revisions import forget_revisions
from .values import read_ids, read_tags
from .visit import Visit, no_content


def reorder_triggers(visit: Visit) -> Answer:
    """All ids, or an error; with several categories not at all (fact sheet 6.2)."""
    visit.must_be_admin()
    if visit.state.count("trigger_categories") > 1:
        raise bad_parameter("LimitOneCategory", "Triggers cannot be reordered across several categories")
    _reorder(visit, "triggers", visit.body().get("trigger_ids"))
    return json_answer({"triggers": visit.state.rows("triggers", order="position, id")})


def reorder_policies(visit: Visit) -> Answer:
    visit.must_be_admin()
    _reorder(visit, SLA_POLICIES.table, visit.body().get("sla_policy_ids"))
    return Answer(200, b"")


def reorder_group_policies(visit: Visit) -> Answer:
    """Ids in the query, as described, or in the body as for the other policies."""
    visit.must_be_admin()
    sent = [
        value
        for name, value in visit.call.query
        if name in {"group_sla_policy_ids", "group_sla_policy_ids[]"}
    ]
    ids = [id_ for text in sent for id_ in text.split(",") if id_] or visit.body().get("group_sla_policy_ids")
    table = GROUP_SLA_POLICIES.table
    known = {row[0] for row in visit.state.pick("id", table)}
    if not isinstance(ids, list) or sorted(map(str, ids)) != sorted(known):
        raise bad_attribute("group_sla_policy_ids", "All ids are required, each once")
    for position, id_ in enumerate(ids, start=1):
        visit.state.put(table, visit.get(table, str(id_)) | {"position": position, "updated_at": visit.stamp})
    return Answer(200, b"")


def reorder_forms(visit: Visit) -> Answer:
    visit.must_be_admin()
    _reorder(visit, "ticket_forms", visit.body().get("ticket_form_ids"))
    forms = visit.state.rows("ticket_forms", order="position, id")
    return json_answer({"ticket_forms": forms, "count": len(forms), "next_page": None, "previous_page": None})


def _reorder(visit: Visit, table: str, ids: Any) -> None:
    known = {row[0] for row in visit.state.pick("id", table)}
    if not isinstance(ids, list) or set(read_ids(",".join(map(str, ids)))) != known or len(ids) != len(known):
        raise bad_attribute("ids", "All ids are required, each once")
    for position, id_ in enumerate(ids, start=1):
        visit.state.put(table, visit.get(table, int(id_)) | {"position": position, "updated_at": visit.stamp})


def delete_category(visit: Visit) -> Answer:
    """Only without active triggers; inactive ones go with it."""
    visit.must_be_admin()
    category = visit.state.get("trigger_categories", visit.parameters["id"])
    if category is None:
        raise bad_parameter("TriggerCategoryNotFound", "Trigger category not found", 404)
    if visit.state.count("triggers", "category_id = ? AND active = 1", (category["id"],)):
        raise bad_parameter("TriggerCategoryNotEmpty", "The category has active triggers")
    for trigger in visit.state.rows("triggers", "category_id = ?", (category["id"],)):
        forget_revisions(visit, trigger)
    visit.state.remove("triggers", "category_id = ?", category["id"])
    visit.state.remove("trigger_categories", "id = ?", category["id"])
    return no_content()


def category_job(visit: Visit) -> Answer:
    """Places of categories and triggers, all or nothing, answered at once."""
    visit.must_be_admin()
    job = visit.wrapped("job")
    items = job.get("items")
    if job.get("action") != "patch" or not isinstance(items, dict):
        raise bad_attribute("job", "action must be patch, with items")
    results: Record = {}
    try:
        for resource in (TRIGGER_CATEGORIES, TRIGGERS):
            results[resource.many] = [
                update(visit, resource, visit.get(resource.table, _id(item, resource.table)), item)[0]
                for item in items.get(resource.many) or []
            ]
    except Refusal as refused:
        errors = [
            {"code": "InvalidJob", "title": "The job was not done", "detail": refused.answer.body.decode()}
        ]
        # An error rolls the whole call back.
        raise Refusal(json_answer({"status": "failed", "results": None, "errors": errors}, 400)) from refused
    return json_answer({"status": "complete", "results": results, "errors": []})


def _id(item: Record, table: str) -> int | str:
    text = str(item.get("id", ""))
    if table == "trigger_categories":
        return text
    return int(text) if text.isdigit() and len(text) < 19 else 0


def macro_categories(visit: Visit) -> Answer:
    """The text before `::` in a title."""
    titles = [row[0] for row in visit.state.pick("title", "macros", "active = 1")]
    found = sorted({title.partition("::")[0] for title in titles if "::" in title})
    return json_answer({"categories": found})


def new_macro(visit: Visit) -> Answer:
    """What a macro made from another one, or from a ticket, would start as."""
    if visit.argument("macro_id") is not None:
        macro = visit.get("macros", read_ids(visit.argument("macro_id"), "macro_id")[0])
        return json_answer({"macro": {"title": macro["title"], "actions": macro["actions"]}})
    ticket = get_ticket(visit, (read_ids(visit.argument("ticket_id"), "ticket_id") or [0])[0])
    actions = [
        {"field": key, "value": str(ticket[key])} for key in ("status", "priority", "type") if ticket[key]
    ]
    return json_answer({"macro": {"title": ticket["subject"], "actions": actions}})


def apply_macro(visit: Visit) -> Answer:
    """Only what the macro would change; nothing is written."""
    macro = visit.get("macros", visit.id("id"))
    change, comment = _effects(visit, macro, {"tags": []})
    document = {key: value for key, value in change.items() if key != "custom_fields"}
    if change.get("custom_fields"):
        document["fields"] = {str(item["id"]): item["value"] for item in change["custom_fields"]}
    return json_answer({"result": {"ticket": document | ({"comment": comment} if comment else {})}})


def apply_macro_to_ticket(visit: Visit) -> Answer:
    """The whole ticket as it would be."""
    ticket = get_ticket(visit, visit.id("ticket_id"))
    macro = visit.get("macros", visit.id("macro_id"))
    change, comment = _effects(visit, macro, ticket)
    values = {item["id"]: item["value"] for item in change.pop("custom_fields", [])}
    fields = [item | {"value": values.get(item["id"], item["value"])} for item in ticket["custom_fields"]]
    named = {str(item["id"]): item["value"] for item in fields}
    whole = ticket | change | {"custom_fields": fields, "fields": named}
    return json_answer({"result": {"ticket": whole | ({"comment": comment} if comment else {})}})


def _effects(visit: Visit, macro: Record, ticket: Record) -> tuple[Record, Record | None]:
    change: Record = {}
    tags = set(ticket["tags"])
    public: bool | None = None
    said: Record | None = None
    for action in macro["actions"]:
        field, value = action["field"], action["value"]
        if field in {"comment_value", "comment_value_html"}:
            said = _comment(visit, value, html=field.endswith("html"))
        elif field == "comment_mode_is_public":
            public = value == "true"
        elif field in {"set_tags", "current_tags", "remove_tags"}:
            tags = _tags(field, tags, set(read_tags(value, normal=True)))
            change["tags"] = sorted(tags)
        elif field.startswith("custom_fields_"):
            change.setdefault("custom_fields", []).append(_field(visit, field, value))
        elif field in {"status", "priority", "type", "subject"}:
            change[field] = value or None
        elif field.endswith("_id"):
            change[field] = _pointer(visit, value)
    if said is not None:
        said["public"] = True if public is None else public
    return change, said


def _comment(visit: Visit, value: Any, *, html: bool) -> Record:
    """`value` is a text, or [channel, text]."""
    scoped = value if isinstance(value, list) and len(value) == 2 else ["channel:all", value]
    text = str(scoped[1])
    plain = re.sub(r"<[^>]+>", "", text) if html else text
    return {"body": plain, "html_body": text if html else f"<p>{text}</p>", "scoped_body": [scoped]}


def _tags(field: str, tags: set[str], given: set[str]) -> set[str]:
    if field == "set_tags":
        return given
    return tags | given if field == "current_tags" else tags - given


def _field(visit: Visit, field: str, value: Any) -> Record:
    id_ = int(field.removeprefix("custom_fields_"))
    types = {item["id"]: item["type"] for item in custom_fields(visit)}
    if types.get(id_) == "checkbox":
        return {"id": id_, "value": value == "true"}
    return {"id": id_, "value": value or blank_value(types.get(id_, "text"))}


def _pointer(visit: Visit, value: Any) -> int | None:
    if value == "current_user":
        return int(visit.user["id"])
    if value == "current_groups":
        return visit.user.get("default_group_id")
    return int(value) if str(value).isdigit() else None


def set_default_statuses(visit: Visit) -> Answer:
    """One default for each category: those named here."""
    visit.must_be_admin()
    ids = read_ids(str(visit.body().get("ids", "")).strip("[]"))
    chosen = [visit.get("custom_statuses", id_) for id_ in ids]
    categories = {status["status_category"]: status["id"] for status in chosen if status["active"]}
    for status in visit.state.rows("custom_statuses"):
        category = status["status_category"]
        if category in categories:
            visit.state.put("custom_statuses", status | {"default": status["id"] == categories[category]})
    return json_answer({})


def list_statuses(visit: Visit) -> Answer:
    """Never in pages."""
    wanted = (visit.argument("status_categories") or "").split(",")
    found = visit.state.rows("custom_statuses")
    for key in ("active", "default"):
        if visit.argument(key) is not None:
            found = [status for status in found if status[key] == (visit.argument(key) == "true")]
    if wanted != [""]:
        found = [status for status in found if status["status_category"] in wanted]
    return json_answer({"custom_statuses": found})
