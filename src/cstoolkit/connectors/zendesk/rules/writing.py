"""Neutral rules as Zendesk's: conditions in `all` and one `any`, in as few rules as that takes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ....errors import Location
from ....model.compile_settings import CompileSettings
from ....model.conditions import Test
from ....model.gaps import Gap
from ....model.normal_form import (
    Atom,
    Branch,
    Every,
    Formula,
    NotApartError,
    Some,
    TooManyBranchesError,
    branches,
    simplified,
    translate,
)
from ....model.references import Ref
from ....model.rules import Json, NativePart, NativeRule, Rule
from .actions import Act, Doing, gathered, translate_action
from .atoms import ALGEBRA, CLOCKS, Cond, excludes
from .bodies import KEYS, normalise, text_of
from .conditions import literal
from .events import events_formula
from .guards import ends_itself, guard_of, spell_ended
from .scope import Scope
from .unsayable import Unsayable

VENDOR = "zendesk"
MOST_BRANCHES = 16
ANCHORS = frozenset(
    {"status", "type", "group_id", "assignee_id", "requester_id", "custom_status_id"}
)  # one must stand in `all` of an automation, and one of CLOCKS
ANCHOR, CLOCK = Cond("status", "less_than", "closed"), Cond("NEW", "greater_than", "0")
"""What holds of every ticket that automations see, where a rule has no such condition of its own."""
REPEATING = ("notification_", "tweet_", "reply_", "side_conversation")
"""Actions that tell somebody, so doing them twice is not the same as once."""
WRITES: Mapping[str, frozenset[str]] = {
    "status": frozenset({"status", "custom_status_id"}),
    "custom_status_id": frozenset({"status", "custom_status_id"}),
    "assignee_id": frozenset({"assignee_id", "group_id", "status"}),
    "group_id": frozenset({"group_id", "assignee_id"}),
    "remove_tags": frozenset({"current_tags"}),
    "set_tags": frozenset({"current_tags"}),
}


def to_native(rule: Rule, settings: CompileSettings | None = None) -> list[NativeRule] | list[Gap]:
    """The rules of Zendesk that mean the same, in order, with names as marks; or every gap.

    Keys are the rule's id, "id#2" and so on for the parts of a split, "id#guard" for the trigger that ends a
    spell. Bodies are normalised; `order` is left to the caller, who knows the whole list.
    """
    return _Writing(rule, settings or CompileSettings()).rules()


def assumptions(rule: Rule, settings: CompileSettings | None = None) -> tuple[str, ...]:
    """The switches of the engine that the translation rests on, by name."""
    writing = _Writing(rule, settings or CompileSettings())
    writing.rules()
    return tuple(sorted(writing.scope.assumed))


class _Writing:
    """One rule on its way; gaps are collected, so that all are shown at once."""

    def __init__(self, rule: Rule, settings: CompileSettings) -> None:
        self.rule = rule
        self.scope = Scope.of(rule, settings)
        self.part = rule.native.get(VENDOR, NativePart())
        self.gaps: list[Gap] = []
        self.guarded = False

    def rules(self) -> list[NativeRule] | list[Gap]:
        if self.part.replace is not None:
            return [self._native(self.rule.id, self.rule.title, dict(self.part.replace))]
        made = self._macro() if self.rule.kind == "macro" else [*self._main(), *self._ends()]
        return self.gaps or made

    def _macro(self) -> list[NativeRule]:
        body: dict[str, Json] = {"actions": [act.to_json() for act in self._acts(has_comment=False)]}
        groups = self.rule.available_to.groups
        if groups is not None:
            ids: list[Json] = [str(Ref("group", name, number=True)) for name in groups]
            body["restriction"] = {"type": "Group", "ids": ids}
        return [self._native(self.rule.id, self.rule.title, body)]

    def _main(self) -> Iterator[NativeRule]:
        formula = self._formula()
        units = _units(formula)
        has_comment = self.scope.has_comment or any(unit.field == "comment_is_public" for unit in units)
        acts = self._acts(has_comment=has_comment)
        self.guarded = self.rule.once == "ticket" or (
            self.rule.once == "spell" and not ends_itself(units, acts)
        )
        if self.guarded:
            formula = simplified(Every((formula, Atom(guard_of(self.rule)))), ALGEBRA)
            acts = gathered([*acts, Act("current_tags", guard_of(self.rule).value)])
        found = [] if self.gaps else self._branches(formula, acts)
        for number, branch in enumerate(found, 1):
            key = self.rule.id if number == 1 else f"{self.rule.id}#{number}"
            title = self.rule.title if number == 1 else f"{self.rule.title} ({number})"
            yield self._native(key, title, self._body(branch, acts, self.rule.kind))

    def _ends(self) -> Iterator[NativeRule]:
        """The companion of a spell."""
        if self.rule.once != "spell" or not self.guarded or self.gaps:
            return
        scope = replace(self.scope, kind="trigger", created=False, has_comment=False)
        try:
            formula = simplified(spell_ended(self.rule, scope), ALGEBRA)
        except Unsayable as missing:
            self._note("once.spell", missing, self.rule.at)
            return
        acts = (Act("remove_tags", guard_of(self.rule).value),)
        for number, branch in enumerate(self._branches(formula, acts, may_never=True), 1):
            key = f"{self.rule.id}#guard" + (f"-{number}" if number > 1 else "")
            title = f"{self.rule.title} (over{f' {number}' if number > 1 else ''})"
            body = self._body(branch, acts, "trigger")
            yield normalise(NativeRule(VENDOR, "trigger", key, None, title, self.rule.active, body))

    def _formula(self) -> Formula[Cond]:
        parts: list[Formula[Cond]] = []
        if self.rule.kind == "trigger":
            try:
                parts.append(events_formula(self.rule.event, self.scope))
            except Unsayable as missing:
                self._note("event", missing, self.rule.at)
        if self.rule.when is not None:
            parts.append(translate(self.rule.when, self._literal))
        parts += [_said(item) for item in self.part.add_when if "any" in item]
        return simplified(Every(tuple(parts)), ALGEBRA)

    def _literal(self, test: Test, holds: bool) -> Formula[Cond]:  # noqa: FBT001 - called by position
        try:
            return literal(test, self.scope, holds=holds)
        except Unsayable as missing:
            self._note(f"when.{test.field}.{test.op}", missing, test.at)
            return Every()

    def _acts(self, *, has_comment: bool) -> tuple[Act, ...]:
        doing = Doing(self.rule.kind, has_comment)
        acts: list[Act] = []
        for index, action in enumerate(self.rule.then):
            try:
                acts += translate_action(action, doing)
            except Unsayable as missing:
                word = type(action).__name__.lower()
                self._note(f"then[{index}].{word}", missing, action.at)
        try:
            found = list(gathered(acts))
        except Unsayable as missing:
            self._note("then", missing, self.rule.at)
            return ()
        for raw in self.part.add_then:
            place = raw.get("at", len(found))
            found.insert(place if isinstance(place, int) else len(found), _native_act(raw))
        return tuple(found)

    def _branches(
        self, formula: Formula[Cond], acts: Sequence[Act], *, may_never: bool = False
    ) -> tuple[Branch[Cond], ...]:
        """Those of which each becomes a rule. A split keeps "fires once", or is a gap."""
        once = self.guarded or not any(act.field.startswith(REPEATING) for act in acts)
        try:
            found = branches(formula, ALGEBRA, limit=MOST_BRANCHES)
            if not once and not _are_apart(found, acts):
                found = branches(formula, ALGEBRA, apart=True, limit=MOST_BRANCHES)
        except TooManyBranchesError:
            self._note("when", _too_many(), self.rule.at)
            return ()
        except NotApartError as missing:
            self._note("when", _twice(missing.atom), self.rule.at)
            return ()
        if not once and not _are_apart(found, acts):
            self._note("when", _twice(None), self.rule.at)
        if not found and not may_never:
            never = Unsayable("at Zendesk this never holds", "leave the recipe out there", cell="impossible")
            self._note("when", never, self.rule.at)
        return found

    def _body(self, branch: Branch[Cond], acts: Iterable[Act], kind: str) -> dict[str, Json]:
        every = [*windows(branch.every, self.scope), *self._native_conditions(kind)]
        if kind == "automation" and not self.part.add_when:
            every += [ANCHOR] * (not any(atom.field in ANCHORS for atom in every))
            every += [CLOCK] * (not any(atom.field in CLOCKS for atom in every))
        conditions: dict[str, Json] = {
            "all": [atom.to_json() for atom in every],
            "any": [atom.to_json() for atom in branch.some],
        }
        return {"conditions": conditions, "actions": [act.to_json() for act in acts]}

    def _native_conditions(self, kind: str) -> list[Cond]:
        """Those of `add_when`; the trigger that ends an automation's spell has none of them."""
        own = kind == self.rule.kind
        return [_raw(item) for item in self.part.add_when if own and "any" not in item]

    def _native(self, key: str, title: str, body: dict[str, Json]) -> NativeRule:
        settings: dict[str, Json] = dict(self.part.settings)
        if "category" in settings:
            settings["category_id"] = str(Ref("category", str(settings.pop("category"))))
        for unknown in settings.keys() - set(KEYS[self.rule.kind]):
            hint = "they are: description, category (triggers), restriction (macros)"
            message = f'native.settings has no "{unknown}" for {self.rule.kind}s of Zendesk'
            self._note(
                f"native.settings.{unknown}", Unsayable(message, hint, cell="impossible"), self.rule.at
            )
        native = NativeRule(VENDOR, self.rule.kind, key, None, title, self.rule.active, {**body, **settings})
        return normalise(native)

    def _note(self, part: str, missing: Unsayable, at: Location | None) -> None:
        gap = Gap(VENDOR, part, missing.cell, missing.message, missing.nearest, at or self.rule.at)
        if gap not in self.gaps:
            self.gaps.append(gap)


def _units(formula: Formula[Cond]) -> tuple[Cond, ...]:
    """What holds wherever the formula does, of its top."""
    parts = formula.of if isinstance(formula, Every) else (formula,)
    return tuple(part.value for part in parts if isinstance(part, Atom))


def conjunction(formula: Formula[Cond], scope: Scope) -> list[Cond] | None:
    """The conditions of a formula that is a list of them, as a rule holds it; None for any other."""
    found = simplified(formula, ALGEBRA)
    parts = found.of if isinstance(found, Every) else (found,)
    units = _units(found)
    return list(windows(units, scope)) if len(units) == len(parts) else None


def windows(every: Sequence[Cond], scope: Scope) -> Iterator[Cond]:
    """From n whole hours on and less than n+1 is `is n`: the vendor's own way to do something once."""
    reached = scope.settings.switch("hours_greater_than", "reached") == "reached"
    bounds = {
        (atom.field, atom.op): atom for atom in every if atom.field in CLOCKS and atom.value.isdecimal()
    }
    made: dict[Cond, Cond | None] = {}
    for (field, op), atom in bounds.items():
        until = bounds.get((field, op.replace("greater_than", "less_than")))
        if not reached or until is None or not op.startswith("greater_than"):
            continue
        if int(until.value) == int(atom.value) + 1:
            made[atom] = Cond(field, op.replace("greater_than", "is"), atom.value)
            made[until] = None
    for atom in every:
        found = made.get(atom, atom)
        if found is not None:
            yield found


def _said(item: Mapping[str, Any]) -> Formula[Cond]:
    """A list of conditions of `native.add_when` of which one must hold."""
    return Some(tuple(Atom(_raw(one)) for one in item["any"]))


def _raw(item: Mapping[str, Any]) -> Cond:
    """One in Zendesk's own words."""
    value = item.get("value")
    text = " ".join(map(text_of, value)) if isinstance(value, list) else text_of(value)
    return Cond(str(item.get("field")), str(item.get("operator")), text)


def _native_act(raw: Mapping[str, Any]) -> Act:
    value = raw.get("value")
    return Act(str(raw.get("field")), tuple(value) if isinstance(value, list) else text_of(value))


def _are_apart(found: Sequence[Branch[Cond]], acts: Iterable[Act]) -> bool:
    """Whether no two hold on one ticket, and what one does cannot make another one hold in the same update."""
    written = {field for act in acts for field in WRITES.get(act.field, {act.field})}
    return all(
        any(excludes(a, b) and a.field not in written for a in first.every for b in second.every)
        for index, first in enumerate(found)
        for second in found[index + 1 :]
    )


def _too_many() -> Unsayable:
    return Unsayable(
        f"it would take more than {MOST_BRANCHES} rules of Zendesk, which has one list of alternatives in a rule",
        "make it several recipes",
    )


def _twice(atom: object) -> Unsayable:
    about = f" (told apart by {atom.field})" if isinstance(atom, Cond) else ""
    return Unsayable(
        f"it would take several rules of Zendesk, and a ticket could get the message of two{about}",
        "make it several recipes, or write once: ticket",
    )
