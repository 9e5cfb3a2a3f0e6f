"""How much of each connection an audit saw, and the words that its report uses."""

from types import MappingProxyType

from ...model.findings import Coverage
from .scope import Scope

DEFINITIONS = MappingProxyType(
    {
        "unsolved": "new, open, pending or on hold; deleted, spam and merged tickets never count",
        "our turn": "new or open: the next move is ours",
        "reply": "a public comment by an agent; rules, auto-replies and notes are none",
        "business time": "open hours of the ticket's calendar, holidays excluded, each calendar in its time",
        "net flow": "created, reopened and restored minus solved, deleted and merged, over seven calendar days to now",
        "SLA missed": "unsolved, and a target was missed: by the helpdesk's verdict, or past and not yet kept",
        "new": "not found by an earlier run of this recipe; returned: found earlier, but not by the last run",
        "fixed": "found by the last run and no longer there, by checks that ran both times",
    }
)

FIGURES = """
    SELECT (SELECT count(*) FROM tickets), (SELECT count(*) FROM events WHERE occurred_at <= $now),
        (SELECT min(created_at) FROM tickets), (SELECT count(*) FROM selected),
        (SELECT list(DISTINCT coalesce(history, 'unavailable')) FROM facts)
"""
QUALITIES = ("exact", "approximate", "snapshot", "unavailable")


def make_coverage(scope: Scope) -> Coverage:
    """Complete is what every stream of the store says of itself; a store that says nothing was made whole."""
    store = scope.store
    tickets, events, first, selected, qualities = scope.query(FIGURES, {})[0]
    expected = scope.query("SELECT expected FROM checkpoints WHERE stream = 'tickets'", {})
    torn = [
        row[0] for row in scope.query("SELECT stream FROM checkpoints WHERE NOT complete ORDER BY ALL", {})
    ]
    notes = list(scope.notes)
    if scope.narrowed:
        notes.append(f"`select` chose {selected:,} tickets")
    if store.as_of is not None and store.as_of < scope.now:
        notes.append("the data ends before the audited instant: ages go on, events after it are not known")
    if torn:
        notes.append(f"not proven complete: {', '.join(torn)}")
    return Coverage(
        connection=store.connection,
        vendor=store.vendor,
        fetched=tickets,
        expected=expected[0][0] if expected else None,
        complete=not torn,
        events=events,
        as_of=store.as_of or scope.now,
        first_created_at=first,
        history=_worst(qualities or []),
        notes=tuple(notes),
    )


def _worst(qualities: list[str]) -> str:
    """A figure is only as good as the worst history in it."""
    return max(qualities, key=QUALITIES.index, default="unavailable")
