"""What a chat leaves in the audit of the ticket that it became."""

from typing import Any

from ..http import Record
from .values import instant

VISITOR = "10502823-"


def chat_started(comment: Record, *, name: str) -> Record:
    """The event of a ticket that came by chat: the visitor joined, and said what the first comment says."""
    who = {"actor_id": comment["author_id"], "actor_name": name, "actor_type": "end-user"}
    at = int(instant(comment["created_at"]).timestamp() * 1000)
    said: list[dict[str, Any]] = [{"type": "ChatJoin"}]
    if comment["body"]:
        said.append({"type": "ChatMessage", "message": comment["body"]})
    said += [
        {"type": "ChatFileAttachment", "filename": file["file_name"], "attachment_id": file["id"]}
        for file in comment.get("attachments", ())
    ]
    history = [
        {"chat_index": index, "timestamp": at, "message_id": f"{comment['id']}-{index}", **who, **item}
        for index, item in enumerate(said)
    ]
    chat_id = f"{comment['created_at'][2:4]}{comment['created_at'][5:7]}.10502823.{comment['id']}"
    value = {"visitor_id": f"{VISITOR}{comment['author_id']}", "chat_id": chat_id, "history": history}
    return {"type": "ChatStartedEvent", "value": value}
