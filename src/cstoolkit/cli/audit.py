"""`cstoolkit audit`: what is wrong in the backlog, in a summary and in reports."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import ProjectError
from .exit_codes import ExitCode, worst
from .terminal import Terminal, with_terminal

if TYPE_CHECKING:
    from ..automations.audit import AuditRecipe
    from ..automations.auditing.accepted import Accepted
    from ..model.findings import AuditReport
    from ..project import Project

SCHEMA = "cstoolkit/audits/1"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line says about a run of audits."""

    on: tuple[str, ...] = ()
    environment: str | None = None
    now: datetime | None = None
    gate: bool = False
    out: Path | None = None
    allow_incomplete: bool = False
    wait: float = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """One audit that is to be held."""

    recipe: "AuditRecipe"
    addresses: tuple[str, ...]
    accepted: "Accepted"


@dataclass(frozen=True, slots=True)
class Done:
    """One audit that was held, where its reports are, and the code it would end with."""

    report: "AuditReport"
    paths: tuple[Path, ...]
    code: ExitCode


def audit_options(function: Any) -> Any:
    """The options that `audit` and `run` share."""
    options = (
        click.option(
            "--on", multiple=True, metavar="ADDRESS", help="Helpdesk: local:FILE, or a connection's name."
        ),
        click.option("--env", "environment", metavar="NAME", help="Environment of the project."),
        click.option("--now", metavar="TIME", help="Audit this instant, e.g. 2026-03-31T12:00:00Z."),
        click.option("--out", metavar="DIR", help="Folder for the reports, instead of the recipe's paths."),
        click.option("--allow-incomplete", is_flag=True, help="Incomplete data does not give exit code 7."),
        click.option("--wait", default=0.0, metavar="SECONDS", help="How long to wait for another run."),
    )
    for option in reversed(options):
        function = option(function)
    return function


@click.command()
@click.argument("recipes", nargs=-1, required=True, metavar="RECIPE...")
@audit_options
@click.option("--gate", is_flag=True, help="Exit with 1 if a gate is missed.")
@with_terminal
def command(
    terminal: Terminal,
    *,
    recipes: tuple[str, ...],
    on: tuple[str, ...],
    environment: str | None,
    now: str | None,
    out: str | None,
    allow_incomplete: bool,
    wait: float,
    gate: bool,
) -> ExitCode:
    """Hold the audits of RECIPE files and folders. Helpdesks are only read.

    Without --now each helpdesk is audited as of the instant at which its data is true.
    """
    wishes = Wishes(
        on=on,
        environment=environment,
        now=instant(now),
        gate=gate,
        out=Path(out) if out else None,
        allow_incomplete=allow_incomplete,
        wait=wait,
    )
    loaded, project = load(recipes, environment)
    audits = [recipe for recipe in loaded if recipe.kind == "audit"]
    if not audits:
        raise ProjectError(
            f"there is no audit in {', '.join(recipes)}", hint="an audit is a recipe with `kind: audit`"
        )
    return hold(terminal, audits, project, wishes)


def instant(text: str | None, option: str = "--now") -> datetime | None:
    """The value of an option that takes an instant. Raises a usage error."""
    if text is None:
        return None
    from ..model.data_problems import DataProblems
    from ..model.words import read_instant

    try:
        return read_instant(text)
    except DataProblems as error:
        (problem,) = error.problems
        raise click.BadParameter(f"{problem.message}: {problem.hint}", param_hint=option) from None


def load(paths: Sequence[str], environment: str | None) -> tuple[list[Any], "Project | None"]:
    """Recipes of every kind and their project. Raises RecipeError with all problems of all of them."""
    from ..automations.loader import find_project, load_recipes

    project = find_project(paths)
    return load_recipes(paths, project=project, environment=environment), project


def hold(
    terminal: Terminal, audits: Sequence["AuditRecipe"], project: "Project | None", wishes: Wishes
) -> ExitCode:
    """Hold each audit, write its reports, and tell about it."""
    from ..automations.auditing.connections import accepted_findings, audited_addresses

    folder = project.folder if project and project.folder else Path()
    # Everything that can be wrong in recipes is found before the first helpdesk is opened.
    planned = [
        Planned(
            recipe,
            audited_addresses(recipe, project, on=wishes.on, environment=wishes.environment),
            accepted_findings(recipe, folder),
        )
        for recipe in audits
    ]
    done = []
    for each in planned:
        done.append(_hold_one(terminal, each, project, wishes))
        _tell(terminal, done[-1])
    if terminal.json:
        _print_json(terminal, done)
    return worst(each.code for each in done)


def _hold_one(terminal: Terminal, planned: Planned, project: "Project | None", wishes: Wishes) -> Done:
    import os

    from ..automations.auditing.run_audit import Surroundings
    from ..automations.auditing.session import Session, hold_audit
    from ..store.processes import Process
    from ..store.state import state_path
    from .audit_outputs import write_outputs
    from .clock import SystemClock

    folder = project.folder if project and project.folder else Path()
    clock = SystemClock()
    session = Session(
        state=folder / state_path(os.environ), process=Process.current(), wait=wishes.wait, say=terminal.say
    )
    with terminal.progress(f"auditing {planned.recipe.id}", unit="steps") as progress:
        around = Surroundings(
            clock=clock,
            run_id=f"{clock.now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}",
            calendars=project.calendars if project else {},
            accepted=planned.accepted,
            progress=lambda _: progress.advance(),
        )
        report = hold_audit(planned.recipe, planned.addresses, around, session, now=wishes.now)
        paths = write_outputs(report, planned.recipe, folder=folder, out=wishes.out)
    return Done(report, paths, _code(report, wishes))


def _code(report: "AuditReport", wishes: Wishes) -> ExitCode:
    incomplete = not report.is_complete and not wishes.allow_incomplete
    missed = wishes.gate and not report.gate.passed
    return worst(
        [ExitCode.INCOMPLETE if incomplete else ExitCode.OK, ExitCode.FINDINGS if missed else ExitCode.OK]
    )


def _tell(terminal: Terminal, done: Done) -> None:
    if terminal.json:
        return
    if terminal.quiet:
        terminal.print(machine_line(done))
        return
    from ..reports.summary import render_summary

    terminal.print(render_summary(done.report))
    if done.paths:
        terminal.print("Reports:")
        for path in done.paths:
            terminal.print(f"  {path}")
    else:
        terminal.say(
            f"No reports were written: {done.report.recipe_id} has no `output`, and --out was not given."
        )


def machine_line(done: Done) -> str:
    """One line of words and numbers for scripts: `key=value`, in this order, values without blanks."""
    report = done.report
    facts = {
        "audit": report.recipe_id,
        "as_of": f"{report.as_of:%Y-%m-%dT%H:%M:%SZ}",
        "findings": len(report.findings),
        "new": sum(finding.status in {"new", "returned"} for finding in report.findings),
        "fixed": report.fixed,
        "accepted": len(report.accepted),
        "gate": "none" if not report.gate.configured else "passed" if report.gate.passed else "failed",
        "complete": "yes" if report.is_complete else "no",
        "code": int(done.code),
    }
    return " ".join(f"{key}={value}" for key, value in facts.items())


def _print_json(terminal: Terminal, done: Sequence[Done]) -> None:
    """One audit is its report, as `output: x.json` writes it; several are a list of them."""
    import json

    from ..reports.json_report import render_json

    reports = [json.loads(render_json(each.report)) for each in done]
    terminal.print_json(reports[0] if len(reports) == 1 else {"schema": SCHEMA, "reports": reports})
