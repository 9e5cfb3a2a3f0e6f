"""Hits become findings: with their owner, their history and, where somebody accepted them, the reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from sys import intern
from typing import NamedTuple

from ...model.cards import without_cards
from ...model.findings import CheckOutcome, Finding, Severity
from ..checks import Hit
from .accepted import Accepted
from .evidence_words import in_words
from .hits import Outcome
from .scope import Scope
from .trend import Trend, fingerprint

ORDER = {severity: place for place, severity in enumerate(reversed(Severity))}

EXPIRED = "acceptance_expired"

ABOUT = """
    SELECT t.ticket_id, coalesce(t.subject, ''), t.url, coalesce(t.assignee_name, t.assignee_id),
        coalesce(t.group_name, t.group_id), t.priority, t.age_us // 1000000
    FROM audited t
    WHERE t.ticket_id IN (SELECT unnest($ids::VARCHAR[]))
"""


class About(NamedTuple):
    """What every finding on a ticket repeats."""

    title: str
    url: str | None
    owner: str | None
    group: str | None
    priority: str | None
    age_s: int


@dataclass(frozen=True, slots=True)
class Examined:
    """What came out of one store, which is not needed any more."""

    outcomes: Sequence[Outcome]
    about: Mapping[str, About]


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of findings from before: their history, and which ones somebody accepted."""

    trend: Trend
    accepted: Accepted
    as_of: datetime


@dataclass(frozen=True)
class Sorted:
    """Findings in the order of reports: worst first, then by check, oldest ticket first."""

    open: tuple[Finding, ...]
    accepted: tuple[Finding, ...]

    @cached_property
    def prints(self) -> dict[str, str]:
        """Every fingerprint, and the check that it is of."""
        return {finding.fingerprint: finding.check for finding in (*self.open, *self.accepted)}


def make_findings(audited: Sequence[Examined], past: Past) -> Sorted:
    """All findings of all stores. One whose acceptance has expired is open, and its evidence says so."""
    parts = [
        (ORDER[outcome.chosen.check.severity], outcome.chosen.check.id, outcome.connection, outcome, examined)
        for examined in audited
        for outcome in examined.outcomes
    ]
    found = [
        _finding(outcome, hit, examined.about[hit.object_id], past)
        for *_, outcome, examined in sorted(parts, key=lambda part: part[:3])
        for hit in _oldest_first(outcome.hits, examined.about)
    ]
    return Sorted(
        open=tuple(finding for finding in found if finding.status != "accepted"),
        accepted=tuple(finding for finding in found if finding.status == "accepted"),
    )


def facts_of_tickets(scope: Scope, outcomes: Iterable[Outcome]) -> dict[str, About]:
    """What findings say of their tickets, by id."""
    ids = {hit.object_id for outcome in outcomes for hit in outcome.hits}
    # Every row brings a text of its own for the same few names.
    return {
        ticket_id: About(without_cards(title), url, _shared(owner), _shared(group), _shared(priority), age_s)
        for ticket_id, title, url, owner, group, priority, age_s in scope.query(ABOUT, {"ids": sorted(ids)})
    }


def _shared(name: str | None) -> str | None:
    return intern(name) if name else None


def _oldest_first(hits: Iterable[Hit], about: Mapping[str, About]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (-about[hit.object_id].age_s, hit.object_id))


def _finding(outcome: Outcome, hit: Hit, about: About, past: Past) -> Finding:
    check = outcome.chosen.check
    name = fingerprint(check.id, outcome.connection, check.object_kind, hit.object_id)
    entry = past.accepted.find(
        fingerprint=name, check=check.id, connection=outcome.connection, object_id=hit.object_id
    )
    holds = entry is not None and entry.holds(past.as_of.date())
    return Finding.trusted(
        {
            "fingerprint": name,
            "check": check.id,
            "severity": check.severity,
            "connection": outcome.connection,
            "object_kind": check.object_kind,
            "object_id": hit.object_id,
            "title": about.title,
            "message": in_words(check.message, hit.evidence),
            "url": about.url,
            "owner": about.owner,
            "group": about.group,
            "priority": about.priority,
            "age_s": about.age_s,
            "first_seen": past.trend.seen.get(name, past.as_of),
            "status": "accepted" if holds else past.trend.status(name),
            "accepted_because": entry.reason if entry and holds else None,
            "accepted_until": entry.expires if entry and holds else None,
            "evidence": hit.evidence if holds or not entry else {**hit.evidence, EXPIRED: entry.expires},
        }
    )


def make_outcomes(outcomes: Sequence[Outcome], findings: Sorted, trend: Trend) -> tuple[CheckOutcome, ...]:
    """One row a check; over several connections it ran if it ran on one of them."""
    open_of: dict[str, list[Finding]] = {}
    for finding in findings.open:
        open_of.setdefault(finding.check, []).append(finding)
    rows = []
    for identity in dict.fromkeys(outcome.chosen.check.id for outcome in outcomes):
        parts = [outcome for outcome in outcomes if outcome.chosen.check.id == identity]
        rows.append(_outcome(parts, open_of.get(identity, []), findings, trend))
    return tuple(rows)


def _outcome(
    parts: Sequence[Outcome], found: Sequence[Finding], findings: Sorted, trend: Trend
) -> CheckOutcome:
    chosen = parts[0].chosen
    check = chosen.check
    silent = [part for part in parts if part.unavailable is not None]
    ran = len(silent) < len(parts)
    where = f"{silent[0].connection}: " if silent and ran else ""
    return CheckOutcome(
        id=check.id,
        title=check.title,
        rule=check.rule,
        severity=check.severity,
        clock=check.clock,
        parameters=chosen.parameters,
        outcome="ran" if ran else "unavailable",
        reason=f"{where}{silent[0].unavailable}" if silent else None,
        found=len(found),
        new=sum(finding.status in {"new", "returned"} for finding in found),
        accepted=sum(finding.check == check.id for finding in findings.accepted),
        previous=trend.count_before(check.id, chosen.parameters) if ran else None,
    )
