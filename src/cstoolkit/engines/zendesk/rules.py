"""Rules compiled: conditions to checks, actions to functions, in the vendor's order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...model.rules import NativeRule
from ..switches import Switches
from ..trace import CannotJudge, Failure, Opaque, Record
from .actions import compile_action
from .check import Check, Gate, Kind
from .conditions import compile_condition
from .effects import Action
from .state import TicketState

KINDS: dict[str, Kind] = {
    "trigger": "trigger",
    "automation": "automation",
    "macro": "macro",
    "sla_policy": "sla_policy",
}
# The most telling first: what few tickets have narrows a list of rules best.
TELLING = (
    "words ", "tags", "custom_fields_", "assignee_id", "requester_id", "organization_id", "group_id",
    "ticket_form_id", "brand_id", "changed ", "priority", "type", "status", "comment_is_public", "update_type",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a rule's conditions hold; `opaque` holds the ones that leave it open."""

    holds: bool
    failed: Failure | None = None
    opaque: tuple[Opaque, ...] = ()


HOLDS, HOLDS_NOT = Verdict(holds=True), Verdict(holds=False)


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """One active rule. `gate`: without one of its keys, the rule does not hold."""

    name: str
    source: NativeRule
    every: tuple[Check, ...]
    some: tuple[Check, ...]
    actions: tuple[Action, ...]
    gate: Gate | None

    def judge(self, state: TicketState, *, explain: bool = True) -> Verdict:
        """All of one list, and one of the other if it has any.

        A condition that cannot be judged matters only if no other one decides. Without `explain`, a rule
        that does not hold does not say why.
        """
        opaque: list[Opaque] = []
        for check in self.every:
            try:
                if not check.judge.test(state):
                    return Verdict(holds=False, failed=failure_of(check, state)) if explain else HOLDS_NOT
            except CannotJudge as missing:
                opaque.append(_opaque(check, missing))
        if self.some and self._none_of_some(state, opaque):
            return Verdict(
                holds=False, failed=failure_of(self.some[0], state, path="any") if explain else None
            )
        return Verdict(holds=False, opaque=tuple(opaque)) if opaque else HOLDS

    def _none_of_some(self, state: TicketState, opaque: list[Opaque]) -> bool:
        """Whether the whole list fails; one of it that holds makes the others' opacity void."""
        open_here: list[Opaque] = []
        for check in self.some:
            try:
                if check.judge.test(state):
                    return False
            except CannotJudge as missing:
                open_here.append(_opaque(check, missing))
        opaque.extend(open_here)
        return not open_here


def failure_of(check: Check, state: TicketState, *, path: str | None = None) -> Failure:
    try:
        actual = check.judge.actual(state)
    except CannotJudge:
        actual = None
    return Failure(path or check.path, check.field, check.op, check.expected, actual)


def _opaque(check: Check, missing: CannotJudge) -> Opaque:
    return Opaque(check.path, f"{check.field} {check.op}", missing.reason)


def compile_rules(rules: Iterable[NativeRule], kind: Kind, switches: Switches) -> tuple[CompiledRule, ...]:
    """The active rules of one kind, in order; rules at one place keep the order they came in."""
    chosen = [rule for rule in rules if rule.active and KINDS.get(rule.kind) == kind]
    return tuple(compile_rule(rule, kind, switches) for rule in sorted(chosen, key=_place))


def compile_rule(rule: NativeRule, kind: Kind, switches: Switches) -> CompiledRule:
    body = body_of(rule)
    lists = conditions_of(body)
    every, some = (
        tuple(
            compile_condition(raw, f"{name}[{number}]", kind=kind, switches=switches)
            for number, raw in enumerate(lists[name])
        )
        for name in ("all", "any")
    )
    actions = tuple(
        compile_action(raw, f"actions[{number}]", kind=kind, switches=switches)
        for number, raw in enumerate(body.get("actions") or ())
    )
    return CompiledRule(name_of(rule), rule, every, some, actions, _gate(every, some))


def name_of(rule: NativeRule) -> str:
    return rule.key or rule.id or rule.title


def body_of(rule: NativeRule) -> Record:
    return rule.body if isinstance(rule.body, dict) else {}


def conditions_of(body: Mapping[str, Any]) -> dict[str, Sequence[Record]]:
    """`all` and `any`, under `conditions` or at the top (an old form); an SLA policy calls them `filter`."""
    holder = body.get("conditions") or body.get("filter") or body
    return {name: holder.get(name) or () for name in ("all", "any")}


def _place(rule: NativeRule) -> tuple[tuple[int, int | str], ...]:
    return tuple((0, part) if isinstance(part, int) else (1, part) for part in rule.order)


def _gate(every: Sequence[Check], some: Sequence[Check]) -> Gate | None:
    checks = every if len(some) != 1 else (*every, *some)
    gates = [check.judge.gate for check in checks if check.judge.gate is not None]
    return min(gates, key=_telling, default=None)


def _telling(gate: Gate) -> int:
    return next((place for place, start in enumerate(TELLING) if gate.slot.startswith(start)), len(TELLING))
