"""`evaluate:` of a triage against a labelled sample."""

import json

import pytest

from cstoolkit.automations.cases import run_cases
from cstoolkit.automations.loader import load_recipes
from cstoolkit.errors import RecipeError

ROWS = [
    {"id": 1, "subject": "refund please", "expect": ["billing"]},
    {"id": 2, "subject": "refund of the login", "expect": ["login"]},
    {"id": 3, "body": "no login", "expect": ["login"]},
    {"id": 4, "subject": "hello", "expect": []},
    {"id": 5, "subject": "invoice", "meta": {"channel": "email"}, "expect": ["billing"]},
]


def run(folder, require, *, rows=ROWS, choose="first", name="sample.jsonl"):
    if rows is not None:
        lines = rows if isinstance(rows, str) else "".join(f"{json.dumps(row)}\n" for row in rows)
        (folder / name).write_text(lines)
    (folder / "t.yaml").write_text(
        "kind: triage\nid: topics\ntitle: T\nchoose: " + choose + "\ntag:\n"
        "  billing: {any: [{subject: {word: [refund, invoice]}}]}\n"
        "  login: {any: [{subject: {word: login}}, {description: {word: login}}]}\n"
        f"evaluate:\n  data: {name}\n  require: {json.dumps(require)}\n"
    )
    return run_cases(load_recipes([folder / "t.yaml"]))


# first: 1 billing, 2 billing (wrong), 3 login, 4 nothing, 5 billing
@pytest.mark.parametrize(
    ("require", "choose", "missed"),
    [
        ({"precision": {"billing": 0.66, "login": 1.0}, "coverage": 0.8, "micro_precision": 0.75, "conflicts": 0.0}, "first", []),
        ({"precision": {"billing": 0.67}}, "first", [("precision of billing", "at least 0.67", 0.6667)]),
        ({"recall": {"login": 0.6}}, "first", [("recall of login", "at least 0.6", 0.5)]),
        ({"coverage": 0.81}, "first", [("coverage", "at least 0.81", 0.8)]),
        ({"micro_precision": 0.9}, "first", [("micro_precision", "at least 0.9", 0.75)]),
        ({"conflicts": 0.1}, "all", [("conflicts", "at most 0.1", 0.2)]),
        ({"recall": {"login": 1.0}}, "all", []),
    ],
)  # fmt: skip
def test_bounds_are_judged_on_the_sample(tmp_path, require, choose, missed):
    report = run(tmp_path, require, choose=choose)

    (result,) = report.results
    assert [(each.miss.what, each.miss.expected, each.miss.actual) for each in result.failed] == missed
    assert report.ok is not bool(missed)
    assert result.name == "5 labelled tickets in sample.jsonl"


def test_a_tag_that_is_never_given_keeps_no_bound(tmp_path):
    report = run(tmp_path, {"precision": {"login": 0.1}}, rows=[{"subject": "x", "expect": []}])

    assert [each.miss.actual for each in report.results[0].failed] == [None]


def test_a_sample_may_be_csv(tmp_path):
    rows = "id,subject,expect\n1,refund,billing\n2,login,login other\n"

    assert run(tmp_path, {"coverage": 1.0, "precision": {"login": 1.0}}, rows=rows, name="s.csv").ok


@pytest.mark.parametrize(
    ("rows", "said", "line"),
    [
        (None, 'there is no file "sample.jsonl"', 9),
        ("", "has no row", 9),
        ('{"subject": "x", "expect": []}\n{"subject"\n', "not JSON", 2),
        ('{"subject": "x"}\n', "`expect` is no list of tags", 1),
        ('{"sujbect": "x", "expect": []}\n', 'there is no field "sujbect"', 1),
        ("[]\n", "not an object", 1),
    ],
)
def test_what_is_wrong_with_a_sample_has_a_place(tmp_path, rows, said, line):
    with pytest.raises(RecipeError) as raised:
        run(tmp_path, {"coverage": 0.1}, rows=rows)

    (problem,) = raised.value.problems
    assert (said in problem.message, problem.at.line) == (True, line)
