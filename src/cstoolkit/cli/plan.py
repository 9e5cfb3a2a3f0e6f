"""`cstoolkit plan`: what would be changed in accounts so that their rules are what the recipes want."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import ProjectError
from .clock import SystemClock
from .connections import opened, project_here, rules_connections
from .exit_codes import ExitCode
from .terminal import Terminal, with_terminal
from .validate import validate

if TYPE_CHECKING:
    from ..automations.plan_file import Plan
    from ..automations.replay.results import Replay
    from ..connectors.named import Named
    from ..project import Project


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--on", "connection", metavar="CONNECTION", help="This connection only: a name or an address.")
@click.option(
    "--env",
    "environment",
    metavar="NAME",
    help="The connections of an environment, and its variables; else the first.",
)
@click.option("--out", metavar="FILE", type=click.Path(dir_okay=False), help="Save the plan for `apply`.")
@click.option("--check", "checking", is_flag=True, help="Exit with 2 if there is something to change.")
@click.option(
    "--behaviour",
    "back",
    metavar="SPAN",
    help="Replay so much history (30d) with the rules as they are and as planned.",
)
@click.option("--format", "form", type=click.Choice(["text", "markdown"]), default="text")
@with_terminal
def command(
    terminal: Terminal,
    *,
    paths: tuple[str, ...],
    connection: str | None,
    environment: str | None,
    out: str | None,
    checking: bool,
    back: str | None,
    form: str,
) -> ExitCode:
    """Compare recipes with the live rules of accounts, and show what `apply` would do. Nothing is sent.

    PATHS are files and folders; without any it is the `recipes` folder of the project, and only then rules
    that no recipe wants any more are planned to be deleted.
    """
    from ..automations.plan_file import plan_text as file_text
    from . import plan_text

    plan = make_plan(terminal, paths, connection=connection, environment=environment)
    if out is not None:
        write_aside(Path(out), file_text(plan))
    replayed = {} if back is None else behaviours(terminal, plan, back)
    if terminal.json:
        from .backtest import as_json

        told = {name: as_json(one) for name, one in replayed.items()}
        terminal.print_json(plan_text.as_json(plan) | ({"behaviour": told} if back is not None else {}))
    elif form == "markdown":
        terminal.print("\n".join([plan_text.markdown(plan), *plan_text.behaviour_markdown(replayed)]))
    else:
        terminal.print(plan_text.plan_text(plan, color=terminal.color))
        for name, one in replayed.items():
            terminal.print(plan_text.behaviour_text(name, one, color=terminal.color))
        terminal.say(next_step(plan, out))
    return ExitCode.CHANGES if checking and plan.sends else ExitCode.OK


def make_plan(
    terminal: Terminal, paths: Sequence[str], *, connection: str | None, environment: str | None
) -> "Plan":
    """Read recipes and accounts. Raises what either does; no account is written to."""
    from ..automations.plan_file import Plan
    from ..project import Project

    project = project_here() or Project()
    accounts, environment = rules_connections(project, connection, environment)
    recipes = [one for one in validate(paths, environment=environment) if hasattr(one, "rules")]
    if not recipes and paths:
        raise ProjectError(
            "there is no macro, trigger or automation in these paths",
            hint="plan is for rules; cstoolkit run is for audits and triage",
        )
    parts = [_account(terminal, one, recipes, project, whole=not paths) for one in accounts]
    protected = environment is not None and project.environments[environment].protected
    return Plan(tuple(parts), SystemClock().now(), environment, protected or _is_protected(project, accounts))


def _account(
    terminal: Terminal, named: "Named", recipes: Sequence[Any], project: "Project", *, whole: bool
) -> Any:
    from ..automations.lock import LOCK_FILE, read_lock
    from ..automations.rollout import plan_account

    lock = read_lock(named.folder / LOCK_FILE).of(named.name)
    with opened(terminal, named) as desk:
        plan, _ = plan_account(desk, recipes, project, connection=named.name, lock=lock, whole=whole)
    return plan


def behaviours(terminal: Terminal, plan: "Plan", back: str) -> "dict[str, Replay]":
    """History through each account's rules, as they are and as planned. Raises ProjectError where it was not synced."""
    import os

    from ..automations.cases import account
    from ..automations.lock import LOCK_FILE, read_lock
    from ..automations.plan_behaviour import behaviour, rule_lists
    from ..connectors.local.helpdesk import LocalHelpdesk
    from ..connectors.named import find_connection
    from ..project import Project
    from .backtest import span_option

    length = span_option(back, "--behaviour")
    project = project_here() or Project()
    found = {}
    for part in plan.accounts:
        if not part.sends:
            continue
        named = find_connection(part.connection, project)
        store = named.synced_store()
        lock = read_lock(named.folder / LOCK_FILE).of(named.name)
        with opened(terminal, named) as desk:
            lists = rule_lists(part, desk.rules(), lock)
        with LocalHelpdesk.open(store, clock=SystemClock()) as history:
            jobs = os.cpu_count() or 1
            found[named.name] = behaviour(lists, history, account(project), back=length, jobs=jobs)
    return found


def _is_protected(project: "Project", accounts: "Sequence[Named]") -> bool:
    """A connection of a protected environment is protected by whatever name it is planned."""
    guarded = {name for one in project.environments.values() if one.protected for name in one.connections}
    return any(account.name in guarded for account in accounts)


def next_step(plan: "Plan", out: str | None) -> str:
    """What to type next."""
    from ..automations.plan import Verb
    from ..automations.plan_file import SHORT

    if not any(account.changes or account.reorders for account in plan.accounts):
        return "Nothing was sent; there is nothing to do."
    if out is None:
        return "Nothing was sent. Next: the same with --out FILE, then cstoolkit apply FILE"
    flags = " --allow-delete" if any(account.count(Verb.DELETE) for account in plan.accounts) else ""
    flags += f" --approve {plan.digest[:SHORT]}" if plan.protected else ""
    return f"Nothing was sent. Next: cstoolkit apply {out}{flags}"


def write_aside(path: Path, text: str) -> None:
    """Write beside and rename, so that nobody meets half a file."""
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
