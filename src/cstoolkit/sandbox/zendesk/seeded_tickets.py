"""One ticket with its past, as rows of the account's tables."""

from collections.abc import Iterator
from datetime import datetime

from ...model.ticket import Comment, Ticket
from ..http import SELF, Record
from ..seeds import TicketFile
from .seeded_audits import seeded_audits
from .seeded_names import Names
from .ticket_document import API_VIA, MERGE_TAG, blank_ticket
from .values import stamp

Rows = dict[str, list[Record]]
_CHANNELS = {"email": "email", "web": "web", "chat": "chat", "phone": "voice", "api": "api"}
_RATINGS = {"good", "bad", "offered"}
"""The model's "neutral" has no word here."""


def ticket_rows(file: TicketFile, names: Names, ids: Iterator[int], rows: Rows) -> Record:
    """The ticket, after its rows were added to those of the chunk."""
    ticket = file.ticket
    document = _ticket(ticket, names)
    rows["tickets"].append(document)
    comments: dict[str, Record] = {}
    for comment in file.comments:
        made = _comment(comment, document, names, next(ids))
        comments[comment.id] = made
        rows["comments"].append(made)
    document["is_public"] = any(comment.public for comment in file.comments)
    if ticket.gone == "merged":
        tags = sorted({*document["tags"], MERGE_TAG})
        document |= {"status": "closed", "custom_status_id": names.statuses.get("closed"), "tags": tags}
    rows["audits"] += seeded_audits(file, document, names, comments, ids)
    if ticket.gone in {"deleted", "spam"}:
        _delete(document, names, rows)
    if ticket.rating in _RATINGS:
        _rate(ticket, document, next(ids), rows)
    return document


def _ticket(ticket: Ticket, names: Names) -> Record:
    document = blank_ticket(
        names.ticket(ticket.id), now=stamp(ticket.created_at), seconds=int(ticket.updated_at.timestamp())
    )
    requester = names.late_people(ticket.requester) if ticket.requester else names.admin
    values = {
        names.fields[name].id: names.fields[name].value(value)
        for name, value in ticket.custom.items()
        if name in names.fields
    }
    tags = {value for value in values.values() if isinstance(value, str)} & names.option_tags
    fields = [{"id": field.id, "value": values.get(field.id)} for field in names.fields.values()]
    channel = _CHANNELS.get(ticket.channel or "", "web")
    return document | {
        "external_id": ticket.id,
        "via": API_VIA | {"channel": channel},
        "updated_at": stamp(ticket.updated_at),
        "type": ticket.type,
        "subject": ticket.subject,
        "raw_subject": ticket.subject,
        "description": ticket.description,
        "priority": ticket.priority.level.value if ticket.priority else None,
        "status": ticket.status.category.value,
        "recipient": ticket.recipient,
        "requester_id": requester,
        "submitter_id": requester,
        "assignee_id": names.late_people(ticket.assignee) if ticket.assignee else None,
        "organization_id": names.organizations.get(ticket.organization.id) if ticket.organization else None,
        "group_id": names.groups.get(ticket.group.id) if ticket.group else None,
        "problem_id": names.ticket(ticket.problem_id) if ticket.problem_id else None,
        "due_at": stamp(ticket.due_at) if ticket.due_at else None,
        "tags": sorted({*ticket.tags, *tags}),
        "custom_fields": fields,
        "fields": fields,
        "custom_status_id": names.statuses.get(ticket.status.category.value),
        "ticket_form_id": names.form,
        "brand_id": names.brand,
    }


def _comment(comment: Comment, document: Record, names: Names, id_: int) -> Record:
    return {
        "id": id_,
        "author_id": names.person(comment.author_id),
        "body": comment.text,
        "public": comment.public,
        "audit_id": None,
        "via": API_VIA | {"channel": _CHANNELS.get(comment.channel or "", "web")},
        "created_at": stamp(comment.created_at),
        "ticket_id": document["id"],
    }


def _delete(document: Record, names: Names, rows: Rows) -> None:
    at = datetime.fromisoformat(document["updated_at"])
    rows["deleted_tickets"].append(
        {
            "id": document["id"],
            "subject": document["subject"],
            "actor": {"id": names.admin, "name": "Sandbox Admin"},
            "deleted_at": stamp(at),
            "previous_state": document["status"],
            "ticket": dict(document),
        }
    )
    document["status"] = "deleted"


def _rate(ticket: Ticket, document: Record, id_: int, rows: Rows) -> None:
    rating = {
        "id": id_,
        "url": f"{SELF}/api/v2/satisfaction_ratings/{id_}.json",
        "ticket_id": document["id"],
        "requester_id": document["requester_id"],
        "assignee_id": document["assignee_id"],
        "group_id": document["group_id"],
        "score": ticket.rating,
        "comment": ticket.rating_comment,
        "reason": None,
        "reason_id": 0,
        "reason_code": 0,
        "created_at": document["updated_at"],
        "updated_at": document["updated_at"],
    }
    rows["satisfaction_ratings"].append(rating)
    offered = ticket.rating == "offered"
    short = ("score",) if offered else ("id", "score", "comment", "reason")
    document["satisfaction_rating"] = {key: rating[key] for key in short}
