"""`evaluate:` of a triage: its tags on a labelled sample, and the bounds that they must keep.

A row of the sample (JSONL, or CSV with a header) has `expect`, the tags that are right, and fields of a ticket; `body` is
the description, `meta` holds more fields, `id` and `split` are for people. `scan` is not asked: the sample is what is tagged.
"""

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..engines.neutral_conditions import holds
from ..engines.trace import CannotJudge
from ..errors import Location, Problem, RecipeError
from ..model.context import Context
from ..model.data_problems import DataProblems
from .auditing.facts import check_facts
from .cases_expect import Miss
from .cases_fixture import Surroundings, make_ticket
from .cases_play import default_now
from .triage import TriageRecipe

NOT_FACTS = frozenset({"id", "expect", "forbid", "split", "meta", "body"})
Row = Mapping[str, Any]


@dataclass(slots=True)
class Scores:
    """What the tags of a triage were worth on a sample. Shares without anything to share are None."""

    rows: int = 0
    tagged: int = 0
    several: int = 0
    right: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)
    expected: Counter[str] = field(default_factory=Counter)

    def add(self, found: tuple[str, ...], expected: frozenset[str]) -> None:
        self.rows += 1
        self.tagged += bool(found)
        self.several += len(found) > 1
        self.given.update(found)
        self.right.update(tag for tag in found if tag in expected)
        self.expected.update(expected)

    def precision(self, tag: str) -> float | None:
        return _share(self.right[tag], self.given[tag])

    def recall(self, tag: str) -> float | None:
        return _share(self.right[tag], self.expected[tag])

    @property
    def micro_precision(self) -> float | None:
        return _share(self.right.total(), self.given.total())

    @property
    def coverage(self) -> float | None:
        return _share(self.tagged, self.rows)

    @property
    def conflicts(self) -> float | None:
        """The share of rows that got several tags."""
        return _share(self.several, self.rows)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def evaluate(recipe: TriageRecipe, folder: Path, around: Surroundings) -> Scores:
    """The scores on the sample that the recipe names, seen from `folder`.

    Raises RecipeError for a sample that cannot be read, with its line.
    """
    assert recipe.evaluate is not None
    file = folder / recipe.evaluate.data
    if not file.is_file():
        hint = f"paths are seen from {folder.resolve()}"
        message = f'there is no file "{recipe.evaluate.data}"'
        raise RecipeError([recipe.problem(("evaluate", "data"), message, "file", hint=hint)])
    scores = Scores()
    for line, row in _rows(file):
        scores.add(*_tagged(recipe, row, around, Location(str(file), line)))
    if not scores.rows:
        raise RecipeError([recipe.problem(("evaluate", "data"), f"{file} has no row", "empty")])
    return scores


def evaluation_misses(recipe: TriageRecipe, scores: Scores) -> Iterator[Miss]:
    """The bounds that are not kept. A share of nothing keeps no bound."""
    assert recipe.evaluate is not None
    require = recipe.evaluate.require
    for name, bounds in (("precision", require.precision), ("recall", require.recall)):
        for tag, least in bounds.items():
            yield from _at_least(
                ("require", name, tag), f"{name} of {tag}", least, getattr(scores, name)(tag)
            )
    for name in ("micro_precision", "coverage"):
        if (least := getattr(require, name)) is not None:
            yield from _at_least(("require", name), name, least, getattr(scores, name))
    most, actual = require.conflicts, scores.conflicts
    if most is not None and actual is not None and actual > most:
        yield Miss(("evaluate", "require", "conflicts"), "conflicts", f"at most {most:g}", round(actual, 4))


def _at_least(path: tuple[str, ...], what: str, least: float, actual: float | None) -> Iterator[Miss]:
    if actual is None or actual < least:
        yield Miss(
            ("evaluate", *path), what, f"at least {least:g}", None if actual is None else round(actual, 4)
        )


def _tagged(
    recipe: TriageRecipe, row: Row, around: Surroundings, at: Location
) -> tuple[tuple[str, ...], frozenset[str]]:
    """The tags that a row gets, and those that are right."""
    expected = row.get("expect")
    if not isinstance(expected, list) or not all(isinstance(tag, str) for tag in expected):
        raise _wrong(at, "`expect` is no list of tags", 'write {"subject": "...", "expect": ["topic_login"]}')
    facts = {name: value for name, value in row.items() if name not in NOT_FACTS and value is not None}
    facts |= row.get("meta") or {}
    if row.get("body") is not None:
        facts["description"] = row["body"]
    try:
        now = default_now(around)
        ticket = make_ticket(check_facts(facts), now, around, created=True)
    except DataProblems as found:
        problem = found.problems[0]
        raise _wrong(at, problem.message, problem.hint) from None
    context = Context(now=now, calendars=around.calendars)
    try:
        tags = [tag for tag, condition in recipe.tag.items() if holds(condition, ticket, context)]
    except CannotJudge as unknown:
        raise _wrong(at, f"the row cannot be judged: {unknown.reason}", None) from None
    return tuple(tags[:1] if recipe.choose == "first" else tags), frozenset(expected)


def _rows(file: Path) -> Iterator[tuple[int, Row]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        if file.suffix == ".csv":
            reader = csv.DictReader(lines)
            for row in reader:
                named = {name: value for name, value in row.items() if name and value}
                yield reader.line_num, {**named, "expect": (row.get("expect") or "").split()}
            return
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                found = json.loads(line)
            except ValueError as error:
                raise _wrong(Location(str(file), number), f"not JSON: {error}", "one object a line") from None
            if not isinstance(found, dict):
                raise _wrong(Location(str(file), number), "not an object", "one object a line")
            yield number, found


def _wrong(at: Location, message: str, hint: str | None) -> RecipeError:
    return RecipeError([Problem(message, "sample", at, hint)])
