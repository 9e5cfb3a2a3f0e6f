"""`cstoolkit run`: recipes that do something by themselves. For now these are the audits."""

from pathlib import Path

import click

from ..errors import ProjectError
from .audit import Wishes, audit_options, hold, instant, load
from .exit_codes import ExitCode
from .terminal import Terminal, with_terminal


@click.command()
@click.argument("recipes", nargs=-1, required=True, metavar="RECIPE...")
@audit_options
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
) -> ExitCode:
    """Run RECIPE files and folders. Audits are held as by `cstoolkit audit`, without its --gate."""
    wishes = Wishes(
        on=on,
        environment=environment,
        now=instant(now),
        out=Path(out) if out else None,
        allow_incomplete=allow_incomplete,
        wait=wait,
    )
    loaded, project = load(recipes, environment)
    others = [recipe for recipe in loaded if recipe.kind != "audit"]
    if others:
        named = ", ".join(f"{recipe.id} ({recipe.kind})" for recipe in others)
        raise ProjectError(
            f"this version runs audits; {named} can be validated",
            hint="name the audits only, or check the others with cstoolkit validate",
        )
    return hold(terminal, loaded, project, wishes)
