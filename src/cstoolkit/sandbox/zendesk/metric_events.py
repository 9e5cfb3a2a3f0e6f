"""Ticket metric events: when each clock of a ticket started, stopped and ended, told in the audits' order.

`measure` comes once for each metric, at creation; from then on `instance_id` counts the turns of a metric.
An event's id is made of the id of what happened in the audit, so it is the same on every page and in every
export, and no other metric has it. Events of SLA targets (`apply_sla`, `breach`) are not told: policies are
kept and do not run here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..http import Record
from .history import audits_of
from .ticket_clock import Spent, TicketClock, schedules_of
from .ticket_metrics import SOLVED, agents_of
from .visit import Desk

METRICS = (
    "agent_work_time", "pausable_update_time", "periodic_update_time", "reply_time", "requester_wait_time",
    "resolution_time",
)  # fmt: skip
TYPES = ("measure", "activate", "pause", "fulfill", "update_status")
_PAUSES = {
    "requester_wait_time": {"pending"},
    "agent_work_time": {"pending", "hold"},
    "resolution_time": set[str](),
}
"""The metrics that run with the status, and where they stand still."""


@dataclass(frozen=True)
class Turn:
    """One turn of a metric, as it stands: `spent` are the times it ran before it runs now."""

    clock: TicketClock
    running_since: str | None
    ended: bool
    spent: Spent


@dataclass
class _Turns:
    """One metric of one ticket."""

    instance: int = 0
    running_since: str | None = None
    ended: bool = True
    spent: Spent = field(default_factory=Spent)
    over: list[Spent] = field(default_factory=list)  # of the turns that ended

    def so_far(self, clock: TicketClock) -> list[Turn]:
        done = [Turn(clock, None, True, spent) for spent in self.over]  # noqa: FBT003
        return done if self.ended else [*done, Turn(clock, self.running_since, False, self.spent)]  # noqa: FBT003

    def start(self, at: str) -> Iterator[tuple[str, Record]]:
        if self.running_since is None:
            if self.ended:
                self.instance, self.ended, self.spent = self.instance + 1, False, Spent()
            self.running_since = at
            yield "activate", {}

    def pause(self, at: str, clock: TicketClock) -> Iterator[tuple[str, Record]]:
        if self.running_since is not None:
            self.spent += clock.spent(self.running_since, at)
            self.running_since = None
            yield "pause", {}

    def end(self, at: str, clock: TicketClock) -> Iterator[tuple[str, Record]]:
        if not self.ended:
            if self.running_since is not None:
                self.spent += clock.spent(self.running_since, at)
            self.running_since, self.ended = None, True
            self.over.append(self.spent)
            yield "fulfill", {}
            yield "update_status", {"status": self.spent.minutes}


@dataclass
class _Ticket:
    clock: TicketClock
    agents: frozenset[int]
    turns: dict[str, _Turns] = field(default_factory=lambda: {name: _Turns() for name in METRICS})

    def see(self, event: Record, at: str) -> Iterator[tuple[str, str, Record]]:
        """Metric, type and what is told besides."""
        if event["type"] == "ScheduleAssignment":
            self.clock.assign(str(event["new_schedule_id"]), at)
        elif event.get("field_name") == "status":
            if event["type"] == "Create":
                yield from ((metric, "measure", {}) for metric in METRICS)
            yield from self._status(str(event["value"]), at)
        elif event["type"] == "Comment" and event["public"]:
            turns = self.turns["reply_time"]
            by_agent = event["author_id"] in self.agents
            steps = turns.end(at, self.clock) if by_agent else turns.start(at)
            yield from (("reply_time", type_, more) for type_, more in steps)

    def _status(self, status: str, at: str) -> Iterator[tuple[str, str, Record]]:
        for metric, pauses in _PAUSES.items():
            turns = self.turns[metric]
            if status in SOLVED:
                steps = turns.end(at, self.clock)
            else:
                steps = turns.pause(at, self.clock) if status in pauses else turns.start(at)
            yield from ((metric, type_, more) for type_, more in steps)


def metric_events(desk: Desk, page: Iterable[Record]) -> Iterator[Record]:
    """Those of a page of audits (at least their `id` and `ticket_id`), in its order."""
    told: dict[int, dict[int, list[Record]]] = {}
    for audit in page:
        ticket_id = audit["ticket_id"]
        if ticket_id not in told:
            told[ticket_id] = _of_ticket(desk, ticket_id)
        yield from told[ticket_id].get(audit["id"], ())


def _of_ticket(desk: Desk, ticket_id: int) -> dict[int, list[Record]]:
    """All events of a ticket, by audit: what a turn's number is depends on those before it."""
    ticket = _Ticket(TicketClock(schedules_of(desk)), agents_of(desk))
    return {audit["id"]: _of_audit(ticket, audit) for audit in audits_of(desk, ticket_id)}


def turns_of(desk: Desk, ticket_id: int) -> dict[str, list[Turn]]:
    """The turns of each metric, the one that is under way last."""
    ticket = _Ticket(TicketClock(schedules_of(desk)), agents_of(desk))
    for audit in audits_of(desk, ticket_id):
        _of_audit(ticket, audit)
    return {name: turns.so_far(ticket.clock) for name, turns in ticket.turns.items()}


def _of_audit(ticket: _Ticket, audit: Record) -> list[Record]:
    found = [
        _event(audit, event["id"], metric, type_, ticket.turns[metric].instance) | more
        for event in audit["events"]
        for metric, type_, more in ticket.see(event, audit["created_at"])
    ]
    # Audits name the comment before the status that a ticket is born with.
    return sorted(found, key=lambda event: event["type"] != "measure")


def _event(audit: Record, event_id: int, metric: str, type_: str, instance: int) -> Record:
    return {
        "id": event_id * 100 + METRICS.index(metric) * len(TYPES) + TYPES.index(type_),
        "ticket_id": audit["ticket_id"],
        "metric": metric,
        "instance_id": 0 if type_ == "measure" else instance,
        "type": type_,
        "time": audit["created_at"],
    }
