"""`cstoolkit simulate`: one ticket through the whole rule list."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..automations.loader import find_project
from .explain import messages_text, step_json
from .render import plain, table
from .terminal import Terminal, with_terminal
from .ticket_argument import event_option, happened, read_subject
from .validate import validate

if TYPE_CHECKING:
    from ..automations.explain import Look

SCHEMA = "cstoolkit/simulate/1"


@click.command()
@click.argument("ticket", metavar="TICKET")
@click.option(
    "--rules",
    "paths",
    multiple=True,
    metavar="PATH",
    help="Recipes, or a JSON file of live rules; by default the project's folder.",
)
@event_option
@click.option("--html", metavar="FILE", help="Write the answer as one HTML file, too.")
@click.option("--env", "environment", metavar="NAME", help="Environment whose variables are used.")
@with_terminal
def command(
    terminal: Terminal,
    *,
    ticket: str,
    paths: tuple[str, ...],
    event: str | None,
    html: str | None,
    environment: str | None,
) -> None:
    """Show what every rule makes of TICKET, in order, and the ticket they leave. Nothing is written.

    TICKET is a file with `given:` and `event:`, as in a test, or local:FILE#ID. Where nothing happens to it, it
    is a scan of the automations.
    """
    from ..automations.explain import simulate
    from ..project import Project

    project = find_project(paths) or Project()
    subject = read_subject(ticket, event, project)
    if len(paths) == 1 and paths[0].endswith(".json"):
        from ..automations.explain_native import simulate_native

        looks, engine = simulate_native(Path(paths[0]), subject, project)
    else:
        looks = simulate(validate(paths, environment=environment), subject, project)
        engine = "the neutral engine; each vendor's own way may differ (docs: testing rules)"
    if html is not None:
        from .rule_pages import simulation_page, write_page

        write_page(simulation_page(looks, ticket), html)
    if terminal.json:
        terminal.print_json({"schema": SCHEMA, "looks": [as_json(look) for look in looks]})
        return
    for look in looks:
        terminal.print(f"{look_text(look, color=terminal.color)}\n")
    terminal.print(f"Run by {engine}.")


def look_text(look: "Look", *, color: bool) -> str:
    """One update or scan: every rule with its outcome, then messages, then the ticket."""
    from ..automations.cases_expect import is_effect
    from ..automations.cases_reasons import say, say_change, say_effects, say_idle

    trace = look.ran.trace
    rows = [
        (number, step.rule, step.outcome, say_effects(step) if is_effect(step) else say_idle(step))
        for number, step in enumerate(trace.steps, start=1)
    ]
    saved = "; ".join(say_change(change) for change in look.ran.saved)
    lines = [plain(happened(look) + (f": {saved}" if saved else ""))]
    lines.append(
        table(("#", "rule", "outcome", "because"), rows, right=(0,), color=color)
        if rows
        else "No rule looks at this."
    )
    lines += messages_text(trace.steps)
    held = ", ".join(
        f"{name}: {say(value)}" for name, value in trace.ticket.items() if value not in (None, [], {})
    )
    return "\n".join([*lines, plain(f"The ticket then: {held}")])


def as_json(look: "Look") -> dict[str, Any]:
    from dataclasses import asdict

    from ..engines.neutral_record import plain

    return {
        "now": plain(look.now),
        "events": sorted(look.events),
        "actor": look.actor,
        "changes": [asdict(change) for change in look.ran.saved],
        "steps": [step_json(step) for step in look.ran.trace.steps],
        "ticket": look.ran.trace.ticket,
        "switches": dict(look.ran.trace.switches),
    }
