"""Every condition of a rule on one ticket: what it wants, what it sees, and its own answer."""

from collections.abc import Iterator
from datetime import datetime

from ...model.rules import NativeRule
from ..engine import Update, World
from ..switches import Switches
from ..trace import CannotJudge, Failure
from .rules import TYPES, checks_of, compile_rule
from .state import TicketState


def conditions_asked(
    rule: NativeRule, world: World, update: Update, *, now: datetime, switches: Switches
) -> Iterator[tuple[Failure, bool | None]]:
    """Each with its place, and whether it holds; None: it cannot be judged."""
    compiled = compile_rule(rule, TYPES[rule.kind], switches)
    state = TicketState(world, update, now=now, switches=switches)
    for check in checks_of(compiled.whole):
        try:
            holds = check.judge.test(state)
            yield Failure(check.path, check.field, check.op, check.expected, check.judge.actual(state)), holds
        except CannotJudge as missing:
            yield Failure(check.path, check.field, check.op, None, missing.reason), None
