"""apply and rollback in processes of their own, killed at any moment and typed again: nothing lost, nothing twice."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.sandbox_project import project, run
from sandbox.calls import zendesk

ROOT = Path(__file__).resolve().parents[2]
FIRST = {"a": "low", "b": "normal", "c": "high", "d": "urgent"}
SECOND = {"b": "low", "e": "high", "c": "high", "f": "urgent", "a": "normal"}


@pytest.fixture
def call(tmp_path, monkeypatch):
    with project(tmp_path, monkeypatch) as sandbox:
        (tmp_path / "recipes").mkdir()
        caller = zendesk(sandbox.address("acme"))
        for one in caller.get("/triggers")["triggers"]:
            caller.do("DELETE", f"/triggers/{one['id']}")
        yield caller


def write(rules):
    """A file for each rule, named so that they run in the order given."""
    for path in Path("recipes").iterdir():
        path.unlink()
    for place, (key, priority) in enumerate(rules.items()):
        Path(f"recipes/{place}-{key}.yaml").write_text(
            f"kind: trigger\nid: {key}\ntitle: Rule {key}\nevent: created\nwhen: {{subject: {{contains: {key}x}}}}\n"
            f"then: [{{set: {{priority: {priority}}}}}]\n"
        )


def standing(call):
    found = sorted(call.get("/triggers")["triggers"], key=lambda one: one["position"])
    return [(one["title"], one["actions"][0]["value"], one["active"]) for one in found]


def wanted(rules):
    return [(f"Rule {key}", priority, True) for key, priority in rules.items()]


def typed(*arguments, kill_after=None):
    """The verb in a process of its own; killed after so many seconds, if it still runs. Gives its exit code."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cstoolkit", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if kill_after is not None:
        time.sleep(kill_after)
        process.send_signal(signal.SIGKILL)
    out, _ = process.communicate(timeout=120)
    return process.returncode, out.decode()


def gone_on(*arguments):
    code, out = typed(*arguments)
    assert code == 0, out


@pytest.mark.parametrize(
    "seed", [*range(2), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 50))]
)
def test_killed_apply_and_rollback_go_on_to_the_same_end(call, seed):
    chance = random.Random(seed)
    write(FIRST)
    assert run("plan", "--out", "first.plan")[0] == 0
    started = time.monotonic()
    gone_on("apply", "first.plan")
    long = time.monotonic() - started
    assert standing(call) == wanted(FIRST)
    write(SECOND)
    assert run("plan", "--out", "second.plan")[0] == 0

    killed = [typed("apply", "second.plan", "--allow-delete", kill_after=chance.uniform(0.3, 1.1) * long)[0]]
    gone_on("apply", "second.plan", "--allow-delete")

    assert standing(call) == wanted(SECOND), killed
    assert run("plan", "--check")[0] == 0
    assert run("drift", "--check")[0] == 0
    (last, *_) = [line.split()[0] for line in run("runs")[1].splitlines()[1:]]

    killed.append(typed("rollback", last, kill_after=chance.uniform(0.3, 1.1) * long)[0])
    gone_on("rollback", last)

    assert standing(call) == wanted(FIRST), killed
    write(FIRST)
    assert run("plan", "--check")[0] == 0
    assert all(code in {0, -signal.SIGKILL} for code in killed)
