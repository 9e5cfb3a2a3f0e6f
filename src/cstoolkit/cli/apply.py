"""`cstoolkit apply`: a saved plan, done: exactly that, bounded, journalled, and gone on with after a kill."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import RefusedError
from .clock import SystemClock
from .connections import project_here
from .exit_codes import ExitCode, worst
from .render import error_text, plain
from .terminal import Terminal, with_terminal

if TYPE_CHECKING:
    from ..automations.apply import ApplyReport
    from ..automations.plan import AccountPlan
    from ..automations.plan_file import Plan
    from ..connectors.named import Named
    from ..project import Project

SCHEMA = "cstoolkit/apply/1"
DONE = {
    "create": "created",
    "update": "changed",
    "deactivate": "switched off",
    "delete": "deleted",
    "reorder": "put in order",
}


@click.command()
@click.argument("file", metavar="PLAN", type=click.Path(dir_okay=False))
@click.option("--allow-delete", is_flag=True, help="Rules that no recipe wants may be deleted.")
@click.option(
    "--force",
    "forced",
    multiple=True,
    type=click.Choice(["max_changes", "max_share"]),
    help="Go over this limit.",
)
@click.option(
    "--approve", metavar="DIGEST", help="For a protected environment: the start of the plan's digest."
)
@click.option("--wait", default=0.0, metavar="SECONDS", help="How long to wait for another run to end.")
@with_terminal
def command(
    terminal: Terminal,
    *,
    file: str,
    allow_delete: bool,
    forced: tuple[str, ...],
    approve: str | None,
    wait: float,
) -> ExitCode:
    """Do what PLAN says, as `plan --out` wrote it, and write cstoolkit.lock.

    Refused, before anything is sent, if a live rule moved since, if a limit is passed, if rules would be
    deleted without --allow-delete, or a protected environment lacks its --approve. Run it again after an
    interruption: what was done is not done twice.
    """
    from ..automations.plan_file import read_plan
    from ..automations.plan_limits import hold_deletes, hold_limits
    from ..project import Project

    plan = read_plan(Path(file))
    project = project_here() or Project()
    hold_approval(plan, approve)
    for account in plan.accounts:
        hold_limits(account, project.limits, forced=forced)
        hold_deletes(account, allowed=allow_delete)
    consents = [
        *(["--allow-delete"] if allow_delete else []),
        *(f"--force {limit}" for limit in forced),
        *([f"--approve {approve}"] if approve else []),
    ]
    return carry_out(terminal, plan, project, wait=wait, consents=consents)


def hold_approval(plan: "Plan", approve: str | None) -> None:
    """Raises RefusedError if a protected plan is not approved by the start of its own digest."""
    from ..automations.plan_file import SHORT

    if plan.protected and (approve is None or len(approve) < SHORT or not plan.digest.startswith(approve)):
        said = "is protected" if approve is None else f"is protected, and {approve} is not this plan's digest"
        raise RefusedError(
            f"{plan.environment or 'this connection'} {said}",
            hint=f"look at the plan, then apply with --approve {plan.digest[:SHORT]}",
        )


def carry_out(
    terminal: Terminal, plan: "Plan", project: "Project", *, wait: float, consents: Sequence[str] = ()
) -> ExitCode:
    """Every account of a plan, one after the other; what was done is told even if another one failed."""
    from ..automations.runs import CODES
    from ..connectors.named import find_connection

    results = []
    for account in plan.accounts:
        if not (account.changes or account.reorders):
            continue
        named = find_connection(account.connection, project)
        run_id, report = _carried_out(terminal, plan, account, named, wait=wait, consents=consents)
        if report is None:
            terminal.say(f"{account.connection}: run {run_id} has done this plan already; nothing was sent")
            continue
        results.append((account.connection, run_id, report))
        if not terminal.json:
            _tell(terminal, account.connection, run_id, report)
            for line in left_behind(account):
                terminal.print(line)
    if terminal.json:
        terminal.print_json({"schema": SCHEMA, "runs": [_json(*one) for one in results]})
    elif not results:
        terminal.print("Nothing to do.")
    return worst(ExitCode(CODES[report.ending]) for _, _, report in results)


def _carried_out(
    terminal: Terminal, plan: "Plan", account: Any, named: "Named", *, wait: float, consents: Sequence[str]
) -> "tuple[str, ApplyReport | None]":
    from contextlib import AbstractContextManager, ExitStack

    from ..automations.runs import Place, run_plan
    from ..connectors import open_named

    clock = SystemClock()
    with ExitStack() as stack:
        desk = open_named(named, clock=clock, writable=True, wait=wait, on_wait=terminal.wait)
        if isinstance(desk, AbstractContextManager):
            stack.enter_context(desk)
        bar = stack.enter_context(
            terminal.progress(f"applying to {named.name}", total=account.calls, unit="calls")
        )
        return run_plan(
            plan,
            account,
            desk,
            Place(named.folder, named.state),
            clock=clock,
            wait=wait,
            consents=consents,
            listener=lambda _verb, _rule: bar.advance(1),
        )


def _tell(terminal: Terminal, connection: str, run_id: str, report: "ApplyReport") -> None:
    counts: dict[str, int] = {}
    for key in report.done:
        verb = DONE[key.partition(":")[0]]
        counts[verb] = counts.get(verb, 0) + 1
    done = ", ".join(f"{count} {verb}" for verb, count in counts.items()) or "nothing done"
    terminal.print(f"{connection}: {done} (run {run_id})")
    for one in report.refused:
        terminal.print(plain(f'  refused: {one.key.replace(":", " ")} "{one.rule.title}": {one.error}'))
    if report.stopped is not None:
        print(
            error_text(str(report.stopped), report.stopped.hint, color=terminal.color_errors),
            file=terminal.stderr,
        )
    if report.refused or report.stopped:
        terminal.say(
            f"The rest is as it was. Apply the same plan again to go on, or: cstoolkit rollback {run_id}"
        )
    else:
        terminal.say(f"To undo it: cstoolkit rollback {run_id}")


def left_behind(account: "AccountPlan") -> list[str]:
    """Rules that should be gone and that nobody but a person can delete."""
    from ..automations.plan import Verb

    left = [change.rule for change in account.changes if change.verb == Verb.LEAVE]
    return [
        plain(f'  left behind: {rule.kind} {rule.id} "{rule.title}"; delete it by hand at {account.vendor}')
        for rule in left
    ]


def _json(connection: str, run_id: str, report: "ApplyReport") -> dict[str, Any]:
    return {
        "connection": connection,
        "run": run_id,
        "ending": report.ending.value,
        "done": list(report.done),
        "refused": [{"key": one.key, "title": one.rule.title, "error": one.error} for one in report.refused],
        "stopped": str(report.stopped) if report.stopped else None,
    }
