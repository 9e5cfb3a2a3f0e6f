"""Requests: tickets as those see them who asked, or are in copy."""

from ..http import SELF, Answer, Record, json_answer
from .history import shown_comment
from .pages import Listing, decoded, page_of
from .refusals import bad_attribute, blank, closed_ticket, invalid, not_found
from .ticket_lists import DELETED
from .ticket_saving import create_ticket, update_ticket
from .visit import Handler, Visit, created, shown

_SAME = (
    "id", "status", "custom_status_id", "priority", "type", "subject", "description", "organization_id", "via",
    "custom_fields", "fields", "requester_id", "collaborator_ids", "email_cc_ids", "is_public", "due_at",
    "created_at", "updated_at", "recipient", "assignee_id", "group_id", "ticket_form_id",
)  # fmt: skip
_WRITABLE = frozenset(
    {"subject", "comment", "priority", "type", "custom_fields", "fields", "due_at", "ticket_form_id",
     "recipient", "collaborators", "email_ccs", "via_followup_source_id", "organization_id"}
)  # fmt: skip
_LIVE = f"status <> '{DELETED}'"
_COPIED = (
    "EXISTS (SELECT 1 FROM json_each(body, '$.collaborator_ids') WHERE value = ?) "
    "OR EXISTS (SELECT 1 FROM json_each(body, '$.email_cc_ids') WHERE value = ?)"
)


def _shown(visit: Visit, ticket: Record) -> Record:
    source = (ticket["via"].get("source") or {}).get("from") or {}
    return {key: ticket[key] for key in _SAME} | {
        "url": f"{SELF}/api/v2/requests/{ticket['id']}.json",
        "followup_source_id": source.get("ticket_id"),
        "can_be_solved_by_me": _can_solve(visit, ticket),
        "solved": ticket["status"] in {"solved", "closed"},
    }


def _can_solve(visit: Visit, ticket: Record) -> bool:
    mine = ticket["requester_id"] == visit.user["id"]
    return mine and ticket["assignee_id"] is not None and ticket["status"] not in {"solved", "closed"}


def list_requests(where: str = "1") -> Handler:
    """Handlers for the caller's own ones, of some statuses."""
    return lambda visit: _listed(visit, f"requester_id = ? AND ({where})", (visit.user["id"],))


def list_copied(visit: Visit) -> Answer:
    return _listed(visit, _COPIED, (visit.user["id"], visit.user["id"]))


def search(visit: Visit) -> Answer:
    """By a word of subject or description, among the caller's own."""
    words = f"%{(visit.argument('query') or '').strip()}%"
    where = "requester_id = ? AND (json_extract(body, '$.subject') LIKE ? OR json_extract(body, '$.description') LIKE ?)"
    return _listed(visit, where, (visit.user["id"], words, words))


def of_owner(column: str, table: str) -> Handler:
    """Handlers for a user's or an organization's, which agents may ask for."""

    def handle(visit: Visit) -> Answer:
        owner = visit.get(table, visit.id("id"))
        return _listed(visit, f"{column} = ?", (owner["id"],))

    return handle


def _listed(visit: Visit, where: str, values: tuple[object, ...]) -> Answer:
    bodies, rest = page_of(
        visit, Listing("tickets", "requests", f"{_LIVE} AND ({where})", values, "updated_at", descending=True)
    )
    return json_answer({"requests": [_shown(visit, ticket) for ticket in decoded(bodies)]} | rest)


def _request(visit: Visit) -> Record:
    """One that the caller asked or is in copy of; agents see all."""
    ticket = visit.get("tickets", visit.id("id"))
    people = {ticket["requester_id"], *ticket["collaborator_ids"], *ticket["email_cc_ids"]}
    if ticket["status"] == DELETED or not (visit.is_agent or visit.user["id"] in people):
        raise not_found()
    return ticket


def show(visit: Visit) -> Answer:
    return shown("request", _shown(visit, _request(visit)))


def create(visit: Visit) -> Answer:
    sent = visit.wrapped("request")
    if not str(sent.get("subject") or "").strip():
        raise blank("subject")
    kept = {key: value for key, value in sent.items() if key in _WRITABLE}
    if isinstance(kept.get("comment"), dict):
        kept["comment"] = _said(kept["comment"])
    ticket = create_ticket(visit, kept | {"requester_id": visit.user["id"]}, visit.user).ticket
    return created("request", _shown(visit, ticket), "requests")


def _said(comment: Record) -> Record:
    """What is asked is public, and the caller's own."""
    return {key: comment[key] for key in ("body", "html_body", "uploads") if key in comment} | {
        "public": True
    }


def update(visit: Visit) -> Answer:
    """A comment, people in copy, or the end of it; nothing else of a ticket is the requester's to change."""
    ticket, sent = _request(visit), visit.wrapped("request")
    if ticket["status"] == "closed":
        raise closed_ticket()
    change: Record = {}
    comment = sent.get("comment")
    if comment is not None:
        if not isinstance(comment, dict):
            raise bad_attribute("comment", "Parameter comment must be an object")
        change["comment"] = _said(comment) | {"author_id": visit.user["id"]}
    if isinstance(sent.get("additional_collaborators"), list):
        change["additional_collaborators"] = sent["additional_collaborators"]
    if sent.get("solved") in (True, "true"):
        if not _can_solve(visit, ticket):
            raise invalid("base", "The request cannot be solved by its requester")
        change["status"] = "solved"
    saved = update_ticket(visit, ticket, change, visit.user)
    return shown("request", _shown(visit, saved.ticket))


def comments(visit: Visit) -> Answer:
    """Public ones only."""
    ticket = _request(visit)
    where = "ticket_id = ? AND json_extract(body, '$.public')"
    bodies, rest = page_of(visit, Listing("comments", "comments", where, (ticket["id"],)))
    found = [shown_comment(item) for item in decoded(bodies)]
    people = [visit.state.get("users", id_) for id_ in sorted({item["author_id"] for item in found})]
    users = [
        {"id": user["id"], "name": user["name"], "agent": user["role"] != "end-user", "photo": None}
        for user in people
        if user is not None
    ]
    return json_answer({"comments": found, "users": users} | rest)


def show_comment(visit: Visit) -> Answer:
    ticket = _request(visit)
    comment = visit.get("comments", visit.id("comment_id"))
    if comment["ticket_id"] != ticket["id"] or not comment["public"]:
        raise not_found()
    return shown("comment", shown_comment(comment))
