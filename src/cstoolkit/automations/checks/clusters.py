"""Many tickets about the same in a short time: an incident that nobody has linked to a problem."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from ...model.findings import Severity
from .check import SECOND, Check, Hit, Question
from .duplicates import normalise
from .parameters import Parameter

MOST_NAMED = 20

UNLINKED = """
    SELECT t.subject_folded, t.ticket_id, epoch_us(t.created_at), {within} * {second}, {tickets}
    FROM audited t
    WHERE {population} AND t.problem_id IS NULL AND t.subject_folded IS NOT NULL
    ORDER BY t.created_at, t.ticket_id
"""

Row = tuple[str, str, int, int, int]


def find_clusters(question: Question) -> Iterator[Hit]:
    """The first ticket of each cluster; those after its window may be the next one."""
    bound: dict[str, Any] = {}
    settings = {name: question.settings.sql(name, bound) for name in ("within", "tickets")}
    sql = UNLINKED.format(population=question.population, second=SECOND, **settings)
    named = [(normalise(row[0]).words, row) for row in question.query(sql, bound)]
    # Sorting keeps the order of those that are equal: by time, then id.
    named.sort(key=lambda pair: pair[0])
    for words, alike in groupby(named, key=lambda pair: pair[0]):
        if words:
            yield from _clusters([row for _, row in alike])


def _clusters(rows: list[Row]) -> Iterable[Hit]:
    first = 0
    while first < len(rows):
        _, ticket_id, created, window, least = rows[first]
        after = first
        while after < len(rows) and rows[after][2] - created <= window:
            after += 1
        if after - first < least:
            first += 1
            continue
        evidence = {
            "tickets": after - first,
            "span_s": (rows[after - 1][2] - created) // SECOND,
            "others": [row[1] for row in rows[first + 1 : after]][:MOST_NAMED],
        }
        yield Hit(ticket_id, evidence)
        first = after


CHECKS = (
    Check(
        id="BA030",
        title="Incident cluster",
        rule="unsolved, linked to no problem, and the first of so many such tickets with the same words in the"
        " subject, from anybody, created within so long of it; one finding a cluster",
        severity=Severity.HIGH,
        clock="calendar",
        needs=("subjects",),
        parameters={
            "tickets": Parameter("count", 5, "tickets that make an incident"),
            "within": Parameter("span", "2h", "longest time from the first to the last"),
        },
        search=find_clusters,
        message="{tickets} tickets say the same within {span_s}, and no problem is linked",
    ),
)
