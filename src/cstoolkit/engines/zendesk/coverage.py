"""How much of a rule this engine can judge: each condition and action by itself, fired or not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ...model.rules import NativeRule
from ..engine import Update, World
from ..switches import Switches
from ..trace import CannotJudge, Opaque
from .effects import perform
from .rules import KINDS, CompiledRule, compile_rule
from .state import TicketState


@dataclass(frozen=True, slots=True)
class Coverage:
    """`parts` counts conditions and actions; `opaque` lists those that cannot be judged for this ticket."""

    rule: str
    title: str
    parts: int
    opaque: tuple[Opaque, ...]


def coverage(
    rules: Iterable[NativeRule], world: World, update: Update, *, now: datetime, switches: Switches
) -> Iterator[Coverage]:
    """One for each rule of a kind that the engine runs, inactive ones too."""
    for rule in rules:
        if rule.kind in KINDS:
            compiled = compile_rule(rule, KINDS[rule.kind], switches)
            state = TicketState(world, update, now=now, switches=switches)
            parts = len(compiled.every) + len(compiled.some) + len(compiled.actions)
            yield Coverage(compiled.name, rule.title, parts, tuple(_opaque(compiled, state)))


def _opaque(rule: CompiledRule, state: TicketState) -> Iterator[Opaque]:
    for check in (*rule.every, *rule.some):
        try:
            check.judge.test(state)
        except CannotJudge as missing:
            yield Opaque(check.path, f"{check.field} {check.op}", missing.reason)
    effects = perform(rule.actions, state)
    effects.render(state)
    yield from effects.opaque
