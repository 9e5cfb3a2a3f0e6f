"""Compiled rules without an account: every name is filled in, and Zendesk's engine knows every part."""

from pathlib import Path

import pytest

from cstoolkit.automations.compile_for_cases import compile_for_case, recipe_of
from cstoolkit.automations.loader import find_project, load_recipes
from cstoolkit.engines.zendesk import ZendeskEngine
from cstoolkit.model.references import refs_in
from engines.zendesk_world import MONDAY, a_comment, a_world, an_update

RECIPES = Path(__file__).resolve().parents[2] / "recipes"
KINDS = {"macro", "trigger", "automation"}


@pytest.fixture(scope="module")
def recipes():
    project = find_project([str(RECIPES)])
    return project, [one for one in load_recipes([str(RECIPES)], project=project) if one.kind in KINDS]


@pytest.fixture(scope="module")
def made(recipes):
    project, listed = recipes
    return compile_for_case(listed, project, vendor="zendesk", groups=("Support Leads",))


def test_every_name_is_filled_in(made):
    assert [ref for rule in made.rules for ref in refs_in(rule.body)] == []


def test_every_recipe_has_rules_or_a_gap_and_not_both(made, recipes):
    held = {recipe_of(rule.key) for rule in made.rules}
    gaps = {one.recipe for one in made.compiled.gaps}

    assert held | gaps == {one.id for one in recipes[1]}
    assert not held & gaps
    assert [rule.key for rule in made.of("bump-1")] == ["bump-1#guard", "bump-1"]


def test_the_engine_can_judge_every_condition_and_action(made):
    world = a_world({"status": "pending"}, comments=[a_comment()])
    history = [{"created_at": "2026-02-20T09:00:00Z", "events": [
        {"type": "Change", "field_name": "status", "value": value} for value in ("open", "pending", "hold", "solved")
    ]}]  # fmt: skip
    ticket = {
        **world.ticket,
        "metric_set": {"replies": 1, "assigned_at": None},
        "slas": {},
        "custom_status_id": 82,
    }
    world = type(world)(ticket, tuple(history), world.comments, world.lookups)

    found = ZendeskEngine(made.rules).coverage(
        world, an_update(comment=a_comment(by="kim"), channel="email"), now=MONDAY
    )

    assert [(one.title, part.reason) for one in found for part in one.opaque] == []


def test_who_is_no_group_is_a_person(recipes):
    project, listed = recipes
    made = compile_for_case(listed, project, vendor="zendesk")

    (rule,) = made.of("csat-bad-alert")
    assert rule.body["actions"][-1]["field"] == "notification_user"
