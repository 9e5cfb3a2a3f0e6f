"""Problems, errors and tables as text or JSON. Nothing here decides about colour: it is an argument."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import click

from ..errors import CstoolkitError, Problem, RecipeError
from .exit_codes import ExitCode

ERROR_SCHEMA = "cstoolkit/error/1"
EXCERPT = 100  # characters of a line that are shown; a longer one is cut around the place
BEFORE_PLACE = 60  # of these, how many stand before the place
CONTROLS = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def plain(text: str) -> str:
    """`text` on one line, with nothing that a terminal would obey; tabs become arrows."""
    if text.isascii() and text.isprintable():
        return text
    shown = (" " if character == "\n" else _shown(character) for character in text)
    return "".join(shown)


def _shown(character: str) -> str:
    if character == "\t":
        return "→"
    return "�" if unicodedata.category(character) in CONTROLS else character


def width(text: str) -> int:
    """Columns that `text` takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def problems_text(problems: Iterable[Problem], *, color: bool) -> str:
    """Each problem with its place, the line with a caret under it, and the hint; a blank line between."""
    return "\n\n".join(_problem_text(problem, color=color) for problem in problems)


def _problem_text(problem: Problem, *, color: bool) -> str:
    place = f"{_styled(f'{problem.at}:', color=color, bold=True)} " if problem.at else ""
    code = _styled(f"[{problem.code}]", color=color, dim=True)
    lines = [f"{place}{plain(problem.message)} {code}"]
    gutter = len(str(problem.at.line)) if problem.at else 0
    if problem.at and problem.source is not None:
        text, marker = _excerpt(problem.source, problem.at.column, problem.at.length)
        lines += [
            f"{'':{gutter}} |",
            f"{problem.at.line} | {text}".rstrip(),
            f"{'':{gutter}} | {_styled(marker, color=color, fg='red', bold=True)}",
        ]
    if problem.hint:
        lines.append(f"{'':{gutter}} = {_styled(plain(problem.hint), color=color, fg='cyan')}")
    return "\n".join(lines)


def _excerpt(source: str, column: int, length: int) -> tuple[str, str]:
    """The part of the line around the place, and the caret that goes under it."""
    line = source.rstrip("\r\n")
    place = column - 1
    start = max(0, place - BEFORE_PLACE) if len(line) > EXCERPT else 0
    end = start + EXCERPT
    opening, closing = "…" if start else "", "…" if len(line) > end else ""
    text = opening + plain(line[start:end]) + closing
    before = opening + plain(line[start:place])
    marked = max(1, width(plain(line[place : min(place + length, end)])))
    return text, " " * width(before) + "^" + "~" * (marked - 1)


def error_text(message: str, hint: str | None, *, color: bool) -> str:
    lines = [f"{_styled('error:', color=color, fg='red', bold=True)} {_one_line_each(message)}"]
    if hint:
        lines.append(f"{_styled('hint:', color=color, fg='cyan', bold=True)} {_one_line_each(hint)}")
    return "\n".join(lines)


def _one_line_each(text: str) -> str:
    return "\n".join(plain(line) for line in text.splitlines())


def failure_text(error: CstoolkitError, *, color: bool) -> str:
    """What stderr gets for an error that stopped the run."""
    text = error_text(str(error), error.hint, color=color)
    if isinstance(error, RecipeError) and error.problems:
        return f"{problems_text(error.problems, color=color)}\n\n{text}"
    return text


def problems_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [
        {
            "message": problem.message,
            "code": problem.code,
            "path": problem.at.path if problem.at else None,
            "line": problem.at.line if problem.at else None,
            "column": problem.at.column if problem.at else None,
            "length": problem.at.length if problem.at else None,
            "hint": problem.hint,
        }
        for problem in problems
    ]


def error_json(
    code: ExitCode, message: str, *, hint: str | None = None, problems: Iterable[Problem] = ()
) -> dict[str, Any]:
    """The one document of a run that was stopped by an error."""
    return {
        "schema": ERROR_SCHEMA,
        "code": int(code),
        "name": code.label,
        "message": message,
        "hint": hint,
        "problems": problems_json(problems),
    }


def table(
    header: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[int] = (), color: bool
) -> str:
    """Columns side by side; those numbered in `right` (from 0) are set to the right. None is an empty cell."""
    cells = [["" if cell is None else plain(str(cell)) for cell in row] for row in rows]
    widths = [max(width(cell) for cell in column) for column in zip(header, *cells, strict=True)]
    numbers = frozenset(right)
    head, *body = [_row(row, widths, numbers) for row in [list(header), *cells]]
    return "\n".join([_styled(head, color=color, bold=True), *body])


def _row(cells: Sequence[str], widths: Sequence[int], right: frozenset[int]) -> str:
    padded = []
    for index, (cell, columns) in enumerate(zip(cells, widths, strict=True)):
        space = " " * (columns - width(cell))
        padded.append(space + cell if index in right else cell + space)
    return "  ".join(padded).rstrip()


def _styled(text: str, *, color: bool, **style: Any) -> str:
    return click.style(text, **style) if color else text
