"""Which checks run, and with what parameters; every mistake has its place and what would be right."""

import pytest

from audit_stores import audit, found
from cstoolkit.automations.checks import CHECKS, choose_checks
from cstoolkit.errors import RecipeError
from cstoolkit.model.data_problems import DataProblems
from lives import HOUR, MINUTE, a_life, a_store, changed


def chosen(**checks):
    return {each.check.id: each for each in choose_checks(**checks)}


def test_without_patterns_every_check_runs():
    assert set(chosen()) == set(CHECKS)


def test_patterns_include_and_exclude():
    assert set(chosen(include=["BA00*", "BC1*"], exclude=["BA00[2-4]", "BA044"])) == {
        "BA001", "BA005", "BA006", "BA007", "BA008", "BA009",
    }  # fmt: skip


def test_a_priority_overrides_one_value_and_keeps_the_others():
    (check,) = choose_checks(["BA001"], params={"BA001": {"limit": {"urgent": "30m"}}})

    assert check.parameters == {"limit_s": {"urgent": 1_800, "high": 14_400, "normal": 28_800, "low": 86_400}}


def test_a_single_value_holds_for_every_priority():
    (check,) = choose_checks(["BA001"], params={"BA001": {"limit": "2h"}})

    assert check.parameters == {"limit_s": 7_200}


def test_a_group_overrides_the_check():
    (check,) = choose_checks(["BA023"], params={"BA023": {"days": 10, "groups": {"Lab": {"days": 3}}}})

    assert check.parameters == {"days": 10, "groups": {"Lab": {"days": 3}}}


@pytest.mark.parametrize(
    ("checks", "path", "message"),
    [
        ({"include": ["BA099"]}, ("include", 0), 'there is no check "BA099"'),
        ({"include": ["XX*"]}, ("include", 0), 'there is no check "XX*"'),
        ({"exclude": ["ba001"]}, ("exclude", 0), 'there is no check "ba001"'),
        ({"params": {"BA100": {}}}, ("params", "BA100"), 'there is no check "BA100"'),
        ({"params": {"BA001": {"limt": "1h"}}}, ("params", "BA001", "limt"), 'there is no parameter "limt"'),
        ({"params": {"BA001": 5}}, ("params", "BA001"), '"BA001" is a mapping'),
        ({"params": {"BA001": {"limit": "2d"}}}, ("params", "BA001", "limit"), "a business day has no length"),
        (
            {"params": {"BA001": {"limit": {"urgnt": "1h"}}}},
            ("params", "BA001", "limit", "urgnt"),
            '"urgnt" is not a priority',
        ),
        (
            {"params": {"BA001": {"limit": {"low": "soon"}}}},
            ("params", "BA001", "limit", "low"),
            '"soon" is not a length of time',
        ),
        ({"params": {"BA023": {"days": "30d"}}}, ("params", "BA023", "days"), "expected a whole number of days"),
        ({"params": {"BA020": {"reopens": 0}}}, ("params", "BA020", "reopens"), "expected a whole number from 1 on"),
        ({"params": {"BA029": {"similarity": 85}}}, ("params", "BA029", "similarity"), "expected a share such as 0.85 or 85%"),
        ({"params": {"BA016": {"fields": "x"}}}, ("params", "BA016", "fields"), "expected a list of names"),
        (
            {"params": {"BA016": {"groups": {"Lab": {"fields": []}}}}},
            ("params", "BA016", "groups", "Lab", "fields"),
            '"fields" cannot differ by group',
        ),
        ({"params": {"BA023": {"groups": ["Lab"]}}}, ("params", "BA023", "groups"), '"groups" is a mapping'),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(checks, path, message):
    with pytest.raises(DataProblems) as caught:
        choose_checks(**checks)

    assert [(problem.path, problem.message) for problem in caught.value.problems] == [(path, message)]
    assert caught.value.problems[0].hint


def test_all_mistakes_are_named_at_once():
    with pytest.raises(DataProblems) as caught:
        choose_checks(["BA099"], ["x"], {"BA001": {"a": 1, "b": 2}, "BA023": {"days": -1}})

    assert len(caught.value.problems) == 5


def test_a_group_decides_for_its_own_tickets(tmp_path):
    lives = {
        "desk, late": a_life(created=9 * HOUR),
        "desk, in time": a_life(created=5 * HOUR),
        "lab, late": a_life(created=5 * HOUR, group="lab"),
        "lab, urgent": a_life(created=30 * MINUTE, group="lab", priority="urgent"),
        "somebody has it": a_life(changed(MINUTE, "assignee", "kim"), created=9 * HOUR),
    }
    params = {"BA001": {"groups": {"Lab": {"limit": {"normal": "4h", "urgent": "30m"}}}}}

    with a_store(tmp_path, lives) as store:
        report = audit(store, clock={"default": "always"}, checks={"include": ["BA001"], "params": params})

    assert found(report, "BA001") == {"desk, late", "lab, late", "lab, urgent"}


def test_a_group_that_does_not_exist_is_a_problem(tmp_path):
    params = {"BA023": {"groups": {"Labb": {"days": 3}}}}

    with a_store(tmp_path, {"a": a_life()}) as store, pytest.raises(RecipeError) as caught:
        audit(store, checks={"params": params})

    assert caught.value.problems[0].message == 'there is no group "Labb"'
    assert "Lab" in caught.value.problems[0].hint
