"""One save of a ticket: what its doer changes, and what follows from that before any rule looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..model.conversation import speaker
from ..model.folds import DONE
from ..model.people import Person
from ..model.ticket import Comment, Status, StatusCategory, Ticket

SYSTEM = Person(id="system", name="System", role="system")
"""Who acts where rules or time do."""

REOPENED = frozenset({StatusCategory.PENDING, StatusCategory.HOLD, StatusCategory.SOLVED})


@dataclass(frozen=True, slots=True)
class NeutralUpdate:
    """One update. `changes` are attributes of the ticket with their new values; at creation there are none."""

    actor: Person
    created: bool = False
    changes: Mapping[str, Any] = field(default_factory=dict)
    comment: Comment | None = None


def events_of(update: NeutralUpdate, ticket: Ticket) -> frozenset[str]:
    """The words of `event:` that are true of an update of this ticket (spec: Events and the actor)."""
    if update.created:
        return frozenset({"created"})
    words = {"updated"}
    if update.changes.keys() & {"rating", "rating_comment"}:
        words.add("rated")
    comment, actor = update.comment, update.actor
    if comment is not None:
        words.add("commented")
        by_requester = ticket.requester is not None and ticket.requester.id == actor.id
        if not comment.public:
            words.add("note_added")
        elif by_requester:
            words.add("requester_replied")
        elif actor.role == "agent":
            words.add("agent_replied")
        if comment.public and actor.role in {"end_user", "requester"}:
            words.add("end_user_replied")
    return frozenset(words)


def save(ticket: Ticket, update: NeutralUpdate, *, now: datetime, reopens: bool) -> Ticket:
    """The ticket as the update leaves it. A ticket that was just created is as it was given.

    With `reopens`, the requester's reply opens a ticket that is pending, on hold or solved, unless the update
    itself says where it goes.
    """
    if update.created:
        return ticket
    values = dict(update.changes)
    if (
        reopens
        and "status" not in values
        and ticket.status.category in REOPENED
        and "requester_replied" in events_of(update, ticket)
    ):
        values["status"] = Status.of(StatusCategory.OPEN)
    said = ticket if update.comment is None else with_comment(ticket, update.comment)
    return changed(said, values, now=now)


def with_comment(ticket: Ticket, comment: Comment) -> Ticket:
    """The ticket with one more comment, counted as `model.conversation` counts."""
    values: dict[str, Any] = {"comments": (*(ticket.comments or ()), comment)}
    if comment.public:
        role = speaker(comment)
        if role == "agent":
            values["replies"] = (ticket.replies or 0) + 1
            values["agent_replied_at"] = comment.created_at
        elif role == "requester":
            values["requester_replies"] = (ticket.requester_replies or 0) + 1
            values["requester_replied_at"] = comment.created_at
    return _with(ticket, {**values, "updated_at": comment.created_at})


def changed(ticket: Ticket, values: Mapping[str, Any], *, now: datetime) -> Ticket:
    """The ticket with other values, and the folds that follow from them; the same ticket if nothing differs."""
    new = {name: value for name, value in values.items() if getattr(ticket, name) != value}
    if not new:
        return ticket
    return _with(ticket, {**new, **_folds(ticket, new, now), "updated_at": now})


def _folds(ticket: Ticket, new: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    folds: dict[str, Any] = {}
    if "status" in new and new["status"].category is not ticket.status.category:
        folds["status_changed_at"] = now
        if ticket.status.category in DONE and new["status"].category not in DONE:
            folds["reopens"] = (ticket.reopens or 0) + 1
    if "assignee" in new:
        folds["assigned_at"] = None if new["assignee"] is None else now
        folds["assignee_stations"] = (ticket.assignee_stations or 0) + (new["assignee"] is not None)
    if "group" in new:
        folds["group_stations"] = (ticket.group_stations or 0) + (new["group"] is not None)
    return {name: value for name, value in folds.items() if name not in new}


def _with(ticket: Ticket, values: Mapping[str, Any]) -> Ticket:
    copied = ticket.model_copy(update=dict(values))
    for text in {"subject", "description"} & values.keys():
        copied.__dict__.pop(f"{text}_folded", None)  # computed for the old text
    return copied
