"""Every example recipe at a Zendesk account: accepted, nothing left to do, pulled without a change, found again."""

import json
import shutil
from pathlib import Path

import pytest

from cli.sandbox_project import PROJECT, project, run
from sandbox.calls import zendesk

ROOT = Path(__file__).resolve().parents[2]
GROUPS = ("Support Leads",)
ORGANIZATIONS = ("Acme", "Globex")


@pytest.fixture
def account(tmp_path, monkeypatch):
    with project(tmp_path, monkeypatch) as sandbox:
        call = zendesk(sandbox.address("acme"))
        for name in GROUPS:
            call.do("POST", "/groups", {"group": {"name": name}})
        for name in ORGANIZATIONS:
            call.do("POST", "/organizations", {"organization": {"name": name}})
        shutil.copytree(ROOT / "recipes", "recipes")
        Path("cstoolkit.yaml").write_text(Path("recipes/cstoolkit.yaml").read_text() + PROJECT)
        Path("recipes/cstoolkit.yaml").unlink()
        shutil.rmtree("recipes/maps")
        yield sandbox.account("acme")


def contents():
    return {path: path.read_bytes() for path in Path("recipes").rglob("*.yaml")}


def compiled():
    """Every rule but its key, its place, and the category into which the account puts it unasked."""
    (zendesk_part,) = json.loads(run("compile", "--vendor", "zendesk", "--json")[1])["vendors"]
    bodies = [
        one | {"body": {key: part for key, part in one["body"].items() if key != "category_id"}}
        for one in zendesk_part["rules"]
    ]
    return {
        json.dumps([one["kind"], one["title"], one["active"], one["body"]], sort_keys=True) for one in bodies
    }


def test_examples_go_to_an_account_and_come_back(account):
    code, out, err = run("plan", "--out", "p.plan", "--json")
    assert code == 0, err
    (sums,) = json.loads(out)["sums"]
    assert sums["create"] > 20
    before = len([one for one in account.log.find("*") if one.method != "GET"])

    code, out, err = run("apply", "p.plan")

    assert code == 0, out + err
    assert len([one for one in account.log.find("*") if one.method != "GET"]) - before == sums["calls"]
    code, out, err = run("plan", "--check")
    assert code == 0, out + err
    examples, ours = contents(), compiled()
    assert run("pull")[0] == 0
    assert {path: text for path, text in contents().items() if path in examples} == examples
    lock = Path("cstoolkit.lock").read_bytes()
    Path("cstoolkit.lock").unlink()
    assert run("pull")[0] == 0
    assert Path("cstoolkit.lock").read_bytes() == lock

    shutil.rmtree("recipes")
    Path("cstoolkit.lock").unlink()
    code, _, err = run("pull")
    assert code == 0, err
    code, out, err = run("plan", "--check")
    assert code == 0, out + err
    assert ours <= compiled()
