"""`cstoolkit test --update`: what came into the expectations of failed cases, shown first and asked about."""

import difflib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ..errors import RefusedError
from .render import plain
from .terminal import Terminal

if TYPE_CHECKING:
    from ..automations.cases import CasesReport
    from ..automations.cases_update import Rewriting


def update_expectations(terminal: Terminal, report: "CasesReport", *, sure: bool) -> bool:
    """Show the difference and write it; whether anything was written.

    Raises RefusedError where nobody can be asked, and nobody said `--yes`.
    """
    from ..automations.cases_update import rewritings
    from ..reports.files import write_report

    found = list(rewritings(report.results))
    for each in found:
        for name in each.left:
            terminal.say(plain(f"not rewritten: {name}: what came is no expectation; change it by hand"))
    changed = [each for each in found if each.after != each.before]
    for each in changed:
        print("\n".join(difference(each, color=terminal.color_errors)), file=terminal.stderr)
    if not changed or not _agreed(changed, sure=sure):
        return False
    for each in changed:
        write_report(each.after, each.path)
        terminal.say(f"{each.path}: {_count(each.cases)} rewritten")
    return True


def _agreed(changed: "list[Rewriting]", *, sure: bool) -> bool:
    if sure:
        return True
    if not sys.stdin.isatty():
        raise RefusedError(
            "expectations are rewritten only where somebody says so",
            hint="look at the difference, then add --yes",
        )
    cases = sum(each.cases for each in changed)
    return click.confirm(f"Write this into {_count(cases)}?", default=False, err=True)


def _count(cases: int) -> str:
    return "1 case" if cases == 1 else f"{cases} cases"


def difference(found: "Rewriting", *, color: bool) -> Iterator[str]:
    """A unified diff of one file."""
    name = str(found.path)
    before, after = found.before.splitlines(), found.after.splitlines()
    colors = {"+": "green", "-": "red", "@": "cyan"}
    for line in difflib.unified_diff(before, after, name, name, lineterm="", n=2):
        text = plain(line)
        yield click.style(text, fg=colors[line[0]]) if color and line[:1] in colors else text
