"""Request bodies: JSON objects, and forms with `tags[]`, `custom_fields[cf_x]` and `attachments[]`."""

import re
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from typing import Any

from ..http import Call, Record
from .refusals import unreadable

_KEY = re.compile(r"([^\[\]]+)(?:\[([^\[\]]*)\])?$")


@dataclass(frozen=True)
class Upload:
    """One file of a form."""

    name: str
    content_type: str
    content: bytes


def read_json(call: Call) -> Record:
    try:
        document = call.json
    except ValueError as error:
        raise unreadable() from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise unreadable()
    return document


def read_multipart(content_type: str, body: bytes) -> tuple[Record, tuple[Upload, ...]]:
    """Values are texts; `attributes.check` reads them as what the attribute is."""
    header = Message()
    header["content-type"] = content_type
    boundary = header.get_param("boundary")
    if not isinstance(boundary, str) or not boundary:
        raise unreadable()
    values: Record = {}
    uploads: list[Upload] = []
    parts = body.split(b"--" + boundary.encode("latin-1", "replace"))
    for part in parts[1:]:
        if part.startswith(b"--"):
            break
        _read_part(part.removeprefix(b"\r\n").removesuffix(b"\r\n"), values, uploads)
    return values, tuple(uploads)


def _read_part(part: bytes, values: Record, uploads: list[Upload]) -> None:
    head, found, content = part.partition(b"\r\n\r\n")
    headers = HeaderParser().parsestr(head.decode("utf-8", "replace"))
    name = headers.get_param("name", header="content-disposition")
    if not found or not isinstance(name, str):
        raise unreadable()
    filename = headers.get_filename()
    if filename is not None:
        uploads.append(Upload(filename, headers.get_content_type(), content))
        return
    _place(values, name, content.decode("utf-8", "replace"))


def _place(values: Record, name: str, text: str) -> None:
    match = _KEY.match(name)
    if match is None:
        raise unreadable()
    key, inner = match[1], match[2]
    if inner is None:
        values[key] = text
        return
    held: Any = values.setdefault(key, [] if inner == "" else {})
    if inner == "" and isinstance(held, list):
        held.append(text)
    elif inner != "" and isinstance(held, dict):
        held[inner] = text
    else:
        raise unreadable()
