"""What stands on each sheet of the workbook."""

from collections.abc import Callable, Mapping, Sequence

from ..model.findings import AuditReport, CheckOutcome, Finding, Metric
from .charts import FLOW_COLUMNS
from .evidence import business_checks, evidence_text
from .figures import DAY, change, instant, metric_text
from .palette import STATUSES
from .takeaways import net
from .tallies import WORST_FIRST, Tally, grouped, most_urgent_first, severities
from .verdict import verdict
from .xlsx_writer import Cell, Column, Link, Pill, SheetWriter, Style


def summary(sheet: SheetWriter, report: AuditReport) -> None:
    sheet.widths(26, 22, 22, 60)
    outcome = verdict(report)
    sheet.row([report.recipe_title], ["title"])
    if not report.is_complete:
        sheet.row(["INCOMPLETE: not everything could be read, so figures may be too low."], ["bold"])
    sheet.row([outcome.headline], ["bold"])
    sheet.row([outcome.changes], ["text"])
    if outcome.gate:
        sheet.row([outcome.gate], ["bold"])
    sheet.skip()
    sheet.block(
        [Column("Figure", 0), Column("Value", 0), Column("Since last run", 0), Column("Note", 0)],
        [
            (metric.title, metric_text(metric), _change_words(metric), metric.note)
            for metric in report.metrics
        ],
    )
    sheet.skip()
    counts = severities(report.findings)
    new = severities(finding for finding in report.findings if finding.status != "known")
    sheet.block(
        [Column("Severity", 0), Column("Findings", 0, "number"), Column("New or returned", 0, "number")],
        [(Pill(severity.value), counts[severity], new[severity]) for severity in WORST_FIRST],
    )
    sheet.skip()
    for name, value in _facts(report).items():
        sheet.row([name, value], ["bold", "text"])


def _change_words(metric: Metric) -> str | None:
    moved = change(metric)
    return moved.words if moved else None


def _facts(report: AuditReport) -> Mapping[str, str]:
    return {
        "As of": instant(report.as_of),
        "Previous run": instant(report.previous_as_of) if report.previous_as_of else "none",
        "Fixed since then": str(report.fixed),
        "Recipe": report.recipe_path or report.recipe_id,
        "Recipe hash": report.recipe_hash,
        "Owner": report.recipe_owner or "",
        "Made by": f"cstoolkit {report.version}",
        "Run": report.run_id,
        "Started": instant(report.started_at),
    }


def findings(sheet: SheetWriter, report: AuditReport) -> None:
    columns = [*FINDING_COLUMNS, Column("Fingerprint", 18)]
    cells = _finding_cells(report)
    rows = [(*cells(finding), finding.fingerprint) for finding in most_urgent_first(report.findings)]
    sheet.table(columns, rows)


def accepted(sheet: SheetWriter, report: AuditReport) -> None:
    columns = [*FINDING_COLUMNS, Column("Accepted because", 40, "wrap"), Column("Until", 12, "date")]
    cells = _finding_cells(report)
    rows = [
        (*cells(finding), finding.accepted_because, finding.accepted_until)
        for finding in most_urgent_first(report.accepted)
    ]
    sheet.table(columns, rows)


FINDING_COLUMNS = (
    Column("Severity", 10),
    Column("Status", 10),
    Column("Check", 9),
    Column("Looks for", 24),
    Column("Kind", 9),
    Column("Id", 12),
    Column("Title", 46, "wrap"),
    Column("Finding", 46, "wrap"),
    Column("Owner", 20),
    Column("Group", 18),
    Column("Priority", 10),
    Column("Age, days", 11, "days"),
    Column("Seen since (UTC)", 17, "instant"),
    Column("Evidence", 40, "wrap"),
    Column("Connection", 14),
)


def _finding_cells(report: AuditReport) -> Callable[[Finding], tuple[Cell, ...]]:
    """What fills FINDING_COLUMNS; it looks up the finding's check in the report."""
    titles = {check.id: check.title for check in report.checks}
    business = business_checks(report)

    def cells(finding: Finding) -> tuple[Cell, ...]:
        return (
            Pill(finding.severity.value),
            finding.status,
            finding.check,
            titles.get(finding.check),
            finding.object_kind,
            Link(finding.object_id, finding.url),
            finding.title,
            finding.message,
            finding.owner,
            finding.group,
            finding.priority,
            _days(finding.age_s),
            finding.first_seen,
            evidence_text(finding.evidence, business=finding.check in business),
            finding.connection,
        )

    return cells


def _days(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / DAY, 2)


def by_owner(sheet: SheetWriter, report: AuditReport) -> None:
    parts = grouped(report.findings, lambda finding: finding.owner)
    sheet.table(_tally_columns("Owner"), [_tally_cells(part, "(no owner)") for part, _ in parts])


def by_group(sheet: SheetWriter, report: AuditReport) -> None:
    parts = grouped(report.findings, lambda finding: finding.group)
    sheet.table(_tally_columns("Group"), [_tally_cells(part, "(no group)") for part, _ in parts])
    for table in report.ages:
        sheet.skip()
        sheet.row([f"Backlog by {table.dimension}, {table.clock} time"], ["bold"])
        ends = (Column("Tickets", 0, "number"), *(Column(f"{name}, days", 0, "days") for name in AGE_FIGURES))
        columns = [Column(table.dimension, 0), *(Column(name, 0, "number") for name in table.buckets), *ends]
        rows = [
            (row.by, *row.counts, sum(row.counts), *map(_days, (row.median_s, row.p90_s, row.oldest_s)))
            for row in table.rows
        ]
        sheet.block(columns, rows)


AGE_FIGURES = ("Median", "P90", "Oldest")


def _tally_columns(name: str) -> Sequence[Column]:
    return (
        Column(name, 28),
        *(Column(severity.value.capitalize(), 10, "number") for severity in WORST_FIRST),
        *(Column(title, 10, "number") for title in ("Findings", "New", "Objects")),
        Column("Oldest, days", 13, "days"),
    )


def _tally_cells(part: Tally, nobody: str) -> Sequence[Cell]:
    counts = (part.by_severity[severity] for severity in WORST_FIRST)
    return (part.name or nobody, *counts, part.total, part.new, part.objects, _days(part.oldest_s))


def trend(sheet: SheetWriter, report: AuditReport) -> None:
    present = {category for each in report.flow for category in each.backlog}
    categories = [*(name for name in STATUSES if name in present), *sorted(present - set(STATUSES))]
    columns = [
        Column("Day", 12, "date"),
        *(Column(title, 10, "number") for title in FLOW_COLUMNS),
        Column("Backlog", 10, "number"),
        *(Column(name.capitalize(), 10, "number") for name in categories),
    ]
    rows: list[tuple[Cell, ...]] = [
        (
            each.day,
            each.created,
            each.reopened,
            each.restored,
            each.solved,
            each.gone,
            net(each),
            sum(each.backlog.values()),
            *(each.backlog.get(name, 0) for name in categories),
        )
        for each in report.flow
    ]
    sheet.table(columns, rows)


def checks(sheet: SheetWriter, report: AuditReport) -> None:
    columns = [
        Column("Check", 9),
        Column("Looks for", 28),
        Column("Severity", 10),
        *(Column(title, 10, "number") for title in ("Found", "New", "Last run", "Accepted")),
        Column("Rule", 60, "wrap"),
        Column("Parameters", 44, "wrap"),
        Column("Clock", 10),
        Column("Outcome", 12),
        Column("Reason", 40, "wrap"),
    ]
    rows = [
        (
            check.id,
            check.title,
            Pill(check.severity.value),
            *_check_counts(check),
            check.rule,
            evidence_text(check.parameters, business=check.clock == "business"),
            check.clock,
            check.outcome,
            check.reason,
        )
        for check in report.checks
    ]
    sheet.table(columns, rows)


def _check_counts(check: CheckOutcome) -> tuple[int | None, ...]:
    """Empty cells for a check that could not run: it has not found zero."""
    if check.outcome != "ran":
        return (None, None, None, None)
    return check.found, check.new, check.previous, check.accepted


def coverage(sheet: SheetWriter, report: AuditReport) -> None:
    columns = [
        Column("Connection", 20),
        Column("Vendor", 12),
        Column("Fetched", 10, "number"),
        Column("Expected", 10, "number"),
        Column("Complete", 14),
        Column("Events", 11, "number"),
        Column("First ticket (UTC)", 18, "instant"),
        Column("As of (UTC)", 18, "instant"),
        Column("History", 13),
        Column("Notes", 80, "wrap"),
    ]
    rows = [
        (
            part.connection,
            part.vendor,
            part.fetched,
            part.expected,
            "complete" if part.complete else "INCOMPLETE",
            part.events,
            part.first_created_at,
            part.as_of,
            part.history,
            " / ".join(part.notes),
        )
        for part in report.coverage
    ]
    sheet.table(columns, rows)
    if report.definitions:
        sheet.skip()
        definition: list[Style] = ["bold", "text"]
        for word, meaning in report.definitions.items():
            sheet.row([word, meaning], definition)


SHEETS: Mapping[str, Callable[[SheetWriter, AuditReport], None]] = {
    "Summary": summary,
    "Findings": findings,
    "By owner": by_owner,
    "By group": by_group,
    "Trend": trend,
    "Checks": checks,
    "Accepted": accepted,
    "Coverage": coverage,
}
