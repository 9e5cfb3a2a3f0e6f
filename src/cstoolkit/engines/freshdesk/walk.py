"""Walks over a list of rules: creation, updates, and the hourly run."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..engine import Detail, Update, World
from ..switches import Switches
from ..trace import Outcome, Record, Step, Trace
from .check import Verdict
from .effects import Effects, perform
from .index import EventIndex
from .keys import instant, key
from .rules import CompiledRule
from .state import TicketState

Rules = Sequence[CompiledRule]
OUTBOUND_EMAIL = "10"


@dataclass(slots=True)
class Log:
    """The steps of a run. Detail `fired` keeps no idle steps and renders no texts."""

    detail: Detail
    _entries: list[Step | tuple[str, int, Effects]] = field(default_factory=list)

    @property
    def full(self) -> bool:
        return self.detail == "full"

    def idle(self, rule: CompiledRule, round_number: int, verdict: Verdict) -> None:
        if self.full or verdict.opaque:
            outcome: Outcome = "opaque" if verdict.opaque else "no_match"
            self._entries.append(
                Step(rule.name, round_number, outcome, verdict.failed, opaque=verdict.opaque)
            )

    def spent(self, rule: CompiledRule, round_number: int) -> None:
        if self.full:
            self._entries.append(Step(rule.name, round_number, "spent"))

    def fired(self, rule: CompiledRule, round_number: int, effects: Effects) -> None:
        self._entries.append((rule.name, round_number, effects))

    def steps(self, state: TicketState) -> Iterator[Step]:
        """In order. Renders what is left to render with the ticket as it is now."""
        for entry in self._entries:
            if isinstance(entry, Step):
                yield entry
                continue
            name, round_number, effects = entry
            effects.finish(state)
            yield effects.step(name, round_number)


def look_at(rule: CompiledRule, state: TicketState, log: Log, *, round_number: int = 1) -> bool:
    """Run a rule if its conditions hold, and whether they did."""
    verdict = rule.judge(state, explain=log.full)
    if not verdict.holds:
        log.idle(rule, round_number, verdict)
        return False
    effects = Effects(log.full, state.switches["messages_render"] == "at_action")
    log.fired(rule, round_number, perform(rule.actions, state, effects))
    return True


def run_creation(rules: Rules, state: TicketState, log: Log) -> None:
    """Up to the first rule that matches, or all of them (switch `creation_rules`)."""
    first_only = state.switches["creation_rules"] == "first_match"
    for rule in rules:
        if look_at(rule, state, log) and first_only:
            return


def run_updates(index: EventIndex, state: TicketState, log: Log) -> TicketState:
    """All rules in one pass, each seeing what earlier ones did; by switch once more over that."""
    version = state.version
    done = {rule.name for rule in index.rules_for(state, full=log.full) if look_at(rule, state, log)}
    if state.version == version or state.switches["update_pass"] == "single":  # noqa: S105 - no secret: a pass over rules
        return state
    again = by_the_system(state)
    for rule in index.rules_for(again, full=log.full):
        if rule.name in done:
            log.spent(rule, 2)
        else:
            look_at(rule, again, log, round_number=2)
    return again


def by_the_system(state: TicketState) -> TicketState:
    """What rules did to a ticket, as an update that nobody made."""
    before, after = state.world.ticket, state.ticket
    update = Update("updated", changed_values(before, after))
    return TicketState(state.world_after(), update, now=state.now, switches=state.switches)


def changed_values(before: Record, after: Record) -> Record:
    """The values before, of the fields that differ."""
    return {name: before.get(name) for name, value in after.items() if before.get(name) != value}


def has_agent_requester(world: World, switches: Switches) -> bool:
    """No rule runs for a requester who is an agent (switch `agent_requesters`)."""
    requester = key(world.ticket.get("requester_id"))
    return switches["agent_requesters"] == "skip" and requester in world.lookups.get("agents", {})


def is_outbound(world: World, update: Update) -> bool:
    """A ticket that began with an agent's own mail ("New email"): creation rules are not executed for it."""
    return update.kind == "created" and key(world.ticket.get("source")) == OUTBOUND_EMAIL


@dataclass(frozen=True, slots=True)
class HourlyRun:
    """What one run works with: each ticket by itself, all matching rules in order."""

    rules: Rules
    updates: EventIndex
    switches: Switches
    now: datetime
    detail: Detail

    def traces(self, worlds: Iterable[World]) -> Iterator[Trace]:
        """One for each ticket; one that the vendor does not look at has no steps."""
        since = self.now - timedelta(days=self.switches.number("hourly_days"))
        for world in worlds:
            if self._is_scanned(world, since):
                yield self._trace(world)
            else:
                yield Trace((), world.ticket, self.switches)

    def _is_scanned(self, world: World, since: datetime) -> bool:
        ticket = world.ticket
        updated = instant(ticket.get("updated_at"))
        gone = bool(ticket.get("deleted")) or bool(ticket.get("spam"))
        return (
            not gone
            and (updated is None or updated >= since)
            and not has_agent_requester(world, self.switches)
        )

    def _trace(self, world: World) -> Trace:
        state = TicketState(world, Update("time"), now=self.now, switches=self.switches)
        log = Log(self.detail)
        for rule in self.rules:
            look_at(rule, state, log)
        steps = list(log.steps(state))
        if state.version and self.switches["hourly_sets_off"] == "update_rules":
            after, more = by_the_system(state), Log(self.detail)
            state = run_updates(self.updates, after, more)
            steps += more.steps(state)
        return Trace(tuple(steps), state.ticket, self.switches)
