"""How close we come to a Zendesk account's own limits: calls and minutes against their bounds, and 429s.

    python benchmarks/zendesk_limits.py [--quick]

On a clock that only waiting moves, so the figures are the same on every machine. Goals: no 429; reading <= 1.02x
the time and the calls that the limits allow; changes <= 1.1x. Answers are compared first.
"""

import base64
import json
import math
import os
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))


from cstoolkit.connectors.base import TicketChange
from cstoolkit.connectors.bulk_journal import MemoryJournal
from cstoolkit.connectors.credentials import find_credential
from cstoolkit.connectors.zendesk.connector import ZendeskHelpdesk
from cstoolkit.sandbox import Sandbox
from cstoolkit.sandbox.clock import SandboxClock
from meeting_clock import MeetingClock

EXPORTS, CALLS, JOBS = 10, 700, 30  # a minute, a minute, at once: plan "enterprise"
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


@contextmanager
def an_account(clock: SandboxClock, tickets: int) -> Iterator[Sandbox]:
    with Sandbox({"acme": "zendesk"}, clock=clock, engines={"zendesk": None}) as sandbox:
        sandbox.seed_demo(tickets=tickets, seed=2)
        yield sandbox


def desk_on(sandbox: Sandbox, folder: Path, clock: object) -> ZendeskHelpdesk:
    credential = find_credential("zendesk", "acme", environ=os.environ | sandbox.environment("acme"))
    return ZendeskHelpdesk.open(
        "acme", credential, clock=clock, state=folder / "state.sqlite", writable=True, share=1.0, reserve=0.0
    )


def calls(sandbox: Sandbox, pattern: str = "*", **how: int) -> int:
    return len(list(sandbox.account("acme").log.find(pattern, **how)))


def row(what: str, unit: str, found: float, bound: float, goal: float) -> bool:
    met = found <= bound * goal + 1e-9
    ratio = found / bound if bound else 1.0
    print(
        f"{what:<34}{unit:<8}{found:>10.1f}{bound:>10.1f}{ratio:>8.3f}{goal:>7.2f}  {'' if met else 'MISSED'}"
    )
    return met


def reading(tickets: int, readers: int) -> bool:
    """Each reader reads everything; they share one account, one budget, one clock."""
    meeting = MeetingClock(readers)
    with tempfile.TemporaryDirectory() as name, an_account(SandboxClock(meeting.now), tickets) as sandbox:
        found: list[int] = []

        def read() -> None:
            with desk_on(sandbox, Path(name), meeting) as desk:
                found.append(len({ticket.id for ticket in desk.tickets()}))
            meeting.leave()

        run_all([read] * readers)
        assert found == [tickets] * readers, found
        pages = calls(sandbox, "GET /api/v2/incremental/*")
        seconds = (meeting.now() - START).total_seconds()
        title = f"reading {tickets}, {readers} at once"
        least = readers * math.ceil(tickets / 1000)
        met = [
            row(title, "429", calls(sandbox, status=429), 0, 1),
            row(title, "pages", pages, least, 1.02),
            row(title, "seconds", seconds, 60.0 * (math.ceil(least / EXPORTS) - 1), 1.02),
        ]
        print(
            f"{'':<34}calls   {calls(sandbox):>10} ({calls(sandbox) - pages} for names, counts and the newest)"
        )
    return all(met)


def changing(tickets: int) -> bool:
    clock = SandboxClock(lambda: START)
    with tempfile.TemporaryDirectory() as name, an_account(clock, 10) as sandbox:
        made = [one for start in range(0, tickets, 100) for one in create(sandbox, min(100, tickets - start))]
        clock.sleep(120)
        before, started = calls(sandbox), clock.now()
        with desk_on(sandbox, Path(name), clock) as desk:
            changes = (TicketChange(f"k{one}", one, add_tags=frozenset({"swept"})) for one in made)
            outcomes = [one.outcome for one in desk.update(changes, journal=MemoryJournal())]
        assert outcomes == ["done"] * tickets
        seconds, needed = (clock.now() - started).total_seconds(), 2 * math.ceil(tickets / 100)
        title = f"changing {tickets}"
        sent = calls(sandbox, "PUT /api/v2/tickets/update_many*")
        met = [
            row(title, "429", calls(sandbox, status=429), 0, 1),
            row(title, "jobs", sent, needed / 2, 1.02),
            row(title, "calls", calls(sandbox) - before, needed, 1.1),
            row(title, "seconds", seconds, 60.0 * needed / CALLS, 1.1),
        ]
    return all(met)


def create(sandbox: Sandbox, count: int) -> list[str]:
    """Tickets by somebody else's hand, in one job."""
    body = {"tickets": [{"subject": f"T{n}", "comment": {"body": "x"}} for n in range(count)]}
    job = ask(sandbox, "POST", "tickets/create_many.json", body)["job_status"]
    while job["status"] != "completed":
        sandbox.clock.sleep(5)
        job = ask(sandbox, "GET", f"job_statuses/{job['id']}.json", None)["job_status"]
    return [str(one["id"]) for one in job["results"]]


def ask(sandbox: Sandbox, method: str, path: str, body: object) -> dict:
    request = urllib.request.Request(f"{sandbox.address('acme')}/api/v2/{path}", method=method)
    user = base64.b64encode(b"admin@example.com/token:sandbox-token").decode()
    request.add_header("Authorization", f"Basic {user}")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, json.dumps(body).encode() if body else None) as answer:
        return json.load(answer)


def run_all(work: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=one) for one in work]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def main(*, quick: bool) -> int:
    print(f"{'what':<34}{'unit':<8}{'found':>10}{'bound':>10}{'ratio':>8}{'goal':>7}")
    tickets = 12_000 if quick else 100_000
    met = [reading(tickets, 1), reading(tickets, 4), changing(3_000 if quick else 100_000)]
    print("goals met" if all(met) else "a goal is missed")
    return 0


if __name__ == "__main__":
    sys.exit(main(quick="--quick" in sys.argv))
