"""`cstoolkit tickets`: list, show and export the tickets of a helpdesk."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import Problem, ProjectError, RecipeError
from . import render
from .connections import read_from
from .terminal import Terminal, with_terminal

if TYPE_CHECKING:
    from ..connectors.base import Helpdesk
    from ..model.conditions import Condition
    from ..model.ticket import Ticket

LIST_SCHEMA = "cstoolkit/tickets/1"
SHOW_SCHEMA = "cstoolkit/ticket/1"
EXPORT_SCHEMA = "cstoolkit/tickets-export/1"
LISTED = 50  # tickets shown unless more are asked for
HEAD = ("id", "status", "priority", "group", "assignee", "created", "subject")
SUBJECT_WIDTH = 60
GONE = ("deleted", "spam")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """List, show and export tickets. Nothing is changed.

    CONNECTION is a name in cstoolkit.yaml, or an address such as local:FILE. Of a vendor's account the store is
    read, as `cstoolkit sync` left it; --live asks the vendor.
    """


def _read(function: Any) -> Any:
    """What every one of them takes."""
    live = click.option("--live", is_flag=True, help="Ask the vendor itself, not the store.")
    wait = click.option("--wait", default=0.0, metavar="SECONDS", help="How long to wait for a store in use.")
    return click.argument("connection")(live(wait(function)))


def _chosen(function: Any) -> Any:
    """The options that choose tickets."""
    where = click.option(
        "--where", metavar="CONDITION", help='A condition such as "{status: open}", or a YAML file with one.'
    )
    gone = click.option("--gone", is_flag=True, help="Deleted tickets and spam too.")
    return _read(where(gone(function)))


@command.command("list")
@_chosen
@click.option(
    "--limit",
    default=LISTED,
    show_default=True,
    type=click.IntRange(min=0),
    help="How many; 0 is all of them.",
)
@with_terminal
def list_(
    terminal: Terminal,
    *,
    connection: str,
    where: str | None,
    gone: bool,
    live: bool,
    wait: float,
    limit: int,
) -> None:
    """List the tickets of CONNECTION, oldest first."""
    from itertools import islice

    from ..reports.ticket_table import json_record

    condition = read_condition(where)
    with read_from(terminal, connection, live=live, wait=wait) as desk:
        found = list(islice(_tickets(desk, condition, gone=gone), limit or None))
        cut = bool(limit) and len(found) == limit
        total = _count(desk, condition, gone=gone) if cut else len(found)
    if terminal.json:
        records = [json_record(ticket) for ticket in found]
        terminal.print_json({"schema": LIST_SCHEMA, "total": total, "tickets": records})
        return
    terminal.print(render.table(HEAD, [_line(ticket) for ticket in found], color=terminal.color))
    more = f"; --limit 0 lists all {total:,}" if total > len(found) else ""
    terminal.say(f"{len(found):,} of {total:,} tickets{more}")


@command.command("show")
@_read
@click.argument("ticket_id", metavar="ID")
@with_terminal
def show(terminal: Terminal, *, connection: str, ticket_id: str, live: bool, wait: float) -> None:
    """Show one ticket with its comments and its history."""
    from ..reports.ticket_table import instant_text, json_record

    with read_from(terminal, connection, live=live, wait=wait) as desk:
        ticket = desk.ticket(ticket_id)
        comments = desk.comments(ticket_id)
        events = list(desk.history([ticket_id]))
    record = json_record(ticket)
    if terminal.json:
        document = {
            "schema": SHOW_SCHEMA,
            "ticket": record,
            "comments": [comment.model_dump(mode="json") for comment in comments],
            "history": [event.model_dump(mode="json") for event in events],
        }
        terminal.print_json(document)
        return
    facts = [(name, _shown(value)) for name, value in record.items() if value not in (None, [], {})]
    terminal.print(render.table(("field", "value"), facts, color=terminal.color))
    for comment in comments:
        kind = "public" if comment.public else "private"
        terminal.print(f"\n{instant_text(comment.created_at)}  {comment.author_role}, {kind}")
        for line in comment.text.splitlines():
            terminal.print(f"  {render.plain(line)}")
    if events:
        rows = [
            (instant_text(e.occurred_at), e.kind, e.field, e.before, e.after, e.actor_role) for e in events
        ]
        terminal.print()
        terminal.print(
            render.table(("at", "what", "field", "before", "after", "by"), rows, color=terminal.color)
        )


@command.command("export")
@_chosen
@click.option("--to", "file", required=True, metavar="FILE", help="A .csv, .xlsx, .jsonl or .parquet file.")
@click.option("--format", metavar="FORMAT", help="csv, xlsx, jsonl or parquet, where the name does not tell.")
@click.option("--limit", default=0, type=click.IntRange(min=0), help="At most so many.")
@with_terminal
def export(
    terminal: Terminal,
    *,
    connection: str,
    where: str | None,
    gone: bool,
    live: bool,
    wait: float,
    file: str,
    format: str | None,
    limit: int,
) -> None:
    """Write the tickets of CONNECTION to a file, oldest first; it is whole or not there at all.

    In CSV a text that a spreadsheet would take for a formula gets an apostrophe in front. JSONL and Parquet
    are exact.
    """
    from itertools import islice

    from ..reports.ticket_table import write_tickets

    condition = read_condition(where)
    with (
        read_from(terminal, connection, live=live, wait=wait) as desk,
        terminal.progress("exporting") as progress,
    ):
        tickets = islice(_tickets(desk, condition, gone=gone), limit or None)

        def passing() -> Iterator["Ticket"]:
            for ticket in tickets:
                progress.advance()
                yield ticket

        count = write_tickets(passing(), Path(file), format=format)
    if terminal.json:
        terminal.print_json({"schema": EXPORT_SCHEMA, "tickets": count, "file": file})
    else:
        terminal.print(f"{count:,} tickets are in {file}")


def read_condition(where: str | None) -> "Condition | None":
    """The condition of --where: YAML, or the name of a file that holds it. Raises RecipeError."""
    if where is None:
        return None
    from ..automations.source import parse
    from ..automations.source_text import SourceText, read_source
    from ..model.condition_syntax import parse_condition
    from ..model.data_problems import DataProblems

    source = read_source(Path(where), where) if _is_file(where) else SourceText("--where", where)
    if isinstance(source, Problem):
        raise RecipeError([source])
    documents, problems = parse(source)
    if problems:
        raise RecipeError(problems)
    if len(documents) != 1:
        raise ProjectError("--where holds no condition", hint='write for example --where "{status: open}"')
    (document,) = documents
    try:
        return parse_condition(document.value, scope="state", locate=document.locate)
    except DataProblems as found:
        raise RecipeError(
            document.problem(each.path, each.message, each.code, hint=each.hint, on_key=each.on_key)
            for each in found.problems
        ) from found


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # too long for a name, or with a NUL
        return False


def _tickets(desk: "Helpdesk", where: "Condition | None", *, gone: bool) -> Iterator["Ticket"]:
    """A deleted ticket is none unless somebody asks for it; a merged one is still there, closed."""
    return (one for one in desk.tickets(where=where) if gone or one.gone not in GONE)


def _count(desk: "Helpdesk", where: "Condition | None", *, gone: bool) -> int:
    from ..connectors.local.helpdesk import LocalHelpdesk

    if isinstance(desk, LocalHelpdesk):
        return desk.count(where, present=not gone).n
    if where is None and not gone:
        return desk.count().n
    return sum(1 for _ in _tickets(desk, where, gone=gone))


def _line(ticket: "Ticket") -> tuple[object, ...]:
    from ..reports.ticket_table import shown_name

    subject = ticket.subject or ""
    return (
        ticket.id,
        ticket.gone or ticket.status.native,
        ticket.priority and ticket.priority.native,
        shown_name(ticket.group),
        shown_name(ticket.assignee),
        f"{ticket.created_at:%Y-%m-%d %H:%M}",
        subject if len(subject) <= SUBJECT_WIDTH else f"{subject[: SUBJECT_WIDTH - 1]}…",
    )


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {held}" for name, held in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)
