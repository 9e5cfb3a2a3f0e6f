"""`cstoolkit demo`: the main job on a helpdesk that is made up, in a project that can be played with."""

import os
from datetime import datetime, time, timedelta
from importlib.resources import files
from pathlib import Path

import click

from ..errors import RefusedError
from .audit import Wishes, hold, instant, load
from .clock import system_now
from .exit_codes import ExitCode
from .terminal import Terminal, with_terminal

PROJECT_FILES = ("cstoolkit.yaml", "recipes/backlog-weekly.yaml")
STORE = "helpdesk.duckdb"
RECIPE = "recipes/backlog-weekly.yaml"


@click.command()
@click.option("--tickets", default=5_000, metavar="N", help="How many tickets (5000).")
@click.option("--seed", default=7, metavar="N", help="Another number, another helpdesk (7).")
@click.option("--dir", "folder", default="demo", metavar="DIR", help="The folder that is made (demo).")
@click.option(
    "--as-of", metavar="TIME", help="The helpdesk's present, e.g. 2026-03-31T12:00:00Z (this morning)."
)
@with_terminal
def command(terminal: Terminal, *, tickets: int, seed: int, folder: str, as_of: str | None) -> ExitCode:
    """Make a helpdesk with full history, audit its backlog, and say where the reports are.

    DIR becomes a project of its own. Run again, the helpdesk is made anew; recipes that you changed stay.
    """
    if tickets < 1:
        raise click.BadParameter("at least 1 ticket", param_hint="--tickets")
    place = Path(folder)
    _write_project(place)
    _write_helpdesk(
        terminal, place / STORE, tickets=tickets, seed=seed, as_of=instant(as_of) or _this_morning()
    )
    recipes, project = load([str(place / RECIPE)], None)
    code = hold(terminal, recipes, project, Wishes(on=("demo",)))
    terminal.say("")
    terminal.say(f"{place} is a project now. Look at {place / RECIPE}, change it, and run it again:")
    terminal.say(f"  cstoolkit -C {place} audit {RECIPE}")
    terminal.say(f"  cstoolkit -C {place} tickets list local:{STORE} --limit 10")
    return code


def _this_morning() -> datetime:
    """08:00 UTC, today's or, before that, yesterday's: demos of one day are the same helpdesk."""
    now = system_now()
    morning = datetime.combine(now.date(), time(8), now.tzinfo)
    return morning if morning <= now else morning - timedelta(days=1)


def _write_project(place: Path) -> None:
    """The project's files, where they are not there yet."""
    if place.exists() and not (place / "cstoolkit.yaml").is_file() and any(place.iterdir()):
        raise RefusedError(
            f"{place} is there already and is not a demo", hint="name another folder with --dir, or remove it"
        )
    source = files("cstoolkit.demo") / "project"
    for name in PROJECT_FILES:
        target = place / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(source.joinpath(name).read_text(encoding="utf-8"), encoding="utf-8")


def _write_helpdesk(terminal: Terminal, path: Path, *, tickets: int, seed: int, as_of: datetime) -> None:
    """Made aside and renamed, so that a run that breaks off leaves the earlier helpdesk."""
    from ..demo import make_helpdesk
    from ..store.database import Store
    from ..store.filling import fill

    making = path.with_name(f".{path.name}.making-{os.getpid()}")
    try:
        with terminal.progress("making tickets", total=tickets) as progress:
            helpdesk = make_helpdesk(tickets=tickets, seed=seed, as_of=as_of)
            with Store.create(making, connection="demo") as store:
                fill(store, helpdesk, helpdesk.ticket_files(), progress=progress.reach)
        making.replace(path)
    finally:
        making.unlink(missing_ok=True)
