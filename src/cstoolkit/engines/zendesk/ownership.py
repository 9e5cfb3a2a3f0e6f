"""Who a ticket belongs to: group and assignee, and what the vendor does when the two do not fit."""

from ..trace import CannotJudge
from .effects import Act, Effects
from .keys import key, stored
from .order import Order, acting_user
from .state import TicketState
from .statuses import move_status


def set_group(order: Order) -> Act:
    """A group id, nothing, or in macros `current_groups`: the default group of whoever applies it."""
    word = key(order.value)

    def act(state: TicketState, effects: Effects) -> None:
        wanted = word
        if word == "current_groups":
            wanted = key(state.known("users", acting_user(state)).get("default_group_id"))
        move_group(state, effects, wanted)

    return act


def move_group(state: TicketState, effects: Effects, wanted: str | None) -> None:
    """Give the ticket to a group; the switch `group_clears_assignee` says whose assignment ends with that."""
    change = state.set("group_id", stored(wanted))
    effects.add(change)
    assignee = state.value("assignee_id")
    if change is not None and assignee is not None and _loses(state, assignee, wanted):
        effects.add(state.set("assignee_id", None))


def set_assignee(order: Order) -> Act:
    """An agent's id, `current_user`, `requester_id` or nothing. An end user cannot be the assignee."""
    word = key(order.value)

    def act(state: TicketState, effects: Effects) -> None:
        wanted = word
        if word == "current_user":
            wanted = acting_user(state)
        elif word == "requester_id":
            wanted = state.value("requester_id")
        assign(state, effects, wanted)

    return act


def assign(state: TicketState, effects: Effects, wanted: str | None) -> None:
    """Give the ticket to an agent. A new ticket becomes open (switch `first_assignment_opens`)."""
    if wanted is not None:
        if state.lookups.get("users", {}).get(wanted, {}).get("role") == "end-user":
            return
        group = state.value("group_id")
        if group is not None and is_member(state, wanted, group) is False:
            if state.switches["assignee_outside_group"] == "refuse":
                return
            effects.add(state.set("group_id", stored(_default_group(state, wanted))))
        elif group is None and state.switches.on("assignee_brings_group"):
            known = state.lookups.get("users", {}).get(wanted, {})
            effects.add(state.set("group_id", known.get("default_group_id")))
    effects.add(state.set("assignee_id", stored(wanted)))
    if wanted is not None and state.value("status") == "new" and state.switches.on("first_assignment_opens"):
        move_status(state, effects, "open")


def is_member(state: TicketState, person: str, group: str) -> bool | None:
    """None where the account's memberships are not known."""
    memberships = state.lookups.get("group_memberships")
    if memberships is None:
        return None
    return any(key(m["user_id"]) == person and key(m["group_id"]) == group for m in memberships.values())


def _loses(state: TicketState, assignee: str, group: str | None) -> bool:
    how = state.switches["group_clears_assignee"]
    if how != "outsiders":
        return how == "always"
    return group is None or is_member(state, assignee, group) is False


def _default_group(state: TicketState, person: str) -> str:
    found = key(state.known("users", person).get("default_group_id"))
    if found is None:
        raise CannotJudge(f"the user {person} has no default group")
    return found
