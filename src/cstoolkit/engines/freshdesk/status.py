"""What a change of status stamps on a ticket's `stats`."""

from typing import Any

from ..trace import Record

PENDING, RESOLVED, CLOSED = 3, 4, 5
DONE = (RESOLVED, CLOSED)


def stamped(stats: Record, before: Any, status: Any, stamp: str) -> Record:
    """Closing also resolves, and leaving a final status reopens (fact sheet 3.1 and 8)."""
    after = {**stats, "status_updated_at": stamp, "pending_since": stamp if status == PENDING else None}
    if status in DONE:
        after["resolved_at"] = stats.get("resolved_at") or stamp
        after["closed_at"] = stamp if status == CLOSED else None
    elif before in DONE:
        after |= {"reopened_at": stamp, "resolved_at": None, "closed_at": None}
    return after
