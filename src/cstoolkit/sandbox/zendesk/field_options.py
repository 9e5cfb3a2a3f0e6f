"""The choices of drop-down fields, one at a time, and the order of fields."""

from ..http import Answer, Record, json_answer
from .checks import owned_field, ticket_field
from .refusals import bad_attribute, blank, not_found
from .values import read_ids
from .visit import Handler, Visit, no_content, shown


def list_options(table: str) -> Handler:
    def handle(visit: Visit) -> Answer:
        options = _options(visit, table)
        beside = {"count": len(options), "next_page": None, "previous_page": None}
        return json_answer({"custom_field_options": options} | beside)

    return handle


def _options(visit: Visit, table: str) -> list[Record]:
    return list(visit.get(table, visit.id("field_id"))["custom_field_options"] or [])


def _option(visit: Visit, table: str) -> Record:
    id_ = visit.id("option_id")
    found = next((item for item in _options(visit, table) if item["id"] == id_), None)
    if found is None:
        raise not_found()
    return found


def show_option(table: str) -> Handler:
    return lambda visit: shown("custom_field_option", _option(visit, table))


def upsert_option(table: str) -> Handler:
    """By id: 200 for a known one, 201 for a new one."""

    def handle(visit: Visit) -> Answer:
        visit.must_be_admin()
        field = visit.get(table, visit.id("field_id"))
        sent = visit.wrapped("custom_field_option")
        options = list(field["custom_field_options"] or [])
        known = next((item for item in options if item["id"] == sent.get("id")), None)
        if known is None:
            if not sent.get("name") or not sent.get("value"):
                raise blank("name" if not sent.get("name") else "value")
            option = {"id": visit.new_id(), "default": False} | sent | {"raw_name": sent["name"]}
            options.append(option)
        else:
            option = known | sent
            options[options.index(known)] = option
        _keep(visit, table, field, options)
        return json_answer({"custom_field_option": option}, 201 if known is None else 200)

    return handle


def _keep(visit: Visit, table: str, field: Record, options: list[Record]) -> None:
    changed = field | {"custom_field_options": options, "updated_at": visit.stamp}
    (ticket_field if table == "ticket_fields" else owned_field)(visit, changed, field)
    visit.state.put(table, changed)


def delete_option(table: str) -> Handler:
    def handle(visit: Visit) -> Answer:
        visit.must_be_admin()
        gone = _option(visit, table)
        field = visit.get(table, visit.id("field_id"))
        _keep(visit, table, field, [item for item in _options(visit, table) if item["id"] != gone["id"]])
        return no_content()

    return handle


def reorder(table: str, key: str) -> Handler:
    """Those named come first, the others after them in the order they had."""

    def handle(visit: Visit) -> Answer:
        visit.must_be_admin()
        sent = visit.body().get(key)
        if not isinstance(sent, list):
            raise bad_attribute(key, f"Parameter {key} must be an array")
        named = list(dict.fromkeys(read_ids(",".join(map(str, sent)), key)))
        fields = {field["id"]: field for field in visit.state.rows(table, order="position, id")}
        if not set(named) <= set(fields):
            raise not_found()
        order = [*named, *(id_ for id_ in fields if id_ not in named)]
        for position, id_ in enumerate(order, start=1):
            if fields[id_]["position"] != position:
                visit.state.put(table, fields[id_] | {"position": position, "updated_at": visit.stamp})
        return json_answer("")

    return handle
