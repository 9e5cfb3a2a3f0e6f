"""The hourly run of automations over all tickets that are not closed."""

from collections.abc import Iterator
from typing import Any

from ...engines.trace import Step, Trace
from ..http import Record
from ..rule_engine import World
from .rule_effects import after_rules, rule_via, settle_steps
from .rule_worlds import make_world
from .rules_running import RuleSet, rule_set
from .ticket_document import make_audit
from .ticket_saving import remember_stale
from .visit import Desk

SYSTEM_USER = -1
_CHUNK = 500


def run_automations(desk: Desk) -> None:
    """What they change sets off the triggers; how many tickets they may act on is the engine's to say."""
    rules = rule_set(desk)
    if rules is None or not rules.of_kind("automation"):
        return
    for trace in rules.engine.hour(_worlds(desk, rules), now=desk.now):
        _save(desk, trace, rules)


def _worlds(desk: Desk, rules: RuleSet) -> Iterator[World]:
    """Tickets that some automation may act on: only those are worth reading their history."""
    where, values = _candidates(rules)
    last = -1
    while True:
        clause = f"status NOT IN ('closed', 'deleted') AND id > ? AND ({where})"
        tickets = desk.state.rows("tickets", clause, (last, *values), limit=_CHUNK)
        if not tickets:
            return
        for ticket in tickets:
            yield make_world(desk, ticket, rules.asked)
        last = tickets[-1]["id"]


def _candidates(rules: RuleSet) -> tuple[str, list[Any]]:
    """By the plain equalities under `all`, which no rule can do without; the engine judges the rest."""
    clauses, values = [], list[Any]()
    for rule in rules.of_kind("automation"):
        body: Any = rule.body
        plain = [
            item
            for item in body["conditions"]["all"]
            if item["field"] in {"status", "priority", "type"} and item["operator"] == "is" and item["value"]
        ]
        clauses.append(" AND ".join(f"{item['field']} = ?" for item in plain) or "1")
        values += [item["value"] for item in plain]
    return " OR ".join(f"({clause})" for clause in clauses), values


def _save(desk: Desk, trace: Trace, rules: RuleSet) -> None:
    """An audit for each automation that did something, with what triggers did after it."""
    before = desk.get("tickets", trace.ticket["id"])
    written = [_audited(desk, before, steps, rules) for steps in _saves(desk, trace.steps, rules)]
    if any(written):
        stamps = {"updated_at": desk.stamp, "generated_timestamp": desk.seconds}
        remember_stale(desk, before, before["id"])
        desk.state.put("tickets", after_rules(before, trace) | stamps)


def _saves(desk: Desk, steps: tuple[Step, ...], rules: RuleSet) -> list[list[Step]]:
    """The steps by the saves they were done in (switch `automation_saves`)."""
    if desk.switches["automation_saves"] == "once":
        return [list(steps)]
    found: list[list[Step]] = [[]]
    for step in steps:
        if _acts_by_itself(step, rules):
            found.append([])
        found[-1].append(step)
    return found


def _acts_by_itself(step: Step, rules: RuleSet) -> bool:
    """Whether an automation did something, and not a trigger that one set off."""
    known = rules.by_id.get(step.rule)
    acted = step.changes or step.messages or step.calls
    return bool(acted) and known is not None and known.kind == "automation"


def _audited(desk: Desk, ticket: Record, steps: list[Step], rules: RuleSet) -> bool:
    """Whether there was something to write down."""
    events = settle_steps(desk, ticket, steps, rules.by_id)
    if not events:
        return False
    first = next((step for step in steps if _acts_by_itself(step, rules)), steps[0])
    source = rule_via(first.rule, rules.by_id)["source"] | {"rel": "automation"}
    audit = make_audit(
        desk,
        ticket["id"],
        id_=desk.new_id(),
        author_id=SYSTEM_USER,
        via={"channel": "rule", "source": source},
        events=events,
        at=desk.stamp,
    )
    desk.state.put("audits", audit)
    return True
