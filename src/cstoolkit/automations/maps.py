"""`kind: map`: which column of a file means what. Loaded and checked like any recipe; docs/import.md."""

from collections.abc import Collection
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import ValidationInfo, field_validator

from ..model.data_problems import DataProblem, DataProblems, did_you_mean
from ..model.frozen import Frozen
from ..model.people import Role
from ..model.ticket import PriorityLevel, StatusCategory
from .importing.files import FileShape
from .importing.row_kinds import ROW_KINDS, RowKind
from .importing.sources import Source, TimeShape
from .recipe import Recipe

GONE_WORDS = ("deleted", "spam", "merged")

OUR_WORDS: dict[str, tuple[str, ...] | None] = {
    "status": (*StatusCategory, *GONE_WORDS),
    "priority": tuple(PriorityLevel),
    "rating": ("offered", "bad", "neutral", "good"),
    "role": ("requester", "end_user", "agent", "system"),
    "channel": None,
    "field": None,
}
"""What a file's words may be turned into, by type of field; None takes any word."""

Words = dict[str, dict[str, str | None]]


class MapComment(Frozen):
    """One message that a row of tickets carries beside the ticket: its text, instant, author, visibility."""

    text: Source
    at: Source | None = None
    author: Source | None = None
    role: Role
    public: bool = True


class MapRecipe(Recipe):
    """A map from a file's columns to our fields.

    `row` says what one row is (ROW_KINDS). `missing` are the values that mean nothing is there. `order` names
    the columns that order the rows of one ticket beyond their instant. `words` turns the file's words into
    ours, by type of field; a word turned into null is treated as missing.
    """

    NOUN: ClassVar[str] = "a map"

    kind: Literal["map"]
    row: str
    file: FileShape = FileShape()
    missing: tuple[str, ...] = ("",)
    time: TimeShape = TimeShape()
    order: tuple[str, ...] = ()
    fields: dict[str, Source]
    words: Words = {}
    comments: tuple[MapComment, ...] = ()

    def for_file(self, path: Path) -> "MapRecipe":
        """The same map with `{file}` in ids made of row numbers filled in, so that two files do not collide."""
        stem = path.name.partition(".")[0]
        fields = {
            name: source.model_copy(update={"row": source.row.replace("{file}", stem)})
            if source.row
            else source
            for name, source in self.fields.items()
        }
        return self.model_copy(update={"fields": fields})

    def reads(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Which columns the map reads, and where in the map it says so: (path, column)."""
        found: list[tuple[tuple[str | int, ...], str]] = [
            (("fields", name), column) for name, source in self.fields.items() for column in source.reads
        ]
        found += [(("order", place), column) for place, column in enumerate(self.order)]
        for place, comment in enumerate(self.comments):
            for name, source in (("text", comment.text), ("at", comment.at), ("author", comment.author)):
                columns = source.reads if source else ()
                found += [(("comments", place, name), column) for column in columns]
        return found

    @field_validator("row")
    @classmethod
    def _known_row(cls, row: str) -> str:
        if row not in ROW_KINDS:
            hint = did_you_mean(row, ROW_KINDS, label="rows are")
            raise DataProblems([DataProblem((), f'"{row}" is not what a row can be', "value", hint)])
        return row

    @field_validator("fields")
    @classmethod
    def _fields_of_the_row(cls, fields: dict[str, Source], info: ValidationInfo) -> dict[str, Source]:
        kind = ROW_KINDS.get(info.data.get("row", ""))
        if kind is None:
            return fields  # the row is the mistake, and it is told already
        problems = [
            DataProblem(
                (name,),
                f'a row of {info.data["row"]} has no field "{name}"',
                "key",
                did_you_mean(name, kind.fields, label="its fields"),
                on_key=True,
            )
            for name in fields
            if not _is_field(name, kind)
        ]
        problems += [
            DataProblem(
                (),
                f'a row of {info.data["row"]} needs "{name}"',
                "missing",
                f"add `{name}: <its column>`",
                on_key=True,
            )
            for name in kind.required
            if name not in fields
        ]
        if problems:
            raise DataProblems(problems)
        return fields

    @field_validator("words")
    @classmethod
    def _known_words(cls, words: Words) -> Words:
        problems = []
        for kind, table in words.items():
            if kind not in OUR_WORDS:
                hint = did_you_mean(kind, OUR_WORDS, label="words are for")
                problems.append(DataProblem((kind,), f'"{kind}" has no words', "key", hint, on_key=True))
            problems += list(_wrong_words(kind, table, OUR_WORDS.get(kind)))
        if problems:
            raise DataProblems(problems)
        return words

    @field_validator("comments")
    @classmethod
    def _comments_of_tickets(
        cls, comments: tuple[MapComment, ...], info: ValidationInfo
    ) -> tuple[MapComment, ...]:
        if comments and info.data.get("row") != "ticket":
            hint = "a file of messages has `row: comment`"
            raise DataProblems(
                [DataProblem((), "messages go with rows of tickets", "value", hint, on_key=True)]
            )
        return comments


def _is_field(name: str, kind: RowKind) -> bool:
    return name in kind.fields or (kind.custom and name.startswith("custom.") and len(name) > len("custom."))


def _wrong_words(
    kind: str, table: dict[str, str | None], allowed: Collection[str] | None
) -> list[DataProblem]:
    if allowed is None:
        return []
    return [
        DataProblem(
            (kind, theirs), f'"{ours}" is no {kind}', "value", did_you_mean(ours, allowed, label="allowed")
        )
        for theirs, ours in table.items()
        if ours is not None and ours not in allowed
    ]
