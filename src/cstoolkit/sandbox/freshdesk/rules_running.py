"""The account's automation rules, handed to the engine, and what the engine did to a ticket."""

from collections.abc import Mapping
from typing import Any, Literal

from ...model.rules import NativeRule
from ..http import Record
from ..limits import Limit
from ..rule_engine import Update, World
from .account_limits import account_limit
from .sla_targets import DONE, TARGETED_BY, set_targets
from .ticket_form import Form
from .ticket_status import set_status
from .tickets import whole_document
from .visit import Desk

CREATION, HOURLY, UPDATES = 1, 3, 4
_BODY = ("performer", "events", "conditions", "operator", "actions")
Lookups = Mapping[str, Mapping[str, Record]]
_WEBHOOKS = Limit("webhooks", 1000, 3600)


def native_rules(desk: Desk, type_: int) -> list[NativeRule]:
    """The active rules of a type, in the order they run."""
    return [
        NativeRule(
            vendor="freshdesk",
            kind=f"rule_{type_}",
            key=None,
            id=str(rule["id"]),
            title=rule["name"],
            active=True,
            body={key: rule[key] for key in _BODY if key in rule},
            order=(rule["position"],),
        )
        for rule in desk.state.rows("rules", "type = ? AND active = 1", (type_,), order="position, id")
    ]


def run_rules(
    desk: Desk,
    form: Form,
    ticket: Record,
    *,
    before: Record | None,
    actor_id: int | None,
    comment: Record | None = None,
) -> Record:
    """The ticket after the rules of creation, or of updates if there was one `before`.

    None run for a requester who is an agent.
    """
    factory = desk.account.engine
    if factory is None:
        return ticket
    if desk.switches["agent_requesters"] == "skip" and desk.state.get("agents", ticket["requester_id"]):
        return ticket
    kind: Literal["created", "updated"] = "created" if before is None else "updated"
    rules = native_rules(desk, CREATION if before is None else UPDATES)
    world = make_world(desk, form, ticket, places(desk))
    shown = world.ticket
    was = {} if before is None else whole_document(desk, before, form)
    changes = {key: was.get(key) for key in shown if was.get(key) != shown[key]} if before is not None else {}
    update = Update(kind, changes, comment, None if actor_id is None else str(actor_id))
    trace = factory(rules, desk.switches.as_mapping()).run(world, update, now=desk.now)
    return settle_trace(desk, form, ticket, trace)


def places(desk: Desk) -> Lookups:
    """What every ticket's rules may look up, by the names of the vendor's lists."""
    tables = ("agents", "groups", "business_hours", "ticket_fields")
    return {table: {str(record["id"]): record for record in desk.state.rows(table)} for table in tables}


def make_world(desk: Desk, form: Form, ticket: Record, shared: Lookups) -> World:
    """The ticket as the API shows it, with its stats, and the people it is about."""
    own: dict[str, dict[str, Record]] = {}
    for table, id_ in (("contacts", ticket["requester_id"]), ("companies", ticket["company_id"])):
        record = desk.state.get(table, id_) if id_ is not None else None
        own[table] = {str(id_): record} if record is not None else {}
    return World(
        ticket=whole_document(desk, ticket, form) | {"stats": ticket["stats"]},
        comments=tuple(desk.state.rows("conversations", "ticket_id = ?", (ticket["id"],))),
        lookups={**shared, **own},
    )


def settle_trace(desk: Desk, form: Form, ticket: Record, trace: Any) -> Record:
    """The engine's ticket as one of ours; what rules send goes into the outbox."""
    after = ticket | {"stats": dict(ticket["stats"])}
    ours = set(ticket) - {"stats", "status", "id", "created_at", "updated_at"}
    after |= {key: value for key, value in trace.ticket.items() if key in ours}
    if trace.ticket.get("status", ticket["status"]) != ticket["status"]:
        set_status(desk, form, after, trace.ticket["status"])
    if any(after[name] != ticket[name] for name in TARGETED_BY) and after["status"] not in DONE:
        set_targets(desk, after)
    if after["deleted"] and not ticket["deleted"]:
        after["deleted_at"] = desk.stamp
    for step in trace.steps:
        if step.outcome == "fired":
            _send(desk, after["id"], step)
    return after


def _send(desk: Desk, ticket_id: int, step: Any) -> None:
    rule_id = int(step.rule) if step.rule.isdigit() else 0
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
