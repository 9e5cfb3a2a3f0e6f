"""Small facts about one exchange: why there was no answer, how long to wait, where a request may go."""

from urllib.parse import urlsplit

import requests
from requests import PreparedRequest
from requests.auth import AuthBase
from urllib3.exceptions import NewConnectionError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class NoAuth(AuthBase):
    """No credential at all; with None, requests would take the session's, or what ~/.netrc holds."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        return request


def is_safe_elsewhere(address: str) -> bool:
    """Whether a request without a credential may go there: over https, or on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def seconds_to_wait(asked: float | None, attempt: int) -> float:
    """What the vendor asks for, at least a second; without a word of it 1, 2, 4, ... seconds."""
    return max(asked, 1.0) if asked else float(2 ** min(attempt - 1, 6))


def is_new_connection(error: requests.RequestException) -> bool:
    """Whether no connection was made at all, so nothing can have been done."""
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", cause), NewConnectionError)


def reason_of(error: requests.RequestException) -> str:
    """Why there was no answer; of a connection that was never made, only what a person can act on."""
    if is_new_connection(error):
        cause = getattr(error.args[0], "reason", error.args[0])
        return f"no connection to the vendor: {str(cause).rpartition(': ')[2]}"
    return f"{type(error).__name__}: {error}"


def written(value: object) -> str:
    """A query's value as vendors take it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
