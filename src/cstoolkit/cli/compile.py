"""`cstoolkit compile`: recipes as each helpdesk's own rules, and what it cannot hold. No network, no account."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..automations.loader import find_project
from ..errors import ProjectError
from ..model.data_problems import did_you_mean
from .exit_codes import ExitCode
from .render import error_text, table
from .terminal import Terminal, with_terminal
from .validate import validate

if TYPE_CHECKING:
    from ..automations.compile import Compiled, RuleGap
    from ..project import Project

SCHEMA = "cstoolkit/compile/1"


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--vendor", "vendors", multiple=True, metavar="NAME", help="For this helpdesk only.")
@click.option("--connection", metavar="NAME", help="For this connection, with its statuses and switches.")
@click.option("--out", metavar="DIR", type=click.Path(file_okay=False), help="Write a file for each rule.")
@click.option("--env", "environment", metavar="NAME", help="Environment whose variables are used.")
@with_terminal
def command(
    terminal: Terminal,
    *,
    paths: tuple[str, ...],
    vendors: tuple[str, ...],
    connection: str | None,
    out: str | None,
    environment: str | None,
) -> ExitCode:
    """Show what recipes are in each helpdesk's own words, and every gap; no network, no account.

    PATHS are files and folders. Without any it is the `recipes` folder of the project. A gap that a recipe's
    `on_gap` does not cover gives 3.
    """
    recipes = validate(paths, environment=environment)
    found = compile_all(recipes, find_project(paths), vendors=vendors, connection=connection)
    if out is not None:
        write_files(found, Path(out))
    if terminal.json:
        terminal.print_json({"schema": SCHEMA, "vendors": [as_document(one) for one in found]})
    else:
        for one in found:
            terminal.print(as_text(one, color=terminal.color, rules=out is None))
    uncovered = sum(len(one.uncovered) for one in found)
    if not uncovered:
        return ExitCode.OK
    said = "1 gap is" if uncovered == 1 else f"{uncovered} gaps are"
    hint = "write on_gap: client, or {skip: why this helpdesk does without}, or what the table names"
    print(error_text(f"{said} not covered", hint, color=terminal.color_errors), file=terminal.stderr)
    return ExitCode.INVALID


def compile_all(
    recipes: Sequence[Any], project: "Project | None", *, vendors: Sequence[str], connection: str | None
) -> "list[Compiled]":
    """One result a vendor: those named, else the connection's, else all whose rules are compiled.

    Raises ProjectError for a vendor or a connection that is not there.
    """
    from ..automations.compile import MAPPINGS, compile_recipes

    if connection is not None:
        connections = project.connections if project else {}
        if connection not in connections:
            hint = did_you_mean(connection, connections, label="connections are")
            raise ProjectError(f'there is no connection "{connection}"', hint=hint)
        vendors = (connections[connection].vendor,)
    return [
        compile_recipes(recipes, project, vendor=vendor, connection=connection)
        for vendor in vendors or [one for one in MAPPINGS if one != "local"]
    ]


def write_files(found: "Sequence[Compiled]", folder: Path) -> None:
    """One file a rule, `vendor/kind/key.json`. A file of a rule that is no more stays: the folder is yours."""
    from ..automations.compile import as_json

    for one in found:
        for rule in one.rules:
            path = folder / one.vendor / rule.kind / f"{(rule.key or rule.title).replace('#', '.')}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(as_json([rule]), encoding="utf-8")


def as_document(one: "Compiled") -> dict[str, Any]:
    from ..automations.compile import plain_rule

    return {
        "vendor": one.vendor,
        "rules": [plain_rule(rule) for rule in one.rules],
        "client": [rule.id for rule in one.client],
        "skipped": list(one.skipped),
        "gaps": [_plain_gap(each) for each in one.gaps],
    }


def _plain_gap(each: "RuleGap") -> dict[str, Any]:
    gap = each.gap
    return {
        "recipe": each.recipe,
        "part": gap.part,
        "cell": gap.cell,
        "message": gap.message,
        "nearest": gap.nearest,
        "path": gap.at.path if gap.at else None,
        "line": gap.at.line if gap.at else None,
        "cover": each.cover,
        "reason": each.reason,
    }


def as_text(one: "Compiled", *, color: bool, rules: bool = True) -> str:
    """The rules as JSON, a line that counts them, and the gaps."""
    from ..automations.compile import as_json

    parts = [as_json(one.rules)] if rules and one.rules else []
    parts.append(summary(one))
    if one.gaps:
        header = ["", "recipe", "what it says", "nearest", "where"]
        rows = [
            [each.cover, each.recipe, each.gap.message, each.gap.nearest or "", str(each.gap.at or "")]
            for each in one.gaps
        ]
        parts += ["", table(header, rows, color=color)]
    return "\n".join(parts)


def summary(one: "Compiled") -> str:
    """Such as "zendesk: 12 rules; 2 recipes for our runner, 1 left out"."""
    count = len(one.rules)
    more = [
        f"{number} {what}"
        for number, what in (
            (len(one.client), "for our runner"),
            (len(one.skipped), "left out"),
            (len({each.recipe for each in one.uncovered}), "with gaps"),
        )
        if number
    ]
    said = f"{one.vendor}: {count} {'rule' if count == 1 else 'rules'}"
    return f"{said}; recipes: {', '.join(more)}" if more else said
