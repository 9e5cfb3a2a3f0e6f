"""What every account speaks: a call in, an answer out. No vendor in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import msgspec

Record = dict[str, Any]
"""A JSON object in the vendor's own keys: the sandbox speaks the vendor's language and has no model."""

SELF = "http://this-account.invalid"
"""Stands in stored texts for the address of the account, which is known only when it is asked."""

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Call:
    """One request to one account. `path` is without the prefix that chose the account; `base` is with it."""

    method: str
    path: str
    base: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""

    @cached_property
    def arguments(self) -> Mapping[str, str]:
        """The query's arguments; of a repeated one the last."""
        return dict(self.query)

    @cached_property
    def json(self) -> Any:
        """The decoded body; None where there is none. ValueError if it is not JSON."""
        if not self.body.strip():
            return None
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ValueError(str(error)) from error

    @property
    def target(self) -> str:
        """What fault and log patterns are compared with: `GET /api/v2/tickets.json`."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Answer:
    """One answer. `headers` may repeat a name; `route` is for the log: the pattern that answered."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    media_type: str | None = JSON
    route: str | None = None

    def plus(self, *headers: tuple[str, str]) -> "Answer":
        return replace(self, headers=(*self.headers, *headers))

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


def parse_query(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(text, keep_blank_values=True, errors="replace"))


def encode(document: Any) -> bytes:
    return msgspec.json.encode(document)


def decode(body: bytes) -> Any:
    return msgspec.json.decode(body)


def json_answer(document: Any, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    return Answer(status, encode(document), headers)
