"""A call: what is asked for, what it counts against, and whether it may be asked for twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from .rate_budget import Limit

REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})

Query = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Call:
    """One thing to ask for. `path` is below the account's base, or a whole address of the same host.

    `repeatable`: doing it twice is doing it once. None goes by the method: POST and PATCH are not. `key`
    makes a create repeatable where the vendor remembers Idempotency-Key. `content` is sent instead of `body`,
    as it is, and read again from its start for each try. `raw` leaves the answer unread and redirects
    unfollowed: `Answer.source` is then the open response, which the caller closes. `anonymous` sends no
    credential, and only then `path` may be of another host.
    """

    method: str
    path: str
    query: Query = field(default_factory=dict)
    body: Any = None
    limits: tuple[Limit, ...] = ()
    repeatable: bool | None = None
    key: str | None = None
    content: BinaryIO | None = None
    media_type: str = "application/json"
    raw: bool = False
    anonymous: bool = False

    @property
    def may_repeat(self) -> bool:
        if self.repeatable is not None:
            return self.repeatable
        return self.key is not None or self.method in REPEATABLE
