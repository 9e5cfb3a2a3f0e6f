"""Problems and tables as people see them."""

import unicodedata

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.cli.render import EXCERPT, plain, problems_text, table, width
from cstoolkit.errors import Location, Problem


def shown(source: str, column: int, length: int) -> tuple[str, str]:
    """The line and the caret line, without their gutter."""
    at = Location("a.yaml", 1, column, length)
    lines = problems_text([Problem("no", "key", at, source=source)], color=False).splitlines()
    return lines[2].removeprefix("1 | "), lines[3].removeprefix("  | ")


@pytest.mark.parametrize(
    ("source", "column", "length", "line", "caret"),
    [
        ("key: value\n", 1, 3, "key: value", "^~~"),
        ("key: value", 6, 0, "key: value", "     ^"),
        ("\tkey: 1", 2, 3, "→key: 1", " ^~~"),
        ("障害: outage", 5, 6, "障害: outage", "      ^~~~~~"),
        ("key: \x1b[2Jx", 10, 1, "key: �[2Jx", "         ^"),
        ("key:", 9, 2, "key:", "    ^"),
    ],
    ids=["word", "no length", "tab", "wide letters", "control letters", "past the end"],
)
def test_caret_stands_under_the_place(source, column, length, line, caret):
    assert shown(source, column, length) == (line, caret)


def test_a_very_long_line_is_cut_around_the_place():
    line, caret = shown("x" * 5_000 + "WRONG" + "y" * 5_000, 5_001, 5)

    assert len(line) <= EXCERPT + 2
    assert line[caret.index("^") : len(caret)] == "WRONG"


def test_a_problem_without_a_place_is_one_line():
    assert problems_text([Problem("no recipe here", "path")], color=False) == "no recipe here [path]"


def test_colour_changes_nothing_but_colour():
    problem = Problem("no", "key", Location("a.yaml", 3, 2, 1), hint="say so", source="a: b")

    colored = problems_text([problem], color=True)

    assert click.unstyle(colored) == problems_text([problem], color=False) != colored


@given(st.text())
def test_nothing_that_a_terminal_obeys_gets_through(text):
    assert {unicodedata.category(letter) for letter in plain(text)}.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})


@given(st.lists(st.tuples(st.text(max_size=8), st.integers()), max_size=5))
def test_table_columns_line_up(rows):
    lines = table(["name", "n"], rows, right=[1], color=False).splitlines()

    assert len(lines) == len(rows) + 1
    assert len({width(line) for line in lines}) == 1
