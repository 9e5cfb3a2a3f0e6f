"""Freshdesk on the wire: its error bodies, its limits and what its headers tell of them.

https://developers.freshdesk.com/api/#error and #ratelimit; sizes by plan are of the vendor's support article
on API limits. Failed calls count too, and an include on a list or a ticket costs two calls more.
"""

from collections.abc import Mapping
from typing import Any

from ...errors import AuthenticationError, ConnectorError, NotFoundError, RejectedError, UnavailableError
from ..rate_budget import Limit, Seen
from ..transport_answers import Answer

VENDOR = "freshdesk"
SHOWN = 300  # characters of a text that is no JSON
INCLUDE = 2  # calls that an include costs beside the call itself

SMALLEST = 50
ACCOUNT = Limit("account", SMALLEST)
"""All calls of the account. The size is the smallest plan's until the first answer tells the real one."""

TICKET_LIST = Limit("freshdesk-tickets-list", 20)
TICKET_CREATE = Limit("freshdesk-tickets-create", SMALLEST)
TICKET_UPDATE = Limit("freshdesk-tickets-update", SMALLEST)
CONTACT_LIST = Limit("freshdesk-contacts-list", 20)

HOURLY = frozenset({1000, 3000, 5000})
"""Totals that older accounts have an hour, not a minute."""

CAPS: Mapping[int, Mapping[Limit, int]] = {
    50: {TICKET_CREATE: 50, TICKET_UPDATE: 50, TICKET_LIST: 50, CONTACT_LIST: 50},
    200: {TICKET_CREATE: 80, TICKET_UPDATE: 80, TICKET_LIST: 20, CONTACT_LIST: 20},
    400: {TICKET_CREATE: 160, TICKET_UPDATE: 160, TICKET_LIST: 100, CONTACT_LIST: 100},
    700: {TICKET_CREATE: 280, TICKET_UPDATE: 280, TICKET_LIST: 200, CONTACT_LIST: 200},
}
"""Calls a minute of the account -> the caps inside them. No header tells the caps, so the plan does."""


def account_limit(size: int) -> Limit:
    """The account's limit with the window that goes with its size."""
    return Limit(ACCOUNT.name, ACCOUNT.size, window=3600.0) if size in HOURLY else ACCOUNT


HINTS = {
    401: "check the API key: profile settings of an agent in Freshdesk show it",
    403: "the key's agent lacks this right, or his ticket scope; rules and fields need an administrator's key",
}


class AccessDeniedError(AuthenticationError):
    """A 403. Seen once in a long list and gone at the next try (singer-io/tap-freshdesk #28)."""


class FreshdeskDialect:
    """How Freshdesk says what."""

    vendor = VENDOR

    def explain(self, answer: Answer) -> ConnectorError:
        """By status first: a 404 has no body, and other bodies come in two shapes."""
        said = error_text(answer)
        message = f"Freshdesk answered {answer.status}" + (f": {said}" if said else "")
        if answer.status == 401:
            return AuthenticationError(message, vendor=VENDOR, hint=HINTS[401])
        if answer.status == 403:
            return AccessDeniedError(message, vendor=VENDOR, hint=HINTS[403])
        if answer.status in {404, 410}:
            return NotFoundError(message, vendor=VENDOR)
        if answer.status in {408, 429} or answer.status >= 500:
            return UnavailableError(message, vendor=VENDOR)
        return RejectedError(message, vendor=VENDOR)

    def seen(self, answer: Answer) -> list[Seen]:
        """The account's limit, and the caps that go with a limit of that size."""
        size = _whole(answer.headers.get("x-ratelimit-total"))
        if not size:
            return []
        left = _whole(answer.headers.get("x-ratelimit-remaining"))
        found = [Seen(ACCOUNT.name, size, left, account_limit(size).window)]
        fitting = [plan for plan in CAPS if plan <= size]
        if size not in HOURLY and fitting:
            found += [Seen(limit.name, cap) for limit, cap in CAPS[max(fitting)].items()]
        return found

    def request_id(self, answer: Answer) -> str | None:
        return answer.headers.get("x-request-id")

    def warning(self, answer: Answer) -> str | None:
        """None: what Freshdesk does not do it refuses."""
        return None


def error_text(answer: Answer) -> str:
    """What an error says, in one line: each field with its message and code."""
    body = answer.json_or_none()
    if not isinstance(body, Mapping):
        return " ".join(answer.text.split())[:SHOWN]
    told = [str(body[name]) for name in ("message", "code") if body.get(name)]
    errors = [_said(one) for one in body.get("errors") or () if isinstance(one, Mapping)]
    return "; ".join(errors or told or [str(body.get("description") or "")])[: SHOWN * 3]


def _said(one: Mapping[str, Any]) -> str:
    code = f" ({one['code']})" if one.get("code") else ""
    return f"{one.get('field')}: {one.get('message')}{code}"


def _whole(text: str | None) -> int | None:
    """Rate headers have been seen as decimals."""
    try:
        return int(float(text)) if text else None
    except ValueError:
        return None
