"""The first line of every report: how bad it is, and what moved since the last run."""

from dataclasses import dataclass
from typing import Literal

from ..model.findings import AuditReport, Severity
from .figures import count, day, things
from .tallies import severities

HEADLINE_FIGURES = 5  # of the report's metrics, the first few are shown large

Tone = Literal["good", "calm", "warn", "bad"]


@dataclass(frozen=True)
class Verdict:
    """`tone` is never green for a run that is incomplete, has missed its gate or has looked at nothing."""

    tone: Tone
    headline: str
    changes: str
    gate: str | None


def verdict(report: AuditReport) -> Verdict:
    return Verdict(_tone(report), _headline(report), _changes(report), _gate(report))


def objects_found(report: AuditReport) -> int:
    """How many different tickets, agents or groups the findings are about."""
    return len({(found.connection, found.object_kind, found.object_id) for found in report.findings})


def _tone(report: AuditReport) -> Tone:
    counts = severities(report.findings)
    if not report.is_complete or not report.gate.passed or counts[Severity.CRITICAL]:
        return "bad"
    if report.findings:
        return "warn"
    return "good" if _has_looked(report) else "calm"


def _has_looked(report: AuditReport) -> bool:
    return any(part.fetched for part in report.coverage) and any(
        check.outcome == "ran" for check in report.checks
    )


def _headline(report: AuditReport) -> str:
    if report.findings:
        counts = severities(report.findings)
        parts = ", ".join(f"{number} {severity}" for severity, number in counts.items() if number)
        objects = objects_found(report)
        kinds = {finding.object_kind for finding in report.findings}
        noun = kinds.pop() if len(kinds) == 1 else "object"
        return f"{things(len(report.findings), 'finding')} on {things(objects, noun)}: {parts}"
    if not report.is_complete:
        return "No findings in what could be read"
    if not any(part.fetched for part in report.coverage):
        return "There are no tickets to audit"
    if not any(check.outcome == "ran" for check in report.checks):
        return "No check could run"
    return "Nothing to fix: no check found anything"


def _changes(report: AuditReport) -> str:
    if report.previous_as_of is None:
        return "First run: there is nothing to compare with yet."
    new = sum(finding.status == "new" for finding in report.findings)
    returned = sum(finding.status == "returned" for finding in report.findings)
    if new == returned == report.fixed == 0:
        return f"Nothing changed since {day(report.previous_as_of.date())}."
    back = f", {count(returned)} came back" if returned else ""
    return f"Since {day(report.previous_as_of.date())}: {count(new)} new{back}, {count(report.fixed)} fixed."


def _gate(report: AuditReport) -> str | None:
    if not report.gate.configured:
        return None
    if report.gate.passed:
        return "The gate holds."
    return "The gate is missed: " + "; ".join(report.gate.reasons) + "."
