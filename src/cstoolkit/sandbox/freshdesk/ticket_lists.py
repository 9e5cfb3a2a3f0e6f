"""The list of tickets with its windows and walls (fact sheet 4)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ..http import Answer
from .account_limits import LIST_INCLUDES
from .arguments import instant_argument, number_argument, word_argument
from .authentication import scope_clause
from .pages import PAGE_ARGUMENTS, paged, read_page
from .ticket_form import form_of
from .ticket_routes import read_includes
from .tickets import LIST_DAYS, LIVE, TRASH_DAYS, document, included, not_archived
from .values import stamp
from .visit import Visit

LAST_PAGE = 300
FILTERS: Mapping[str, str] = {
    "new_and_my_open": f"{LIVE} AND status = 2 AND (responder_id IS NULL OR responder_id = :agent)",
    "watching": f"{LIVE} AND EXISTS (SELECT 1 FROM json_each(CAST(body AS TEXT), '$.watchers') WHERE value = :agent)",
    "spam": "spam = 1 AND deleted = 0",
    "deleted": "deleted = 1",
}
ORDERS = ("created_at", "due_by", "updated_at", "status")
_ARGUMENTS = (
    *PAGE_ARGUMENTS, "filter", "requester_id", "email", "unique_external_id", "company_id", "updated_since", "order_by",
    "order_type", "include",
)  # fmt: skip


def index(visit: Visit) -> Answer:
    visit.allow_arguments(*_ARGUMENTS)
    page = read_page(visit, last=LAST_PAGE, what="tickets")
    names = read_includes(visit, LIST_INCLUDES)
    where, values = _where(visit)
    rows = visit.state.rows(
        "tickets", where, values, order=_order(visit), limit=page.size + 1, skip=page.skip
    )
    form = form_of(visit)
    described = "description" in names or visit.switches.on("list_descriptions")
    return paged(
        visit,
        page,
        rows,
        lambda ticket: document(visit, ticket, form, description=described) | included(visit, ticket, names),
    )


def _order(visit: Visit) -> str:
    by = word_argument(visit, "order_by", ORDERS) or "created_at"
    way = word_argument(visit, "order_type", ("asc", "desc")) or "desc"
    return f"{by} {way}, id {way}"


def _where(visit: Visit) -> tuple[str, list[Any]]:
    name = word_argument(visit, "filter", FILTERS)
    condition = FILTERS[name] if name is not None else LIVE
    clauses, values = [condition.replace(":agent", str(int(visit.agent["id"])))], []
    if name == "deleted":
        clauses.append("deleted_at > ?")
        values.append(stamp(visit.now - timedelta(days=TRASH_DAYS)))
    for clause, more in (not_archived(visit), scope_clause(visit.agent), _window(visit), *_people(visit)):
        clauses.append(clause)
        values += more
    return " AND ".join(clauses), values


def _window(visit: Visit) -> tuple[str, list[Any]]:
    """Tickets created in the last 30 days, unless `updated_since` asks for older ones; inclusive."""
    since = instant_argument(visit, "updated_since")
    if since is None:
        return "created_at >= ?", [stamp(visit.now - timedelta(days=LIST_DAYS))]
    return "updated_at >= ?", [since]


def _people(visit: Visit) -> list[tuple[str, list[Any]]]:
    found: list[tuple[str, list[Any]]] = []
    for name in ("requester_id", "company_id"):
        number = number_argument(visit, name)
        if number is not None:
            found.append((f"{name} = ?", [number]))
    for name in ("email", "unique_external_id"):
        if visit.argument(name) is not None:
            inner = f"SELECT id FROM contacts WHERE lower({name}) = lower(?)"
            found.append((f"requester_id IN ({inner})", [visit.argument(name)]))
    return found
