"""From what somebody sends to the ticket as it is when rules start: what Freshdesk does by itself."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ...errors import RejectedError
from ..engine import Update, World
from ..switches import Switches
from ..trace import CannotJudge, Record
from .keys import record_of
from .state import TicketState
from .status import stamped
from .switches import SWITCHES
from .walk import changed_values

NO_STATS: Record = dict.fromkeys(
    (
        "agent_responded_at", "requester_responded_at", "first_responded_at", "status_updated_at", "reopened_at",
        "resolved_at", "closed_at", "pending_since",
    )
)  # fmt: skip


def apply_update(
    world: World,
    values: Mapping[str, Any],
    *,
    now: datetime,
    actor_id: str | None,
    comment: Record | None = None,
    switches: Mapping[str, str | bool] | None = None,
) -> tuple[World, Update]:
    """The world after an update, and the update as an engine takes it.

    `values` are attributes as the API takes them: `tags` replaces, `custom_fields` adds to what is there.
    `comment` is a conversation; a reply reopens nothing by itself, the vendor has a rule for that. Due times
    do not move. Raises RejectedError for a ticket in the trash, and for a
    custom field that the account does not have.
    """
    if world.ticket.get("deleted"):
        raise _rejected("the ticket is in the trash", "restore it first")
    doing = Update("updated", actor_id=actor_id, comment=comment)
    absent = dict.fromkeys(name for name in values if name not in world.ticket)
    given = replace(world, ticket={**absent, **world.ticket}) if absent else world
    state = TicketState(given, doing, now=now, switches=Switches(SWITCHES, switches or {}))
    for name, value in values.items():
        if name == "custom_fields":
            _set_custom(state, value)
        else:
            state.set("ticket_type" if name == "type" else name, value)
    ticket = state.ticket
    if comment is not None:
        ticket = {**ticket, "stats": _answered(record_of(ticket.get("stats")), comment, state.stamp)}
    changes = {name: value for name, value in changed_values(world.ticket, ticket).items() if name != "stats"}
    after = replace(world, ticket=ticket, comments=state.comments)
    return after, Update("updated", changes, comment, actor_id)


def create_ticket(
    world: World, *, now: datetime, actor_id: str | None, switches: Mapping[str, str | bool] | None = None
) -> tuple[World, Update]:
    """The world with a ticket as it is when it has just been made from `world.ticket`, and the update."""
    update = Update("created", actor_id=actor_id)
    stamp = TicketState(world, update, now=now, switches=Switches(SWITCHES, switches or {})).stamp
    blank: Record = {
        "subject": None, "description": "", "type": None, "status": 2, "priority": 1, "source": 2, "requester_id": None,
        "responder_id": None, "group_id": None, "company_id": None, "product_id": None, "tags": [],
        "custom_fields": {}, "cc_emails": [], "spam": False, "created_at": stamp, "updated_at": stamp,
    }  # fmt: skip
    ticket = {**blank, **world.ticket}
    ticket.setdefault("description_text", ticket["description"])
    ticket["stats"] = stamped({**NO_STATS, **record_of(ticket.get("stats"))}, None, ticket["status"], stamp)
    return replace(world, ticket=ticket), update


def _set_custom(state: TicketState, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        try:
            state.set(name, value)
        except CannotJudge as missing:
            raise _rejected(missing.reason, "fields are named as in ticket_fields") from missing


def _rejected(problem: str, hint: str) -> RejectedError:
    return RejectedError(f"Freshdesk refuses the update: {problem}", vendor="freshdesk", hint=hint)


def _answered(stats: Record, comment: Record, stamp: str) -> Record:
    """The stats after a message. A private note never counts as a response."""
    if comment.get("incoming"):
        return {**stats, "requester_responded_at": stamp}
    if comment.get("private"):
        return stats
    first = stats.get("first_responded_at") or stamp
    return {**stats, "agent_responded_at": stamp, "first_responded_at": first}
