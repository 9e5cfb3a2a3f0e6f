"""Comments and audits: kept small, shown whole.

A comment's text stands once in the state, though the vendor shows it three times over, and again in the
audit's event. A year of tickets is some gigabytes smaller for it, and redaction has one place to go to.
"""

from collections.abc import Iterable, Sequence

from ..http import Record, decode
from .comment_text import html_of
from .ticket_document import metadata
from .visit import Desk


def shown_comment(kept: Record) -> Record:
    """As the vendor answers."""
    text, html = kept["body"], kept.get("html")
    return {
        "id": kept["id"],
        "type": "Comment",
        "author_id": kept["author_id"],
        "body": text,
        "html_body": html or html_of(text),
        "plain_body": text,
        "public": kept["public"],
        "attachments": kept.get("attachments", []),
        "audit_id": kept["audit_id"],
        "via": kept["via"],
        "created_at": kept["created_at"],
        "metadata": metadata(kept.get("custom", {})),
    }


def shown_audits(desk: Desk, bodies: Sequence[bytes]) -> list[Record]:
    """As the vendor answers, their comments in them."""
    audits = [decode(body) for body in bodies]
    wanted = [event["id"] for audit in audits for event in audit["events"] if event["type"] == "Comment"]
    comments = _comments(desk, wanted)
    return [_shown(audit, comments) for audit in audits]


def audits_of(desk: Desk, ticket_id: int) -> list[Record]:
    return shown_audits(desk, desk.state.bodies("audits", "ticket_id = ?", (ticket_id,)))


def comments_of(desk: Desk, ticket_id: int) -> list[Record]:
    return [shown_comment(kept) for kept in desk.state.rows("comments", "ticket_id = ?", (ticket_id,))]


def shown_audit(desk: Desk, audit: Record) -> Record:
    wanted = [event["id"] for event in audit["events"] if event["type"] == "Comment"]
    return _shown(audit, _comments(desk, wanted))


def _comments(desk: Desk, ids: Iterable[int]) -> dict[int, Record]:
    found = [desk.state.get("comments", id_) for id_ in ids]
    return {kept["id"]: shown_comment(kept) for kept in found if kept is not None}


def _shown(audit: Record, comments: dict[int, Record]) -> Record:
    events = [_event(event, comments) for event in audit["events"]]
    return {"metadata": metadata({})} | audit | {"events": [event for event in events if event is not None]}


def _event(event: Record, comments: dict[int, Record]) -> Record | None:
    """None for the comment of a ticket that was erased for good."""
    if event["type"] != "Comment":
        return event
    comment = comments.get(event["id"])
    if comment is None:
        return None
    keys = ("type", "author_id", "body", "html_body", "plain_body", "public", "attachments", "audit_id")
    return event | {key: comment[key] for key in keys}
