"""What a run of rules tells: a table of changes, one line for machines, or one JSON document."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from .render import plain, table
from .terminal import Terminal

if TYPE_CHECKING:
    from ..automations.runner.plan import PlannedChange, RunPlan
    from ..automations.runner.run import RunReport
    from .run_rules import Outcome

SCHEMA = "cstoolkit/run/1"
SHOWN = 50  # changes in the table
LONG = 60  # letters of a message
LOT = {"zendesk": 100, "freshdesk": 1, "local": 500}
"""Tickets that one call takes."""


def tell(terminal: Terminal, outcome: "Outcome") -> None:
    """One connection's run."""
    if terminal.json:
        return
    if terminal.quiet:
        terminal.print(machine_line(outcome))
        return
    if outcome.plan is not None:
        _tell_plan(terminal, outcome.connection, outcome.plan, applied=outcome.report is not None)
    if outcome.report is None:
        count = len(outcome.plan.changes) if outcome.plan else 0
        calls = calls_of(outcome)
        sending = f" It would take about {calls} calls; --apply does it." if count else ""
        terminal.print(f"Nothing was sent.{sending}")
    else:
        _tell_report(terminal, outcome.connection, outcome.report)


def _tell_plan(terminal: Terminal, connection: str, plan: "RunPlan", *, applied: bool) -> None:
    rows = [_row(one) for one in plan.changes[:SHOWN]]
    if rows:
        header = ("ticket", "recipe", "why", "changes", "message")
        terminal.print(table(header, rows, color=terminal.color))
    if len(plan.changes) > SHOWN:
        terminal.print(f"... and {len(plan.changes) - SHOWN:,} more; --json shows all")
    tickets = len({one.change.ticket_id for one in plan.changes})
    verb = "changes" if applied else "changes to make"
    terminal.print(
        f"{connection}: {len(plan.changes):,} {verb} on {tickets:,} tickets, {plan.messages:,} messages; "
        f"{plan.tickets:,} tickets looked at."
    )
    for line in _remarks(plan):
        terminal.print(plain(line))


def _remarks(plan: "RunPlan") -> Iterator[str]:
    if plan.earlier:
        yield (
            f"First run: {plan.earlier:,} updates from before now are not looked at; --since goes back, what comes "
            "from now on is seen by the next run."
        )
    if plan.untold:
        yield f"{plan.untold:,} tickets have no history: no trigger looks at them."
    for one in plan.unjudged[:5]:
        yield f"NOT JUDGED ticket {one.ticket_id}, {one.rule}: {one.reason}"
    if len(plan.unjudged) > 5:
        yield f"... and {len(plan.unjudged) - 5:,} more that could not be judged"
    for key in plan.blocked:
        yield f"NOT REPEATED {key}: whether it was said is not known; look at the ticket"


def _row(planned: "PlannedChange") -> tuple[str, ...]:
    change = planned.change
    parts = [f"{name}: {'none' if value is None else value}" for name, value in change.set.items()]
    parts += [f"+{tag}" for tag in sorted(change.add_tags)] + [
        f"-{tag}" for tag in sorted(change.remove_tags)
    ]
    handed = f"by {', '.join(planned.task.handed)}" if planned.task.handed and planned.messages else ""
    said = ""
    if change.say is not None:
        text = change.say.text if len(change.say.text) <= LONG else f"{change.say.text[: LONG - 1]}…"
        said = f"{'reply' if change.say.public else 'note'}: {text}"
    why = change.why.removeprefix(f"{planned.recipe}: ")
    return tuple(
        plain(cell) for cell in (change.ticket_id, planned.recipe, why, ", ".join(parts), said or handed)
    )


def _tell_report(terminal: Terminal, connection: str, report: "RunReport") -> None:
    if report.went_on:
        terminal.print(
            f"{connection}: run {report.run_id} had been cut off; it was gone on with, nothing new was planned"
        )
    counts = ", ".join(f"{count:,} {outcome}" for outcome, count in report.counts.items()) or "nothing to do"
    terminal.print(f"{connection}: {counts} (run {report.run_id})")
    for one in report.troubles:
        terminal.print(plain(f"  {one.outcome}: {one.key}: {one.error}"))
    if report.left:
        terminal.print(
            f"  {report.left:,} changes were not begun: time was up; the next run goes on with them"
        )
    if any(one.outcome == "conflict" for one in report.troubles):
        terminal.say("hint: somebody changed the ticket meanwhile; the next run judges it again")
    if any(one.outcome == "unknown" for one in report.troubles):
        terminal.say("hint: what is unknown is never sent again; look at the tickets")


def calls_of(outcome: "Outcome") -> int:
    """About how many calls: each lot of tickets is read, sent, and asked for; what says twice comes twice."""
    if outcome.plan is None:
        return 0
    per_ticket: dict[str, int] = {}
    for one in outcome.plan.changes:
        said = one.change.say is not None
        held = per_ticket.get(one.change.ticket_id, 0)
        per_ticket[one.change.ticket_id] = max(1, held + said)
    lot = LOT.get(outcome.vendor, 1)
    rounds = range(max(per_ticket.values(), default=0))
    return sum(3 * -(-sum(count > n for count in per_ticket.values()) // lot) for n in rounds)


def machine_line(outcome: "Outcome") -> str:
    """One line of words and numbers for scripts: `key=value`, in this order, values without blanks."""
    plan, report = outcome.plan, outcome.report
    counts = report.counts if report else {}
    facts: dict[str, Any] = {
        "run": outcome.connection,
        "id": report.run_id if report else "none",
        "changes": len(plan.changes) if plan else "none",
        "messages": plan.messages if plan else "none",
        **{word: counts.get(word, 0) for word in ("done", "unchanged", "refused", "conflict", "unknown")},
        "left": report.left if report else 0,
        "unjudged": len(plan.unjudged) if plan else 0,
        "code": int(outcome.code),
    }
    return " ".join(f"{key}={value}" for key, value in facts.items())


def print_json(terminal: Terminal, outcomes: "Sequence[Outcome]") -> None:
    terminal.print_json({"schema": SCHEMA, "runs": [_json(one) for one in outcomes]})


def _json(outcome: "Outcome") -> dict[str, Any]:
    plan, report = outcome.plan, outcome.report
    found: dict[str, Any] = {"connection": outcome.connection, "code": int(outcome.code)}
    if plan is not None:
        found |= {
            "now": plan.now.isoformat(),
            "changes": [_change_json(one) for one in plan.changes],
            "messages": plan.messages,
            "calls": calls_of(outcome),
            "looked_at": plan.tickets,
            "earlier": plan.earlier,
            "untold": plan.untold,
            "unjudged": [
                {"ticket": one.ticket_id, "recipe": one.rule, "reason": one.reason} for one in plan.unjudged
            ],
            "not_repeated": list(plan.blocked),
        }
    if report is not None:
        found |= {
            "run": report.run_id,
            "went_on": report.went_on,
            "outcomes": report.counts,
            "left": report.left,
            "troubles": [
                {"key": one.key, "ticket": one.ticket_id, "outcome": one.outcome, "error": one.error}
                for one in report.troubles
            ],
        }
    return found


def _change_json(planned: "PlannedChange") -> dict[str, Any]:
    import json

    from ..automations.runner.change_text import change_to_text

    plain_change: dict[str, Any] = json.loads(change_to_text(planned.change))
    return {
        **plain_change,
        "recipe": planned.recipe,
        "at": planned.at.isoformat(),
        "messages": planned.messages,
    }
