"""The report's four charts, each with its sentence, its legend and the table that says the same."""

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from ..model.findings import AgeRow, AgeTable, AuditReport, CheckOutcome, DayFlow, Severity
from .chart_specs import Row, ages_spec, backlog_spec, checks_spec, flow_spec
from .customer_text import NO_NAME, fitting, visible
from .figures import count, duration, hours
from .palette import STATUSES, age_roles, status_role
from .svg import draw
from .tables import Cell, Column, Table
from .takeaways import ages_takeaway, arrivals, backlog_takeaway, checks_takeaway, flow_takeaway, net

MOST_BARS = 12  # groups or checks in a chart; its table has them all
LABEL = 60
GROUP_COLUMNS, CHECK_COLUMNS = 24, 36  # room for the names beside the bars, in narrow letters
FLOW_COLUMNS = ("Created", "Reopened", "Restored", "Solved", "Gone", "Change")
DAILY = 62  # longer histories are drawn in sevens of days: weekends would be all that one sees
NO_HISTORY = (
    "There is no history to draw: the connection gave no event log. "
    "Each run stores a snapshot, so this fills up over the next runs."
)


@dataclass(frozen=True)
class Key:
    """One entry of a legend."""

    label: str
    role: str
    shape: str = "box"


@dataclass(frozen=True)
class Chart:
    """A chart ready to be placed. Without a drawing, `takeaway` says why."""

    id: str
    title: str
    takeaway: str
    legend: tuple[Key, ...] = ()
    svg: str | None = None
    tables: tuple[Table, ...] = ()


def make_charts(report: AuditReport) -> tuple[Chart, ...]:
    """Backlog, ages, flow, checks: always these four, in this order."""
    return (
        _backlog(report.flow),
        _ages(report.ages),
        _flow(report.flow),
        _checks([check for check in report.checks if check.outcome == "ran"]),
    )


def _backlog(flow: Sequence[DayFlow]) -> Chart:
    title = "Backlog by day"
    if not flow:
        return Chart("backlog", title, NO_HISTORY)
    present = {category for each in flow for category in each.backlog}
    categories = [*(name for name in STATUSES if name in present), *sorted(present - set(STATUSES))]
    roles = {category: status_role(category) for category in categories}
    rows: list[Row] = [
        {"day": each.day.isoformat(), "category": name, "tickets": each.backlog.get(name, 0), "order": order}
        for each in flow
        for order, name in enumerate(categories)
    ]
    columns = (Column("Day"), *(Column(name.capitalize(), "number") for name in categories))
    cells: tuple[tuple[Cell, ...], ...] = tuple(
        (
            each.day.isoformat(),
            *(each.backlog.get(name, 0) for name in categories),
            sum(each.backlog.values()),
        )
        for each in flow
    )
    return Chart(
        id="backlog",
        title=title,
        takeaway=backlog_takeaway(flow),
        legend=tuple(Key(name.capitalize(), role) for name, role in roles.items()),
        svg=draw(backlog_spec(rows, roles)) if any(row["tickets"] for row in rows) else None,
        tables=(
            Table("Unsolved tickets at the end of each day", (*columns, Column("Total", "number")), cells),
        ),
    )


def _flow(flow: Sequence[DayFlow]) -> Chart:
    if not flow:
        return Chart("flow", "Arrivals and closures", NO_HISTORY)
    period, length = ("week", 7) if len(flow) > DAILY else ("day", 1)
    columns = (
        Column("Day"),
        *(Column(name, "number") for name in FLOW_COLUMNS),
    )
    cells = tuple(
        (each.day.isoformat(), each.created, each.reopened, each.restored, each.solved, each.gone, net(each))
        for each in flow
    )
    return Chart(
        id="flow",
        title=f"Arrivals and closures by {period}",
        takeaway=flow_takeaway(flow),
        legend=(Key("Created, reopened, restored", "arrived"), Key("Solved", "closed", "line")),
        svg=draw(flow_spec(_flow_rows(flow, length=length))),
        tables=(Table("Tickets that came and went, by day", columns, cells),),
    )


def _flow_rows(flow: Sequence[DayFlow], *, length: int) -> list[Row]:
    """Periods of `length` days, the last one ending with the last day; a first one that is not whole is left out."""
    periods: dict[int, list[DayFlow]] = defaultdict(list)
    for each in flow:
        periods[(flow[-1].day - each.day).days // length].append(each)
    span = timedelta(days=length)
    rows = []
    for age, days in periods.items():
        start = flow[-1].day + timedelta(days=1) - (age + 1) * span
        middle = datetime.combine(start, time(), UTC) + span / 2
        if start >= flow[0].day:
            rows.append(
                {
                    "start": start.isoformat(),
                    "end": (start + span).isoformat(),
                    "middle": middle.isoformat(),
                    "arrived": sum(map(arrivals, days)),
                    "closed": sum(each.solved for each in days),
                }
            )
    return rows


def _ages(tables: Sequence[AgeTable]) -> Chart:
    table = next((each for each in tables if each.clock == "calendar"), tables[0] if tables else None)
    rows = [] if table is None else [row for row in table.rows if sum(row.counts)]
    if table is None or not rows:
        return Chart("ages", "Age of the backlog", "There is no unsolved ticket to show the age of.")
    rows.sort(key=lambda row: (-sum(row.counts), row.by))
    roles = dict(zip(table.buckets, age_roles(len(table.buckets)), strict=True))
    bars, names = _age_bars(rows, table)
    clock = "" if table.clock == "calendar" else ", in business time"
    return Chart(
        id="ages",
        title=f"Age of the backlog by {visible(table.dimension, LABEL)}{clock}",
        takeaway=ages_takeaway(table),
        legend=tuple(Key(bucket, role) for bucket, role in roles.items()),
        svg=draw(ages_spec(bars, names, roles)),
        tables=tuple(_age_table(each) for each in tables),
    )


def _age_bars(rows: Sequence[AgeRow], table: AgeTable) -> tuple[list[Row], list[str]]:
    """The biggest groups, and the rest as one bar. Equal names after cutting stay apart by a number."""
    shown = [(row.by, row.counts) for row in rows]
    if len(shown) > MOST_BARS:
        rest = [counts for _, counts in shown[MOST_BARS - 1 :]]
        summed = tuple(map(sum, zip(*rest, strict=True)))
        shown = [*shown[: MOST_BARS - 1], (f"{count(len(rest))} others", summed)]
    names = _distinct([name for name, _ in shown], GROUP_COLUMNS)
    bars = [
        {"group": name, "bucket": bucket, "tickets": tickets, "order": order, "total": sum(counts)}
        for name, (_, counts) in zip(names, shown, strict=True)
        for order, (bucket, tickets) in enumerate(zip(table.buckets, counts, strict=True))
    ]
    return bars, names


def _age_table(table: AgeTable) -> Table:
    span = duration if table.clock == "calendar" else hours
    titles = (*table.buckets, "Total")
    columns = (
        Column(visible(table.dimension, LABEL).capitalize()),
        *(Column(title, "number") for title in titles),
        *(Column(title) for title in ("Median", "90th percentile", "Oldest")),
    )
    cells: tuple[tuple[Cell, ...], ...] = tuple(
        (
            visible(row.by, LABEL) or NO_NAME,
            *row.counts,
            sum(row.counts),
            *(None if age is None else span(age) for age in (row.median_s, row.p90_s, row.oldest_s)),
        )
        for row in table.rows
    )
    return Table(f"Unsolved tickets by {table.dimension} and age, {table.clock} time", columns, cells)


def _checks(checks: Sequence[CheckOutcome]) -> Chart:
    title = "Findings by check"
    if not checks:
        return Chart("checks", title, "No check could run; the coverage box says why.")
    hits = [check for check in checks if check.found or check.previous]
    hits.sort(key=lambda check: (-check.found, -(check.previous or 0), check.id))
    has_previous = any(check.previous is not None for check in checks)
    roles = {severity.value: f"severity-{severity}" for severity in reversed(Severity)}
    legend = tuple(Key(name.capitalize(), role) for name, role in roles.items() if _used(hits, name))
    ghost = (Key("Last run", "previous"),) if has_previous else ()
    return Chart(
        id="checks",
        title=title,
        takeaway=checks_takeaway(checks),
        legend=(*legend, *ghost) if hits else (),
        svg=_check_bars(hits[:MOST_BARS], roles) if hits else None,
        tables=(_check_table(checks),),
    )


def _used(checks: Sequence[CheckOutcome], severity: str) -> bool:
    return any(check.severity.value == severity for check in checks)


def _check_bars(checks: Sequence[CheckOutcome], roles: dict[str, str]) -> str:
    names = _distinct([f"{check.id} {check.title}" for check in checks], CHECK_COLUMNS)
    rows: list[Row] = [
        {
            "check": name,
            "severity": check.severity.value,
            "found": check.found,
            "previous": check.previous,
            "end": max(check.found, check.previous or 0),
            "text": count(check.found),
        }
        for name, check in zip(names, checks, strict=True)
    ]
    return draw(checks_spec(rows, names, roles))


def _check_table(checks: Sequence[CheckOutcome]) -> Table:
    columns = (
        Column("Check"),
        Column("Looks for"),
        Column("Severity"),
        *(Column(title, "number") for title in ("Found", "New", "Last run", "Accepted")),
    )
    cells = tuple(
        (check.id, check.title, check.severity.value, check.found, check.new, check.previous, check.accepted)
        for check in checks
    )
    return Table("Findings by check, this run and the last", columns, cells)


def _distinct(names: Sequence[str], width: int) -> list[str]:
    """Names that fit a chart. Two that look the same would share a bar, so a later one gets a number."""
    distinct: dict[str, None] = {}
    for name in names:
        label = fitting(visible(name, LABEL), width) or NO_NAME
        numbered = (f"{label} ({number})" for number in itertools.count(2))
        distinct[
            label if label not in distinct else next(each for each in numbered if each not in distinct)
        ] = None
    return list(distinct)
