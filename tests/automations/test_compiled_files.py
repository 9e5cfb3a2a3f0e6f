"""Recipes and what they are at Zendesk, as pairs of files: the same bytes on every machine and Python.

A recipe that shall compile to something else is a change of both; `cstoolkit compile FILE --vendor zendesk` shows it.
"""

from pathlib import Path

import pytest

from cstoolkit.automations.compile import as_json, compile_recipes
from cstoolkit.automations.loader import load_recipes
from cstoolkit.project import Project

FOLDER = Path(__file__).resolve().parents[1] / "data" / "compiled"
PAIRS = sorted(FOLDER.glob("*.yaml"))
PROJECT = Project(endpoints={"pager": {"url": "https://pager.example/hook"}})


@pytest.mark.parametrize("recipe", PAIRS, ids=lambda path: path.stem)
def test_a_recipe_compiles_to_the_file_beside_it(recipe):
    compiled = compile_recipes(load_recipes([str(recipe)], project=PROJECT), PROJECT, vendor="zendesk")

    assert as_json(compiled.rules) == recipe.with_suffix(".zendesk.json").read_text(encoding="utf-8")
    assert compiled.gaps == ()


def test_there_are_pairs():
    assert len(PAIRS) >= 7
