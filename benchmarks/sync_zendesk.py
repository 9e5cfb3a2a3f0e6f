"""A Zendesk account through its API: into our store, as typed tickets, and as zenpy reads it (cache off).

Each contender is a fresh process against one sandbox server; the waits that limits ask for cost nothing, because
its clock jumps. What they read is compared before any time is shown. zenpy needs the extra `zenpy`.
"""

import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

TICKETS = int(os.environ.get("TICKETS", "20000"))
FIELDS = ("id", "subject", "status", "priority", "requester_id", "assignee_id", "group_id", "tags")


class JumpingClock:
    """The present, plus what was slept."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def sleep(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


def digest(rows: Iterable[tuple]) -> str:
    found = sorted((*map(str, row[:-1]), *sorted(row[-1])) for row in rows)
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()[:16]


def open_desk(folder: Path, clock: JumpingClock):
    from cstoolkit.connectors.credentials import find_credential
    from cstoolkit.connectors.zendesk.connector import ZendeskHelpdesk

    credential = find_credential("zendesk", "acme-zendesk", environ=os.environ)
    return ZendeskHelpdesk.open("acme-zendesk", credential, clock=clock, state=folder / "state.sqlite")


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def into_store(folder: Path) -> tuple[float, list[tuple]]:
    from cstoolkit.store.database import Store
    from cstoolkit.store.processes import Process
    from cstoolkit.store.state import StateFile
    from cstoolkit.store.sync import Account, Wish, sync

    clock = JumpingClock()
    began = time.perf_counter()
    with open_desk(folder, clock) as desk, StateFile.open(folder / "state.sqlite") as state:
        sync(
            folder / "acme.duckdb", Account("acme", "zendesk", "zendesk:acme"), desk, state=state,
            process=Process.current(), clock=clock, wish=Wish(streams=frozenset({"tickets"})),
        )  # fmt: skip
    took = time.perf_counter() - began
    MEASURED.update(mb=peak_mb(), cpu=cpu_s())  # before the rows are read to be compared
    with Store.open(folder / "acme.duckdb") as store:
        columns = (
            "ticket_id, subject, status_native, priority_native, requester_id, assignee_id, group_id, tags"
        )
        return took, store.query(f"SELECT {columns} FROM tickets WHERE gone IS DISTINCT FROM 'deleted'")


def typed(folder: Path) -> tuple[float, list[tuple]]:
    began = time.perf_counter()
    with open_desk(folder, JumpingClock()) as desk:
        rows = [
            (
                one.id, one.subject, one.status.native, one.priority and one.priority.native,
                one.requester and one.requester.id, one.assignee and one.assignee.id, one.group and one.group.id,
                one.tags,
            )
            for one in desk.tickets()
            if one.gone != "deleted"
        ]  # fmt: skip
    return time.perf_counter() - began, rows


def zenpy(_: Path) -> tuple[float, list[tuple]]:
    from zenpy import Zenpy

    client = Zenpy(
        email=os.environ["ZENDESK_EMAIL"], token=os.environ["ZENDESK_TOKEN"], subdomain="acme-zendesk"
    )
    client.disable_caching()
    began = time.perf_counter()
    found = client.tickets.incremental(start_time=datetime(2001, 1, 1, tzinfo=UTC), paginate_by_time=False)
    rows = [tuple(getattr(one, name) for name in FIELDS) for one in found if one.status != "deleted"]
    return time.perf_counter() - began, rows


MEASURED: dict[str, float] = {}
CONTENDERS = {"into our store": into_store, "typed tickets": typed, "zenpy": zenpy}


def contend(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        took, rows = CONTENDERS[name](Path(folder))
    told = {"mb": peak_mb(), "cpu": cpu_s()} | MEASURED
    print(json.dumps({**told, "s": took, "rows": len(rows), "digest": digest(rows)}))


def served(folder: str) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "cstoolkit", "sandbox", "up", "--seed", str(TICKETS), "--state", folder]
    server = subprocess.Popen(
        [*command, "--port", "0", "--json", "--quiet", "--switch", "rate_limits=off"],
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = []
    for line in server.stdout or ():
        lines.append(line)
        if line == "}\n":
            break
    return server, next(iter(json.loads("".join(lines))["accounts"].values()))["address"]


def main() -> int:
    names = list(CONTENDERS)
    with tempfile.TemporaryDirectory() as folder:
        server, address = served(folder)
        environ = os.environ | {
            "ZENDESK_URL": address, "ZENDESK_EMAIL": "admin@example.com", "ZENDESK_TOKEN": "sandbox-token",
            "ZENPY_FORCE_SCHEME": "http", "ZENPY_FORCE_NETLOC": address.partition("://")[2],
        }  # fmt: skip
        try:
            told = {}
            for name in names:
                done = subprocess.run(
                    [sys.executable, __file__, name], env=environ, capture_output=True, text=True, check=False
                )
                if done.returncode:
                    print(f"{name}: {done.stderr.strip().splitlines()[-1]}")
                    continue
                told[name] = json.loads(done.stdout)
        finally:
            server.terminate()
            server.wait()
    if len({one["digest"] for one in told.values()}) != 1:
        print(f"the answers differ, so times mean nothing: {told}")
        return 1
    for name, one in told.items():
        ratio = f", {told['zenpy']['s'] / one['s']:.1f}x zenpy" if "zenpy" in told and name != "zenpy" else ""
        print(
            f"{name}: {one['rows']:,} tickets in {one['s']:.2f} s (cpu {one['cpu']:.2f} s), {one['mb']:.0f} MB{ratio}"
        )
    return 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        contend(sys.argv[1])
    else:
        sys.exit(main())
