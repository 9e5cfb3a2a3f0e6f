"""Age tables: how many unsolved tickets of each group (or other dimension) are how old, on both clocks."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from ...model.findings import AgeRow, AgeTable
from ...model.spans import parse_span, span_length
from ..audit import Measure
from ..checks.check import POPULATIONS
from .scope import Scope

NOBODY = "(none)"

# What `measure.by` may say (automations.audit.DIMENSIONS); a connection's own values are added in Python.
COLUMNS = {
    "group": "coalesce(t.group_name, t.group_id)",
    "assignee": "coalesce(t.assignee_name, t.assignee_id)",
    "priority": "t.priority",
    "status": "t.status",
    "channel": "t.channel",
    "type": "t.type",
    "brand": "t.brand",
    "form": "t.form",
    "language": "t.language",
    "organization": "coalesce(t.organization_name, t.organization_id)",
}
ORDERED = {
    "priority": ("urgent", "high", "normal", "low"),
    "status": ("new", "open", "pending", "hold"),
}

CLOCKS: dict[Literal["calendar", "business"], str] = {"calendar": "state_us", "business": "state_open_us"}


def make_ages(scopes: Sequence[Scope], measure: Measure) -> tuple[AgeTable, ...]:
    """One table a dimension and clock. A clock without any age (no calendars) has no table."""
    bounds = [int(span_length(parse_span(bucket)).total_seconds()) for bucket in measure.age.buckets]
    tables = []
    for dimension in measure.by:
        for clock, column in CLOCKS.items():
            ages = _ages(scopes, dimension, column)
            if ages:
                rows = tuple(_row(by, sorted(ages[by]), bounds) for by in _order(dimension, list(ages)))
                tables.append(
                    AgeTable(
                        clock=clock,
                        dimension=dimension,
                        buckets=bucket_labels(measure.age.buckets),
                        rows=rows,
                    )
                )
    return tuple(tables)


def _ages(scopes: Sequence[Scope], dimension: str, column: str) -> dict[str, list[int]]:
    """Ages in microseconds by the dimension's value. An instant that is still to come gives no age."""
    ages: dict[str, list[int]] = defaultdict(list)
    for scope in scopes:
        constant = {"vendor": scope.store.vendor, "connection": scope.store.connection}.get(dimension)
        by = "NULL" if constant else COLUMNS[dimension]
        sql = f"SELECT {by}, t.{column} FROM audited t WHERE {POPULATIONS['unsolved']} AND t.{column} >= 0"
        for value, age in scope.query(sql, {}):
            ages[constant or value or NOBODY].append(age)
    return ages


def _row(by: str, ages: list[int], bounds: Sequence[int]) -> AgeRow:
    counts = [0] * (len(bounds) + 1)
    for age in ages:
        counts[bisect_right(bounds, age / 1_000_000)] += 1
    return AgeRow(
        by=by,
        counts=tuple(counts),
        median_s=quantile(ages, 0.5) / 1_000_000,
        p90_s=quantile(ages, 0.9) / 1_000_000,
        oldest_s=ages[-1] / 1_000_000,
    )


def _order(dimension: str, values: list[str]) -> list[str]:
    known = ORDERED.get(dimension, ())
    return sorted(
        values,
        key=lambda value: (value == NOBODY, known.index(value) if value in known else len(known), value),
    )


def quantile(ascending: Sequence[int], share: float) -> float:
    """Linear interpolation between the two nearest ("type 7"), of at least one value."""
    place = share * (len(ascending) - 1)
    below = int(place)
    above = min(below + 1, len(ascending) - 1)
    return ascending[below] + (ascending[above] - ascending[below]) * (place - below)


def bucket_labels(buckets: Sequence[str]) -> tuple[str, ...]:
    """Names of the columns, youngest first: "under 4h", "4h to 1d", ..., "90d and over"; 4h is not under 4h."""
    between = (f"{low} to {high}" for low, high in pairwise(buckets))
    return (f"under {buckets[0]}", *between, f"{buckets[-1]} and over")
