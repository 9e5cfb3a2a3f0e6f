"""One walk over a list of rules, as triggers and automations are run."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..engine import Detail
from ..trace import Failure, Outcome, Step
from .effects import Effects, perform
from .index import RuleIndex, places
from .rules import CompiledRule, Verdict
from .state import TicketState


@dataclass(slots=True)
class Log:
    """The steps of a run. Texts are rendered when it is closed; detail `fired` keeps no idle steps."""

    detail: Detail
    _entries: list[Step | tuple[str, int, Effects]] = field(default_factory=list)

    @property
    def full(self) -> bool:
        return self.detail == "full"

    def add(self, step: Step) -> None:
        if self.full or step.outcome not in {"no_match", "spent"}:
            self._entries.append(step)

    def fired(self, rule: CompiledRule, round_number: int, effects: Effects) -> None:
        self._entries.append((rule.name, round_number, effects))

    def steps(self, state: TicketState) -> Iterator[Step]:
        """In order. Renders what is left to render with the ticket as it is now."""
        for entry in self._entries:
            if isinstance(entry, Step):
                yield entry
                continue
            name, round_number, effects = entry
            if self.full:
                effects.render(state)
            yield effects.step(name, round_number)


@dataclass(frozen=True, slots=True)
class RuleList:
    """Compiled rules in order, and the index over them."""

    rules: tuple[CompiledRule, ...]
    index: RuleIndex


def idle_step(rule: CompiledRule, round_number: int, verdict: Verdict) -> Step:
    """The step of a rule that did nothing: its conditions do not hold, or cannot be judged."""
    outcome: Outcome = "opaque" if verdict.opaque else "no_match"
    return Step(rule.name, round_number, outcome, failed=verdict.failed, opaque=verdict.opaque)


def run_triggers(triggers: RuleList, state: TicketState, log: Log) -> None:
    """Walk the list until a walk changes nothing; each trigger fires once (switch `trigger_pass`)."""
    rewalk = state.switches["trigger_pass"] == "rewalk"  # noqa: S105 - no secret: a pass over triggers
    walks = _Pass(triggers, state, log)
    changed_at = walks.walk()
    while changed_at is not None:
        if rewalk:
            walks.round += 1
        changed_at = walks.walk(start=0 if rewalk else changed_at + 1)


@dataclass(slots=True)
class _Pass:
    """One update's walks. `spent` and `settled` are sets of places, as the index has them.

    `settled` holds rules that did not hold and read nothing that changed since: they are not asked again.
    """

    triggers: RuleList
    state: TicketState
    log: Log
    round: int = 1
    spent: int = 0
    settled: int = 0
    failures: dict[int, Failure | None] = field(default_factory=dict)

    def walk(self, *, start: int = 0) -> int | None:
        """Up to the first trigger that changes something, and its place; None at the end of the list."""
        for place in places(self._wanted() & (-1 << start)):
            rule, bit = self.triggers.rules[place], 1 << place
            if self.spent & bit:
                self.log.add(Step(rule.name, self.round, "spent"))
            elif self.settled & bit:
                self.log.add(Step(rule.name, self.round, "no_match", failed=self.failures[bit]))
            elif self._changes(rule, bit):
                return place
        return None

    def _wanted(self) -> int:
        index = self.triggers.index
        return index.every if self.log.full else index.candidates(self.state) & ~(self.spent | self.settled)

    def _changes(self, rule: CompiledRule, bit: int) -> bool:
        """Look at one rule, and whether it fired and changed something."""
        state = self.state
        verdict = rule.judge(state, explain=self.log.full)
        if not verdict.holds:
            if self.log.full or verdict.opaque:
                self.log.add(idle_step(rule, self.round, verdict))
            if not verdict.opaque:
                self.settled |= bit
                self.failures[bit] = verdict.failed
            return False
        self.spent |= bit
        version = state.version
        self.log.fired(rule, self.round, perform(rule.actions, state))
        if state.version == version:
            return False
        self.settled &= ~self.triggers.index.readers(state.touched)
        state.touched.clear()
        return True
