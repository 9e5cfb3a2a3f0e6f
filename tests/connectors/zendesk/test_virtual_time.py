"""How long waiting takes, on a clock that only waiting moves: the vendor's own bound, and nothing on top."""

import math
import os
import subprocess
import sys
import textwrap
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cstoolkit.connectors.base import TicketChange
from cstoolkit.connectors.bulk_journal import MemoryJournal
from cstoolkit.sandbox import Sandbox
from cstoolkit.sandbox.clock import SandboxClock
from meeting_clock import MeetingClock, served

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
EXPORTS = 10  # a minute
TICKETS, PAGE = 3_000, 100
ALL_OF_IT = {"share": 1.0, "reserve": 0.0}

READER = textwrap.dedent(
    """
    import os, sys
    from pathlib import Path
    from cstoolkit.connectors.credentials import find_credential
    from cstoolkit.connectors.zendesk.connector import ZendeskHelpdesk
    from meeting_clock import reached

    clock = reached(("127.0.0.1", int(sys.argv[2])))
    credential = find_credential("zendesk", "acme", environ=os.environ)
    how = {"clock": clock, "state": Path(sys.argv[1]), "share": 1.0, "reserve": 0.0}
    with ZendeskHelpdesk.open("acme", credential, **how) as desk:
        found = {ticket.id for ticket in desk.tickets()}
    clock.leave()
    print(len(found))
    """
)


def bound(calls: int, per_minute: int) -> float:
    """Seconds until the last of so many calls may be sent, if nothing else took time."""
    return (math.ceil(calls / per_minute) - 1) * 60.0


@pytest.fixture
def make_sandbox():
    opened = []

    def make(clock, **switches):
        sandbox = Sandbox(
            {"acme": "zendesk"}, clock=clock, engines={"zendesk": None}, switches={"acme": switches}
        )
        opened.append(sandbox.__enter__())
        return opened[-1]

    yield make
    for sandbox in opened:
        sandbox.__exit__(None, None, None)


def exports(account) -> int:
    return len(account.calls("GET /api/v2/incremental/*"))


@pytest.fixture
def standing() -> SandboxClock:
    """Stands still but for sleeping."""
    return SandboxClock(lambda: START)


def test_reading_takes_the_vendors_own_time_and_no_call_too_many(
    make_sandbox, make_account, open_desk_on, standing
):
    sandbox = make_sandbox(standing, export_page=str(PAGE))
    account = make_account(sandbox)
    sandbox.seed_demo(tickets=TICKETS, seed=2)
    sandbox.clock.sleep(3600)
    started = sandbox.clock.now()

    with open_desk_on(sandbox, **ALL_OF_IT) as desk:
        assert len(list(desk.tickets())) == TICKETS

    seconds = (sandbox.clock.now() - started).total_seconds()
    pages = math.ceil(TICKETS / PAGE)
    assert account.calls(status=429) == []
    assert exports(account) <= 1.02 * pages + 1  # one more may tell that there is no more
    assert seconds <= 1.02 * bound(exports(account), EXPORTS)
    # Beside the pages each table of the account is read once, and each proof of completeness made once.
    others = Counter(
        call.path.partition("?")[0] for call in account.calls() if "incremental" not in call.route
    )
    assert set(others.values()) == {1}
    assert not any("users" in path or "organizations" in path for path in others)


@pytest.mark.parametrize("processes", [4])
def test_several_processes_share_the_limit_and_together_take_the_vendors_own_time(
    make_sandbox, make_account, tmp_path, processes
):
    meeting = MeetingClock(processes)
    sandbox = make_sandbox(SandboxClock(meeting.now), export_page=str(PAGE))
    account = make_account(sandbox)
    sandbox.seed_demo(tickets=1_000, seed=2)
    root = Path(__file__).resolve().parents[3]
    environ = os.environ | sandbox.environment("acme")
    environ["PYTHONPATH"] = os.pathsep.join([str(root / "src"), str(root / "tests")])
    started = meeting.now()

    with served(meeting) as (_, port):
        command = [sys.executable, "-c", READER, str(tmp_path / "state.sqlite"), str(port)]
        running = [
            subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)
            for _ in range(processes)
        ]
        told = [one.communicate(timeout=300)[0].strip() for one in running]

    seconds = (meeting.now() - started).total_seconds()
    assert told == ["1000"] * processes
    assert account.calls(status=429) == []
    assert seconds <= 1.02 * bound(exports(account), EXPORTS)


def test_changes_take_two_calls_a_hundred_and_a_look_now_and_then(
    make_sandbox, make_account, open_desk_on, standing
):
    sandbox = make_sandbox(standing)
    account = make_account(sandbox)
    made = account.make(650)
    before = len(account.calls())

    with open_desk_on(sandbox, **ALL_OF_IT) as desk:
        changes = [TicketChange(f"k{one}", one, add_tags=frozenset({"swept"})) for one in made]
        results = list(desk.update(changes, journal=MemoryJournal()))

    jobs = account.calls("PUT /api/v2/tickets/update_many*")
    looks = account.calls("GET /api/v2/job_statuses*")
    reads = account.calls("GET /api/v2/tickets/show_many*")
    assert account.calls(status=429) == []
    assert {one.outcome for one in results} == {"done"}
    assert len(results) == 650
    assert len(reads) == 7
    assert len(jobs) == 7
    assert len(looks) <= 8
    assert len(account.calls()) - before <= len(reads) + len(jobs) + len(looks) + 12
