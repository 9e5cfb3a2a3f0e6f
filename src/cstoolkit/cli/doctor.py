"""`cstoolkit doctor`: whether each connection works, and what it can and cannot do."""

from typing import TYPE_CHECKING, Any

import click

from . import render
from .connections import named_connections
from .exit_codes import ExitCode
from .terminal import Terminal, with_terminal

if TYPE_CHECKING:
    from ..connectors.doctor import Checkup

SCHEMA = "cstoolkit/doctor/1"
MARKS = {"ok": "ok", "limited": "!", "failed": "FAILED"}


@click.command()
@click.argument("connection", required=False)
@click.option("--env", "environment", metavar="NAME", help="The connections of an environment.")
@with_terminal
def command(terminal: Terminal, *, connection: str | None, environment: str | None) -> ExitCode:
    """Look at CONNECTION, or at every connection of the project. Nothing is written, no secret is shown.

    Exits with 4 if one of them does not work.
    """
    from ..connectors.doctor import check_up
    from .clock import SystemClock

    found = []
    for named in named_connections(connection, environment=environment):
        found.append(check_up(named, clock=SystemClock(), on_wait=terminal.wait))
        if not terminal.json:
            _tell(terminal, found[-1])
    if terminal.json:
        terminal.print_json({"schema": SCHEMA, "connections": [_json(one) for one in found]})
    return ExitCode.REMOTE if any(one.failed for one in found) else ExitCode.OK


def _tell(terminal: Terminal, checkup: "Checkup") -> None:
    terminal.print(render.plain(f"{checkup.named.name}  {checkup.named.address}"))
    for point in checkup.points:
        terminal.print(render.plain(f"  {MARKS[point.state]:<6}  {point.about}: {point.said}"))
        if point.hint and point.state != "ok":
            terminal.print(render.plain(f"          {point.hint}"))


def _json(checkup: "Checkup") -> dict[str, Any]:
    found, store = checkup.examination, checkup.store
    return {
        "connection": checkup.named.name,
        "address": checkup.named.address,
        "works": not checkup.failed,
        "who": found and found.who,
        "role": found and found.role,
        "points": [
            {"about": one.about, "state": one.state, "said": one.said, "hint": one.hint}
            for one in checkup.points
        ],
        "features": dict(found.features) if found else {},
        "history": dict(found.history) if found else {},
        "limits": [
            {"name": one.name, "per_minute": one.per_minute, "left": one.left}
            for one in (found.limits if found else ())
        ],
        "clock_skew_s": found and found.skew_s,
        "store": {
            "path": str(store.path),
            "exists": store.size is not None,
            "as_of": store.as_of and store.as_of.isoformat(),
            "tickets": store.tickets,
            "incomplete": list(store.torn),
            "history": dict(store.qualities),
        },
        "state": {
            "path": str(checkup.state.path),
            "exists": checkup.state.exists,
            "in_use_by": checkup.state.holder if checkup.state.holder_alive else None,
            "unsettled": checkup.state.unsettled,
        },
    }
