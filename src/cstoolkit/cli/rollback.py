"""`cstoolkit rollback`: undo a run of `apply`."""

from contextlib import AbstractContextManager, ExitStack

import click

from ..errors import RefusedError
from .apply import carry_out
from .clock import SystemClock
from .connections import project_here, state_here
from .exit_codes import ExitCode
from .terminal import Terminal, with_terminal


@click.command()
@click.argument("run_id", metavar="RUN")
@click.option("--dry-run", is_flag=True, help="Show what would be put back; send nothing.")
@click.option("--wait", default=0.0, metavar="SECONDS", help="How long to wait for another run to end.")
@with_terminal
def command(terminal: Terminal, *, run_id: str, dry_run: bool, wait: float) -> ExitCode:
    """Put the rules back as they were before RUN (`cstoolkit runs` lists them).

    Rules that were deleted come back under new ids. Refused if somebody changed one of them since. Interrupted,
    it is run again and goes on.
    """
    from ..automations.plan_file import Plan
    from ..automations.runs import Place, find_run, keep_plan, rollback_plan
    from ..connectors import open_named
    from ..connectors.named import find_connection
    from ..project import Project
    from .plan_text import plan_text, undo_lines

    project = project_here() or Project()
    run = find_run(state_here(), run_id)
    named = find_connection(run.connection, project)
    place = Place(named.folder, named.state)
    clock = SystemClock()
    with ExitStack() as stack:
        desk = open_named(named, clock=clock, wait=wait, on_wait=terminal.wait)
        if isinstance(desk, AbstractContextManager):
            stack.enter_context(desk)
        plan: Plan = rollback_plan(desk, run, place, clock=clock)
    if run.connection != plan.accounts[0].connection:
        raise RefusedError(f"the kept plan of the rollback of {run_id} is for another connection")
    if not terminal.json:
        terminal.print(plan_text(plan, color=terminal.color))
    if dry_run:
        terminal.say(f"Nothing was sent. Next: cstoolkit rollback {run_id}")
        return ExitCode.OK
    keep_plan(plan, f"rollback-{run.id}", place)
    code = carry_out(terminal, plan, project, wait=wait)
    for line in undo_lines(plan.accounts[0]):
        terminal.say(line)
    return code
