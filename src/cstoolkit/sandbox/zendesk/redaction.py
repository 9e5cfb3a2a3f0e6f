"""Redaction: words and files that are taken out of a ticket for good, wherever the ticket shows them."""

from collections.abc import Iterable
from typing import Any

from ..http import SELF, Answer, Record, json_answer
from . import attachments
from .comment_text import blotted, html_of, redacted, text_of
from .history import shown_comment
from .refusals import bad_attribute, closed_ticket, invalid, not_found
from .ticket_document import API_VIA, make_audit
from .ticket_lists import get_ticket
from .visit import Desk, Visit, shown

_SPOKEN = frozenset({"Notification", "ChatStartedEvent"})
"""Audit events with texts of their own."""


def redact_string(visit: Visit) -> Answer:
    """The text's characters become blocks; not on a closed ticket."""
    ticket = _open_ticket(visit)
    comment = _comment_of(visit, ticket, visit.id("comment_id"))
    text = visit.body().get("text")
    if not isinstance(text, str) or not text:
        raise bad_attribute("text", "Parameter text is required")
    kept = {key: blotted(comment[key], text) for key in ("body", "html") if comment.get(key)}
    return _redacted(visit, ticket, comment | kept, [text])


def redact_marked(visit: Visit) -> Answer:
    """By marks in the comment's HTML, and by files' addresses; on closed tickets too."""
    body = visit.body()
    comment = visit.get("comments", visit.id("comment_id"))
    if body.get("ticket_id") != comment["ticket_id"]:
        raise bad_attribute("ticket_id", "Parameter ticket_id must be that of the comment's ticket")
    ticket = get_ticket(visit, comment["ticket_id"])
    gone: list[str] = []
    if body.get("html_body") is not None:
        comment, gone = _by_marks(comment, body["html_body"])
    addresses = body.get("external_attachment_urls") or []
    if not isinstance(addresses, list):
        raise bad_attribute("external_attachment_urls", "must be an array")
    files = [
        item["id"] for item in comment.get("attachments", []) if item["content_url"] in _own(visit, addresses)
    ]
    answer = _redacted(visit, ticket, comment, gone)
    if not files:
        return answer
    _erase_files(visit, comment, files)
    return json_answer({"comment": shown_comment(visit.get("comments", comment["id"]))})


def _own(visit: Visit, addresses: Iterable[object]) -> set[str]:
    """The caller names files by the address it calls us by."""
    return {str(address).replace(visit.call.base, SELF) for address in addresses}


def _by_marks(comment: Record, html: object) -> tuple[Record, list[str]]:
    if not isinstance(html, str):
        raise bad_attribute("html_body", "must be a string")
    before = comment.get("html") or html_of(comment["body"])
    if text_of(html).split() != text_of(before).split():
        raise invalid("html_body", "Html body: is not that of the comment")
    after, gone = redacted(html)
    return comment | {"html": after, "body": text_of(after)}, gone


def redact_attachment(visit: Visit) -> Answer:
    """Answers with the file as it was, as recorded; not on a closed ticket."""
    ticket = _open_ticket(visit)
    comment = _comment_of(visit, ticket, visit.id("comment_id"))
    record = visit.get("attachments", visit.id("attachment_id"))
    if record["comment_id"] != comment["id"]:
        raise not_found()
    _erase_files(visit, comment, [record["id"]])
    return shown("attachment", attachments.document(record))


def _erase_files(visit: Visit, comment: Record, files: list[int]) -> None:
    attachments.erase(visit, files)
    events = [
        {"type": "AttachmentRedactionEvent", "attachment_id": id_, "comment_id": comment["id"]}
        for id_ in files
    ]
    _tell(visit, comment["ticket_id"], events)


def redact_chat(visit: Visit) -> Answer:
    """One message of a chat; what is marked in `text` becomes blocks."""
    body = visit.body()
    marked = body.get("text")
    if not isinstance(marked, str) or "<redact>" not in marked:
        raise bad_attribute("text", "Parameter text must have <redact> marks")
    audit, event = _chat(visit, body.get("chat_id"))
    item = next((item for item in event["value"]["history"] if _names(body, item, "ChatMessage")), None)
    if item is None or text_of(marked).split() != str(item["message"]).split():
        raise invalid("text", "Text: is not that of the message")
    _, gone = redacted(marked)
    ticket = get_ticket(visit, audit["ticket_id"])
    for comment in visit.state.rows("comments", "ticket_id = ?", (ticket["id"],), limit=1):
        changed = {key: _blot(comment[key], gone) for key in ("body", "html") if comment.get(key)}
        _redacted(visit, ticket, comment | changed, gone)
    return _chat_answer(visit, audit, event)


def redact_chat_files(visit: Visit) -> Answer:
    """Files of a chat, by their places in it or by message ids."""
    body = visit.body()
    audit, event = _chat(visit, body.get("chat_id"))
    indexes, ids = body.get("chat_indexes") or [], body.get("message_ids") or []
    if not isinstance(indexes, list) or not isinstance(ids, list) or not (indexes or ids):
        raise bad_attribute("chat_indexes", "Parameter chat_indexes or message_ids is required")
    chosen = [
        item
        for item in event["value"]["history"]
        if item["type"] == "ChatFileAttachment"
        and (item["chat_index"] in indexes or item["message_id"] in ids)
    ]
    if not chosen:
        raise not_found()
    comment = visit.state.rows("comments", "ticket_id = ?", (audit["ticket_id"],), limit=1)[0]
    files = [item["attachment_id"] for item in chosen]
    _erase_files(visit, comment, [item["id"] for item in comment["attachments"] if item["id"] in files])
    for item in chosen:
        item["filename"] = "redacted.txt"
    visit.state.put("audits", audit)
    return _chat_answer(visit, audit, event)


def _chat(visit: Visit, chat_id: object) -> tuple[Record, Record]:
    ticket = get_ticket(visit, visit.id("ticket_id"))
    for audit in visit.state.rows("audits", "ticket_id = ?", (ticket["id"],)):
        for event in audit["events"]:
            if event["type"] == "ChatStartedEvent" and event["value"]["chat_id"] == chat_id:
                return audit, event
    raise not_found()


def _names(body: Record, item: Record, type_: str) -> bool:
    named = body.get("chat_index") == item["chat_index"] or body.get("message_id") == item["message_id"]
    return bool(item["type"] == type_ and named)


def _chat_answer(visit: Visit, audit: Record, event: Record) -> Answer:
    fresh = visit.get("audits", audit["id"])
    return shown("chat_event", next(item for item in fresh["events"] if item["id"] == event["id"]))


def make_private(visit: Visit) -> Answer:
    ticket = get_ticket(visit, visit.id("ticket_id"))
    _hide(visit, ticket, [_comment_of(visit, ticket, visit.id("comment_id"))])
    return json_answer("")


def make_audit_private(visit: Visit) -> Answer:
    """The comment that came with the update."""
    ticket = get_ticket(visit, visit.id("ticket_id"))
    audit = visit.get("audits", visit.id("audit_id"))
    if audit["ticket_id"] != ticket["id"]:
        raise not_found()
    ids = [event["id"] for event in audit["events"] if event["type"] == "Comment"]
    _hide(visit, ticket, [visit.get("comments", id_) for id_ in ids])
    return json_answer("")


def _hide(visit: Visit, ticket: Record, comments: list[Record]) -> None:
    changed = [comment for comment in comments if comment["public"]]
    for comment in changed:
        visit.state.put("comments", comment | {"public": False})
    seen = visit.state.rows("comments", "ticket_id = ?", (ticket["id"],))
    still = any(comment["public"] for comment in seen)
    if still != ticket["is_public"]:
        visit.state.put("tickets", ticket | {"is_public": still, "generated_timestamp": visit.seconds})
    events = [
        {"type": "CommentPrivacyChange", "comment_id": comment["id"], "public": False} for comment in changed
    ]
    _tell(visit, ticket["id"], events)


def _open_ticket(visit: Visit) -> Record:
    ticket = get_ticket(visit, visit.id("ticket_id"))
    if ticket["status"] == "closed":
        raise closed_ticket()
    return ticket


def _comment_of(visit: Visit, ticket: Record, id_: int) -> Record:
    comment = visit.get("comments", id_)
    if comment["ticket_id"] != ticket["id"]:
        raise not_found()
    return comment


def _redacted(visit: Visit, ticket: Record, comment: Record, gone: list[str]) -> Answer:
    """Write the comment down without the words, and take them out of all that repeats it."""
    visit.state.put("comments", comment)
    first = visit.state.pick("id", "comments", "ticket_id = ?", (ticket["id"],), limit=1)
    if first[0][0] == comment["id"] and ticket["description"] != comment["body"]:
        change = {"description": comment["body"], "generated_timestamp": visit.seconds}
        visit.state.put("tickets", ticket | change)
    _forget(visit, ticket["id"], comment, gone)
    if gone:
        _tell(visit, ticket["id"], [{"type": "CommentRedactionEvent", "comment_id": comment["id"]}])
    return json_answer({"comment": shown_comment(comment)})


def _forget(desk: Desk, ticket_id: int, comment: Record, gone: list[str]) -> None:
    """Copies: mails in audits, the search index that lags behind, answers kept for a repeated request."""
    for audit in desk.state.rows("audits", "ticket_id = ?", (ticket_id,)):
        events = [_blot(event, gone) if event["type"] in _SPOKEN else event for event in audit["events"]]
        if events != audit["events"]:
            desk.state.put("audits", audit | {"events": events})
    stale = desk.state.get("stale_index", ticket_id)
    if stale is not None:
        desk.state.put("stale_index", _blot(stale, gone))
    answers = desk.state.rows("idempotency", "json_extract(body, '$.document.ticket.id') = ?", (ticket_id,))
    for kept in answers:
        desk.state.put("idempotency", _blot(kept, gone))


def _blot(value: Any, gone: list[str]) -> Any:
    """Every text in a JSON value, without the words."""
    if isinstance(value, str):
        for words in gone:
            value = blotted(value, words)
        return value
    if isinstance(value, list):
        return [_blot(item, gone) for item in value]
    if isinstance(value, dict):
        return {key: _blot(item, gone) for key, item in value.items()}
    return value


def _tell(visit: Visit, ticket_id: int, events: list[Record]) -> None:
    """An audit of what was taken away, which itself says nothing of it."""
    if events:
        made = make_audit(
            visit,
            ticket_id,
            id_=visit.new_id(),
            author_id=visit.user["id"],
            via=API_VIA,
            events=events,
            at=visit.stamp,
        )
        visit.state.put("audits", made)
