"""Freshdesk's actions: a row for each thing that rules may do, compiled to functions on the ticket's state."""

from collections.abc import Callable
from typing import Any

from ..switches import Switches
from ..trace import CannotJudge, Record
from .check import CREATION, HOURLY, UPDATES
from .effects import Act, Action, Effects
from .keys import is_id, key, listed, stored
from .messages import add_note, email_agent, email_group, email_requester, forward, webhook
from .order import Order, not_known
from .state import TicketState

Builder = Callable[[Order], Act]
ALL, LIVE = frozenset({CREATION, HOURLY, UPDATES}), frozenset({CREATION, UPDATES})
CREATED = frozenset({CREATION})
SAME_TICKET = frozenset({"", "same_ticket", "ticket"})


def compile_action(raw: Record, path: str, *, type: int, switches: Switches) -> Action:
    """A function for one action. What this engine does not know, it says when the rule fires."""
    order = Order(path, str(raw.get("field_name")), raw.get("value"), type, switches, raw)
    try:
        return Action(path, order.field, _builder(order)(order))
    except CannotJudge as missing:
        return Action(path, order.field, not_known(missing.reason))


def _builder(order: Order) -> Builder:
    resource = str(order.raw.get("resource_type") or "")
    if resource.lower() not in SAME_TICKET:
        raise CannotJudge(f'an action on "{resource}" is about another record than this ticket')
    row = next((row for name, row in BY_KEY.items() if name in order.raw), None) or ACTIONS.get(order.field)
    if row is None and order.switches["unsourced_names"] == "screen":
        row = SCREEN.get(order.field)
    if row is None and order.field in {*SCREEN, *NAMELESS}:
        raise CannotJudge(f'no source has "{order.field}" on the wire (switch unsourced_names)')
    build, types = row or (set_custom, ALL)
    if order.type not in types:
        raise CannotJudge(f'"{order.field}" is not offered to rules of type {order.type}')
    return build


def set_number(order: Order) -> Act:
    """A status, a priority, an id; null or an empty text empties it."""
    if key(order.value) is not None and not is_id(order.value):
        raise CannotJudge(f'what "{order.value}" stands for in {order.field} is not documented')
    wanted = None if key(order.value) is None else stored(order.value)
    if wanted is None and order.field in {"status", "priority"}:
        raise CannotJudge(f"a ticket cannot be without {order.field}")
    return lambda state, effects: effects.add(state.set(order.field, wanted))


def set_word(order: Order) -> Act:
    wanted = key(order.value)
    return lambda state, effects: effects.add(state.set(order.field, wanted))


def set_group(order: Order) -> Act:
    """Whose assignment it takes away is open (switch `group_clears_agent`)."""
    assign = set_number(order)
    whose = order.switches["group_clears_agent"]

    def act(state: TicketState, effects: Effects) -> None:
        before = len(effects.changes)
        assign(state, effects)
        agent = key(state.read("responder_id"))
        if len(effects.changes) == before or whose == "never" or agent is None:
            return
        if whose == "always" or not _belongs(state, agent):
            effects.add(state.set("responder_id", None))

    return act


def set_agent(order: Order) -> Act:
    """An agent who is in a group, but not in the ticket's, stays unassigned (switch `agent_outside_group`)."""
    assign = set_number(order)
    wanted = key(order.value)

    def act(state: TicketState, effects: Effects) -> None:
        checked = wanted is not None and state.switches["agent_outside_group"] == "refused"
        if not checked or _belongs(state, str(wanted)):
            assign(state, effects)

    return act


def _belongs(state: TicketState, agent: str) -> bool:
    """Whether he is in the ticket's group, or in none at all."""
    groups = {key(one) for one in state.known("agents", agent).get("group_ids") or ()}
    return not groups or key(state.read("group_id")) in groups


def set_custom(order: Order) -> Act:
    """A value of a custom field of the ticket."""

    def act(state: TicketState, effects: Effects) -> None:
        if not state.is_custom(order.field):
            raise CannotJudge(f'"{order.field}" is not an action that this engine knows')
        if state.fields.get(order.field, {}).get("type") == "nested_field" or order.raw.get("nested_fields"):
            raise CannotJudge("what setting a dependent field does to its levels is not documented")
        effects.add(state.set(order.field, order.value if order.value != "" else None))

    return act


def add_tags(order: Order) -> Act:
    tags = [str(tag) for tag in listed(order.value) if key(tag) is not None]
    return lambda state, effects: effects.add(state.add_tags(tags))


def set_flag(attribute: str) -> Builder:
    return lambda _: lambda state, effects: effects.add(_raised(state, attribute))


def _raised(state: TicketState, attribute: str) -> Any:
    """The trash and the spam folder: a ticket's document may leave out what is false."""
    if attribute not in state.ticket:
        state.ticket = {**state.ticket, attribute: False}
    return state.set(attribute, value=True)


def add_copies(order: Order) -> Act:
    addresses = [str(address) for address in listed(order.value) if key(address) is not None]

    def act(state: TicketState, effects: Effects) -> None:
        held = list(state.read("cc_emails") or ())
        after = list(dict.fromkeys([*held, *addresses]))
        effects.add(state.set("cc_emails", after))

    return act


def skip_notification(_: Order) -> Act:
    """The vendor's own mail about a new ticket, which is no part of this engine."""
    return lambda _state, _effects: None


ACTIONS: dict[str, tuple[Builder, frozenset[int]]] = {
    **dict.fromkeys(("status", "priority", "product_id"), (set_number, ALL)),
    **dict.fromkeys(("internal_group_id", "internal_agent_id"), (set_number, LIVE)),
    "ticket_type": (set_word, ALL),
    "group_id": (set_group, ALL),
    "responder_id": (set_agent, ALL),
    "add_tag": (add_tags, ALL),
    "send_email_to_agent": (email_agent, ALL),
    "send_email_to_group": (email_group, ALL),
    "send_email_to_requester": (email_requester, ALL),
    "trigger_webhook": (webhook, LIVE),
}
BY_KEY: dict[str, tuple[Builder, frozenset[int]]] = {
    "note_body": (add_note, LIVE),
    "fwd_to": (forward, CREATED),
    "push_to": (lambda _: not_known("what Slack or Office 365 is told is not judged"), LIVE),
}
"""Actions known by a key of theirs: the reference names that, and not the action."""
SCREEN: dict[str, tuple[Builder, frozenset[int]]] = {
    "delete_ticket": (set_flag("deleted"), ALL),
    "mark_as_spam": (set_flag("spam"), ALL),
    "skip_notification": (skip_notification, CREATED),
    "add_cc": (add_copies, CREATED),
}
NAMELESS = frozenset(
    {
        "add_watcher",
        "add_note",
        "create_ticket",
        "set_contact",
        "create_thread",
        "add_thread_message",
        "trigger_api",
    }
)
"""What the screen has besides; no source tells their keys either."""
