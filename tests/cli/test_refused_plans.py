"""What stops plan and apply, typed as an admin would: the code, the place, the next step, and a journal that is true."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.sandbox_project import PROJECT, project, run
from cstoolkit.sandbox import Fault
from sandbox.calls import zendesk

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def sandbox(tmp_path, monkeypatch):
    with project(tmp_path, monkeypatch) as running:
        (tmp_path / "recipes").mkdir()
        yield running


@pytest.fixture
def call(sandbox):
    return zendesk(sandbox.address("acme"))


def rule(key, priority="high", group=None):
    given = f"group: {group}" if group else f"priority: {priority}"
    return (
        f"kind: trigger\nid: {key}\ntitle: Rule {key}\nevent: created\n"
        f"when: {{subject: {{contains: {key}x}}}}\nthen:\n  - set: {{{given}}}\n"
    )


def write(*keys, priority="high"):
    for key in keys:
        Path(f"recipes/{key}.yaml").write_text(rule(key, priority))


def planned(*arguments):
    code, out, err = run("plan", "--out", "p.plan", *arguments)
    assert code == 0, out + err


def ours(call):
    found = call.get("/triggers")["triggers"]
    return {one["title"][5:]: one["actions"][0]["value"] for one in found if one["title"].startswith("Rule ")}


def journal():
    return json.loads(run("runs", "--json")[1])["runs"]


def typed(*arguments):
    """The verb in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "cstoolkit", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_name_of_two_agents_is_an_error_that_lists_both(call):
    made = [
        call.do("POST", "/users", {"user": {"name": "Sam Doe", "role": "agent", "email": f"{who}@acme.test"}})
        for who in ("sam", "doe")
    ]
    Path("recipes/a.yaml").write_text(rule("a").replace("priority: high", "assignee: Sam Doe"))

    code, _, err = run("plan", "--out", "p.plan")

    assert code == 3
    assert 'recipes/a.yaml:1:1: a: several agents are called "Sam Doe": ' in err
    assert all(str(one["user"]["id"]) in err for one in made)
    assert "hint: " in err
    assert not Path("p.plan").exists()


def test_two_live_rules_of_one_title_are_an_error_that_lists_both(call):
    write("a")
    planned()
    run("apply", "p.plan")
    (one,) = [one for one in call.get("/triggers")["triggers"] if one["title"] == "Rule a"]
    body = {key: one[key] for key in ("title", "conditions", "actions")}
    made = call.do("POST", "/triggers", {"trigger": body})["trigger"]
    Path("cstoolkit.lock").unlink()

    code, _, err = run("plan")

    assert code == 3
    assert (
        f'a: the account has 2 rules of the kind trigger called "Rule a" ({one["id"]}, {made["id"]})' in err
    )
    assert "hint: " in err


def test_a_group_that_went_between_plan_and_apply_stops_it_before_anything_is_sent(call, sandbox):
    (group,) = [one for one in call.get("/groups")["groups"] if one["name"] == "Billing"]
    write("a")
    Path("recipes/b.yaml").write_text(rule("b", group="Billing"))
    planned()
    call.do("DELETE", f"/groups/{group['id']}")

    code, _, err = run("apply", "p.plan")

    assert code == 5
    assert 'group "Billing"' in err
    assert "hint: make a new plan" in err
    assert ours(call) == {}
    assert [one["code"] for one in journal()] in ([], [5])
    assert run("plan")[0] == 3


@pytest.mark.parametrize(("fault", "said"), [("429", "429"), ("403", "403")])
def test_a_quota_or_a_permission_that_ends_midway_leaves_a_journal_to_go_on_from(sandbox, call, fault, said):
    write(*"abcdef")
    planned()
    sandbox.faults.add(Fault(fault, route="POST /api/v2/triggers*", nth=tuple(range(3, 60)), seconds=0.01))

    code, out, err = run("apply", "p.plan")

    assert code == 6, out + err
    assert said in out + err
    assert "Apply the same plan again to go on, or: cstoolkit rollback" in err
    assert set(ours(call)) == {"a", "b"}
    assert [one["code"] for one in journal()] == [6]
    sandbox.faults.clear()
    code, out, _ = run("apply", "p.plan")
    assert code == 0
    assert set(ours(call)) == set("abcdef")
    assert [one["code"] for one in journal()] == [0]
    assert run("plan", "--check")[0] == 0


def test_nothing_done_at_all_is_4(sandbox, call):
    write(*"ab")
    planned()
    sandbox.faults.add(Fault("403", route="POST /api/v2/triggers*"))

    code, out, err = run("apply", "p.plan")

    assert code == 4, out + err
    assert "acme: nothing done (run " in out
    assert ours(call) == {}
    assert [one["code"] for one in journal()] == [4]


def test_half_the_calls_refused_are_named_and_the_rest_is_done(sandbox, call):
    write(*"abcdef")
    planned()
    sandbox.faults.add(Fault("422", route="POST /api/v2/triggers*", nth=(1, 3, 5)))

    code, out, _ = run("apply", "p.plan", "--json")

    assert code == 6
    (done,) = json.loads(out)["runs"]
    assert [one["key"] for one in done["refused"]] == ["create:a", "create:c", "create:e"]
    assert done["done"] == ["create:b", "create:d", "create:f"]
    assert set(ours(call)) == set("bdf")
    assert set(json.loads(Path("cstoolkit.lock").read_text())["connections"]["acme"]["rules"]) == set("bdf")
    assert run("apply", "p.plan")[0] == 0
    assert set(ours(call)) == set("abcdef")
    assert run("plan", "--check")[0] == 0


@pytest.mark.parametrize("place", ["urgent", "made_at", '"calls": 1'])
def test_a_plan_that_was_altered_is_refused(place, call):
    write("a", priority="urgent")
    planned()
    text = Path("p.plan").read_text()
    assert place in text
    Path("p.plan").write_text(text.replace(place, place[:-1] + "0", 1))

    code, _, err = run("apply", "p.plan")

    assert code in {3, 5}
    assert "p.plan" in err
    assert "hint: " in err
    assert ours(call) == {}


def test_limits_stop_a_plan_and_each_is_forced_by_its_name(call):
    Path("cstoolkit.yaml").write_text(PROJECT + "limits: {max_changes: 15, max_share: 0.1}\n")
    write(*(f"r{number:02}" for number in range(12)))
    planned()
    assert run("apply", "p.plan")[0] == 0
    write(*(f"r{number:02}" for number in range(12)), *(f"s{number}" for number in range(4)), priority="low")
    planned()

    code, _, err = run("apply", "p.plan")
    assert code == 5
    assert "acme: 16 rules would change, the limit is 15" in err
    assert "12 of 12 managed rules (100 %) would change, the limit is 10%" in err
    assert "--force max_changes --force max_share" in err
    code, _, err = run("apply", "p.plan", "--force", "max_changes")
    assert (code, "--force max_share" in err, "--force max_changes" in err) == (5, True, False)
    assert run("apply", "p.plan", "--force", "max")[0] == 64
    assert set(ours(call).values()) == {"high"}

    code, _, err = run("apply", "p.plan", "--force", "max_changes", "--force", "max_share")
    assert code == 0, err
    assert journal()[0]["consents"] == ["--force max_changes", "--force max_share"]


def test_two_applies_at_once_do_not_mix(sandbox, call):
    write(*"abcd")
    planned()
    sandbox.faults.add(Fault("slow", route="POST /api/v2/triggers*", seconds=1.5))
    first = typed("apply", "p.plan")
    while not ours(call):
        time.sleep(0.05)

    code, _, err = run("apply", "p.plan")
    assert code == 5, err
    assert f"acme is in use by process {first.pid}" in err
    assert "--wait SECONDS" in err
    code, out, err = run("apply", "p.plan", "--wait", "60")

    assert code == 0, out + err
    first.communicate(timeout=30)
    assert first.returncode == 0
    assert "has done this plan already; nothing was sent" in err
    assert len(call.get("/triggers")["triggers"]) == 5
    assert len(journal()) == 1


def test_ctrl_c_leaves_a_true_journal(sandbox, call):
    write(*"abcd")
    planned()
    sandbox.faults.add(Fault("slow", route="POST /api/v2/triggers*", seconds=1.0))
    first = typed("apply", "p.plan")
    while not ours(call):
        time.sleep(0.05)

    first.send_signal(signal.SIGINT)
    _, err = first.communicate(timeout=30)

    assert first.returncode == 130
    assert "interrupted" in err
    (cut,) = journal()
    assert (cut["state"], cut["code"]) == ("ended", 130)
    assert "interrupted" in run("runs")[1]
    sandbox.faults.clear()
    assert run("apply", "p.plan")[0] == 0
    assert sorted(ours(call)) == [*"abcd"]
    assert len(call.get("/triggers")["triggers"]) == 5
    assert run("plan", "--check")[0] == 0


def test_a_lock_that_cannot_be_written_loses_nothing(sandbox, call):
    write(*"ab")
    planned()
    Path("cstoolkit.lock").mkdir()
    Path("cstoolkit.lock/x").touch()

    code, _, err = run("apply", "p.plan")
    assert code == 3
    assert "cstoolkit.lock" in err
    Path("cstoolkit.lock/x").unlink()
    Path("cstoolkit.lock").rmdir()

    assert run("apply", "p.plan")[0] == 0
    assert run("plan", "--check")[0] == 0
    assert len(call.get("/triggers")["triggers"]) == 3


def test_a_run_that_was_undone_is_not_gone_on_with(sandbox, call):
    write(*"abcd")
    planned()
    sandbox.faults.add(Fault("422", route="POST /api/v2/triggers*", nth=(2,)))
    assert run("apply", "p.plan")[0] == 6
    (first,) = journal()
    assert run("rollback", first["id"])[0] == 0
    assert ours(call) == {}

    code, out, _ = run("apply", "p.plan")

    assert (code, "4 created" in out) == (0, True)
    assert len(journal()) == 3
    code, _, err = run("rollback", first["id"])
    assert code == 5
    assert "was undone by run" in err
    assert "hint: undo the newest first: cstoolkit rollback" in err
    assert run("rollback", journal()[0]["id"])[0] == 0
    assert ours(call) == {}
    code, out, err = run("rollback", journal()[1]["id"])
    assert (code, "has done this plan already" in err) == (0, True)
