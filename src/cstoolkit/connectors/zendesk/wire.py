"""Zendesk on the wire: its error bodies, its limits and what its headers tell of them.

https://developer.zendesk.com/api-reference/introduction/rate-limits/ and the error shapes of the reference.
"""

import re
from collections.abc import Mapping
from typing import Any

from ...errors import (
    AuthenticationError,
    ConnectorError,
    NotFoundError,
    RejectedError,
    UnavailableError,
)
from ..rate_budget import Limit, Seen
from ..transport_answers import Answer

VENDOR = "zendesk"
SHOWN = 300  # characters of a text that is no JSON

ACCOUNT = Limit("account", 10)
"""All calls of the account. The size is the smallest plan's until the first answer tells the real one."""

EXPORTS = Limit("zendesk-ratelimit-incremental-exports", 10, shared=False)
DELETED = Limit("deleted-tickets", 10)
DELETES = Limit("ticket-deletes", 400)
TICKET_UPDATES = Limit("zendesk-ratelimit-ticket-updates", 100)
JOBS = Limit("jobs", 30, window=0)


def updates_of(ticket_id: str) -> Limit:
    """Updates of one ticket by one user: 30 in ten minutes, people's own in the vendor's pages included."""
    return Limit(f"ticket:{ticket_id}", 30, window=600)


def check_id(id: str, what: str = "ticket") -> None:
    """An id becomes a part of a path. Raises NotFoundError for what is none."""
    if not (id.isascii() and id.isdecimal()):
        raise NotFoundError(f'there is no {what} "{id}"', vendor=VENDOR)


_NAMED = re.compile(r"total=(\d+);\s*remaining=(\d+);\s*resets=(\d+)")

HINTS = {
    401: "check the e-mail address and the API token, or renew the OAuth token",
    403: "the credential's user lacks this right; exports need an administrator",
}


class ZendeskDialect:
    """How Zendesk says what."""

    vendor = VENDOR

    def explain(self, answer: Answer) -> ConnectorError:
        """By status first: bodies come in four shapes, or as plain text or HTML."""
        said = error_text(answer)
        message = f"Zendesk answered {answer.status}" + (f": {said}" if said else "")
        if answer.status in HINTS:
            return AuthenticationError(message, vendor=VENDOR, hint=HINTS[answer.status])
        if answer.status in {404, 410}:
            return NotFoundError(message, vendor=VENDOR)
        if answer.status == 429 or answer.status >= 500 or answer.status == 408:
            return UnavailableError(message, vendor=VENDOR)
        return RejectedError(message, vendor=VENDOR)

    def seen(self, answer: Answer) -> list[Seen]:
        headers = answer.headers
        found = []
        size, left = headers.get("x-rate-limit", ""), headers.get("x-rate-limit-remaining", "")
        if size.isdecimal() and left.isdecimal():
            resets = headers.get("ratelimit-reset", "")
            seconds = float(resets) if resets.isdecimal() else None
            found.append(Seen(ACCOUNT.name, int(size), int(left), seconds))
        for name, value in headers.items():
            told = _NAMED.search(value) if name.startswith("zendesk-ratelimit-") else None
            if told:
                found.append(Seen(name, int(told[1]), int(told[2]), float(told[3])))
        return found

    def request_id(self, answer: Answer) -> str | None:
        return answer.headers.get("x-zendesk-request-id") or answer.headers.get("x-request-id")

    def warning(self, answer: Answer) -> str | None:
        """Attributes that the credential may not write are dropped, and only this header tells."""
        return answer.headers.get("x-zendesk-api-warn")


def error_text(answer: Answer) -> str:
    """What an error says, in one line."""
    body = answer.json_or_none()
    if isinstance(body, dict):
        return "; ".join(dict.fromkeys(filter(None, _parts(body))))[: SHOWN * 3]
    # A page of HTML is for browsers: what it is called is enough.
    title = re.search(r"<title>(.*?)</title>", answer.text, re.IGNORECASE | re.DOTALL)
    return " ".join((title[1] if title else answer.text).split())[:SHOWN]


def _parts(body: Mapping[str, Any]) -> list[str]:
    error, found = body.get("error"), []
    if isinstance(error, Mapping):
        found += [str(error.get("title") or ""), str(error.get("message") or "")]
    elif error:
        found.append(str(error))
    found.append(str(body.get("description") or body.get("error_description") or ""))
    found += [_said(one) for one in body.get("errors") or () if isinstance(one, Mapping | str)]
    details = body.get("details")
    if isinstance(details, Mapping):
        found += [_said(one) for field in details.values() if isinstance(field, list) for one in field]
    if "error" not in body and "errors" not in body:
        found += [str(body.get("title") or ""), str(body.get("detail") or body.get("message") or "")]
    return found


def _said(one: Any) -> str:
    if not isinstance(one, Mapping):
        return str(one)
    told = (one.get("code"), one.get("title"), one.get("detail") or one.get("description"))
    return " ".join(str(part) for part in told if part)
