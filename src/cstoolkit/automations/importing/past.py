"""Events and comments into the store: what comes in parts is one history in the end."""

from collections import Counter

from ...model.history import Event
from ...model.ticket import Comment
from ...store import rows as store_rows
from ...store.database import Store
from .messages import comment_event
from .writing import Writing


def replace_events(writing: Writing, events: list[Event]) -> None:
    """New histories take the place of the tickets' earlier ones; comments keep theirs."""
    if not events:
        return
    ids = sorted({event.ticket_id for event in events})
    writing.store.execute(
        "DELETE FROM events WHERE kind <> 'comment' AND ticket_id IN (SELECT unnest(?))", [ids]
    )
    writing.written["events"] += writing.store.append(
        "events", [store_rows.event_row(event) for event in events]
    )
    writing.streams |= {"events"}
    writing.saw(event.occurred_at for event in events)
    renumber(writing.store, ids)


def store_comments(writing: Writing, comments: list[Comment]) -> None:
    if not comments:
        return
    seqs: Counter[str] = Counter()
    rows = []
    for comment in comments:
        rows.append(store_rows.comment_row(comment, seqs[comment.ticket_id]))
        seqs[comment.ticket_id] += 1
    writing.replace("comments", rows)
    writing.saw(comment.created_at for comment in comments)
    store, ids = writing.store, sorted(seqs)
    store.execute(
        "DELETE FROM events WHERE kind = 'comment' AND after IN (SELECT unnest(?))",
        [[comment.id for comment in comments]],
    )
    store.append("events", [store_rows.event_row(comment_event(comment, 0)) for comment in comments])
    store.execute(
        "UPDATE comments SET seq = placed.seq FROM ("
        " SELECT comment_id, row_number() OVER (PARTITION BY ticket_id ORDER BY created_at, seq, comment_id) - 1 AS seq"
        " FROM comments WHERE ticket_id IN (SELECT unnest(?))) AS placed"
        " WHERE comments.comment_id = placed.comment_id",
        [ids],
    )
    renumber(store, ids)


def renumber(store: Store, ids: list[str]) -> None:
    """Give the events of these tickets their places again: what comes in parts is one history in the end."""
    store.execute(
        "CREATE OR REPLACE TEMP TABLE placed AS SELECT * REPLACE ("
        " row_number() OVER (PARTITION BY ticket_id ORDER BY occurred_at, kind <> 'created', kind = 'comment', seq, after)"
        " - 1 AS seq) FROM events WHERE ticket_id IN (SELECT unnest(?))",
        [ids],
    )
    store.execute("DELETE FROM events WHERE ticket_id IN (SELECT unnest(?))", [ids])
    store.execute("INSERT INTO events SELECT * FROM placed")
    store.execute("DROP TABLE placed")
