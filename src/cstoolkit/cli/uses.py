"""`cstoolkit uses`: who refers to a tag, a group, an agent, a field: whether it may be deleted."""

from typing import TYPE_CHECKING, Any

import click

from .connections import project_here
from .render import plain
from .terminal import Terminal, with_terminal
from .validate import default_folder, validate

if TYPE_CHECKING:
    from ..automations.uses import Use

SCHEMA = "cstoolkit/uses/1"


@click.command()
@click.argument("thing", metavar="THING")
@click.option(
    "--env",
    "environment",
    metavar="NAME",
    help="Recipes with the variables of this environment; else the first.",
)
@with_terminal
def command(terminal: Terminal, *, thing: str, environment: str | None) -> None:
    """Show who refers to THING: a name, or KIND:NAME, such as tag:vip, group:"Tier 1", field:region, recipe:vip.

    Recipes of the project are searched, and the rules that cstoolkit.lock knows to be live. Nothing is asked of an account.
    """
    from ..automations.lock import LOCK_FILE, read_lock
    from ..automations.uses import thing_of, uses_in_lock, uses_in_recipes

    wanted = thing_of(thing)
    project = project_here()
    recipes = validate([], environment=environment) if default_folder().is_dir() else []
    folder = project.folder if project else None
    lock = read_lock(folder / LOCK_FILE) if folder else None
    found = [
        *uses_in_recipes(wanted, [one for one in recipes if hasattr(one, "locate")]),
        *(uses_in_lock(wanted, lock) if lock else ()),
    ]
    if terminal.json:
        terminal.print_json({"schema": SCHEMA, "thing": thing, "uses": [_json(one) for one in found]})
        return
    if not found:
        terminal.print(f"nothing refers to {plain(thing)}: safe to delete")
        terminal.say(
            "As far as recipes and cstoolkit.lock know; cstoolkit pull shows them all rules of an account"
        )
        return
    for one in found:
        terminal.print(plain(_line(one)))
    terminal.print(f"{len(found)} {'place refers' if len(found) == 1 else 'places refer'} to {plain(thing)}")


def _line(one: "Use") -> str:
    where = str(one.at) if one.at else f"live at {one.source}"
    return f"{where}: {one.kind} {one.key}: {one.path}"


def _json(one: "Use") -> dict[str, Any]:
    return {
        "source": one.source,
        "kind": one.kind,
        "key": one.key,
        "title": one.title,
        "path": one.path,
        "file": one.at.path if one.at else None,
        "line": one.at.line if one.at else None,
        "column": one.at.column if one.at else None,
    }
