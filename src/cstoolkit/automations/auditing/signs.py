"""Signs of life that no fact of the store folds: when an assignee was last seen, when a rating came in."""

from datetime import datetime

from ...store.database import Store
from ..checks.check import OUR_COURT

# Whoever has signed in or done anything on any ticket was there. A sign-in after `now` says nothing about
# then: the directory keeps the last one only. Somebody of whom there is no sign at all is not known to be absent.
SIGNS = f"""
    CREATE OR REPLACE TEMP TABLE signs AS
    WITH owned AS (
        SELECT t.ticket_id, t.assignee_id FROM facts t JOIN selected USING (ticket_id)
        WHERE {OUR_COURT} AND t.assignee_id IS NOT NULL
    ),
    seen AS (
        SELECT person_id, max(sign_at) AS seen_at
        FROM (
            SELECT actor_id AS person_id, max(occurred_at) AS sign_at FROM events
            WHERE occurred_at <= $now AND rule_id IS NULL AND actor_id IN (SELECT assignee_id FROM owned)
            GROUP BY actor_id
            UNION ALL
            SELECT person_id, last_seen_at FROM people WHERE last_seen_at <= $now
        )
        GROUP BY person_id
    ),
    rated AS (
        SELECT t.ticket_id, max(e.occurred_at) AS bad_rating_at
        FROM facts t JOIN selected USING (ticket_id) JOIN events e USING (ticket_id)
        WHERE t.rating = 'bad' AND e.kind = 'rating' AND e.after = 'bad' AND e.occurred_at <= $now
        GROUP BY t.ticket_id
    )
    SELECT ticket_id, s.seen_at AS owner_seen_at, r.bad_rating_at
    FROM owned o LEFT JOIN seen s ON s.person_id = o.assignee_id FULL JOIN rated r USING (ticket_id)
"""


def load_signs(store: Store, *, now: datetime) -> None:
    """Make the table `signs` (ticket_id, owner_seen_at, bad_rating_at), of `selected` tickets that have one."""
    store.execute(SIGNS, {"now": now})
