"""pull, plan and apply, typed as an admin would, against a Freshdesk sandbox account."""

import json
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.sandbox_project import run
from cstoolkit.model.references import resolve
from cstoolkit.sandbox import Sandbox
from cstoolkit.sandbox.clock import SandboxClock
from sandbox.calls import Caller, basic

from .documented_rules import DOCUMENTED

ROOT = Path(__file__).resolve().parents[4]
KEY = "sandbox-api-key"
CONNECTION = """
connections:
  desk:
    address: freshdesk:acme
    auth: {api_key: "${secret.FD_SECRET}", url: "${secret.FD_URL}"}
"""
LISTS = {
    "group": "/groups",
    "brand": "/products",
    "canned_folder": "/canned_response_folders",
    "calendar": "/business_hours",
}


@contextmanager
def account(folder, monkeypatch, *, project=CONNECTION):
    """An account with two agents and no rules, and a project of it in the working folder."""
    clock = SandboxClock(lambda: datetime.now(UTC))
    with Sandbox({"acme": "freshdesk"}, clock=clock, switches={"acme": {"rate_limits": "off"}}) as sandbox:
        sandbox.seed_demo(tickets=12, seed=4)
        call = Caller(sandbox.address("acme"), "/api/v2", {"Authorization": basic(KEY, "X")})
        for name in ("Ada", "Kim"):
            made = call("POST", "/agents", {"email": f"{name}@acme.test", "name": name, "ticket_scope": 1})
            assert made.status == 201, made.body
        for kind in (1, 3, 4):
            for rule in call.get(f"/automations/{kind}/rules"):
                assert call("DELETE", f"/automations/{kind}/rules/{rule['id']}").status == 204
        (folder / "cstoolkit.yaml").write_text(project)
        (folder / "recipes").mkdir(exist_ok=True)
        monkeypatch.chdir(folder)
        monkeypatch.setenv("FD_SECRET", KEY)
        monkeypatch.setenv("FD_URL", sandbox.address("acme"))
        yield call


@pytest.fixture
def call(tmp_path, monkeypatch):
    with account(tmp_path, monkeypatch) as calls:
        yield calls


def ids(call):
    """`find` by plain HTTP."""

    def find(kind, name):
        if kind == "agent":
            return next(
                str(one["id"]) for one in call.get("/agents?per_page=100") if one["contact"]["name"] == name
            )
        if kind == "field":
            return next(one["name"] for one in call.get("/ticket_fields") if one["label"] == name)
        return next(str(one["id"]) for one in call.get(LISTS[kind]) if one["name"] == name)

    return find


def load(call):
    """The documented rules, made one after the other."""
    find = ids(call)
    for one in DOCUMENTED:
        rule = resolve(one.rule, find)
        if rule.kind == "canned_response":
            body = {"title": rule.title, "content": rule.body["content_html"], **rule.body}
            made = call("POST", "/canned_responses", body)
        else:
            kind = rule.kind.removeprefix("rule_")
            made = call(
                "POST", f"/automations/{kind}/rules", {"name": rule.title, "active": True, **rule.body}
            )
        assert made.status == 201, (rule.title, made.body)


def contents():
    return {path: path.read_bytes() for path in sorted(Path("recipes").rglob("*.yaml"))}


def compiled():
    rules = json.loads(run("compile", "--vendor", "freshdesk", "--json")[1])
    return json.dumps(rules, sort_keys=True)


def test_documented_rules_are_pulled_and_then_nothing_is_to_do(call, capsys):
    load(call)

    code, out, err = run("pull")

    assert code == 0, err
    with capsys.disabled():
        print("\n" + out.strip())
    code, _, err = run("validate")
    assert code == 0, err
    code, out, err = run("plan", "--check")
    assert code == 0, out + err
    lock, files = Path("cstoolkit.lock").read_bytes(), contents()
    assert len(files) >= len(DOCUMENTED)

    Path("cstoolkit.lock").unlink()
    assert run("pull")[0] == 0

    assert contents() == files
    assert Path("cstoolkit.lock").read_bytes() == lock
    before = compiled()
    shutil.rmtree("recipes")
    Path("recipes").mkdir()
    Path("cstoolkit.lock").unlink()
    assert run("pull")[0] == 0
    assert contents() == files
    assert compiled() == before


def test_the_recipes_of_the_project_are_applied_and_stay_as_they_are(tmp_path, monkeypatch):
    project = (ROOT / "recipes" / "cstoolkit.yaml").read_text()
    with account(tmp_path, monkeypatch, project=project + CONNECTION) as call:
        shutil.copytree(
            ROOT / "recipes", "recipes", dirs_exist_ok=True, ignore=shutil.ignore_patterns("cstoolkit.yaml")
        )
        files = contents()
        assert run("plan", "--out", "p.plan")[0] == 0

        code, out, err = run("apply", "p.plan")

        assert (code, " created" in out) == (0, True), err
        assert run("plan", "--check")[0] == 0
        made = {one["name"] for kind in (1, 3, 4) for one in call.get(f"/automations/{kind}/rules")}
        assert made >= {"C • refund words • Billing", "Solved • 48 h • close"}
        assert run("pull")[0] == 0
        assert {path: path.read_bytes() for path in files} == files
        assert run("plan", "--check")[0] == 0
        lock = Path("cstoolkit.lock").read_bytes()
        Path("cstoolkit.lock").unlink()
        assert run("pull")[0] == 0
        assert Path("cstoolkit.lock").read_bytes() == lock


def test_what_every_part_of_the_grammar_becomes_is_taken_by_an_account(call):
    shutil.copy(Path(__file__).with_name("every_part.yaml"), "recipes/every_part.yaml")
    call("POST", "/groups", {"name": "Support Leads"})
    Path("cstoolkit.yaml").write_text(
        CONNECTION
        + "endpoints: {hooks: {url: https://hooks.acme.example/x}}\ncalendars: {Default: {zone: UTC, hours: {mon-fri: '09:00-17:00'}}}\n"
    )
    code, out, err = run("plan", "--out", "p.plan")
    assert code == 0, out + err

    code, out, err = run("apply", "p.plan")

    assert code == 0, out + err
    assert run("plan", "--check")[0] == 0, run("plan", "--check")[1]
