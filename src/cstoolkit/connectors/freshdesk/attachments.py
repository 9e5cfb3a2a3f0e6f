"""Files on tickets: what there is, and their content as a stream.

They lie on other hosts at signed addresses that refuse the API key (Aaronontheweb/freshdesk-cli #122), so no
credential ever goes there.
"""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from ...errors import IncompleteError, RejectedError, UnavailableError
from ..optional import Attachment
from ..transport import Call, Transport
from ..transport_answers import Answer
from . import wire
from .lookups import Record

HOSTS = (
    "freshdesk.com",
    "s3.amazonaws.com",
)  # the vendor's own and his storage: these, and what ends in .them
PIECE = 64 * 1024  # bytes that are held at once
HOPS = 5


def attachments_of(ticket: Record, conversations: Sequence[Record]) -> list[Attachment]:
    """The files on a ticket's description and conversations."""
    ticket_id = str(ticket["id"])
    parts = [(f"{ticket_id}-description", ticket), *((str(one["id"]), one) for one in conversations)]
    return [
        Attachment(
            id=str(one["id"]),
            ticket_id=ticket_id,
            comment_id=comment_id,
            name=str(one.get("name") or ""),
            media_type=str(one.get("content_type") or "application/octet-stream"),
            size=one.get("size", one.get("file_size")),
            url=str(one.get("attachment_url") or ""),
        )
        for comment_id, part in parts
        for one in part.get("attachments") or ()
    ]


def read_anonymously(transport: Transport, address: str, hosts: Iterable[str]) -> Answer:
    """The open answer of an address on the vendor's hosts, or on those that are named."""
    allowed = (urlsplit(transport.base).hostname or "", *HOSTS, *hosts)
    for _ in range(HOPS):
        host = urlsplit(address).hostname or ""
        if not any(host == one or host.endswith(f".{one}") for one in allowed):
            raise RejectedError(
                f'the file lies on another host: "{host}"',
                vendor=wire.VENDOR,
                hint="nothing was sent there; name the host in `hosts` if you trust it",
            )
        answer = transport.send(Call("GET", address, raw=True, anonymous=True))
        if answer.status < 300:
            return answer
        answer.source.close()
        address = urljoin(address, answer.headers.get("location", ""))
    raise UnavailableError(f"the file is only redirected, {HOPS} times", vendor=wire.VENDOR)


def pieces_of(answer: Answer, attachment: Attachment) -> Iterator[bytes]:
    """The content, and IncompleteError where less comes than was promised."""
    source: Any = answer.source
    read = 0
    with contextlib.closing(source):
        try:
            for piece in source.iter_content(PIECE):
                read += len(piece)
                yield piece
        except requests.RequestException as error:
            raise _short(attachment, read) from error
    if attachment.size is not None and read != attachment.size:
        raise _short(attachment, read)


def _short(attachment: Attachment, read: int) -> IncompleteError:
    return IncompleteError(
        f'"{attachment.name}" ended after {read} of {attachment.size} bytes',
        vendor=wire.VENDOR,
        hint="read it again",
    )
