"""`cstoolkit run`: recipes that do something by themselves: audits, and what a vendor cannot hold."""

from pathlib import Path
from typing import Any

import click

from ..errors import ProjectError
from .audit import Wishes, audit_options, hold, instant, load
from .exit_codes import ExitCode, worst
from .terminal import Terminal, with_terminal

RULES = ("trigger", "automation", "macro")
LIMITS = ("max_changes", "max_share", "max_messages")
ACTIONS = ("notify", "call", "survey", "follow", "quiet")


@click.command()
@click.argument("recipes", nargs=-1, required=True, metavar="RECIPE...")
@audit_options
@click.option("--apply", is_flag=True, help="Sync, then do it; without, it is only shown.")
@click.option(
    "--since", metavar="TIME", help="Look at updates from then on, instead of those since the last run."
)
@click.option("--ticket", metavar="ID", help="Apply a macro to this ticket.")
@click.option("--as", "agent", metavar="NAME", help="The agent who applies the macro.")
@click.option("--force", "forced", multiple=True, type=click.Choice(LIMITS), help="Go over this limit.")
@click.option("--leave-out", multiple=True, type=click.Choice(ACTIONS), help="Do without these actions.")
@click.option(
    "--max-runtime", type=float, metavar="SECONDS", help="Begin nothing after that; the next run goes on."
)
@with_terminal
def command(
    terminal: Terminal,
    /,
    *,
    recipes: tuple[str, ...],
    on: tuple[str, ...],
    environment: str | None,
    now: str | None,
    out: str | None,
    allow_incomplete: bool,
    wait: float,
    **rest: Any,
) -> ExitCode:
    """Run RECIPE files and folders.

    Audits are held as by `cstoolkit audit`, without its --gate. Triggers and automations that a vendor cannot hold
    (`on_gap: client`) are done by us: on the updates since the last run, and on the tickets as they stand. A macro
    is applied to one --ticket.
    """
    loaded, project = load(recipes, environment)
    audits = [recipe for recipe in loaded if recipe.kind == "audit"]
    rules = [recipe for recipe in loaded if recipe.kind in RULES]
    others = [recipe for recipe in loaded if recipe.kind != "audit" and recipe.kind not in RULES]
    named = ", ".join(f"{recipe.id} ({recipe.kind})" for recipe in others)
    if others and (rules or audits):
        terminal.say(f"left out, since this version only checks them: {named}")
    elif others:
        raise ProjectError(
            f"nothing here can be run: {named}",
            hint="audits, and recipes that a vendor cannot hold, can; cstoolkit validate checks the others",
        )
    if audits and rules and terminal.json:
        raise ProjectError("audits and rules make two documents", hint="with --json, name them in two runs")
    codes = []
    if audits:
        wishes = Wishes(
            on=on, environment=environment, now=instant(now), out=Path(out) if out else None,
            allow_incomplete=allow_incomplete, wait=wait,
        )  # fmt: skip
        codes.append(hold(terminal, audits, project, wishes))
    if rules:
        from .run_rules import RunWishes, run_rules

        since = instant(rest.pop("since"), "--since")
        asked = RunWishes(
            on=on, environment=environment, now=instant(now), since=since, wait=wait,
            allow_incomplete=allow_incomplete, **rest,
        )  # fmt: skip
        codes.append(run_rules(terminal, rules, project, asked))
    return worst(codes)
