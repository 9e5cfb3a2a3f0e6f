"""A Freshdesk account through its API: as typed tickets, into our store, and as python-freshdesk reads it.

Each contender is a fresh process against one small server that has its answers ready, so that its own work hardly
counts. What they read is compared before any time is shown. python-freshdesk lists tickets bare; ours come with
requester, stats and description, as a store needs them, so their pages are larger. It needs `python-freshdesk`.
"""

import bisect
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

TICKETS = int(
    os.environ.get("TICKETS", "50000")
)  # our server has no page 300, where python-freshdesk would end
SAMPLES = 200
BEGAN = datetime(2025, 6, 1, tzinfo=UTC)
EMPTY = {"products", "groups", "agents", "companies", "business_hours", "surveys/satisfaction_ratings"}


class JumpingClock:
    """The present, plus what was slept."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def sleep(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


def samples() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Tickets of a sandbox account with all includes, and its ticket fields."""
    from cstoolkit.sandbox import Sandbox

    with Sandbox({"acme": "freshdesk"}) as sandbox:
        sandbox.seed_demo(tickets=SAMPLES)

        def ask(path: str) -> Any:
            request = urllib.request.Request(f"{sandbox.address('acme')}/api/v2/{path}")
            request.add_header("Authorization", "Basic c2FuZGJveC1hcGkta2V5Olg=")
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)

        found = ask(
            "tickets?updated_since=2000-01-01T00:00:00Z&per_page=100&include=stats,requester,description"
        )
        return found, ask("ticket_fields")


class Account:
    """Tickets ready to be sent, by their last change."""

    def __init__(self, count: int) -> None:
        found, self.fields = samples()
        self.instants, self.bare, self.full = [], [], []
        for number in range(1, count + 1):
            raw = found[number % len(found)]
            at = (BEGAN + timedelta(seconds=40 * number)).strftime("%Y-%m-%dT%H:%M:%SZ")
            raw = {**raw, "id": number, "subject": f"{raw['subject']} {number}", "updated_at": at}
            bare = {key: value for key, value in raw.items() if key not in LONG}
            self.instants.append(at)
            self.full.append(json.dumps(raw, separators=(",", ":")).encode())
            self.bare.append(json.dumps(bare, separators=(",", ":")).encode())

    def answer(self, path: str, query: dict[str, list[str]]) -> bytes:
        if path in EMPTY or "filter" in query:
            return b"[]"
        if path == "tickets":
            first = bisect.bisect_left(self.instants, query.get("updated_since", [""])[0])
            size = int(query.get("per_page", ["30"])[0])
            first += size * (int(query.get("page", ["1"])[0]) - 1)
            chosen = self.full if "include" in query else self.bare
            return b"[" + b",".join(chosen[first : first + size]) + b"]"
        others = {
            "agents/me": {"id": 1, "ticket_scope": 1},
            "search/tickets": {"total": len(self.bare), "results": []},
            "ticket_fields": self.fields,
        }
        return json.dumps(others[path]).encode()


LONG = {"description", "description_text", "stats", "requester"}


def served(account: Account) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = account.answer(parts.path.removeprefix("/api/v2/"), parse_qs(parts.query))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-RateLimit-Total", "100000000")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    Handler.wbufsize = -1
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@dataclass
class Answer:
    """What was read, folded as it comes: nobody has to hold it. A row that comes twice counts once."""

    rows: int = 0
    digest: int = 0
    last: set[str] = field(default_factory=set)

    def add(self, page: Iterable[tuple[Any, ...]]) -> None:
        told = {json.dumps([*map(str, row[:-1]), *sorted(row[-1])]) for row in page}
        for one in told - self.last:
            self.digest ^= int.from_bytes(hashlib.blake2b(one.encode(), digest_size=8).digest())
        self.rows += len(told - self.last)
        self.last = told


def open_desk(folder: Path, address: str):
    from cstoolkit.connectors.credentials import Credential
    from cstoolkit.connectors.freshdesk.connector import FreshdeskHelpdesk

    credential = Credential(api_key="key", url=address)
    return FreshdeskHelpdesk.open(
        "acme", credential, clock=JumpingClock(), state=folder / "state.sqlite", archive=False
    )


def typed(folder: Path, address: str) -> Answer:
    answer = Answer()
    with open_desk(folder, address) as desk:
        for one in desk.tickets():
            row = (
                one.id, one.subject, one.raw["status"], one.raw["priority"],
                one.requester and one.requester.id, one.assignee and one.assignee.id, one.group and one.group.id,
                one.tags,
            )  # fmt: skip
            answer.add([row])
    return answer


def columns(folder: Path, address: str) -> Answer:
    answer = Answer()
    levels = {"low": 1, "normal": 2, "high": 3, "urgent": 4}
    with open_desk(folder, address) as desk:
        statuses = {name: int(desk.directory().find("status", name)) for name in STATUSES}
        for batch in desk.export("tickets", checkpoint=None):
            answer.add(
                (one["ticket_id"], one["subject"], statuses[one["status_native"]], levels[one["priority"]],
                 one["requester_id"], one["assignee_id"], one["group_id"], one["tags"])
                for one in batch.rows
            )  # fmt: skip
    return answer


def python_freshdesk(_: Path, address: str) -> Answer:
    from freshdesk.v2.api import API

    answer = Answer()
    client = API("acme.freshdesk.com", "key")
    client._api_prefix = f"{address}/api/v2/"  # noqa: SLF001 - it writes https:// itself
    plain = ("id", "subject", "_status", "_priority", "requester_id", "responder_id", "group_id", "tags")
    for one in client.tickets.list_tickets(filter_name=None, updated_since="2000-01-01T00:00:00Z"):
        answer.add([tuple(getattr(one, name) for name in plain)])
    return answer


STATUSES = ("Open", "Pending", "Resolved", "Closed", "Waiting on Customer", "Waiting on Third Party")
CONTENDERS = {"typed tickets": typed, "columns": columns, "python-freshdesk": python_freshdesk}


def peak_mb() -> float:
    """Not `ru_maxrss`, which begins with what the parent held when it forked."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def contend(name: str, address: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        answer = CONTENDERS[name](Path(folder), address)
        took = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "s": took,
        "cpu": used.ru_utime + used.ru_stime,
        "mb": peak_mb(),
        "rows": answer.rows,
        "digest": answer.digest,
    }
    print(json.dumps(told))


def main() -> int:
    server = served(Account(TICKETS))
    address = f"http://127.0.0.1:{server.server_address[1]}"
    told = {}
    for name in CONTENDERS:
        done = subprocess.run(
            [sys.executable, __file__, name, address], capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(f"{name}: {done.stderr.strip().splitlines()[-1]}")
            continue
        told[name] = json.loads(done.stdout)
    server.shutdown()
    if len({one["digest"] for one in told.values()}) != 1:
        print(f"the answers differ, so times mean nothing: {told}")
        return 1
    peer = told.get("python-freshdesk")
    for name, one in told.items():
        ratio = ""
        if peer and one is not peer:
            ratio = (
                f", {peer['s'] / one['s']:.1f}x python-freshdesk, {peer['mb'] / one['mb']:.1f}x less memory"
            )
        print(
            f"{name}: {one['rows']:,} in {one['s']:.2f} s (cpu {one['cpu']:.2f} s), {one['mb']:.0f} MB{ratio}"
        )
    return 0


if __name__ == "__main__":
    if len(sys.argv) > 2:
        contend(sys.argv[1], sys.argv[2])
    else:
        sys.exit(main())
