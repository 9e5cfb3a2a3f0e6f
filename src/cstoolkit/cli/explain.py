"""`cstoolkit explain`: why a rule runs on a ticket or does not, test by test."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..automations.loader import find_project, load_recipes
from ..errors import ProjectError
from ..model.data_problems import did_you_mean
from .render import plain, table
from .terminal import Terminal, with_terminal
from .ticket_argument import event_option, happened, read_subject

if TYPE_CHECKING:
    from ..automations.explain import Explanation
    from ..engines.trace import Step

SCHEMA = "cstoolkit/explain/1"


@click.command()
@click.argument("rule", metavar="RULE")
@click.argument("ticket", metavar="TICKET")
@event_option
@click.option("--html", metavar="FILE", help="Write the answer as one HTML file, too.")
@click.option("--env", "environment", metavar="NAME", help="Environment whose variables are used.")
@with_terminal
def command(
    terminal: Terminal,
    *,
    rule: str,
    ticket: str,
    event: str | None,
    html: str | None,
    environment: str | None,
) -> None:
    """Show each condition of RULE on TICKET: what it wants, what it sees, and what the rule would do.

    RULE is a recipe file, with #ID where it holds several, or a JSON file of live rules with #TITLE. TICKET is a file with `given:` and `event:`, as in
    a test, or local:FILE#ID. Nothing is written.
    """
    from ..automations.explain import explain
    from ..project import Project

    path, _, wanted = rule.partition("#")
    project = find_project([path]) or Project()
    subject = read_subject(ticket, event, project)
    if path.endswith(".json"):
        from ..automations.explain_native import explain_native

        found = explain_native(Path(path), wanted, subject, project)
    else:
        recipe = _chosen(load_recipes([path], project=project, environment=environment), path, wanted)
        found = explain(recipe, subject, project)
    if html is not None:
        from .rule_pages import explanation_page, write_page

        write_page(explanation_page(found), html)
    if terminal.json:
        terminal.print_json(as_json(found))
    else:
        terminal.print(explanation_text(found, color=terminal.color))


def _chosen(recipes: Sequence[Any], path: str, wanted: str) -> Any:
    ids = [recipe.id for recipe in recipes]
    if not wanted and len(recipes) == 1:
        return recipes[0]
    if wanted in ids:
        return recipes[ids.index(wanted)]
    if wanted:
        hint = did_you_mean(wanted, ids, label="recipes there are")
        raise ProjectError(f'there is no recipe "{wanted}" in {path}', hint=hint)
    raise ProjectError(
        f"{path} holds {len(ids)} recipes", hint=f"name one: {path}#{ids[0]} (or {', '.join(ids[1:])})"
    )


def explanation_text(found: "Explanation", *, color: bool) -> str:
    """The verdict, the tests as a table, and what the rule does."""
    from ..automations.cases_reasons import say, say_wanted

    verdict = "runs" if found.fired else "does not run"
    lines = [
        plain(f'{found.rule}, the {found.kind} "{found.title}", {verdict}: {found.why}.'),
        plain(happened(found.look)),
    ]
    rows = [
        ("yes" if test.holds else "no", test.path, say_wanted(test.op, test.expected), say(test.actual))
        for test in found.tests
    ]
    if rows:
        lines += ["", table(("holds", "test", "wants", "sees"), rows, color=color)]
    return "\n".join([*lines, *(f"\n{text}" for text in messages_text([found.step]))])


def messages_text(steps: "Sequence[Step]") -> list[str]:
    """Each message and call of some steps, with its text."""
    texts = []
    for step in steps:
        for message in step.messages:
            receivers = ", ".join(message.to)
            head = plain(f"To {message.audience} ({receivers}), by {step.rule}: {message.subject}")
            body = (f"    {plain(line)}" for line in (message.body or "").splitlines())
            texts.append("\n".join([head, *body]))
        texts += [plain(f"Call to {call.endpoint}, by {step.rule}: {call.body}") for call in step.calls]
    return texts


def as_json(found: "Explanation") -> dict[str, Any]:
    from ..engines.neutral_record import plain

    return {
        "schema": SCHEMA,
        "rule": found.rule,
        "kind": found.kind,
        "now": plain(found.look.now),
        "events": sorted(found.look.events),
        "actor": found.look.actor,
        "why": found.why,
        "tests": [
            {
                "path": test.path,
                "field": test.field,
                "op": test.op,
                "expected": test.expected,
                "actual": test.actual,
                "holds": test.holds,
                "line": test.at.line if test.at else None,
            }
            for test in found.tests
        ],
        **step_json(found.step),
    }


def step_json(step: "Step") -> dict[str, Any]:
    """A step of a trace, as JSON."""
    from dataclasses import asdict

    return asdict(step)
