"""Zendesk's rules as neutral ones. What the grammar cannot say stays in `native`, in Zendesk's words.

Nothing is believed: what is read is compiled again, and only what comes out as it went in is kept. So a rule that
is pulled and planned at once is unchanged, whatever stands in it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from ....errors import ConnectorError
from ....model.actions import Action
from ....model.compile_settings import CompileSettings
from ....model.conditions import AllOf, AnyOf, Condition, Test
from ....model.normal_form import translate
from ....model.references import resolve
from ....model.rules import Audience, Json, NativePart, NativeRule, Rule
from ...base import Directory
from .actions import Doing, translate_action
from .atoms import Cond
from .bodies import normalise
from .conditions import literal
from .events import events_formula
from .reading_actions import merged_sets, read_action
from .reading_tests import candidates
from .scope import Scope
from .unsayable import Unsayable
from .writing import VENDOR, conjunction, to_native

EVENTS = ("requester_replied", "agent_replied", "end_user_replied", "note_added", "rated", "commented", "updated",
          "created")  # fmt: skip
"""The most telling first: the first whose conditions are all there is the event."""
EITHER = ("created", "updated")
KINDS: Mapping[str, Literal["macro", "trigger", "automation"]] = {
    "macro": "macro",
    "trigger": "trigger",
    "automation": "automation",
}


def from_native(native: NativeRule, directory: Directory, settings: CompileSettings | None = None) -> Rule:
    """The neutral rule that compiles to this one again. The id is the key, else made of the title.

    Ids that the directory does not know stay in `native`, as does what the grammar cannot say; at worst the
    whole body stands in `replace`.
    """
    return _Reading(normalise(native), directory, settings or CompileSettings()).rule()


@dataclass(frozen=True, slots=True)
class Share:
    """How many conditions and actions a rule has, and how many of them stand in the grammar."""

    said: int
    total: int


def share(native: NativeRule, rule: Rule) -> Share:
    """What of a rule that was read stands in the grammar rather than in `native`, counted by occurrence."""
    body = native.body if isinstance(native.body, dict) else {}
    total = len(_list(body.get("actions"))) + sum(len(one) for one in _lists(body))
    part = rule.native.get(VENDOR, NativePart())
    if part.replace is not None:
        return Share(0, total)
    raw = sum(len(item["any"]) if "any" in item else 1 for item in part.add_when) + len(part.add_then)
    return Share(total - raw, total)


class _Reading:
    """One rule on its way back."""

    def __init__(self, native: NativeRule, directory: Directory, settings: CompileSettings) -> None:
        self.native = native
        self.directory = directory
        self.settings = settings
        body = native.body
        assert isinstance(body, dict)
        self.body: Mapping[str, Any] = body

    def rule(self) -> Rule:
        for attempt in (self._in_the_grammar, self._conditions_as_they_are):
            found = attempt()
            if found is not None:
                return found
        return replace(self._empty(), native={VENDOR: NativePart(replace=dict(self.body))})

    def _empty(self) -> Rule:
        native = self.native
        name = (
            native.key or re.sub(r"[^a-z0-9]+", "-", native.title.lower()).strip("-") or f"rule-{native.id}"
        )
        events = EITHER if native.kind == "trigger" else ()
        return Rule(KINDS[native.kind], name, native.title, active=native.active, event=events)

    def _in_the_grammar(self) -> Rule | None:
        every, some = _lists(self.body)
        event, left = self._event(every)
        scope = Scope.of(replace(self._empty(), event=event), self.settings)
        tests, raw = self._conditions(left, scope)
        listed = [self._condition(atom, scope, _pinned(every)) for atom in some]
        if some:
            if None in listed:
                raw.append({"any": [atom.to_json() for atom in some]})
            else:
                tests.append(AnyOf(tuple(one for one in listed if one is not None)))
        return self._checked(event, tests, raw)

    def _conditions_as_they_are(self) -> Rule | None:
        every, some = _lists(self.body)
        raw: list[Any] = [atom.to_json() for atom in every]
        if some:
            raw.append({"any": [atom.to_json() for atom in some]})
        return self._checked(EITHER if self.native.kind == "trigger" else (), [], raw)

    def _checked(self, event: tuple[str, ...], tests: list[Condition], raw: list[Any]) -> Rule | None:
        """The rule, if it compiles to what it was read from."""
        then, actions = self._actions()
        settings = self._settings()
        audience, restriction = self._audience()
        part = NativePart({**settings, **restriction}, tuple(raw), tuple(actions))
        when = None if not tests else tests[0] if len(tests) == 1 else AllOf(tuple(tests))
        rule = replace(
            self._empty(),
            event=event,
            when=when,
            then=tuple(then),
            available_to=audience,
            native={VENDOR: part} if part != NativePart() else {},
        )
        if self._is_same(rule):
            return rule
        missing = self._missing(rule)
        if missing and len(raw) < len(_lists(self.body)[0]):
            return self._checked(event, tests, [*raw, *missing])
        return None

    def _compiled(self, rule: Rule) -> NativeRule | None:
        found = to_native(rule, self.settings)
        if len(found) != 1 or not isinstance(found[0], NativeRule):
            return None
        try:
            return normalise(resolve(found[0], self.directory.find))
        except ConnectorError:
            return None

    def _is_same(self, rule: Rule) -> bool:
        made = self._compiled(rule)
        return made is not None and made.body == self.native.body

    def _missing(self, rule: Rule) -> list[Json]:
        """Conditions that another one implies: compiling leaves them out, so they are said as they are."""
        made = self._compiled(rule)
        if made is None or not isinstance(made.body, dict):
            return []
        there, wanted = _lists(made.body)[0], _lists(self.body)[0]
        return [atom.to_json() for atom in wanted if atom not in there]

    # -- conditions

    def _event(self, every: list[Cond]) -> tuple[tuple[str, ...], list[Cond]]:
        """The event that the conditions name, and the ones that are left beside it."""
        if self.native.kind != "trigger":
            return (), every
        for event in EVENTS:
            scope = Scope.of(replace(self._empty(), event=(event,)), self.settings)
            try:
                said = conjunction(events_formula((event,), scope), scope)
            except Unsayable:
                continue
            if said is not None and all(atom in every for atom in self._with_ids(said)):
                return (event,), [atom for atom in every if atom not in self._with_ids(said)]
        return EITHER, every

    def _conditions(self, atoms: list[Cond], scope: Scope) -> tuple[list[Condition], list[Any]]:
        """Tests, and what stays as it is."""
        tests: list[Condition] = []
        raw: list[Any] = []
        pinned = _pinned(_lists(self.body)[0])
        paired, left = _paired(atoms)
        for pair in paired:
            found = self._condition(pair[0], scope, pinned, beside=pair[1:])
            if found is None:
                left += pair
            else:
                tests.append(found)
        for atom in left:
            found = self._condition(atom, scope, pinned)
            if found is None:
                raw.append(atom.to_json())
            else:
                tests.append(found)
        return tests, raw

    def _condition(
        self, atom: Cond, scope: Scope, pinned: str | None, *, beside: tuple[Cond, ...] = ()
    ) -> Condition | None:
        """The first candidate that compiles to just this, and to what stands beside it."""
        wanted = {atom, *beside}
        try:
            for candidate in candidates(atom, self.directory, pinned):
                if self._says(candidate, scope, wanted, pinned):
                    return candidate
        except ConnectorError:
            return None
        return None

    def _says(self, candidate: Condition, scope: Scope, wanted: set[Cond], pinned: str | None) -> bool:
        """Whether it compiles to just what is wanted; the status clocks need the pinned status beside them."""
        pin = () if pinned is None else (Test("status", "is", pinned),)
        parts = AllOf((*pin, candidate))
        try:
            formula = translate(parts, lambda test, holds: literal(test, scope, holds=holds))
        except Unsayable:
            return False
        found = conjunction(formula, scope)
        if found is None:
            return False
        beside = {Cond("status", "is", str(test.value)) for test in pin}
        if wanted <= beside:
            return candidate in pin
        return set(self._with_ids(found)) - beside == wanted - beside

    def _with_ids(self, atoms: Iterable[Cond]) -> list[Cond]:
        body: list[Json] = [atom.to_json() for atom in atoms]
        holder = NativeRule(VENDOR, "trigger", None, None, "", active=True, body=body)
        resolved = resolve(holder, self.directory.find).body
        assert isinstance(resolved, list)
        return [_cond(one) for one in resolved if isinstance(one, dict)]

    # -- actions

    def _actions(self) -> tuple[list[Action], list[Any]]:
        """Actions of a recipe, and those that stay as they are, each with its place."""
        listed = _list(self.body.get("actions"))
        then: list[Action] = []
        raw: list[Any] = []
        index = 0
        while index < len(listed):
            here, following = listed[index], listed[index + 1] if index + 1 < len(listed) else None
            found = self._action(here, following, listed)
            if found is None:
                raw.append({**here, "at": index})
                index += 1
            else:
                then.append(found[0])
                index += found[1]
        return merged_sets(then), raw

    def _action(
        self, here: Mapping[str, Any], following: Mapping[str, Any] | None, listed: list[Any]
    ) -> tuple[Action, int] | None:
        place = listed.index(here)
        has_comment = any(
            atom.field == "comment_is_public" or atom.value == "Create" for atom in _lists(self.body)[0]
        )
        try:
            for action, count in read_action(here, following, self.directory, has_comment=has_comment):
                acts: list[Json] = [
                    one.to_json() for one in translate_action(action, Doing(self.native.kind, has_comment))
                ]
                holder = NativeRule(
                    VENDOR, self.native.kind, None, None, "", active=True, body={"actions": acts}
                )
                made = normalise(resolve(holder, self.directory.find)).body
                if isinstance(made, dict) and made["actions"] == listed[place : place + count]:
                    return action, count
        except (ConnectorError, Unsayable):
            return None
        return None

    def _settings(self) -> dict[str, Json]:
        """What a rule has beside conditions and actions; its category by name where that is known."""
        settings: dict[str, Json] = {}
        if "description" in self.body:
            settings["description"] = self.body["description"]
        if "category_id" in self.body:
            category = str(self.body["category_id"])
            try:
                settings["category"] = self.directory.name("category", category)
            except ConnectorError:
                settings["category_id"] = category
        return settings

    def _audience(self) -> tuple[Audience, dict[str, Json]]:
        restriction = self.body.get("restriction")
        if not isinstance(restriction, Mapping):
            return Audience(), {}
        if restriction.get("type") == "Group":
            try:
                names = [self.directory.name("group", str(one)) for one in restriction["ids"]]
                return Audience(tuple(names)), {}
            except ConnectorError:
                pass
        return Audience(), {"restriction": dict(restriction)}


def _lists(body: Mapping[str, Any]) -> tuple[list[Cond], list[Cond]]:
    conditions = body.get("conditions")
    if not isinstance(conditions, Mapping):
        return [], []
    every, some = (_list(conditions.get(name)) for name in ("all", "any"))
    return [_cond(one) for one in every], [_cond(one) for one in some]


def _cond(raw: Mapping[str, Any]) -> Cond:
    return Cond(str(raw["field"]), str(raw["operator"]), str(raw["value"]))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _pinned(atoms: Iterable[Cond]) -> str | None:
    return next((atom.value for atom in atoms if (atom.field, atom.op) == ("status", "is")), None)


def _paired(atoms: list[Cond]) -> tuple[list[tuple[Cond, ...]], list[Cond]]:
    """A negation with the test for a value, which together are one word of the grammar; and the others."""
    pairs: list[tuple[Cond, ...]] = []
    left = list(atoms)
    for there in atoms:
        if (there.op, there.value) != ("is_not", "") or there not in left:
            continue
        for atom in left:
            negative = atom.op in {"is_not", "not_changed", "less_than"} and atom.value != "current_user"
            if atom.field == there.field and atom != there and negative:
                pairs.append((atom, there))
                left.remove(atom)
                left.remove(there)
                break
    return pairs, left
