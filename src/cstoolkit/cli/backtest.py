"""`cstoolkit backtest`: what rules would have done, on the history of a store."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .exit_codes import ExitCode, worst
from .terminal import Terminal, with_terminal

if TYPE_CHECKING:
    from ..automations.replay.results import Replay

SCHEMA = "cstoolkit/backtest/1"


@click.command()
@click.argument("place", metavar="CONNECTION|local:FILE")
@click.option(
    "--rules", "paths", multiple=True, metavar="PATH", help="Recipes; by default the project's folder."
)
@click.option(
    "--live", multiple=True, metavar="PATH", help="Compare with these recipes, not with the live rules."
)
@click.option("--since", default="90d", metavar="SPAN", help="How far back, e.g. 30d, or an instant.")
@click.option("--until", metavar="TIME", help="Up to this instant; by default that of the data.")
@click.option("--env", "environment", metavar="NAME", help="Environment whose variables are used.")
@click.option("--jobs", type=click.IntRange(1), help="Processes; by default one for each core.")
@click.option("--allow-incomplete", is_flag=True, help="Incomplete history does not give exit code 7.")
@with_terminal
def command(
    terminal: Terminal,
    *,
    place: str,
    paths: tuple[str, ...],
    live: tuple[str, ...],
    since: str,
    until: str | None,
    environment: str | None,
    jobs: int | None,
    allow_incomplete: bool,
) -> ExitCode:
    """Replay history through the live rules and the recipes: what fires how often, and what would change.

    The history is that of a local file, or of a connection's store. Nothing is written.
    """
    import os

    from ..automations.cases import account, rules_of
    from ..automations.loader import find_project, load_recipes
    from ..automations.replay.bounds import bounds_of
    from ..automations.replay.replay import NeutralRules, replay
    from ..connectors.local.helpdesk import LocalHelpdesk
    from ..engines.neutral import Account
    from ..project import Project
    from .clock import SystemClock
    from .validate import validate

    recipes = validate(paths, environment=environment)
    project = find_project(paths) or Project()
    old = load_recipes(live, project=project, environment=environment) if live else []
    with LocalHelpdesk.open(Path(place.removeprefix("local:")), clock=SystemClock()) as helpdesk:
        own = account(project)
        around = Account({**helpdesk.calendars(), **own.calendars}, own.stages, own.statuses)
        end = _instant(until, "--until") or helpdesk.now()
        with terminal.progress("replaying", unit="tickets") as progress:

            def show(done: int, total: int) -> None:
                progress.total = total
                progress.reach(done)

            found = replay(
                NeutralRules(rules_of(recipes), around),
                NeutralRules(rules_of(old), around),
                helpdesk.store,
                since=_start(since, end),
                until=end,
                bounds={recipe.id: bounds_of(recipe) for recipe in recipes},
                jobs=jobs or os.cpu_count() or 1,
                progress=show,
            )
    terminal.print_json(as_json(found))
    return _code(found, allow_incomplete=allow_incomplete)


def _code(found: "Replay", *, allow_incomplete: bool) -> ExitCode:
    incomplete = not found.is_complete and not allow_incomplete
    return worst(
        [ExitCode.INCOMPLETE if incomplete else ExitCode.OK, ExitCode.OK if found.ok else ExitCode.FINDINGS]
    )


def _start(text: str, end: datetime) -> datetime:
    from ..model.spans import SpanError, parse_span, span_length

    try:
        length: timedelta = span_length(parse_span(text))
    except SpanError:
        at = _instant(text, "--since")
        assert at is not None
        return at
    return end - length


def _instant(text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    from ..model.data_problems import DataProblems
    from ..model.words import read_instant

    try:
        return read_instant(text)
    except DataProblems as error:
        (problem,) = error.problems
        raise click.BadParameter(f"{problem.message}: {problem.hint}", param_hint=option) from None


def as_json(found: "Replay") -> dict[str, Any]:
    """The replay as one document."""
    import json
    from dataclasses import asdict

    plain: dict[str, Any] = json.loads(json.dumps(asdict(found), default=_plain))
    return {"schema": SCHEMA, "ok": found.ok, "complete": found.is_complete, **plain}


def _plain(value: Any) -> Any:
    if isinstance(value, set | frozenset):
        return sorted(value)
    return value.isoformat()
