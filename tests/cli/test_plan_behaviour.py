"""plan --behaviour: which tickets the planned rules would have treated otherwise."""

import json
from pathlib import Path

import pytest

from cli.sandbox_project import project, run

RULE = """\
kind: trigger
id: all
title: All are {priority}
event: created
then: [{{set: {{priority: {priority}}}}}]
"""


@pytest.fixture(autouse=True)
def sandbox(tmp_path, monkeypatch):
    with project(tmp_path, monkeypatch) as running:
        (tmp_path / "recipes").mkdir()
        yield running


def test_tickets_that_would_be_treated_otherwise_are_counted_with_examples():
    Path("recipes/all.yaml").write_text(RULE.format(priority="urgent"))
    assert run("sync", "acme", "--quiet")[0] == 0

    code, out, err = run("plan", "--behaviour", "3650d")

    assert code == 0, err
    assert "behaviour of acme, " in out
    assert "tickets would be different from the live rules" in out
    assert "-> urgent (all)" in out
    found = json.loads(run("plan", "--behaviour", "3650d", "--json")[1])["behaviour"]["acme"]
    assert found["differences"]["met"]["priority"] > 0
    _, out, _ = run("plan", "--behaviour", "3650d", "--format", "markdown")
    assert "<summary>Behaviour</summary>" in out


def test_a_connection_without_a_store_is_an_error_with_a_hint():
    Path("recipes/all.yaml").write_text(RULE.format(priority="urgent"))

    code, _, err = run("plan", "--behaviour", "30d")

    assert code == 3
    assert "hint: run cstoolkit sync acme" in err


def test_what_is_unchanged_is_not_replayed():
    Path("recipes/all.yaml").write_text(RULE.format(priority="urgent"))
    run("plan", "--out", "p.plan")
    run("apply", "p.plan")

    code, out, err = run("plan", "--behaviour", "30d")

    assert (code, "behaviour" in out) == (0, False), err
