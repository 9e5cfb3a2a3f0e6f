"""Actions that tell somebody: mail to people and groups, targets, webhooks."""

from collections.abc import Callable, Sequence
from typing import Any

from ..trace import CannotJudge
from .effects import Act, Effects, Letter, without
from .keys import key
from .order import Order, not_known
from .state import NOBODY, TicketState

Addressees = Callable[[TicketState], tuple[str, ...]]


def notify_user(order: Order) -> Act:
    """`[recipient, subject, body]`. Nobody to write to: no message."""
    recipient, subject, body = _parts(order.value, 3)
    audience, to = _people(str(recipient))
    return _send(order, audience, to, str(subject), str(body))


def notify_group(order: Order) -> Act:
    """`[group, subject, body]`. The message is to the group; its members are not listed."""
    group, subject, body = _parts(order.value, 3)
    if group == "group_id":
        return _send(order, "group", lambda state: _one(state.value("group_id")), str(subject), str(body))
    return _send(order, "group", _always(key(group)), str(subject), str(body))


def notify_target(order: Order) -> Act:
    target, body = _parts(order.value, 2)
    return _send(order, "target", _always(key(target)), "", str(body))


def notify_webhook(order: Order) -> Act:
    webhook, body = _parts(order.value, 2)
    if not isinstance(body, str):
        return not_known("a webhook's pairs of keys and values are not judged")
    return _send(order, "webhook", _always(key(webhook)), "", body)


def _send(order: Order, audience: str, addressees: Addressees, subject: str, body: str) -> Act:
    spared = order.switches["own_mail"] == "spared" and audience not in {"webhook", "target", "group"}
    at_once = order.switches["messages_render"] == "at_action"
    everybody = audience == "all_agents"

    def act(state: TicketState, effects: Effects) -> None:
        to = addressees(state)
        letter = Letter(order.path, order.field, audience, to, subject, body)
        if spared:
            letter = without(letter, state.actor)
        if not letter.to and not everybody:
            return
        effects.letters.append(letter)
        if at_once:
            effects.render(state)

    return act


def _people(word: str) -> tuple[str, Addressees]:
    if word == "requester_id":
        return "requester", lambda state: _one(state.value("requester_id"))
    if word == "requester_and_ccs":
        return word, lambda state: (*_one(state.value("requester_id")), *_ccs(state))
    if word == "assignee_id":
        return "assignee", lambda state: _one(state.value("assignee_id"))
    if word == "current_user":
        return word, lambda state: () if state.actor == NOBODY else (state.actor,)
    if word == "all_agents":
        return word, _always(None)
    return "user", _always(key(word))


def _ccs(state: TicketState) -> list[str]:
    ids = state.ticket.get("email_cc_ids")
    if ids is None:
        ids = state.ticket.get("collaborator_ids")
    return [str(one) for one in ids or () if key(one) != state.value("requester_id")]


def _one(id: str | None) -> tuple[str, ...]:
    return () if id is None else (id,)


def _always(id: str | None) -> Addressees:
    return lambda _: _one(id)


def _parts(value: Any, count: int) -> Sequence[Any]:
    if not isinstance(value, list | tuple) or len(value) != count:
        raise CannotJudge(f"the value is not a list of {count}")
    return value
