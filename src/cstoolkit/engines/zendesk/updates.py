"""From what somebody sends to the ticket as it is when triggers start: what Zendesk does by itself."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ...errors import RejectedError
from ..engine import Update, World
from ..switches import Switches
from ..trace import Record
from .automations import changed_values
from .effects import Effects
from .keys import custom_fields, key
from .ownership import assign, move_group
from .state import TicketState
from .statuses import default_status, move_own_status, move_status
from .switches import SWITCHES
from .tags import field_tags, put_tags, tag_words
from .update_tests import actor_role

REOPENED = {"pending": "reply_reopens", "solved": "reply_reopens", "hold": "reply_reopens_hold"}
SEPARATE = frozenset(
    {
        "status", "custom_status_id", "group_id", "assignee_id", "priority", "tags", "additional_tags", "remove_tags",
        "custom_fields",
    }
)  # fmt: skip


def apply_update(
    world: World,
    values: Mapping[str, Any],
    *,
    now: datetime,
    actor_id: str | None,
    comment: Record | None = None,
    via: Record | None = None,
    switches: Mapping[str, str | bool] | None = None,
) -> tuple[World, Update]:
    """The world after an update, and the update as an engine takes it.

    `values` are fields as the API takes them (`tags` replaces, `additional_tags` and `remove_tags` do not).
    Raises RejectedError where the vendor answers with 422: a closed ticket, an assignee outside the group,
    solving without an assignee.
    """
    settings = Switches(SWITCHES, switches or {})
    if world.ticket.get("status") == "closed":
        raise _rejected("the ticket is closed", "make a follow-up ticket instead")
    state = TicketState(
        world, Update("updated", actor_id=actor_id, comment=comment), now=now, switches=settings
    )
    _set_fields(state, values)
    _set_status(state, values, comment)
    changes = changed_values(world.ticket, state.ticket)
    after = replace(world, ticket=state.ticket, comments=_with(world, comment))
    return after, Update("updated", changes, comment, actor_id, via)


def create_ticket(
    world: World,
    *,
    now: datetime,
    actor_id: str | None,
    comment: Record | None = None,
    switches: Mapping[str, str | bool] | None = None,
) -> tuple[World, Update]:
    """The world with a ticket as it is when it has just been made from `world.ticket`, and the update.

    Raises RejectedError for an assignee who cannot be one. An assignee opens it (switch `first_assignment_opens`), option values become tags, and the first comment
    is the description and decides whether the ticket is public.
    """
    settings = Switches(SWITCHES, switches or {})
    given = {"priority": None, "type": None, "assignee_id": None, "group_id": None, **world.ticket}
    given["tags"] = sorted(tag_words(given.get("tags") or [], settings))
    given.setdefault("status", "new")
    if given.get("custom_status_id") is None and "custom_statuses" in world.lookups:
        given["custom_status_id"] = default_status(world.lookups["custom_statuses"], given["status"])
    if comment is not None:
        given.setdefault("description", comment.get("body"))
        given.setdefault("is_public", comment.get("public", True))
    assignee = key(given.pop("assignee_id"))
    update = Update("created", {}, comment, actor_id, given.get("via"))
    born = replace(world, ticket={**given, "assignee_id": None})
    state = TicketState(born, update, now=now, switches=settings)
    _set_custom(state, custom_fields(given))
    if assignee is not None:
        _assign(state, assignee)
    return replace(world, ticket=state.ticket, comments=_with(world, comment)), update


def _set_fields(state: TicketState, values: Mapping[str, Any]) -> None:
    for field, value in values.items():
        if field not in SEPARATE:
            state.set(field, value)
    if values.get("priority") is not None:  # a priority cannot be emptied
        state.set("priority", values["priority"])
    _set_tags(state, values)
    _set_custom(state, {str(entry["id"]): entry.get("value") for entry in values.get("custom_fields") or ()})
    _set_owner(state, values)


def _set_owner(state: TicketState, values: Mapping[str, Any]) -> None:
    """Group and assignee; what they are already is not set again."""
    moved = {
        name: key(values[name])
        for name in ("group_id", "assignee_id")
        if name in values and key(values[name]) != state.value(name)
    }
    if "group_id" in moved and "assignee_id" in values:
        state.set("assignee_id", None)  # whoever it was: the new one must be of the new group
        state.set("group_id", values["group_id"])
    elif "group_id" in moved:
        move_group(state, Effects(), moved["group_id"])
    if moved and "assignee_id" in values:
        _assign(state, key(values["assignee_id"]))


def _assign(state: TicketState, wanted: str | None) -> None:
    assign(state, Effects(), wanted)
    if state.value("assignee_id") != wanted:
        raise _rejected(f"{wanted} cannot be the assignee", "choose an agent of the ticket's group")


def _set_tags(state: TicketState, values: Mapping[str, Any]) -> None:
    tags = state.tags
    if "tags" in values:
        tags = tag_words(values["tags"], state.switches)
    tags = tags | tag_words(values.get("additional_tags") or [], state.switches)
    tags = tags - tag_words(values.get("remove_tags") or [], state.switches)
    put_tags(state, Effects(), tags)


def _set_custom(state: TicketState, values: Mapping[str, Any]) -> None:
    for number, value in values.items():
        field = state.lookups.get("ticket_fields", {}).get(number, {})
        gone = field_tags(field, state.custom(number))
        state.set_custom(number, value)
        state.set_tags((state.tags - gone) | field_tags(field, value))


def _set_status(state: TicketState, values: Mapping[str, Any], comment: Record | None) -> None:
    wanted = values.get("status")
    if (
        wanted == "solved"
        and state.value("status") != "solved"
        and state.value("assignee_id") is None
        and state.switches.on("solve_needs_assignee")
    ):
        raise _rejected("a ticket without an assignee cannot be solved", "give it an assignee first")
    if comment is not None and comment.get("public", True):
        state.set("is_public", value=True)
    if wanted not in {None, "new"}:  # never back to new
        move_status(state, Effects(), wanted)
    elif values.get("custom_status_id") is not None:
        move_own_status(state, Effects(), key(values["custom_status_id"]))
    elif comment is not None:
        _reply(state)


def _reply(state: TicketState) -> None:
    """What a comment does to the status of a ticket."""
    status, author = state.value("status"), actor_role(state)
    if author == "end_user" and status in REOPENED and state.switches.on(REOPENED[status]):
        move_status(state, Effects(), "open")
    if author == "agent" and status == "new" and state.switches.on("agent_reply_opens"):
        move_status(state, Effects(), "open")


def _with(world: World, comment: Record | None) -> tuple[Record, ...]:
    return world.comments if comment is None else (*world.comments, comment)


def _rejected(problem: str, hint: str) -> RejectedError:
    return RejectedError(f"Zendesk refuses the update: {problem}", vendor="zendesk", hint=hint)
