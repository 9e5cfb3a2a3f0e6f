"""One walk over a list of rules, as triggers and automations are run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .engine import Detail
from .trace import Outcome, Step
from .zendesk_effects import Effects, perform
from .zendesk_index import RuleIndex
from .zendesk_rules import CompiledRule, Verdict
from .zendesk_state import TicketState


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

    def places(self, state: TicketState, *, full: bool) -> Sequence[int]:
        """Where to look: everywhere, or where a rule may hold now."""
        return range(len(self.rules)) if full else self.index.candidates(state)


def idle_step(rule: CompiledRule, round_number: int, verdict: Verdict) -> Step:
    """The step of a rule that did nothing: its conditions do not hold, or cannot be judged."""
    outcome: Outcome = "opaque" if verdict.opaque else "no_match"
    return Step(rule.name, round_number, outcome, failed=verdict.failed, opaque=verdict.opaque)


def run_triggers(triggers: RuleList, state: TicketState, log: Log) -> None:
    """Walk the list until a walk changes nothing; each trigger fires once (switch `trigger_pass`)."""
    rewalk = state.switches["trigger_pass"] == "rewalk"  # noqa: S105 - no secret: a pass over triggers
    spent: set[int] = set()
    round_number, start = 1, 0
    while True:
        changed_at = _walk(triggers, state, log, spent, round_number=round_number, start=start)
        if changed_at is None:
            return
        if rewalk:
            round_number, start = round_number + 1, 0
        else:
            start = changed_at + 1


def _walk(
    triggers: RuleList, state: TicketState, log: Log, spent: set[int], *, round_number: int, start: int
) -> int | None:
    """Up to the first trigger that changes something, and its place; None at the end of the list."""
    for place in triggers.places(state, full=log.full):
        if place < start:
            continue
        rule = triggers.rules[place]
        if place in spent:
            log.add(Step(rule.name, round_number, "spent"))
            continue
        verdict = rule.judge(state)
        if not verdict.holds:
            log.add(idle_step(rule, round_number, verdict))
            continue
        spent.add(place)
        version = state.version
        log.fired(rule, round_number, perform(rule.actions, state))
        if state.version != version:
            return place
    return None
