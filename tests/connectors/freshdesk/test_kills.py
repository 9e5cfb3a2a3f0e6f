"""Killed at every point of a run, and run again: the account ends as after an undisturbed run."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

EXCHANGES = 13  # of an undisturbed run: a test at each of them

CHILD = textwrap.dedent(
    """
    import os, sys
    from pathlib import Path
    from clocks import JumpingClock
    from cstoolkit.connectors.base import TicketChange
    from cstoolkit.connectors.credentials import find_credential
    from cstoolkit.connectors.freshdesk.connector import FreshdeskHelpdesk
    from cstoolkit.model.actions import Say
    from cstoolkit.store.journal import RunJournal
    from cstoolkit.store.processes import Process
    from cstoolkit.store.state import StateFile

    state, die_at, when, *tickets = sys.argv[1:]
    clock = JumpingClock()  # two months off the vendor's clock: nothing may rest on ours
    exchanges = 0

    def hook(exchange):
        global exchanges
        exchanges += 1
        if exchanges == int(die_at):
            os.kill(os.getpid(), 9)

    class Journal:
        def __init__(self, inner): self.inner = inner
        def planned(self, change): return self.inner.planned(change)
        def settled(self, result):
            if when == "before settling" and int(die_at) == 0: os.kill(os.getpid(), 9)
            self.inner.settled(result)
            if when == "after settling" and int(die_at) == 0: os.kill(os.getpid(), 9)

    file = StateFile.open(Path(state))
    process = Process(os.getpid(), "host", None)
    known = file.query("SELECT id FROM runs")
    if known:
        journal = RunJournal.resume(file, "r1", process=process, clock=clock)
    else:
        journal = RunJournal.start(file, "r1", connection="acme", process=process, clock=clock)
    changes = [
        TicketChange(f"k{one}", one, {"priority": "high"}, frozenset({"vip"}), say=Say(f"About {one}", public=True))
        for one in tickets
    ]
    credential = find_credential("freshdesk", "acme", environ=os.environ)
    with FreshdeskHelpdesk.open("acme", credential, clock=clock, state=Path(state), writable=True, hook=hook) as desk:
        for result in desk.update(changes, journal=Journal(journal)):
            print(result.key, result.outcome)
    print("end", exchanges)
    """
)


def run(sandbox, state: Path, die_at: int, tickets: list[str], when: str = "") -> subprocess.CompletedProcess:
    root = Path(__file__).resolve().parents[3]
    environ = os.environ | sandbox.environment("acme")
    environ["PYTHONPATH"] = os.pathsep.join([str(root / "src"), str(root / "tests")])
    return subprocess.run(
        [sys.executable, "-c", CHILD, str(state), str(die_at), when, *tickets],
        env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip


def stands(account, made: list[str]) -> list[object]:
    found = []
    for one in made:
        ticket = account.ticket(one)
        found.append((ticket["priority"], ticket["tags"], account.comments(one)))
    return found


def wanted(made: list[str]) -> list[object]:
    return [(3, ["vip"], [(f"About {one}", True)]) for one in made]


def test_undisturbed_it_does_everything_in_a_known_number_of_exchanges(sandbox, account, tmp_path):
    made = account.make(3)
    sandbox.clock.sleep(60)

    done = run(sandbox, tmp_path / "state.sqlite", -1, made)

    assert done.returncode == 0, done.stderr
    assert stands(account, made) == wanted(made)
    assert int(done.stdout.split()[-1]) == EXCHANGES


@pytest.mark.parametrize("die_at", range(1, EXCHANGES + 1))
def test_killed_after_any_exchange_it_goes_on_without_repeating(sandbox, account, tmp_path, die_at):
    made = account.make(3)
    sandbox.clock.sleep(60)

    killed = run(sandbox, tmp_path / "state.sqlite", die_at, made)
    again = run(sandbox, tmp_path / "state.sqlite", -1, made)

    assert killed.returncode in {-signal.SIGKILL, 0}
    assert again.returncode == 0, again.stderr
    assert stands(account, made) == wanted(made)


@pytest.mark.parametrize("when", ["before settling", "after settling"])
def test_killed_while_results_are_noted_it_goes_on_without_repeating(sandbox, account, tmp_path, when):
    made = account.make(3)
    sandbox.clock.sleep(60)

    killed = run(sandbox, tmp_path / "state.sqlite", 0, made, when)
    again = run(sandbox, tmp_path / "state.sqlite", -1, made)

    assert killed.returncode == -signal.SIGKILL
    assert again.returncode == 0, again.stderr
    assert stands(account, made) == wanted(made)
    known = sorted([*killed.stdout.split()[::2], *again.stdout.split()[::2]])
    assert [one for one in known if one.startswith("k")] in (
        [f"k{one}" for one in made],
        [f"k{one}" for one in made[1:]],
    )
