"""Who said what when on one ticket, counted from its comments; the store does the same in SQL.

Messages of the system (rules, auto-replies, bulk mail) are comments but speak for nobody: they neither
answer nor ask. Customers are the requester and every other end user. A reply is a public comment of an
agent, in the role that its author had when it was written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .people import Role
from .ticket import Comment

CUSTOMERS = frozenset({"requester", "end_user"})


@dataclass(frozen=True, slots=True)
class Conversation:
    """The state of a conversation.

    `first_reply_at` and `requester_replies` leave the first message out, the others count it. `unanswered`
    are the public messages of customers since the last reply, `unanswered_since` is the oldest of them.
    """

    first_reply_at: datetime | None
    agent_replied_at: datetime | None
    requester_replied_at: datetime | None
    replies: int
    requester_replies: int
    last_public_at: datetime | None
    last_public_role: Role | None
    unanswered: int
    unanswered_since: datetime | None
    comment_count: int


def conversation(comments: Iterable[Comment], until: datetime) -> Conversation:
    """The conversation of one ticket up to an instant; comments of one instant in the order given."""
    said = sorted(comments, key=lambda comment: comment.created_at)
    said = [comment for comment in said if comment.created_at <= until]
    public = [comment for comment in said if comment.public and speaker(comment) != "system"]
    replies = [comment for comment in public if speaker(comment) == "agent"]
    asked = [comment for comment in public if speaker(comment) == "requester"]
    waiting = _since_last_reply(public)
    return Conversation(
        first_reply_at=min((reply.created_at for reply in replies if reply is not said[0]), default=None),
        agent_replied_at=_last_at(replies),
        requester_replied_at=_last_at(asked),
        replies=len(replies),
        requester_replies=sum(comment is not said[0] for comment in asked),
        last_public_at=_last_at(public),
        last_public_role=speaker(public[-1]) if public else None,
        unanswered=len(waiting),
        unanswered_since=waiting[0].created_at if waiting else None,
        comment_count=len(said),
    )


def speaker(comment: Comment) -> Role:
    """Who a comment speaks for: automatic ones for the system, whoever's name they bear."""
    return "system" if comment.automatic else comment.author_role


def _since_last_reply(public: list[Comment]) -> list[Comment]:
    last = max((index for index, comment in enumerate(public) if speaker(comment) == "agent"), default=-1)
    return [comment for comment in public[last + 1 :] if speaker(comment) in CUSTOMERS]


def _last_at(comments: list[Comment]) -> datetime | None:
    return comments[-1].created_at if comments else None
