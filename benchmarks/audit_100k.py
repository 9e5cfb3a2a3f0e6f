"""100,000 unsolved tickets through all checks: time and peak memory of a fresh process, the load aside.

    python benchmarks/audit_100k.py [--tickets 100000] [--keep FOLDER]

The store is made by one process and audited by another, whose time runs from its first line to the report
object, imports included. It holds the unsolved tickets of a generated helpdesk with all of their history, copied
under other ids until there are enough. A few totals are counted by other means, so that a fast wrong answer is
not shown as a result. Goals: 10 s and 600 MB, on an idle machine: the load average is shown, since on a busy one
the seconds say little.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

AS_OF = datetime(2026, 3, 31, 12, tzinfo=UTC)
GENERATED = 50_000  # some 7,000 of them are unsolved
# What is another one in each copy; people, groups and calendars are shared.
COPIED = {
    "tickets": ("ticket_id", "requester_id"),
    "events": ("ticket_id",),
    "comments": ("ticket_id", "comment_id"),
    "sla": ("ticket_id",),
}
RECIPE = {"kind": "audit", "id": "bench", "title": "Bench", "clock": {"default": "emea"}}


def unsolved_files(helpdesk: Any) -> Iterator[Any]:
    return (file for file in helpdesk.ticket_files() if file.ticket.is_unsolved)


def make(path: Path, tickets: int) -> None:
    from cstoolkit.demo.helpdesk import make_helpdesk
    from cstoolkit.store.database import Store
    from cstoolkit.store.filling import fill

    helpdesk = make_helpdesk(tickets=GENERATED, seed=1, as_of=AS_OF)
    with Store.create(path, connection="bench") as store:
        fill(store, helpdesk, unsolved_files(helpdesk))
        ((there,),) = store.query("SELECT count(*) FROM tickets")
        for copy in range(1, -(-tickets // there)):
            wanted = min(there, tickets - copy * there)
            store.execute(
                "CREATE OR REPLACE TEMP TABLE originals AS SELECT ticket_id FROM tickets"
                " WHERE NOT contains(ticket_id, '-') ORDER BY ticket_id LIMIT $wanted",
                {"wanted": wanted},
            )
            for table, identities in COPIED.items():
                changed = ", ".join(f"{name} || '-{copy}' AS {name}" for name in identities)
                store.execute(
                    f"INSERT INTO {table} SELECT * REPLACE ({changed}) FROM {table}"
                    " WHERE ticket_id IN (FROM originals)"
                )


def measure(path: Path) -> dict[str, Any]:
    started = time.perf_counter()
    from cstoolkit.automations.audit import AuditRecipe
    from cstoolkit.automations.auditing.run_audit import Surroundings, run_audit
    from cstoolkit.cli.clock import SystemClock
    from cstoolkit.store.database import Store

    recipe = AuditRecipe.model_validate(RECIPE)
    with Store.open(path) as store:
        around = Surroundings(clock=SystemClock(), run_id="bench")
        report = run_audit(recipe, [store], around)
        seconds, cpu = time.perf_counter() - started, time.process_time()
        check(store, report)
    return {
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "load_average": round(os.getloadavg()[0], 1),
        "peak_mb": round(peak_kb() / 1024),
        "tickets": report.metrics[0].value,
        "findings": len(report.findings),
        "checks_that_ran": sum(outcome.outcome == "ran" for outcome in report.checks),
        "events": report.coverage[0].events,
    }


def check(store: Any, report: Any) -> None:
    """Totals that need no calendar, counted by other means."""
    ages = [(AS_OF - created).total_seconds() for (created,) in store.query("SELECT created_at FROM tickets")]
    counts = {outcome.id: outcome.found for outcome in report.checks}
    assert report.metrics[0].value == len(ages), "backlog"
    assert counts["BA023"] == sum(age >= 30 * 86_400 for age in ages), "aged"
    ((no_group,),) = store.query("SELECT count(*) FROM tickets WHERE group_id IS NULL")
    assert counts["BA002"] == no_group, "no group"


def peak_kb() -> int:
    """The most memory that this process ever had, as the kernel counted it (VmHWM)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise SystemExit("this benchmark needs /proc")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="keep the store in this folder, or use the one there")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = (options.keep or Path(folder)) / f"unsolved-{options.tickets}.duckdb"
        if not path.exists():
            started = time.perf_counter()
            make(path, options.tickets)
            print(f"made {options.tickets:,} unsolved tickets in {time.perf_counter() - started:.0f} s")
        for _ in range(3):
            command = [sys.executable, __file__, "--measure", str(path)]
            result = subprocess.run(command, check=True, capture_output=True, text=True)
            print(result.stdout.strip())


if __name__ == "__main__":
    main()
