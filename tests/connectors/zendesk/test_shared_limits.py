"""Four processes on one account, on the sandbox's clock: no call is refused for its number."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from cstoolkit.sandbox import Sandbox

CHILD = textwrap.dedent(
    """
    import json, os, sys, time, urllib.request
    from datetime import datetime, timedelta
    from pathlib import Path
    from cstoolkit.connectors.credentials import find_credential
    from cstoolkit.connectors.zendesk.connector import ZendeskHelpdesk

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

    state, calls = Path(sys.argv[1]), int(sys.argv[2])
    credential = find_credential("zendesk", "acme", environ=os.environ)
    clock = SharedClock(credential.url)
    with ZendeskHelpdesk.open("acme", credential, clock=clock, state=state, share=1.0, reserve=0.0) as desk:
        for _ in range(calls):
            desk.client.get("api/v2/users/me")
    """
)


@pytest.fixture
def sandbox():
    """Ten calls a minute, so that a few minutes show what a plan with 700 shows in hours."""
    with Sandbox({"acme": "zendesk"}, switches={"acme": {"plan": "essential"}}) as running:
        yield running


@pytest.mark.parametrize(("processes", "calls"), [(1, 120), (4, 30)])
def test_no_call_is_refused_for_its_number_and_the_pace_is_the_vendors(account, tmp_path, processes, calls):
    root = Path(__file__).resolve().parents[3]
    environ = os.environ | account.sandbox.environment("acme") | {"PYTHONPATH": str(root / "src")}
    started = account.sandbox.clock.now()

    running = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, str(tmp_path / "state.sqlite"), str(calls)], env=environ
        )
        for _ in range(processes)
    ]
    codes = [one.wait(120) for one in running]

    minutes = (account.sandbox.clock.now() - started).total_seconds() / 60
    assert codes == [0] * processes
    assert account.calls(status=429) == []
    assert len(account.calls("GET /api/v2/users/me*", status=200)) == 120
    # 120 calls at 10 a minute take 11 minutes and some seconds in which the process starts. Several that wait all
    # push the one clock, and how far ahead of the others depends on the machine, so there it is only bounded.
    assert 11 <= minutes < (12 if processes == 1 else 33)
