"""`cstoolkit drift`: what was changed in accounts behind the back of the recipes."""

from typing import TYPE_CHECKING, Any

import click

from .connections import opened, project_here, rules_connections
from .exit_codes import ExitCode
from .plan_text import difference_lines
from .render import plain
from .terminal import Terminal, with_terminal

if TYPE_CHECKING:
    from ..automations.drift import Drift
    from ..connectors.named import Named

SCHEMA = "cstoolkit/drift/1"


@click.command()
@click.argument("connection", required=False)
@click.option("--env", "environment", metavar="NAME", help="The connections of an environment.")
@click.option("--check", "checking", is_flag=True, help="Exit with 2 if anything was changed.")
@with_terminal
def command(
    terminal: Terminal, *, connection: str | None, environment: str | None, checking: bool
) -> ExitCode:
    """Compare live rules with cstoolkit.lock: what somebody changed since they were applied or pulled."""
    from ..project import Project

    accounts, _ = rules_connections(project_here() or Project(), connection, environment)
    found = [(named, _found(terminal, named)) for named in accounts]
    if terminal.json:
        terminal.print_json(
            {
                "schema": SCHEMA,
                "connections": {named.name: [_json(one) for one in drift] for named, drift in found},
            }
        )
    else:
        for named, drift in found:
            _tell(terminal, named.name, drift)
    return ExitCode.CHANGES if checking and any(drift for _, drift in found) else ExitCode.OK


def _found(terminal: Terminal, named: "Named") -> "tuple[Drift, ...]":
    from ..automations.compile import vendor_rules
    from ..automations.drift import find_drift, with_changes
    from ..automations.lock import LOCK_FILE, read_lock

    lock = read_lock(named.folder / LOCK_FILE).of(named.name)
    with opened(terminal, named) as desk:
        found = find_drift(desk.rules(), lock, normalise=vendor_rules(named.vendor).normalise)
        return with_changes(found, desk)


def _tell(terminal: Terminal, name: str, drift: "tuple[Drift, ...]") -> None:
    from ..automations.rollout import change_text

    if not drift:
        terminal.print(f"{name}: no drift")
        return
    terminal.print(f"{name}: {len(drift)} of its rules are not as they were left")
    for one in drift:
        when = f", {change_text(one.change)}" if one.change else ""
        terminal.print(plain(f'{one.what:8} {one.kind} {one.id} "{one.title}" ({one.key}){when}'))
        for line in difference_lines(one.differences):
            terminal.print(f"    {line}")
    terminal.say("cstoolkit plan shows how to put them back; cstoolkit pull takes them over into the recipes")


def _json(one: "Drift") -> dict[str, Any]:
    return {
        "key": one.key,
        "kind": one.kind,
        "id": one.id,
        "title": one.title,
        "what": one.what,
        "changed_at": one.change.at.isoformat() if one.change else None,
        "changed_by": one.change.by if one.change else None,
        "differences": [
            {"place": item.place, "before": item.before, "after": item.after} for item in one.differences
        ],
    }
