"""One ticket with its past, as rows of the account's tables."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from ...model.people import Person
from ...model.ticket import Comment, StatusCategory, Ticket
from ..http import Record
from ..seeds import TicketFile
from .conversation_record import NOTE, REPLY
from .sla_targets import CLOSED, DONE, PENDING
from .ticket_attributes import TAG_LENGTH
from .tickets import NO_STATS, blank_ticket
from .values import as_html, stamp
from .visit import TICKETS_PER_ACCOUNT

Rows = dict[str, list[Record]]
HOLD = 7
LETTERED = TICKETS_PER_ACCOUNT // 2
_STATUSES: Mapping[str, int] = {"new": 2, "open": 2, "pending": 3, "hold": HOLD, "solved": 4, "closed": 5}
_PRIORITIES: Mapping[str, int] = {"low": 1, "normal": 2, "high": 3, "urgent": 4}
_SOURCES: Mapping[str, int] = {"email": 1, "web": 2, "phone": 3, "social": 5, "chat": 7}
_RATINGS: Mapping[str, int] = {"good": 103, "neutral": 100, "bad": -103}
_TARGETS: Mapping[str, str] = {"first_reply": "fr_due_by", "next_reply": "nr_due_by", "resolution": "due_by"}


@dataclass(frozen=True)
class Names:
    """The model's ids as the account's. `types` gathers the ticket types that occur."""

    people: Mapping[str, int]
    groups: Mapping[str, int]
    companies: Mapping[str, int]
    fields: Mapping[str, str]
    ticket_base: int
    survey: int
    late_people: Callable[[Person], int]
    lettered: dict[str, int] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)

    def ticket(self, id_: str) -> int:
        """Numbers stay what they are; other ids are numbered from the account's upper half, as they come."""
        if id_.isascii() and id_.isdigit() and int(id_) < LETTERED:
            return self.ticket_base + int(id_)
        return self.ticket_base + self.lettered.setdefault(id_, LETTERED + len(self.lettered))


def ticket_rows(file: TicketFile, names: Names, ids: Iterator[int], rows: Rows) -> Record:
    """The ticket, after its rows were added to those of the chunk."""
    document = _ticket(file.ticket, names)
    for comment in file.comments:
        if not _is_description(comment, file.ticket):
            rows["conversations"].append(_conversation(comment, document, names, next(ids)))
    document["stats"] = _stats(file, document["status"])
    if document["status"] in (PENDING, *DONE):
        document["timer_stopped_at"] = document["stats"]["status_updated_at"]
    _leave(file, document)
    rows["tickets"].append(document)
    rating = _rating(file, document, names)
    if rating is not None:
        rows["satisfaction_ratings"].append(rating | {"id": next(ids)})
    return document


def _ticket(ticket: Ticket, names: Names) -> Record:
    text = ticket.description or ""
    type_ = ticket.type.replace("_", " ").capitalize() if ticket.type else None
    if type_ is not None:
        names.types.add(type_)
    requester = ticket.requester or Person(id="unknown", name="Unknown requester")
    values = {
        "subject": ticket.subject,
        "description": as_html(text),
        "description_text": text,
        "type": type_,
        "status": _STATUSES[ticket.status.category.value],
        "priority": _PRIORITIES[ticket.priority.level.value] if ticket.priority else 1,
        "source": _SOURCES.get(ticket.channel or "", 2),
        "requester_id": names.late_people(requester),
        "responder_id": names.people.get(ticket.assignee.id) if ticket.assignee else None,
        "group_id": names.groups.get(ticket.group.id) if ticket.group else None,
        "company_id": names.companies.get(ticket.organization.id) if ticket.organization else None,
        "to_emails": [ticket.recipient] if ticket.recipient else None,
        "support_email": ticket.recipient,
        "tags": sorted({tag[:TAG_LENGTH] for tag in ticket.tags}),
        "custom_fields": {
            names.fields[name]: _plain(value) for name, value in ticket.custom.items() if name in names.fields
        },
        "updated_at": stamp(ticket.updated_at),
    }
    due = {
        _TARGETS[it.metric]: stamp(it.target_at)
        for it in ticket.sla
        # A next reply is due only until it is given.
        if it.metric in _TARGETS and (it.metric != "next_reply" or it.fulfilled_at is None)
    }
    return blank_ticket(names.ticket(ticket.id), stamp(ticket.created_at)) | values | due


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return ", ".join(value) if isinstance(value, tuple) else value


def _is_description(comment: Comment, ticket: Ticket) -> bool:
    """The vendor keeps the first message as the description and not as a conversation."""
    return comment.created_at == ticket.created_at and comment.text == ticket.description


def _conversation(comment: Comment, ticket: Record, names: Names, id_: int) -> Record:
    incoming = comment.author_role in ("requester", "end_user")
    at = stamp(comment.created_at)
    return {
        "id": id_, "body": as_html(comment.text), "body_text": comment.text, "ticket_id": ticket["id"],
        "user_id": names.people.get(comment.author_id or "") or ticket["requester_id"], "incoming": incoming,
        "private": not comment.public, "source": REPLY if comment.public else NOTE, "support_email": ticket["support_email"],
        "from_email": None, "to_emails": [], "cc_emails": [], "bcc_emails": [], "category": 1 if incoming else 3,
        "auto_response": bool(comment.automatic), "automation_id": None, "automation_type_id": None, "thread_id": None,
        "thread_message_id": None, "email_failure_count": None, "outgoing_failures": None, "last_edited_at": None,
        "last_edited_user_id": None, "attachments": [], "created_at": at, "updated_at": at,
    }  # fmt: skip


def _stats(file: TicketFile, status: int) -> Record:
    """What the history says; where it says nothing, a status is as old as the ticket's last change."""
    stats = dict(NO_STATS) | {"status_updated_at": stamp(file.ticket.created_at)}
    before = _STATUSES["new"]
    for event in file.events:
        after = _STATUSES.get(event.after or "") if event.kind == "status" else None
        if after is not None:
            before = _pass(stats, before, after, stamp(event.occurred_at))
    if before != status:
        _pass(stats, before, status, stamp(file.ticket.updated_at))
    for comment in file.comments:
        at = stamp(comment.created_at)
        if comment.author_role == "agent" and comment.public:
            stats |= {"agent_responded_at": at, "first_responded_at": stats["first_responded_at"] or at}
        elif comment.author_role in ("requester", "end_user") and not _is_description(comment, file.ticket):
            stats["requester_responded_at"] = at
    return stats


def _pass(stats: Record, before: int, after: int, at: str) -> int:
    """One change of status, as `ticket_status` stamps it."""
    stats |= {"status_updated_at": at, "pending_since": at if after == PENDING else None}
    if after in DONE:
        stats |= {"resolved_at": stats["resolved_at"] or at, "closed_at": at if after == CLOSED else None}
    elif before in DONE:
        stats |= {"reopened_at": at, "resolved_at": None, "closed_at": None}
    return after


def _leave(file: TicketFile, document: Record) -> None:
    """Deleted, spam, or closed because it was merged into another."""
    if file.ticket.gone == "deleted":
        document |= {"deleted": True, "deleted_at": document["updated_at"]}
    elif file.ticket.gone == "spam":
        document["spam"] = True
    elif file.ticket.gone == "merged" and file.ticket.status.category is not StatusCategory.CLOSED:
        _pass(document["stats"], document["status"], CLOSED, document["updated_at"])
        document["status"] = CLOSED


def _rating(file: TicketFile, document: Record, names: Names) -> Record | None:
    word = file.ticket.rating or ""
    if word not in _RATINGS:
        return None
    rated = [event.occurred_at for event in file.events if event.kind == "rating" and event.after == word]
    at = stamp(rated[-1] if rated else file.ticket.updated_at)
    return {
        "survey_id": names.survey, "user_id": document["requester_id"], "agent_id": document["responder_id"],
        "group_id": document["group_id"], "ticket_id": document["id"], "feedback": file.ticket.rating_comment,
        "ratings": {"default_question": _RATINGS[word]}, "created_at": at, "updated_at": at,
    }  # fmt: skip
