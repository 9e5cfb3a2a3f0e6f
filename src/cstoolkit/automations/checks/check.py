"""What a check is: one row of facts about it, and one SQL predicate or one search.

The predicate is over `t`, one ticket of the table `audited` (automations/auditing/scope.py makes it): the
ticket at the audited instant, the facts of `store.schema.FACTS`, and the times below. `$now` is the audited
instant, `{name}` the value of a parameter for that ticket. All else is bound, never written into the text.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ...model.findings import Severity
from .parameters import Parameter
from .settings import Settings

Population = Literal["unsolved", "solved", "present"]
POPULATIONS: Mapping[Population, str] = {
    "unsolved": "t.status IN ('new', 'open', 'pending', 'hold')",
    "solved": "t.status IN ('solved', 'closed')",
    "present": "TRUE",
}
"""Which tickets a check is about. Deleted tickets, spam and merged ones are never audited."""

OUR_COURT = "t.status IN ('new', 'open')"
CUSTOMER = "('requester', 'end_user')"

DAY = 86_400_000_000
SECOND = 1_000_000


LIMIT_HOURS = "{limit} / 3600"


def since(column: str) -> str:
    """Calendar microseconds from an instant to the audited one; NULL where there is no instant."""
    return f"(epoch_us($now) - epoch_us({column}))"


def seconds(microseconds: str) -> str:
    """Whole seconds, for evidence."""
    return f"({microseconds}) // {SECOND}"


def hours(microseconds: str) -> str:
    """Hours, for evidence of business time: its days have no length. Rounded down, so no limit looks passed."""
    return f"floor(({microseconds}) / {36 * SECOND}) / 100"


@dataclass(frozen=True, slots=True)
class Hit:
    """One object that a check objects to, and the numbers that made it fire."""

    object_id: str
    evidence: Mapping[str, Any]


Query = Callable[[str, Mapping[str, Any]], list[tuple[Any, ...]]]
"""Runs SQL on the store under audit, which may use `$now`. Other parameters: exactly those in the text."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a search is given: the store, the settings, and which tickets are asked about (SQL over `t`)."""

    query: Query
    settings: Settings
    population: str


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `evidence` is SQL by name; `message` may name evidence, and never holds customer text.

    `needs` are keys of `needs.NEEDS`: without them the check is unavailable, since it would be silent or
    wrong; `lacks` gives such a reason where it depends on the settings. `search` stands in for `where` and
    `evidence` where SQL alone cannot tell.
    """

    id: str
    title: str
    rule: str
    severity: Severity
    message: str
    where: str = "FALSE"
    evidence: Mapping[str, str] = field(default_factory=dict)
    clock: Literal["business", "calendar", "none"] = "none"
    population: Population = "unsolved"
    needs: tuple[str, ...] = ()
    lacks: Callable[[Question], str | None] | None = None
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    search: Callable[[Question], Iterable[Hit]] | None = None
    object_kind: Literal["ticket", "group", "agent", "requester"] = "ticket"
