"""What rules did to a ticket: its fields, its notes, and what goes into the outbox."""

from typing import Any

from ..http import Record
from ..limits import Limit
from .account_limits import account_limit
from .conversation_record import NOTE, blank_conversation
from .sla_targets import DONE, TARGETED_BY, set_targets
from .ticket_form import Form
from .ticket_status import set_status
from .visit import Desk

_WEBHOOKS = Limit("webhooks", 1000, 3600)
_DERIVED = frozenset({"stats", "status", "id", "created_at", "updated_at"})


def settle_trace(desk: Desk, form: Form, ticket: Record, trace: Any, *, shown: Record) -> Record:
    """The engine's ticket as one of ours. `shown` is the document that the engine was given."""
    after = ticket | {"stats": dict(ticket["stats"])}
    for name in ticket.keys() - _DERIVED:
        if name in trace.ticket and trace.ticket[name] != shown.get(name):
            after[name] = trace.ticket[name]
    _move_status(desk, form, after, trace)
    if any(after[name] != ticket[name] for name in TARGETED_BY) and after["status"] not in DONE:
        set_targets(desk, after)
    if after["deleted"] and not ticket["deleted"]:
        after["deleted_at"] = desk.stamp
    for step in trace.steps:
        if _acted(step):
            _keep_notes(desk, after, step)
            _send(desk, after["id"], step)
    return after


def _move_status(desk: Desk, form: Form, after: Record, trace: Any) -> None:
    """Through every status that a rule set: each stamps something."""
    for step in trace.steps:
        for change in getattr(step, "changes", ()):
            if change.field == "status":
                set_status(desk, form, after, change.after)
    if "status" in trace.ticket:
        set_status(desk, form, after, trace.ticket["status"])


def _acted(step: Any) -> bool:
    """Whether its rule fired: it may have done what could be judged of it."""
    parts = getattr(step, "opaque", ())
    return step.outcome == "fired" or (bool(parts) and all(part.path.startswith("actions") for part in parts))


def _keep_notes(desk: Desk, ticket: Record, step: Any) -> None:
    for change in getattr(step, "changes", ()):
        if change.field == "note" and change.after["body"] is not None:
            values = {**change.after, "source": NOTE, "automation_id": _number(step.rule)}
            desk.state.put("conversations", blank_conversation(desk, ticket, values))


def _number(rule: str) -> int:
    return int(rule) if rule.isdigit() else 0


def _send(desk: Desk, ticket_id: int, step: Any) -> None:
    rule_id = _number(step.rule)
    desk.state.put("rule_firings", {"id": desk.new_id(), "rule_id": rule_id, "at": desk.stamp})
    for message in step.messages:
        desk.account.outbox.add(
            "message", at=desk.now, ticket_id=str(ticket_id), rule=step.rule, content=_plain(message)
        )
    for call in step.calls:
        now = desk.now.timestamp()
        # Webhooks have a cap of their own, and count against the account's limit as well.
        use = desk.account.meter.take(_WEBHOOKS, now=now)
        desk.account.meter.take(account_limit(desk.switches), now=now)
        content = _plain(call) | ({} if use.allowed else {"buffered": True})
        desk.account.outbox.add(
            "webhook", at=desk.now, ticket_id=str(ticket_id), rule=step.rule, content=content
        )


def _plain(thing: Any) -> Record:
    """An engine's message or call as a JSON object."""
    if isinstance(thing, dict):
        return thing
    return {key: getattr(thing, key) for key in getattr(thing, "__dataclass_fields__", {})}
