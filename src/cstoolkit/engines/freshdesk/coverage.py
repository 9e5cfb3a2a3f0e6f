"""How much of a rule this engine can judge: each event, condition and action by itself, fired or not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ...model.rules import NativeRule
from ..engine import Update, World
from ..switches import Switches
from ..trace import CannotJudge, Opaque
from .effects import Effects, perform
from .rules import TYPES, CompiledRule, checks_of, compile_rule
from .state import TicketState


@dataclass(frozen=True, slots=True)
class Coverage:
    """`parts` counts performer, events, conditions and actions; `opaque` lists those that cannot be judged."""

    rule: str
    title: str
    parts: int
    opaque: tuple[Opaque, ...]


def coverage(
    rules: Iterable[NativeRule], world: World, update: Update, *, now: datetime, switches: Switches
) -> Iterator[Coverage]:
    """One for each rule of a kind that the engine runs, inactive ones too."""
    for rule in rules:
        if rule.kind in TYPES:
            compiled = compile_rule(rule, TYPES[rule.kind], switches)
            state = TicketState(world, update, now=now, switches=switches)
            parts = len(checks_of(compiled.whole)) + len(compiled.actions)
            yield Coverage(compiled.name, rule.title, parts, tuple(_opaque(compiled, state)))


def _opaque(rule: CompiledRule, state: TicketState) -> Iterator[Opaque]:
    for check in checks_of(rule.whole):
        try:
            check.judge.test(state)
        except CannotJudge as missing:
            yield Opaque(check.path, f"{check.field} {check.op}", missing.reason)
    yield from perform(rule.actions, state, Effects(renders=True, at_once=True)).opaque
