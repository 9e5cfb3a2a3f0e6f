"""The account's automation rules, handed to the engine with all that they may look at."""

from collections.abc import Mapping
from typing import Literal

from ...engines.freshdesk.records import native_rules
from ...model.rules import NativeRule
from ..http import Record
from ..rule_engine import Update, World
from .rule_effects import settle_trace
from .ticket_form import Form
from .tickets import whole_document
from .visit import Desk

CREATION, HOURLY, UPDATES = 1, 3, 4
Lookups = Mapping[str, Mapping[str, Record]]


def active_rules(desk: Desk, type_: int) -> tuple[NativeRule, ...]:
    """Those of a type, in the order they run."""
    rows = desk.state.rows("rules", "type = ? AND active = 1", (type_,), order="position, id")
    return native_rules(type_, rows)


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
    rules = active_rules(desk, CREATION if before is None else UPDATES)
    world = make_world(desk, form, ticket, places(desk))
    changes = {} if before is None else _changes(whole_document(desk, before, form), world.ticket)
    update = Update(kind, changes, comment, None if actor_id is None else str(actor_id))
    trace = factory(rules, desk.switches.as_mapping()).run(world, update, now=desk.now)
    return settle_trace(desk, form, ticket, trace, shown=world.ticket)


def _changes(before: Record, after: Record) -> Record:
    """The values before of what differs; what only time or a message moves is no change by the doer."""
    names = after.keys() - {"stats", "updated_at"}
    return {name: before.get(name) for name in names if before.get(name) != after[name]}


def places(desk: Desk) -> Lookups:
    """What every ticket's rules may look up, by the names of the vendor's lists."""
    tables = ("agents", "groups", "business_hours", "ticket_fields")
    account = {"id": desk.account.ordinal + 1, "name": desk.account.name}
    account["url"] = f"https://{desk.account.name}.freshdesk.com"
    found = {table: {str(record["id"]): record for record in desk.state.rows(table)} for table in tables}
    return found | {"account": {str(account["id"]): account}}


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
