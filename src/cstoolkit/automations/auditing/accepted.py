"""Findings that somebody has decided to live with: a YAML list beside the recipe.

- fingerprint: 0f3a1c...            # or: check: BA023, object: "1234" (and connection:, of several)
  reason: the vendor answers in May
  owner: kim
  expires: 2026-05-31               # the last day; from the next on it is a finding again
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ValidationError, model_validator

from ...errors import Problem, RecipeError
from ...model.frozen import Frozen
from ...model.words import Day, Text, refuse
from ..model_problems import model_problems
from ..source import Document, parse
from ..source_text import read_source


class Acceptance(Frozen):
    """One entry. It names one finding by its fingerprint, or one object that a check objects to."""

    fingerprint: Text | None = None
    check: Text | None = None
    object: Text | None = None
    connection: Text | None = None
    reason: Text
    owner: Text
    expires: Day | None = None

    @model_validator(mode="after")
    def _name_one_finding(self) -> "Acceptance":
        by_object = self.check is not None and self.object is not None
        if (self.fingerprint is not None) == by_object or (self.check is None) != (self.object is None):
            raise refuse(
                "an entry names one finding",
                "missing",
                "write `fingerprint:`, or both `check:` and `object:`",
            )
        return self

    def holds(self, on: date) -> bool:
        return self.expires is None or on <= self.expires


@dataclass(frozen=True)
class Accepted:
    """All entries; `find` gives the one for a finding, expired or not. Of several, the one that holds longest."""

    entries: tuple[Acceptance, ...] = ()
    _by_name: dict[tuple[str | None, ...], Acceptance] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for entry in sorted(self.entries, key=lambda entry: entry.expires or date.max):
            key = (entry.fingerprint,) if entry.fingerprint else (entry.check, entry.connection, entry.object)
            self._by_name[key] = entry

    def find(self, *, fingerprint: str, check: str, connection: str, object_id: str) -> Acceptance | None:
        if not self.entries:
            return None
        keys = ((fingerprint,), (check, connection, object_id), (check, None, object_id))
        found = [self._by_name[key] for key in keys if key in self._by_name]
        return max(found, key=lambda entry: entry.expires or date.max, default=None)


def load_accepted(file: Path, *, shown_as: str) -> Accepted:
    """Read the list. Raises RecipeError with every problem in it; an empty file accepts nothing."""
    source = read_source(file, shown_as)
    if isinstance(source, Problem):
        raise RecipeError([source])
    documents, problems = parse(source)
    entries: list[Acceptance] = []
    for document in documents:
        if not isinstance(document.value, list):
            hint = "write one entry a line, each after a -"
            problems.append(document.problem((), "accepted findings are a list", "type", hint=hint))
            continue
        for place, written in enumerate(document.value):
            problems.extend(_read(document, place, written, entries))
    if problems:
        raise RecipeError(problems)
    return Accepted(tuple(entries))


def _read(document: Document, place: int, written: object, entries: list[Acceptance]) -> Iterable[Problem]:
    model: type[BaseModel] = Acceptance
    try:
        entries.append(Acceptance.model_validate(written))
    except ValidationError as error:
        return [
            document.problem(
                (place, *found.path), found.message, found.code, hint=found.hint, on_key=found.on_key
            )
            for found in model_problems(error, model, "an entry")
        ]
    return []
