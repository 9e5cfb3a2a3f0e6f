"""The tables that `facts` is put together from, each with its definition: SQL over one store up to `$now`."""

from .standing import COLUMNS

# `asked` marks the tickets wanted; with them come their problems and their incidents, to count and to look up.
SCOPE = """
    CREATE OR REPLACE TEMP TABLE facts_scope AS
    SELECT ticket_id, true AS asked FROM tickets WHERE created_at <= $now
"""
SCOPE_OF_SOME = """
    CREATE OR REPLACE TEMP TABLE facts_scope AS
    WITH wanted AS (SELECT unnest($only::VARCHAR[]) AS ticket_id),
    links AS (
        SELECT ticket_id, problem_id FROM tickets WHERE problem_id IS NOT NULL
        UNION SELECT ticket_id, before FROM events WHERE kind = 'link' AND field = 'problem'
        UNION SELECT ticket_id, after FROM events WHERE kind = 'link' AND field = 'problem'
    ),
    related AS (
        FROM wanted
        UNION SELECT problem_id FROM links WHERE ticket_id IN (FROM wanted)
        UNION SELECT ticket_id FROM links WHERE problem_id IN (FROM wanted)
    )
    SELECT ticket_id, ticket_id IN (FROM wanted) AS asked FROM tickets
    WHERE created_at <= $now AND ticket_id IN (FROM related)
"""

# A change into solved or closed from anything else, birth included, is one entry: solved then closed is one
# resolution. Leaving them for an unsolved state is a reopening. Being deleted or merged is neither.
SOLVED = "('solved', 'closed')"
LIFE = f"""
    CREATE OR REPLACE TEMP TABLE facts_life AS
    SELECT ticket_id,
        max(occurred_at) FILTER (track = 'status' AND changed) AS status_changed_at,
        max(occurred_at) FILTER (solved) AS last_solved_at,
        min(occurred_at) FILTER (solved) AS first_solved_at,
        arg_max(actor_role, n) FILTER (solved) AS last_solved_by_role,
        count(*) FILTER (
            track = 'status' AND changed AND prior IN {SOLVED} AND value NOT IN {SOLVED}
        ) AS reopens,
        max(occurred_at) FILTER (track = 'assignee' AND changed) AS assigned_at,
        count(*) FILTER (track = 'assignee' AND changed AND value IS NOT NULL) AS assignee_stations,
        len(list_distinct(list_concat(
            list(value) FILTER (track = 'assignee'), list(prior) FILTER (track = 'assignee' AND n = 1)
        ))) AS assignees,
        count(*) FILTER (track = 'group' AND changed AND value IS NOT NULL) AS group_stations
    FROM (
        SELECT *, value IS DISTINCT FROM prior AS changed,
            track = 'status' AND value IN {SOLVED} AND (prior IS NULL OR prior NOT IN {SOLVED}) AS solved
        FROM facts_steps
        WHERE past
    )
    GROUP BY ticket_id
"""

# Hand-overs from one group straight to another, by people: not by rules and not by the system. A bounce is
# one that gives the ticket back to the group that the hand-over before it took it from, so A B A B has two.
HAND_OVERS = """
    CREATE OR REPLACE TEMP TABLE facts_hand_overs AS
    SELECT ticket_id, count(*) AS group_changes,
        count(*) FILTER (value = earlier_prior AND prior = earlier_value) AS group_bounces
    FROM (
        SELECT ticket_id, prior, value,
            lag(prior) OVER handed AS earlier_prior, lag(value) OVER handed AS earlier_value
        FROM facts_steps
        WHERE past AND track = 'group' AND rule_id IS NULL AND actor_role <> 'system'
            AND prior IS NOT NULL AND value IS NOT NULL AND value <> prior
        WINDOW handed AS (PARTITION BY ticket_id ORDER BY n)
    )
    GROUP BY ticket_id
"""

ACTIVITY = """
    CREATE OR REPLACE TEMP TABLE facts_activity AS
    SELECT ticket_id, max(occurred_at) AS last_event_at,
        max(occurred_at) FILTER (actor_role = 'agent') AS last_agent_at
    FROM events
    WHERE occurred_at <= $now AND ticket_id IN (SELECT ticket_id FROM facts_scope)
    GROUP BY ticket_id
"""

# Messages of the system (rules, auto-replies, bulk mail) are counted as comments, but speak for nobody: they
# neither answer nor ask. Customers are the requester and every other end user. Order: (created_at, seq).
COMMENTS = """
    CREATE OR REPLACE TEMP TABLE facts_comments AS
    WITH ordered AS (
        SELECT ticket_id, created_at, public,
            CASE WHEN automatic THEN 'system' ELSE author_role END AS role,
            row_number() OVER (PARTITION BY ticket_id ORDER BY created_at, seq, comment_id) AS n
        FROM comments
        WHERE created_at <= $now AND ticket_id IN (SELECT ticket_id FROM facts_scope)
    ),
    answered AS (
        SELECT *, max(CASE WHEN public AND role = 'agent' THEN n ELSE 0 END) OVER (PARTITION BY ticket_id) AS last_answer
        FROM ordered
    )
    SELECT ticket_id,
        min(created_at) FILTER (public AND role = 'agent' AND n > 1) AS first_reply_at,
        max(created_at) FILTER (public AND role = 'agent') AS agent_replied_at,
        max(created_at) FILTER (public AND role = 'requester') AS requester_replied_at,
        count(*) FILTER (public AND role = 'agent') AS replies,
        count(*) FILTER (public AND role = 'requester' AND n > 1) AS requester_replies,
        max(created_at) FILTER (public AND role <> 'system') AS last_public_at,
        arg_max(role, n) FILTER (public AND role <> 'system') AS last_public_role,
        count(*) FILTER (public AND role IN ('requester', 'end_user') AND n > last_answer) AS unanswered,
        min(created_at) FILTER (public AND role IN ('requester', 'end_user') AND n > last_answer) AS unanswered_since,
        count(*) AS comment_count
    FROM answered
    GROUP BY ticket_id
"""

# A promise kept after `now` was still open then; one is missed from its very instant on.
PROMISES = """
    CREATE OR REPLACE TEMP TABLE facts_promises AS
    SELECT ticket_id,
        min(target_at) FILTER (running) AS sla_due_at,
        min(target_at) FILTER (running AND metric = 'first_reply') AS first_reply_due_at,
        min(target_at) FILTER (running AND metric = 'resolution') AS resolution_due_at,
        min(target_at) FILTER (running AND target_at <= $now) AS sla_missed_at,
        min(breached_at) FILTER (breached_at <= $now) AS sla_breached_at
    FROM (SELECT *, fulfilled_at IS NULL OR fulfilled_at > $now AS running FROM sla)
    WHERE ticket_id IN (SELECT ticket_id FROM facts_scope)
    GROUP BY ticket_id
"""

# Linked tickets as they stood at `now`; those gone by then are part of no figure.
STOOD = f"""
    CREATE OR REPLACE TEMP TABLE facts_stood AS
    SELECT t.ticket_id, {COLUMNS["status"]} AS status, {COLUMNS["problem_id"]} AS problem_id,
        {COLUMNS["gone"]} AS gone
    FROM tickets t JOIN facts_scope USING (ticket_id) LEFT JOIN facts_standing s USING (ticket_id)
"""
