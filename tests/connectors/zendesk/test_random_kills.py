"""Bulk changes killed (-9) between any two function calls, and run again: as if nothing had happened.

An undisturbed run counts its calls of Python functions; the others die after a random number of them. So a
death may come anywhere: before a note is written, while an answer is decoded, between two results.
"""

import os
import random
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from cstoolkit.sandbox import Sandbox

TICKETS = 24
SEED = 20260105
IN_CI, IN_FULL = 5, 50

CHILD = textwrap.dedent(
    """
    import os, sys
    from pathlib import Path
    from clocks import JumpingClock
    from cstoolkit.connectors.base import TicketChange
    from cstoolkit.connectors.credentials import find_credential
    from cstoolkit.connectors.zendesk.connector import ZendeskHelpdesk
    from cstoolkit.model.actions import Say
    from cstoolkit.store.journal import RunJournal
    from cstoolkit.store.processes import Process
    from cstoolkit.store.state import StateFile

    state, die_after, *tickets = sys.argv[1:]
    clock = JumpingClock()
    file = StateFile.open(Path(state))
    process = Process(os.getpid(), "host", None)
    if file.query("SELECT id FROM runs"):
        journal = RunJournal.resume(file, "r1", process=process, clock=clock)
    else:
        journal = RunJournal.start(file, "r1", connection="acme", process=process, clock=clock)
    changes = []
    for n, one in enumerate(tickets):
        changes.append(TicketChange(f"a{one}", one, {"priority": "high"}, frozenset({"vip"})))
        changes.append(TicketChange(f"b{one}", one, say=Say(f"About {one}", public=n % 2 == 0)))
        if n % 6 == 0:
            changes.append(TicketChange(f"c{one}", one, say=Say(f"And {one} again", public=False)))
    credential = find_credential("zendesk", "acme", environ=os.environ)
    left = int(die_after)

    def count(frame, event, argument):
        global left
        if event == "call":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), 9)

    with ZendeskHelpdesk.open("acme", credential, clock=clock, state=Path(state), writable=True) as desk:
        sys.setprofile(count)
        for result in desk.update(changes, journal=journal):
            print(result.key, result.outcome, flush=True)
        sys.setprofile(None)
    print("calls", -left)
    """
)


@pytest.fixture(scope="module")
def total(tmp_path_factory, make_account) -> int:
    """How many function calls an undisturbed run makes, after it was seen to do everything."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with Sandbox({"acme": "zendesk"}) as sandbox:
        account = make_account(sandbox)
        made = account.make(TICKETS)
        done = run(sandbox, folder / "state.sqlite", 0, made)
        assert done.returncode == 0, done.stderr
        assert stands(account, made) == wanted(made)
        return int(done.stdout.split()[-1])


def run(sandbox, state: Path, die_after: int, tickets: list[str]) -> subprocess.CompletedProcess:
    root = Path(__file__).resolve().parents[3]
    environ = os.environ | sandbox.environment("acme")
    environ["PYTHONPATH"] = os.pathsep.join([str(root / "src"), str(root / "tests")])
    return subprocess.run(
        [sys.executable, "-c", CHILD, str(state), str(die_after), *tickets],
        env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip


def stands(account, made: list[str]) -> list[object]:
    """Values, comments, and how many audits touched each: an audit more is a change made twice."""
    found = []
    for one in made:
        ticket = account.ask("GET", f"tickets/{one}.json")["ticket"]
        audits = account.ask("GET", f"tickets/{one}/audits.json")["audits"][1:]
        said = [
            (event["body"], event["public"])
            for audit in audits
            for event in audit["events"]
            if event["type"] == "Comment"
        ]
        found.append((ticket["priority"], ticket["tags"], said, len(audits)))
    return found


def wanted(made: list[str]) -> list[object]:
    return [
        (
            "high",
            ["vip"],
            [(f"About {one}", n % 2 == 0), *([(f"And {one} again", False)] if n % 6 == 0 else [])],
            2 if n % 6 == 0 else 1,
        )
        for n, one in enumerate(made)
    ]


def die_and_go_on(account, folder: Path, points: list[int]) -> None:
    made = account.make(TICKETS)
    state = folder / "state.sqlite"
    told = ""
    for point in points:
        killed = run(account.sandbox, state, point, made)
        assert killed.returncode in {-signal.SIGKILL, 0}, killed.stderr
        told += killed.stdout
    again = run(account.sandbox, state, 0, made)

    assert again.returncode == 0, again.stderr
    assert stands(account, made) == wanted(made)
    outcomes = [
        line.split()
        for line in (told + again.stdout).splitlines()
        if line[0] in "abc" and "calls" not in line
    ]
    assert {outcome for _, outcome in outcomes} <= {"done"}
    assert len(outcomes) == len(dict(outcomes)), "no change has two results"


@pytest.mark.parametrize("nth", range(IN_CI))
def test_killed_anywhere_it_ends_as_undisturbed(account, total, tmp_path, nth):
    point = random.Random(SEED + nth).randint(1, total)

    die_and_go_on(account, tmp_path, [point])


@pytest.mark.slow
@pytest.mark.parametrize("nth", range(IN_FULL))
def test_killed_anywhere_and_killed_again_while_going_on_it_ends_as_undisturbed(
    account, total, tmp_path, nth
):
    chance = random.Random(SEED * 7 + nth)
    points = [chance.randint(1, total) for _ in range(1 + nth % 3)]

    die_and_go_on(account, tmp_path, points)
