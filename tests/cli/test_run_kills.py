"""`cstoolkit run --apply` killed (-9) between any two function calls, and typed again: every comment once.

An undisturbed run counts its calls of Python functions from the moment its plan is made; the others die after a
random number of them.
"""

import os
import random
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from cli.sandbox_project import project
from cli.test_run import APPLY, THANKS, comments, next_minute, next_second, reply, run, state, write
from sandbox.calls import zendesk

ROOT = Path(__file__).resolve().parents[2]
SEED = 20261122
TICKETS = 4
CHILD = textwrap.dedent(
    """
    import os, sys
    from cstoolkit.automations.runner import run as runner
    from cstoolkit.cli import main

    left = int(sys.argv[1])

    def count(frame, event, argument):
        global left
        if event == "call":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), 9)

    begun = runner.hold_limits

    def counted(*arguments, **named):
        sys.setprofile(count)
        return begun(*arguments, **named)

    runner.hold_limits = counted
    code = main(sys.argv[2:], sys.stdout, sys.stderr)
    sys.setprofile(None)
    print("calls", -left)
    sys.exit(code)
    """
)


@pytest.fixture
def call(tmp_path, monkeypatch):
    with project(tmp_path, monkeypatch, tickets=1) as running:
        caller = zendesk(running.address("acme"))
        for kind in ("triggers", "automations"):
            for one in caller.get(f"/{kind}")[kind]:
                caller.do("DELETE", f"/{kind}/{one['id']}")
        yield caller


def typed(die_after):
    next_minute()
    return subprocess.run(
        [sys.executable, "-c", CHILD, str(die_after), *APPLY],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def asked(call):
    """Tickets that came after the first run, each with thanks."""
    wanted = {
        "subject": "Lamp",
        "comment": {"body": "It flickers."},
        "requester": {"name": "C", "email": "c@c.test"},
    }
    made = [call.do("POST", "/tickets", {"ticket": wanted})["ticket"] for _ in range(TICKETS)]
    next_second()
    for one in made:
        reply(call, one)
    return made


def stands(call, tickets):
    return [(comments(call, one)[2:], state(call, one)) for one in tickets]


def wanted(tickets):
    return [
        ([(f"Only thanks: {one['id']}", False), ("We are glad.", True)], ("low", ["thanks_only"]))
        for one in tickets
    ]


def die_and_go_on(call, points):
    write(THANKS.replace("  - tags:", "  - reply: We are glad.\n  - tags:"))
    assert run(*APPLY)[0] == 0
    tickets = asked(call)
    undisturbed = typed(0)
    assert (undisturbed.returncode, stands(call, tickets)) == (0, wanted(tickets)), undisturbed.stderr
    total = int(undisturbed.stdout.split()[-1])
    chance = random.Random(SEED)
    for _ in range(points):
        tickets = asked(call)
        point = chance.randrange(1, total)

        killed = typed(point)
        assert killed.returncode in {-signal.SIGKILL, 0}, killed.stderr
        again = typed(0)

        assert again.returncode == 0, (point, again.stdout, again.stderr)
        assert stands(call, tickets) == wanted(tickets), (point, total)


def test_a_run_that_is_killed_is_gone_on_with(call):
    die_and_go_on(call, 5)


@pytest.mark.slow
def test_fifty_runs_that_are_killed_are_gone_on_with(call):
    die_and_go_on(call, 50)
