"""Users, their groups and organizations."""

from collections.abc import Callable, Mapping

from ..http import SELF, Answer, Record, json_answer
from .jobs import check_items, submit
from .pages import Listing, list_page
from .people import DEFAULTS, NOT_SHOWN, known, make_user, user_by_email
from .refusals import blank, forbidden, invalid
from .resources import READ_ONLY, chosen, count_answer, shaped
from .visit import Desk, Handler, Visit, created, dropped, shown

ROLES = ("end-user", "agent", "admin")


def list_users(visit: Visit) -> Answer:
    """Deleted users are not in it."""
    clauses, values = ["active = 1"], list[object]()
    roles = [value for name, value in visit.call.query if name in {"role", "role[]"}]
    if roles:
        clauses.append(f"role IN ({', '.join('?' * len(roles))})")
        values += roles
    external = visit.argument("external_id")
    if external is not None:
        clauses.append("lower(external_id) = lower(?)")
        values.append(external)
    return list_page(visit, Listing("users", "users", " AND ".join(clauses), tuple(values)))


def members(table: str, key: str, *, filter_: str, owner: str) -> Handler:
    """Handlers for the users of a group or an organization."""

    def handle(visit: Visit) -> Answer:
        found = visit.get(owner, visit.id("id"))
        where = f"active = 1 AND id IN (SELECT user_id FROM {table} WHERE {key} = ?)"
        return list_page(visit, Listing("users", filter_, where, (found["id"],)))

    return handle


def count_members(table: str, key: str, *, owner: str) -> Handler:
    def handle(visit: Visit) -> Answer:
        found = visit.get(owner, visit.id("id"))
        where = f"active = 1 AND id IN (SELECT user_id FROM {table} WHERE {key} = ?)"
        return count_answer(visit, visit.state.count("users", where, (found["id"],)))

    return handle


def count_links(table: str) -> Handler:
    """Handlers that count a user's groups or organizations."""

    def handle(visit: Visit) -> Answer:
        user = visit.get("users", visit.id("id"))
        return count_answer(visit, visit.state.count(table, "user_id = ?", (user["id"],)))

    return handle


def count_users(visit: Visit) -> Answer:
    return count_answer(visit, visit.state.count("users", "active = 1"))


def me(visit: Visit) -> Answer:
    return json_answer({"user": visit.user | {"authenticity_token": "sandbox"}})


def show(visit: Visit) -> Answer:
    return shown("user", visit.get("users", visit.id("id")))


def show_many(visit: Visit) -> Answer:
    """By ids, or by external ids."""
    external = visit.argument("external_ids")
    if external is not None:
        names = [name.lower() for name in external.split(",") if name][:100]
        marks = ", ".join("?" * len(names))
        users = visit.state.rows("users", f"lower(external_id) IN ({marks})", names)
    else:
        found = [visit.state.get("users", id_) for id_ in dict.fromkeys(chosen(visit))]
        users = [user for user in found if user is not None]
    return json_answer({"users": users, "next_page": None, "previous_page": None, "count": len(users)})


def search(visit: Visit) -> Answer:
    """By words of name and address, `email:` and `role:`, or by external id."""
    external, query = visit.argument("external_id"), visit.argument("query") or ""
    if external is not None:
        return list_page(visit, Listing("users", "users", "active = 1 AND external_id = ?", (external,)))
    clauses, values = ["active = 1"], list[object]()
    for word in query.split():
        key, colon, value = word.partition(":")
        if colon and key in {"email", "role", "external_id"}:
            clauses.append(f"{key} = ?")
            values.append(value.strip('"'))
        elif word != "type:user":
            clauses.append("(name LIKE ? OR email LIKE ?)")
            values += [f"%{word}%", f"%{word}%"]
    return list_page(visit, Listing("users", "users", " AND ".join(clauses), tuple(values)))


def autocomplete(visit: Visit) -> Answer:
    name = visit.argument("name") or str(visit.body().get("name", ""))
    return list_page(visit, Listing("users", "users", "active = 1 AND name LIKE ?", (f"{name}%",)))


def create(visit: Visit) -> Answer:
    sent = visit.wrapped("user")
    user, removed = _create(visit, sent, visit.user)
    return created("user", user, "users").plus(*dropped(removed))


def _create(desk: Desk, sent: Record, actor: Record) -> tuple[Record, set[str]]:
    if not str(sent.get("name") or "").strip():
        raise blank("name")
    _check(desk, sent, actor, None)
    email = sent.get("email")
    if email is not None and user_by_email(desk, str(email)) is not None:
        raise invalid("email", f"Email: {email} is already being used by another user", "DuplicateValue")
    user = make_user(desk, {key: sent[key] for key in sent if key in DEFAULTS})
    if user["organization_id"]:
        join(desk, user["id"], user["organization_id"])
    return user, set(sent) - set(DEFAULTS) - READ_ONLY


def _check(desk: Desk, sent: Record, actor: Record, before: Record | None) -> None:
    shaped(DEFAULTS, {key: sent[key] for key in sent if key in DEFAULTS})
    role = sent.get("role", "end-user" if before is None else before["role"])
    if role not in ROLES:
        raise invalid("role", f"Role: {role} is not a valid role")
    if role != "end-user" and actor["role"] != "admin" and (before is None or before["role"] != role):
        raise forbidden()
    if sent.get("email") is not None and "@" not in str(sent["email"]):
        raise invalid("email", f"Email: {sent['email']} is not properly formatted")
    organization = sent.get("organization_id")
    if organization is not None and known(desk, "organizations", organization) is None:
        raise invalid("organization_id", f"Organization: {organization} does not exist", "RecordNotFound")


def join(desk: Desk, user_id: int, organization_id: int) -> Record:
    found = desk.state.rows(
        "organization_memberships", "user_id = ? AND organization_id = ?", (user_id, organization_id)
    )
    if found:
        return found[0]
    first = not desk.state.count("organization_memberships", "user_id = ?", (user_id,))
    values = {"user_id": user_id, "organization_id": organization_id, "default": first, "view_tickets": True}
    return make_link(desk, "organization_memberships", values)


def make_link(desk: Desk, table: str, values: Record) -> Record:
    id_ = desk.new_id()
    stamps = {"created_at": desk.stamp, "updated_at": desk.stamp}
    record = {"id": id_, "url": f"{SELF}/api/v2/{table}/{id_}.json"} | values | stamps
    return desk.state.put(table, record)


def update(visit: Visit) -> Answer:
    before = visit.get("users", visit.id("id"))
    user, removed = _update(visit, before, visit.wrapped("user"), visit.user)
    return shown("user", user).plus(*dropped(removed))


def _update(desk: Desk, before: Record, sent: Record, actor: Record) -> tuple[Record, set[str]]:
    _check(desk, sent, actor, before)
    user = before | {key: sent[key] for key in sent if key in DEFAULTS and key not in NOT_SHOWN}
    if isinstance(sent.get("user_fields"), dict):
        user["user_fields"] = before["user_fields"] | sent["user_fields"]
    email = sent.get("email")
    if email is not None and str(email).lower() != before["email"]:
        taken = user_by_email(desk, str(email))
        if taken is not None and taken["id"] != before["id"]:
            raise invalid("email", f"Email: {email} is already being used by another user", "DuplicateValue")
        if before["email"]:  # a new address is a second identity, the first one stays (fact sheet 2.4)
            user["email"] = before["email"]
            _identity(desk, before["id"], str(email).lower(), primary=False)
        else:
            user["email"] = str(email).lower()
    if user["organization_id"] and user["organization_id"] != before["organization_id"]:
        join(desk, user["id"], user["organization_id"])
    if user != before:
        user["updated_at"] = desk.stamp
    return desk.state.put("users", user), set(sent) - set(DEFAULTS) - READ_ONLY


def _identity(desk: Desk, user_id: int, value: str, *, primary: bool) -> Record:
    return make_link(
        desk,
        "identities",
        {"user_id": user_id, "type": "email", "value": value, "verified": False, "primary": primary},
    )


def delete(visit: Visit) -> Answer:
    """Soft, too: the record stays, inactive."""
    visit.must_be_admin()
    user = visit.get("users", visit.id("id"))
    return shown("user", _deactivate(visit, user))


def _deactivate(desk: Desk, user: Record) -> Record:
    return desk.state.put("users", user | {"active": False, "updated_at": desk.stamp})


def create_or_update(visit: Visit) -> Answer:
    sent = visit.wrapped("user")
    same = _same(visit, sent)
    if same is None:
        return created("user", _create(visit, sent, visit.user)[0], "users")
    return shown("user", _update(visit, same, sent, visit.user)[0])


def _same(desk: Desk, sent: Record) -> Record | None:
    if sent.get("external_id"):
        found = desk.state.rows(
            "users", "lower(external_id) = lower(?)", (str(sent["external_id"]),), limit=1
        )
        if found:
            return found[0]
    return user_by_email(desk, str(sent["email"])) if sent.get("email") else None


def _create_item(desk: Desk, item: Record, actor: Record) -> Record:
    return {"id": _create(desk, item, actor)[0]["id"], "success": True}


def _update_item(desk: Desk, item: Record, actor: Record) -> Record:
    user, _ = _update(desk, desk.get("users", item.get("id")), item, actor)
    return {"id": user["id"], "action": "update", "status": "Updated", "success": True}


def _merge_item(desk: Desk, item: Record, actor: Record) -> Record:
    same = _same(desk, item)
    if same is None:
        return _create_item(desk, item, actor)
    return _update_item(desk, item | {"id": same["id"]}, actor)


def _delete_item(desk: Desk, item: Record, actor: Record) -> Record:
    _deactivate(desk, desk.get("users", item["id"]))
    return {"id": item["id"], "action": "delete", "status": "Deleted", "success": True}


WORKS: Mapping[str, Callable[[Desk, Record, Record], Record]] = {
    "user create": _create_item,
    "user update": _update_item,
    "user create_or_update": _merge_item,
    "user delete": _delete_item,
}


def bulk(kind: str, key: str) -> Handler:
    """Handlers of the `*_many` calls that take a list, or `ids` with one change for all."""

    def handle(visit: Visit) -> Answer:
        visit.must_be_admin()
        if visit.argument("ids") is not None and kind.endswith("update"):
            change = visit.wrapped(key.removesuffix("s"))
            return submit(visit, kind, [change | {"id": id_} for id_ in chosen(visit)])
        items = visit.wrapped_list(key)
        check_items(items, key)
        return submit(visit, kind, items)

    return handle


def bulk_delete(kind: str) -> Handler:
    def handle(visit: Visit) -> Answer:
        visit.must_be_admin()
        return submit(visit, kind, [{"id": id_} for id_ in chosen(visit)])

    return handle


def related(visit: Visit) -> Answer:
    user = visit.get("users", visit.id("id"))
    counted = {
        "assigned_tickets": visit.state.count("tickets", "assignee_id = ?", (user["id"],)),
        "requested_tickets": visit.state.count("tickets", "requester_id = ?", (user["id"],)),
        "ccd_tickets": 0,
        "organization_subscriptions": 0,
    }
    return json_answer({"user_related": counted})


def groups_of(visit: Visit) -> Answer:
    user = visit.get("users", visit.id("id"))
    where = "ifnull(deleted, 0) = 0 AND id IN (SELECT group_id FROM group_memberships WHERE user_id = ?)"
    return list_page(visit, Listing("groups", "groups", where, (user["id"],)))


def assignable_groups(visit: Visit) -> Answer:
    return list_page(visit, Listing("groups", "groups", "ifnull(deleted, 0) = 0"))


def organizations_of(visit: Visit) -> Answer:
    user = visit.get("users", visit.id("id"))
    where = "id IN (SELECT organization_id FROM organization_memberships WHERE user_id = ?)"
    return list_page(visit, Listing("organizations", "organizations", where, (user["id"],)))
