"""`cstoolkit backtest`: what rules would have done, on the history of a store."""

import os
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .exit_codes import ExitCode, worst
from .terminal import Terminal, with_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..automations.replay.lists import Rules
    from ..automations.replay.results import Replay
    from ..connectors.local.helpdesk import LocalHelpdesk
    from ..engines.neutral import Account
    from ..project import Project

SCHEMA = "cstoolkit/backtest/1"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line says about a replay."""

    place: str | None
    paths: tuple[str, ...]
    live: tuple[str, ...]
    by: str
    since: str
    until: str | None
    environment: str | None
    rule_writes: str | None
    undone_within: str
    jobs: int | None


@click.command()
@click.argument("place", metavar="CONNECTION|local:FILE", required=False)
@click.option(
    "--rules", "paths", multiple=True, metavar="PATH", help="Recipes; by default the project's folder."
)
@click.option(
    "--live",
    multiple=True,
    metavar="PATH",
    help="Compare with these recipes, or with native rules in a JSON file; by default the store's own rules.",
)
@click.option(
    "--by",
    type=click.Choice(["neutral", "zendesk", "freshdesk"]),
    default="neutral",
    show_default=True,
    help="The engine that runs the recipes: their own meaning, or what they are compiled to.",
)
@click.option(
    "--since", default="90d", metavar="SPAN", show_default=True, help="How far back, or an instant."
)
@click.option("--until", metavar="TIME", help="Up to this instant; by default that of the data.")
@click.option(
    "--past-rules",
    "rule_writes",
    type=click.Choice(["keep", "drop"]),
    help="What rules did in the past: kept, or left out; by default left out where live rules stand for it.",
)
@click.option(
    "--undone-within", default="24h", metavar="SPAN", show_default=True, help="How soon a fire may be undone."
)
@click.option("--env", "environment", metavar="NAME", help="Environment whose variables are used.")
@click.option("--jobs", type=click.IntRange(1), help="Processes; by default one for each core.")
@click.option("--html", metavar="FILE", help="Write the answer as one HTML file, too.")
@click.option("--allow-incomplete", is_flag=True, help="Incomplete history does not give exit code 7.")
@with_terminal
def command(terminal: Terminal, /, *, html: str | None, allow_incomplete: bool, **options: Any) -> ExitCode:
    """Replay history through the live rules and the recipes: what fires how often, and what would change.

    The history is that of a local file, or of a connection's store; without either, of the project's first
    connection. Nothing is written.
    """
    from .backtest_text import replay_text

    wishes = Wishes(**options)
    found = run(terminal, wishes)
    if html is not None:
        from .rule_pages import replay_page, write_page

        write_page(replay_page(found, wishes.place or "the project's first connection"), html)
    if terminal.json:
        terminal.print_json(as_json(found))
    else:
        terminal.print(replay_text(found, color=terminal.color))
    return _code(found, allow_incomplete=allow_incomplete)


def run(terminal: Terminal, wishes: Wishes) -> "Replay":
    """The replay that the wishes ask for."""
    from ..automations.cases import account
    from ..automations.loader import find_project
    from ..automations.replay.bounds import bounds_of
    from ..automations.replay.replay import replay
    from ..project import Project
    from .validate import validate

    recipes = validate(wishes.paths, environment=wishes.environment)
    project = find_project(wishes.paths) or Project()
    with _opened(wishes, project) as helpdesk:
        own = account(project)
        around = _around(helpdesk, own)
        end = _instant(wishes.until, "--until") or helpdesk.now()
        live = _live(wishes, project, helpdesk, around)
        with terminal.progress("replaying", unit="tickets") as progress:

            def show(done: int, total: int) -> None:
                progress.total = total
                progress.reach(done)

            return replay(
                _desired(terminal, wishes, recipes, project, around),
                live,
                helpdesk.store,
                since=_start(wishes.since, end),
                until=end,
                bounds={recipe.id: bounds_of(recipe) for recipe in recipes},
                rule_writes=wishes.rule_writes,  # type: ignore[arg-type]
                undone_within=span_option(wishes.undone_within, "--undone-within"),
                jobs=wishes.jobs or os.cpu_count() or 1,
                progress=show,
            )


def _desired(
    terminal: Terminal, wishes: Wishes, recipes: Sequence[Any], project: "Project", around: "Account"
) -> "Rules":
    """The recipes, or what they are compiled to; recipes that the vendor cannot hold are named and left out."""
    from ..automations.cases import rules_of
    from ..automations.compile import compile_recipes
    from ..automations.replay.lists import FreshdeskRules, NeutralRules, ZendeskRules

    if wishes.by == "neutral":
        return NeutralRules(rules_of(recipes), around)
    compiled = compile_recipes(recipes, project, vendor=wishes.by)
    left = sorted({gap.recipe for gap in compiled.gaps})
    if left:
        terminal.say(f"Left out, since {wishes.by} cannot hold them: {', '.join(left)}")
    if wishes.by == "freshdesk":
        return FreshdeskRules(compiled.rules, around, guards=project.guards)
    return ZendeskRules(compiled.rules, around)


@contextmanager
def _opened(wishes: Wishes, project: "Project") -> "Iterator[LocalHelpdesk]":
    """The store of the place. Raises ProjectError where there is none."""
    from ..connectors.local.helpdesk import LocalHelpdesk
    from ..connectors.named import chosen_connections, find_connection
    from .clock import SystemClock

    if wishes.place is None:
        named = chosen_connections(project, wishes.environment)[0]
    else:
        named = find_connection(wishes.place, project)
    with LocalHelpdesk.open(named.synced_store(), clock=SystemClock()) as helpdesk:
        yield helpdesk


def _around(helpdesk: "LocalHelpdesk", own: "Account") -> "Account":
    from ..engines.neutral import Account

    return Account({**helpdesk.calendars(), **own.calendars}, own.stages, own.statuses)


def _live(wishes: Wishes, project: "Project", helpdesk: "LocalHelpdesk", around: "Account") -> "Rules":
    """The list to compare with: what --live names, else the store's own rules, else none."""
    from ..automations.cases import rules_of
    from ..automations.loader import load_recipes
    from ..automations.replay.lists import NeutralRules
    from ..automations.replay.live import live_rules, rules_in_file

    if not wishes.live:
        return live_rules(helpdesk.rules(), helpdesk.directory(), around)
    if len(wishes.live) == 1 and wishes.live[0].endswith(".json"):
        return rules_in_file(Path(wishes.live[0]), around)
    recipes: Sequence[Any] = load_recipes(wishes.live, project=project, environment=wishes.environment)
    return NeutralRules(rules_of(recipes), around)


def _code(found: "Replay", *, allow_incomplete: bool) -> ExitCode:
    incomplete = not found.is_complete and not allow_incomplete
    return worst(
        [ExitCode.INCOMPLETE if incomplete else ExitCode.OK, ExitCode.OK if found.ok else ExitCode.FINDINGS]
    )


def _start(text: str, end: datetime) -> datetime:
    """A span back from the end, or an instant."""
    if "-" in text:
        at = _instant(text, "--since")
        assert at is not None
        return at
    return end - span_option(text, "--since")


def span_option(text: str, option: str) -> timedelta:
    """A span that an option has. Raises BadParameter."""
    from ..model.spans import SpanError, parse_span, span_length

    try:
        span = parse_span(text)
    except SpanError as error:
        hint = f": {error.hint}" if error.hint else ""
        raise click.BadParameter(f"{error}{hint}", param_hint=option) from None
    if span.calendar is not None:
        raise click.BadParameter("business hours make no window: write 30d or 36h", param_hint=option)
    return span_length(span)


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
