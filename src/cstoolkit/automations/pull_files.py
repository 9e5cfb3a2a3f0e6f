"""What was pulled, written: new recipe files, and changes in those that people have written."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..errors import ProjectError
from .pull import Pulled
from .recipe_text import text_of_key, with_keys, yaml_text

_SHARED = re.compile(r"\$\{var\.|\buse[\"']?\s*:")


def by_hand(pulled: Iterable[Pulled], texts: Mapping[str, str]) -> list[Pulled]:
    """The same, but a change to what a recipe takes from its project is left to people: others take it too.

    `texts` are those of the recipes, by id.
    """
    made = []
    for one in pulled:
        text = texts.get(one.key.partition("#")[0], "") if one.what == "changed" else ""
        shared = [key for key in one.changes or () if _SHARED.search(text_of_key(text, key))]
        if shared:
            note = f"{', '.join(shared)} of the recipe holds variables or shared parts; change it by hand"
            made.append(replace(one, what="left", changes=None, note=note))
        else:
            made.append(one)
    return made


@dataclass(frozen=True, slots=True)
class Writing:
    """A file as it shall be."""

    path: Path
    text: str


def writings(pulled: Iterable[Pulled], recipes: Mapping[str, Any], folder: Path) -> list[Writing]:
    """Every file that changes, whole. `recipes` are the loaded ones by id, `folder` is where new ones go.

    Raises ProjectError where a file is not any more what was loaded, or a new file's name is taken.
    """
    texts: dict[Path, str] = {}
    for one in pulled:
        if one.what == "new":
            path = folder / str(one.file)
            if path.exists():
                raise ProjectError(
                    f"{path} is in the way of a pulled rule",
                    hint="move it, or give its recipe that rule's title",
                )
            texts[path] = yaml_text(one.plain or {})
        elif one.what == "changed" and one.changes:
            recipe = recipes[one.key.partition("#")[0]]
            path = Path(recipe.path)
            before = texts[path] if path in texts else path.read_text(encoding="utf-8")
            if before.count(recipe.text) != 1:
                raise ProjectError(f"{path} was changed while it was read", hint="run it again")
            texts[path] = before.replace(recipe.text, with_keys(recipe.text, one.changes))
    return [Writing(path, text) for path, text in texts.items()]


def write(files: Iterable[Writing]) -> None:
    """Each aside and renamed. Run again after an interruption, pulling writes what is missing."""
    for file in files:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        aside = file.path.with_name(f".{file.path.name}.part")
        try:
            aside.write_text(file.text, encoding="utf-8")
            aside.replace(file.path)
        finally:
            aside.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Share:
    """How many conditions and actions of rules stand in the grammar, and how many in `native`."""

    neutral: int = 0
    native: int = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(self.neutral + other.neutral, self.native + other.native)

    @property
    def percent(self) -> float:
        """Of the grammar; 100 where there is nothing at all."""
        total = self.neutral + self.native
        return 100 * self.neutral / total if total else 100.0


def share_of(plain: Mapping[str, Any]) -> Share:
    """Of one recipe as plain data. Where all of it is native, each condition and action of that counts."""
    native = 0
    replaced = False
    for part in (plain.get("native") or {}).values():
        native += len(part.get("add_when", ())) + len(part.get("add_then", ()))
        if part.get("replace") is not None:
            replaced = True
            native += _parts(part["replace"])
    own = 0 if replaced else _tests(plain.get("when")) + len(plain.get("then") or ())
    return Share(own, native)


def _tests(condition: Any) -> int:
    if isinstance(condition, Mapping):
        return sum(
            _tests(inner)
            if key in ("all", "any", "none")
            else max(1, len(inner) if isinstance(inner, Mapping) else 1)
            for key, inner in condition.items()
        )
    return sum(_tests(one) for one in condition) if isinstance(condition, list) else 0


def _parts(body: Mapping[str, Any]) -> int:
    conditions = body.get("conditions") or {}
    groups = conditions.values() if isinstance(conditions, Mapping) else ()
    return len(body.get("actions") or ()) + sum(len(group) for group in groups if isinstance(group, list))
