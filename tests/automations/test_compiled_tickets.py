"""The cases of the example recipes hold on what the recipes compile to, in Zendesk's own engine."""

from pathlib import Path

import pytest

from cstoolkit.automations.cases import account, misses_of, surroundings
from cstoolkit.automations.cases_play import OFFSETS, Playing
from cstoolkit.automations.compiled_tickets import compile_for_case, recipe_of
from cstoolkit.automations.loader import find_project, load_recipes

RECIPES = Path(__file__).resolve().parents[2] / "recipes"
PROJECT = find_project([str(RECIPES)])
GROUPS = ("Support Leads", "Tier 1", "Tier 2", "Billing", "Incident Desk", "Key Accounts")
ALL = [one for one in load_recipes([str(RECIPES)], project=PROJECT) if one.kind in {"trigger", "automation"}]
CASES = [(recipe, case) for recipe in ALL for case in recipe.tests]


def compiled(recipes):
    return compile_for_case(recipes, PROJECT, account(PROJECT), vendor="zendesk", groups=GROUPS)


@pytest.fixture(scope="module")
def whole():
    return compiled(ALL)


@pytest.mark.parametrize("mode", ["alone", "whole"])
@pytest.mark.parametrize(
    ("recipe", "case"), CASES, ids=lambda value: getattr(value, "id", None) or value.name
)
def test_a_case_holds_on_the_compiled_recipe(recipe, case, mode, whole):
    made = compiled([recipe]) if mode == "alone" else whole
    if not made.holds(recipe.id):
        (gap, *_) = (one.gap for one in made.compiled.gaps if one.recipe == recipe.id)
        pytest.skip(f"left to our runner: {gap.message}")
    around = surroundings(PROJECT)
    at_once = None
    if recipe.kind == "automation":
        at_once = lambda situation, now: made.engine.scan(situation, now=now)  # noqa: E731

    played = Playing(made.engine, around, at_once=at_once).play(case, OFFSETS[1])

    assert list(misses_of(played, recipe.id, around)) == []


def test_every_recipe_with_rules_is_played_or_has_a_gap(whole):
    played = {recipe_of(rule.key) for rule in whole.rules}
    gaps = {one.recipe for one in whole.compiled.gaps}
    assert played | gaps == {recipe.id for recipe in ALL}
    assert not played & gaps
