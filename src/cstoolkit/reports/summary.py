"""The audit in a few lines for a terminal: verdict, headline figures, the most urgent findings."""

from collections.abc import Iterator, Sequence

from ..model.findings import AuditReport, Finding, Metric
from .customer_text import columns, visible
from .figures import change, duration, metric_text, things
from .tallies import most_urgent_first
from .verdict import HEADLINE_FIGURES, verdict

TOP = 10
NAME = 24
MESSAGE = 72
HEAD = ("SEVERITY", "CHECK", "TICKET", "AGE", "OWNER", "FINDING")


def render_summary(report: AuditReport, *, top: int = TOP) -> str:
    """Plain text without colour or controls. Of customers' text it shows names and ids only."""
    return "\n".join(_lines(report, top)) + "\n"


def _lines(report: AuditReport, top: int) -> Iterator[str]:
    outcome = verdict(report)
    if not report.is_complete:
        yield "INCOMPLETE: not everything could be read, so figures may be too low."
    yield f"{visible(report.recipe_title, 80)}: {outcome.headline}"
    yield outcome.changes
    if outcome.gate:
        yield visible(outcome.gate)
    if report.metrics:
        yield ""
        yield from _aligned([_figure_cells(metric) for metric in report.metrics[:HEADLINE_FIGURES]])
    if report.findings:
        urgent = most_urgent_first(report.findings)[:top]
        yield ""
        yield from _aligned([HEAD, *map(_finding_cells, urgent)])
        more = len(report.findings) - len(urgent)
        if more:
            yield f"and {things(more, 'more finding')}"


def _figure_cells(metric: Metric) -> Sequence[str]:
    moved = change(metric)
    ending = f"{moved.arrow} {moved.text}" if moved else ""
    return f"  {visible(metric.title, 40)}", visible(metric_text(metric), 40), ending


def _finding_cells(finding: Finding) -> Sequence[str]:
    return (
        finding.severity.value,
        finding.check,
        visible(finding.object_id, NAME),
        "" if finding.age_s is None else duration(finding.age_s),
        visible(finding.owner or "nobody", NAME),
        visible(finding.message, MESSAGE),
    )


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(columns, cells)) for cells in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(
            cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
