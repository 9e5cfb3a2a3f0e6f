"""pull against accounts that nobody tidied: strange titles and texts, files of several recipes, kills."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.sandbox_project import project, run
from sandbox.calls import zendesk

ROOT = Path(__file__).resolve().parents[2]
TEXTS = {
    "variables": "Pay ${amount.total} or ${var.price}, ${literal.x} and $${secret.TOKEN}",
    "percent": "100 % of %s, %(name)s {} {0} {{}} {%",
    "liquid": "Hello {{ticket.requester.first_name}}{% if ticket.status == 'open' %} yes{% endif %}",
    "emoji": "👍🏽 ça va? 日本語 \u200d\u2028 end",
    "crlf": "one\r\ntwo\r\n\r\nthree\r\n",
    "blanks": "  in front\n\n\tand tabs \nbehind  \n\n",
    "long": "word " * 2000,
    "yaml": "- a: b # c\n--- \n...\n'\"`: {x: [y]} & *z !t | > @",
    "nothing": " ",
    "word": "null",
    "number": "0123",
}
TITLES = (
    "???",
    "日本語",
    "Same",
    "Same",
    "same!",
    "  Blanks  ",
    "a" * 200,
    "${var.x} 'quoted' \"twice\" # :",
    "null",
    "é" * 70,
)


@pytest.fixture(autouse=True)
def sandbox(tmp_path, monkeypatch):
    with project(tmp_path, monkeypatch) as running:
        (tmp_path / "recipes").mkdir()
        yield running


@pytest.fixture
def call(sandbox):
    return zendesk(sandbox.address("acme"))


def contents():
    return {path: path.read_bytes() for path in Path("recipes").rglob("*") if path.is_file()}


def comes_back(call):
    """Pulled: nothing to plan; pulled again: no byte changes, with the lock and without."""
    code, _, err = run("pull")
    assert code == 0, err
    code, out, err = run("plan", "--check")
    assert code == 0, out + err
    files, lock = contents(), Path("cstoolkit.lock").read_bytes()
    assert run("pull")[0] == 0
    assert (contents(), Path("cstoolkit.lock").read_bytes()) == (files, lock)
    Path("cstoolkit.lock").unlink()
    code, _, err = run("pull")
    assert code == 0, err
    assert (contents(), Path("cstoolkit.lock").read_bytes()) == (files, lock)


@pytest.mark.parametrize("name", TEXTS)
def test_texts_come_back(call, name):
    text = TEXTS[name]
    call.do(
        "POST", "/macros", {"macro": {"title": name, "actions": [{"field": "comment_value", "value": text}]}}
    )
    call.do("POST", "/triggers", {"trigger": {
        "title": f"T {name}", "description": text,
        "conditions": {"all": [{"field": "status", "operator": "is", "value": "new"}], "any": []},
        "actions": [{"field": "notification_user", "value": ["requester_id", text.strip() or "x", text]}],
    }})  # fmt: skip

    comes_back(call)


def test_titles_without_letters_and_equal_titles_come_back(call):
    for place, title in enumerate(TITLES):
        call.do(
            "POST", "/macros", {"macro": {"title": title, "actions": [{"field": "priority", "value": "low"}]}}
        )
        call.do("POST", "/triggers", {"trigger": {
            "title": title,
            "conditions": {"all": [{"field": "current_tags", "operator": "includes", "value": f"t{place}"}], "any": []},
            "actions": [{"field": "priority", "value": "low"}],
        }})  # fmt: skip

    comes_back(call)
    names = [path.name for path in Path("recipes/triggers").iterdir()]
    assert len(names) == len({name.lower() for name in names}) == len(TITLES) + 1
    assert all(len(name) < 100 for name in names)


TWO = """\
# Our rules, in one file.
kind: trigger
id: one   # the first
title: One
event: created
when: {tags: one}
then:
  - set: {priority: high}   # why: they pay
---
# And the second.
kind: trigger
id: two
title: Two
event: created
when:
  tags: two
then: [{set: {priority: low}}]
...
"""


def test_a_change_goes_into_its_document_of_a_file_of_several(call):
    Path("recipes/both.yaml").write_text(TWO)
    run("plan", "--out", "p.plan")
    assert run("apply", "p.plan")[0] == 0
    for one in call.get("/triggers")["triggers"]:
        if one["title"] in {"One", "Two"}:
            actions = [{"field": "priority", "value": "urgent"}]
            call.do(
                "PUT",
                f"/triggers/{one['id']}",
                {"trigger": {"title": one["title"] + "!", "actions": actions}},
            )

    code, _, err = run("pull")

    assert code == 0, err
    assert Path("recipes/both.yaml").read_text() == (
        TWO.replace("title: One", "title: One!")
        .replace("title: Two", "title: Two!")
        .replace("high}   # why", "urgent} # why")  # a comment stays in its column
        .replace("priority: low", "priority: urgent")
    )
    code, out, err = run("plan", "--check")
    assert code == 0, out + err


@pytest.mark.parametrize("after", [0.55, 0.7, 0.8, 0.9, 1.0])
def test_a_killed_pull_typed_again_ends_as_if_nothing_had_been(call, after):
    for place in range(30):
        macro = {"title": f"M {place}", "actions": [{"field": "priority", "value": "low"}]}
        call.do("POST", "/macros", {"macro": macro})
    started = time.monotonic()
    assert typed("pull").wait() == 0
    long = time.monotonic() - started
    files, lock = contents(), Path("cstoolkit.lock").read_bytes()
    for path in files:
        path.unlink()
    Path("cstoolkit.lock").unlink()

    process = typed("pull")
    time.sleep(after * long)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = contents()
    code, _, err = run("pull")

    assert code == 0, err
    assert contents() == files, sorted(left)
    assert Path("cstoolkit.lock").read_bytes() == lock
    assert run("plan", "--check")[0] == 0


def typed(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "cstoolkit", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_pull_says_what_it_would_write_and_writes_nothing():
    before = contents()

    code, out, _ = run("pull", "--dry-run", "--json")

    assert code == 0
    assert len(json.loads(out)["connections"]["acme"]["files"]) == 3
    assert contents() == before
    assert not Path("cstoolkit.lock").exists()
