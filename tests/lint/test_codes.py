"""Every code finds its bad example, and leaves its good one alone. The recipes of the repository have no error."""

from datetime import date
from pathlib import Path

import pytest

from cstoolkit.automations.loader import find_project, load_recipes
from cstoolkit.errors import RecipeError
from cstoolkit.lint.catalogue import CODES
from cstoolkit.lint.run import lint_recipes

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 3, 2)
REFUSED_AT_LOADING = {"CR701", "CR802"}
"""Recipes like this do not load at all; the codes are for rules that were pulled."""


def linted(text: str, folder: Path, **options):
    file = folder / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    return lint_recipes(load_recipes([file]), today=TODAY, **options)


@pytest.mark.parametrize("code", sorted(set(CODES) - REFUSED_AT_LOADING))
def test_the_bad_example_has_it(code, tmp_path):
    found = [one for one in linted(CODES[code].bad, tmp_path) if one.code == code]

    assert len(found) == 1
    assert found[0].severity == CODES[code].severity
    assert found[0].at is not None
    assert found[0].hint


@pytest.mark.parametrize("code", sorted(CODES))
def test_the_good_example_has_nothing_but_notes(code, tmp_path):
    found = [one for one in linted(CODES[code].good, tmp_path) if one.severity != "info"]

    assert [(one.code, one.message) for one in found] == []
    assert code not in {one.code for one in linted(CODES[code].good, tmp_path)}


@pytest.mark.parametrize("code", sorted(REFUSED_AT_LOADING))
def test_some_bad_examples_do_not_even_load(code, tmp_path):
    with pytest.raises(RecipeError):
        linted(CODES[code].bad, tmp_path)


def test_the_recipes_of_the_repository_have_no_error():
    recipes = load_recipes([ROOT / "recipes"], project=find_project([ROOT / "recipes"], holidays=False))

    found = lint_recipes(recipes, find_project([ROOT / "recipes"], holidays=False), today=TODAY)

    assert [one for one in found if one.severity == "error"] == []


def test_the_page_lists_every_code():
    page = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")

    for code in CODES.values():
        assert f"| {code.id} | {code.name} | {code.severity} | {code.about} |" in page
