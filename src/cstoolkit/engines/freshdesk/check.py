"""What a condition is compiled to, and how several are joined where some cannot be judged."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ..switches import Switches
from ..trace import CannotJudge, Failure, Opaque, Record
from .state import TicketState

CREATION, HOURLY, UPDATES = 1, 3, 4
Reader = Callable[[TicketState], Any]
StateTest = Callable[[TicketState], bool]


@dataclass(frozen=True, slots=True)
class Question:
    """One condition as the API holds it, and the type of rule that it is asked in."""

    field: str
    op: str
    value: Any
    type: int
    switches: Switches
    raw: Record

    def unknown_operator(self) -> "Judge":
        return unknown(f'"{self.field}" has no operator "{self.op}" that a source names')


@dataclass(frozen=True, slots=True)
class Judge:
    """How a condition is decided: `test` and `actual` may raise CannotJudge."""

    test: StateTest
    actual: Reader


@dataclass(frozen=True, slots=True)
class Check:
    """One condition, compiled."""

    path: str
    field: str
    op: str
    expected: Any
    judge: Judge


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions of which every one, or any one, must hold."""

    path: str
    every: bool
    parts: "tuple[Check | Group, ...]"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it holds: None where that is left open by the conditions in `opaque`."""

    holds: bool | None
    failed: Failure | None = None
    opaque: tuple[Opaque, ...] = ()


HOLDS, HOLDS_NOT = Verdict(holds=True), Verdict(holds=False)


def unknown(reason: str) -> Judge:
    """A condition that no ticket can decide."""

    def test(_: TicketState) -> bool:
        raise CannotJudge(reason)

    return Judge(test, lambda _: None)


def judge(part: Check | Group, state: TicketState, *, explain: bool = True) -> Verdict:
    """A condition that cannot be judged matters only if no other one decides.

    Without `explain`, what does not hold does not say why.
    """
    if isinstance(part, Check):
        return _check(part, state, explain=explain)
    return (_every if part.every else _any)(part, state, explain=explain)


def _check(check: Check, state: TicketState, *, explain: bool) -> Verdict:
    try:
        if check.judge.test(state):
            return HOLDS
    except CannotJudge as missing:
        return Verdict(None, opaque=(Opaque(check.path, f"{check.field} {check.op}", missing.reason),))
    if not explain:
        return HOLDS_NOT
    return Verdict(
        holds=False, failed=Failure(check.path, check.field, check.op, check.expected, _actual(check, state))
    )


def _actual(check: Check, state: TicketState) -> Any:
    try:
        return check.judge.actual(state)
    except CannotJudge:
        return None


def _every(group: Group, state: TicketState, *, explain: bool) -> Verdict:
    opaque: list[Opaque] = []
    for part in group.parts:
        verdict = judge(part, state, explain=explain)
        if verdict.holds is False:
            return verdict
        opaque += verdict.opaque
    return Verdict(None, opaque=tuple(opaque)) if opaque else HOLDS


def _any(group: Group, state: TicketState, *, explain: bool) -> Verdict:
    opaque: list[Opaque] = []
    first: Verdict | None = None
    for part in group.parts:
        verdict = judge(part, state, explain=explain)
        if verdict.holds:
            return HOLDS
        opaque += verdict.opaque
        first = first or verdict
    if opaque:
        return Verdict(None, opaque=tuple(opaque))
    if first is None or first.failed is None or len(group.parts) == 1:
        return first or HOLDS_NOT
    return Verdict(holds=False, failed=replace(first.failed, path=group.path))
