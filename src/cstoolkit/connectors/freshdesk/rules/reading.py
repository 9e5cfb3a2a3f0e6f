"""Freshdesk's rules as neutral ones. What the grammar cannot say stays in `native`, in Freshdesk's words.

Nothing is believed: what is read is compiled again, and only what comes out as it went in is kept. So a rule that
is pulled and planned at once is unchanged, whatever stands in it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from ....errors import ConnectorError
from ....model.actions import Action, Say
from ....model.compile_settings import CompileSettings
from ....model.conditions import AllOf, AnyOf, Condition, Test
from ....model.references import resolve
from ....model.rules import Audience, Json, NativePart, NativeRule, Rule
from ...base import Directory
from .actions import Doing, plain, translate_action
from .bodies import normalise
from .liquid import Telling, from_liquid
from .reading_actions import merged_sets, read_action
from .reading_starts import start_candidates
from .reading_tests import candidates
from .sets import to_property
from .statuses import Statuses
from .unsayable import Unsayable
from .writing import ANCHOR, FOLDER, GROUPS, VENDOR, to_native

KINDS: Mapping[str, Literal["macro", "trigger", "automation"]] = {
    "rule_1": "trigger",
    "rule_3": "automation",
    "rule_4": "trigger",
    "canned_response": "macro",
    "scenario_automation": "macro",
}
START = ("performer", "events")
CONDITIONS = ("conditions", "operator")


def from_native(native: NativeRule, directory: Directory, settings: CompileSettings | None = None) -> Rule:
    """The neutral rule that compiles to this one again. The id is the key, else made of the title.

    Ids that the directory does not know stay in `native`, as does what the grammar cannot say; at worst the
    whole body stands in `replace`.
    """
    # The account's own statuses decide what a category is; a directory of Freshdesk knows what the project says.
    known = settings or CompileSettings(statuses=getattr(directory, "statuses", {}))
    return _Reading(normalise(native), directory, known).rule()


@dataclass(frozen=True, slots=True)
class Share:
    """How many events, conditions and actions a rule has, and how many of them stand in the grammar."""

    said: int
    total: int


def share(native: NativeRule, rule: Rule) -> Share:
    """What of a rule that was read stands in the grammar rather than in `native`, counted by occurrence."""
    body = native.body if isinstance(native.body, dict) else {}
    total = _count(body)
    if native.kind == "canned_response":
        total = 1
    part = rule.native.get(VENDOR, NativePart())
    if part.replace is not None:
        return Share(0, total)
    raw = sum(len(item["any"]) if "any" in item else 1 for item in part.add_when) + len(part.add_then)
    return Share(total - raw - _count(part.settings), total)


def _count(body: Mapping[str, Any]) -> int:
    """Events, conditions and actions of a body."""
    conditions = sum(len(_list(one.get("properties"))) for one in _list(body.get("conditions")))
    return conditions + len(_list(body.get("actions"))) + len(_list(body.get("events")))


class _Reading:
    """One rule on its way back."""

    def __init__(self, native: NativeRule, directory: Directory, settings: CompileSettings) -> None:
        self.native = native
        self.directory = directory
        self.settings = settings
        self.statuses = Statuses.of(settings)
        body = native.body
        assert isinstance(body, dict)
        self.body: Mapping[str, Any] = body

    def rule(self) -> Rule:
        if self.native.kind == "canned_response":
            found = self._canned()
        elif self.native.kind == "scenario_automation":
            found = None
        else:
            found = self._automation()
        return found or replace(self._empty(), event=(), native={VENDOR: NativePart(replace=dict(self.body))})

    def _empty(self) -> Rule:
        native = self.native
        made = re.sub(r"[^a-z0-9]+", "-", native.title.lower()).strip("-")
        name = native.key or made or f"rule-{native.id}"
        events = ("created",) if native.kind == "rule_1" else ()
        return Rule(KINDS[native.kind], name, native.title, active=native.active, event=events)

    def _canned(self) -> Rule | None:
        text = str(self.body.get("content_html") or "")
        then: tuple[Action, ...] = (Say(from_liquid(plain(text)), public=True),)
        kept = {key: self.body[key] for key in ("folder_id", "visibility", "group_ids") if key in self.body}
        settings, audience = self._audience(kept)
        rule = replace(self._empty(), then=then, available_to=audience)
        part = NativePart(settings)
        return self._checked(replace(rule, native={VENDOR: part} if part != NativePart() else {}))

    def _audience(self, kept: dict[str, Json]) -> tuple[dict[str, Json], Audience]:
        """What of folder and visibility a recipe says: the folder by its name, groups as its audience."""
        settings, audience = dict(kept), Audience()
        try:
            name = self.directory.name("canned_folder", str(kept.get("folder_id")))
            del settings["folder_id"]
            settings |= {} if name == FOLDER else {"folder": name}
        except (ConnectorError, KeyError):
            settings = dict(kept)
        try:
            if settings.get("visibility") == GROUPS:
                names = [self.directory.name("group", str(one)) for one in _list(settings.get("group_ids"))]
                audience = Audience(tuple(names))
                del settings["group_ids"], settings["visibility"]
            elif settings.get("visibility") == 0:
                del settings["visibility"]
        except (ConnectorError, KeyError):
            return settings, Audience()
        return settings, audience

    def _automation(self) -> Rule | None:
        own = {"description": self.body["description"]} if "description" in self.body else {}
        event, tests = self._start()
        if event is None:
            own |= {key: self.body[key] for key in START if key in self.body}
        said, raw, whole = self._conditions(event or self._empty().event)
        if whole:
            own |= {key: self.body[key] for key in CONDITIONS if key in self.body}
        then, actions = self._actions(event or self._empty().event)
        part = NativePart(own, tuple(raw), tuple(actions))
        rule = self._rule(event, [*tests, *said], then, part)
        found = self._checked(rule)
        if found is None and not whole:
            own |= {key: self.body[key] for key in CONDITIONS if key in self.body}
            found = self._checked(self._rule(event, tests, then, NativePart(own, (), tuple(actions))))
        if found is None and event is not None and self.native.kind == "rule_4":
            own |= {key: self.body[key] for key in START if key in self.body}
            found = self._checked(self._rule(None, [], then, NativePart(own, (), tuple(actions))))
        return found

    def _rule(
        self, event: tuple[str, ...] | None, tests: list[Condition], then: list[Action], part: NativePart
    ) -> Rule:
        when = None if not tests else tests[0] if len(tests) == 1 else AllOf(tuple(tests))
        native = {VENDOR: part} if part != NativePart() else {}
        empty = self._empty()
        return replace(
            empty, event=empty.event if event is None else event, when=when, then=tuple(then), native=native
        )

    def _checked(self, rule: Rule) -> Rule | None:
        """The rule, if it compiles to what it was read from."""
        made = self._compiled(rule)
        return (
            rule
            if made is not None and (made.kind, made.body) == (self.native.kind, self.native.body)
            else None
        )

    def _compiled(self, rule: Rule) -> NativeRule | None:
        found = to_native(rule, self.settings)
        if len(found) != 1 or not isinstance(found[0], NativeRule):
            return None
        try:
            return normalise(resolve(found[0], self.directory.find))
        except ConnectorError:
            return None

    # -- what starts it

    def _start(self) -> tuple[tuple[str, ...] | None, list[Condition]]:
        """The events, and the tests that say who acts and what was changed; None where no recipe says that."""
        if self.native.kind != "rule_4":
            return self._empty().event, []
        try:
            for event, tests in start_candidates(self.body, self.directory, self.statuses):
                made = self._compiled(self._rule(event, list(tests), [], NativePart()))
                body = made.body if made is not None else None
                if (
                    isinstance(body, dict)
                    and all(body.get(key) == self.body.get(key) for key in START)
                    and not body.get("conditions")
                ):
                    return event, list(tests)
        except ConnectorError:
            return None, []
        return None, []

    # -- conditions

    def _conditions(self, event: tuple[str, ...]) -> tuple[list[Condition], list[Any], bool]:
        """Tests, those that stay as they are, and whether all of them have to."""
        sets = _list(self.body.get("conditions"))
        listed = [(one["match_type"], [*self._tests(one["properties"], event)]) for one in sets]
        if len(listed) == 2 and self.body.get("operator") == "OR":
            if any(found is None for _, tests in listed for _, found in tests):
                return [], [], True
            parts = [_group(match, [one for _, one in tests if one is not None]) for match, tests in listed]
            return [AnyOf(tuple(parts))], [], False
        said: list[Condition] = []
        raw: list[Any] = []
        for match, tests in listed:
            if match == "all":
                anchor = to_property(ANCHOR)
                said += [found for one, found in tests if found is not None and one != anchor]
                raw += [one for one, found in tests if found is None]
            elif any(found is None for _, found in tests):
                raw.append({"any": [one for one, _ in tests]})
            else:
                said.append(AnyOf(tuple(found for _, found in tests if found is not None)))
        return said, raw, False

    def _tests(self, properties: list[Any], event: tuple[str, ...]) -> Iterable[tuple[Any, Condition | None]]:
        pins = [
            one for one in properties if one.get("field_name") == "status" and one.get("operator") == "in"
        ]
        for one in properties:
            yield one, self._test(one, event, pins)

    def _test(self, raw: Any, event: tuple[str, ...], pins: list[Any]) -> Condition | None:
        """The first candidate that compiles to just this; the clock of a status needs that status beside it."""
        if not isinstance(raw, Mapping) or set(raw) - {"business_hours_id", "case_sensitive"} != {
            "resource_type", "field_name", "operator", "value",
        }:  # fmt: skip
            return None
        try:
            for candidate in candidates(raw, self.directory, self.statuses):
                if self._says(candidate, raw, event, pins):
                    return candidate
        except ConnectorError:
            return None
        return None

    def _says(self, candidate: Condition, raw: Any, event: tuple[str, ...], pins: list[Any]) -> bool:
        parts: list[Condition] = [candidate]
        wanted = [raw]
        if isinstance(candidate, Test) and candidate.field == "status_changed_at" and pins:
            pin = self._test(pins[0], event, [])
            if pin is None:
                return False
            parts, wanted = [pin, candidate], [pins[0], raw]
        part = NativePart({"performer": {"type": 3}, "events": [{"field_name": "reply_sent"}]})
        rule = self._rule(event, parts, [], part if self.native.kind == "rule_4" else NativePart())
        made = self._compiled(rule)
        if made is None or not isinstance(made.body, dict):
            return False
        sets: Any = made.body.get("conditions") or [{"properties": [to_property(ANCHOR)]}]
        return len(sets) == 1 and sorted(map(str, sets[0]["properties"])) == sorted(map(str, wanted))

    # -- actions

    def _actions(self, event: tuple[str, ...]) -> tuple[list[Action], list[Any]]:
        """Actions of a recipe, and those that stay as they are, each with its place."""
        then: list[Action] = []
        raw: list[Any] = []
        for index, one in enumerate(_list(self.body.get("actions"))):
            found = self._action(one, event)
            if found is None:
                raw.append({**one, "at": index})
            else:
                then.append(found)
        return merged_sets(then), raw

    def _action(self, raw: Any, event: tuple[str, ...]) -> Action | None:
        kind = KINDS[self.native.kind]
        comment = self._comment(event)
        doing = Doing(kind, Telling(self.settings, comment, self.native.kind == "rule_4"))
        try:
            for action in read_action(raw, self.directory, self.settings.endpoints):
                acts: list[Json] = [*translate_action(action, doing)]
                holder = NativeRule(
                    VENDOR, self.native.kind, None, None, "", active=True, body={"actions": acts}
                )
                made = normalise(resolve(holder, self.directory.find)).body
                if isinstance(made, dict) and made["actions"] == [raw]:
                    return action
        except (ConnectorError, Unsayable, KeyError):
            return None
        return None

    def _comment(self, event: tuple[str, ...]) -> Any:
        if set(event) <= {"requester_replied", "agent_replied"} and event:
            return "public"
        return "private" if event == ("note_added",) else None


def _group(match: str, tests: list[Condition]) -> Condition:
    if len(tests) == 1:
        return tests[0]
    return AllOf(tuple(tests)) if match == "all" else AnyOf(tuple(tests))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
