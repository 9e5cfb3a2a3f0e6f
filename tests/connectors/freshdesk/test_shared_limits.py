"""Processes on one account, on the sandbox's clock: no call is refused for its number, credits of includes counted."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from cstoolkit.connectors.credentials import Credential
from cstoolkit.connectors.freshdesk.connector import FreshdeskHelpdesk
from cstoolkit.sandbox import Sandbox

CHILD = textwrap.dedent(
    """
    import json, os, sys, time, urllib.request
    from datetime import datetime, timedelta
    from pathlib import Path
    from cstoolkit.connectors.credentials import Credential
    from cstoolkit.connectors.freshdesk.connector import FreshdeskHelpdesk

    class SharedClock:
        \"\"\"The sandbox's clock over HTTP. Whoever waits sets it ahead, but never past what he waits for.\"\"\"

        def __init__(self, base):
            self.address = base + "/_sandbox/clock"

        def now(self):
            with urllib.request.urlopen(self.address) as answer:
                return datetime.fromisoformat(json.load(answer)["now"])

        def sleep(self, seconds):
            until = self.now() + timedelta(seconds=seconds)
            time.sleep(0.05)  # let the others send what they may
            ahead = (until - self.now()).total_seconds()
            if ahead > 0:
                body = json.dumps({"advance": ahead}).encode()
                request = urllib.request.Request(self.address, body, method="PUT")
                urllib.request.urlopen(request).close()

    state, calls, includes, base = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3].split(","), sys.argv[4]
    credential = Credential(api_key="sandbox-api-key", url=base)
    clock = SharedClock(base)
    with FreshdeskHelpdesk.open("acme", credential, clock=clock, state=state, share=1.0, reserve=0.0) as desk:
        for _ in range(calls):
            if includes == [""]:
                desk.client.get("agents/me")
            else:
                desk.client.tickets({}, includes=includes)
    """
)


@pytest.fixture
def sandbox():
    """Fifty calls a minute, so that a few minutes show what a plan with 700 shows in hours."""
    with Sandbox({"acme": "freshdesk"}, switches={"acme": {"plan": "trial"}}) as running:
        yield running


@pytest.mark.parametrize(
    ("processes", "calls", "includes"),
    [(1, 160, ""), (4, 40, ""), (1, 40, "stats"), (2, 15, "stats,requester,description")],
)
def test_no_call_is_refused_for_its_number_and_the_pace_is_the_vendors(
    account, tmp_path, processes, calls, includes
):
    root = Path(__file__).resolve().parents[3]
    environ = os.environ | {"PYTHONPATH": str(root / "src")}
    state = str(tmp_path / "state.sqlite")
    started = account.sandbox.clock.now()

    running = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, state, str(calls), includes, account.base], env=environ
        )
        for _ in range(processes)
    ]
    codes = [one.wait(200) for one in running]

    minutes = (account.sandbox.clock.now() - started).total_seconds() / 60
    assert codes == [0] * processes
    assert account.calls(status=429) == []
    assert len(account.calls("GET *", status=200)) == processes * calls
    cost = 1 + 2 * len(includes.split(",")) if includes else 1
    # A minute holds as many calls as fit whole into fifty credits. Several that wait push the one clock together.
    floor = (processes * calls - 1) // (50 // cost)
    assert floor <= minutes < (floor + 1.5 if processes == 1 else 3 * floor + 3)


@pytest.mark.parametrize(("plan", "size", "calls"), [("growth", 200, 45), ("pro", 400, 210)])
def test_the_caps_of_a_plan_hold_for_lists(tmp_path, plan, size, calls):
    with Sandbox({"acme": "freshdesk"}, switches={"acme": {"plan": plan}}) as running:
        credential = Credential(api_key="sandbox-api-key", url=running.address("acme"))
        with FreshdeskHelpdesk.open(
            "acme", credential, clock=running.clock, state=tmp_path / "s.sqlite", share=1.0, reserve=0.0
        ) as desk:
            for _ in range(calls):
                desk.client.tickets({})
            assert desk.budget.per_minute == size
        assert list(running.account("acme").log.find("*", status=429)) == []


@pytest.mark.slow
def test_an_hourly_account_has_hourly_limits(tmp_path):
    with Sandbox({"acme": "freshdesk"}, switches={"acme": {"plan": "hourly_3000"}}) as running:
        credential = Credential(api_key="sandbox-api-key", url=running.address("acme"))
        with FreshdeskHelpdesk.open(
            "acme", credential, clock=running.clock, state=tmp_path / "s.sqlite", share=1.0, reserve=0.0
        ) as desk:
            started = running.clock.now()
            for _ in range(3100):
                desk.client.get("agents/me")
            assert (running.clock.now() - started).total_seconds() >= 3600
        assert list(running.account("acme").log.find("*", status=429)) == []
