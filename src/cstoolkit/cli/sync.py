"""`cstoolkit sync`: tickets, their history and people into the store of each connection."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from ..errors import CstoolkitError, ProjectError
from . import render
from .audit import instant
from .connections import named_connections, opened
from .exit_codes import ExitCode, code_of, worst
from .progress import Progress
from .terminal import Terminal, with_terminal

if TYPE_CHECKING:
    from ..connectors.named import Named
    from ..store.sync import Wish
    from ..store.sync_source import Step, SyncReport

SCHEMA = "cstoolkit/sync/1"


@click.command()
@click.argument("connection", required=False)
@click.option("--full", is_flag=True, help="Read everything anew; the old store stays until that is done.")
@click.option("--streams", metavar="A,B", help="Only these: tickets, events, comments, people, ...")
@click.option(
    "--since", metavar="TIME", help="The first time, only tickets changed from then on, e.g. 2026-01-01."
)
@click.option("--env", "environment", metavar="NAME", help="The connections of an environment.")
@click.option("--wait", default=0.0, metavar="SECONDS", help="How long to wait for a store in use.")
@with_terminal
def command(
    terminal: Terminal,
    *,
    connection: str | None,
    full: bool,
    streams: str | None,
    since: str | None,
    environment: str | None,
    wait: float,
) -> ExitCode:
    """Bring the store of CONNECTION up to now; without one, that of every connection of the project.

    CONNECTION is a name in cstoolkit.yaml, or an address such as zendesk:acme. The account is only read.
    """
    chosen = frozenset(filter(None, (one.strip() for one in streams.split(",")))) if streams else None
    accounts = [
        one for one in named_connections(connection, environment=environment) if one.vendor != "local"
    ]
    if not accounts:
        raise ProjectError(
            "there is nothing to sync: a local helpdesk is its own store",
            hint="name an account, such as zendesk:acme",
        )
    from ..store.sync import Wish

    wish = Wish(full=full, streams=chosen, since=instant(since, "--since"), wait=wait)
    sync_one = _synced if len(accounts) == 1 else _synced_or_told
    done = [sync_one(terminal, one, wish) for one in accounts]
    if terminal.json:
        told = [_json(*each) for each in zip(accounts, done, strict=True)]
        terminal.print_json({"schema": SCHEMA, "connections": told})
    return worst(_code(each) for each in done)


def _code(done: "SyncReport | CstoolkitError") -> ExitCode:
    if isinstance(done, CstoolkitError):
        return code_of(done)
    return ExitCode.OK if done.is_complete else ExitCode.INCOMPLETE


def _synced_or_told(terminal: Terminal, named: "Named", wish: "Wish") -> "SyncReport | CstoolkitError":
    """One of several: that it does not work is no reason to leave the others as they are."""
    try:
        return _synced(terminal, named, wish)
    except CstoolkitError as error:
        text = render.failure_text(error, color=terminal.color_errors)
        print(f"{named.name}: {text}", file=terminal.stderr)
        return error


def _synced(terminal: Terminal, named: "Named", wish: "Wish") -> "SyncReport":
    from ..store.processes import Process
    from ..store.state import StateFile
    from ..store.sync import Account, sync
    from .clock import SystemClock

    account = Account(named.name, named.vendor, named.address)
    with (
        opened(terminal, named, wait=wish.wait) as desk,
        StateFile.open(named.state) as state,
        terminal.progress(f"syncing {named.name}", unit="rows") as bar,
    ):
        report = sync(
            named.store,
            account,
            desk,
            state=state,
            process=Process.current(),
            clock=SystemClock(),
            wish=replace(wish, listener=lambda step: _show(bar, named.name, step)),
        )
    if not terminal.json:
        _tell(terminal, named, report)
    return report


def _show(bar: Progress, name: str, step: "Step") -> None:
    bar.retell(f"{name}: {step.stream}", total=step.expected)
    bar.reach(step.rows)


def _tell(terminal: Terminal, named: "Named", report: "SyncReport") -> None:
    if terminal.quiet:
        terminal.print(machine_line(report))
        return
    rows = sum(one.rows for one in report.streams)
    removed = sum(one.removed for one in report.streams)
    gone = f", {report.gone:,} deleted" if report.gone else ""
    terminal.print(f"{report.connection}: {report.tickets:,} tickets{gone} in {named.store}")
    told = ", ".join(f"{one.stream} {one.rows:,}" for one in report.streams if one.rows)
    terminal.print(
        f"  read {rows:,} rows"
        + (f": {told}" if told else "")
        + (f"; {removed:,} removed" if removed else "")
    )
    counts = ", ".join(f"{quality} {count:,}" for quality, count in report.qualities.items())
    terminal.print(f"  history: {counts or 'none'}")
    if report.as_of:
        terminal.print(f"  true as of {report.as_of:%Y-%m-%d %H:%M:%S} UTC")
    if report.since:
        terminal.print(
            f"  only what changed since {report.since}: audits say that it is not complete; --full reads all"
        )
    for problem in report.problems:
        terminal.print(f"  INCOMPLETE {problem}")
    if report.problems:
        terminal.say(
            f"hint: run it again in some minutes; if that does not help: cstoolkit sync {named.name} --full"
        )


def machine_line(report: "SyncReport") -> str:
    """One line of words and numbers for scripts: `key=value`, in this order, values without blanks."""
    facts = {
        "sync": report.connection,
        "as_of": f"{report.as_of:%Y-%m-%dT%H:%M:%SZ}" if report.as_of else "none",
        "tickets": report.tickets,
        "expected": "unknown" if report.expected is None else report.expected,
        "rows": sum(one.rows for one in report.streams),
        "complete": "yes" if report.is_complete else "no",
    }
    return " ".join(f"{key}={value}" for key, value in facts.items())


def _json(named: "Named", report: "SyncReport | CstoolkitError") -> dict[str, Any]:
    if isinstance(report, CstoolkitError):
        return {"connection": named.name, "error": str(report), "hint": report.hint, "complete": False}
    return {
        "connection": report.connection,
        "store": str(named.store),
        "full": report.full,
        "started_at": report.started_at.isoformat(),
        "as_of": report.as_of and report.as_of.isoformat(),
        "tickets": report.tickets,
        "gone": report.gone,
        "expected": report.expected,
        "since": report.since,
        "complete": report.is_complete,
        "history": dict(report.qualities),
        "streams": [
            {
                "stream": one.stream,
                "rows": one.rows,
                "pages": one.pages,
                "removed": one.removed,
                "resumed": one.resumed,
                "problem": one.problem,
            }
            for one in report.streams
        ],
    }
