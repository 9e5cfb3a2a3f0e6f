"""The account's rules at work: compiled once, run on an update."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ...engines.zendesk.records import native_rules
from ...model.rules import NativeRule
from ..http import Record
from ..rule_engine import Engine, EngineFactory, Update
from .rule_effects import after_rules, settle_steps
from .rule_worlds import make_world
from .visit import Desk

TABLES = ("triggers", "trigger_categories", "automations")


@dataclass(frozen=True)
class RuleSet:
    """The account's active rules: `by_id` with ids as texts, `asked` the fields of their conditions."""

    engine: Engine
    by_id: Mapping[str, NativeRule]
    asked: frozenset[str]

    def of_kind(self, kind: str) -> list[NativeRule]:
        return [rule for rule in self.by_id.values() if rule.kind == kind]


def rule_set(desk: Desk) -> RuleSet | None:
    """Compiled again only when a rule, a category or a switch changed; None without an engine."""
    factory = desk.account.engine
    if factory is None:
        return None
    switches = desk.switches.as_mapping()
    given = (factory, tuple(switches.values()))
    return desk.state.derived("rules", TABLES, lambda: _compiled(desk, factory, switches), given=given)


def _compiled(desk: Desk, factory: EngineFactory, switches: Mapping[str, str]) -> RuleSet:
    categories = {item["id"]: item["position"] for item in desk.state.rows("trigger_categories")}
    rules = [
        *native_rules("trigger", desk.state.rows("triggers", "active = 1"), categories),
        *native_rules("automation", desk.state.rows("automations", "active = 1")),
    ]
    asked = frozenset(field for rule in rules for field in _asked(rule.body))
    return RuleSet(factory(rules, switches), {str(rule.id): rule for rule in rules}, asked)


def _asked(body: Any) -> list[str]:
    return [item["field"] for part in ("all", "any") for item in body["conditions"][part]]


def run_triggers(
    desk: Desk, before: Record | None, ticket: Record, *, comment: Record | None, actor: Record, via: Record
) -> tuple[Record, list[Record]]:
    """The ticket after the account's triggers, and the events they left."""
    rules = rule_set(desk)
    if rules is None or not rules.of_kind("trigger"):
        return ticket, []
    changes = {} if before is None else {key: before[key] for key in ticket if before.get(key) != ticket[key]}
    kind: Literal["created", "updated"] = "created" if before is None else "updated"
    update = Update(kind, changes, comment, str(actor["id"]), via)
    trace = rules.engine.run(make_world(desk, ticket, rules.asked), update, now=desk.now)
    return after_rules(ticket, trace), settle_steps(desk, ticket, trace.steps, rules.by_id)
