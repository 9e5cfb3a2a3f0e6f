"""Who refers to a thing of a helpdesk: recipes, by file and line, and the rules that are live by the lock."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import Location, ProjectError
from ..model.data_problems import did_you_mean
from .lock import Lock
from .recipe import Recipe

KINDS: Mapping[str, frozenset[str]] = {
    "tag": frozenset({"tags", "organization.tags", "requester.tags"}),
    "group": frozenset({"group", "groups", "to"}),
    "agent": frozenset({"assignee", "requester", "to", "follow", "agents", "cc", "actor"}),
    "organization": frozenset({"organization"}),
    "field": frozenset(),
    "form": frozenset({"form"}),
    "brand": frozenset({"brand"}),
    "calendar": frozenset({"calendar", "schedule"}),
    "endpoint": frozenset({"call", "endpoint"}),
    "recipe": frozenset({"after", "before", "macro", "recipes"}),
    "category": frozenset({"category", "category_id"}),
}
"""What a thing may be, and the keys of recipes under which its name stands. A field's name is a key itself."""

_ABOUT_ITSELF = frozenset({"kind", "id", "title", "description", "owner", "labels", "tests", "targets"})
"""Keys of a recipe that refer to nothing that runs."""

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """What is looked for. Without a kind it is anything of that name."""

    name: str
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """One place that refers to it. `source` is "recipe", or the connection whose lock holds the rule `key`."""

    source: str
    kind: str
    key: str
    title: str
    path: str
    at: Location | None = None


def thing_of(text: str) -> Thing:
    """`kind:name`, or a name. Raises ProjectError for no name, and for a word before the colon that is no kind."""
    word, colon, name = text.partition(":")
    if colon and word in KINDS and name:
        return Thing(name, word)
    if not text or (colon and not name):
        raise ProjectError(f'"{text}" names nothing', hint="write a name, or KIND:NAME, such as tag:vip")
    if colon and re.fullmatch(r"[a-z]+", word) and "::" not in text:
        raise ProjectError(f'"{word}" is no kind of thing', hint=did_you_mean(word, KINDS, label="kinds are"))
    return Thing(text)


def uses_in_recipes(thing: Thing, recipes: Iterable[Recipe]) -> Iterator[Use]:
    """Every place in recipes, in their order."""
    for recipe in recipes:
        for path, on_key in _references(thing, recipe.value, ()):
            at = recipe.locate(path, on_key=on_key)
            yield Use("recipe", getattr(recipe, "kind", ""), recipe.id, recipe.title, _dotted(path), at)


def uses_in_lock(thing: Thing, lock: Lock) -> Iterator[Use]:
    """Every place in rules that are live, as the lock knows them; by name, and by the ids that names have there."""
    for connection, account in lock.connections.items():
        ids = [
            known_id
            for word, known_id in account.names.items()
            if word.partition(":")[2] == thing.name and thing.kind in {None, _said(word.partition(":")[0])}
        ]
        for key, entry in sorted(account.rules.items()):
            found = dict.fromkeys(
                path
                for part in (thing, *(Thing(one) for one in ids))
                for path, _ in _references(part, entry.body, ())
            )
            for path in found:
                yield Use(connection, entry.kind, key, entry.title, _dotted(path))


def _said(kind: str) -> str:
    """The word that people use for a kind of name: whom a message goes to is a group or an agent."""
    return "group" if kind in {"addressee", "addressee_kind"} else kind


def _references(thing: Thing, value: Any, path: Path) -> Iterator[tuple[Path, bool]]:
    """Paths that refer to it, and whether it is the key that does."""
    if isinstance(value, Mapping):
        condition = value.get("field") if "value" in value else None
        for key, inner in value.items():
            if not path and key in _ABOUT_ITSELF:
                continue
            here = (*path, key)
            if _is_field(thing, key):
                yield here, True
            if key == "value" and isinstance(condition, str) and "tag" in condition:
                if _wants(thing, "tag") and isinstance(inner, str) and thing.name in inner.split():
                    yield here, False
            else:
                yield from _references(thing, inner, here)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, inner in enumerate(value):
            yield from _references(thing, inner, (*path, index))
    elif isinstance(value, str) and _is_it(thing, value, path):
        yield path, False


def _is_it(thing: Thing, text: str, path: Path) -> bool:
    if text == thing.name:
        kinds = [kind for kind, keys in KINDS.items() if not keys.isdisjoint(map(str, path))]
        return thing.kind is None or thing.kind in kinds
    name = re.escape(thing.name)
    if _wants(thing, "calendar") and re.search(rf"business on {name}$", text):
        return True
    if thing.name.isdecimal() and re.search(rf"(?<![0-9]){name}(?![0-9])", text) and path[-1:] == ("field",):
        return True  # custom_fields_360001
    return _wants(thing, "field") and re.search(rf"\{{\{{[^}}]*\b{name}\b", text) is not None


def _is_field(thing: Thing, key: str) -> bool:
    return _wants(thing, "field") and key in {thing.name, f"custom.{thing.name}"}


def _wants(thing: Thing, kind: str) -> bool:
    return thing.kind is None or thing.kind == kind


def _dotted(path: Path) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
