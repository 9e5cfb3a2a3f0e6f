"""One ticket through the runner's rules: its updates since the watermark, each at its instant, then a scan.

Rules see the ticket as it was, with what the runner's rules have done to it since the watermark: they are one list
that runs in order. What people set later stays: an effect that somebody has written over is none any more.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ...engines.neutral import Account, NeutralEngine, NeutralUpdate, Ran, Situation
from ...engines.neutral_guards import end_spells
from ...engines.neutral_record import plain
from ...engines.neutral_updates import changed, save
from ...engines.trace import FieldChange, Step
from ...model.actions import Say, Set
from ...model.conditions import Span, Value
from ...model.context import Context
from ...model.people import Person
from ...model.rules import Rule
from ...model.ticket import StatusCategory, Ticket
from ..replay.past import PastUpdate, PromiseChange
from .looks import Look
from .tasks import Task

SWITCHES: Mapping[str, str | bool] = {"reply_reopens": "off"}
"""What a reply did is in the history."""


@dataclass(frozen=True, slots=True)
class Window:
    """What a rule looks at: updates after `since`. `start` is where its first run began to look; `first`: this one."""

    start: datetime
    since: datetime
    first: bool = False


@dataclass(frozen=True, slots=True)
class Firing:
    """One time that a rule fired, and what came of it. `event` names the update; `at` is its instant."""

    task: Task
    ticket_id: str
    event: str
    at: datetime
    why: str
    set: Mapping[str, Value | None] = field(default_factory=dict)
    add_tags: frozenset[str] = frozenset()
    remove_tags: frozenset[str] = frozenset()
    says: tuple[Say, ...] = ()
    messages: int = 0


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A rule that could not be judged on a ticket, and why."""

    rule: str
    ticket_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one ticket: firings with what is left to do of them, spells that are over, and what is not known."""

    firings: tuple[Firing, ...] = ()
    over: tuple[Task, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()


class Judge:
    """The runner's rules over tickets. `windows` has each task's, by rule id."""

    def __init__(
        self,
        tasks: Sequence[Task],
        windows: Mapping[str, Window],
        account: Account,
        *,
        now: datetime,
        integrations: Collection[str] = (),
    ) -> None:
        self.tasks = {task.rule.id: task for task in tasks}
        self.windows = windows
        self.account = account
        self.now = now
        self._integrations = integrations
        self._guards = {task.guard: task.rule.id for task in tasks}
        self._engines: dict[frozenset[str], NeutralEngine] = {}
        self.has_automations = any(task.rule.kind == "automation" for task in tasks)

    def judge(self, ticket: Ticket, past: Sequence[Look | PromiseChange], first: Ticket | None) -> Judged:
        """`ticket` as it stands now; `past` are its updates, `first` how it was before them (None: not known)."""
        run = _Playing(self, ticket)
        if first is not None:
            run.play(past, first)
        run.scan()
        return run.judged()

    def engine(self, at: datetime | None = None) -> NeutralEngine:
        """The rules that look at updates of an instant; None: all."""
        chosen = frozenset(name for name in self.tasks if at is None or at > self.windows[name].since)
        if chosen not in self._engines:
            rules = [task.rule for name, task in self.tasks.items() if name in chosen]
            self._engines[chosen] = NeutralEngine(rules, SWITCHES, account=self.account)
        return self._engines[chosen]

    def doer(self, actor: Person) -> Person:
        """Who made an update: an integration of the project is the system, whoever it logs in as."""
        if actor.name in self._integrations or actor.email in self._integrations:
            return actor.model_copy(update={"role": "system"})
        return actor

    def guards_among(self, tags: frozenset[str]) -> frozenset[str]:
        """The rules whose guard is among the tags."""
        return frozenset(self._guards[tag] for tag in tags & self._guards.keys())


class _Playing:
    """One ticket while it is played. `plain` is it without, `situation` with what the runner's rules did."""

    def __init__(self, judge: Judge, ticket: Ticket) -> None:
        self.judge = judge
        self.ticket = ticket
        fired = judge.guards_among(ticket.tags)
        self.plain = ticket
        self.situation = Situation(ticket.model_copy(update={"fired": fired}))
        self.firings: list[Firing] = []
        self.unjudged: list[Unjudged] = []

    def play(self, past: Sequence[Look | PromiseChange], first: Ticket) -> None:
        """Every update, from the first on; then what rules did is put on the ticket as it stands."""
        self.plain = first
        self.situation = Situation(first)
        for item in past:
            if isinstance(item, PromiseChange):
                self._promise(item)
            else:
                self._look(item)
        done = _differences(self.plain, self.situation.ticket)
        standing = changed(self.ticket, done, now=self.judge.now) if done else self.ticket
        guarded = standing.model_copy(update={"fired": self.situation.ticket.fired})
        self.situation = replace(self.situation, ticket=guarded)

    def _promise(self, item: PromiseChange) -> None:
        promised = {"sla": item.sla}
        self.plain = self.plain.model_copy(update=promised)
        self.situation = replace(self.situation, ticket=self.situation.ticket.model_copy(update=promised))

    def _look(self, look: Look) -> None:
        before, update = self.situation.ticket, look.update
        gone = before.gone is not None or "gone" in update.changes
        engine = self.judge.engine(look.at)
        listens = bool(engine.triggers() or engine.spells) and not gone
        if listens and not look.own and look.at <= self.judge.now:
            ran = self._update(engine, update)
            self._note(ran, look)
            self._follow_guards(update)
        else:
            self.situation = replace(self.situation, ticket=_saved(before, update))
            self._follow_guards(update)
            if listens:
                context = Context(look.at, before, calendars=self.judge.account.calendars)
                self.situation = end_spells(engine.spells, self.situation, context)
        self.plain = _saved(self.plain, update)

    def _update(self, engine: NeutralEngine, update: PastUpdate) -> Ran:
        situation = self.situation
        values = update.attributes(situation.ticket)
        if update.created:
            born = changed(situation.ticket, values, now=update.at) if values else situation.ticket
            situation, values = replace(situation, ticket=born), {}
        doing = NeutralUpdate(self.judge.doer(update.actor), update.created, values, update.comment)
        return engine.update(situation, doing, now=update.at, detail="fired")

    def _follow_guards(self, update: PastUpdate) -> None:
        """Guards that came or went as tags."""
        come = self.judge.guards_among(update.add_tags)
        went = self.judge.guards_among(update.remove_tags)
        if come or went:
            held = self.situation
            fired = (held.ticket.fired | come) - went
            since = {**held.fired_at, **{name: held.fired_at.get(name, update.at) for name in come}}
            kept = {name: at for name, at in since.items() if name in fired}
            self.situation = Situation(held.ticket.model_copy(update={"fired": fired}), kept)

    def scan(self) -> None:
        """The automations at the present."""
        if not self.judge.has_automations:
            return
        ran = self.judge.engine().scan(self.situation, now=self.judge.now, detail="fired")
        self._note(ran, None)

    def _note(self, ran: Ran, look: Look | None) -> None:
        self.situation = ran.situation
        for step in ran.trace.steps:
            task = self.judge.tasks[step.rule]
            if step.opaque:
                reason = "; ".join(f"{one.path}: {one.reason}" for one in step.opaque)
                self.unjudged.append(Unjudged(step.rule, self.ticket.id, reason))
            elif step.outcome == "fired":
                self.firings.append(self._firing(task, step, ran, look))

    def _firing(self, task: Task, step: Step, ran: Ran, look: Look | None) -> Firing:
        at = self.judge.now if look is None else look.at
        words = "scan" if look is None else _words(task.rule, ran)
        event = _scan_event(task.rule, at) if look is None else look.event
        return Firing(
            task,
            self.ticket.id,
            event,
            at,
            f"{words} at {at:%Y-%m-%d %H:%M:%S}Z",
            **values_of(task.rule, step.changes, ran.situation.ticket),
            says=says_of(step.changes),
            messages=len(step.messages),
        )

    def judged(self) -> Judged:
        """What is left to do: effects that still stand, and are not there yet."""
        if self.ticket.gone is not None or self.ticket.status.category is StatusCategory.CLOSED:
            return Judged(unjudged=tuple(self.unjudged))
        wanted, held = self.situation.ticket, self.ticket
        left = tuple(left_of(firing, wanted, held) for firing in self.firings)
        standing = self.judge.guards_among(held.tags)
        over = tuple(self.judge.tasks[name] for name in sorted(standing - wanted.fired))
        return Judged(left, over, tuple(self.unjudged))


def left_of(firing: Firing, wanted: Ticket, held: Ticket) -> Firing:
    """What is still to be done of a firing: what the ticket is to have in the end, and has not yet."""
    rule = firing.task.rule
    guard = {firing.task.guard} if rule.once != "run" and rule.id in wanted.fired else set[str]()
    return replace(
        firing,
        set={
            name: value
            for name, value in firing.set.items()
            if _holds(wanted, name, value) and not _holds(held, name, value)
        },
        add_tags=((firing.add_tags & wanted.tags) | guard) - held.tags,
        remove_tags=(firing.remove_tags - wanted.tags) & held.tags,
    )


def says_of(changes: Sequence[FieldChange]) -> tuple[Say, ...]:
    """What was said, in order, each as private as its action."""
    return tuple(
        Say(str(one.after), public=one.field == "reply") for one in changes if one.field in {"reply", "note"}
    )


def values_of(rule: Rule, changes: Sequence[FieldChange], after: Ticket) -> dict[str, Any]:
    """What a firing set and tagged."""
    return {
        "set": dict(_values(rule, changes, after)),
        "add_tags": _labels(changes, added=True),
        "remove_tags": _labels(changes, added=False),
    }


def _saved(ticket: Ticket, update: PastUpdate) -> Ticket:
    """The ticket after a save at which no rule of ours looks."""
    values = update.attributes(ticket)
    if update.created:
        return changed(ticket, values, now=update.at) if values else ticket
    doing = NeutralUpdate(update.actor, False, values, update.comment)  # noqa: FBT003 - not the creation
    return save(ticket, doing, now=update.at, reopens=False)


def _differences(plain_one: Ticket, other: Ticket) -> dict[str, Any]:
    """Attributes that rules have set otherwise; `custom` as a whole."""
    names = (
        "status", "priority", "type", "assignee", "group", "form", "brand", "due_at", "tags", "custom", "problem_id",
    )  # fmt: skip
    return {name: getattr(other, name) for name in names if getattr(plain_one, name) != getattr(other, name)}


def _words(rule: Rule, ran: Ran) -> str:
    return next((event for event in rule.event if event in ran.began.events), "update")


def _scan_event(rule: Rule, now: datetime) -> str:
    """A rule that fires once in a ticket's life has one event there."""
    return "once" if rule.once == "ticket" else f"scan-{now:%Y%m%dT%H%M%S.%fZ}"


def _values(rule: Rule, changes: Sequence[FieldChange], after: Ticket) -> Iterator[tuple[str, Value | None]]:
    """Fields that the rule set, with the values of the recipe's own types."""
    wanted = {
        name: value
        for action in rule.then
        if isinstance(action, Set)
        for name, value in action.values.items()
    }
    for change in changes:
        if change.field in wanted:
            value = wanted[change.field]
            if isinstance(value, Span):
                yield change.field, getattr(after, change.field)
            elif value == "actor":
                yield change.field, str(change.after)
            else:
                yield change.field, value
        elif change.field == "problem":
            yield "problem", change.after


def _labels(changes: Sequence[FieldChange], *, added: bool) -> frozenset[str]:
    for change in changes:
        if change.field == "tags":
            before, after = frozenset(change.before or ()), frozenset(change.after or ())
            return after - before if added else before - after
    return frozenset()


def _holds(ticket: Ticket, name: str, value: Value | None) -> bool:
    """Whether the ticket has this value already; a status by its category or its own name."""
    if name == "status":
        return value in {ticket.status.native, ticket.status.category.value}
    if name.startswith("custom."):
        held = plain(ticket.custom.get(name.removeprefix("custom.")))
    else:
        held = plain(getattr(ticket, "problem_id" if name == "problem" else name))
    return bool(held in (plain(value), [plain(value)]))
