"""`cstoolkit lint`: what is wrong with rules that are valid. No network, no store, no credentials."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import Problem
from .clock import system_now
from .exit_codes import ExitCode
from .terminal import Terminal, with_terminal

if TYPE_CHECKING:
    from ..lint.findings import Code, Finding

SCHEMA = "cstoolkit/lint/1"
SEVERITIES = ("error", "warning", "info")
FORMATS = ("text", "json", "sarif", "junit", "github", "markdown")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--env", "environment", metavar="NAME", help="Environment whose variables are used.")
@click.option(
    "--fail-on", type=click.Choice(SEVERITIES), default="error", help="The least that fails: exit code 1."
)
@click.option(
    "--show", type=click.Choice(SEVERITIES), default="warning", help="The least that the text shows."
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="What is printed.")
@click.option("--code", "codes", multiple=True, metavar="CODE", help="Only this code; may be repeated.")
@click.option("--explain", metavar="CODE", help="What a code means, with a bad and a good example.")
@with_terminal
def command(
    terminal: Terminal,
    *,
    paths: tuple[str, ...],
    environment: str | None,
    fail_on: str,
    show: str,
    form: str,
    codes: tuple[str, ...],
    explain: str | None,
) -> int:
    """Find rules that never run, run for ever, or mail what they should not; no network.

    PATHS are files and folders, read as one rule set. Without any it is the `recipes` folder of the project.
    """
    from ..lint.catalogue import CODES

    for code in (*codes, *((explain,) if explain else ())):
        if code not in CODES:
            raise click.UsageError(f"there is no code {code}; codes are: {', '.join(CODES)}")
    if explain:
        terminal.print(explanation(CODES[explain]))
        return ExitCode.OK
    findings = lint(paths, environment=environment, codes=codes)
    if terminal.json or form == "json":
        terminal.print_json(_document(findings))
    else:
        _print(findings, form, show, terminal)
    worst = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    failed = any(one.severity in worst and one.suppressed is None for one in findings)
    return ExitCode.FINDINGS if failed else ExitCode.OK


def lint(paths: Sequence[str], *, environment: str | None, codes: Sequence[str] = ()) -> "list[Finding]":
    """Load what is at `paths` with the project of the first, and check its rules. Raises RecipeError, ProjectError."""
    from ..automations.loader import PROJECT_FILE, find_project, load_recipes
    from ..lint.run import lint_recipes
    from .validate import default_folder

    wanted = [path for path in paths if Path(path).name != PROJECT_FILE] or [str(default_folder())]
    project = find_project(paths, holidays=False)
    recipes = load_recipes(wanted, project=project, environment=environment)
    return lint_recipes(recipes, project, today=system_now().date(), codes=codes)


def explanation(code: "Code") -> str:
    """A code on one page."""
    return (
        f"{code.id} {code.name} ({code.severity})\n\n{code.about}\n\n"
        f"Found in:\n\n{_indented(code.bad)}\n\nNot found in:\n\n{_indented(code.good)}"
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.rstrip().splitlines())


def _print(findings: "list[Finding]", form: str, show: str, terminal: Terminal) -> None:
    if form == "text":
        terminal.print(findings_text(findings, show=show, color=terminal.color))
    elif form == "sarif":
        from .. import __version__
        from ..lint.catalogue import CODES
        from ..reports.sarif import render_sarif

        document = render_sarif(findings, list(CODES.values()), version=__version__)
        terminal.print(json.dumps(document, ensure_ascii=False, indent=2))
    elif form == "junit":
        from .lint_junit import render_junit

        terminal.print(render_junit(findings))
    else:
        from ..reports.code_findings import render_annotations, render_table

        terminal.print(render_annotations(findings) if form == "github" else render_table(findings))


def findings_text(findings: "Sequence[Finding]", *, show: str, color: bool) -> str:
    """Each finding with its place, caret, hint and what was tried; then the counts."""
    from .render import plain, problems_text

    shown = SEVERITIES[: SEVERITIES.index(show) + 1]
    blocks = []
    for one in findings:
        if one.severity in shown and one.suppressed is None:
            problem = Problem(
                f"{one.severity}: {one.message}", f"{one.code} {one.name}", one.at, one.hint, one.source
            )
            tried = [
                f"  tried: {plain(line)}" if not index else f"         {plain(line)}"
                for index, line in enumerate(one.trace)
            ]
            blocks.append("\n".join((problems_text([problem], color=color), *tried)))
    return "\n\n".join((*blocks, _counts(findings, shown)))


def _counts(findings: "Sequence[Finding]", shown: Sequence[str]) -> str:
    """Such as "1 error, 2 warnings; 3 infos are not shown (--show info); 1 let pass."."""
    counts: Counter[str] = Counter(one.severity for one in findings if one.suppressed is None)
    words = {"error": "error", "warning": "warning", "info": "note"}
    told = [
        f"{counts[one]} {words[one]}{'s' if counts[one] != 1 else ''}" for one in SEVERITIES if counts[one]
    ]
    hidden = [one for one in SEVERITIES if counts[one] and one not in shown]
    text = ", ".join(told) or "Nothing found"
    if hidden:
        text += f" (--show {hidden[-1]} shows them all)"
    passed = sum(one.suppressed is not None for one in findings)
    return f"{text}{f'; {passed} let pass' if passed else ''}."


def _document(findings: "Sequence[Finding]") -> dict[str, Any]:
    return {"schema": SCHEMA, "findings": [_as_json(one) for one in findings]}


def _as_json(one: "Finding") -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "severity": one.severity,
        "message": one.message,
        "hint": one.hint,
        "rule": one.rule,
        "path": one.at.path if one.at else None,
        "line": one.at.line if one.at else None,
        "column": one.at.column if one.at else None,
        "length": one.at.length if one.at else None,
        "trace": list(one.trace),
        "suppressed": one.suppressed,
        "fingerprint": one.fingerprint,
    }
