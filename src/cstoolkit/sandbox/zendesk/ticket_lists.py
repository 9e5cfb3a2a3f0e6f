"""Lists of tickets: what is visible where, sideloads, and reading one."""

from datetime import timedelta

from ..http import Answer, Record, json_answer
from .history import shown_audit, shown_audits, shown_comment
from .pages import Listing, decoded, list_page, page_of
from .refusals import bad_parameter, not_found
from .resources import chosen, count_answer
from .sla_clocks import slas_of
from .ticket_metrics import metrics_of
from .values import stamp
from .visit import Desk, Handler, Visit

DELETED = "deleted"
_SORTS = {"created_at", "updated_at", "id", "priority", "status", "requester_id", "assignee_id", "group_id"}


def visible(desk: Desk) -> tuple[str, tuple[str, ...]]:
    """Lists leave out what is deleted and what is archived: closed and untouched for months (trap T7)."""
    long_ago = stamp(desk.now - timedelta(days=desk.switches.number("archive_days")))
    return "status <> 'deleted' AND NOT (status = 'closed' AND updated_at < ?)", (long_ago,)


def get_ticket(desk: Desk, id_: int) -> Record:
    """One that is there, archived or not; the vendor's 404 for a deleted one."""
    ticket = desk.get("tickets", id_)
    if ticket["status"] == DELETED:
        raise not_found()
    return ticket


def list_tickets(visit: Visit, where: str = "1", values: tuple[object, ...] = ()) -> Answer:
    seen, first = visible(visit)
    order, descending = _sort(visit)
    found = Listing(
        "tickets", "tickets", f"{seen} AND ({where})", (*first, *values), order, descending=descending
    )
    if not visit.includes:
        return list_page(visit, found)
    bodies, rest = page_of(visit, found)
    tickets = decoded(bodies)
    return json_answer({"tickets": tickets} | sideloads(visit, tickets) | rest)


def _sort(visit: Visit) -> tuple[str, bool]:
    column = visit.argument("sort") or visit.argument("sort_by") or "id"
    descending = column.startswith("-") or visit.argument("sort_order") == "desc"
    column = column.lstrip("-")
    if column not in _SORTS:
        raise bad_parameter("InvalidPaginationParameter", f"sort is not valid: {column}")
    return column, descending


def sideloads(visit: Visit, tickets: list[Record]) -> Record:
    """The sibling arrays that `include` asks for; metric sets go into the tickets themselves."""
    found: Record = {}
    for name, keys in (
        ("users", ("requester_id", "assignee_id", "submitter_id")),
        ("groups", ("group_id",)),
        ("organizations", ("organization_id",)),
        ("brands", ("brand_id",)),
        ("ticket_forms", ("ticket_form_id",)),
    ):
        if name in visit.includes:
            ids = {ticket[key] for ticket in tickets for key in keys if ticket[key] is not None}
            records = [visit.state.get(name, id_) for id_ in sorted(ids)]
            found[name] = [record for record in records if record is not None]
    for ticket in tickets:
        if "metric_sets" in visit.includes:
            ticket["metric_set"] = metrics_of(visit, ticket)
        if "slas" in visit.includes:
            ticket["slas"] = slas_of(visit, ticket)
        if "comment_count" in visit.includes:
            ticket["comment_count"] = visit.state.count("comments", "ticket_id = ?", (ticket["id"],))
    return found


def index(visit: Visit) -> Answer:
    external = visit.argument("external_id")
    if external is not None:
        return list_tickets(visit, "external_id = ?", (external,))
    return list_tickets(visit)


def by_person(column: str, table: str, parameter: str = "id") -> Handler:
    """Handlers for the tickets of a user or an organization."""

    def handle(visit: Visit) -> Answer:
        owner = visit.get(table, visit.id(parameter))
        return list_tickets(visit, f"{column} = ?", (owner["id"],))

    return handle


def count_by_person(column: str, table: str, parameter: str = "id") -> Handler:
    def handle(visit: Visit) -> Answer:
        owner = visit.get(table, visit.id(parameter))
        seen, first = visible(visit)
        where = f"{seen} AND {column} = ?"
        return count_answer(visit, visit.state.count("tickets", where, (*first, owner["id"])))

    return handle


def copied(visit: Visit) -> Answer:
    """Tickets on which a user is in copy."""
    user = visit.get("users", visit.id("id"))
    where = "EXISTS (SELECT 1 FROM json_each(body, '$.collaborator_ids') WHERE value = ?)"
    return list_tickets(visit, where, (user["id"],))


def count_copied(visit: Visit) -> Answer:
    user = visit.get("users", visit.id("id"))
    seen, first = visible(visit)
    where = f"{seen} AND EXISTS (SELECT 1 FROM json_each(body, '$.collaborator_ids') WHERE value = ?)"
    return count_answer(visit, visit.state.count("tickets", where, (*first, user["id"])))


def followed(visit: Visit) -> Answer:
    user = visit.get("users", visit.id("id"))
    where = "EXISTS (SELECT 1 FROM json_each(body, '$.follower_ids') WHERE value = ?)"
    return list_tickets(visit, where, (user["id"],))


def recent(visit: Visit) -> Answer:
    seen, first = visible(visit)
    tickets = visit.state.rows("tickets", seen, first, order="updated_at DESC, id DESC", limit=5)
    return json_answer({"tickets": tickets, "next_page": None, "previous_page": None, "count": len(tickets)})


def count(visit: Visit) -> Answer:
    seen, first = visible(visit)
    return count_answer(visit, visit.state.count("tickets", seen, first))


def show_many(visit: Visit) -> Answer:
    """Ids that are not there are left out without a word."""
    found = [visit.state.get("tickets", id_) for id_ in dict.fromkeys(chosen(visit))]
    tickets = [ticket for ticket in found if ticket is not None and ticket["status"] != DELETED]
    beside = {"next_page": None, "previous_page": None, "count": len(tickets)}
    return json_answer({"tickets": tickets} | sideloads(visit, tickets) | beside)


def show(visit: Visit) -> Answer:
    ticket = get_ticket(visit, visit.id("ticket_id"))
    beside = sideloads(visit, [ticket])
    return json_answer({"ticket": ticket} | beside)


def incidents(visit: Visit) -> Answer:
    problem = get_ticket(visit, visit.id("ticket_id"))
    return list_tickets(visit, "problem_id = ?", (problem["id"],))


def problems(visit: Visit) -> Answer:
    return list_tickets(visit, "type = 'problem' AND status NOT IN ('solved', 'closed')")


def comments(visit: Visit) -> Answer:
    ticket = get_ticket(visit, visit.id("ticket_id"))
    descending = visit.argument("sort") == "-created_at" or visit.argument("sort_order") == "desc"
    found = Listing("comments", "comments", "ticket_id = ?", (ticket["id"],), "id", descending=descending)
    bodies, rest = page_of(visit, found)
    shown = [shown_comment(item) for item in decoded(bodies)]
    beside: Record = {}
    if "users" in visit.includes:
        authors = [visit.state.get("users", id_) for id_ in sorted({item["author_id"] for item in shown})]
        beside["users"] = [author for author in authors if author is not None]
    return json_answer({"comments": shown} | beside | rest)


def count_comments(visit: Visit) -> Answer:
    ticket = get_ticket(visit, visit.id("ticket_id"))
    return count_answer(visit, visit.state.count("comments", "ticket_id = ?", (ticket["id"],)))


def audits(visit: Visit) -> Answer:
    """An archived ticket's audits come all at once."""
    ticket = get_ticket(visit, visit.id("ticket_id"))
    bodies, rest = page_of(visit, Listing("audits", "audits", "ticket_id = ?", (ticket["id"],)))
    return json_answer({"audits": shown_audits(visit, bodies)} | rest)


def count_audits(visit: Visit) -> Answer:
    ticket = get_ticket(visit, visit.id("ticket_id"))
    return count_answer(visit, visit.state.count("audits", "ticket_id = ?", (ticket["id"],)))


def show_audit(visit: Visit) -> Answer:
    ticket = get_ticket(visit, visit.id("ticket_id"))
    audit = visit.get("audits", visit.id("audit_id"))
    if audit["ticket_id"] != ticket["id"]:
        raise not_found()
    return json_answer({"audit": shown_audit(visit, audit)})


def all_audits(visit: Visit) -> Answer:
    """Of every ticket but archived ones, oldest first; cursors only."""
    seen, first = visible(visit)
    where = f"ticket_id IN (SELECT id FROM tickets WHERE {seen})"
    bodies, rest = page_of(visit, Listing("audits", "audits", where, first))
    links, meta = rest.get("links", {}), rest.get("meta", {})
    beside = {
        "after_cursor": meta.get("after_cursor"),
        "after_url": links.get("next"),
        "before_cursor": meta.get("before_cursor"),
        "before_url": links.get("prev"),
    }
    return json_answer({"audits": shown_audits(visit, bodies)} | (beside if links else {}) | rest)


def people_on(key: str) -> Handler:
    """Handlers for the users that a ticket names in `key`."""

    def handle(visit: Visit) -> Answer:
        ticket = get_ticket(visit, visit.id("ticket_id"))
        users = [visit.state.get("users", id_) for id_ in ticket[key]]
        return json_answer(
            {
                "users": [user for user in users if user is not None],
                "next_page": None,
                "previous_page": None,
                "count": len(users),
            }
        )

    return handle


def related(visit: Visit) -> Answer:
    ticket = get_ticket(visit, visit.id("ticket_id"))
    return json_answer(
        {
            "ticket_related": {
                "url": ticket["url"].replace(".json", "/related.json"),
                "topic_id": None,
                "jira_issue_ids": [],
                "followup_source_ids": [],
                "from_archive": False,
                "incidents": visit.state.count("tickets", "problem_id = ?", (ticket["id"],)),
                "twitter": {},
            }
        }
    )


def deleted(visit: Visit) -> Answer:
    """Thirty days long; archived tickets never come here."""
    visit.must_be_admin()
    long_ago = stamp(visit.now - timedelta(days=30))
    bodies, rest = page_of(
        visit, Listing("deleted_tickets", "deleted_tickets", "deleted_at > ?", (long_ago,), "id")
    )
    shown = [{key: item[key] for key in item if key != "ticket"} for item in decoded(bodies)]
    return json_answer({"deleted_tickets": shown} | rest)


def list_metrics(visit: Visit) -> Answer:
    """Archived tickets are left out."""
    seen, first = visible(visit)
    bodies, rest = page_of(visit, Listing("tickets", "ticket_metrics", seen, first, "id", descending=True))
    return json_answer({"ticket_metrics": [metrics_of(visit, ticket) for ticket in decoded(bodies)]} | rest)
