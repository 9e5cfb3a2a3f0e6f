"""The ticket: what is kept of one, and what of it a client sees (fact sheet 3.1)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from ..http import Record
from .authentication import sees
from .refusals import Refusal, forbidden, not_found, wrong_method
from .sla_targets import CLOSED, is_late
from .ticket_form import Form, form_of
from .values import instant, stamp
from .visit import Desk, Visit

NO_STATS: Record = dict.fromkeys(
    (
        "agent_responded_at", "requester_responded_at", "first_responded_at", "status_updated_at", "reopened_at",
        "resolved_at", "closed_at", "pending_since",
    )
)  # fmt: skip
INTERNAL = (
    "deleted", "deleted_at", "parent_id", "watchers", "hand_set", "timer_stopped_at", "paused_calendar",
    "paused_business", "stats", "description", "description_text", "related_ids", "attachments",
)  # fmt: skip
"""Kept with the ticket and not part of its plain document."""

TRASH_DAYS = 30
LIST_DAYS = 30
LIVE = "+deleted = 0 AND +spam = 0"
"""The plus keeps SQLite from finding by them: nearly all tickets are live, and the order has an index."""


def blank_ticket(id_: int, at: str) -> Record:
    return {
        "id": id_,
        "cc_emails": [], "fwd_emails": [], "reply_cc_emails": [], "ticket_cc_emails": [], "ticket_bcc_emails": [],
        "to_emails": None, "support_email": None, "email_config_id": None,
        "subject": None, "description": "", "description_text": "", "type": None, "status": 2, "priority": 1, "source": 2,
        "requester_id": None, "responder_id": None, "group_id": None, "company_id": None, "product_id": None,
        "internal_agent_id": None, "internal_group_id": None, "form_id": None,
        "spam": False, "fr_escalated": False, "is_escalated": False, "nr_escalated": False,
        "due_by": None, "fr_due_by": None, "nr_due_by": None,
        "association_type": None, "associated_tickets_count": None,
        "source_additional_info": None, "structured_description": None,
        "tags": [], "custom_fields": {}, "attachments": [],
        "created_at": at, "updated_at": at,
        "stats": dict(NO_STATS), "deleted": False, "deleted_at": None, "parent_id": None, "watchers": [], "hand_set": [],
        "timer_stopped_at": None, "paused_calendar": 0, "paused_business": 0, "related_ids": [],
    }  # fmt: skip


def archive_stamp(desk: Desk) -> str:
    """Closed tickets last touched before it are archived."""
    return stamp(desk.now - timedelta(days=desk.switches.number("archive_days")))


def is_archived(desk: Desk, ticket: Record) -> bool:
    return bool(ticket["status"] == CLOSED and ticket["updated_at"] < archive_stamp(desk))


def not_archived(desk: Desk) -> tuple[str, list[Any]]:
    return "NOT (status = ? AND updated_at < ?)", [CLOSED, archive_stamp(desk)]


def is_purged(desk: Desk, ticket: Record) -> bool:
    """Thirty days in the trash, and it is gone."""
    return bool(ticket["deleted"] and instant(ticket["deleted_at"]) + timedelta(days=TRASH_DAYS) <= desk.now)


def find_ticket(visit: Visit, id_: int, *, trashed: bool = False) -> Record:
    """The ticket, or a refusal: not there, in the trash (unless `trashed`), archived, or out of scope."""
    ticket = visit.get("tickets", id_)
    if is_purged(visit, ticket) or (ticket["deleted"] and not trashed):
        raise not_found()
    if is_archived(visit, ticket):
        raise _archived(visit)
    if not sees(visit.agent, ticket):
        raise forbidden()
    return ticket


def _archived(visit: Visit) -> Refusal:
    status = visit.switches["archived_status"]
    if status == "403":
        return forbidden()
    return wrong_method(visit.call.method, ()) if status == "405" else not_found()


def document(desk: Desk, ticket: Record, form: Form, *, description: bool = False) -> Record:
    """The ticket as lists have it; with `description` also that pair."""
    shown = {key: value for key, value in ticket.items() if key not in INTERNAL}
    stats, now = ticket["stats"], desk.stamp
    shown["is_escalated"] = is_late(ticket, ticket["due_by"], stats["resolved_at"], now)
    shown["fr_escalated"] = is_late(ticket, ticket["fr_due_by"], stats["first_responded_at"], now)
    shown["nr_escalated"] = is_late(ticket, ticket["nr_due_by"], None, now)
    shown["custom_fields"] = form.values(ticket["custom_fields"])
    if ticket["deleted"] or desk.switches["deleted_key"] == "always":
        shown["deleted"] = ticket["deleted"]
    if description:
        shown |= {"description": ticket["description"], "description_text": ticket["description_text"]}
    return shown


def whole_document(desk: Desk, ticket: Record, form: Form | None = None) -> Record:
    """The ticket as reading one, and every write, answers. The form is read unless it is at hand."""
    shown = document(desk, ticket, form or form_of(desk), description=True)
    return shown | {"attachments": ticket["attachments"]}


def included(desk: Desk, ticket: Record, names: Iterable[str]) -> Record:
    found: Record = {}
    for name in names:
        if name == "stats":
            found["stats"] = ticket["stats"]
        elif name == "requester":
            found["requester"] = _requester(desk, ticket["requester_id"])
        elif name == "company":
            company = desk.state.get("companies", ticket["company_id"]) if ticket["company_id"] else None
            found["company"] = {"id": company["id"], "name": company["name"]} if company else {}
        elif name == "conversations":
            where = "ticket_id = ?"
            found["conversations"] = desk.state.rows("conversations", where, (ticket["id"],), limit=10)
    return found


def _requester(desk: Desk, id_: int) -> Record:
    person = desk.state.get("contacts", id_)
    if person is None:
        agent = desk.state.get("agents", id_)
        person = {"id": id_} | (agent["contact"] if agent else {})
    return {key: person.get(key) for key in ("id", "name", "email", "mobile", "phone")}
