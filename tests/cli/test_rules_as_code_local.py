"""pull, plan, apply, rollback and drift over embedded helpdesks: the verbs that run against Zendesk, on files."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from cli.sandbox_project import run
from cli.test_rules_as_code import ASSIGN, PRIORITY, contents, write
from clocks import JumpingClock
from cstoolkit.connectors.local.helpdesk import LocalHelpdesk
from cstoolkit.store.database import Store
from histories import MONDAY

ROOT = Path(__file__).resolve().parents[2]
PROJECT = """\
connections:
  trial: {address: "local:trial.duckdb"}
  desk: {address: "local:desk.duckdb"}
environments:
  sandbox: {connections: [trial], vars: {desk: Tier 1}}
  production: {connections: [desk], protected: true, vars: {desk: Tier 2}}
"""


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    for name in ("trial", "desk"):
        with Store.create(tmp_path / f"{name}.duckdb", connection=name) as store, store.transaction():
            store.describe(as_of=MONDAY)
    (tmp_path / "cstoolkit.yaml").write_text(PROJECT)
    (tmp_path / "recipes").mkdir()
    monkeypatch.chdir(tmp_path)


def opened(name="trial"):
    return LocalHelpdesk.open(Path(f"{name}.duckdb"), clock=JumpingClock(), writable=True)


def titles(name="trial"):
    with opened(name) as desk:
        return [rule.title for rule in desk.rules()]


def applied(*arguments):
    assert run("plan", *arguments, "--out", "p.plan")[0] == 0
    return run("apply", "p.plan")


def by_text(bodies):
    return sorted(json.dumps(one, sort_keys=True) for one in bodies)


def test_what_was_applied_leaves_nothing_to_do():
    write("vip.yaml", PRIORITY)
    write("outage.yaml", ASSIGN)

    code, out, _ = applied()

    assert (code, out.partition(" (run")[0]) == (0, "trial: 2 created")
    assert titles() == ["Outages go to the desk", "VIPs are urgent"]
    assert run("plan", "--check")[0] == 0
    assert run("drift", "--check")[0] == 0
    assert run("apply", "p.plan")[1] == "Nothing to do.\n"


def test_rename_delete_and_rollback():
    write("vip.yaml", PRIORITY)
    write("outage.yaml", ASSIGN)
    applied()
    write("vip.yaml", PRIORITY.replace("VIPs are urgent", "VIPs first"))
    Path("recipes/outage.yaml").unlink()

    assert applied()[0] == 5
    code, out, _ = run("apply", "p.plan", "--allow-delete")

    assert (code, out.partition(" (run")[0]) == (0, "trial: 1 changed, 1 switched off, 1 deleted")
    assert titles() == ["VIPs first"]
    (newest, *_) = json.loads(run("runs", "--json")[1])["runs"]
    assert run("rollback", newest["id"])[0] == 0
    assert titles() == ["Outages go to the desk", "VIPs are urgent"]


def test_live_moved_is_refused_then_pulled_into_the_file_it_came_from():
    write("vip.yaml", PRIORITY)
    applied()
    run("plan", "--out", "p.plan")
    write("vip.yaml", PRIORITY.replace("VIPs are urgent", "VIPs first"))
    run("plan", "--out", "p.plan")
    with opened() as desk:
        desk.update_rule(replace(desk.rules()[0], title="Mine"))

    code, _, err = run("apply", "p.plan")

    assert (code, 'trigger 1 "Mine" was changed' in err) == (5, True)
    code, out, _ = run("drift", "--check")
    assert (code, "title  VIPs are urgent -> Mine" in out) == (2, True)
    write("vip.yaml", PRIORITY)
    assert run("pull")[0] == 0
    assert Path("recipes/vip.yaml").read_text() == PRIORITY.replace("VIPs are urgent", "Mine")
    assert run("plan", "--check")[0] == 0


def test_promoted_with_the_variables_of_each_environment():
    write("outage.yaml", ASSIGN.replace("Tier 1}", '"${var.desk}"}'))
    assert applied()[0] == 0

    code, _, err = applied("--env", "production")

    assert code == 5
    digest = err.rpartition("--approve ")[2].strip()
    assert run("apply", "p.plan", "--approve", digest)[0] == 0
    groups = []
    for name in ("trial", "desk"):
        with opened(name) as desk:
            groups += [rule.body["then"][0]["set"]["group"] for rule in desk.rules()]
    assert groups == ["Tier 1", "Tier 2"]


def test_all_example_recipes_come_back_as_the_same_rules(tmp_path):
    shutil.copytree(ROOT / "recipes", "recipes", dirs_exist_ok=True)
    Path("cstoolkit.yaml").write_text(Path("recipes/cstoolkit.yaml").read_text() + PROJECT)
    Path("recipes/cstoolkit.yaml").unlink()
    shutil.rmtree("recipes/maps")
    code, _, err = applied()
    assert code == 0, err
    assert run("plan", "--check")[0] == 0
    files = contents()
    with opened() as desk:
        live = desk.rules()
    assert len(live) > 10

    assert run("pull")[0] == 0
    assert contents() == files
    lock = Path("cstoolkit.lock").read_bytes()
    Path("cstoolkit.lock").unlink()
    assert run("pull")[0] == 0
    assert contents() == files
    assert Path("cstoolkit.lock").read_bytes() == lock

    shutil.rmtree("recipes")
    Path("cstoolkit.lock").unlink()
    code, _, err = run("pull")
    assert code == 0, err
    code, out, err = run("plan", "--check")
    assert code == 0, out + err
    compiled = json.loads(run("compile", "--connection", "trial", "--json")[1])
    bodies = [
        (one["kind"], one["title"], one["active"], one["body"]) for one in compiled["vendors"][0]["rules"]
    ]
    assert by_text(bodies) == by_text((rule.kind, rule.title, rule.active, rule.body) for rule in live)
