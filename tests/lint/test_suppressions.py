"""`# lint-ignore` lets a finding pass, with a reason and an end; one that does not count is told."""

from datetime import date

import pytest

from cstoolkit.automations.loader import load_recipes
from cstoolkit.lint.catalogue import CODES
from cstoolkit.lint.run import lint_recipes

TODAY = date(2026, 3, 2)


def linted(tmp_path, comment):
    file = tmp_path / "r.yaml"
    file.write_text(CODES["CR401"].bad.replace("then:", f"# lint-ignore: {comment}\nthen:"), encoding="utf-8")
    return {one.code: one for one in lint_recipes(load_recipes([file]), today=TODAY)}


def test_a_finding_is_let_pass_with_its_reason(tmp_path):
    found = linted(tmp_path, "CR401 until 2026-03-02 because the vendor ends it")

    assert found["CR401"].suppressed == "the vendor ends it"
    assert "CR000" not in found


@pytest.mark.parametrize(
    ("comment", "why"),
    [
        ("CR401 until 2026-03-01 because of the trial", "it ended on 2026-03-01"),
        ("CR401", "it gives no reason"),
        ("CR999 because of nothing", "there is no code CR999"),
        ("CR403 because it may go round", "nothing here has that code"),
        ("CR401 until 2026-02-30 because", "it is not written as"),
        ("everything", "it is not written as"),
    ],
)
def test_a_comment_that_does_not_count_is_a_finding(comment, why, tmp_path):
    found = linted(tmp_path, comment)

    assert found["CR401"].suppressed is None
    assert why in found["CR000"].message
    assert found["CR000"].at.line == 5


def test_a_comment_goes_for_the_recipe_that_it_stands_above(tmp_path):
    comment = "# lint-ignore: CR401 because the vendor ends it\n"
    second = CODES["CR401"].bad.replace("id: r", "id: s")
    file = tmp_path / "r.yaml"
    file.write_text(f"{CODES['CR401'].bad}---\n{comment}{second}", encoding="utf-8")

    found = [one for one in lint_recipes(load_recipes([file]), today=TODAY) if one.code == "CR401"]

    assert [(one.rule, one.suppressed) for one in found] == [("r", None), ("s", "the vendor ends it")]
