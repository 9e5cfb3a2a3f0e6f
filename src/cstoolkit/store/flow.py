"""The backlog at the end of each day, and what flowed in and out of it, for a window of days.

Definitions and the identity that they obey exactly are in `model.backlog`. One thing is added here: every
ticket of the store takes part. One whose history does not begin with its creation comes into being at
`created_at` with what its first status event says was before; one without any, with the status it has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..model.backlog import Flow
from .database import Store

UNSOLVED = ("new", "open", "pending", "hold")
MICROSECOND = timedelta(microseconds=1)

# Every step of status or of being gone, in order, with both as they were after and before it. Where the store
# says that a ticket is younger than its events, these count as at its creation.
MOVES = """
    CREATE OR REPLACE TEMP TABLE flow_moves AS
    WITH log AS (
        SELECT ticket_id, occurred_at, seq, kind IN ('created', 'status') AS of_status, kind, before, after,
            row_number() OVER (
                PARTITION BY ticket_id, kind IN ('created', 'status') ORDER BY occurred_at, seq
            ) AS n
        FROM events
        WHERE kind IN ('created', 'status', 'merged', 'deleted', 'restored')
    ),
    births AS (
        SELECT t.ticket_id, t.created_at,
            coalesce(s.before, s.after, t.status) AS status,
            CASE WHEN g.ticket_id IS NULL THEN t.gone IS NOT NULL ELSE g.kind = 'restored' END AS gone
        FROM tickets t
        LEFT JOIN log s ON s.ticket_id = t.ticket_id AND s.of_status AND s.n = 1
        LEFT JOIN log g ON g.ticket_id = t.ticket_id AND NOT g.of_status AND g.n = 1
    ),
    moves AS (
        SELECT ticket_id, created_at AS moved_at, created_at AS occurred_at, -1 AS seq, true AS born, status, gone
        FROM births
        UNION ALL
        SELECT ticket_id, greatest(occurred_at, created_at), occurred_at, seq, false,
            CASE WHEN of_status THEN after END, CASE WHEN NOT of_status THEN kind <> 'restored' END
        FROM log JOIN tickets USING (ticket_id)
        WHERE NOT (of_status AND n = 1 AND kind = 'created')
    ),
    held AS (
        SELECT ticket_id, moved_at, born, occurred_at, seq,
            last_value(status IGNORE NULLS) OVER life AS status, last_value(gone IGNORE NULLS) OVER life AS gone
        FROM moves
        WINDOW life AS (
            PARTITION BY ticket_id ORDER BY moved_at, NOT born, occurred_at, seq
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        )
    )
    SELECT moved_at, born, status, gone, status NOT IN ('solved', 'closed') AS unsolved,
        lag(status) OVER life AS prior_status, lag(gone) OVER life AS prior_gone,
        lag(status NOT IN ('solved', 'closed')) OVER life AS prior_unsolved
    FROM held
    WINDOW life AS (PARTITION BY ticket_id ORDER BY moved_at, NOT born, occurred_at, seq)
"""

# `span` is the first end that is not before the move; what comes after the last end is left out.
PLACED = """
    CREATE OR REPLACE TEMP TABLE flow_placed AS
    SELECT m.*, e.span FROM flow_moves m ASOF JOIN (
        SELECT unnest($ends::TIMESTAMP[]) AS until, unnest(range(len($ends))) AS span
    ) e ON m.moved_at <= e.until
"""
FLOWS = """
    SELECT span,
        count(*) FILTER (born AND NOT gone),
        count(*) FILTER (NOT born AND unsolved AND NOT prior_unsolved AND NOT gone AND NOT prior_gone),
        count(*) FILTER (NOT born AND unsolved AND NOT gone AND prior_gone),
        count(*) FILTER (NOT unsolved AND NOT gone AND (born OR (prior_unsolved AND NOT prior_gone))),
        count(*) FILTER (NOT born AND prior_unsolved AND gone AND NOT prior_gone)
    FROM flow_placed
    GROUP BY span
"""
# A move enters one status (+1) and leaves the one before (-1), unless the ticket is gone.
CHANGES = """
    SELECT span, status, sum(change)::BIGINT
    FROM (
        SELECT span, status, 1 AS change FROM flow_placed WHERE NOT gone
        UNION ALL
        SELECT span, prior_status, -1 FROM flow_placed WHERE NOT born AND NOT prior_gone
    )
    GROUP BY span, status
"""


@dataclass(frozen=True, slots=True)
class FlowSpan:
    """What moved over (after, until], and the backlog by status category at `until`."""

    after: datetime
    until: datetime
    flow: Flow
    backlog: Mapping[str, int]

    @property
    def total(self) -> int:
        """The whole backlog at `until`."""
        return sum(self.backlog.values())


def daily_flow(store: Store, now: datetime, *, days: int, zone: str) -> list[tuple[date, FlowSpan]]:
    """The last `days` days of the wall clock in `zone`; the last one is the day of `now`, and ends with it.

    A day is [midnight, next midnight), of 23 or 25 hours where the clock is changed.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    dates = [today - timedelta(days=back) for back in reversed(range(days))]
    ends = [*(_last_instant_before(day, zone) for day in dates), now]
    return list(zip(dates, flow_spans(store, ends), strict=True))


def flow_spans(store: Store, instants: Sequence[datetime]) -> list[FlowSpan]:
    """The spans between neighbours of at least two ascending instants."""
    store.execute(MOVES)
    store.execute(PLACED, {"ends": list(instants)})
    flows = {span: Flow(*counts) for span, *counts in store.query(FLOWS)}
    changes = store.query(CHANGES)
    for table in ("flow_moves", "flow_placed"):
        store.execute(f"DROP TABLE {table}")
    backlog = dict.fromkeys(UNSOLVED, 0)
    spans = []
    for index, until in enumerate(instants):
        for _, status, change in (row for row in changes if row[0] == index and row[1] in backlog):
            backlog[status] += change
        if index:
            spans.append(FlowSpan(instants[index - 1], until, flows.get(index, Flow()), dict(backlog)))
    return spans


def _last_instant_before(day: date, zone: str) -> datetime:
    # Spans are (after, until] and days [midnight, next midnight): in whole microseconds both are the same.
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC) - MICROSECOND
