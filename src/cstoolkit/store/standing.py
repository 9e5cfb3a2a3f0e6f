"""How every ticket stood at an instant: SQL that folds the history into one row a ticket.

A track is one thing that changes over a ticket's life. What a ticket had on a track at `now` is

1. the value of the last event of that track up to `now`, in the order of (occurred_at, seq);
2. without one, what the first later event says was there before;
3. without any event of that track, the column in `tickets`.

The folds in `model.folds` say the same in Python; generated histories hold the two together.
"""

# Events as steps of tracks. `deleted` and `merged` set the track `gone`, `restored` clears it. Only a ticket's
# own words may differ from ours, so the vendor's status and priority words are tracks as well.
TRACKS = """
    SELECT ticket_id, occurred_at, seq, actor_role, rule_id,
        CASE
            WHEN kind = 'created' THEN 'status'
            WHEN kind IN ('merged', 'deleted', 'restored') THEN 'gone'
            WHEN kind = 'link' THEN 'problem'
            WHEN kind = 'field' THEN field
            ELSE kind
        END AS track,
        CASE kind
            WHEN 'merged' THEN 'merged'
            WHEN 'deleted' THEN coalesce(after, 'deleted')
            WHEN 'restored' THEN NULL
            ELSE after
        END AS value,
        CASE kind
            WHEN 'restored' THEN 'deleted'
            WHEN 'merged' THEN NULL
            WHEN 'deleted' THEN NULL
            ELSE before
        END AS before,
        occurred_at <= $now AS past
    FROM events
    WHERE ticket_id IN (SELECT ticket_id FROM facts_scope) AND (
        kind IN (
            'created', 'status', 'assignee', 'group', 'priority', 'tags', 'schedule', 'rating',
            'merged', 'deleted', 'restored'
        )
        OR (kind = 'link' AND field = 'problem')
        OR (kind = 'field' AND field IN ('status_native', 'priority_native'))
    )
"""

# `prior` is what the track held just before the step: the value of the step before it, which wins over what
# the event itself says; for the first step of a track, what the event says. A step that changes nothing
# (`value` equals `prior`) is no change and counts nowhere.
STEPS = f"""
    CREATE OR REPLACE TEMP TABLE facts_steps AS
    SELECT ticket_id, track, occurred_at, actor_role, rule_id, value, before, past,
        row_number() OVER life AS n,
        CASE WHEN row_number() OVER life = 1 THEN before ELSE lag(value) OVER life END AS prior
    FROM ({TRACKS})
    WINDOW life AS (PARTITION BY ticket_id, track ORDER BY occurred_at, seq)
"""

# One row a ticket and track (rules 1 and 2 above), then one row a ticket; `has_` tells NULL from "no events".
# A ticket always has a status: before its `created` event, should there be such a time, the one it got.
FOLDED = ("status", "status_native", "priority", "priority_native", "assignee", "group", "tags", "schedule",
          "problem", "rating", "gone")  # fmt: skip

STANDING = f"""
    CREATE OR REPLACE TEMP TABLE facts_standing AS
    SELECT ticket_id,
        {
    ", ".join(
        f'''max(value) FILTER (track = '{track}') AS "{track}",
                coalesce(bool_or(track = '{track}'), false) AS "has_{track}"'''
        for track in FOLDED
    )
}
    FROM (
        SELECT ticket_id, track,
            CASE WHEN bool_or(past) THEN arg_max_null(value, n) FILTER (past)
                 WHEN track = 'status' THEN coalesce(arg_min_null(before, n), arg_min_null(value, n))
                 ELSE arg_min_null(before, n) END AS value
        FROM facts_steps
        GROUP BY ticket_id, track
    )
    GROUP BY ticket_id
"""


def stood(track: str, column: str) -> str:
    """The SQL of what a ticket `t` had on a track, given its row `s` of `facts_standing`."""
    return f'CASE WHEN coalesce(s."has_{track}", false) THEN s."{track}" ELSE t."{column}" END'


STATUS = stood("status", "status")
PRIORITY = stood("priority", "priority")

# The vendor's word of a category that the ticket had at another time is known only from events that say it.
# Without them it is our own word, unless the category is still the one of the column.
COLUMNS = {
    "status": STATUS,
    "status_native": f"""
        CASE WHEN coalesce(s.has_status_native, false) THEN s.status_native
             WHEN {STATUS} IS NOT DISTINCT FROM t.status THEN t.status_native
             ELSE {STATUS} END""",
    "priority": PRIORITY,
    "priority_native": f"""
        CASE WHEN {PRIORITY} IS NULL THEN NULL
             WHEN coalesce(s.has_priority_native, false) THEN s.priority_native
             WHEN {PRIORITY} IS NOT DISTINCT FROM t.priority THEN t.priority_native
             ELSE {PRIORITY} END""",
    "assignee_id": stood("assignee", "assignee_id"),
    "group_id": stood("group", "group_id"),
    "calendar": stood("schedule", "calendar"),
    "problem_id": stood("problem", "problem_id"),
    "rating": stood("rating", "rating"),
    "gone": stood("gone", "gone"),
    # JSON arrays in events, lists in tickets; none at all is the empty list, never NULL.
    "tags": """
        CASE WHEN coalesce(s.has_tags, false) THEN coalesce(from_json(s.tags, '["VARCHAR"]'), [])
             ELSE coalesce(t.tags, []) END""",
    # A ticket that changed after `now` was last changed before it by its last event up to then.
    "updated_at": """
        CASE WHEN t.updated_at <= $now THEN t.updated_at
             ELSE greatest(t.created_at, a.last_event_at) END""",
}
