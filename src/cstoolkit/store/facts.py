"""`facts`: every ticket as it stood at an instant, with all that is folded out of its history.

One row a ticket that existed at `now`: the columns of `tickets` (`store.standing` says how they are folded
back) and those of `schema.FACTS` (`store.fact_tables` defines them). Nothing later than `now` is seen, so
an audit of last Monday gives today what it gave on Monday.

Counts and instants that need a history are NULL where the ticket has none that is worth it (`history` is
snapshot or unavailable, or nobody told and there are no events); those that need comments are NULL where
the store has no comments at all. NULL is "not known", never "none".
"""

from collections.abc import Sequence
from datetime import datetime

from .database import Store
from .fact_tables import (
    ACTIVITY,
    COMMENTS,
    HAND_OVERS,
    LIFE,
    PROMISES,
    SCOPE,
    SCOPE_OF_SOME,
    SOLVED,
    STOOD,
)
from .schema import FACTS, TICKETS
from .standing import COLUMNS, STANDING, STEPS

KNOWN = "coalesce(t.history IN ('exact', 'approximate'), a.ticket_id IS NOT NULL)"

# Columns of `facts` whose SQL is more than the column of the same name of one of the tables.
FROM_HISTORY = (
    "reopens",
    "assignee_stations",
    "assignees",
    "group_stations",
    "group_changes",
    "group_bounces",
)
FROM_COMMENTS = ("replies", "requester_replies", "unanswered", "comment_count")
SPECIAL = {
    **{name: f"CASE WHEN {KNOWN} THEN coalesce({name}, 0)::INTEGER END" for name in FROM_HISTORY},
    "assigned_at": f"CASE WHEN {COLUMNS['assignee_id']} IS NOT NULL THEN assigned_at END",
    "solved_at": f"CASE WHEN {COLUMNS['status']} IN {SOLVED} THEN last_solved_at END",
    "solved_by_role": f"CASE WHEN {COLUMNS['status']} IN {SOLVED} THEN last_solved_by_role END",
    "incidents": "coalesce(i.incidents, 0)::INTEGER",
    "problem_status": "p.status",
}

FOLDS = """
    CREATE OR REPLACE TEMP TABLE facts_folds AS
    SELECT t.ticket_id, {columns}
    FROM tickets t
    JOIN (FROM facts_scope WHERE asked) scope USING (ticket_id)
    LEFT JOIN facts_standing s USING (ticket_id)
    LEFT JOIN facts_life l USING (ticket_id)
    LEFT JOIN facts_hand_overs h USING (ticket_id)
    LEFT JOIN facts_activity a USING (ticket_id)
    LEFT JOIN facts_comments c USING (ticket_id)
    LEFT JOIN facts_promises m USING (ticket_id)
    LEFT JOIN facts_stood p ON p.ticket_id = {problem_id}
    LEFT JOIN (
        SELECT problem_id, count(*) AS incidents FROM facts_stood WHERE gone IS NULL GROUP BY problem_id
    ) i ON i.problem_id = t.ticket_id
"""
PARTS = ("scope", "steps", "standing", "life", "hand_overs", "activity", "comments", "promises", "stood")


def build_facts(store: Store, now: datetime, *, only: Sequence[str] | None = None) -> None:
    """Make `facts` in this store's session, as of `now`; one made before is replaced.

    With `only`, of those tickets; ids that do not exist are left out.
    """
    at = {"now": now}
    if only is None:
        store.execute(SCOPE, at)
    else:
        store.execute(SCOPE_OF_SOME, {**at, "only": list(only)})
    store.execute(STEPS, at)
    store.execute(STANDING)
    store.execute(LIFE)
    store.execute(HAND_OVERS)
    store.execute(ACTIVITY, at)
    store.execute(COMMENTS, at)
    store.execute(PROMISES, at)
    store.execute(STOOD)
    store.execute(_folds(commented="comments" in store.streams), at)
    store.execute(VIEW)
    for part in PARTS:
        store.execute(f"DROP TABLE facts_{part}")


def _folds(*, commented: bool) -> str:
    special = dict(SPECIAL)
    for name in FROM_COMMENTS:
        special[name] = f"coalesce(c.{name}, 0)::INTEGER" if commented else "NULL::INTEGER"
    folded = {**COLUMNS, **{column.name: special.get(column.name, column.name) for column in FACTS}}
    columns = ", ".join(f'{sql} AS "{name}"' for name, sql in folded.items())
    return FOLDS.format(columns=columns, problem_id=COLUMNS["problem_id"])


# A view, so that the texts of the tickets are not copied: what did not change is read from `tickets`.
VIEW = f"""
    CREATE OR REPLACE TEMP VIEW facts AS
    SELECT {", ".join(f'{"f" if c.name in COLUMNS else "t"}."{c.name}"' for c in TICKETS.columns)},
        {", ".join(f'f."{column.name}"' for column in FACTS)}
    FROM facts_folds f JOIN tickets t USING (ticket_id)
"""
