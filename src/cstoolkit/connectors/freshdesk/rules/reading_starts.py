"""Performer and events of an update rule as the events and tests of a recipe: candidates, the most telling first."""

from collections.abc import Iterator, Mapping
from typing import Any

from ....model.conditions import AllOf, AnyOf, Condition, Test, Value
from ...base import Directory
from .choices import ANY, CHOICES
from .reading_tests import choice_word, custom_value, status_words
from .starts import AGENT, EITHER, REQUESTER, SYSTEM
from .statuses import Statuses

Candidate = tuple[tuple[str, ...], tuple[Condition, ...]]
WORDS = ("requester_replied", "agent_replied", "note_added", "commented")
CHANGED_OF: Mapping[str, str] = {
    "status": "status",
    **{row.field: name for name, row in CHOICES.items() if row.event and row.resource == "ticket"},
}
PUBLIC = Test("comment.public", "is", value=True)


def start_candidates(
    body: Mapping[str, Any], directory: Directory, statuses: Statuses
) -> Iterator[Candidate]:
    """Events of a recipe, and the tests beside them. May raise what the directory raises."""
    actors = _actors(body.get("performer") or {}, directory)
    for word in WORDS:
        for tests in ((), (PUBLIC,)):
            for actor in actors:
                yield (word,), (*actor, *tests)
    changes = [one for raw in body.get("events") or () for one in _changes(raw, directory, statuses)]
    listed = [*_as_lists(changes)]
    for actor in actors:
        for found in (listed, changes, [*listed, PUBLIC]):
            if changes:
                yield ("updated",), (*actor, *_any(found))


def _actors(performer: Mapping[str, Any], directory: Directory) -> list[tuple[Condition, ...]]:
    members = performer.get("members") or []
    if members:
        names = tuple(directory.name("agent", str(one)) for one in members)
        return [(Test("actor", "is", names[0]) if len(names) == 1 else Test("actor", "in", names),)]
    word = {AGENT: "agent", REQUESTER: "requester", SYSTEM: "system"}.get(performer.get("type", EITHER))
    return [(), *([] if word is None else [(Test("actor", "is", word),)])]


def _any(found: list[Condition]) -> tuple[Condition, ...]:
    return (found[0],) if len(found) == 1 else (AnyOf(tuple(found)),)


def _changes(raw: Mapping[str, Any], directory: Directory, statuses: Statuses) -> Iterator[Condition]:
    """The change of one field, from or to a value; from one to another is two tests."""
    name = str(raw.get("field_name"))
    if "from" not in raw:
        return
    field = CHANGED_OF.get(name) or f"custom.{directory.name('field', name)}"
    sides = {"changed_from": raw["from"], "changed_to": raw["to"]}
    wanted = {op: value for op, value in sides.items() if value != ANY}
    tests = tuple(Test(field, op, _word(field, value, directory, statuses)) for op, value in wanted.items())
    if not tests:
        yield Test(field, "changed", value=True)
    else:
        yield tests[0] if len(tests) == 1 else AllOf(tests)


def _word(field: str, value: Any, directory: Directory, statuses: Statuses) -> Value:
    if field == "status":
        words = status_words([value], directory, statuses)
        return words[0] if len(words) == 1 else "Open"
    return choice_word(field, value, directory) if field in CHOICES else custom_value(value)


def _as_lists(changes: list[Condition]) -> Iterator[Condition]:
    """Changes of one field to several values as one test."""
    made: dict[tuple[str, str], list[Value]] = {}
    for one in changes:
        if isinstance(one, Test) and not isinstance(one.value, tuple):
            made.setdefault((one.field, one.op), []).append(one.value)
        else:
            yield one
    for (field, op), values in made.items():
        yield Test(field, op, values[0] if len(values) == 1 else tuple(values))
