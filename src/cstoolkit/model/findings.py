"""What an audit found: findings, figures, coverage and verdict, ready for any report.

Nothing here knows where the data came from or how it will be shown. Durations are seconds, instants aware
UTC, shares 0..1.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from pydantic import AwareDatetime

from .frozen import Frozen

AUDIT_SCHEMA_VERSION = "1"
"""Version of the JSON report's shape; its first number moves when a reader would break."""


class Severity(StrEnum):
    """How bad a finding is, mildest first."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


FindingStatus = Literal["new", "known", "returned", "accepted"]


class Finding(Frozen):
    """One object that one check objects to.

    `fingerprint` is stable over runs: check, connection, object kind and id, stable qualifiers; no ages or
    counts. `evidence` holds the numbers that made it fire. `message` is one sentence without customer text.
    """

    fingerprint: str
    check: str
    severity: Severity
    connection: str
    object_kind: Literal["ticket", "group", "agent", "requester"]
    object_id: str
    title: str
    message: str
    url: str | None = None
    owner: str | None = None
    group: str | None = None
    priority: str | None = None
    age_s: int | None = None
    first_seen: AwareDatetime
    status: FindingStatus = "new"
    accepted_because: str | None = None
    accepted_until: date | None = None
    evidence: Mapping[str, Any] = {}

    @classmethod
    def trusted(cls, values: dict[str, Any]) -> "Finding":
        """A finding whose `values` are known to be right: every field, of its type. Nothing is checked.

        An audit of 100,000 tickets makes 300,000 of them. Checking each, or giving each a set of its own field
        names as `model_construct` does, takes longer and more room than all the checks.
        """
        finding = cls.__new__(cls)
        object.__setattr__(finding, "__dict__", values)
        object.__setattr__(finding, "__pydantic_fields_set__", ALL_FIELDS)
        object.__setattr__(finding, "__pydantic_extra__", None)
        object.__setattr__(finding, "__pydantic_private__", None)
        return finding


ALL_FIELDS = set(Finding.model_fields)


class CheckOutcome(Frozen):
    """What became of one check. `outcome` unavailable: `reason` says which data is missing."""

    id: str
    title: str
    rule: str
    severity: Severity
    clock: Literal["business", "calendar", "none"]
    parameters: Mapping[str, Any] = {}
    outcome: Literal["ran", "unavailable"] = "ran"
    reason: str | None = None
    found: int = 0
    new: int = 0
    accepted: int = 0
    previous: int | None = None


class Metric(Frozen):
    """One headline figure. `change` is against the previous run; `better` tells which way is good."""

    id: str
    title: str
    value: float | None
    unit: Literal["tickets", "seconds", "share"]
    text: str
    note: str | None = None
    change: float | None = None
    better: Literal["lower", "higher", "neither"] = "lower"


class DayFlow(Frozen):
    """One day of the account: tickets that arrived, were solved, reopened; the backlog at its end.

    `restored` came back from being deleted; `gone` were deleted, marked as spam or merged while unsolved.
    """

    day: date
    created: int
    reopened: int
    solved: int
    gone: int
    restored: int = 0
    backlog: Mapping[str, int]


class AgeRow(Frozen):
    """Unsolved tickets of one `group` (or other `by` value) by age bucket, in the report's bucket order."""

    by: str
    counts: tuple[int, ...]
    median_s: float | None = None
    p90_s: float | None = None
    oldest_s: float | None = None


class AgeTable(Frozen):
    """The age table on one clock. `buckets` are labels, youngest first."""

    clock: Literal["calendar", "business"]
    dimension: str
    buckets: tuple[str, ...]
    rows: tuple[AgeRow, ...]


class Coverage(Frozen):
    """How much of one connection was seen, and what its history supports."""

    connection: str
    vendor: str
    fetched: int
    expected: int | None
    complete: bool
    events: int
    as_of: AwareDatetime
    first_created_at: AwareDatetime | None = None
    history: str = "exact"
    notes: tuple[str, ...] = ()


class GateVerdict(Frozen):
    """Whether the recipe's gate holds; `reasons` name each bound that was missed."""

    passed: bool
    configured: bool
    reasons: tuple[str, ...] = ()


class AuditReport(Frozen):
    """One audit run. Everything but `run_id`, `started_at` and `duration_s` follows from data and recipe."""

    schema_version: str = AUDIT_SCHEMA_VERSION
    run_id: str
    started_at: AwareDatetime
    duration_s: float
    version: str
    recipe_id: str
    recipe_title: str
    recipe_owner: str | None
    recipe_path: str | None
    recipe_hash: str
    recipe_text: str
    as_of: AwareDatetime
    previous_as_of: AwareDatetime | None
    coverage: tuple[Coverage, ...]
    metrics: tuple[Metric, ...]
    flow: tuple[DayFlow, ...]
    ages: tuple[AgeTable, ...]
    checks: tuple[CheckOutcome, ...]
    findings: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    fixed: int
    gate: GateVerdict
    definitions: Mapping[str, str] = {}

    @property
    def is_complete(self) -> bool:
        """False: some read could not be proven complete, and the report must say so."""
        return all(part.complete for part in self.coverage)
