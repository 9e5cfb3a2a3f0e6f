"""A helpdesk that can be synced and does as the test says; nothing of a connector in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cstoolkit.connectors.base import Batch, Capabilities, Count

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
PAGE = 10


def a_ticket_row(number: int, **columns: Any) -> dict[str, Any]:
    at = MONDAY - timedelta(days=30) + timedelta(minutes=number)
    return {
        "ticket_id": str(number),
        "subject": f"Question {number}",
        "status": "open",
        "created_at": at,
        "updated_at": at,
        **columns,
    }


@dataclass
class Desk:
    """Tickets in the order of their changes, by a cursor; people and groups as lists; events with their tickets."""

    log: list[dict[str, Any]] = field(default_factory=list)
    people: list[str] = field(default_factory=lambda: ["p1", "p2"])
    count_says: int | None = None
    exact: bool = True
    along: bool = False  # comments come with the events
    before_page: Callable[[str, int], None] = lambda _stream, _number: None
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities("exact", frozenset({"tickets", "events", "people"}), ())
    )

    def tickets(self, *numbers: int, **columns: Any) -> None:
        """These are made or changed now."""
        self.log += [a_ticket_row(number, **columns) for number in numbers]

    def count(self) -> Count:
        last = {row["ticket_id"]: row for row in self.log}
        there = sum(row.get("gone") not in ("deleted", "spam") for row in last.values())
        return Count(there if self.count_says is None else self.count_says, exact=self.exact)

    def export(self, stream: str, *, checkpoint: str | None) -> Iterator[Batch]:
        self.asked.append((stream, checkpoint))
        if stream == "people":
            yield from self._list()
            return
        start = self._place(checkpoint)
        number = 0
        while start < len(self.log):
            number += 1
            self.before_page(stream, number)
            rows = self.log[start : start + PAGE]
            start += len(rows)
            made = rows if stream == "tickets" else [MADE[stream](row) for row in rows]
            if stream == "events" and self.along:
                yield Batch("comments", [_comment(row) for row in rows], str(start - len(rows)))
            yield Batch(stream, made, str(start))

    def _place(self, checkpoint: str | None) -> int:
        if checkpoint and "T" in checkpoint:
            since = datetime.fromisoformat(checkpoint)
            return next(number for number, row in enumerate(self.log) if row["updated_at"] >= since)
        return int(checkpoint or 0)

    def _list(self) -> Iterator[Batch]:
        for number, start in enumerate(range(0, len(self.people), PAGE), start=1):
            self.before_page("people", number)
            rows = [{"person_id": one, "name": one.upper()} for one in self.people[start : start + PAGE]]
            yield Batch("people", rows, None)


def _event(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "ticket_id": row["ticket_id"],
        "occurred_at": row["updated_at"],
        "seq": 0,
        "kind": "created",
        "after": row["status"],
        "quality": "exact",
    }


def _comment(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "comment_id": f"c{row['ticket_id']}",
        "ticket_id": row["ticket_id"],
        "created_at": row["updated_at"],
    }


MADE = {"events": _event, "comments": _comment}
