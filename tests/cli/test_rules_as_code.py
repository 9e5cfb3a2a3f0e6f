"""pull, plan, apply, rollback and drift, typed as an admin would, against a Zendesk sandbox."""

import json
import re
import shutil
from pathlib import Path

import pytest

from cli.sandbox_project import project, run
from engines.test_zendesk_real_rules import SOURCES
from sandbox.calls import zendesk
from sandbox.zendesk.test_real_rules import load, own_things

ROOT = Path(__file__).resolve().parents[2]
PRIORITY = """\
kind: trigger
id: vip
title: VIPs are urgent
event: created
# who pays most waits least
when: {organization.tags: {has: [vip]}}
then:
  - set: {priority: urgent}
"""
ASSIGN = """\
kind: trigger
id: outage
title: Outages go to the desk
event: created
when: {subject: {contains: outage}}
then:
  - set: {group: Tier 1}
"""


@pytest.fixture(autouse=True)
def sandbox(tmp_path, monkeypatch):
    with project(tmp_path, monkeypatch) as running:
        (tmp_path / "recipes").mkdir()
        yield running


@pytest.fixture
def call(sandbox):
    return zendesk(sandbox.address("acme"))


def write(name, text):
    Path("recipes", name).write_text(text)


def applied(*arguments):
    assert run("plan", *arguments, "--out", "p.plan")[0] == 0
    return run("apply", "p.plan")


def trigger_titles(call):
    return [one["title"] for one in call.get("/triggers")["triggers"]]


def contents(folder="recipes"):
    return {path: path.read_bytes() for path in Path(folder).rglob("*.yaml")}


def test_what_was_applied_leaves_nothing_to_do(call):
    write("vip.yaml", PRIORITY)
    write("outage.yaml", ASSIGN)

    code, out, _ = applied()

    assert (code, "2 created" in out) == (0, True)
    assert {"VIPs are urgent", "Outages go to the desk"} <= set(trigger_titles(call))
    assert run("plan", "--check")[0] == 0
    assert run("drift", "--check")[0] == 0
    assert run("apply", "p.plan")[1] == "Nothing to do.\n"


def test_a_rename_is_an_update_and_a_recipe_that_is_gone_needs_consent(call):
    write("vip.yaml", PRIORITY)
    write("outage.yaml", ASSIGN)
    applied()
    write("vip.yaml", PRIORITY.replace("VIPs are urgent", "VIPs first"))
    Path("recipes/outage.yaml").unlink()

    code, out, err = applied()

    assert code == 5
    assert '"Outages go to the desk"' in err
    assert "--allow-delete" in err
    code, out, _ = run("apply", "p.plan", "--allow-delete")
    assert (code, out.partition(" (run")[0]) == (0, "acme: 1 changed, 1 switched off, 1 deleted")
    assert "VIPs first" in trigger_titles(call)


def test_live_moved_since_the_plan_is_refused_and_nothing_is_sent(call):
    write("vip.yaml", PRIORITY)
    applied()
    write("vip.yaml", PRIORITY.replace("VIPs are urgent", "VIPs first"))
    run("plan", "--out", "p.plan")
    (rule,) = [one for one in call.get("/triggers")["triggers"] if one["title"] == "VIPs are urgent"]
    call.do("PUT", f"/triggers/{rule['id']}", {"trigger": {"title": "Mine"}})

    code, _, err = run("apply", "p.plan")

    assert code == 5
    assert '"Mine" was changed' in err
    assert "Mine" in trigger_titles(call)
    code, out, _ = run("drift", "--check")
    assert code == 2
    assert "title  VIPs are urgent -> Mine" in out


def test_an_altered_plan_is_refused():
    write("vip.yaml", PRIORITY)
    run("plan", "--out", "p.plan")
    text = Path("p.plan").read_text()
    Path("p.plan").write_text(text.replace("urgent", "low", 1))

    code, _, err = run("apply", "p.plan")

    assert (code, "is not what `plan` wrote" in err) == (5, True)


def test_a_name_that_the_account_has_not_is_named_with_its_place():
    write("outage.yaml", ASSIGN.replace("Tier 1", "Teir 1"))

    code, _, err = run("plan")

    assert code == 3
    assert 'recipes/outage.yaml:1:1: outage: there is no group "Teir 1"' in err
    assert 'did you mean "Tier 1"?' in err


def test_a_run_is_undone(call):
    before = trigger_titles(call)
    write("vip.yaml", PRIORITY)
    applied()
    (done,) = json.loads(run("runs", "--json")[1])["runs"]

    code, out, _ = run("rollback", done["id"])

    assert (code, "1 switched off, 1 deleted" in out) == (0, True)
    assert trigger_titles(call) == before


def test_a_change_from_outside_goes_into_the_file_it_came_from_and_comments_stay(call):
    write("vip.yaml", PRIORITY)
    applied()
    (rule,) = [one for one in call.get("/triggers")["triggers"] if one["title"] == "VIPs are urgent"]
    call.do(
        "PUT", f"/triggers/{rule['id']}", {"trigger": {"actions": [{"field": "priority", "value": "high"}]}}
    )

    code, _, _ = run("pull")

    assert code == 0
    assert Path("recipes/vip.yaml").read_text() == PRIORITY.replace("urgent}", "high}")
    code, out, err = run("plan", "--check")
    assert code == 0, out + err


@pytest.mark.parametrize("source", SOURCES)
def test_real_rules_are_pulled_and_then_nothing_is_to_do(source, sandbox, call, shared_data):
    ours = own_things(call)
    rules = [rule for rule in SOURCES[source](shared_data) if rule.kind != "sla_policy"]
    statuses = [status for _, status, _ in load(call, rules, ours)]

    code, out, err = run("pull")

    print(f"{source}: {sum(status < 300 for status in statuses)} of {len(statuses)} loaded; {out}")
    assert code == 0, err
    code, _, err = run("validate")
    assert code == 0, err
    code, out, err = run("plan", "--check")
    assert code == 0, out + err
    lock, files = Path("cstoolkit.lock").read_bytes(), contents()

    Path("cstoolkit.lock").unlink()
    assert run("pull")[0] == 0

    assert contents() == files
    assert Path("cstoolkit.lock").read_bytes() == lock
    before = sorted(run("compile", "--vendor", "zendesk", "--json")[1])
    shutil.rmtree("recipes")
    Path("cstoolkit.lock").unlink()
    assert run("pull")[0] == 0
    assert contents() == files
    assert sorted(run("compile", "--vendor", "zendesk", "--json")[1]) == before


def test_drift_says_what_was_changed_when_and_by_whom_and_what_is_gone(call):
    write("vip.yaml", PRIORITY)
    write("outage.yaml", ASSIGN)
    write("wait.yaml", "kind: automation\nid: wait\ntitle: Wait\nwhen: {status: pending, status_changed_at: {older_than: 4d}}\n"
          "then: [{set: {status: open}}]\n")  # fmt: skip
    applied()
    ids = {
        one["title"]: one["id"] for kind in ("triggers", "automations") for one in call.get(f"/{kind}")[kind]
    }
    call.do("PUT", f"/triggers/{ids['VIPs are urgent']}", {"trigger": {"title": "Mine"}})
    call.do("PUT", f"/automations/{ids['Wait']}", {"automation": {"active": False}})
    call.do("DELETE", f"/triggers/{ids['Outages go to the desk']}")

    code, out, _ = run("drift", "--check")

    lines = out.splitlines()
    assert code == 2
    assert lines[0] == "acme: 3 of its rules are not as they were left"
    (who,) = {one["name"] for one in call.get("/users")["users"] if one["email"] == "admin@example.com"}
    assert re.fullmatch(
        rf'changed  trigger \d+ "VIPs are urgent" \(vip\), [-0-9]+ [0-9:]+ UTC by {who}', lines[2]
    )
    assert re.fullmatch(r'deleted  trigger \d+ "Outages go to the desk" \(outage\)', lines[1])
    assert re.fullmatch(r'changed  automation \d+ "Wait" \(wait\), [-0-9]+ [0-9:]+ UTC', lines[4])
    told = json.loads(run("drift", "--json")[1])["connections"]["acme"]
    assert [(one["what"], one["changed_by"]) for one in told] == [
        ("deleted", None),
        ("changed", who),
        ("changed", None),
    ]
    _, out, _ = run("plan")
    assert f"UTC by {who}), and put back by this:" in out
    assert "it was deleted at the vendor since it was applied last" in out
