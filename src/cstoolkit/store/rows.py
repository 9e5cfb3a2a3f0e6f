"""Model objects as rows of the store; `store.tickets` is the way back.

Rows are plain dicts with the column names of `store.schema`; what the store fills in itself (`connection`,
folded texts) is left out.
"""

from collections.abc import Iterable
from typing import Any

from ..model.custom import custom_to_json
from ..model.history import Event
from ..model.people import Group, Membership, Organization, Person
from ..model.ticket import Comment, Quality, SlaTarget, Ticket

Rows = dict[str, list[dict[str, Any]]]


def ticket_rows(
    ticket: Ticket,
    events: Iterable[Event] = (),
    comments: Iterable[Comment] | None = None,
    sla: Iterable[SlaTarget] | None = None,
    *,
    history: Quality | None = None,
) -> Rows:
    """The rows of one ticket by table. Comments and promises are those of the ticket if not given.

    `history` is the quality of its events: None lets their presence speak. The folds of the ticket are not
    stored, because they follow from the events.
    """
    said = comments if comments is not None else ticket.comments or ()
    promised = sla if sla is not None else ticket.sla
    return {
        "tickets": [{**ticket_row(ticket), "history": history}],
        "events": [event_row(event) for event in events],
        "comments": [comment_row(comment, seq) for seq, comment in enumerate(said)],
        "sla": [sla_row(ticket.id, target) for target in promised],
    }


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    priority = ticket.priority
    return {
        "ticket_id": ticket.id,
        "subject": ticket.subject,
        "description": ticket.description,
        "type": ticket.type,
        "status": ticket.status.category.value,
        "status_native": ticket.status.native,
        "priority": priority.level.value if priority else None,
        "priority_native": priority.native if priority else None,
        "channel": ticket.channel,
        "requester_id": ticket.requester.id if ticket.requester else None,
        "assignee_id": ticket.assignee.id if ticket.assignee else None,
        "group_id": ticket.group.id if ticket.group else None,
        "organization_id": ticket.organization.id if ticket.organization else None,
        "brand": ticket.brand,
        "form": ticket.form,
        "language": ticket.language,
        "recipient": ticket.recipient,
        "calendar": ticket.calendar,
        "tags": sorted(ticket.tags),
        "custom": custom_to_json(ticket.custom),
        "created_at": ticket.created_at,
        "updated_at": ticket.updated_at,
        "due_at": ticket.due_at,
        "problem_id": ticket.problem_id,
        "rating": ticket.rating,
        "rating_comment": ticket.rating_comment,
        "fired": sorted(ticket.fired),
        "gone": ticket.gone,
        "url": ticket.url,
    }


def event_row(event: Event) -> dict[str, Any]:
    return {
        "ticket_id": event.ticket_id,
        "occurred_at": event.occurred_at,
        "seq": event.seq,
        "kind": event.kind,
        "field": event.field,
        "before": event.before,
        "after": event.after,
        "actor_id": event.actor_id,
        "actor_role": event.actor_role,
        "rule_id": event.rule_id,
        "quality": event.quality,
    }


def comment_row(comment: Comment, seq: int) -> dict[str, Any]:
    """`seq` orders the comments of a ticket that were written in one instant."""
    return {
        "comment_id": comment.id,
        "ticket_id": comment.ticket_id,
        "created_at": comment.created_at,
        "seq": seq,
        "author_id": comment.author_id,
        "author_role": comment.author_role,
        "public": comment.public,
        "text": comment.text,
        "channel": comment.channel,
        "automatic": comment.automatic,
        "attachments": list(comment.attachments),
    }


def sla_row(ticket_id: str, target: SlaTarget) -> dict[str, Any]:
    return {
        "ticket_id": ticket_id,
        "metric": target.metric,
        "instance": target.instance,
        "target_at": target.target_at,
        "fulfilled_at": target.fulfilled_at,
        "breached_at": target.breached_at,
    }


def person_row(person: Person) -> dict[str, Any]:
    return {
        "person_id": person.id,
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "active": person.active,
        "organization_id": person.organization_id,
        "language": person.language,
        "zone": person.zone,
        "last_seen_at": person.last_seen_at,
        "tags": sorted(person.tags),
        "custom": custom_to_json(person.custom),
    }


def group_row(group: Group) -> dict[str, Any]:
    return {"group_id": group.id, "name": group.name, "active": group.active}


def membership_row(membership: Membership) -> dict[str, Any]:
    return {
        "group_id": membership.group_id,
        "person_id": membership.person_id,
        "active": membership.active,
    }


def organization_row(organization: Organization) -> dict[str, Any]:
    return {
        "organization_id": organization.id,
        "name": organization.name,
        "domains": sorted(organization.domains),
        "tags": sorted(organization.tags),
        "custom": custom_to_json(organization.custom),
    }
