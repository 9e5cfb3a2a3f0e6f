"""Who is in which group: memberships, and what leaving one does to tickets."""

from collections.abc import Callable, Mapping

from ..http import Answer, Record, json_answer
from .pages import Listing, list_page
from .people import known
from .people_routes import make_link
from .refusals import invalid, not_found
from .visit import Desk, Handler, Visit, created, no_content, shown


def _join_item(desk: Desk, item: Record, actor: Record) -> Record:
    return {"id": _add_member(desk, item)["id"], "success": True}


def _leave_item(desk: Desk, item: Record, actor: Record) -> Record:
    _leave(desk, item["id"])
    return {"id": item["id"], "action": "delete", "status": "Deleted", "success": True}


def memberships(key: str | None, owner: str = "users") -> Handler:
    """Handlers that list group memberships: all, a user's, a group's."""

    def handle(visit: Visit) -> Answer:
        if key is None:
            return list_page(visit, Listing("group_memberships", "group_memberships"))
        id_ = visit.get(owner, visit.id("id"))["id"]
        return list_page(visit, Listing("group_memberships", "group_memberships", f"{key} = ?", (id_,)))

    return handle


def show_membership(visit: Visit) -> Answer:
    return shown("group_membership", _membership(visit))


def add_membership(visit: Visit) -> Answer:
    """Of the user in the path, where one is named."""
    visit.must_be_admin()
    sent = visit.wrapped("group_membership")
    sent |= {"user_id": visit.id("id")} if "id" in visit.parameters else {}
    return created("group_membership", _add_member(visit, sent), "group_memberships")


def _membership(visit: Visit) -> Record:
    found = visit.get("group_memberships", visit.id("membership_id"))
    if "id" in visit.parameters and found["user_id"] != visit.id("id"):
        raise not_found()
    return found


def _add_member(desk: Desk, sent: Record) -> Record:
    user, group = known(desk, "users", sent.get("user_id")), known(desk, "groups", sent.get("group_id"))
    if user is None or user["role"] == "end-user":
        raise invalid("user_id", "User: must be an agent")
    if group is None or group["deleted"]:
        raise invalid("group_id", "Group: does not exist", "RecordNotFound")
    if desk.state.count("group_memberships", "user_id = ? AND group_id = ?", (user["id"], group["id"])):
        raise invalid("user_id", "User: has already been taken", "DuplicateValue")
    return add_member(desk, user["id"], group["id"])


def add_member(desk: Desk, user_id: int, group_id: int) -> Record:
    first = not desk.state.count("group_memberships", "user_id = ?", (user_id,))
    record = make_link(
        desk, "group_memberships", {"user_id": user_id, "group_id": group_id, "default": first}
    )
    if first:
        _default_group(desk, user_id, group_id)
    return record


def _default_group(desk: Desk, user_id: int, group_id: int | None) -> None:
    user = desk.get("users", user_id)
    desk.state.put("users", user | {"default_group_id": group_id, "updated_at": desk.stamp})


def remove_membership(visit: Visit) -> Answer:
    visit.must_be_admin()
    _leave(visit, _membership(visit)["id"])
    return no_content()


def _leave(desk: Desk, id_: int) -> None:
    """The agent's working tickets of that group lose their assignee."""
    membership = desk.get("group_memberships", id_)
    desk.state.remove("group_memberships", "id = ?", id_)
    where = "assignee_id = ? AND group_id = ? AND status IN ('new', 'open', 'pending', 'hold')"
    for ticket in desk.state.rows("tickets", where, (membership["user_id"], membership["group_id"])):
        moved = {"assignee_id": None, "updated_at": desk.stamp, "generated_timestamp": desk.seconds}
        desk.state.put("tickets", ticket | moved)


def make_default(visit: Visit) -> Answer:
    user = visit.get("users", visit.id("id"))
    chosen_ = visit.get("group_memberships", visit.id("membership_id"))
    found = visit.state.rows("group_memberships", "user_id = ?", (user["id"],))
    records = [
        visit.state.put("group_memberships", item | {"default": item["id"] == chosen_["id"]})
        for item in found
    ]
    _default_group(visit, user["id"], chosen_["group_id"])
    return json_answer(
        {"group_memberships": records, "next_page": None, "previous_page": None, "count": len(records)}
    )


WORKS: Mapping[str, Callable[[Desk, Record, Record], Record]] = {
    "membership create": _join_item,
    "membership delete": _leave_item,
}
