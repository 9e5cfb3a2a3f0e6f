"""Files on comments: what there is, their content as a stream, and bringing new ones.

https://developer.zendesk.com/api-reference/ticketing/tickets/ticket-attachments/ (which warns that files may
lie on other hosts, where no credential must go)
"""

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO
from urllib.parse import urljoin, urlsplit

import requests

from ...errors import IncompleteError, RejectedError, UnavailableError
from ..optional import Attachment
from ..transport import Call
from ..transport_answers import Answer
from . import wire
from .client import ZendeskClient
from .lookups import Record

HOSTS = ("zendesk.com", "zdusercontent.com")  # Zendesk's own: these, and what ends in .them
PIECE = 64 * 1024  # bytes that are held at once
HOPS = 5


class ZendeskAttachments:
    """The files of one account."""

    def __init__(self, client: ZendeskClient) -> None:
        self._client = client
        self._transport = client.transport

    def of(self, ticket_id: str) -> list[Attachment]:
        wire.check_id(ticket_id)
        comments = self._client.all_of(f"api/v2/tickets/{ticket_id}/comments", "comments")
        return [
            attachment_from_zendesk(one, ticket_id, str(comment["id"]))
            for comment in comments
            for one in comment.get("attachments") or ()
        ]

    def read(self, attachment: Attachment, hosts: Iterable[str]) -> Iterator[bytes]:
        """Raises RejectedError for another host, IncompleteError for less than was promised."""
        if attachment.blocked:
            raise RejectedError(f'Zendesk holds "{attachment.name}" to be harmful', vendor=wire.VENDOR)
        allowed = (*HOSTS, *hosts)
        address = attachment.url
        for _ in range(HOPS):
            answer = self._transport.send(self._call(address, allowed))
            if answer.status < 300:
                return _pieces(answer, attachment)
            answer.source.close()
            address = urljoin(address, answer.headers.get("location", ""))
        raise UnavailableError(f'"{attachment.name}" is only redirected, {HOPS} times', vendor=wire.VENDOR)

    def upload(self, name: str, content: BinaryIO, media_type: str) -> str:
        """The token is good for an hour. An upload whose answer was lost is repeated: an unused one expires."""
        call = Call(
            "POST",
            "api/v2/uploads",
            {"filename": name},
            limits=(wire.ACCOUNT,),
            repeatable=True,
            content=content,
            media_type=media_type,
        )
        return str(self._transport.json(call)["upload"]["token"])

    def _call(self, address: str, allowed: Iterable[str]) -> Call:
        """The credential goes to the account's own address only."""
        if address.startswith(f"{self._transport.base}/"):
            return Call("GET", address, limits=(wire.ACCOUNT,), raw=True)
        host = urlsplit(address).hostname or ""
        if not any(host == one or host.endswith(f".{one}") for one in allowed):
            raise RejectedError(
                f'the file lies on another host: "{host}"',
                vendor=wire.VENDOR,
                hint="nothing was sent there; name the host in `hosts` if you trust it",
            )
        return Call("GET", address, raw=True, anonymous=True)


def attachment_from_zendesk(raw: Record, ticket_id: str, comment_id: str) -> Attachment:
    return Attachment(
        id=str(raw["id"]),
        ticket_id=ticket_id,
        comment_id=comment_id,
        name=str(raw.get("file_name") or ""),
        media_type=str(raw.get("content_type") or "application/octet-stream"),
        size=raw.get("size"),
        url=str(raw.get("content_url") or ""),
        inline=raw.get("inline") is True,
        blocked=raw.get("malware_scan_result") == "malware_found" and not raw.get("malware_access_override"),
    )


def _pieces(answer: Answer, attachment: Attachment) -> Iterator[bytes]:
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
