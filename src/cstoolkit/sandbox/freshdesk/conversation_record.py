"""A message or a note as it is kept (fact sheet 3.2)."""

from ..http import Record
from .values import as_html, as_text
from .visit import Desk

REPLY, NOTE, FORWARD = 0, 2, 8


def blank_conversation(desk: Desk, ticket: Record, values: Record) -> Record:
    body = as_html(values["body"])
    return {
        "body": body, "body_text": as_text(body), "ticket_id": ticket["id"], "user_id": None, "incoming": False,
        "private": False, "source": NOTE, "support_email": None, "from_email": None, "to_emails": [], "cc_emails": [],
        "bcc_emails": [], "category": 2, "auto_response": False, "automation_id": None, "automation_type_id": None,
        "thread_id": None, "thread_message_id": None, "email_failure_count": None, "outgoing_failures": None,
        "last_edited_at": None, "last_edited_user_id": None, "attachments": [], "created_at": desk.stamp,
        "updated_at": desk.stamp,
    } | {key: value for key, value in values.items() if key not in ("body", "attachments") and value is not None} | {
        "id": desk.new_id()
    }  # fmt: skip
