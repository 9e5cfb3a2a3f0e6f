"""What every recipe has, and what it remembers of its file."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import PrivateAttr

from ..errors import Location, Problem
from ..model.data_problems import Path
from ..model.frozen import Frozen
from ..model.words import Day, Slug, Text, Words
from .source import Document

Targets = Words
"""Connections of the project, or vendors."""


class Name(NamedTuple):
    """A thing of the project that a recipe names, and where."""

    kind: Literal["connection", "stage", "endpoint", "calendar"]
    name: str
    path: Path


class Recipe(Frozen):
    """A recipe of any kind. The id is its identity; the title is what people and vendors see.

    `NOUN` is what the kind is called in problems: "a trigger".
    """

    NOUN: ClassVar[str]

    id: Slug
    title: Text
    description: Text | None = None
    owner: Text | None = None
    labels: Words = ()
    review_on: Day | None = None
    targets: Targets | None = None

    _document: Document | None = PrivateAttr(None)

    @property
    def path(self) -> str | None:
        """The file it was loaded from, as given; None if it was built in Python."""
        return self._document.source.path if self._document else None

    @property
    def at(self) -> Location | None:
        """Where the recipe starts in its file."""
        return self._document.locate() if self._document else None

    @property
    def text(self) -> str:
        """The recipe as it was written, comments included; empty if it was built in Python."""
        return self._document.text if self._document else ""

    @property
    def value(self) -> Any:
        """It as plain data, with what it takes from its project in place; None if it was built in Python."""
        return self._document.value if self._document else None

    @property
    def digest(self) -> str:
        """SHA-256 of what the recipe says (not of how it is laid out), in hex."""
        return hashlib.sha256(self.model_dump_json(exclude_defaults=True).encode()).hexdigest()

    def names(self) -> Iterator[Name]:
        """What the project must know for this recipe; a kind with more names than targets adds them."""
        for index, target in enumerate(self.targets or ()):
            yield Name("connection", target, ("targets", index))

    def locate(self, path: Sequence[str | int], *, on_key: bool = False) -> Location | None:
        """The place of a value by its keys and indexes, such as ("checks", "params", "BA001")."""
        return self._document.locate(path, on_key=on_key) if self._document else None

    def problem(
        self,
        path: Sequence[str | int],
        message: str,
        code: str,
        *,
        hint: str | None = None,
        on_key: bool = False,
    ) -> Problem:
        """A Problem at a value of this recipe, for checks that come after loading."""
        if self._document is None:
            return Problem(message, code, hint=hint)
        return self._document.problem(path, message, code, hint=hint, on_key=on_key)

    def attach(self, document: Document) -> None:
        """Remember the document it was read from; only the loader does this."""
        self._document = document
