"""`cstoolkit test`, `explain` and `simulate`, typed as a user would."""

import io
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from cstoolkit.cli import main
from cstoolkit.store.database import Store
from cstoolkit.store.rows import ticket_rows
from small_desk import full_ticket

ROOT = Path(__file__).resolve().parents[2]
VIP = """\
kind: trigger
id: vip
title: VIPs are urgent
event: created
when: {organization.tags: {has: [vip]}}
then: [{set: {priority: urgent}}]
tests:
  - name: a VIP
    given: {organization: Acme, organization.tags: [vip]}
    event: created
    expect: {fires: true, priority: urgent}
  - name: nobody in particular
    given: {subject: "\\u0007 Lamp"}
    event: created
    expect: {fires: false}
---
kind: macro
id: thanks
title: Thanks
then: [{reply: "Thank you, {{ requester.first_name }}"}]
"""
TICKET = "given: {subject: Lamp, organization: Acme}\nevent: {created: {by: requester, text: It flickers}}\n"


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(arguments, out, err)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "recipes").mkdir()
    (tmp_path / "cstoolkit.yaml").write_text("stages: [routing]\n")
    (tmp_path / "recipes" / "vip.yaml").write_text(VIP)
    (tmp_path / "ticket.yaml").write_text(TICKET)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def break_a_case(project):
    file = project / "recipes" / "vip.yaml"
    file.write_text(file.read_text().replace("expect: {fires: false}", "expect: {priority: urgent}"))


def test_cases_that_pass_give_0_and_say_who_judged(project):
    code, out, err = run("test")

    assert (code, err) == (0, "")
    assert out == (
        "2 cases, alone and among 2 rules: 2 passed, 0 failed.\n"
        "Without a case: thanks.\n"
        "Judged by the neutral engine.\n"
        "Judged by Zendesk's engine, on compiled rules.\n"
        "Left to the neutral engine at freshdesk: vip.\n"
    )
    assert run("test", "--by", "neutral")[1].endswith("\nJudged by the neutral engine.\n")


def test_a_failed_case_gives_1_with_its_place_and_the_reason(project):
    break_a_case(project)

    code, out, _ = run("test")

    assert code == 1
    assert out.startswith(
        "recipes/vip.yaml:12:5: failed: vip: nobody in particular\n"
        "    line 15: priority: expected urgent, got nothing\n"
        "        vip did not run: when.organization.tags: wanted has [vip], saw []\n"
    )


def test_nothing_that_a_terminal_would_obey_is_printed(project):
    file = project / "recipes" / "vip.yaml"
    file.write_text(file.read_text().replace("name: nobody in particular", 'name: "\\e[31mred"'))
    break_a_case(project)

    out = run("test")[1] + run("simulate", "ticket.yaml", "--event", '{commented: {text: "\\e[1m"}}')[1]

    assert "[31mred" in out
    assert "\x1b" not in out


def test_cases_as_json(project):
    break_a_case(project)

    code, out, _ = run("test", "--json", "--by", "neutral")

    report = json.loads(out)
    assert (code, report["schema"], report["ok"]) == (1, "cstoolkit/test/1", False)
    assert report["counts"] == {"passed": 1, "failed": 1, "not_judged": 0}
    assert [case["outcome"] for case in report["cases"]] == ["passed", "failed"]
    (failed,) = report["cases"][1]["failed"]
    assert (failed["what"], failed["expected"], failed["actual"], failed["line"]) == (
        "priority",
        "urgent",
        None,
        15,
    )
    assert json.loads(run("test", "--format", "json", "--by", "neutral")[1]) == report


def test_cases_as_junit_have_a_test_case_for_each_judge_with_its_time(project):
    break_a_case(project)

    code, out, _ = run("test", "--format", "junit", "--by", "neutral", "--by", "zendesk")

    (suite,) = ET.fromstring(out)
    counts = [suite.get(name) for name in ("name", "tests", "failures")]
    assert (code, counts) == (1, ["recipes/vip.yaml", "4", "2"])
    neutral = "the neutral engine"
    zendesk = "Zendesk's engine, on compiled rules"
    assert [(case.get("name"), case.find("properties/property").get("value")) for case in suite] == [
        ("a VIP", neutral), ("a VIP (at zendesk)", zendesk),
        ("nobody in particular", neutral), ("nobody in particular (at zendesk)", zendesk),
    ]  # fmt: skip
    times = [float(case.get("time")) for case in suite]
    assert all(time > 0 for time in times)
    assert float(suite.get("time")) == pytest.approx(sum(times), abs=1e-5)
    assert suite[2].find("failure").get("message") == "line 15: priority: expected urgent, got nothing"


@pytest.mark.parametrize("form", ["text", "junit", "json"])
def test_no_case_is_a_failure(project, form):
    code, out, _ = run("test", "-k", "nowhere", "--format", form)

    assert code == 1
    assert {"text": 'No case whose recipe or name has "nowhere"', "junit": "no case was run", "json": '"ok": false'}[form] in out  # fmt: skip


def test_a_word_chooses_cases(project):
    assert run("test", "-k", "nobody")[1].startswith("1 case,")


def test_a_named_file_is_tested_among_the_projects_rules(project):
    (project / "recipes" / "other.yaml").write_text(
        "kind: trigger\nid: other\ntitle: O\nevent: created\nthen: [{set: {priority: low}}]\norder: {after: vip}\n"
    )

    code, out, _ = run("test", "recipes/vip.yaml")

    assert code == 1
    assert "priority: expected urgent, got low (in the whole rule set)" in out
    assert "vip priority = urgent, then other priority urgent -> low" in out
    assert run("test", "recipes/vip.yaml", "--alone")[0] == 0


def test_a_case_without_expectation_gives_3_with_its_place(project):
    file = project / "recipes" / "vip.yaml"
    file.write_text(file.read_text().replace("    expect: {fires: false}\n", ""))

    code, _, err = run("test")

    assert code == 3
    assert "recipes/vip.yaml:12:" in err
    assert "a test without an expectation proves nothing" in err


def test_a_wrong_fixture_gives_3_with_its_place(project):
    file = project / "recipes" / "vip.yaml"
    file.write_text(file.read_text().replace("event: created\n    expect: {fires: false}", "event: rated\n    expect: {fires: false}"))  # fmt: skip

    code, _, err = run("test")

    assert code == 3
    assert 'recipes/vip.yaml:14:12: this is not "rated"' in err


def test_the_examples_pass_by_themselves():
    assert run("test", str(ROOT / "recipes"), "--alone")[0] == 0


# explain


def test_a_rule_that_does_not_run_is_explained(project):
    code, out, _ = run("explain", "recipes/vip.yaml#vip", "ticket.yaml")

    assert code == 0
    assert out == (
        'vip, the trigger "VIPs are urgent", does not run: when.organization.tags: wanted has [vip], saw [].\n'
        "2026-03-02T10:00:00Z: created by Requester\n"
        "\n"
        "holds  test                    wants      sees\n"
        "no     when.organization.tags  has [vip]  []\n"
    )


def test_of_several_looks_the_one_at_which_it_ran_is_explained(project):
    (project / "recipes" / "bump.yaml").write_text(
        "kind: automation\nid: bump\ntitle: B\nwhen: {status_changed_at: {older_than: 3h}}\nonce: spell\n"
        "then: [{set: {type: task}}]\n"
    )
    (project / "later.yaml").write_text("given: {status: open}\nsteps: [{advance: 6h}]\n")

    _, out, _ = run("explain", "recipes/bump.yaml", "later.yaml")

    assert out.startswith('bump, the automation "B", runs: type = task.\n2026-03-02T13:00:00Z: scan\n')


def test_a_macro_is_explained_by_what_it_says(project):
    _, out, _ = run("explain", "recipes/vip.yaml#thanks", "ticket.yaml", "--event", "{applied: {by: kim}}")

    assert 'runs: reply "Thank you, Requester".' in out
    assert "applied by kim" in out


def test_an_explanation_as_json(project):
    _, out, _ = run("explain", "recipes/vip.yaml#vip", "ticket.yaml", "--json")

    found = json.loads(out)
    assert (found["schema"], found["outcome"]) == ("cstoolkit/explain/1", "no_match")
    assert found["tests"] == [
        {
            "path": "when.organization.tags", "field": "organization.tags", "op": "has", "expected": ["vip"],
            "actual": [], "holds": False, "line": 5,
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["explain", "recipes/vip.yaml", "ticket.yaml"], 3, "recipes/vip.yaml holds 2 recipes"),
        (["explain", "recipes/vip.yaml#vipp", "ticket.yaml"], 3, 'did you mean "vip"?'),
        (["explain", "recipes/vip.yaml#vip", "nowhere.yaml"], 3, "cannot read nowhere.yaml"),
        (["explain", "recipes/vip.yaml#vip", "bad.yaml"], 3, 'bad.yaml:1:9: there is no field "subjct"'),
        (["explain", "recipes/vip.yaml#vip", "key.yaml"], 3, 'a ticket file has no key "givn"'),
        (["explain", "recipes/vip.yaml#vip", "quiet.yaml"], 3, "nothing happens to the ticket"),
        (["explain", "recipes/vip.yaml#vip", "ticket.yaml", "--event", "made"], 64, '"made" is not an event'),
        (["explain", "recipes/vip.yaml#vip", "ticket.yaml", "--event", "{"], 64, "--event"),
        (["explain", "recipes/vip.yaml#vip", "ticket.yaml", "--event", "rated"], 3, 'this is not "rated"'),
        (["explain", "recipes/vip.yaml#vip", "local:desk.duckdb"], 3, "names no ticket"),
        (["explain", "recipes/vip.yaml#vip", "local:none.duckdb#1"], 3, "none.duckdb"),
        (["explain", "recipes/audit.yaml", "ticket.yaml"], 3, "daily is an audit, and no rule"),
        (["simulate", "bad.yaml"], 3, 'there is no field "subjct"'),
    ],
)  # fmt: skip
def test_a_wrong_argument_says_what_would_be_right(project, arguments, code, message):
    (project / "bad.yaml").write_text("given: {subjct: x}\n")
    (project / "key.yaml").write_text("givn: {subject: x}\n")
    (project / "quiet.yaml").write_text("given: {subject: x}\nsteps: [{advance: 1m}]\n")
    (project / "recipes" / "audit.yaml").write_text("kind: audit\nid: daily\ntitle: Daily\n")

    found, out, err = run(*arguments)

    assert (found, message in out + err) == (code, True), out + err


# simulate


def test_a_ticket_goes_through_all_rules(project):
    (project / "ticket.yaml").write_text(TICKET.replace("organization: Acme", "organization.tags: [vip]"))
    (project / "recipes" / "tell.yaml").write_text(
        "kind: trigger\nid: tell\ntitle: T\nevent: created\nwhen: {priority: urgent}\n"
        'then: [{notify: {to: Leads, subject: "{{ ticket.priority }}", text: Look.}}]\n'
    )

    code, out, _ = run("simulate", "ticket.yaml")

    assert code == 0
    assert out == (
        "2026-03-02T10:00:00Z: created by Requester\n"
        "#  rule  outcome  because\n"
        "1  tell  no_match  when.priority: wanted is urgent, saw nothing\n"
        "2  vip   fired     priority = urgent\n"
    ).replace("outcome  because", "outcome   because") + (
        'The ticket then: id: 1, subject: Lamp, description: "It flickers", status: new, priority: urgent, '
        "requester: Requester, organization: organization\n\n"
        "Run by the neutral engine; each vendor's own way may differ (docs: testing rules).\n"
    )


def test_a_simulation_as_json(project):
    _, out, _ = run("simulate", "ticket.yaml", "--event", "{agent_replied: {by: kim, text: On it, set: {status: pending}}}", "--json")  # fmt: skip

    (look,) = json.loads(out)["looks"]
    assert look["events"] == ["agent_replied", "commented", "updated"]
    assert look["changes"] == [{"field": "status", "before": "open", "after": "pending"}]
    assert look["ticket"]["status"] == "pending"
    assert look["switches"] == {"reply_reopens": "on", "native_parts": "opaque"}


def test_a_ticket_of_a_store_is_explained_and_simulated(project):
    ticket = full_ticket(
        organization=full_ticket().organization.model_copy(update={"tags": frozenset({"vip"})})
    )
    with Store.create(project / "desk.duckdb", connection="desk") as store:
        for table, rows in ticket_rows(ticket).items():
            store.append(table, rows)

    _, explained, _ = run("explain", "recipes/vip.yaml#vip", "local:desk.duckdb#1", "--event", "updated")
    code, simulated, _ = run("simulate", "local:desk.duckdb#1")
    unknown = run("simulate", "local:desk.duckdb#2")

    assert "it waits for created, and this was updated" in explained
    assert code == 0
    assert "scan" in simulated
    assert 'subject: "Printer on fire"' in simulated
    assert unknown[0] == 4
    assert 'there is no ticket "2"' in unknown[2]
