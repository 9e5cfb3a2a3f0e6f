"""Replies and notes of a ticket, and what they do to it (fact sheet 3.2)."""

from ..http import Answer, Record, json_answer
from .attachments import keep_uploads
from .attributes import Attribute, Attributes, read
from .authentication import sees
from .conversation_record import FORWARD, NOTE, REPLY, blank_conversation
from .pages import PAGE_ARGUMENTS, paged, read_page
from .refusals import forbidden, invalid, no_match, not_found, refusal, wrong
from .requesters import find_person
from .sla_targets import set_next_response
from .ticket_form import form_of
from .ticket_saving import update_ticket
from .tickets import find_ticket
from .values import as_html, as_text
from .visit import Desk, Handler, Visit, created, no_content

_BODY = {"body": Attribute("text", required=True), "attachments": Attribute("any")}
_NOTE: Attributes = {
    **_BODY,
    "private": Attribute("flag", null=False),
    "incoming": Attribute("flag", null=False),
    "notify_emails": Attribute("emails"),
    "user_id": Attribute("integer"),
}
_REPLY: Attributes = {
    **_BODY,
    "from_email": Attribute("text"),
    "user_id": Attribute("integer"),
    "cc_emails": Attribute("emails"),
    "bcc_emails": Attribute("emails"),
}
"""No `private` here: with it the vendor refuses a reply."""
_FORWARD: Attributes = {
    **_BODY,
    "to_emails": Attribute("emails", required=True),
    "from_email": Attribute("text"),
    "cc_emails": Attribute("emails"),
    "bcc_emails": Attribute("emails"),
    "include_quoted_text": Attribute("flag"),
    "include_original_attachments": Attribute("flag"),
}
_EDIT: Attributes = _BODY


def index(visit: Visit) -> Answer:
    visit.allow_arguments(*PAGE_ARGUMENTS)
    ticket = find_ticket(visit, visit.id())
    page = read_page(visit)
    where = "ticket_id = ?"
    rows = visit.state.rows("conversations", where, (ticket["id"],), limit=page.size + 1, skip=page.skip)
    return paged(visit, page, rows)


def add_note(visit: Visit) -> Answer:
    ticket = find_ticket(visit, visit.id())
    sent = read(_NOTE, visit.body, new=True, form=visit.is_multipart)
    values: Record = {"private": True, "incoming": False} | sent
    notified = values.pop("notify_emails", None) or []
    values |= {"source": NOTE, "to_emails": notified, "category": 1 if values["incoming"] else 2}
    note = _add(visit, ticket, values)
    if notified:
        content = {"to": notified, "subject": f"Note on {ticket['subject']}", "body": note["body"]}
        visit.account.outbox.add(
            "message", at=visit.now, ticket_id=str(ticket["id"]), rule=None, content=content
        )
    return created(note, "conversations")


def add_reply(visit: Visit) -> Answer:
    ticket = find_ticket(visit, visit.id())
    sent = read(_REPLY, visit.body, new=True, form=visit.is_multipart)
    requester = find_person(visit, ticket["requester_id"]) or {}
    address = requester.get("email")
    values: Record = (
        {"from_email": _support_address(visit)} | sent | {"source": REPLY, "private": False, "category": 3}
    )
    values["to_emails"] = [address] if address else []
    return _mailed(visit, ticket, values)


def forward(visit: Visit) -> Answer:
    ticket = find_ticket(visit, visit.id())
    sent = read(_FORWARD, visit.body, new=True, form=visit.is_multipart)
    kept = {key: value for key, value in sent.items() if not key.startswith("include_")}
    values: Record = (
        {"from_email": _support_address(visit)} | kept | {"source": FORWARD, "private": True, "category": 6}
    )
    return _mailed(visit, ticket, values)


def _mailed(visit: Visit, ticket: Record, values: Record) -> Answer:
    reply = _add(visit, ticket, values)
    content = {key: reply[key] for key in ("to_emails", "cc_emails", "bcc_emails", "from_email", "body")}
    visit.account.outbox.add("message", at=visit.now, ticket_id=str(ticket["id"]), rule=None, content=content)
    return created(reply, "conversations")


def _support_address(desk: Desk) -> str | None:
    found = desk.state.rows("email_configs", limit=1)
    return found[0]["reply_email"] if found else None


def _add(visit: Visit, ticket: Record, values: Record) -> Record:
    """Store it, let it move the ticket's stats and due times, and let the update rules see it."""
    values = {"user_id": visit.agent["id"]} | {
        key: value for key, value in values.items() if value is not None
    }
    if find_person(visit, values["user_id"]) is None:
        raise invalid([no_match("user_id", "user")])
    made = visit.state.put("conversations", blank_conversation(visit, ticket, values))
    made = keep_uploads(visit, "conversations", made)
    spoken = ticket | {"stats": answered(ticket["stats"], made)}
    if made["incoming"]:
        set_next_response(visit, spoken)
    elif not made["private"]:
        spoken["nr_due_by"] = None
    update_ticket(visit, form_of(visit), spoken, {}, visit.agent, comment=made)
    return made


def answered(stats: Record, conversation: Record) -> Record:
    """The ticket's stats after a message. A private note never counts as a response."""
    at = conversation["created_at"]
    if conversation["incoming"]:
        return stats | {"requester_responded_at": at}
    if conversation["private"]:
        return stats
    return stats | {"agent_responded_at": at, "first_responded_at": stats["first_responded_at"] or at}


def _find(visit: Visit) -> tuple[Record, Record]:
    conversation = visit.get("conversations", visit.id())
    ticket = visit.state.get("tickets", conversation["ticket_id"])
    if ticket is None or ticket["deleted"]:
        raise not_found()
    if not sees(visit.agent, ticket):
        raise forbidden()
    return conversation, ticket


def update(visit: Visit) -> Answer:
    """Only notes may be edited."""
    conversation, _ = _find(visit)
    if conversation["source"] != NOTE:
        raise wrong("source", "Only public and private notes can be edited", "inconsistent_state")
    values = read(_EDIT, visit.body, new=True, form=visit.is_multipart)
    body = as_html(values["body"])
    edited = conversation | {"body": body, "body_text": as_text(body), "updated_at": visit.stamp}
    edited |= {"last_edited_at": visit.stamp, "last_edited_user_id": visit.agent["id"]}
    return json_answer(keep_uploads(visit, "conversations", visit.state.put("conversations", edited)))


def delete(visit: Visit) -> Answer:
    conversation, _ = _find(visit)
    if conversation["incoming"] and conversation["source"] != NOTE:
        message = "Incoming replies cannot be deleted"
        raise refusal(400, {"code": "inconsistent_state", "message": message})
    visit.state.remove("conversations", "id = ?", conversation["id"])
    return no_content()


ROUTES: dict[str, Handler] = {
    "GET /tickets/{id}/conversations": index,
    "POST /tickets/{id}/notes": add_note,
    "POST /tickets/{id}/reply": add_reply,
    "POST /tickets/{id}/forward": forward,
    "POST /tickets/{id}/reply_to_forward": forward,
    "PUT /conversations/{id}": update,
    "DELETE /conversations/{id}": delete,
}
