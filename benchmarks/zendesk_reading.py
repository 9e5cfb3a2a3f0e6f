"""Typed tickets out of a Zendesk account: our iteration beside zenpy's (cache off, its best), in fresh processes.

    python benchmarks/zendesk_reading.py [--quick]

Both read everything through the cursor export and say what they saw; that is compared first. The account is another
process, so the CPU seconds are the reader's own; importing is not in them. Our clock jumps over the waits for the
vendor's limit, which zenpy does not keep. Goal: typed iteration >= 5x zenpy. Needs the extra `clients`.
"""

import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

GOAL = 5.0


class HurriedClock:
    """The system's, and ahead of it by what it was asked to wait."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def sleep(self, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)


Rows = list[tuple[str, str, str, list[str]]]


def zenpy_reader() -> Callable[[], Rows]:
    from zenpy import Zenpy

    def read() -> Rows:
        client = Zenpy(subdomain="acme", email="admin@example.com", token="sandbox-token", disable_cache=True)
        found = client.tickets.incremental(start_time=1, paginate_by_time=False)
        return [(str(one.id), one.subject, one.status, sorted(one.tags)) for one in found]

    return read


def cstoolkit_reader() -> Callable[[], Rows]:
    from cstoolkit.connectors.credentials import find_credential
    from cstoolkit.connectors.zendesk.connector import ZendeskHelpdesk

    def read() -> Rows:
        credential = find_credential("zendesk", "acme", environ=os.environ)
        with tempfile.TemporaryDirectory() as folder:
            how = {"clock": HurriedClock(), "state": Path(folder, "s.sqlite")}
            with ZendeskHelpdesk.open("acme", credential, **how) as desk:
                return [(one.id, one.subject, one.raw["status"], sorted(one.tags)) for one in desk.tickets()]

    return read


def digest(rows: Rows) -> str:
    return hashlib.sha256(json.dumps(sorted(rows)).encode()).hexdigest()[:16]


READERS = {"zenpy": zenpy_reader, "cstoolkit": cstoolkit_reader}


def serve(tickets: int) -> None:
    from cstoolkit.sandbox import Sandbox
    from cstoolkit.sandbox.clock import SandboxClock

    clock = SandboxClock(lambda: datetime.now(UTC))
    with Sandbox({"acme": "zendesk"}, clock=clock, switches={"acme": {"rate_limits": "off"}}) as sandbox:
        sandbox.seed_demo(tickets=tickets, seed=2)
        print(json.dumps(dict(sandbox.environment("acme"))), flush=True)
        sys.stdin.read()


def child(name: str) -> None:
    read = READERS[name]()
    wall, cpu = time.perf_counter(), time.process_time()
    rows = read()
    print(json.dumps([len(rows), digest(rows), time.perf_counter() - wall, time.process_time() - cpu]))


def measure(name: str, environ: dict[str, str]) -> tuple[int, str, float, float]:
    done = subprocess.run(
        [sys.executable, __file__, "--read", name],
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr)
    return tuple(json.loads(done.stdout))


def main(tickets: int, rounds: int) -> int:
    server = subprocess.Popen(
        [sys.executable, __file__, "--serve", str(tickets)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    environ = json.loads(server.stdout.readline())
    found = {name: [measure(name, environ) for _ in range(rounds)] for name in READERS}
    server.communicate()
    seen = {(one[0], one[1]) for runs in found.values() for one in runs}
    assert len(seen) == 1, f"they did not see the same: {seen}"
    print(f"{tickets} tickets, the same in both ({seen.pop()[1]})")
    print(f"{'reader':<14}{'wall s':>10}{'CPU s':>10}{'tickets / CPU s':>18}")
    cpu = {}
    for name, runs in found.items():
        wall, cpu[name] = (statistics.median(one[place] for one in runs) for place in (2, 3))
        print(f"{name:<14}{wall:>10.2f}{cpu[name]:>10.2f}{tickets / cpu[name]:>18,.0f}")
    ratio = cpu["zenpy"] / cpu["cstoolkit"]
    print(f"{ratio:.1f}x (goal {GOAL}x): {'goal met' if ratio >= GOAL else 'goal missed'}")
    return 0


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--serve", tickets]:
            serve(int(tickets))
        case ["--read", name]:
            child(name)
        case ["--quick"]:
            sys.exit(main(3_000, 1))
        case _:
            sys.exit(main(20_000, 3))
