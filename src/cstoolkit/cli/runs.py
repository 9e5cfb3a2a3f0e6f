"""`cstoolkit runs`: what was applied when, and what became of it."""

from typing import TYPE_CHECKING, Any

import click

from .connections import state_here
from .render import table
from .terminal import Terminal, with_terminal

if TYPE_CHECKING:
    from ..store.rule_journal import Run

SCHEMA = "cstoolkit/runs/1"


@click.command()
@click.option("--on", "connection", metavar="CONNECTION", help="Runs of this connection only.")
@with_terminal
def command(terminal: Terminal, *, connection: str | None) -> None:
    """List the runs that wrote to accounts, newest first, with the steps of each."""
    from ..store.rule_journal import runs, steps_of
    from ..store.state import StateFile

    with StateFile.open(state_here()) as state:
        listed = [(run, steps_of(state, run.id)) for run in runs(state, connection)]
    if terminal.json:
        terminal.print_json({"schema": SCHEMA, "runs": [_json(run, len(steps)) for run, steps in listed]})
    elif not listed:
        terminal.print("No run yet.")
    else:
        rows = [
            (
                run.id,
                run.connection,
                f"{run.started_at:%Y-%m-%d %H:%M}",
                _state(run),
                len(steps),
                " ".join(run.consents),
            )
            for run, steps in listed
        ]
        terminal.print(
            table(
                ("run", "connection", "started (UTC)", "ended", "steps", "consents"),
                rows,
                right=(4,),
                color=terminal.color,
            )
        )


def _state(run: "Run") -> str:
    if run.state != "ended":
        return "still running" if run.process.is_alive() else "cut off: apply its plan again"
    return {0: "done", 3: "failed", 4: "failed", 5: "refused", 6: "partial", 130: "interrupted"}.get(
        run.code or 0, str(run.code)
    )


def _json(run: "Run", steps: int) -> dict[str, Any]:
    return {
        "id": run.id,
        "connection": run.connection,
        "digest": run.digest,
        "started_at": run.started_at.isoformat(),
        "ended_at": run.ended_at.isoformat() if run.ended_at else None,
        "state": run.state,
        "code": run.code,
        "steps": steps,
        "consents": list(run.consents),
    }
