"""The five headline figures, the flow by day and the age tables of an audit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ...model.findings import DayFlow, Metric
from ...store.flow import FlowSpan, daily_flow
from ..checks.check import POPULATIONS
from .evidence_words import span_in_words
from .scope import Scope

FLOW_DAYS = 90
NET_DAYS = 7

COUNTS = f"""
    SELECT count(*), count(*) FILTER (t.assignee_id IS NULL), count(*) FILTER (t.breached_at IS NOT NULL),
        max(t.age_us) // 1000000
    FROM audited t WHERE {POPULATIONS["unsolved"]}
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """Unsolved tickets of all scopes. None: the data cannot tell, or there is nothing to tell of."""

    backlog: int
    unassigned: int
    breached: int | None
    oldest_s: int | None


def count(scopes: Sequence[Scope]) -> Counted:
    """The figures behind the tiles that tell how it stands."""
    rows = [scope.query(COUNTS, {})[0] for scope in scopes]
    promised = any("sla" in scope.store.streams for scope in scopes)
    return Counted(
        backlog=sum(row[0] for row in rows),
        unassigned=sum(row[1] for row in rows),
        breached=sum(row[2] for row in rows) if promised else None,
        oldest_s=max((row[3] for row in rows if row[3] is not None), default=None),
    )


def _net(flow: Sequence[DayFlow]) -> int | None:
    """By how much the backlog changed over the last days of the chart, today included as far as it goes."""
    if not flow:
        return None
    week = [day for day in flow if day.day > flow[-1].day - timedelta(days=NET_DAYS)]
    return sum(day.created + day.reopened + day.restored - day.solved - day.gone for day in week)


def make_metrics(
    counted: Counted, flow: Sequence[DayFlow], *, narrowed: bool, before: Mapping[str, float | None]
) -> tuple[Metric, ...]:
    """The tiles, in their order; `before` are the values of the previous run by id.

    The flow is that of all tickets: a selection has no past.
    """
    whole = "all tickets, whatever `select` says" if narrowed else None
    return (
        _metric("backlog", "Backlog", counted.backlog, before),
        _metric("net_flow_7d", "Net flow, 7 days", _net(flow), before, signed=True, note=whole),
        _metric("breached", "SLA missed", counted.breached, before, missing="no SLA targets in the data"),
        _metric("unassigned", "Unassigned", counted.unassigned, before),
        _metric("oldest", "Oldest", counted.oldest_s, before, unit="seconds", missing="nothing is unsolved"),
    )


def _metric(
    identity: str,
    title: str,
    value: int | None,
    before: Mapping[str, float | None],
    *,
    unit: Literal["tickets", "seconds"] = "tickets",
    signed: bool = False,
    note: str | None = None,
    missing: str | None = None,
) -> Metric:
    if value is None:
        text = "-"
    elif unit == "seconds":
        text = span_in_words(value)
    else:
        text = f"{value:+,}" if signed and value else f"{value:,}"
    earlier = before.get(identity)
    return Metric(
        id=identity,
        title=title,
        value=value,
        unit=unit,
        text=text,
        note=missing if value is None else note,
        change=value - earlier if value is not None and earlier is not None else None,
    )


def make_flow(scopes: Sequence[Scope]) -> tuple[DayFlow, ...]:
    """The last days, from the first one on that any ticket was there; days are those of each scope's zone."""
    by_day: dict[date, list[FlowSpan]] = {}
    for scope in scopes:
        for day, span in daily_flow(scope.store, scope.now, days=FLOW_DAYS, zone=scope.zone):
            by_day.setdefault(day, []).append(span)
    days = [_day(day, spans) for day, spans in sorted(by_day.items())]
    first = next((place for place, day in enumerate(days) if day.created or any(day.backlog.values())), 0)
    return tuple(days[first:])


def _day(day: date, spans: Iterable[FlowSpan]) -> DayFlow:
    spans = list(spans)
    flows = [span.flow for span in spans]
    backlog: dict[str, int] = {}
    for span in spans:
        for status, number in span.backlog.items():
            backlog[status] = backlog.get(status, 0) + number
    return DayFlow(
        day=day,
        created=sum(flow.created for flow in flows),
        reopened=sum(flow.reopened for flow in flows),
        restored=sum(flow.undeleted for flow in flows),
        solved=sum(flow.solved for flow in flows),
        gone=sum(flow.gone for flow in flows),
        backlog=backlog,
    )
