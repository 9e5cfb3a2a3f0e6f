"""The calls that a plan states are the writes that reach the account, whatever is in it."""

import json
from pathlib import Path

import pytest

from cli.sandbox_project import project, run
from sandbox.calls import zendesk

PLANS = {
    "new rules": ({}, {"a": "trigger", "b": "trigger", "m": "macro"}),
    "changes": ({"a": "trigger", "m": "macro"}, {"a": "trigger:low", "m": "macro:low"}),
    "rules that go": ({"a": "trigger", "b": "trigger", "m": "macro"}, {"b": "trigger"}),
    "a new order": ({"a": "trigger", "b": "trigger", "c": "trigger"}, {"c": "trigger", "a": "trigger", "b": "trigger"}),
    "all at once": (
        {"a": "trigger", "b": "trigger", "c": "automation", "d": "automation"},
        {"d": "automation:low", "n": "automation", "c": "automation", "b": "trigger"},
    ),
}  # fmt: skip
THEN = "then: [{{set: {{priority: {priority}}}}}]\n"
BODY = {
    "trigger": "event: created\nwhen: {{subject: {{contains: {key}x}}}}\n",
    "automation": "when: {{status: open, status_changed_at: {{older_than: 4d}}, priority: {{is_not: {priority}}}, tags: {key}x}}\n",
    "macro": "",
}


@pytest.fixture(params=["one category", "two categories"])
def account(request, tmp_path, monkeypatch):
    with project(tmp_path, monkeypatch) as sandbox:
        (tmp_path / "recipes").mkdir()
        if request.param == "two categories":
            call = zendesk(sandbox.address("acme"))
            call.do("POST", "/trigger_categories", {"trigger_category": {"name": "Other", "position": 5}})
        yield sandbox.account("acme")


def write(rules):
    for path in Path("recipes").iterdir():
        path.unlink()
    for place, (key, said) in enumerate(rules.items()):
        kind, _, priority = said.partition(":")
        text = (BODY[kind] + THEN).format(key=key, priority=priority or "high")
        Path(f"recipes/{place}-{key}.yaml").write_text(f"kind: {kind}\nid: {key}\ntitle: Rule {key}\n{text}")


def writes(account):
    return [f"{one.method} {one.path}" for one in account.log.find("*") if one.method != "GET"]


def stated_and_made(account, *flags):
    code, out, err = run("plan", "--out", "p.plan", "--json")
    assert code == 0, err
    (sums,) = json.loads(out)["sums"]
    before = len(writes(account))
    code, out, err = run("apply", "p.plan", *flags)
    assert code == 0, out + err
    made = writes(account)[before:]
    assert sums["calls"] == len(made), made
    return sums


@pytest.mark.parametrize("name", PLANS)
def test_calls_stated_are_calls_made(account, name):
    first, second = PLANS[name]
    write(first)
    if first:
        stated_and_made(account)
    write(second)

    sums = stated_and_made(account, "--allow-delete")

    assert sums["calls"] > 0
    before = len(writes(account))
    (newest, *_) = json.loads(run("runs", "--json")[1])["runs"]
    stated = run("rollback", newest["id"], "--dry-run")[1]
    assert run("rollback", newest["id"])[0] == 0
    assert f"; {len(writes(account)) - before} call" in stated
    assert run("drift", "--check")[0] == 0


def test_minutes_are_by_what_the_account_allows(account):
    write({f"r{number:02}": "trigger" for number in range(12)})

    (sums,) = json.loads(run("plan", "--json")[1])["sums"]

    assert sums["calls"] == 12
    assert 0 < sums["minutes"] < 1
