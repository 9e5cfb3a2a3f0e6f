"""What Freshdesk promised on a ticket, and what the customer thought of it. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ...model.ticket import SlaTarget
from .lookups import Record


def sla_from_freshdesk(raw: Record) -> list[SlaTarget]:
    """The promises of a ticket, as far as `stats` came along. `*_escalated` is the vendor's own verdict.

    A promise that was kept is told by the last answer or solution only: each of a kind overwrites the one before.
    """
    stats = raw.get("stats")
    if not isinstance(stats, dict):
        return []
    resolved = raw["status"] in {4, 5} and (stats.get("resolved_at") or stats.get("closed_at"))
    told = (
        ("first_reply", 1, "fr_due_by", "fr_escalated", stats.get("first_responded_at")),
        ("next_reply", 2, "nr_due_by", "nr_escalated", None),
        ("resolution", 1, "due_by", "is_escalated", resolved or None),
    )
    return [
        SlaTarget(
            metric=metric,
            instance=instance,
            target_at=datetime.fromisoformat(raw[due]),
            fulfilled_at=datetime.fromisoformat(kept) if kept else None,
            breached_at=datetime.fromisoformat(raw[due]) if raw.get(verdict) else None,
        )
        for metric, instance, due, verdict, kept in told
        if raw.get(due)
    ]


def rating_word(rating: Record | None) -> Any:
    """Freshdesk's scale goes from -103 to 103 around 100. None: not rated, or not in these words."""
    score = ((rating or {}).get("ratings") or {}).get("default_question")
    if not isinstance(score, int):
        return None
    return "neutral" if score == 100 else "good" if score > 0 else "bad"


def latest_ratings(records: Iterable[Record]) -> dict[str, Record]:
    """The newest rating of each ticket, by ticket id."""
    found: dict[str, Record] = {}
    for one in records:
        known = found.get(str(one["ticket_id"]))
        if known is None or datetime.fromisoformat(one["created_at"]) >= datetime.fromisoformat(
            known["created_at"]
        ):
            found[str(one["ticket_id"])] = one
    return found
