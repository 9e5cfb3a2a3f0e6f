"""Writers of tickets and their past: rows of tickets, states, changes, comments and tags."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from ...model.history import Event
from ...model.ticket import Comment
from ...store import rows as store_rows
from .changes import events_from_changes
from .files import SourceRow
from .histories import TicketFile, ticket_from_row, ticket_from_states
from .messages import comment_from_row, comments_of_ticket
from .past import replace_events, store_comments
from .people import Mentioned
from .staging import Numbered, in_ticket_order
from .values import BadRowError, Values, row_reader
from .writing import CHUNK, Writing, chunks, created_instants, roles_of, staged, usable, write_mentioned


def write_tickets(rows: Iterable[SourceRow], writing: Writing) -> None:
    """`row: ticket`."""
    recipe, mentioned = writing.recipe, Mentioned()
    has_ends = "solved_at" in recipe.fields or "closed_at" in recipe.fields
    messages = comments_of_ticket(recipe)

    def files() -> Iterator[tuple[TicketFile, list[Comment]]]:
        for number, row, values in usable(rows, writing):
            try:
                file = ticket_from_row(values, mentioned, has_ends=has_ends)
                yield file, list(messages(number, row, file.ticket.id, file.ticket.created_at))
            except BadRowError as bad:
                writing.refuse(number, str(bad), row)

    _write_files(files(), writing)
    write_mentioned(mentioned, writing)


def write_states(rows: Iterable[SourceRow], writing: Writing) -> None:
    """`row: event`: the states of each ticket in turn."""
    mentioned = Mentioned()
    read = row_reader(writing.recipe)

    def files() -> Iterator[tuple[TicketFile, list[Comment]]]:
        for _, group in in_ticket_order(staged(rows, writing, "id"), writing.recipe.time):
            states = list(_states(group, read, writing))
            if states:
                yield ticket_from_states(states, mentioned), []

    _write_files(files(), writing)
    write_mentioned(mentioned, writing)


def _states(
    group: Iterable[Numbered], read: Callable[[int, Mapping[str, Any]], Values], writing: Writing
) -> Iterator[Values]:
    """The usable states of one ticket, oldest first."""
    started = False
    for number, row in group:
        try:
            values = read(number, row)
            _check_state(values, started=started)
        except BadRowError as bad:
            writing.refuse(number, str(bad), row)
        else:
            started = True
            yield values


def _check_state(values: Values, *, started: bool) -> None:
    created_at = values.get("created_at")
    if created_at is not None and values["at"] < created_at:
        raise BadRowError(
            f"ticket {values['id']} was updated at {values['at']}, before it was created at {created_at}"
        )
    if not started and values["status"] is None:
        raise BadRowError(f"ticket {values['id']} starts without a status")


def write_changes(rows: Iterable[SourceRow], writing: Writing) -> None:
    """`row: change`: a log of single changes beside tickets that are there already."""
    mentioned = Mentioned()
    read = row_reader(writing.recipe)
    groups = in_ticket_order(staged(rows, writing, "ticket"), writing.recipe.time)
    for part in chunks(((ticket_id, list(group)) for ticket_id, group in groups), CHUNK):
        created = created_instants(writing.store, [ticket_id for ticket_id, _ in part])
        events: list[Event] = []
        for ticket_id, group in part:
            known_rows = list(_rows_of_known_ticket(group, created, read, writing))
            if known_rows:
                events += events_from_changes(
                    ticket_id,
                    created[ticket_id],
                    known_rows,
                    recipe=writing.recipe,
                    mentioned=mentioned,
                    refuse=writing.refuse,
                )
        replace_events(writing, events)
    write_mentioned(mentioned, writing)


def _rows_of_known_ticket(
    group: Iterable[Numbered],
    created: Mapping[str, datetime],
    read: Callable[[int, Mapping[str, Any]], Values],
    writing: Writing,
) -> Iterator[tuple[int, Values]]:
    for number, row in group:
        try:
            values = read(number, row)
            _check_known(values, created)
        except BadRowError as bad:
            writing.refuse(number, str(bad), row)
        else:
            yield number, values


def _check_known(values: Values, created: Mapping[str, datetime]) -> None:
    if values["ticket"] not in created:
        raise BadRowError(f"ticket {values['ticket']} is not in the store; import the tickets first")


def write_comments(rows: Iterable[SourceRow], writing: Writing) -> None:
    """`row: comment`: messages on tickets that are there already."""
    mentioned = Mentioned()
    for part in chunks(usable(rows, writing), CHUNK):
        created = created_instants(writing.store, [values["ticket"] for _, _, values in part])
        roles = roles_of(writing.store, [values.get("author") for _, _, values in part])
        comments = []
        for number, row, values in part:
            try:
                _check_known(values, created)
                if values.get("author.role") is None:
                    values["author.role"] = roles.get(values.get("author"))
                comments.append(comment_from_row(values, number, created[values["ticket"]], mentioned))
            except BadRowError as bad:
                writing.refuse(number, str(bad), row)
        store_comments(writing, comments)
    write_mentioned(mentioned, writing)


def write_tags(rows: Iterable[SourceRow], writing: Writing) -> None:
    """`row: tag`: added to what the ticket has."""
    for part in chunks(usable(rows, writing), CHUNK):
        added: dict[str, set[str]] = {}
        created = created_instants(writing.store, [values["ticket"] for _, _, values in part])
        for number, row, values in part:
            try:
                _check_known(values, created)
            except BadRowError as bad:
                writing.refuse(number, str(bad), row)
            else:
                added.setdefault(values["ticket"], set()).add(values["tag"])
        for ticket_id, tags in sorted(added.items()):
            writing.store.execute(
                "UPDATE tickets SET tags = list_sort(list_distinct(list_concat(coalesce(tags, []), ?))) "
                "WHERE ticket_id = ?",
                [sorted(tags), ticket_id],
            )
            writing.written["tags"] += len(tags)
            writing.streams |= {"tags"}


def _write_files(files: Iterable[tuple[TicketFile, list[Comment]]], writing: Writing) -> None:
    for part in chunks(files, CHUNK):
        tickets = []
        for file, _ in part:
            tickets += store_rows.ticket_rows(file.ticket, history=file.history)["tickets"]
            writing.saw([file.ticket.created_at, file.ticket.updated_at])
            writing.streams |= {name for name, there in _stream_signs(file) if there}
        writing.replace("tickets", tickets)
        replace_events(writing, [event for file, _ in part for event in file.events])
        store_comments(writing, [comment for _, comments in part for comment in comments])


def _stream_signs(file: TicketFile) -> list[tuple[str, bool]]:
    return [("tags", bool(file.ticket.tags)), ("custom", bool(file.ticket.custom))]
