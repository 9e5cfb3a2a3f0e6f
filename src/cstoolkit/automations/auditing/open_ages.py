"""Ages on the business clock, for all tickets at once, in the store.

`openings` holds every opening of every calendar with the open time before it. The open time before an
instant is then one look-up (ASOF JOIN), and that between two instants is a difference. `spans` says which
calendar counted for a ticket from when on. Same rule as `model.clock.business_time` in strict mode, which
tests hold it to, microsecond by microsecond.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from ...model.clock import Schedule
from ...store.database import Store

OPENINGS = """
    CREATE OR REPLACE TEMP TABLE openings AS
    SELECT calendar, opens, closes,
        coalesce(sum(closes - opens) OVER (
            PARTITION BY calendar ORDER BY opens ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0)::BIGINT AS before
    FROM (
        SELECT calendar, unnest(opens) AS opens, unnest(closes) AS closes
        FROM (SELECT unnest($calendars::VARCHAR[]) AS calendar, unnest($opens::BIGINT[][]) AS opens,
                  unnest($closes::BIGINT[][]) AS closes)
    )
"""

# What the first event says was before it (else itself) counts from the beginning, each one from its event on. Of several events in one
# instant the last holds. A ticket without such events is under its own calendar all its life. A calendar that
# nobody defined is no calendar; without one, and without a default, `calendar` is NULL.
SPANS = """
    CREATE OR REPLACE TEMP TABLE spans AS
    WITH log AS (
        SELECT ticket_id, occurred_at, seq, after AS calendar, before,
            row_number() OVER (PARTITION BY ticket_id ORDER BY occurred_at, seq) AS n
        FROM events
        WHERE kind = 'schedule' AND occurred_at <= $now AND NOT $last_only
            AND ticket_id IN (SELECT ticket_id FROM selected)
    ),
    moves AS (
        FROM log QUALIFY row_number() OVER (PARTITION BY ticket_id, occurred_at ORDER BY seq DESC) = 1
    ),
    timeline AS (
        SELECT ticket_id, calendar, epoch_us(occurred_at) AS since FROM moves
        UNION ALL
        SELECT ticket_id, coalesce(before, calendar), NULL FROM log WHERE n = 1
        UNION ALL
        SELECT ticket_id, calendar, NULL
        FROM facts JOIN selected USING (ticket_id) ANTI JOIN log USING (ticket_id)
    )
    SELECT ticket_id,
        CASE WHEN list_contains($known::VARCHAR[], calendar) THEN calendar ELSE $default::VARCHAR END AS calendar,
        CASE WHEN row_number() OVER life = 1 THEN 0 ELSE since END AS since,
        lead(since) OVER life AS until
    FROM timeline
    WINDOW life AS (PARTITION BY ticket_id ORDER BY since NULLS FIRST)
"""

AGES = """
    WITH intervals AS ({intervals}),
    stretches AS (
        SELECT i.ticket_id, i.clock, s.calendar,
            greatest(i.starts, s.since) AS starts,
            least(i.ends, coalesce(s.until, i.ends)) AS ends
        FROM intervals i JOIN spans s USING (ticket_id)
        WHERE greatest(i.starts, s.since) < least(i.ends, coalesce(s.until, i.ends))
            OR (i.starts = i.ends AND i.starts >= s.since AND (s.until IS NULL OR i.starts < s.until))
    ),
    edges AS (
        SELECT ticket_id, clock, calendar, ends AS at, 1 AS sign FROM stretches
        UNION ALL
        SELECT ticket_id, clock, calendar, starts, -1 FROM stretches
    )
    SELECT e.ticket_id, e.clock,
        CASE WHEN bool_and(e.calendar IS NOT NULL)
            THEN sum(e.sign * coalesce(o.before + least(e.at, o.closes) - o.opens, 0))::BIGINT END AS open_us
    FROM edges e ASOF LEFT JOIN openings o ON e.calendar = o.calendar AND e.at >= o.opens
    GROUP BY ALL
"""


def load_openings(store: Store, calendars: Mapping[str, Schedule], *, start: datetime, now: datetime) -> None:
    """Make the table `openings`: all calendars from `start` to `now`, in microseconds since 1970."""
    names: list[str] = []
    opens: list[list[int]] = []
    closes: list[list[int]] = []
    for name, schedule in calendars.items():
        found = schedule.openings(start, now)
        names.append(name)
        opens.append([_us(first) for first, _ in found])
        closes.append([_us(last) for _, last in found])
    store.execute(OPENINGS, {"calendars": names, "opens": opens, "closes": closes})


def load_spans(
    store: Store, *, now: datetime, known: Iterable[str], default: str | None, last_only: bool
) -> None:
    """Make the table `spans`: which calendar counted for each ticket of `selected`, from when to when.

    `default` stands in for a calendar that is missing or not `known`. With `last_only` the ticket's present
    calendar counts for all of its life (`parity` in `model.clock`).
    """
    store.execute(SPANS, {"now": now, "known": list(known), "default": default, "last_only": last_only})


def open_time(intervals: str) -> str:
    """SQL: (ticket_id, clock, open_us) for `intervals`, a query of (ticket_id, clock, starts, ends) in µs.

    Intervals that end before they start are left out; where no calendar counted for a part, open_us is NULL.
    """
    return AGES.format(intervals=intervals)


def _us(instant: datetime) -> int:
    since = instant - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
