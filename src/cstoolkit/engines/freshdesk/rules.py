"""Rules compiled: performer, events and condition sets to checks, actions to functions, in the vendor's order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...model.rules import NativeRule
from ..switches import Switches
from ..trace import Record
from .actions import compile_action
from .check import UPDATES, Check, Group, Verdict, judge, unknown
from .conditions import compile_condition
from .effects import Action
from .events import event_check, performer_check
from .keys import records_of
from .state import TicketState

TYPES = {"rule_1": 1, "rule_3": 3, "rule_4": 4}
JOINS = {"and": True, "or": False}
UNREADABLE: Record = {"conditions": [{"properties": [{}]}]}
"""In the place of what is no record: a condition that cannot be judged."""


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """One active rule. `events` names what can start it, for an update rule."""

    name: str
    whole: Group
    actions: tuple[Action, ...]
    events: frozenset[str]

    def judge(self, state: TicketState, *, explain: bool = True) -> Verdict:
        return judge(self.whole, state, explain=explain)


def compile_rules(rules: Iterable[NativeRule], type: int, switches: Switches) -> tuple[CompiledRule, ...]:
    """The active rules of one type, in order; rules at one place keep the order they came in."""
    chosen = [rule for rule in rules if rule.active and TYPES.get(rule.kind) == type]
    return tuple(compile_rule(rule, type, switches) for rule in sorted(chosen, key=_place))


def compile_rule(rule: NativeRule, type: int, switches: Switches) -> CompiledRule:
    body = rule.body if isinstance(rule.body, dict) else UNREADABLE
    starts = _starts(body, switches) if type == UPDATES else ()
    sets = _sets(body, type, switches)
    actions = tuple(
        compile_action(raw, f"actions[{number}]", type=type, switches=switches)
        for number, raw in enumerate(records_of(body.get("actions")))
    )
    events = frozenset(str(raw.get("field_name")) for raw in records_of(body.get("events")))
    return CompiledRule(
        name_of(rule), Group("rule", every=True, parts=tuple(_flat((*starts, *sets)))), actions, events
    )


def name_of(rule: NativeRule) -> str:
    return rule.key or rule.id or rule.title


def checks_of(part: Check | Group) -> list[Check]:
    """Every single condition of a rule, in order."""
    if isinstance(part, Check):
        return [part]
    return [check for inner in part.parts for check in checks_of(inner)]


def _flat(parts: Iterable[Check | Group]) -> Iterator[Check | Group]:
    """Without groups that add nothing where all must hold: those of which all must hold too, or of one part."""
    for part in parts:
        if isinstance(part, Group) and (part.every or len(part.parts) == 1):
            yield from _flat(part.parts)
        else:
            yield part


def _starts(body: Record, switches: Switches) -> tuple[Check | Group, ...]:
    raws = records_of(body.get("events"))
    events = [event_check(raw, f"events[{number}]") for number, raw in enumerate(raws)]
    if not events:
        events = [Check("events", "events", "happened", None, unknown("the rule names no event"))]
    return (
        performer_check(body.get("performer"), switches),
        Group("events", every=False, parts=tuple(events)),
    )


def _sets(body: Record, type: int, switches: Switches) -> tuple[Check | Group, ...]:
    """The condition sets, joined as the rule says. One without conditions adds nothing."""
    raws = records_of(body.get("conditions"))
    groups = [_set(raw, number, type, switches) for number, raw in enumerate(raws, 1)]
    filled = [group for group in groups if group.parts]
    if len(filled) < 2:
        return tuple(filled)
    # Seen in upper and in lower case.
    every = JOINS.get(str(body.get("operator")).lower())
    if every is None or len(filled) > 2:
        said = (
            f"{len(filled)} condition sets joined by {body.get('operator')!r}: the vendor has two, AND or OR"
        )
        return (Check("operator", "operator", "joins", body.get("operator"), unknown(said)),)
    return (Group("conditions", every=every, parts=tuple(filled)),)


def _set(raw: Record, number: int, type: int, switches: Switches) -> Group:
    path = str(raw.get("name") or f"condition_set_{number}")
    checks = tuple(
        compile_condition(one, f"{path}[{place}]", type=type, switches=switches)
        for place, one in enumerate(records_of(raw.get("properties", UNREADABLE)))
    )
    match = str(raw.get("match_type", "all"))
    if checks and match not in {"all", "any"}:
        said = unknown(f'"{match}" is no way to match a set')
        checks = (Check(path, "match_type", "is", match, said),)
    return Group(path, every=match != "any", parts=checks)


def _place(rule: NativeRule) -> tuple[tuple[int, int | str], ...]:
    return tuple((0, part) if isinstance(part, int) else (1, part) for part in rule.order)
