"""What comes back over the wire: an answer, how long it asks us to wait, and what a vendor says by it."""

import gc
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any, Protocol

import msgspec

from ..errors import ConnectorError, UnavailableError
from .rate_budget import Seen

_SECONDS = re.compile(r"\d+(?:\.\d+)?")


class LostAnswerError(UnavailableError):
    """A call that may have been done: it was sent, and no usable answer came back. Read before repeating it."""


@dataclass(frozen=True)
class Answer:
    """One reply. Header names are lower case. `source` is the open response of a raw call, not read yet."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    source: Any = field(default=None, repr=False, compare=False)

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    @cached_property
    def _decoded(self) -> Any:
        return _decoded(self.content) if self.content.strip() else None

    def json(self) -> Any:
        """The decoded body, always the same object; None for an empty one. Raises ValueError for no JSON."""
        return self._decoded

    def json_or_none(self) -> Any:
        """The decoded body; None where it is none, or no JSON. For bodies of errors, which may be anything."""
        try:
            return self.json()
        except ValueError:
            return None


def _decoded(content: bytes) -> Any:
    # A page is 100,000 new objects and no garbage, which would be looked for a hundred times on the way.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return msgspec.json.decode(content)
    finally:
        if collecting:
            gc.enable()


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it, for tracing. `status` None: no answer. Nothing secret is in it."""

    method: str
    path: str
    status: int | None
    seconds: float
    attempt: int
    sent_bytes: int
    received_bytes: int
    request_id: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """We are about to wait for so many seconds. `reason` is made to be shown, and nothing secret is in it.

    Before a retry, `attempt` of `attempts` is the try that failed; both are 0 where nothing failed (our share
    of a limit is used up, or the vendor's job is under way).
    """

    vendor: str
    reason: str
    seconds: float
    attempt: int = 0
    attempts: int = 0


class Dialect(Protocol):
    """What differs between vendors on the wire."""

    vendor: str

    def explain(self, answer: Answer) -> ConnectorError:
        """The typed error that an answer with a status of 400 or more stands for."""
        ...

    def seen(self, answer: Answer) -> Sequence[Seen]:
        """What the headers tell about limits."""
        ...

    def request_id(self, answer: Answer) -> str | None: ...

    def warning(self, answer: Answer) -> str | None:
        """What the vendor says it left undone although it answered with success."""
        ...


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """The seconds that Retry-After asks for: a number, a fraction, or a date. None: absent, or unreadable.

    A date counts from the answer's own Date, because the vendor's clock need not be ours.
    """
    raw = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(raw):
        return float(raw)
    until = _http_date(raw)
    if until is None:
        return None
    sent = _http_date(headers.get("date", "")) or now
    return max(0.0, (until - sent).total_seconds())


def _http_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
