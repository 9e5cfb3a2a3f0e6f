"""What is counted while pasts go by. Tallies of two parts of a helpdesk add up, in any order, to that of both."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from ...engines.trace import FieldChange, Step
from ..cases_expect import SAID, is_effect
from .running import Moment

Period = tuple[str, datetime]
"""What was counted, by which the clock was cut: ("fires hour", the hour's first instant)."""

NO_FIELD = frozenset({"followers", "cc", "quiet", *SAID})
"""Effects that nobody can undo."""


@dataclass(slots=True)
class RuleTally:
    """What one rule did in the window.

    `on_updates` are fires at saves of the past, `changing` fires that changed a field or a tag, `undone` those of
    them that the next save by a person took back. `periods` counts by day, and as bounds ask.
    """

    fires: int = 0
    on_updates: int = 0
    tickets: int = 0
    messages: int = 0
    changing: int = 0
    undone: int = 0
    opaque: int = 0
    unjudged: Counter[str] = field(default_factory=Counter)
    periods: Counter[Period] = field(default_factory=Counter)

    def add(self, other: "RuleTally") -> None:
        for name in ("fires", "on_updates", "tickets", "messages", "changing", "undone", "opaque"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.unjudged.update(other.unjudged)
        self.periods.update(other.periods)


@dataclass(slots=True)
class ListTally:
    """What a list did in the window.

    `saves` counts the saves by their words, `scans` the tickets that automations changed, by the hour.
    """

    rules: dict[str, RuleTally] = field(default_factory=dict)
    saves: Counter[frozenset[str]] = field(default_factory=Counter)
    messages: Counter[date] = field(default_factory=Counter)
    changes: Counter[date] = field(default_factory=Counter)
    scans: Counter[datetime] = field(default_factory=Counter)
    most_scans_of_one: int = 0

    def rule(self, name: str) -> RuleTally:
        return self.rules.setdefault(name, RuleTally())

    def add(self, other: "ListTally") -> None:
        for name, tally in other.rules.items():
            self.rule(name).add(tally)
        self.saves.update(other.saves)
        self.messages.update(other.messages)
        self.changes.update(other.changes)
        self.scans.update(other.scans)
        self.most_scans_of_one = max(self.most_scans_of_one, other.most_scans_of_one)


@dataclass(frozen=True, slots=True)
class Counting:
    """What is counted: the window, the periods that bounds ask for by rule, and how long a fire may be undone."""

    since: datetime
    until: datetime
    undone_within: timedelta = timedelta(hours=24)
    periods: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    """By rule, what bounds count and by which period, beside the fires of a day: ("messages", "hour")."""

    def counts(self, at: datetime) -> bool:
        return self.since <= at <= self.until


def count(moments: Iterable[Moment], counting: Counting, tally: ListTally) -> None:
    """Add one ticket's moments to a tally."""
    _OneTicket(counting, tally).count(moments)


class _OneTicket:
    """One pass over the moments of one ticket."""

    def __init__(self, counting: Counting, tally: ListTally) -> None:
        self.counting = counting
        self.tally = tally
        self.open: list[tuple[datetime, Step]] = []  # fires that the next save by a person may undo
        self.seen: set[tuple[str, Period | None]] = set()
        self.scans = 0

    def count(self, moments: Iterable[Moment]) -> None:
        for moment in moments:
            if moment.update is not None and moment.update.by_person:
                self._settle(moment)
            if not self.counting.counts(moment.at):
                continue
            if moment.update is not None:
                self.tally.saves[moment.events] += 1
            if moment.update is None and any(step.changes for step in moment.steps):
                self.scans += 1
                self.tally.scans[_hour(moment.at)] += 1
            for step in moment.steps:
                self._step(moment, step)
        self.tally.most_scans_of_one = max(self.tally.most_scans_of_one, self.scans)

    def _step(self, moment: Moment, step: Step) -> None:
        rule = self.tally.rule(step.rule)
        rule.opaque += bool(step.opaque)
        rule.unjudged.update(f"{part.path}: {part.reason}" for part in step.opaque)
        if not (step.outcome == "fired" or is_effect(step)):
            return
        rule.fires += 1
        rule.on_updates += moment.update is not None
        rule.messages += len(step.messages)
        rule.tickets += self._first(step.rule, None)
        for what, period in (("fires", "day"), *self.counting.periods.get(step.rule, ())):
            self._period(rule, step, what, (f"{what} {period}", start_of(period, moment.at)))
        day = _day(moment.at)
        self.tally.messages[day] += len(step.messages)
        if _field_changes(step):
            rule.changing += 1
            self.tally.changes[day] += 1
            self.open.append((moment.at, step))

    def _period(self, rule: RuleTally, step: Step, what: str, period: Period) -> None:
        if what == "tickets":
            rule.periods[period] += self._first(step.rule, period)
        else:
            rule.periods[period] += len(step.messages) if what == "messages" else 1

    def _first(self, rule: str, period: Period | None) -> bool:
        """Whether the rule is met for the first time on this ticket, in that period."""
        if (rule, period) in self.seen:
            return False
        self.seen.add((rule, period))
        return True

    def _settle(self, moment: Moment) -> None:
        for at, step in self.open:
            if moment.at - at <= self.counting.undone_within and is_undone(step, moment.saved):
                self.tally.rule(step.rule).undone += 1
        self.open.clear()


def _field_changes(step: Step) -> list[FieldChange]:
    return [change for change in step.changes if change.field not in NO_FIELD]


def is_undone(step: Step, saved: Sequence[FieldChange]) -> bool:
    """Whether a save took back everything that a step had put into fields and tags."""
    later = {change.field: change for change in saved}
    return all(_taken_back(change, later.get(change.field)) for change in _field_changes(step))


def _taken_back(done: FieldChange, later: FieldChange | None) -> bool:
    if later is None:
        return False
    if done.field != "tags":
        return bool(later.after != done.after)
    added, removed = (
        set(done.after or ()) - set(done.before or ()),
        set(done.before or ()) - set(done.after or ()),
    )
    now = set(later.after or ())
    return now.isdisjoint(added) and removed <= now


def start_of(period: str, at: datetime) -> datetime:
    """The first instant (UTC) of the hour, day or week (from Monday) that holds an instant."""
    hour = _hour(at)
    if period == "hour":
        return hour
    day = hour.replace(hour=0)
    return day if period == "day" else day - timedelta(days=day.weekday())


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
