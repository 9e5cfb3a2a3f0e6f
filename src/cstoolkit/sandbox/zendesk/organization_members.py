"""Who belongs to which organization, and which of several is his own."""

from collections.abc import Callable, Mapping

from ..http import Answer, Record, json_answer
from .jobs import check_items, submit
from .pages import Listing, list_page
from .people import known
from .people_routes import join
from .refusals import invalid, not_found
from .resources import chosen
from .visit import Desk, Handler, Visit, created, no_content, shown

TABLE = "organization_memberships"
ONE = "organization_membership"


def memberships(key: str | None, owner: str = "users") -> Handler:
    """Handlers that list memberships: all, a user's, an organization's."""

    def handle(visit: Visit) -> Answer:
        if key is None:
            return list_page(visit, Listing(TABLE, TABLE))
        id_ = visit.get(owner, visit.id("id"))["id"]
        return list_page(visit, Listing(TABLE, TABLE, f"{key} = ?", (id_,)))

    return handle


def show(visit: Visit) -> Answer:
    return shown(ONE, _membership(visit))


def _membership(visit: Visit) -> Record:
    """Of the user in the path, where one is named."""
    found = visit.get(TABLE, visit.id("membership_id"))
    if "id" in visit.parameters and found["user_id"] != visit.id("id"):
        raise not_found()
    return found


def add(visit: Visit) -> Answer:
    sent = visit.wrapped(ONE)
    if "id" in visit.parameters:
        sent = sent | {"user_id": visit.id("id")}
    return created(ONE, _add(visit, sent), TABLE)


def _add(desk: Desk, sent: Record) -> Record:
    user, organization = (
        known(desk, table, sent.get(key))
        for table, key in (("users", "user_id"), ("organizations", "organization_id"))
    )
    if user is None:
        raise invalid("user_id", "user_id: does not exist", "RecordNotFound")
    if organization is None:
        raise invalid("organization_id", "organization_id: does not exist", "RecordNotFound")
    return join(desk, user["id"], organization["id"])


def remove(visit: Visit) -> Answer:
    _remove(visit, _membership(visit))
    return no_content()


def leave(visit: Visit) -> Answer:
    """By the organization instead of the membership."""
    _remove(visit, _of_pair(visit))
    return no_content()


def _of_pair(visit: Visit) -> Record:
    pair = (visit.id("id"), visit.id("organization_id"))
    found = visit.state.rows(TABLE, "user_id = ? AND organization_id = ?", pair, limit=1)
    if not found:
        raise not_found()
    return found[0]


def _remove(desk: Desk, membership: Record) -> None:
    """Where it was the default, the oldest of the others becomes it."""
    desk.state.remove(TABLE, "id = ?", membership["id"])
    left = desk.state.rows(TABLE, "user_id = ?", (membership["user_id"],), limit=1)
    if membership["default"]:
        _settle(desk, membership["user_id"], left[0] if left else None)


def _settle(desk: Desk, user_id: int, default: Record | None) -> list[Record]:
    found = desk.state.rows(TABLE, "user_id = ?", (user_id,))
    wanted = default["id"] if default is not None else None
    records = [desk.state.put(TABLE, item | {"default": item["id"] == wanted}) for item in found]
    user = desk.get("users", user_id)
    organization = default["organization_id"] if default is not None else None
    desk.state.put("users", user | {"organization_id": organization, "updated_at": desk.stamp})
    return records


def make_default(visit: Visit) -> Answer:
    records = _settle(visit, visit.id("id"), _membership(visit))
    beside = {"next_page": None, "previous_page": None, "count": len(records)}
    return json_answer({TABLE: records} | beside)


def make_organization_default(visit: Visit) -> Answer:
    membership = _of_pair(visit)
    _settle(visit, visit.id("id"), membership)
    return shown(ONE, visit.get(TABLE, membership["id"]))


def add_many(visit: Visit) -> Answer:
    visit.must_be_admin()
    items = visit.wrapped_list(TABLE)
    check_items(items, TABLE)
    return submit(visit, "organization membership create", items)


def remove_many(visit: Visit) -> Answer:
    visit.must_be_admin()
    return submit(visit, "organization membership delete", [{"id": id_} for id_ in chosen(visit)])


def _add_item(desk: Desk, item: Record, actor: Record) -> Record:
    return {"id": _add(desk, item)["id"], "success": True}


def _remove_item(desk: Desk, item: Record, actor: Record) -> Record:
    _remove(desk, desk.get(TABLE, item["id"]))
    return {"id": item["id"], "action": "delete", "status": "Deleted", "success": True}


WORKS: Mapping[str, Callable[[Desk, Record, Record], Record]] = {
    "organization membership create": _add_item,
    "organization membership delete": _remove_item,
}
