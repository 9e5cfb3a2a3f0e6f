"""The example recipes' own cases, by the neutral engine: each rule alone, and all of them as one rule set."""

from collections import Counter
from pathlib import Path

import pytest

from cstoolkit.automations.cases import run_cases
from cstoolkit.automations.loader import find_project, load_recipes

ROOT = Path(__file__).resolve().parents[2]

# The examples of the grammar were written one by one. As one rule set some of them meet, and the cases say so;
# our own recipes have learnt from it.
MEETINGS = {
    # the macro takes the ticket from its assignee and replies; the trigger gives a replied-to ticket an owner
    ("macro-escalate-tier2", "text, note and fields in one go"): "assign-first-responder",
    ("macro-escalate-tier2", "the note never reaches the customer"): "assign-first-responder",
    # the VIP of the cases is Acme, a partner too: its tickets are high before priority-vip looks at them
    ("priority-vip", "raised"): "saw high",
    ("priority-vip", "never lowered"): "route-partner-organizations",
    ("priority-vip", "an empty priority is raised too"): "saw high",
    # with the first reminder in the set, the second one follows it
    ("bump-2", "never without the first"): "bump-1",
}


def load(folder):
    project = find_project([ROOT / "recipes"])
    return load_recipes([folder], project=project), project


@pytest.fixture(params=["recipes", "spec"])
def examples(request):
    if request.param == "recipes":
        return load(ROOT / "recipes")
    folder = request.getfixturevalue("shared_data").parent / "spec" / "examples"
    if not folder.is_dir():
        pytest.skip("the examples of the grammar are not here")
    return load(folder)


def test_every_case_passes_by_itself(examples):
    recipes, project = examples

    report = run_cases(recipes, project, alone=True)

    assert [(result.recipe, result.name) for result in report.results if result.outcome != "passed"] == []
    assert report.count("passed") >= 60


def test_our_recipes_live_together():
    recipes, project = load(ROOT / "recipes")

    report = run_cases(recipes, project)

    assert [(result.recipe, result.name) for result in report.results if result.outcome != "passed"] == []


def test_in_one_rule_set_exactly_these_examples_meet(shared_data):
    folder = shared_data.parent / "spec" / "examples"
    if not folder.is_dir():
        pytest.skip("the examples of the grammar are not here")
    recipes, project = load(folder)

    failed = [result for result in run_cases(recipes, project).results if result.outcome == "failed"]

    assert {(result.recipe, result.name) for result in failed} == set(MEETINGS)
    for result in failed:
        assert {each.mode for each in result.failed} == {"in the whole rule set"}
        assert MEETINGS[result.recipe, result.name] in str(result.failed[0].miss.why)


def test_there_is_a_case_for_every_kind_of_recipe():
    recipes, project = load(ROOT / "recipes")

    kinds = Counter(result.kind for result in run_cases(recipes, project, alone=True).results)

    assert set(kinds) == {"trigger", "automation", "macro", "triage", "audit"}
