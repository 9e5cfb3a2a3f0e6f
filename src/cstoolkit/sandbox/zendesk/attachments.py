"""Files: uploaded for a token, attached by a comment, fetched by a redirect to storage."""

import base64
import hashlib
import mimetypes
import secrets
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlencode

from ..http import SELF, Answer, Call, Record, json_answer
from .authentication import who_calls
from .refusals import Refusal, bad_attribute, invalid, not_found, refusal
from .visit import Desk, Visit, no_content, shown

CONTENT = "/attachments/token/"
STORAGE = "/zdusercontent/attachment/"
SIGN_IN = "/auth/v2/login/signin"
STORAGE_LIVES = 900
"""Seconds that an address in the storage is good."""

_HIDDEN = frozenset({"key", "comment_id", "upload"})


def upload(visit: Visit) -> Answer:
    """The bytes are kept; `token` adds a file to those of an earlier call."""
    name = visit.argument("filename")
    if not name:
        raise bad_attribute("filename", "Parameter filename is required")
    size, most = len(visit.call.body), visit.switches.number("attachment_limit")
    if size > most:
        text = f"The file is too large: at most {most} bytes are allowed"
        raise refusal(413, {"error": "AttachmentTooLarge", "description": text})
    given = visit.argument("token")
    known = _upload(visit, given) if given else None
    if given and known is None:
        raise not_found()
    kept = _keep(visit, name, visit.call.body, visit.call.headers.get("content-type"))
    expires = visit.seconds + visit.switches.number("upload_lives")
    row = known or {"id": secrets.token_urlsafe(18), "expires": expires, "attachments": []}
    row["attachments"].append(kept["id"])
    visit.state.put("uploads", row)
    files = [document(visit.get("attachments", id_)) for id_ in row["attachments"]]
    until = visit.now.fromtimestamp(row["expires"], visit.now.tzinfo).strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = {"token": row["id"], "expires_at": until, "attachments": files, "attachment": document(kept)}
    return json_answer({"upload": answer}, 201, (("location", f"{kept['url']}"),))


def _upload(desk: Desk, token: str) -> Record | None:
    row = desk.state.get("uploads", token)
    return row if row is not None and row["expires"] > desk.seconds else None


def _keep(desk: Desk, name: str, content: bytes, type_: str | None) -> Record:
    id_, key = desk.new_id(), secrets.token_urlsafe(18)
    address = f"{SELF}{CONTENT}{key}/?{urlencode({'name': name})}"
    record = {
        "id": id_,
        "url": f"{SELF}/api/v2/attachments/{id_}.json",
        "file_name": name,
        "content_url": address,
        "mapped_content_url": address,
        "content_type": type_ or mimetypes.guess_type(name)[0] or "application/octet-stream",
        "size": len(content),
        "width": None,
        "height": None,
        "inline": False,
        "deleted": False,
        "malware_access_override": False,
        "malware_scan_result": "malware_not_found",
        "thumbnails": [],
        "key": key,
        "comment_id": None,
    }
    desk.state.put("files", {"id": id_, "content": base64.b64encode(content).decode()})
    return desk.state.put("attachments", record)


def document(record: Record) -> Record:
    """As the vendor shows it."""
    return {key: value for key, value in record.items() if key not in _HIDDEN}


def delete_upload(visit: Visit) -> Answer:
    """With its files, unless a comment has them by now."""
    row = visit.state.get("uploads", visit.parameters["token"])
    if row is None:
        raise not_found()
    for id_ in row["attachments"]:
        visit.state.remove("attachments", "id = ?", id_)
        visit.state.remove("files", "id = ?", id_)
    visit.state.remove("uploads", "id = ?", row["id"])
    return no_content()


def attached(desk: Desk, uploads: Any, comment_id: int) -> list[Record]:
    """The files of the tokens, which are used up by it. Tokens that nobody has are as by switch."""
    tokens = uploads if isinstance(uploads, list) else [uploads]
    found = []
    for token in (token for token in tokens if token):
        row = _upload(desk, str(token))
        if row is None:
            if desk.switches["unknown_upload"] == "refuse":
                raise invalid("uploads", f"Uploads: {token} is not a valid token")
            continue
        for id_ in row["attachments"]:
            record = desk.get("attachments", id_) | {"comment_id": comment_id}
            found.append(document(desk.state.put("attachments", record)))
        desk.state.remove("uploads", "id = ?", row["id"])
    return found


def show(visit: Visit) -> Answer:
    return shown("attachment", document(visit.get("attachments", visit.id("id"))))


def override(visit: Visit) -> Answer:
    """Whether agents get a file that malware was found in; here it never is."""
    visit.must_be_admin()
    allowed = visit.wrapped("attachment").get("malware_access_override")
    if not isinstance(allowed, bool):
        raise bad_attribute("malware_access_override", "must be a boolean")
    record = visit.get("attachments", visit.id("id")) | {"malware_access_override": allowed}
    return shown("attachment", document(rewrite(visit, record)))


def delete(visit: Visit) -> Answer:
    record = visit.get("attachments", visit.id("id"))
    visit.state.remove("files", "id = ?", record["id"])
    rewrite(visit, record | {"deleted": True})
    return no_content()


def rewrite(desk: Desk, record: Record) -> Record:
    """Put a changed attachment down, in the comment that shows it too."""
    desk.state.put("attachments", record)
    comment = desk.state.get("comments", record["comment_id"]) if record["comment_id"] else None
    if comment is not None:
        files = [document(record) if item["id"] == record["id"] else item for item in comment["attachments"]]
        desk.state.put("comments", comment | {"attachments": files})
    return record


def erase(desk: Desk, ids: Iterable[int]) -> None:
    """Redaction: nothing of the file is left but an empty text in its place."""
    for id_ in ids:
        record = desk.get("attachments", id_)
        key = secrets.token_urlsafe(18)
        address = f"{SELF}{CONTENT}{key}/?name=redacted.txt"
        empty = {"file_name": "redacted.txt", "content_type": "text/plain", "size": 0, "key": key}
        desk.state.put("files", {"id": id_, "content": ""})
        rewrite(desk, record | empty | {"content_url": address, "mapped_content_url": address})


def discard(desk: Desk, comment_id: int) -> None:
    """The comment is erased for good, and its files with it."""
    for row in desk.state.pick("id", "attachments", "comment_id = ?", (comment_id,)):
        desk.state.remove("files", "id = ?", row[0])
    desk.state.remove("attachments", "comment_id = ?", comment_id)


def content(desk: Desk, call: Call) -> Answer:
    """A redirect to the storage: for anybody, or with private attachments for who is signed in."""
    found = _by_key(desk, call.path.removeprefix(CONTENT).strip("/"))
    if desk.switches.on("private_attachments"):
        try:
            who_calls(desk, call)
        except Refusal:
            back = quote(f"{call.path}?{urlencode(call.query)}", safe="")
            return Answer(302, b"", (("location", f"{SELF}{SIGN_IN}?return_to={back}"),), None)
    until = desk.seconds + STORAGE_LIVES
    arguments = urlencode({"name": found["file_name"], "token": f"{until}.{_signature(found['key'], until)}"})
    return Answer(302, b"", (("location", f"{SELF}{STORAGE}{found['key']}?{arguments}"),), None)


def stored(desk: Desk, call: Call) -> Answer:
    """The bytes, for whoever has the signed address; credentials are not looked at."""
    found = _by_key(desk, call.path.removeprefix(STORAGE).strip("/"))
    until, _, signature = call.arguments.get("token", "").partition(".")
    good = until.isascii() and until.isdigit() and signature == _signature(found["key"], int(until))
    if not good or int(until) <= desk.seconds:
        return Answer(403, b"Access denied", (), "text/plain; charset=utf-8")
    name = quote(found["file_name"])
    kept = desk.get("files", found["id"])
    header = ("content-disposition", f"attachment; filename*=UTF-8''{name}")
    return Answer(200, base64.b64decode(kept["content"]), (header,), found["content_type"])


def sign_in() -> Answer:
    """Where a download without credentials ends up: a page with status 200 that is not the file."""
    page = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>"
    return Answer(200, page, (), "text/html; charset=utf-8")


def _by_key(desk: Desk, key: str) -> Record:
    found = desk.state.rows("attachments", "key = ?", (key,), limit=1)
    if not found or found[0]["deleted"]:
        raise not_found()
    return found[0]


def _signature(key: str, until: int) -> str:
    return hashlib.sha256(f"attachment {key} {until}".encode()).hexdigest()[:32]
