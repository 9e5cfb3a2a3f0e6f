"""Freshdesk's rules on tickets of the model: the twin of `zendesk_tickets`, with Freshdesk's own engine.

What a save does by itself differs: a reply reopens nothing, the vendor has a rule for that. The switches of the
connection decide the rest.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ..engines.engine import Detail, World
from ..engines.freshdesk import FreshdeskEngine
from ..engines.freshdesk.asked import conditions_asked
from ..engines.freshdesk.keys import key, record_of
from ..engines.neutral import Account, Beginning, NeutralUpdate, Ran, Situation
from ..engines.neutral_conditions import Asked
from ..engines.neutral_record import changes_between, record
from ..engines.neutral_updates import changed, events_of, save
from ..engines.trace import FieldChange, Message, Record, Step, Trace
from ..model.context import Context
from ..model.people import Group, Person
from ..model.rules import NativeRule
from ..model.ticket import Ticket
from .cases_fixture import custom_value
from .freshdesk_names import FreshdeskNames
from .freshdesk_worlds import freshdesk_update, priority_of, status_of

PEOPLE: Mapping[str, tuple[str, str]] = {
    "group_id": ("group", "group"),
    "responder_id": ("assignee", "agent"),
    "product_id": ("brand", "brand"),
    "company_id": ("organization", "organization"),
}
"""What rules set -> our field, and the kind of name."""
NO_GUARDS: Mapping[str, str] = {}


class FreshdeskOnTickets:
    """Plays native rules as `NeutralEngine` plays neutral ones: the same calls, the same answers."""

    def __init__(
        self,
        rules: Sequence[NativeRule],
        names: FreshdeskNames,
        account: Account,
        switches: Mapping[str, str | bool] | None = None,
        *,
        lookups: Mapping[str, Mapping[str, Record]] | None = None,
        guards: Mapping[str, str] = NO_GUARDS,
    ) -> None:
        """`lookups` are records of the account, by the API's lists and by id; `guards` are the checkboxes by recipe."""
        self.native = tuple(rules)
        self.account = account
        self.names = names
        self._lookups = lookups or {}
        self._guards = guards
        self.engine = FreshdeskEngine(rules, switches)
        self.switches = self.engine.switches
        self._automations = tuple(rule for rule in rules if rule.kind == "rule_3" and rule.active)

    def update(
        self, situation: Situation, update: NeutralUpdate, *, now: datetime, detail: Detail = "full"
    ) -> Ran:
        """The rules of creation, or of updates, on one update."""
        before = situation.ticket
        after = save(before, update, now=now, reopens=False)
        context = Context(
            now=now,
            before=None if update.created else before,
            comment=update.comment,
            actor=update.actor,
            calendars=self.account.calendars,
        )
        world, native = freshdesk_update(after, context, self.names, guards=self._guards)
        world = self._with_lookups(world)
        trace = self.engine.run(world, native, now=now, detail=detail)
        saved = () if update.created else changes_between(before, after)
        look = _Look(world, Beginning(after, context, events_of(update, before)), detail == "full")
        return self._ran(situation, look, trace, saved)

    def scan(
        self,
        situation: Situation,
        *,
        now: datetime,
        detail: Detail = "full",
        awake: Container[str] | None = None,
    ) -> Ran:
        """One hourly run."""
        ticket = situation.ticket
        context = Context(now=now, calendars=self.account.calendars)
        world, _ = freshdesk_update(ticket, context, self.names, guards=self._guards)
        world = self._with_lookups(world)
        (trace,) = self.engine.hour([world], now=now, detail=detail)
        return self._ran(situation, _Look(world, Beginning(ticket, context), detail == "full"), trace)

    def sleep(
        self, situation: Situation, *, now: datetime, among: Container[str] | None = None
    ) -> Mapping[str, datetime]:
        """Nothing once the vendor leaves the ticket alone (switch `hourly_days`); until then every hour is looked at."""
        alone_after = timedelta(days=int(str(self.switches["hourly_days"])))
        asleep = not self._automations or now - situation.ticket.updated_at > alone_after
        return {} if asleep else {"automations": now}

    def asked(self, rule: NativeRule, began: Beginning) -> Iterator[Asked]:
        """Every condition of a rule on a ticket as rules began to look at it."""
        world, update = freshdesk_update(began.ticket, began.context, self.names, guards=self._guards)
        world = self._with_lookups(world)
        found = conditions_asked(rule, world, update, now=began.context.now, switches=self.switches)
        for each, holds in found:
            actual = each.actual if holds is not None else f"cannot be judged: {each.actual}"
            yield Asked(f"{each.path} {each.field}", each.field, each.op, each.expected, actual, bool(holds))

    def automations(self) -> tuple[NativeRule, ...]:
        return self._automations

    def _with_lookups(self, world: World) -> World:
        if not self._lookups:
            return world
        kinds = dict.fromkeys((*world.lookups, *self._lookups))
        lookups = {kind: {**world.lookups.get(kind, {}), **self._lookups.get(kind, {})} for kind in kinds}
        return replace(world, lookups=lookups)

    def _ran(
        self, situation: Situation, look: "_Look", trace: Trace, saved: tuple[FieldChange, ...] = ()
    ) -> Ran:
        ticket = look.began.ticket
        telling = _Telling(ticket, self.names, self.account, self._guards)
        values = dict(telling.values(look.world.ticket, trace.ticket))
        after = changed(ticket, values, now=look.began.context.now)
        held = situation if after is situation.ticket else replace(situation, ticket=after)
        steps = tuple(map(telling.step, trace.steps))
        shown = record(after) if look.full else {}
        return Ran(Trace(steps, shown, trace.switches), held, look.began, saved)


@dataclass(frozen=True, slots=True)
class _Look:
    """One look of the engine: the world that it was given, and the same in our words."""

    world: World
    began: Beginning
    full: bool


@dataclass(frozen=True, slots=True)
class _Telling:
    """What rules did, in the words of recipes: fields by our names, people and groups by theirs."""

    ticket: Ticket
    names: FreshdeskNames
    account: Account
    guards: Mapping[str, str]

    def values(self, was: Record, now: Record) -> Iterator[tuple[str, Any]]:
        """What rules set, as attributes of the ticket."""
        differing = {name: value for name, value in now.items() if was is not now and was.get(name) != value}
        for name, value in differing.items():
            if name == "custom_fields":
                yield from self._custom(record_of(was.get(name)), record_of(value))
            elif name in {"deleted", "spam"}:
                yield "gone", name if value else None
            elif name in PEOPLE:
                yield PEOPLE[name][0], self._thing(name, value)
            else:
                yield from self._plain(name, value)

    def _plain(self, name: str, value: Any) -> Iterator[tuple[str, Any]]:
        match name:
            case "tags":
                yield "tags", frozenset(value or ())
            case "status":
                yield "status", status_of(int(value), self.ticket, self.names, self.account.statuses)
            case "priority":
                yield "priority", priority_of(int(value), self.ticket)
            case "type" | "subject":
                yield name, value

    def _custom(self, was: Record, now: Record) -> Iterator[tuple[str, Any]]:
        own = {self.names.find("field", name): recipe for recipe, name in self.guards.items()}
        fired = {recipe for field, recipe in own.items() if now.get(field)}
        if fired != {recipe for field, recipe in own.items() if was.get(field)}:
            yield "fired", (self.ticket.fired - set(own.values())) | fired
        told = {
            self.names.name("field", field): custom_value(value)
            for field, value in now.items()
            if field not in own and was.get(field) != value
        }
        if told:
            yield "custom", {**self.ticket.custom, **told}

    def _thing(self, field: str, value: Any) -> Any:
        number = key(value)
        if number is None:
            return None
        found = self.names.name(PEOPLE[field][1], number)
        if field == "group_id":
            return Group(id=found, name=found)
        if field == "responder_id":
            return Person(id=found, name=found, role="agent")
        return found

    def step(self, step: Step) -> Step:
        if not step.changes and not step.messages:
            return step
        return replace(
            step,
            changes=tuple(self._changes(step.changes)),
            messages=tuple(map(self._message, step.messages)),
        )

    def _changes(self, changes: Sequence[FieldChange]) -> Iterator[FieldChange]:
        boxes = {self.names.find("field", name) for name in self.guards.values()}
        for change in changes:
            if change.field not in boxes:
                yield self._change(change)

    def _change(self, change: FieldChange) -> FieldChange:
        before, after = change.before, change.after
        match change.field:
            case "status":
                own = self.account.statuses
                words = (status_of(int(one), self.ticket, self.names, own).native for one in (before, after))
                return FieldChange("status", *words)
            case "priority":
                levels = (priority_of(int(one), self.ticket) for one in (before, after))
                return FieldChange("priority", *(None if one is None else one.level.value for one in levels))
            case "note":
                return FieldChange("note", None, record_of(after).get("body"))
            case "cc_emails":
                return replace(change, field="cc")
            case "deleted" | "spam":
                return FieldChange("gone", None, change.field)
            case field if field in PEOPLE:
                name, kind = PEOPLE[field]
                told = (
                    None if key(one) is None else self.names.name(kind, str(key(one)))
                    for one in (before, after)
                )
                return FieldChange(name, *told)
            case field if field.startswith("cf_") or self.names.name("field", field) != field:
                return replace(change, field=f"custom.{self.names.name('field', field)}")
        return change

    def _message(self, message: Message) -> Message:
        kind = "group" if message.audience == "group" else "agent"
        return replace(message, to=tuple(self.names.name(kind, one) for one in message.to))
