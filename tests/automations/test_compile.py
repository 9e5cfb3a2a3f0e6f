"""Recipes as Zendesk's rules: what is in them, in which order, and what is said about what cannot be."""

import pytest

from cstoolkit.automations.compile import as_json, compile_rules
from cstoolkit.automations.rule_keys import Gap as Choice
from cstoolkit.automations.rule_keys import OnGap
from engines.neutral_world import a_rule

TELL = {"notify": {"to": "assignee", "subject": "s", "text": "t"}}
TAG = {"tags": {"add": ["seen"]}}


def compiled(*rules, on_gap="error", **settings):
    choice = OnGap(default=Choice(choice=on_gap, reason="why" if on_gap == "skip" else None))
    return compile_rules([(rule, choice) for rule in rules], "zendesk", **settings)


def shape(native):
    """The conditions as lines, `all` before `any`."""
    conditions = native.body["conditions"]
    return {
        name: [f"{one['field']} {one['operator']} {one['value']}".strip() for one in conditions[name]]
        for name in ("all", "any")
    }


def test_a_rule_is_all_of_one_list_and_one_of_another():
    rule = a_rule(
        event=("created",),
        when={"tags": {"has_none": ["seen"]}, "any": [{"group": "Tier 1"}, {"priority": "low"}]},
        then=[TAG],
    )

    (native,) = compiled(rule).rules

    assert shape(native) == {
        "all": ["current_tags not_includes seen", "update_type is Create"],
        "any": ["group_id is ${ref:group:Tier 1}", "priority is low"],
    }
    assert native.body["actions"] == [{"field": "current_tags", "value": "seen"}]


def test_a_gap_names_the_part_and_whether_something_is_done_about_it():
    rule = a_rule(when={"subject": {"regex": "x"}}, then=[TAG])

    assert [one.cover for one in compiled(rule).uncovered] == ["error"]
    assert [one.id for one in compiled(rule, on_gap="client").client] == ["r"]
    assert compiled(rule, on_gap="skip").skipped == ("r",)
    assert compiled(rule).gaps[0].gap.part == "when.subject.regex"


def test_what_nobody_can_do_is_not_covered_by_the_client():
    rule = a_rule(then=[{"quiet": True}, TELL])

    assert [one.cover for one in compiled(rule, on_gap="client").gaps] == ["error"]


def test_the_same_rules_give_the_same_bytes():
    rule = a_rule(when={"tags": {"has_any": ["b", "a"]}}, then=[TAG])
    other = a_rule(when={"tags": {"has_any": ["a", "b"]}}, then=[TAG])

    assert as_json(compiled(rule).rules) == as_json(compiled(other).rules)


@pytest.mark.parametrize("then", [[TAG], [TELL]])
def test_rules_run_in_the_order_of_the_recipes(then):
    first = a_rule("first", then=then, order={"after": ["second"]})
    second = a_rule("second", then=then)

    found = compiled(first, second).rules

    assert [(rule.key, rule.order) for rule in found] == [("second", (0, 1)), ("first", (0, 2))]
