"""`cstoolkit lint`, typed as a user and a CI job would: codes, formats, exit codes."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from cstoolkit.cli import main
from cstoolkit.lint.catalogue import CODES

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    code = main(("lint", *arguments), out, err)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def bad(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("bad.yaml").write_text(CODES["CR401"].bad, encoding="utf-8")
    return "bad.yaml"


def test_text_has_place_caret_hint_and_what_was_tried(bad):
    code, out, err = run(bad)

    assert (code, err) == (1, "")
    assert "bad.yaml:5:7: error: this does the same thing again at every scan" in out
    assert "\n  |       ^\n" in out
    assert "  = say once: spell" in out
    assert 'scan 3, 2 h later: mail to requester "Reminder"' in out


@pytest.mark.parametrize(("bound", "code"), [("error", 0), ("warning", 0), ("info", 1)])
def test_fail_on_is_the_least_that_fails(bound, code, tmp_path):
    file = tmp_path / "good.yaml"
    file.write_text(CODES["CR401"].good, encoding="utf-8")

    assert run(str(file), "--fail-on", bound)[0] == code


def test_warnings_fail_where_they_are_asked_to(tmp_path):
    file = tmp_path / "r.yaml"
    file.write_text(CODES["CR702"].bad, encoding="utf-8")

    assert (run(str(file))[0], run(str(file), "--fail-on", "warning")[0]) == (0, 1)


def test_json_has_everything(bad):
    code, out, _ = run(bad, "--json")
    found = json.loads(out)

    assert code == 1
    assert found["schema"] == "cstoolkit/lint/1"
    first = found["findings"][0]
    assert (first["code"], first["line"], first["severity"]) == ("CR906", 2, "info")
    assert {one["code"] for one in found["findings"]} == {"CR401", "CR906"}


def test_sarif_keeps_errors_as_errors_and_what_is_let_pass_as_suppressed(bad):
    Path(bad).write_text("# lint-ignore: CR401 because it is a test\n" + CODES["CR401"].bad, encoding="utf-8")
    Path("worse.yaml").write_text(CODES["CR604"].bad.replace("id: r", "id: s"), encoding="utf-8")

    code, out, _ = run(".", "--format", "sarif")

    log = json.loads(out)
    (ran,) = log["runs"]
    ids = [rule["id"] for rule in ran["tool"]["driver"]["rules"]]
    results = {one["ruleId"]: one for one in ran["results"]}
    assert (code, log["version"], log["$schema"].startswith("https://docs.oasis-open.org/")) == (
        1,
        "2.1.0",
        True,
    )
    assert all(ids[one["ruleIndex"]] == one["ruleId"] for one in ran["results"] if "ruleIndex" in one)
    (passed,) = results["CR401"]["suppressions"]
    assert (results["CR401"]["level"], passed["justification"]) == ("error", "it is a test")
    assert results["CR604"]["level"] == "error"
    assert "suppressions" not in results["CR604"]
    place = results["CR604"]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "worse.yaml"
    assert place["region"]["startLine"] == 5


def test_a_fingerprint_outlives_a_move_in_the_file(bad):
    before = {one["code"]: one["fingerprint"] for one in json.loads(run(bad, "--json")[1])["findings"]}
    Path(bad).write_text("# A comment.\n\n" + CODES["CR401"].bad, encoding="utf-8")

    after = {one["code"]: one["fingerprint"] for one in json.loads(run(bad, "--json")[1])["findings"]}

    assert after == before


def test_github_annotations_are_one_line_each(bad):
    _, out, _ = run(bad, "--format", "github")

    assert out.startswith("::notice file=bad.yaml,line=2,")
    assert "::error file=bad.yaml,line=5,col=7,endColumn=8,title=CR401::this does the same thing" in out
    assert len(out.strip().splitlines()) == 2


def test_junit_fails_on_errors_and_not_on_notes(bad):
    _, out, _ = run(bad, "--format", "junit")
    suite = ET.fromstring(out).find("testsuite")

    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("2", "1", "0")


def test_markdown_is_a_table(bad):
    assert "| bad.yaml:5 | error | CR401 |" in run(bad, "--format", "markdown")[1]


def test_explain_shows_both_examples():
    code, out, _ = run("--explain", "CR407")

    assert code == 0
    assert out.startswith("CR407 tag-guard-mismatch (error)\n")
    assert "add: [remindd]" in out
    assert "add: [reminded]" in out


def test_an_unknown_code_is_a_usage_error():
    assert run("--explain", "CR999")[0] == 64


@pytest.mark.parametrize(
    ("text", "code"),
    [(CODES["CR401"].good, 0), (CODES["CR401"].bad, 1), (CODES["CR802"].bad, 3)],
)
def test_a_shell_sees_the_exit_code_and_nothing_heavy_is_loaded(text, code, tmp_path):
    (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
    program = (
        "import sys; from cstoolkit.cli import main; code = main(['lint', 'r.yaml'], sys.stdout, sys.stderr); "
        "heavy = {'duckdb', 'requests', 'urllib3'} & set(sys.modules); sys.exit(99 if heavy else code)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        check=False,
    )

    assert done.returncode == code, done.stderr
