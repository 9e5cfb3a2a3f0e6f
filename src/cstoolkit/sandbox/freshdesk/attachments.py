"""Files: kept with the account, and fetched from a signed address that takes no other credentials."""

import base64
import hashlib
from collections.abc import Mapping

from ..http import SELF, Answer, Call, Record, json_answer
from .refusals import Problem, invalid, not_found
from .visit import Desk, Visit

MOST_BYTES: Mapping[str, int] = {"trial": 15_000_000, "free": 15_000_000}
DEFAULT_MOST_BYTES = 20_000_000
PREFIX = "/data/helpdesk/attachments/production/"


def keep_uploads(visit: Visit, table: str, record: Record) -> Record:
    """The record with the call's files; a refusal where they are too large together."""
    if not visit.uploads:
        return record
    most = MOST_BYTES.get(visit.switches["plan"], DEFAULT_MOST_BYTES)
    if sum(len(upload.content) for upload in visit.uploads) > most:
        raise invalid(
            [Problem("attachments", f"Attachments should be {most // 1_000_000} MB together at most")]
        )
    made = []
    for upload in visit.uploads:
        id_ = visit.new_id()
        content = base64.b64encode(upload.content).decode()
        shown = {
            "id": id_,
            "name": upload.name,
            "content_type": upload.content_type,
            "size": len(upload.content),
            "attachment_url": f"{SELF}{PREFIX}{id_}/original/file?Signature={signature(id_)}",
            "created_at": visit.stamp,
            "updated_at": visit.stamp,
        }
        visit.state.put("attachments", {"id": id_, "type": upload.content_type, "content": content})
        made.append(shown)
    return visit.state.put(table, record | {"attachments": [*record["attachments"], *made]})


def signature(id_: int) -> str:
    return hashlib.sha256(f"attachment {id_}".encode()).hexdigest()[:32]


def fetch(desk: Desk, call: Call) -> Answer:
    """The file, if the address is signed and nothing else is offered: storage refuses a second credential."""
    if "authorization" in call.headers:
        return json_answer({"message": "Only one auth mechanism allowed"}, 400)
    number = call.path.removeprefix(PREFIX).partition("/")[0]
    known = number.isascii() and number.isdigit() and len(number) < 19
    if not known or call.arguments.get("Signature") != signature(int(number)):
        raise not_found()
    kept = desk.get("attachments", int(number))
    return Answer(200, base64.b64decode(kept["content"]), (), kept["type"])
