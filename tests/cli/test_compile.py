"""`cstoolkit compile`, typed as a user would."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from cstoolkit.cli import main

ROOT = Path(__file__).resolve().parents[2]
RECIPE = """kind: trigger
id: a
title: A
event: created
when: {subject: {%s: refund}}
then:
  - tags: {add: [seen]}
"""


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    code = main([str(one) for one in arguments], out, err)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def recipe(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(RECIPE % "contains", encoding="utf-8")
    return path


def test_rules_are_printed_as_json_before_a_line_that_counts_them(recipe):
    code, out, _ = run("compile", recipe, "--vendor", "zendesk")

    text, _, summary = out.rpartition("]\n")
    assert (code, summary.strip()) == (0, "zendesk: 1 rule")
    assert json.loads(text + "]")[0]["key"] == "a"


def test_a_gap_that_nothing_covers_gives_3_and_its_place(recipe):
    recipe.write_text(RECIPE % "regex", encoding="utf-8")

    code, out, err = run("compile", recipe, "--vendor", "zendesk", "--json")

    (gap,) = json.loads(out)["vendors"][0]["gaps"]
    assert (code, gap["part"], gap["line"], gap["cover"]) == (3, "when.subject.regex", 5, "error")
    assert gap["nearest"] == "write contains, or word"
    assert "1 gap is not covered" in err


def test_a_covered_gap_is_shown_and_gives_0(recipe):
    recipe.write_text(RECIPE % "regex" + "on_gap: client\n", encoding="utf-8")

    code, out, _ = run("compile", recipe, "--vendor", "zendesk")

    assert code == 0
    assert "zendesk: 0 rules; recipes: 1 for our runner" in out


def test_a_file_for_each_rule_has_the_same_bytes_as_the_rule_printed(recipe, tmp_path):
    _, out, _ = run("compile", recipe, "--vendor", "zendesk")

    run("compile", recipe, "--vendor", "zendesk", "--out", tmp_path / "made")

    written = (tmp_path / "made" / "zendesk" / "trigger" / "a.json").read_text(encoding="utf-8")
    assert out.startswith(written)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--vendor", "zendes"], "zendesk"), (["--connection", "x"], 'no connection "x"')],
)
def test_a_vendor_or_connection_that_is_not_there_is_said(recipe, arguments, said):
    code, _, err = run("compile", recipe, *arguments)

    assert code == 3
    assert said in err


def test_every_recipe_of_the_examples_compiles_or_says_what_it_does_instead():
    code, out, _ = run("compile", ROOT / "recipes", "--vendor", "zendesk", "--json")

    found = json.loads(out)["vendors"][0]
    assert code == 0
    assert len(found["rules"]) >= 24
    assert all(gap["cover"] in {"client", "skip"} for gap in found["gaps"])


def test_bytes_do_not_depend_on_the_seed_of_hashes():
    def bytes_with(seed):
        command = [sys.executable, "-m", "cstoolkit", "compile", str(ROOT / "recipes"), "--vendor", "zendesk"]
        environment = {"PYTHONPATH": str(ROOT / "src"), "PYTHONHASHSEED": seed, "PATH": ""}
        return subprocess.run(command, env=environment, capture_output=True, check=True, cwd=ROOT).stdout

    assert bytes_with("1") == bytes_with("2")
