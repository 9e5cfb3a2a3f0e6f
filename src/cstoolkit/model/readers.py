"""How conditions read their fields: each function reads one value, or makes the reader of one.

What they give is described by type in `model.fields`. None is missing; blank text is read as None.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, cast

from ..errors import CstoolkitError
from .context import Context
from .custom import CustomValue
from .own_words import own_words
from .people import Group, Organization, Person
from .text import Text, fold_or_missing, present
from .ticket import SlaTarget, Ticket

Reader = Callable[[Ticket, Context], Any]


class Reference(NamedTuple):
    """Somebody or something that a ticket points to; the name is None where the store does not know it."""

    id: str
    name: str | None


def choice(name: str) -> Callable[[Ticket, Context], str | None]:
    def read(ticket: Ticket, _: Context) -> str | None:
        return _not_blank(getattr(ticket, name))

    return read


def attribute(name: str) -> Reader:
    return lambda ticket, _: getattr(ticket, name)


def reference(name: str) -> Callable[[Ticket, Context], Reference | None]:
    def read(ticket: Ticket, _: Context) -> Reference | None:
        target: Person | Group | Organization | None = getattr(ticket, name)
        return None if target is None else Reference(target.id, _not_blank(target.name))

    return read


def of(owner: str, name: str, without: Any) -> Reader:
    """An attribute of the requester or organization; `without` where the ticket has none."""

    def read(ticket: Ticket, _: Context) -> Any:
        target = getattr(ticket, owner)
        return without if target is None else getattr(target, name)

    return read


def text_of(owner: str, name: str) -> Callable[[Ticket, Context], tuple[Text, ...]]:
    read = of(owner, name, None)
    return lambda ticket, context: texts(read(ticket, context))


def custom(owner: str | None, name: str) -> Callable[[Ticket, Context], CustomValue]:
    def read(ticket: Ticket, _: Context) -> CustomValue:
        target = getattr(ticket, owner) if owner else ticket
        return None if target is None else cast("CustomValue", target.custom.get(name))

    return read


def actor(_: Ticket, context: Context) -> Person | None:
    return context.actor


def comment(name: str) -> Reader:
    return lambda _, context: None if context.comment is None else getattr(context.comment, name)


def _not_blank(text: str | None) -> str | None:
    return text if text is not None and text.strip() else None


def texts(raw: str | None) -> tuple[Text, ...]:
    return present(raw, fold_or_missing(raw))


def subject(ticket: Ticket, _: Context) -> tuple[Text, ...]:
    return present(ticket.subject, ticket.subject_folded)


def description(ticket: Ticket, _: Context) -> tuple[Text, ...]:
    return present(ticket.description, ticket.description_folded)


def whole_text(ticket: Ticket, context: Context) -> tuple[Text, ...]:
    if ticket.comments is None:
        raise CstoolkitError(
            f"ticket {ticket.id}: its comments were not read, so its whole text is not known",
            hint="ask about `subject` or `description`, or read the comments with the tickets",
        )
    written = [comment for comment in ticket.comments if comment.created_at <= context.now]
    comments = [text for comment in written for text in present(comment.text, comment.text_folded)]
    return (*subject(ticket, context), *description(ticket, context), *comments)


def comment_text(_: Ticket, context: Context) -> tuple[Text, ...]:
    comment = context.comment
    return () if comment is None else present(comment.text, comment.text_folded)


def comment_own_words(_: Ticket, context: Context) -> tuple[Text, ...]:
    return () if context.comment is None else texts(own_words(context.comment.text))


def comment_channel(_: Ticket, context: Context) -> str | None:
    return None if context.comment is None else _not_blank(context.comment.channel)


def comment_attachments(_: Ticket, context: Context) -> bool | None:
    return None if context.comment is None else bool(context.comment.attachments)


def domain(ticket: Ticket, context: Context) -> tuple[Text, ...]:
    """Folded first, then cut: a full-width @ is one too."""
    for email in texts(of("requester", "email", None)(ticket, context)):
        raw, folded = email.raw.rpartition("@")[2], email.folded.rpartition("@")[2]
        if "@" in email.folded and folded.strip():
            return (Text(raw, folded),)
    return ()


def _running(ticket: Ticket, metric: str | None = None) -> list[SlaTarget]:
    return [
        target
        for target in ticket.sla
        if target.fulfilled_at is None and (metric is None or target.metric == metric)
    ]


def due(metric: str | None = None) -> Reader:
    return lambda ticket, _: min((target.target_at for target in _running(ticket, metric)), default=None)


def sla_breached(ticket: Ticket, context: Context) -> bool:
    return any(target.target_at <= context.now for target in _running(ticket))
