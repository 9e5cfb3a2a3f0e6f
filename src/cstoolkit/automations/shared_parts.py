"""`use: name` and `${var.name}`: what a recipe takes from its project, put in before it is read.

Positions stay those of the recipe: a problem in a part that was put in is shown where it is used.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..model.data_problems import Path, ProblemLog, did_you_mean
from .source import PlacedList, PlacedMap

if TYPE_CHECKING:
    from ..project import Project

USERS = ("when", "scan", "select", "tag", "then", "otherwise")
"""The keys in which `use` may stand."""

_REFERENCE = re.compile(r"\$\{(?P<root>[A-Za-z_]+)\.(?P<name>[^}]*)\}")
_USE = re.compile(r"\buse[\"']?\s*:")

Variables = Mapping[str, str | bool | int | float]


def fill_in(
    value: PlacedMap, text: str, project: "Project | None", environment: str | None, log: ProblemLog
) -> PlacedMap:
    """The recipe with variables and shared parts in place; what cannot be found is noted and left."""
    if "${" in text:
        variables = project.variables(environment) if project else None
        value = _Filler(variables, log).filled(value, ())
    if "use" in text and _USE.search(text):
        define = project.define if project else {}
        value = _copied(
            value, {key: _Expander(define, log).expanded(value[key], (key,)) for key in USERS if key in value}
        )
    return value


def as_literal(text: str) -> str:
    """The text, written so that what looks like a variable in it stays as it is."""
    return _REFERENCE.sub(lambda found: f"${{literal.{found.group()[2:]}", text)


class _Filler:
    def __init__(self, variables: Variables | None, log: ProblemLog) -> None:
        self.variables = variables
        self.log = log

    def filled(self, value: Any, path: Path) -> Any:
        if isinstance(value, str):
            return self.text(value, path) if "${" in value else value
        if isinstance(value, PlacedMap):
            return _copied(value, {key: self.filled(inner, (*path, key)) for key, inner in value.items()})
        if isinstance(value, PlacedList):
            copy = PlacedList()
            copy.places = value.places
            copy.extend(self.filled(inner, (*path, index)) for index, inner in enumerate(value))
            return copy
        return value

    def text(self, text: str, path: Path) -> Any:
        whole = _REFERENCE.fullmatch(text)
        if whole:
            return self.value(whole, path)
        return _REFERENCE.sub(lambda found: str(self.value(found, path)), text)

    def value(self, found: re.Match[str], path: Path) -> str | bool | int | float:
        written, root, name = found.group(), found["root"], found["name"]
        if root == "literal":
            return f"${{{name}}}"
        if root == "secret":
            hint = "secrets stand in connections and endpoints of cstoolkit.yaml only"
            self.log.add(path, f'a recipe cannot hold the secret "{name}"', "secret", hint)
        elif root != "var":
            self.log.add(path, f'"{written}" stands for nothing', "variable", "write ${var.name}")
        elif self.variables is None:
            hint = "add a cstoolkit.yaml with `vars:` in this folder or above it"
            self.log.add(path, f'without a project "{written}" has no value', "variable", hint)
        elif name not in self.variables:
            hint = did_you_mean(name, self.variables, label="variables are")
            self.log.add(path, f'there is no variable "{name}"', "variable", hint)
        else:
            return self.variables[name]
        return written


class _Expander:
    def __init__(self, define: Mapping[str, Any], log: ProblemLog) -> None:
        self.define = define
        self.log = log

    def expanded(self, value: Any, path: Path) -> Any:
        if isinstance(value, PlacedList):
            return self.listed(value, path)
        if not isinstance(value, PlacedMap):
            return value
        inner = {key: self.expanded(each, (*path, key)) for key, each in value.items() if key != "use"}
        copy = _copied(value, inner)
        if "use" in value:
            shared = self.part(value["use"], (*path, "use"), wanted=Mapping)
            if shared is not None and not inner:
                return shared
            copy.places["all"] = value.places["use"]
            copy["all"] = [*copy.get("all", []), *([] if shared is None else [shared])]
            del copy["use"]
            if not copy["all"]:
                del copy["all"]
        return copy

    def listed(self, items: PlacedList, path: Path) -> PlacedList:
        copy = PlacedList()
        copy.places = []
        for index, (item, place) in enumerate(zip(items, items.places, strict=True)):
            added = [item]
            if isinstance(item, PlacedMap) and set(item) == {"use"} and path[-1] in {"then", "otherwise"}:
                added = self.part(item["use"], (*path, index, "use"), wanted=list) or []
            else:
                added = [self.expanded(item, (*path, index))]
            copy.extend(added)
            copy.places.extend([place] * len(added))
        return copy

    def part(self, name: Any, path: Path, *, wanted: type) -> Any:
        """The shared part of that name, or None and a problem."""
        if not isinstance(name, str) or name not in self.define:
            hint = "shared parts stand under `define:` in cstoolkit.yaml"
            if self.define and isinstance(name, str):
                hint = did_you_mean(name, self.define, label="defined are")
            self.log.add(path, f'nothing is defined as "{name}"', "name", hint)
            return None
        found = self.define[name]
        if not isinstance(found, wanted):
            here = "a list of actions" if wanted is list else "a condition"
            self.log.add(
                path, f'"{name}" is not {here}', "type", "conditions are mappings, actions are lists"
            )
            return None
        return found


def _copied(value: PlacedMap, changed: Mapping[str, Any]) -> PlacedMap:
    """The mapping with other values for some keys, at the same places."""
    copy = PlacedMap()
    copy.update(value)
    copy.update(changed)
    copy.places = dict(value.places)
    return copy
