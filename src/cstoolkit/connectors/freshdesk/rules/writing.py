"""Neutral rules as Freshdesk's: rules on creation (1), hourly rules (3), rules on updates (4), canned responses."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ....errors import Location
from ....model import actions as do
from ....model.compile_settings import CompileSettings
from ....model.conditions import AllOf, Condition, Test
from ....model.events import EVENTS
from ....model.gaps import Gap
from ....model.normal_form import (
    Atom,
    Every,
    Formula,
    NotApartError,
    Some,
    TooManyBranchesError,
    branches,
    translate,
)
from ....model.references import Ref
from ....model.rules import Json, NativePart, NativeRule, Rule
from .actions import Act, Doing, page, tells, translate_action, written
from .atoms import ALGEBRA, PRIORITIES, RAW, Cond, excludes
from .bodies import normalise
from .choices import status
from .conditions import literal
from .guards import checked, ends_itself, spell_ended, window
from .liquid import Telling, to_liquid
from .scope import Place, Scope
from .sets import Sets, as_sets, check_texts, joined, sets_of
from .starting import starts_of
from .starts import event
from .statuses import Statuses
from .unsayable import Unsayable

VENDOR = "freshdesk"
MOST_RULES = 16
ANCHOR = Cond("ticket", "priority", "in", PRIORITIES)
"""What holds of every ticket: rules on creation and hourly ones need a condition."""
ALL, GROUPS = 0, 2
"""Who sees a canned response."""
FOLDER = "General"
RULE_KINDS: Mapping[Place, str] = {"created": "rule_1", "updated": "rule_4", "automation": "rule_3"}
OWN_WORDS = frozenset({"performer", "events", "conditions", "operator"})
"""Parts of a body that `native.settings` may hold whole."""
SETTINGS = frozenset({"description", "folder", "folder_id", "visibility", "group_ids", *OWN_WORDS})


def to_native(rule: Rule, settings: CompileSettings | None = None) -> list[NativeRule] | list[Gap]:
    """The rules of Freshdesk that mean the same, in order, with names as marks; or every gap.

    Keys are the rule's id, "id#2" and so on for the parts of a split, "id#guard" for the hourly rule that ends a
    spell. Bodies are normalised; `order` is left to the caller, who knows the whole list.
    """
    return _Writing(rule, settings or CompileSettings()).rules()


@dataclass(frozen=True, slots=True)
class _Made:
    """One rule on its way: what starts it, and its conditions."""

    kind: str
    start: Mapping[str, Json]
    sets: Sets


class _Writing:
    """One rule on its way; gaps are collected, so that all are shown at once."""

    def __init__(self, rule: Rule, settings: CompileSettings) -> None:
        self.rule = rule
        self.settings = settings
        self.part = rule.native.get(VENDOR, NativePart())
        self.gaps: list[Gap] = []

    def rules(self) -> list[NativeRule] | list[Gap]:
        if self.part.replace is not None:
            body = dict(self.part.replace)
            return [self._native(self.rule.id, self.rule.title, _kind_of(self.rule, body), body)]
        self._check_settings()
        made = [self._canned()] if self.rule.kind == "macro" else [*self._automations()]
        return self.gaps or made

    # -- macros

    def _canned(self) -> NativeRule:
        """A canned response has a text and nothing else."""
        body: dict[str, Json] = {
            "folder_id": str(Ref("canned_folder", FOLDER, number=True)),
            "visibility": ALL,
        }
        texts = []
        for index, action in enumerate(self.rule.then):
            try:
                texts.append(self._said(action))
            except Unsayable as missing:
                self._note(f"then[{index}].{_word(action)}", missing, action.at)
        body["content_html"] = page("\n\n".join(texts))
        groups = self.rule.available_to.groups
        if groups is not None:
            body["visibility"] = GROUPS
            body["group_ids"] = [str(Ref("group", name, number=True)) for name in groups]
        if not self.rule.active:
            self._note("active", Unsayable("a canned response cannot be inactive", cell="impossible"), None)
        body |= self._own_settings()
        return self._native(self.rule.id, self.rule.title, "canned_response", body)

    def _said(self, action: do.Action) -> str:
        if not isinstance(action, do.Say) or not action.public:
            raise Unsayable(
                "scenarios can only be read by API, and a canned response is nothing but a text",
                "the runner does it, or make the scenario by hand",
            )
        return to_liquid(action.text, Telling(self.settings))

    # -- triggers and automations

    def _automations(self) -> Iterator[NativeRule]:
        made: list[tuple[_Made, tuple[Act, ...]]] = []
        for place, events in self._places():
            acts, found = self._at(place, events)
            made += [(one, acts) for one in found]
        if len(made) > MOST_RULES:
            self._note("when", _too_many(), self.rule.at)
        for number, (one, acts) in enumerate(made, 1):
            key = self.rule.id if number == 1 else f"{self.rule.id}#{number}"
            title = self.rule.title if number == 1 else f"{self.rule.title} ({number})"
            done: list[Json] = list(acts)
            body = {**one.start, **one.sets.to_json(), "actions": done, **self._own_settings()}
            yield self._native(key, title, one.kind, body)
        if not self.gaps:
            yield from self._ends()

    def _places(self) -> Iterator[tuple[Place, tuple[str, ...]]]:
        """The types of rule that it takes, each with its events."""
        if self.rule.kind == "automation":
            yield "automation", ()
            return
        later = tuple(one for one in self.rule.event if one != "created")
        if "created" in self.rule.event or (not later and "events" not in self.part.settings):
            yield "created", ("created",)
        if later or "events" in self.part.settings:
            yield "updated", later

    def _scope(self, place: Place, events: tuple[str, ...] = ()) -> Scope:
        has_comment = place == "created" or (bool(events) and all(EVENTS[one].has_comment for one in events))
        scope = Scope(place, self.settings, has_comment, statuses=Statuses.of(self.settings))
        return replace(scope, pinned=_pinned(self.rule.when, scope))

    def _at(self, place: Place, events: tuple[str, ...]) -> tuple[tuple[Act, ...], list[_Made]]:
        """What is done, and the rules, at one place."""
        scope = self._scope(place, events)
        acts = self._acts(place, events)
        formula: Formula[Cond] = Every((self._event(events, place), self._when(scope)))
        try:
            formula, acts = self._guarded(formula, acts, scope)
            found = list(self._made(formula, acts, place))
        except Unsayable as missing:
            self._note("once" if "guards" in (missing.nearest or "") else "when", missing, self.rule.at)
            return acts, []
        return acts, found

    def _event(self, events: tuple[str, ...], place: Place) -> Formula[Cond]:
        if place != "updated" or "events" in self.part.settings:
            return Every()
        parts = []
        for one in events:
            try:
                parts.append(event(one))
            except Unsayable as missing:
                self._note(f"event.{one}", missing, self.rule.at)
        return Some(tuple(parts))

    def _when(self, scope: Scope) -> Formula[Cond]:
        parts: list[Formula[Cond]] = []
        if self.rule.when is not None:
            parts.append(
                translate(self.rule.when, lambda test, holds: self._literal(test, scope, holds=holds))
            )
        parts += [_said(item) for item in self.part.add_when]
        return Every(tuple(parts))

    def _literal(self, test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
        try:
            return literal(test, scope, holds=holds)
        except Unsayable as missing:
            self._note(f"when.{test.field}.{test.op}", missing, test.at)
            return Every()

    def _acts(self, place: Place, events: tuple[str, ...]) -> tuple[Act, ...]:
        doing = Doing(self.rule.kind, Telling(self.settings, _comment_of(events), place == "updated"))
        acts: list[Act] = []
        for index, action in enumerate(self.rule.then):
            try:
                acts += translate_action(action, doing)
            except Unsayable as missing:
                self._note(f"then[{index}].{_word(action)}", missing, action.at)
        for raw in self.part.add_then:
            place_of = raw.get("at", len(acts))
            found = {key: value for key, value in raw.items() if key != "at"}
            acts.insert(place_of if isinstance(place_of, int) else len(acts), found)
        return tuple(acts)

    def _guarded(
        self, formula: Formula[Cond], acts: tuple[Act, ...], scope: Scope
    ) -> tuple[Formula[Cond], tuple[Act, ...]]:
        """`once` by a checkbox, or by the window of an hour. A ticket is created once."""
        once = self.rule.once
        if once == "run" or (scope.place == "created" and set(self.rule.event) <= {"created"}):
            return formula, acts
        units = units_of(joined(formula))
        if once == "spell" and ends_itself(units, acts):
            return formula, acts
        if self.rule.id in self.settings.guards:
            field = scope.guard(self.rule.id)
            scope.assume("checkbox_values")
            done: Act = {"field_name": field, "value": True}
            return Every((formula, checked(field, on=False))), (*acts, done)
        if once == "spell" and scope.place == "automation":
            return Every((formula, Atom(window(units)))), acts
        raise Unsayable(
            f"what keeps a rule of Freshdesk from firing again is a checkbox: once: {once}",
            f"name one in the project: guards: {{{self.rule.id}: <field>}}",
        )

    def _made(self, formula: Formula[Cond], acts: tuple[Act, ...], place: Place) -> Iterator[_Made]:
        if self.gaps:
            return
        if place == "updated" and "events" not in self.part.settings:
            yield from self._started(formula, acts)
            return
        needs_one = place != "updated" and "conditions" not in self.part.settings
        for sets in self._split(joined(formula), acts):
            bare = needs_one and not sets.sets
            yield _Made(RULE_KINDS[place], {}, Sets((("all", (ANCHOR,)),)) if bare else sets)

    def _started(self, formula: Formula[Cond], acts: tuple[Act, ...]) -> Iterator[_Made]:
        """The update rules, each with its performer and its events."""
        starts = starts_of(formula)
        for index, one in enumerate(starts):
            for other in starts[index + 1 :]:
                if other.performer == one.performer and not _apart(one.events, other.events) and tells(acts):
                    raise _twice()
            for sets in self._split(one.formula, acts):
                yield _Made("rule_4", one.to_json(), sets)

    def _split(self, formula: Formula[Cond], acts: tuple[Act, ...]) -> Iterator[Sets]:
        """The sets of each rule that the formula takes. A split keeps "once", or is a gap."""
        whole = as_sets(formula) if formula != Some() else None
        if whole is not None:
            check_texts(whole)
            yield whole
            return
        try:
            found = branches(formula, ALGEBRA, limit=MOST_RULES)
            guarded = self.rule.once != "run" and self.rule.id in self.settings.guards
            if len(found) > 1 and tells(acts) and not guarded:
                found = branches(formula, ALGEBRA, apart=True, limit=MOST_RULES)
                _check_apart([one.every for one in found], acts)
        except TooManyBranchesError:
            raise _too_many() from None
        except NotApartError:
            raise _twice() from None
        if not found:
            raise _never()
        for branch in found:
            sets = sets_of(branch)
            check_texts(sets)
            yield sets

    def _ends(self) -> Iterator[NativeRule]:
        """The companion of a spell: it clears the checkbox."""
        rule = self.rule
        guarded = rule.once == "spell" and rule.id in self.settings.guards
        if not guarded or (rule.kind == "trigger" and set(rule.event) == {"created"}):
            return
        if rule.kind != "automation":
            hint = "write once: ticket, or an automation"
            self._note("once", Unsayable("Freshdesk sees the end of a spell hourly only", hint), rule.at)
            return
        scope = self._scope("automation")
        field = scope.guard(rule.id)
        clear: Act = {"field_name": field, "value": False}
        units = units_of(joined(self._when(scope)))
        if ends_itself(units, self._acts("automation", ())):
            return
        try:
            formula = joined(spell_ended(rule.when, checked(field, on=True), scope))
            found = list(self._split(formula, (clear,))) if formula != Some() else []
        except Unsayable as missing:
            self._note("once.spell", missing, rule.at)
            return
        for number, sets in enumerate(found, 1):
            key = f"{rule.id}#guard" + (f"-{number}" if number > 1 else "")
            title = f"{rule.title} (over{f' {number}' if number > 1 else ''})"
            body: dict[str, Json] = {**sets.to_json(), "actions": [clear]}
            yield normalise(NativeRule(VENDOR, "rule_3", key, None, title, rule.active, body))

    # -- the rule around

    def _own_settings(self) -> dict[str, Json]:
        settings: dict[str, Json] = dict(self.part.settings)
        if "folder" in settings:
            settings["folder_id"] = str(Ref("canned_folder", str(settings.pop("folder")), number=True))
        return settings

    def _check_settings(self) -> None:
        for unknown in sorted(self.part.settings.keys() - SETTINGS):
            message = f'native.settings has no "{unknown}" for Freshdesk'
            hint = f"they are: {', '.join(sorted(SETTINGS))}"
            self._note(
                f"native.settings.{unknown}", Unsayable(message, hint, cell="impossible"), self.rule.at
            )

    def _native(self, key: str, title: str, kind: str, body: dict[str, Json]) -> NativeRule:
        return normalise(NativeRule(VENDOR, kind, key, None, title, self.rule.active, body))

    def _note(self, part: str, missing: Unsayable, at: Location | None) -> None:
        gap = Gap(VENDOR, part, missing.cell, missing.message, missing.nearest, at or self.rule.at)
        if gap not in self.gaps:
            self.gaps.append(gap)


def units_of(formula: Formula[Cond]) -> tuple[Cond, ...]:
    """What holds wherever the formula does, of its top."""
    parts = formula.of if isinstance(formula, Every) else (formula,)
    return tuple(part.value for part in parts if isinstance(part, Atom))


def _pinned(when: Condition | None, scope: Scope) -> tuple[str | int, ...] | None:
    """The ids of the statuses that must be, as far as tests that must all hold say so."""
    pinned: list[str | int] | None = None
    for part in when.of if isinstance(when, AllOf) else () if when is None else (when,):
        found: list[str | int] | None = None
        if isinstance(part, AllOf):
            inner = _pinned(part, scope)
            found = None if inner is None else list(inner)
        elif isinstance(part, Test) and part.field == "status" and "changed" not in part.op:
            found = _wanted(part, scope)
        if found is not None:
            pinned = found if pinned is None else [one for one in pinned if one in found]
    return None if pinned is None else tuple(pinned)


def _wanted(test: Test, scope: Scope) -> list[str | int] | None:
    try:
        formula = status(test, scope, holds=True)
    except Unsayable:
        return None
    if isinstance(formula, Atom) and formula.value.op == "in":
        return [one for one in formula.value.value if isinstance(one, str | int)]
    return None


def _comment_of(events: tuple[str, ...]) -> Any:
    """Which comment every update of these events has."""
    if events and all(EVENTS[one].public for one in events):
        return "public"
    return "private" if set(events) == {"note_added"} else None


def _kind_of(rule: Rule, body: Mapping[str, Any]) -> str:
    if rule.kind == "macro":
        return "scenario_automation" if "actions" in body else "canned_response"
    if rule.kind == "automation":
        return "rule_3"
    return "rule_4" if {"events", "performer"} & body.keys() else "rule_1"


def _said(item: Mapping[str, Any]) -> Formula[Cond]:
    """A condition of `native.add_when`, or a list of which one must hold."""
    if "any" in item:
        return Some(tuple(map(raw_atom, item["any"])))
    return raw_atom(item)


def raw_atom(raw: Any) -> Formula[Cond]:
    return Atom(Cond("", "", RAW, (json.dumps(raw, sort_keys=True, ensure_ascii=False),)))


def _word(action: do.Action) -> str:
    if isinstance(action, do.Say):
        return "reply" if action.public else "note"
    return type(action).__name__.lower()


def _apart(ours: Sequence[Cond], theirs: Sequence[Cond]) -> bool:
    """Whether no update has an event of both: a message is one thing only."""
    messages = {"reply_sent", "note_type"}
    return {one.field for one in (*ours, *theirs)} <= messages


def _check_apart(found: Sequence[Sequence[Cond]], acts: tuple[Act, ...]) -> None:
    """Raises NotApartError where what one rule does could make another one hold in the same pass."""
    changed = written(acts)
    for index, first in enumerate(found):
        for second in found[index + 1 :]:
            if not any(excludes(a, b) and a.field not in changed for a in first for b in second):
                raise NotApartError("")


def _never() -> Unsayable:
    return Unsayable("at Freshdesk this never holds", "leave the recipe out there", cell="impossible")


def _too_many() -> Unsayable:
    return Unsayable(
        f"it would take more than {MOST_RULES} rules of Freshdesk, which have two sets of conditions",
        "make it several recipes",
    )


def _twice() -> Unsayable:
    return Unsayable(
        "it would take several rules of Freshdesk, and a ticket could get the message of two",
        "make it several recipes",
    )
