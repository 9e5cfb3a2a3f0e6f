"""Actions that tell somebody: mail to agents, groups and the requester, notes, forwards, webhooks."""

from collections.abc import Sequence
from typing import Any

from ..trace import CannotJudge, Opaque
from .effects import Act, Effects, Hook, Letter
from .keys import is_id, key, listed
from .order import Order
from .state import TicketState


def email_agent(order: Order) -> Act:
    """To agents by id; how the assigned one is written is not documented."""
    return _mail(order, "agent", _ids(order.raw.get("email_to"), "an agent"))


def email_group(order: Order) -> Act:
    """To a group by id. The message is to the group; its members are not listed."""
    return _mail(order, "group", _ids(order.raw.get("email_to"), "a group"))


def email_requester(order: Order) -> Act:
    return _mail(order, "requester", None)


def forward(order: Order) -> Act:
    """The ticket forwarded to addresses. The key of its subject is not known."""
    to = [
        str(address)
        for name in ("fwd_to", "fwd_cc", "fwd_bcc")
        for address in _addresses(order.raw.get(name))
    ]
    body = str(order.raw.get("fwd_note_body") or "")

    def act(state: TicketState, effects: Effects) -> None:
        effects.send(state, Letter(order.path, order.field, "email", tuple(to), None, body))
        effects.opaque.append(
            Opaque(f"{order.path}.subject", order.field, "no source names the key of a forward's subject")
        )

    return act


def add_note(order: Order) -> Act:
    """A note on the ticket; agents who are to be told get it as a message."""
    body, privacy = str(order.raw.get("note_body") or ""), order.switches["note_privacy"]
    told = _ids(order.raw.get("notify_agents") or (), "an agent")

    def act(state: TicketState, effects: Effects) -> None:
        letter = Letter(order.path, order.field, "agent", told, None, body)
        text = effects.text(state, letter, "note_body", body)
        note = {"body": text, "private": privacy == "private", "incoming": False, "source": 2}
        effects.add(state.add_note(note))
        if told:
            effects.send(state, letter)

    return act


def webhook(order: Order) -> Act:
    """A call with its content filled in. Headers and keys are secrets, and no part of a trace."""
    missing = [name for name in ("request_type", "url", "content") if order.raw.get(name) in (None, "")]
    if missing:
        raise CannotJudge(f"the webhook has no {missing[0]}")
    hook = Hook(order.path, str(order.raw["request_type"]), str(order.raw["url"]), order.raw["content"])
    return lambda state, effects: effects.send(state, hook)


def _mail(order: Order, audience: str, to: tuple[str, ...] | None) -> Act:
    subject, body = (str(order.raw.get(name) or "") for name in ("email_subject", "email_body"))

    def act(state: TicketState, effects: Effects) -> None:
        people = (key(state.read("requester_id")) or "",) if to is None else to
        effects.send(state, Letter(order.path, order.field, audience, people, subject, body))

    return act


def _ids(value: Any, who: str) -> tuple[str, ...]:
    """Ids as texts. Raises CannotJudge for a word or a number that stands for somebody else."""
    found = [one for one in listed(value) if key(one) is not None]
    strange = [one for one in found if not is_id(one)]
    if strange or (not found and not isinstance(value, Sequence)):
        what = f'"{strange[0]}"' if strange else "nobody"
        raise CannotJudge(f"what {what} stands for in place of {who} is not documented")
    return tuple(str(key(one)) for one in found)


def _addresses(value: Any) -> list[Any]:
    return [one for one in listed(value) if key(one) is not None]
