"""What a view shows: its tickets, as rows or whole, and how many."""

from ..http import SELF, Answer, Record, json_answer
from .catalogue import VIEWS
from .checks import view as check_view
from .conditions import view_sql
from .pages import Listing, decoded, list_page, page_of
from .refusals import too_many_values
from .resources import READ_ONLY, count_answer
from .ticket_lists import sideloads, visible
from .values import read_ids
from .visit import Visit

MOST_COUNTED = 20
_SORTS = {
    "nice_id": "id", "created": "created_at", "updated": "updated_at", "priority": "priority", "status": "status",
    "id": "id", "requester": "requester_id", "assignee": "assignee_id", "group": "group_id", "type": "type",
}  # fmt: skip


def _listing(visit: Visit, view: Record, key: str) -> Listing:
    seen, first = visible(visit)
    where, values = view_sql(visit, view["conditions"])
    execution = view["execution"] or {}
    wanted = visit.argument("sort_by") or execution.get("sort_by") or "nice_id"
    order = visit.argument("sort_order") or execution.get("sort_order") or "desc"
    return Listing(
        "tickets", key, f"{seen} AND ({where})", (*first, *values), _SORTS.get(str(wanted), "id"),
        descending=order == "desc",
    )  # fmt: skip


def tickets(visit: Visit) -> Answer:
    view = visit.get("views", visit.id("id"))
    found = _listing(visit, view, "tickets")
    if not visit.includes:
        return list_page(visit, found)
    bodies, rest = page_of(visit, found)
    records = decoded(bodies)
    return json_answer({"tickets": records} | sideloads(visit, records) | rest)


def execute(visit: Visit) -> Answer:
    return _executed(visit, visit.get("views", visit.id("id")))


def preview(visit: Visit) -> Answer:
    return _executed(visit, _draft(visit))


def _draft(visit: Visit) -> Record:
    """A view that is not stored, checked as if it were to be."""
    sent = visit.wrapped("view")
    record = (
        dict(VIEWS.defaults)
        | {"title": "preview", "id": None}
        | {key: sent[key] for key in sent if key in VIEWS.defaults and key not in READ_ONLY}
    )
    check_view(visit, record, None)
    return record


def _executed(visit: Visit, view: Record) -> Answer:
    bodies, rest = page_of(visit, _listing(visit, view, "rows"))
    records = decoded(bodies)
    columns = (view["execution"] or {}).get("columns", [])
    rows = [_row(ticket, [column["id"] for column in columns]) for ticket in records]
    users = {ticket[key] for ticket in records for key in ("requester_id", "assignee_id") if ticket[key]}
    groups = {ticket["group_id"] for ticket in records if ticket["group_id"]}
    return json_answer(
        {
            "rows": rows,
            "columns": columns,
            "view": {key: view[key] for key in ("id", "url") if view.get(key)},
            "users": [user for id_ in sorted(users) if (user := visit.state.get("users", id_))],
            "groups": [group for id_ in sorted(groups) if (group := visit.state.get("groups", id_))],
            "organizations": [],
        }
        | rest
    )


_FROM_TICKET = {
    "nice_id": "id", "description": "subject", "requester": "requester_id", "assignee": "assignee_id",
    "created": "created_at", "updated": "updated_at", "group": "group_id", "status": "status",
    "priority": "priority", "type": "type", "organization": "organization_id", "brand": "brand_id",
    "ticket_form": "ticket_form_id", "submitter": "submitter_id", "due_date": "due_at",
}  # fmt: skip


def _row(ticket: Record, columns: list[str]) -> Record:
    row: Record = {"ticket_id": ticket["id"], "ticket": {key: ticket[key] for key in _SHORT}}
    values = {str(item["id"]): item["value"] for item in ticket["custom_fields"]}
    for column in columns:
        key = _FROM_TICKET.get(column)
        name = f"{column}_id" if key is not None and key.endswith("_id") and key != "id" else column
        row[name] = ticket[key] if key else values.get(column)
    return row


_SHORT = ("id", "subject", "description", "status", "type", "priority", "url", "updated_at")


def _count(visit: Visit, view: Record) -> Record:
    found = _listing(visit, view, "tickets")
    value = visit.state.count("tickets", found.where, found.values)
    known = (
        {}
        if view["id"] is None
        else {"url": f"{SELF}/api/v2/views/{view['id']}/count.json", "view_id": view["id"]}
    )
    return known | {
        "value": value,
        "pretty": str(value) if value < 1000 else f"~{value:,}",
        "fresh": True,
        "active": bool(view["active"]),
    }


def count(visit: Visit) -> Answer:
    return json_answer({"view_count": _count(visit, visit.get("views", visit.id("id")))})


def preview_count(visit: Visit) -> Answer:
    return json_answer({"view_count": _count(visit, _draft(visit))})


def count_many(visit: Visit) -> Answer:
    """Of at most twenty views; unknown ids are left out."""
    ids = read_ids(visit.argument("ids"))
    if len(ids) > MOST_COUNTED:
        raise too_many_values("ids", MOST_COUNTED)
    views = [view for id_ in dict.fromkeys(ids) if (view := visit.state.get("views", id_)) is not None]
    return json_answer({"view_counts": [_count(visit, view) for view in views]})


def compact(visit: Visit) -> Answer:
    """At most 32, whatever page size is asked for."""
    views = visit.state.rows("views", "active = 1", order="position, id", limit=32)
    return json_answer({"views": views, "count": len(views), "next_page": None, "previous_page": None})


def count_views(visit: Visit) -> Answer:
    return count_answer(visit, visit.state.count("views"))


def export(visit: Visit) -> Answer:
    view = visit.get("views", visit.id("id"))
    return json_answer({"export": {"view_id": view["id"], "status": "starting"}})
