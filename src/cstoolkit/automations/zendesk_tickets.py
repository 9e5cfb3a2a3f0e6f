"""Zendesk's rules on tickets of the model: what cases over live rules, and replays of them, are played with.

The rules are exactly what the account's API holds, and Zendesk's own engine runs them; the ticket is put into the vendor's
keys before, and what the rules did to it is read back after. What a save does by itself (a reply reopens) is as in
the neutral engine; the switches of the connection decide the rest.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ..connectors.zendesk.rules.tags import guard_tag
from ..connectors.zendesk.rules.worlds import zendesk_update
from ..engines.engine import Detail, Update, World
from ..engines.neutral import Account, Beginning, NeutralUpdate, Ran, Situation
from ..engines.neutral_conditions import Asked
from ..engines.neutral_record import changes_between, record
from ..engines.neutral_updates import changed, events_of, save
from ..engines.trace import FieldChange, Message, Record, Step, Trace
from ..engines.zendesk import ZendeskEngine
from ..engines.zendesk.asked import conditions_asked
from ..engines.zendesk.keys import custom_fields, key
from ..engines.zendesk.macro_comment import COMMENT
from ..model.context import Context
from ..model.people import Group, Person
from ..model.rules import NativeRule
from ..model.ticket import Comment, Priority, Status, StatusCategory, Ticket
from .account_names import AccountNames

STATIC = frozenset({
    "status", "priority", "type", "group_id", "assignee_id", "organization_id", "requester_id", "current_tags",
    "ticket_form_id", "brand_id", "via_id", "recipient", "locale_id", "ticket_type_id", "subject_includes_word",
})  # fmt: skip
"""Conditions whose answer time alone does not change."""

FIELDS = {"group_id": "group", "assignee_id": "assignee", "requester_id": "requester", "brand_id": "brand",
          "ticket_form_id": "form", "organization_id": "organization", "schedule_id": "calendar"}  # fmt: skip


class ZendeskOnTickets:
    """Plays native rules as `NeutralEngine` plays neutral ones: the same calls, the same answers."""

    def __init__(
        self,
        rules: Sequence[NativeRule],
        names: AccountNames,
        account: Account,
        switches: Mapping[str, str | bool] | None = None,
        *,
        lookups: Mapping[str, Mapping[str, Record]] | None = None,
        guards: frozenset[str] = frozenset(),
    ) -> None:
        """`lookups` are records of the account, by the API's lists and by id; `guards` are tags that no step tells of."""
        self.native = tuple(rules)
        self.account = account
        self.names = names
        self._lookups = lookups or {}
        self._guards = guards
        self.engine = ZendeskEngine(rules, switches)
        self.switches = self.engine.switches
        timed = [rule for rule in rules if rule.kind == "automation" and rule.active]
        self._automations = tuple(timed)
        self._probes = ZendeskEngine([_probe(rule) for rule in timed], switches)

    def update(
        self, situation: Situation, update: NeutralUpdate, *, now: datetime, detail: Detail = "full"
    ) -> Ran:
        """The triggers on one update."""
        before = situation.ticket
        after = save(before, update, now=now, reopens=self.switches.on("reply_reopens"))
        context = Context(
            now=now,
            before=None if update.created else before,
            comment=update.comment,
            actor=update.actor,
            calendars=self.account.calendars,
        )
        names = self._names(after, context)
        world, native = self._world(after, context, names)
        trace = self.engine.run(world, native, now=now, detail=detail)
        saved = () if update.created else changes_between(before, after)
        began = Beginning(after, context, events_of(update, before))
        look = _Look(world, names, began, detail == "full")
        return _ran(situation, look, _without(self._guards, trace), saved)

    def apply_macro(
        self, macro: str, situation: Situation, *, actor: Person, now: datetime, detail: Detail = "full"
    ) -> Ran:
        """An agent applies a macro and saves: what it set and wrote is one update, on which triggers run."""
        ticket = situation.ticket
        context = Context(now=now, before=ticket, actor=actor, calendars=self.account.calendars)
        names = self._names(ticket, context)
        world, native = self._world(ticket, context, names)
        trace = self.engine.apply_macro(macro, world, actor_id=str(native.actor_id), now=now)
        (step,) = trace.steps
        values = dict(_values(ticket, world.ticket, trace.ticket, names))
        comment = _comment(step, ticket, actor, now)
        ran = self.update(
            situation, NeutralUpdate(actor, changes=values, comment=comment), now=now, detail=detail
        )
        said = (
            []
            if comment is None
            else [FieldChange("reply" if comment.public else "note", None, comment.text)]
        )
        told = [change for change in step.changes if change.field != COMMENT]
        first = replace(_step(replace(step, changes=tuple(told)), names), messages=())
        first = replace(first, changes=(*first.changes, *said))
        return replace(ran, trace=replace(ran.trace, steps=(first, *ran.trace.steps)))

    def scan(
        self,
        situation: Situation,
        *,
        now: datetime,
        detail: Detail = "full",
        awake: Container[str] | None = None,
    ) -> Ran:
        """One hourly run of the automations, with the triggers that their changes set off."""
        ticket = situation.ticket
        context = Context(now=now, calendars=self.account.calendars)
        names = self._names(ticket, context)
        world, _ = self._world(ticket, context, names)
        (trace,) = self.engine.hour([world], now=now, detail=detail)
        return _ran(
            situation,
            _Look(world, names, Beginning(ticket, context), detail == "full"),
            _without(self._guards, trace),
        )

    def sleep(
        self,
        situation: Situation,
        *,
        now: datetime,
        among: Container[str] | None = None,
    ) -> Mapping[str, datetime]:
        """Nothing while no automation could act whatever the hour; else every hour is looked at."""
        ticket = situation.ticket
        if not self._automations or ticket.status.category is StatusCategory.CLOSED:
            return {}
        context = Context(now=now, calendars=self.account.calendars)
        world, _ = self._world(ticket, context, self._names(ticket, context))
        (trace,) = self._probes.hour([world], now=now, detail="fired")
        return {"automations": now} if trace.steps else {}

    def asked(self, rule: NativeRule, began: Beginning) -> Iterator[Asked]:
        """Every condition of a rule on a ticket as rules began to look at it."""
        names = self._names(began.ticket, began.context)
        world, update = self._world(began.ticket, began.context, names)
        found = conditions_asked(rule, world, update, now=began.context.now, switches=self.switches)
        for each, holds in found:
            actual = each.actual if holds is not None else f"cannot be judged: {each.actual}"
            yield Asked(f"{each.path} {each.field}", each.field, each.op, each.expected, actual, bool(holds))

    def automations(self) -> tuple[NativeRule, ...]:
        return self._automations

    def _world(self, ticket: Ticket, context: Context, names: AccountNames) -> tuple[World, Update]:
        world, update = zendesk_update(ticket, context, names)
        if not self._lookups:
            return world, update
        kinds = dict.fromkeys((*self._lookups, *world.lookups))
        lookups = {kind: {**self._lookups.get(kind, {}), **world.lookups.get(kind, {})} for kind in kinds}
        for kind in ("groups", "ticket_fields"):  # the account knows more of them than their names
            lookups[kind] = {**lookups[kind], **self._lookups.get(kind, {})}
        return replace(world, lookups=lookups), update

    def _names(self, ticket: Ticket, context: Context) -> AccountNames:
        people = [ticket.requester, ticket.assignee, context.actor]
        if context.before is not None:
            people += [context.before.requester, context.before.assignee]
        return self.names.knowing(people)


@dataclass(frozen=True, slots=True)
class _Look:
    """One look of the engine: the world that it was given, and the same in our words."""

    world: World
    names: AccountNames
    began: Beginning
    full: bool


def _ran(situation: Situation, look: _Look, trace: Trace, saved: tuple[FieldChange, ...] = ()) -> Ran:
    ticket = look.began.ticket
    values = dict(_values(ticket, look.world.ticket, trace.ticket, look.names))
    after = changed(ticket, values, now=look.began.context.now)
    steps = tuple(_step(step, look.names) for step in trace.steps)
    held = situation if after is situation.ticket else replace(situation, ticket=after)
    shown = record(after) if look.full else {}
    return Ran(Trace(steps, shown, trace.switches), held, look.began, saved)


def _comment(step: Step, ticket: Ticket, actor: Person, now: datetime) -> Comment | None:
    """What a macro wrote."""
    written = next((change.after for change in step.changes if change.field == COMMENT), None)
    if written is None:
        return None
    text = str(written.get("body") or written.get("html_body") or "")
    number = len(ticket.comments or ()) + 1
    return Comment(
        id=f"macro-{number}",
        ticket_id=ticket.id,
        author_id=actor.id,
        author_role=actor.role,
        public=bool(written["public"]),
        created_at=now,
        text=text,
    )


def _probe(rule: NativeRule) -> NativeRule:
    """The rule without what time decides, and without what it does: where it is silent, the rule is."""
    body: dict[str, Any] = dict(rule.body) if isinstance(rule.body, dict) else {}
    conditions = body.get("conditions") or {}
    every = [one for one in conditions.get("all") or () if _is_static(one)]
    some = conditions.get("any") or []
    some = some if all(_is_static(one) for one in some) else []
    return replace(rule, body={**body, "conditions": {"all": every, "any": some}, "actions": []})


def _is_static(condition: Mapping[str, Any]) -> bool:
    name = str(condition.get("field"))
    return name in STATIC or name.startswith("custom_fields_")


def _values(ticket: Ticket, was: Record, now: Record, names: AccountNames) -> Iterator[tuple[str, Any]]:
    """What rules set, as attributes of the ticket."""
    # What an organization's or a requester's tags gave to a new ticket is there before any rule.
    tags = frozenset(now.get("tags") or ()) - {guard_tag(name) for name in ticket.fired}
    if tags != ticket.tags:
        yield "tags", tags
    if was is now:
        return
    for name in (
        "status",
        "priority",
        "type",
        "subject",
        "group_id",
        "assignee_id",
        "brand_id",
        "ticket_form_id",
    ):
        if key(was.get(name)) != key(now.get(name)):
            yield FIELDS.get(name, name), _value(name, now.get(name), ticket, names)
    if was.get("satisfaction_rating") != now.get("satisfaction_rating"):
        yield "rating", _rating(now.get("satisfaction_rating"))
    old, new = custom_fields(was), custom_fields(now)
    if old != new:
        told = {names.name("field", number): _custom(value) for number, value in new.items()}
        yield "custom", {**ticket.custom, **told}
    if key(was.get("schedule_id")) != key(now.get("schedule_id")):
        yield "calendar", names.name("calendar", str(now["schedule_id"]))


def _value(name: str, value: Any, ticket: Ticket, names: AccountNames) -> Any:
    text = key(value)
    if text is None:
        return None
    if name == "status":
        return ticket.status if ticket.status.category.value == text else Status.of(text)
    if name == "priority":
        return Priority.of(text)
    if name == "group_id":
        found = names.name("group", text)
        return Group(id=found, name=found)
    if name == "assignee_id":
        found = names.name("user", text)
        return Person(id=found, name=found, role="agent")
    return names.name(FIELDS[name], text) if name in FIELDS else text


def _rating(value: Any) -> Any:
    """Offered, good or bad, with or without a comment."""
    score = str((value or {}).get("score") or "")
    return next((word for word in ("offered", "good", "bad") if score.startswith(word)), None)


def _custom(value: Any) -> Any:
    from .cases_fixture import custom_value

    return custom_value(value)


def _step(step: Step, names: AccountNames) -> Step:
    """The step in names: fields as recipes call them, people and groups as people do."""
    if not step.changes and not step.messages:
        return step
    return replace(
        step,
        changes=tuple(_change(change, names) for change in _told(step.changes)),
        messages=tuple(_message(message, names) for message in step.messages),
    )


def _without(guards: frozenset[str], trace: Trace) -> Trace:
    """The trace without what is done to guards."""
    if not guards:
        return trace
    steps = (replace(step, changes=tuple(_less(guards, step.changes))) for step in trace.steps)
    return replace(trace, steps=tuple(steps))


def _less(guards: frozenset[str], changes: Sequence[FieldChange]) -> Iterator[FieldChange]:
    for change in changes:
        if change.field != "tags":
            yield change
            continue
        before, after = (
            [tag for tag in held or () if tag not in guards] for held in (change.before, change.after)
        )
        if set(before) != set(after):
            yield FieldChange("tags", before, after)


def _told(changes: Sequence[FieldChange]) -> Iterator[FieldChange]:
    """A status moves with its own word: one of the two says it."""
    moved = any(change.field == "status" for change in changes)
    return (change for change in changes if not (moved and change.field == "custom_status_id"))


def _change(change: FieldChange, names: AccountNames) -> FieldChange:
    name = FIELDS.get(change.field, change.field)
    if change.field.startswith("custom_fields_"):
        name = f"custom.{names.name('field', change.field.removeprefix('custom_fields_'))}"
        return replace(change, field=name)
    kind = "user" if name in {"assignee", "requester"} else name
    if change.field == "satisfaction_rating":
        return FieldChange("rating", _rating(change.before), _rating(change.after))
    if change.field in FIELDS:
        before, after = (
            None if key(value) is None else names.name(kind, str(value))
            for value in (change.before, change.after)
        )
        return FieldChange(name, before, after)
    return change


def _message(message: Message, names: AccountNames) -> Message:
    kind = "group" if message.audience == "group" else "user"
    return replace(message, to=tuple(names.name(kind, one) for one in message.to))
