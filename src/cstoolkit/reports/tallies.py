"""Findings in order, and counted by owner, group or severity."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ..model.findings import Finding, Severity

WORST_FIRST = tuple(reversed(Severity))
RANK = {severity: rank for rank, severity in enumerate(WORST_FIRST)}
STATUS_RANK = {"new": 0, "returned": 1, "known": 2, "accepted": 3}


def most_urgent_first(findings: Iterable[Finding]) -> list[Finding]:
    """Worst first, then new before known, then oldest first. The order never depends on the input's."""
    return sorted(
        findings,
        key=lambda finding: (
            RANK[finding.severity],
            STATUS_RANK[finding.status],
            -(finding.age_s or 0),
            finding.check,
            finding.object_id,
            finding.fingerprint,
        ),
    )


@dataclass(frozen=True)
class Tally:
    """The findings of one owner or group. `name` None: nobody."""

    name: str | None
    by_severity: Mapping[Severity, int]
    total: int
    new: int
    objects: int
    oldest_s: int | None


def tally(name: str | None, findings: Iterable[Finding]) -> Tally:
    found = list(findings)
    return Tally(
        name=name,
        by_severity=severities(found),
        total=len(found),
        new=sum(finding.status == "new" for finding in found),
        objects=len({(finding.connection, finding.object_kind, finding.object_id) for finding in found}),
        oldest_s=max((finding.age_s for finding in found if finding.age_s is not None), default=None),
    )


def severities(findings: Iterable[Finding]) -> dict[Severity, int]:
    """How many of each severity, worst first; every severity is there."""
    counts = dict.fromkeys(WORST_FIRST, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return counts


def grouped(
    findings: Iterable[Finding], key: Callable[[Finding], str | None]
) -> list[tuple[Tally, list[Finding]]]:
    """The findings by `key`: those who have the worst first, and within each the most urgent first."""
    shares: dict[str | None, list[Finding]] = defaultdict(list)
    for finding in most_urgent_first(findings):
        shares[key(finding) or None].append(finding)
    parts = [(tally(name, share), share) for name, share in shares.items()]
    return sorted(parts, key=lambda part: _weight(part[0]))


def _weight(part: Tally) -> tuple[tuple[int, ...], str]:
    return tuple(-part.by_severity[severity] for severity in WORST_FIRST), part.name or ""
