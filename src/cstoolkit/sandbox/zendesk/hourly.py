"""The hourly run of automations over all tickets that are not closed."""

from collections.abc import Iterator
from typing import Any

from ...model.rules import NativeRule
from ..http import Record
from ..rule_engine import World
from .ticket_document import difference, make_audit
from .ticket_saving import make_surroundings, make_world, native_rules, settle_trace
from .visit import Desk

MOST_ACTED_ON = 1000
SYSTEM_USER = -1
_CHUNK = 500


def run_automations(desk: Desk) -> None:
    """At most a thousand tickets are changed an hour (fact sheet 6.3)."""
    factory = desk.account.engine
    automations = native_rules(desk, "automation")
    if factory is None or not automations:
        return
    engine = factory(automations, desk.switches.as_mapping())
    titles = {rule.id: rule.title for rule in automations}
    acted = 0
    for trace in engine.hour(_worlds(desk, automations), now=desk.now):
        before = desk.get("tickets", trace.ticket["id"])
        after, events = settle_trace(desk, before, trace, titles, "automation")
        events = events or difference(before, after)
        if not events:
            continue
        acted += 1
        if acted > MOST_ACTED_ON:
            desk.account.log.note("automations acted on 1000 tickets in one hour; the rest waits")
            return
        _save(desk, after, events)


def _worlds(desk: Desk, automations: list[NativeRule]) -> Iterator[World]:
    """Tickets that some automation may act on: only those are worth reading their history."""
    where, values = _candidates(desk, automations)
    surroundings = make_surroundings(desk)
    last = -1
    while True:
        clause = f"status NOT IN ('closed', 'deleted') AND id > ? AND ({where})"
        tickets = desk.state.rows("tickets", clause, (last, *values), limit=_CHUNK)
        if not tickets:
            return
        for ticket in tickets:
            yield make_world(desk, ticket, surroundings)
        last = tickets[-1]["id"]


def _candidates(desk: Desk, automations: list[NativeRule]) -> tuple[str, list[Any]]:
    """By the plain equalities under `all`, which no rule can do without; the engine judges the rest."""
    clauses, values = [], list[Any]()
    for rule in automations:
        body: Any = rule.body
        plain = [
            item
            for item in body["conditions"]["all"]
            if item["field"] in {"status", "priority", "type"} and item["operator"] == "is" and item["value"]
        ]
        clauses.append(" AND ".join(f"{item['field']} = ?" for item in plain) or "1")
        values += [item["value"] for item in plain]
    return " OR ".join(f"({clause})" for clause in clauses), values


def _save(desk: Desk, ticket: Record, events: list[Record]) -> None:
    via = {"channel": "rule", "source": {"from": {}, "to": {}, "rel": "automation"}}
    desk.state.put("tickets", ticket | {"updated_at": desk.stamp, "generated_timestamp": desk.seconds})
    audit = make_audit(
        desk, ticket["id"], id_=desk.new_id(), author_id=SYSTEM_USER, via=via, events=events, at=desk.stamp
    )
    desk.state.put("audits", audit)
