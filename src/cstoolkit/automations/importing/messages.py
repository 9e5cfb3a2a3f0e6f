"""Comments out of rows: a file of messages, or messages that stand in a ticket's own row."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from ...model.history import Event
from ...model.people import Role
from ...model.ticket import Comment
from ..maps import MapComment, MapRecipe
from .people import Mentioned
from .values import BadRowError, Values, source_reader

RowComments = Callable[[int, Mapping[str, Any], str, datetime], Iterator[Comment]]


def comment_from_row(values: Values, number: int, created_at: datetime, mentioned: Mentioned) -> Comment:
    """A comment from a row of a file of messages.

    Without an id it is named after its ticket and row. Without a role the author is an end user, unless a
    file of people said otherwise; without `public` the message is private, so that nothing private shows.

    Raises:
        BadRowError: it was written before its ticket was created.

    """
    if values["at"] < created_at:
        raise BadRowError(f"was written at {values['at']}, before ticket {values['ticket']} at {created_at}")
    role: Role = values.get("author.role") or "end_user"
    author = mentioned.person(values, "author", "agent" if role == "agent" else "end_user")
    return Comment(
        id=values.get("id") or f"{values['ticket']}-r{number}",
        ticket_id=values["ticket"],
        created_at=values["at"],
        author_id=author.id if author else None,
        author_role=role,
        public=bool(values.get("public")),
        text=values["text"],
        channel=values.get("channel"),
    )


def comments_of_ticket(recipe: MapRecipe) -> RowComments:
    """The function that reads a ticket row's own messages: (row number, row, ticket id, created) -> comments.

    A message without an instant was written at the ticket's creation.
    """
    readers = [(comment, *_readers(comment, recipe)) for comment in recipe.comments]

    def read(number: int, row: Mapping[str, Any], ticket_id: str, created_at: datetime) -> Iterator[Comment]:
        for place, (comment, text_of, at_of, author_of) in enumerate(readers, start=1):
            text = text_of(number, row)
            if text is None:
                continue
            yield Comment(
                id=f"{ticket_id}-c{place}",
                ticket_id=ticket_id,
                created_at=(at_of(number, row) if at_of else None) or created_at,
                author_id=author_of(number, row) if author_of else None,
                author_role=comment.role,
                public=comment.public,
                text=text,
            )

    return read


def _readers(comment: MapComment, recipe: MapRecipe) -> tuple[Any, Any, Any]:
    return (
        source_reader("text", comment.text, "text", recipe),
        source_reader("at", comment.at, "instant", recipe) if comment.at else None,
        source_reader("author", comment.author, "id", recipe) if comment.author else None,
    )


def comment_event(comment: Comment, seq: int) -> Event:
    """The event that a comment is."""
    return Event(
        ticket_id=comment.ticket_id,
        occurred_at=comment.created_at,
        seq=seq,
        kind="comment",
        field="public" if comment.public else "private",
        after=comment.id,
        actor_id=comment.author_id,
        actor_role=comment.author_role,
    )
