"""Freshdesk's conversations and a ticket's first message -> comments. Pure.

https://developers.freshdesk.com/api/#conversations
"""

from collections.abc import Callable, Mapping
from typing import Any

from ...model.people import Role
from ...model.ticket import Comment
from .convert import channel_from_freshdesk, instant
from .lookups import Record

OUTBOUND = 10  # the source of a ticket that an agent opened by writing to the customer

OF_CONVERSATION: Mapping[int, str] = {
    0: "email", 5: "social", 6: "survey", 7: "social", 8: "email", 9: "phone", 11: "ecommerce",
}  # fmt: skip
"""`source` of a conversation as our word; a note (2) came by no channel."""


def comment_from_freshdesk(raw: Record, role: Callable[[Record], Role]) -> Comment:
    """A conversation. One that does not say it is public is private: the safe reading of the two."""
    return Comment(
        id=str(raw["id"]),
        ticket_id=str(raw["ticket_id"]),
        created_at=instant(raw["created_at"]),
        author_id=_id(raw.get("user_id")),
        author_role=role(raw),
        public=raw.get("private") is False,
        text=raw.get("body_text") or raw.get("body") or "",
        channel=OF_CONVERSATION.get(raw.get("source", 2)),
        automatic=raw.get("auto_response"),
        attachments=_attached(raw),
    )


def description_from_freshdesk(raw: Record) -> Comment:
    """The first message: Freshdesk keeps it on the ticket, so it has no id of its own."""
    outbound = raw.get("source") == OUTBOUND
    return Comment(
        id=f"{raw['id']}-description",
        ticket_id=str(raw["id"]),
        created_at=instant(raw["created_at"]),
        author_id=None if outbound else _id(raw.get("requester_id")),
        author_role="agent" if outbound else "requester",
        public=True,
        text=raw.get("description_text") or raw.get("description") or "",
        channel=channel_from_freshdesk(raw.get("source")),
        attachments=_attached(raw),
    )


def _attached(raw: Record) -> tuple[str, ...]:
    return tuple(str(one.get("name")) for one in raw.get("attachments") or ())


def _id(value: Any) -> str | None:
    return None if value is None else str(value)
