"""Ticket fields: the plain list for every agent, and the administrators' own endpoints (fact sheet 3.4)."""

import re
from datetime import timedelta
from typing import Any

from ..http import Answer, Record, json_answer
from .attributes import Attribute, Attributes, read
from .authentication import must_be_admin
from .refusals import Problem, duplicate, invalid, refusal, wrong
from .ticket_form import CUSTOM_TYPES, DEFAULT_FIELDS
from .values import stamp
from .visit import Desk, Handler, Visit, created, no_content

FIRST_CUSTOM_STATUS = 6
MANY_CHOICES = 100
_FLAGS = (
    "required_for_closure", "required_for_agents", "required_for_customers", "customers_can_edit", "customers_can_filter",
    "displayed_to_customers",
)  # fmt: skip
_WRITABLE: Attributes = {
    "label": Attribute("text", required=True, least=1, most=255),
    "label_for_customers": Attribute("text", least=1, most=255),
    "description": Attribute("text"),
    "type": Attribute("text", required=True, values=CUSTOM_TYPES),
    "position": Attribute("integer"),
    "choices": Attribute("records"),
    "dependent_fields": Attribute("records"),
    **{flag: Attribute("flag", null=False) for flag in _FLAGS},
}
_CHANGEABLE: Attributes = {key: value for key, value in _WRITABLE.items() if key != "type"}
_CHOICE: Attributes = {
    "id": Attribute("integer"),
    "value": Attribute("text", least=1),
    "label": Attribute("text"),
    "position": Attribute("integer"),
    "label_for_customers": Attribute("text"),
    "stop_sla_timer": Attribute("flag"),
    "deleted": Attribute("flag"),
    "choices": Attribute("records"),
    "dependent_ids": Attribute("any"),
}


def make_field(desk: Desk, values: Record) -> Record:
    number = desk.new_id()
    label = values["label"]
    field = {
        "id": number, "name": values.get("name") or name_of(label), "label": label,
        "label_for_customers": values.get("label_for_customers") or label, "description": None, "type": "custom_text",
        "position": desk.state.count("ticket_fields") + 1, "default": False, **dict.fromkeys(_FLAGS, False), "choices": [],
        "dependent_fields": [], "has_section": False, "archived": False, "portal_cc": False, "portal_cc_to": None,
        "field_update_in_progress": False, "is_fsm": False, "busy_until": None, "created_at": desk.stamp,
        "updated_at": desk.stamp,
    } | values  # fmt: skip
    return desk.state.put("ticket_fields", field)


def name_of(label: str) -> str:
    """`cf_` and the label as a word: a client cannot choose it."""
    word = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")
    return f"cf_{word or 'field'}"


def list_plain(visit: Visit) -> Answer:
    visit.allow_arguments("type")
    fields = visit.state.rows("ticket_fields", order="position, id")
    wanted = visit.argument("type")
    return json_answer([_plain(visit, field) for field in fields if wanted in (None, field["type"])])


def _plain(desk: Desk, field: Record) -> Record:
    """`choices` of a status are a map from its id to its labels; what they are elsewhere is a switch."""
    shown = _admin(desk, field)
    choices, type_ = shown.pop("choices"), field["type"]
    shown["nested_ticket_fields"] = shown.pop("dependent_fields", [])
    maps = desk.switches["plain_choices"] == "maps"
    if type_ == "default_status":
        live = [choice for choice in choices if not choice.get("deleted")]
        shown["choices"] = {str(it["id"]): [it["value"], it["label_for_customers"]] for it in live}
    elif type_ in ("default_priority", "default_source") and maps:
        shown["choices"] = {choice["value"]: choice["id"] for choice in choices}
    elif type_ in ("default_group", "default_agent", "default_product"):
        table = type_.removeprefix("default_") + "s"
        rows = desk.state.pick("name, id", table, order="name")
        shown["choices"] = dict(rows) if maps else [name for name, _ in rows]
    elif type_ == "nested_field":
        shown["choices"] = {it["value"]: _nested(it.get("choices", [])) for it in choices}
    elif choices or type_ in ("custom_dropdown", "default_ticket_type"):
        shown["choices"] = [choice["value"] for choice in choices]
    return shown


def _nested(choices: list[Record]) -> Any:
    if any(choice.get("choices") for choice in choices):
        return {
            choice["value"]: [inner["value"] for inner in choice.get("choices", [])] for choice in choices
        }
    return [choice["value"] for choice in choices]


def _admin(desk: Desk, field: Record) -> Record:
    busy = field["busy_until"] is not None and field["busy_until"] > desk.stamp
    shown = {key: value for key, value in field.items() if key != "busy_until"}
    return shown | {"field_update_in_progress": busy}


def list_admin(visit: Visit) -> Answer:
    """Takes no `page` and no `per_page`."""
    must_be_admin(visit)
    visit.allow_arguments()
    return json_answer(
        [_admin(visit, field) for field in visit.state.rows("ticket_fields", order="position, id")]
    )


def show(visit: Visit) -> Answer:
    must_be_admin(visit)
    return json_answer(_admin(visit, visit.get("ticket_fields", visit.id())))


def create(visit: Visit) -> Answer:
    must_be_admin(visit)
    values = read(_WRITABLE, visit.body, new=True)
    name = name_of(values["label"])
    if visit.state.count("ticket_fields", "name = ?", (name,)):
        raise invalid([duplicate("label")])
    choices = values.pop("choices", None) or []
    levels = values.pop("dependent_fields", None) or []
    position = values.pop("position", None)
    if values["type"] in ("custom_dropdown", "nested_field") and not choices:
        raise wrong("choices", "It is a mandatory field for this type", "missing_field")
    field = make_field(visit, values | {"name": name, "dependent_fields": _levels(visit, levels)})
    field = _with_choices(visit, field, choices)
    return created(_admin(visit, _move(visit, field, position)), "admin/ticket_fields")


def _levels(desk: Desk, levels: list[Record]) -> list[Record]:
    shape = {
        "label": Attribute("text", required=True),
        "level": Attribute("integer", required=True, values=(2, 3)),
    }
    allowed = shape | {"label_for_customers": Attribute("text")}
    found = [read(allowed, level, new=True) for level in levels]
    return [{"id": desk.new_id(), "name": name_of(level["label"])} | level for level in found]


def update(visit: Visit) -> Answer:
    must_be_admin(visit)
    field = visit.get("ticket_fields", visit.id())
    values = read(_CHANGEABLE, visit.changes, new=False)
    choices = values.pop("choices", None)
    position = values.pop("position", None)
    values.pop("dependent_fields", None)
    changed = field | values | {"updated_at": visit.stamp}
    if choices is not None:
        changed = _with_choices(visit, changed, choices)
    visit.state.put("ticket_fields", changed)
    return json_answer(_admin(visit, _move(visit, changed, position)))


def _move(desk: Desk, field: Record, position: int | None) -> Record:
    if position is None:
        return field
    others = [
        item for item in desk.state.rows("ticket_fields", order="position, id") if item["id"] != field["id"]
    ]
    others.insert(max(0, position - 1), field)
    ordered = [item | {"position": number} for number, item in enumerate(others, start=1)]
    desk.state.put_many("ticket_fields", ordered)
    return next(item for item in ordered if item["id"] == field["id"])


def _with_choices(desk: Desk, field: Record, sent: list[Record]) -> Record:
    """New choices are added, known ones (by id) changed, those marked deleted go; all others stay."""
    if field["type"] in DEFAULT_FIELDS - {"default_status", "default_ticket_type", "default_source"}:
        raise wrong("choices", "Choices of this field cannot be changed", "inaccessible_field")
    kept = {choice["id"]: choice for choice in field["choices"]}
    for choice in sent:
        values = read(_CHOICE, choice, new=False)
        id_ = values.get("id")
        if id_ is None:
            known = next((item["id"] for item in kept.values() if item["value"] == values.get("value")), None)
            id_ = known or _new_choice_id(desk, field, kept)
        elif id_ not in kept:
            raise invalid([Problem("choices", f"There is no choice {id_}")])
        merged = kept.get(id_, _blank_choice(field, len(kept) + 1)) | values | {"id": id_}
        if not merged.get("value"):
            raise wrong("choices", "A choice needs a value", "missing_field")
        if "label_for_customers" in merged:
            merged["label_for_customers"] = merged["label_for_customers"] or merged["value"]
        kept[id_] = merged
    statuses = field["type"] == "default_status"
    # A status stays known, for tickets that still have it; any other choice is forgotten.
    choices = [choice for choice in kept.values() if statuses or not choice.get("deleted")]
    busy = len(choices) > MANY_CHOICES
    until = stamp(desk.now + timedelta(seconds=desk.switches.number("choice_job_seconds"))) if busy else None
    return desk.state.put("ticket_fields", field | {"choices": choices, "busy_until": until})


def _new_choice_id(desk: Desk, field: Record, kept: dict[int, Record]) -> int:
    if field["type"] in ("default_status", "default_source"):
        return max(
            FIRST_CUSTOM_STATUS if field["type"] == "default_status" else 101, *(id_ + 1 for id_ in kept)
        )
    return desk.new_id()


def _blank_choice(field: Record, position: int) -> Record:
    if field["type"] == "default_status":
        return {
            "value": "",
            "label_for_customers": "",
            "stop_sla_timer": False,
            "position": position,
            "deleted": False,
        }
    return {"value": "", "position": position}


def delete(visit: Visit) -> Answer:
    must_be_admin(visit)
    field = visit.get("ticket_fields", visit.id())
    if field["default"]:
        raise refusal(400, {"code": "inconsistent_state", "message": "Default fields cannot be deleted"})
    visit.state.remove("ticket_fields", "id = ?", field["id"])
    return no_content()


ROUTES: dict[str, Handler] = {
    "GET /ticket_fields": list_plain,
    "GET /admin/ticket_fields": list_admin,
    "POST /admin/ticket_fields": create,
    "GET /admin/ticket_fields/{id}": show,
    "PUT /admin/ticket_fields/{id}": update,
    "DELETE /admin/ticket_fields/{id}": delete,
}
