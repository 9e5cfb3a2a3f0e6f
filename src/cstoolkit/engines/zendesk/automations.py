"""One hourly run of automations over many tickets."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ..engine import Detail, Update, World
from ..switches import Switches
from ..trace import Record, Step, Trace
from .effects import perform
from .rules import CompiledRule
from .state import TicketState
from .walk import Log, RuleList, idle_step, run_triggers


@dataclass(slots=True)
class Allowance:
    """How many tickets this run may still act on, in all or for each automation."""

    switches: Switches
    _acted: Counter[str] = field(default_factory=Counter)

    def take(self, rule: CompiledRule, already: set[str]) -> bool:
        """Whether a ticket may be acted on. `already` holds what this ticket was counted under before."""
        bucket = rule.name if self.switches["automation_cap_scope"] == "automation" else ""
        if bucket in already:
            return True
        if self._acted[bucket] >= self.switches.number("automation_tickets_per_run"):
            return False
        self._acted[bucket] += 1
        already.add(bucket)
        return True


@dataclass(frozen=True, slots=True)
class HourlyRun:
    """What one run works with. Tickets are taken in the order they come; the vendor's is not documented."""

    automations: RuleList
    triggers: RuleList
    switches: Switches
    now: datetime
    detail: Detail

    def traces(self, worlds: Iterable[World]) -> Iterator[Trace]:
        """One for each ticket; a closed one has no steps."""
        allowance = Allowance(self.switches)
        for world in worlds:
            if world.ticket.get("status") == "closed":
                yield Trace((), world.ticket, self.switches)
            else:
                ticket = _Ticket(world, self._state(world), earlier_updates(world))
                self._run(ticket, allowance)
                yield Trace(tuple(ticket.steps), ticket.state.ticket, self.switches)

    def _state(self, world: World, update: Update | None = None) -> TicketState:
        return TicketState(world, update or Update("time"), now=self.now, switches=self.switches)

    def _run(self, ticket: "_Ticket", allowance: Allowance) -> None:
        each = self.switches["automation_saves"] == "each"
        for rule in self.automations.rules:
            if ticket.state.value("status") == "closed":
                break
            if self._apply(rule, ticket, allowance) and each:
                self._save(ticket)
        if not each and ticket.state.version:
            self._save(ticket)

    def _apply(self, rule: CompiledRule, ticket: "_Ticket", allowance: Allowance) -> bool:
        """Whether the automation changed the ticket."""
        state, log = ticket.state, Log(self.detail)
        verdict = rule.judge(state, explain=log.full)
        limit = self.switches.number("automation_updates_per_ticket")
        if not verdict.holds:
            log.add(idle_step(rule, 1, verdict))
        elif ticket.updates >= limit or not allowance.take(rule, ticket.counted):
            log.add(Step(rule.name, 1, "capped"))
        else:
            version = state.version
            log.fired(rule, 1, perform(rule.actions, state))
            ticket.steps += log.steps(state)
            ticket.updates += state.version != version
            return state.version != version
        ticket.steps += log.steps(state)
        return False

    def _save(self, ticket: "_Ticket") -> None:
        """Run the triggers on what automations did, and go on with the ticket they leave."""
        update = Update("time", changes=changed_values(ticket.world.ticket, ticket.state.ticket))
        state, log = self._state(ticket.state.world_after(), update), Log(self.detail)
        run_triggers(self.triggers, state, log)
        ticket.steps += log.steps(state)
        after = state.world_after()
        audit = _audit(ticket.world.ticket, after.ticket, self.now)
        ticket.world = replace(after, history=(*after.history, audit))
        ticket.state = self._state(ticket.world)


@dataclass(slots=True)
class _Ticket:
    """One ticket in one run: as last saved, as it is now, and what was done to it."""

    world: World
    state: TicketState
    updates: int
    counted: set[str] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)


def earlier_updates(world: World) -> int:
    """How often automations changed this ticket before, by its audits."""
    return sum(_by_automation(audit) for audit in world.history)


def _by_automation(audit: Record) -> bool:
    via = audit.get("via") or {}
    return via.get("channel") == "rule" and (via.get("source") or {}).get("rel") == "automation"


def changed_values(before: Record, after: Record) -> Record:
    """The values before, of the fields that differ."""
    return {name: before.get(name) for name in after if before.get(name) != after[name]}


def _audit(before: Record, after: Record, now: datetime) -> Record:
    """What happened in this run, so that later automations of it see it as history."""
    events = [
        {"type": "Change", "field_name": name, "value": after[name], "previous_value": value}
        for name, value in changed_values(before, after).items()
    ]
    via = {"channel": "rule", "source": {"rel": "automation"}}
    stamp = now.astimezone(UTC).isoformat()
    return {"created_at": stamp, "author_id": None, "via": via, "events": events}
