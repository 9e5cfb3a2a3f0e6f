"""A table as plain values, for the accessible twin of a chart."""

from dataclasses import dataclass
from typing import Literal

Cell = str | int | None


@dataclass(frozen=True)
class Column:
    """`kind` decides how a cell is set and sorted: a number is set to the right and grouped."""

    title: str
    kind: Literal["text", "number"] = "text"


@dataclass(frozen=True)
class Table:
    """The first cell of a row names the row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
