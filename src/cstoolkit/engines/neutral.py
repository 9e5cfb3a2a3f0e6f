"""How recipes mean their rules to run: one meaning for every helpdesk (docs/testing-rules.md).

A list of triggers runs once on an update, in order, each seeing what those before it changed. What an automation
changes is an update by the system, so triggers run on it. A guard of `once: spell` stands until an update
after which the rule's `when` would not have held at the instant at which it fired: time alone ends no spell.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ..errors import RefusedError
from ..model.clock import Schedule
from ..model.context import Context
from ..model.people import Person
from ..model.rules import Rule
from ..model.ticket import Comment, StatusCategory, Ticket
from .engine import Detail
from .neutral_actions import Done, perform
from .neutral_guards import Situation, end_spells
from .neutral_index import TriggerIndex, prepare_rule
from .neutral_judging import judge, opaque_actions
from .neutral_order import in_order
from .neutral_record import changes_between, record
from .neutral_switches import SWITCHES
from .neutral_updates import SYSTEM, NeutralUpdate, events_of, save
from .neutral_wake import wakes_at
from .switches import Switches
from .trace import FieldChange, Step, Trace

__all__ = ["SYSTEM", "Account", "Beginning", "NeutralEngine", "NeutralUpdate", "Ran", "Situation"]


@dataclass(frozen=True, slots=True)
class Account:
    """What rules find beside the ticket: calendars, the order of stages, categories of own statuses."""

    calendars: Mapping[str, Schedule] = field(default_factory=dict)
    stages: Sequence[str] = ()
    statuses: Mapping[str, StatusCategory] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of one update or scan.

    `began` is the ticket that the first rule saw, with its surroundings and the words of the update (none: a
    scan). `saved` is what the doer's update itself changed, before any rule. With detail `fired` the trace has no
    record of the ticket: it stands in `situation`.
    """

    trace: Trace
    situation: Situation
    began: "Beginning"
    saved: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Beginning:
    """What rules looked at before any of them did something."""

    ticket: Ticket
    context: Context
    events: frozenset[str] = frozenset()


class NeutralEngine:
    """Runs neutral rules; each call is a pure function of its arguments.

    Inactive rules do not run. `switches` sets some of `neutral_switches.SWITCHES`.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        switches: Mapping[str, str | bool] | None = None,
        *,
        account: Account | None = None,
    ) -> None:
        self.switches = Switches(SWITCHES, switches or {})
        self.account = account or Account()
        active = [rule for rule in rules if rule.active]
        listed = in_order([rule for rule in active if rule.kind != "macro"], self.account.stages)
        self._triggers = tuple(rule for rule in listed if rule.kind == "trigger")
        self._automations = tuple(rule for rule in listed if rule.kind == "automation")
        native = self.switches["native_parts"] == "opaque"
        self.index = TriggerIndex([prepare_rule(rule, native=native) for rule in self._triggers])
        self._prepared = tuple(prepare_rule(rule, native=native) for rule in self._automations)
        self._macros = {rule.id: rule for rule in active if rule.kind == "macro"}
        self.spells = {rule.id: rule for rule in listed if rule.once == "spell"}

    def update(
        self, situation: Situation, update: NeutralUpdate, *, now: datetime, detail: Detail = "full"
    ) -> Ran:
        """The triggers on one update. A ticket that is created is in `situation` as it comes into being."""
        before = situation.ticket
        after = save(before, update, now=now, reopens=self.switches.on("reply_reopens"))
        context = self._context(now, update, None if update.created else before)
        run = _Run(self, replace(situation, ticket=after), context, detail)
        events = events_of(update, before)
        run.began = replace(run.began, events=events)
        run.triggers(events)
        return run.ran(() if update.created else changes_between(before, after))

    def scan(
        self,
        situation: Situation,
        *,
        now: datetime,
        detail: Detail = "full",
        awake: Container[str] | None = None,
    ) -> Ran:
        """One scan of the automations, with the triggers that their changes set off.

        `awake` are the automations that may do something, by `sleep`; None: all. The others are looked at from
        the first change of the ticket on.
        """
        run = _Run(self, situation, self._context(now), detail)
        for each in self._prepared:
            if awake is not None and each.rule.id not in awake and run.situation is situation:
                continue
            before = run.situation.ticket
            if not run.full and each.declines(before, run.context):
                continue
            done = run.look_at(each.rule, frozenset())
            if done is not None and done.ticket is not before:
                self._after_rule(run, before)
        return run.ran()

    def apply_macro(
        self, macro: str, situation: Situation, *, actor: Person, now: datetime, detail: Detail = "full"
    ) -> Ran:
        """An agent applies a macro and saves: triggers see one update by that agent.

        Raises RefusedError for a macro that is not there or not active.
        """
        rule = self._macros.get(macro)
        if rule is None:
            known = ", ".join(sorted(self._macros)) or "none"
            raise RefusedError(f'there is no active macro "{macro}"', hint=f"macros are: {known}")
        before = situation.ticket
        run = _Run(self, situation, self._context(now, NeutralUpdate(actor), before), detail)
        run.look_at(rule, frozenset(), speaker=actor)
        update = NeutralUpdate(
            actor, changes=_changed_attributes(before, run.situation.ticket), comment=_said(before, run)
        )
        run.context = self._context(now, update, before)
        run.triggers(events_of(update, before))
        return run.ran()

    def sleep(
        self, situation: Situation, *, now: datetime, among: Container[str] | None = None
    ) -> Mapping[str, datetime]:
        """When each automation that has just done nothing may do something, as long as the ticket stays as it is.

        `among` are those that are asked about; None: all. One that is not in the answer sleeps for ever.
        """
        context = self._context(now)
        ticket = situation.ticket
        asked = [
            each.rule
            for each in self._prepared
            if (among is None or each.rule.id in among) and not each.rests(ticket, context)
        ]
        wakes = {rule.id: wakes_at(rule.when, ticket, context) for rule in asked if rule.when is not None}
        return {name: moment for name, moment in wakes.items() if moment is not None}

    def triggers(self) -> tuple[Rule, ...]:
        """The triggers in the order in which they run."""
        return self._triggers

    def automations(self) -> tuple[Rule, ...]:
        """The automations in the order in which they run."""
        return self._automations

    def _context(
        self, now: datetime, update: NeutralUpdate | None = None, before: Ticket | None = None
    ) -> Context:
        return Context(
            now=now,
            before=before,
            comment=update.comment if update else None,
            actor=update.actor if update else None,
            calendars=self.account.calendars,
        )

    def _after_rule(self, run: "_Run", before: Ticket) -> None:
        """What an automation changed is an update by the system."""
        scan, now = run.context, run.context.now
        update = NeutralUpdate(
            SYSTEM, changes=_changed_attributes(before, run.situation.ticket), comment=_said(before, run)
        )
        run.context = self._context(now, update, before)
        run.triggers(events_of(update, before))
        run.context = scan


class _Run:
    """One update or one scan: the steps so far, and the ticket that they left."""

    def __init__(self, engine: NeutralEngine, situation: Situation, context: Context, detail: Detail) -> None:
        self.engine = engine
        self.situation = situation
        self.context = context
        self.full = detail == "full"
        self.native = engine.switches["native_parts"] == "opaque"
        self.steps: list[Step] = []
        self.began = Beginning(situation.ticket, context)

    def triggers(self, events: frozenset[str]) -> None:
        """All triggers once, in order; then spells that this update ended are over."""
        if self.full:
            for rule in self.engine.triggers():
                self.look_at(rule, events)
        else:
            for each in self.engine.index.waiting_for(events):
                if not each.declines(self.situation.ticket, self.context):
                    self.look_at(each.rule, events)
        self.situation = end_spells(self.engine.spells, self.situation, self.context)

    def look_at(self, rule: Rule, events: frozenset[str], speaker: Person = SYSTEM) -> Done | None:
        """Run one rule if it is its turn; what it did, or None."""
        verdict = judge(
            rule, self.situation.ticket, events, self.context, native=self.native, explain=self.full
        )
        if verdict.outcome != "fired":
            if self.full or verdict.opaque:
                step = Step(rule.id, 1, verdict.outcome, verdict.failed, opaque=verdict.opaque)
                self.steps.append(step)
            return None
        done = Done(self.situation.ticket, self.context, speaker, self.engine.account.statuses)
        perform(rule.then, done)
        unknown = (*done.opaque, *opaque_actions(rule, native=self.native))
        self.steps.append(
            Step(
                rule.id,
                1,
                "opaque" if unknown else "fired",
                changes=tuple(done.changes),
                messages=tuple(done.messages),
                calls=tuple(done.calls),
                opaque=unknown,
            )
        )
        self._note(rule, done.ticket)
        return done

    def _note(self, rule: Rule, ticket: Ticket) -> None:
        fired_at = self.situation.fired_at
        if rule.once != "run":
            ticket = ticket.model_copy(update={"fired": ticket.fired | {rule.id}})
            fired_at = {**fired_at, rule.id: self.context.now}
        self.situation = Situation(ticket, fired_at)

    def ran(self, saved: tuple[FieldChange, ...] = ()) -> Ran:
        ticket = record(self.situation.ticket) if self.full else {}
        trace = Trace(tuple(self.steps), ticket, self.engine.switches)
        return Ran(trace, self.situation, self.began, saved)


def _changed_attributes(before: Ticket, after: Ticket) -> dict[str, object]:
    names = {change.field for change in changes_between(before, after)}
    return {name: getattr(after, name) for name in names if name in type(after).model_fields}


def _said(before: Ticket, run: _Run) -> Comment | None:
    """What was said since: the public comment if there is one, since that is what people see."""
    new = (run.situation.ticket.comments or ())[len(before.comments or ()) :]
    return next((comment for comment in new if comment.public), new[0] if new else None)
