"""The texts of messages and comments: placeholders filled in from the ticket and the update.

A value that is missing is an empty text. Texts are rendered when the action is done.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..model.context import Context
from ..model.people import Person
from ..model.placeholders import CUSTOM
from ..model.ticket import Ticket
from .neutral_record import plain
from .trace import CannotJudge

_BRACES = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")

Reader = Callable[[Ticket, Context], Any]


def render(text: str, ticket: Ticket, context: Context) -> str:
    """The text as people get it. Raises CannotJudge for what is not known here."""
    return _BRACES.sub(lambda found: _value(found[1], ticket, context), text)


def render_body(body: Any, ticket: Ticket, context: Context) -> Any:
    """As `render`, in every text of a request's body."""
    if isinstance(body, str):
        return render(body, ticket, context)
    if isinstance(body, Mapping):
        return {key: render_body(value, ticket, context) for key, value in body.items()}
    if isinstance(body, list | tuple):
        return [render_body(value, ticket, context) for value in body]
    return body


def _value(name: str, ticket: Ticket, context: Context) -> str:
    if name in _READERS:
        value = _READERS[name](ticket, context)
    elif any(name.startswith(root) for root in CUSTOM):
        owner, _, key = name.partition(".custom.")
        holder = ticket if owner == "ticket" else getattr(ticket, owner)
        value = None if holder is None else holder.custom.get(key)
    else:
        raise CannotJudge(f'there is no placeholder "{name}"')
    shown = plain(value)
    return "" if shown is None else ", ".join(shown) if isinstance(shown, list) else str(shown)


def _of_ticket(name: str) -> Reader:
    return lambda ticket, _: getattr(ticket, name)


def _of(owner: str, name: str) -> Reader:
    def read(ticket: Ticket, _: Context) -> Any:
        target = getattr(ticket, owner)
        return None if target is None else getattr(target, name)

    return read


def _first_name(person: Person | None) -> str | None:
    return person.name.split()[0] if person is not None and person.name and person.name.split() else None


def _latest_comment(ticket: Ticket, _: Context) -> Any:
    return ticket.comments[-1] if ticket.comments else None


def _conversation(ticket: Ticket, _: Context) -> str | None:
    """Newest first. Who said what is up to each helpdesk."""
    return "\n\n".join(comment.text for comment in reversed(ticket.comments or ())) or None


def _next_open_at(ticket: Ticket, context: Context) -> Any:
    schedule = None if ticket.calendar is None else context.calendars.get(ticket.calendar)
    if schedule is None:
        raise CannotJudge("the ticket counts on no calendar that is known here")
    return schedule.next_open_at(context.now)


_READERS: Mapping[str, Reader] = {
    **{f"ticket.{name}": _of_ticket(name) for name in (
        "id", "subject", "description", "url", "status", "priority", "type", "created_at", "due_at"
    )},
    "requester.name": _of("requester", "name"),
    "requester.first_name": lambda ticket, _: _first_name(ticket.requester),
    "requester.email": _of("requester", "email"),
    "assignee.name": _of("assignee", "name"),
    "assignee.first_name": lambda ticket, _: _first_name(ticket.assignee),
    "assignee.email": _of("assignee", "email"),
    "group.name": _of("group", "name"),
    "organization.name": _of("organization", "name"),
    "comment.text": lambda _, context: context.comment,
    "actor.name": lambda _, context: context.actor and context.actor.name,
    "actor.first_name": lambda _, context: _first_name(context.actor),
    "ticket.latest_comment": _latest_comment,
    "ticket.comments": _conversation,
    "account.name": lambda _, __: None,  # a project has no name for the account
    "calendar.next_open_at": _next_open_at,
}  # fmt: skip
