"""`cstoolkit test --update` and `--jobs`: expectations rewritten in place, shown first; the same answer by several processes."""

import io
import json
from pathlib import Path

import pytest

from cstoolkit.cli import main

RECIPE = """\
# Routing: agreed on 3 March.
kind: trigger
id: route
title: "Route"   # the title that agents see
event: created
when: {subject: {word: outage}}
then:
    - set: {group: Desk, priority: urgent}
    - tags: {add: [routed, seen]}
    - notify: {to: assignee, subject: s, text: t}
tests:
    # the usual one
    - name: one line
      given: {subject: outage, assignee: kim}
      event: created
      expect: {fires: false, group: Other}   # who knows
    - name: several lines
      given: {subject: outage}
      event: created
      expect:
          # what matters
          fires: true   # yes

          group: 'Desk'
          priority: low
          tags: [routed]
      # the end of it
    - name: right
      given: {subject: lamp}
      event: created
      expect: {fires: false}
"""
ONE_LINE = "expect: {fires: true, group: Desk, priority: urgent, tags: {has: [routed, seen]}, messages: {assignee: 1}}"
UPDATED = (
    RECIPE.replace("expect: {fires: false, group: Other}", ONE_LINE)
    .replace("priority: low\n", "priority: urgent\n")
    .replace("          tags: [routed]\n", "          tags: {has: [routed, seen]}\n")
)


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    code = main(["test", *map(str, arguments)], out, err)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def recipe(tmp_path):
    file = tmp_path / "route.yaml"
    file.write_text(RECIPE)
    return file


def test_expectations_are_rewritten_and_nothing_else(recipe):
    code, out, err = run(recipe, "--update", "--yes")

    assert (code, "3 passed, 0 failed" in out) == (0, True)
    assert recipe.read_text() == UPDATED
    assert "-      expect: {fires: false, group: Other}   # who knows" in err
    assert "2 cases rewritten" in err


def test_without_a_terminal_it_shows_and_refuses(recipe):
    code, _, err = run(recipe, "--update")

    assert code == 5
    assert "+      expect: {fires: true" in err
    assert recipe.read_text() == RECIPE


def test_what_passes_is_left_alone(recipe):
    run(recipe, "--update", "--yes")
    before = recipe.read_bytes()

    code, _, err = run(recipe, "--update", "--yes")

    assert (code, recipe.read_bytes(), "rewritten" in err) == (0, before, False)


def test_what_no_expectation_can_say_is_named(tmp_path):
    file = tmp_path / "r.yaml"
    file.write_text(
        "kind: trigger\nid: r\ntitle: R\nevent: created\nthen: [{set: {due_at: 3d}}]\n"
        "tests:\n  - {name: it, event: created, expect: {fires: false, due_at: +2d}}\n"
    )

    code, _, err = run(file, "--update", "--yes")

    assert (code, "not rewritten: r: it: due_at" in err) == (1, True)
    assert "expect: {fires: true, due_at: +2d}" in file.read_text()


@pytest.mark.parametrize("case", ["a", "b"])
def test_only_the_chosen_cases_are_rewritten(tmp_path, case):
    file = tmp_path / "r.yaml"
    lines = [
        f"  - {{name: case {name}, event: created, expect: {{fires: false, type: null}}}}\n" for name in "ab"
    ]
    file.write_text(
        f"kind: trigger\nid: r\ntitle: R\nevent: created\nthen: [{{set: {{type: task}}}}]\ntests:\n{''.join(lines)}"
    )

    run(file, "--update", "--yes", "-k", f"case {case}")

    rewritten = [
        line for line in file.read_text().splitlines() if "type: task}}" in line.replace("fires: true, ", "")
    ]
    assert [f"case {case}" in line for line in rewritten if "name" in line] == [True]


def test_steps_have_expectations_of_their_own(tmp_path):
    file = tmp_path / "r.yaml"
    file.write_text(
        "kind: automation\nid: r\ntitle: R\nwhen: {status: pending, status_changed_at: {older_than: 2h}}\n"
        "then: [{set: {status: open}}]\ntests:\n  - name: it\n    given: {status: pending}\n    steps:\n"
        "      - {advance: 1h, expect: {fires: true}}\n      - {advance: 4h, expect: {status: pending}}\n"
    )

    code, _, _ = run(file, "--update", "--yes")

    assert code == 0
    assert "{advance: 1h, expect: {fires: false}}" in file.read_text()
    assert "{advance: 4h, expect: {status: open}}" in file.read_text()


def test_several_processes_say_the_same_in_the_same_order(recipe):
    alone, shared = (run(recipe, "--json", "--jobs", jobs) for jobs in (1, 2))

    assert alone[:2] == shared[:2]
    names = [case["name"] for case in json.loads(shared[1])["cases"]]
    assert list(dict.fromkeys(names)) == ["one line", "several lines", "right"]
    assert len(names) > 3  # by several judges


def test_problems_of_several_processes_are_all_shown(tmp_path):
    file = tmp_path / "r.yaml"
    bad = "event: {agent_replied: {by: requester}}, expect: {fires: true}"
    file.write_text(
        f"kind: trigger\nid: r\ntitle: R\nevent: created\nthen: [{{set: {{type: task}}}}]\ntests:\n  - {{name: a, {bad}}}\n  - {{name: b, {bad}}}\n"
    )

    code, _, err = run(file, "--jobs", 2)

    assert (code, err.count('this is not "agent_replied"')) == (3, 2)
    assert Path(file).name in err
