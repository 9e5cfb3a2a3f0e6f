"""A past through a rule list: what history's people did stays, what rules do is carried on until somebody says otherwise.

A list sees each save of the past in turn, on the ticket as the list itself has left it: what the save sets is set,
labels are added and taken away, everything else is as the rules made it. Automations are scanned at full hours; a
save at the very instant of a scan comes first. While a ticket is gone (deleted, merged, spam) no rule looks at it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from ...engines.neutral import NeutralUpdate, Ran, Situation
from ...engines.trace import FieldChange, Step
from ...model.ticket import Ticket
from ..hourly_scans import HOUR, scans
from ..ticket_engine import TicketEngine
from .past import Past, PastUpdate, PromiseChange

RuleWrites = Literal["keep", "drop"]
"""Saves that rules made in the past: played as saves by the system, or left out, since a list stands for them."""


class Standing(NamedTuple):
    """What of a ticket is compared between two lists; things by name."""

    status: str
    priority: str | None
    group: str | None
    assignee: str | None
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Moment:
    """One look of a list at a ticket: at a save of the past, or at a scan (`update` None).

    `events` are the words of the save, `saved` what the save itself changed, `after` how the ticket stands then.
    """

    at: datetime
    update: PastUpdate | None
    events: frozenset[str]
    steps: tuple[Step, ...]
    saved: tuple[FieldChange, ...]
    after: Standing


def first_scan(after: datetime) -> datetime:
    """The first full hour later than an instant."""
    hour = after.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return hour + HOUR


def items_of(past: Past, *, until: datetime, rule_writes: RuleWrites) -> Iterator[PastUpdate | PromiseChange]:
    """What of a past is played. Being deleted or merged counts whoever did it."""
    for item in past.items:
        if item.at > until:
            return
        if isinstance(item, PastUpdate) and item.by_rule is not None and rule_writes == "drop":
            if "gone" in item.changes:
                gone = {"gone": item.changes["gone"]}
                yield PastUpdate(item.at, item.actor, changes=gone, by_rule=item.by_rule)
        else:
            yield item


class PlayedList:
    """An engine with its rules, that pasts can be played through. `hidden` are tags that only the rules read: guards."""

    def __init__(self, engine: TicketEngine, hidden: frozenset[str] = frozenset()) -> None:
        self.engine = engine
        self.hidden = hidden
        self.has_automations = bool(engine.automations())

    def play(self, past: Past, *, until: datetime, rule_writes: RuleWrites) -> Iterator[Moment]:
        """Every save up to `until`, and every scan at which a rule did something, in order."""
        situation, last = Situation(past.first), past.first.created_at
        if past.begins_late:
            last = past.first.updated_at
        for item in items_of(past, until=until, rule_writes=rule_writes):
            for moment, scanned in self._scanned(situation, after=last, until=item.at, inclusive=False):
                situation = scanned
                yield moment
            last = max(last, item.at)
            if isinstance(item, PromiseChange):
                situation = _with(situation, {"sla": item.sla})
                continue
            ran = self._save(situation, item)
            situation = ran if isinstance(ran, Situation) else ran.situation
            yield self._moment(item.at, item, ran)
        for moment, _ in self._scanned(situation, after=last, until=until, inclusive=True):
            yield moment

    def _save(self, situation: Situation, item: PastUpdate) -> Ran | Situation:
        """What the rules made of a save; of one on a ticket that is gone, or goes, the save alone."""
        ticket = situation.ticket
        values = {} if item.created else item.attributes(ticket)
        if ticket.gone is not None or "gone" in item.changes:
            return _with(situation, values) if values else situation
        update = NeutralUpdate(item.actor, item.created, values, item.comment)
        return self.engine.update(situation, update, now=item.at, detail="fired")

    def _scanned(
        self, situation: Situation, *, after: datetime, until: datetime, inclusive: bool
    ) -> Iterator[tuple[Moment, Situation]]:
        """Scans between two saves: one at the instant of a save comes after it."""
        last = until if inclusive else until - timedelta(microseconds=1)
        first = _scan_not_before(after)
        if not self.has_automations or situation.ticket.gone is not None or first > last:
            return
        for at, ran in scans(self.engine, situation, first=first, until=last, detail="fired"):
            if ran.trace.steps:
                yield self._moment(at, None, ran), ran.situation

    def _moment(self, at: datetime, update: PastUpdate | None, ran: Ran | Situation) -> Moment:
        if isinstance(ran, Situation):
            return Moment(at, update, frozenset(), (), (), self._standing(ran.ticket))
        after = self._standing(ran.situation.ticket)
        return Moment(at, update, ran.began.events, ran.trace.steps, ran.saved, after)

    def _standing(self, ticket: Ticket) -> Standing:
        found = standing(ticket)
        return found._replace(tags=found.tags - self.hidden) if self.hidden else found


def _scan_not_before(instant: datetime) -> datetime:
    """The first full hour at or after an instant."""
    return first_scan(instant - timedelta(microseconds=1))


def standing(ticket: Ticket) -> Standing:
    """How a ticket of the model stands."""
    return Standing(
        ticket.status.native,
        None if ticket.priority is None else ticket.priority.level.value,
        None if ticket.group is None else ticket.group.name or ticket.group.id,
        None if ticket.assignee is None else ticket.assignee.name or ticket.assignee.id,
        ticket.tags,
    )


def _with(situation: Situation, values: dict[str, object]) -> Situation:
    return replace(situation, ticket=situation.ticket.model_copy(update=values))
