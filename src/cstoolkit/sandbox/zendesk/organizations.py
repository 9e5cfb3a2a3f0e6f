"""Organizations."""

from collections.abc import Callable, Mapping

from ..http import Answer, Record, json_answer
from .pages import Listing, list_page
from .refusals import blank, invalid
from .resources import Resource, chosen, count_answer, make, split
from .visit import Desk, Visit, created, dropped, no_content, shown

ORGANIZATION = Resource(
    "organizations", "organizations", "organization", "organizations",
    {
        "name": None, "external_id": None, "domain_names": [], "details": "", "notes": "", "group_id": None,
        "shared_tickets": False, "shared_comments": False, "tags": [], "organization_fields": {},
    },
    required=("name",), unique="name",
)  # fmt: skip


def list_organizations(visit: Visit) -> Answer:
    return list_page(visit, Listing("organizations", "organizations"))


def search(visit: Visit) -> Answer:
    """By external id or exact name."""
    for key in ("external_id", "name"):
        value = visit.argument(key)
        if value is not None:
            found = Listing("organizations", "organizations", f"lower({key}) = lower(?)", (value,))
            return list_page(visit, found)
    raise blank("external_id")


def autocomplete(visit: Visit) -> Answer:
    name = f"{visit.argument('name') or ''}%"
    return list_page(visit, Listing("organizations", "organizations", "name LIKE ?", (name,)))


def show(visit: Visit) -> Answer:
    return shown("organization", visit.get("organizations", visit.id("id")))


def count(visit: Visit) -> Answer:
    return count_answer(visit, visit.state.count("organizations"))


def show_many(visit: Visit) -> Answer:
    external = visit.argument("external_ids")
    if external is not None:
        names = [name.lower() for name in external.split(",") if name][:100]
        marks = ", ".join("?" * len(names))
        found = visit.state.rows("organizations", f"lower(external_id) IN ({marks})", names)
    else:
        some = [visit.state.get("organizations", id_) for id_ in dict.fromkeys(chosen(visit))]
        found = [item for item in some if item is not None]
    beside = {"next_page": None, "previous_page": None, "count": len(found)}
    return json_answer({"organizations": found} | beside)


def create(visit: Visit) -> Answer:
    sent = visit.wrapped("organization")
    record = _create(visit, sent)
    return created("organization", record, "organizations").plus(
        *dropped(split(ORGANIZATION, sent, new=True)[1])
    )


def _create(desk: Desk, sent: Record) -> Record:
    values, _ = split(ORGANIZATION, sent, new=True)
    if not values.get("name"):
        raise blank("name")
    _check_name(desk, str(values["name"]), None)
    return make(desk, ORGANIZATION, values)


def _check_name(desk: Desk, name: str, own: int | None) -> None:
    if desk.state.count("organizations", "lower(name) = lower(?) AND id IS NOT ?", (name, own)):
        raise invalid("name", f"Name: {name} has already been taken", "DuplicateValue")


def update(visit: Visit) -> Answer:
    before = visit.get("organizations", visit.id("id"))
    sent = visit.wrapped("organization")
    return shown("organization", _update(visit, before, sent)).plus(
        *dropped(split(ORGANIZATION, sent, new=False)[1])
    )


def _update(desk: Desk, before: Record, sent: Record) -> Record:
    values, _ = split(ORGANIZATION, sent, new=False)
    if "name" in values:
        _check_name(desk, str(values["name"]), before["id"])
    if isinstance(values.get("organization_fields"), dict):
        values["organization_fields"] = before["organization_fields"] | values["organization_fields"]
    return desk.state.put("organizations", before | values | {"updated_at": desk.stamp})


def _same(desk: Desk, sent: Record) -> Record | None:
    for key in ("external_id", "name"):
        if sent.get(key):
            found = desk.state.rows("organizations", f"lower({key}) = lower(?)", (str(sent[key]),), limit=1)
            if found:
                return found[0]
    return None


def create_or_update(visit: Visit) -> Answer:
    sent = visit.wrapped("organization")
    known = _same(visit, sent)
    if known is None:
        return created("organization", _create(visit, sent), "organizations")
    return shown("organization", _update(visit, known, sent))


def delete(visit: Visit) -> Answer:
    visit.must_be_admin()
    _delete(visit, visit.id("id"))
    return no_content()


def _delete(desk: Desk, id_: int) -> None:
    desk.get("organizations", id_)
    desk.state.remove("organizations", "id = ?", id_)
    desk.state.remove("organization_memberships", "organization_id = ?", id_)


def related(visit: Visit) -> Answer:
    id_ = visit.get("organizations", visit.id("id"))["id"]
    counted = {
        "tickets_count": visit.state.count("tickets", "organization_id = ?", (id_,)),
        "users_count": visit.state.count("organization_memberships", "organization_id = ?", (id_,)),
    }
    return json_answer({"organization_related": counted})


def _create_item(desk: Desk, item: Record, actor: Record) -> Record:
    return {"id": _create(desk, item)["id"], "success": True}


def _update_item(desk: Desk, item: Record, actor: Record) -> Record:
    record = _update(desk, desk.get("organizations", item.get("id")), item)
    return {"id": record["id"], "action": "update", "status": "Updated", "success": True}


def _delete_item(desk: Desk, item: Record, actor: Record) -> Record:
    _delete(desk, item["id"])
    return {"id": item["id"], "action": "delete", "status": "Deleted", "success": True}


WORKS: Mapping[str, Callable[[Desk, Record, Record], Record]] = {
    "organization create": _create_item,
    "organization update": _update_item,
    "organization delete": _delete_item,
}
