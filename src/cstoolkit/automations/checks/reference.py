"""docs/checks.md, made from the table of checks: `python -m cstoolkit.automations.checks.reference`."""

import sys
from collections.abc import Iterator

from .check import Check
from .needs import NEEDS
from .parameters import Parameter
from .table import CHECKS

# What a check's `lacks` looks for, in a few words.
LACKS = {
    "BA016": "nothing could say why a ticket waits: no problem link, and none of the fields",
    "BA027": "no organization, person or ticket has one of the tags",
    "BA031": "no field is known to be required for solving, and the recipe names none",
}

INTRODUCTION = """\
# Checks

What an audit looks for. Made from the table of checks by `python -m cstoolkit.automations.checks.reference`.

*Unsolved* is new, open, pending or on hold. Deleted tickets, spam and tickets merged into another are never
looked at. A limit on the business clock counts open hours of the ticket's calendar, holidays excluded. A limit is
reached when exactly so much time has passed. A check whose data is missing says so, and finds nothing.

Parameters go under `checks: params:`. Every value but a list may differ by priority (`{urgent: 30m, high: 2h}`;
priorities that are left out keep their default, and a ticket without one counts as `none`, else as `normal`) and,
under `groups:`, by the group's name. docs/audit.md has examples.
"""


def render_reference() -> str:
    """The page as Markdown."""
    return "\n".join(
        [INTRODUCTION, *_overview(), *(line for check in CHECKS.values() for line in _section(check))]
    )


def _overview() -> Iterator[str]:
    yield "| Check | Finds | Severity | Clock |"
    yield "|---|---|---|---|"
    for check in CHECKS.values():
        yield f"| [{check.id}](#{check.id.lower()}) | {check.title} | {check.severity} | {check.clock} |"
    yield ""


def _section(check: Check) -> Iterator[str]:
    yield f"## {check.id}"
    yield ""
    yield f"**{check.title}** ({check.severity}). {check.rule[0].upper()}{check.rule[1:]}."
    yield ""
    if check.parameters:
        yield "| Parameter | Default | Is |"
        yield "|---|---|---|"
        for name, parameter in check.parameters.items():
            yield f"| `{name}` | `{_default(parameter)}` | {parameter.about} |"
        yield ""
    unavailable = [NEEDS[need].reason for need in check.needs]
    if check.clock == "business":
        unavailable.append("no calendar counts for any ticket")
    if check.lacks is not None:
        unavailable.append(LACKS[check.id])
    if unavailable:
        yield f"Unavailable where {'; '.join(unavailable)}."
        yield ""


def _default(parameter: Parameter) -> str:
    match parameter.default:
        case dict() as by_priority:
            return "{" + ", ".join(f"{key}: {value}" for key, value in by_priority.items()) + "}"
        case list() as names:
            return "[" + ", ".join(names) + "]"
    return str(parameter.default)


if __name__ == "__main__":
    sys.stdout.write(render_reference())
