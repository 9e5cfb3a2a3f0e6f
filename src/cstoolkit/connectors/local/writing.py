"""Changes written into an embedded helpdesk: batches in transactions, each change exactly once."""

import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from ...errors import NotFoundError
from ...model.conditions import Value
from ...model.ticket import Comment, StatusCategory
from ...store.database import Store
from ...store.schema import TICKETS
from ...timekeeping import Clock
from ..base import ChangeResult, Journal, TicketChange
from .changes import Applied, CannotApplyError, Row, apply_change, comment_row, fingerprint
from .directory import LocalDirectory, nearest_names

BATCH = 500  # changes in one transaction
MICROSECOND = timedelta(microseconds=1)


class LocalNames(LocalDirectory):
    """Names, and the statuses and tickets that there are."""

    def status(self, word: str) -> tuple[str, str]:
        """A category brings the own name that is used most in it; an own name brings its category."""
        categories = [category.value for category in StatusCategory]
        used = [(category, native) for category, native in self._statuses if word in (category, native)]
        if used:
            return used[0]
        if word in categories:
            return word, word
        known = [*categories, *(native for _, native in self._statuses)]
        nearest = nearest_names(word, known)
        raise NotFoundError(
            f'there is no status "{word}"; nearest: {", ".join(nearest)}', vendor="local", candidates=nearest
        )

    def ticket_exists(self, id: str) -> bool:
        return bool(self._store.query("SELECT 1 FROM tickets WHERE ticket_id = ?", [id]))

    @cached_property
    def _statuses(self) -> list[tuple[str, str]]:
        found = self._store.query(
            "SELECT status, status_native FROM tickets WHERE status_native IS NOT NULL "
            "GROUP BY ALL ORDER BY count(*) DESC, status, status_native"
        )
        return [(category, native) for category, native in found]


@dataclass(slots=True)
class _Work:
    """What one batch has done so far, not yet written."""

    rows: dict[str, Row]
    comment_seqs: dict[str, int]
    changed: set[str] = field(default_factory=set)
    events: list[Row] = field(default_factory=list)
    comments: list[Row] = field(default_factory=list)
    results: list[ChangeResult] = field(default_factory=list)
    marks: list[tuple[str, str]] = field(default_factory=list)


class Writer:
    """Writes changes and comments into a store that is open for writing."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._names = LocalNames(store)

    def update(self, changes: Iterable[TicketChange], *, journal: Journal) -> Iterator[ChangeResult]:
        source = iter(changes)
        while batch := list(itertools.islice(source, BATCH)):
            to_do = [change for change in batch if journal.planned(change)]
            work = self._write(to_do)
            for result in work.results:
                journal.settled(result)
            # Only now may the marks go: they are what a second try after a kill recognises its work by.
            for mark, _ in work.marks:
                self._store.execute("DELETE FROM meta WHERE key = ?", [mark])
            yield from work.results

    def comment(self, id: str, text: str, *, public: bool) -> Comment:
        with self._store.transaction():
            work = self._load([id])
            row, seq = work.rows[id], work.comment_seqs.get(id, 0)
            at = self._instant(row)
            said = {
                **comment_row(id, f"c-{id}-{seq}", text, public=public, at=at, seq=seq),
                "author_role": "agent",
            }
            event = {
                "ticket_id": id,
                "occurred_at": at,
                "seq": 0,
                "kind": "comment",
                "field": "public" if public else "private",
                "after": said["comment_id"],
                "actor_role": "agent",
                "quality": "exact",
            }
            self._store.append("comments", [said])
            self._store.append("events", [event])
            self._store.replace("tickets", [{**row, "updated_at": at}])
            self._move_on([at])
        return Comment(
            id=said["comment_id"], ticket_id=id, created_at=at, author_role="agent", public=public, text=text,
            channel="api",
        )  # fmt: skip

    def _write(self, changes: list[TicketChange]) -> _Work:
        work = self._load(sorted({change.ticket_id for change in changes}))
        done_before = self._marks(changes)
        for change in changes:
            mark = _mark(change)
            if mark in done_before:
                work.results.append(_result(change, "done", json.loads(done_before[mark])))
                work.marks.append((mark, done_before[mark]))
            else:
                work.results.append(self._apply(work, change))
        if work.changed:
            with self._store.transaction():
                self._store.replace("tickets", [work.rows[each] for each in sorted(work.changed)])
                self._store.append("events", work.events)
                self._store.append("comments", work.comments)
                for mark, before in work.marks:
                    self._store.set_meta(mark, before)
                self._move_on([work.rows[each]["updated_at"] for each in work.changed])
        return work

    def _apply(self, work: _Work, change: TicketChange) -> ChangeResult:
        row = work.rows.get(change.ticket_id)
        if row is None:
            return _result(change, "refused", error=f'there is no ticket "{change.ticket_id}"')
        if row["gone"] is not None:
            return _result(change, "refused", error=f"the ticket is gone ({row['gone']})")
        if change.seen is not None and row["updated_at"] != change.seen:
            moved = f"the ticket was changed at {row['updated_at'].isoformat()}, after it was looked at"
            return _result(change, "conflict", error=moved)
        seq = work.comment_seqs.get(change.ticket_id, 0)
        try:
            applied = apply_change(row, change, self._names, at=self._instant(row), comment_seq=seq)
        except CannotApplyError as error:
            return _result(change, "refused", error=str(error))
        if not applied.events:
            return _result(change, "unchanged")
        _note(work, change, applied)
        return _result(change, "done", applied.before)

    def _load(self, ids: list[str]) -> _Work:
        names = [column.name for column in TICKETS.columns]
        columns = ", ".join(f'"{name}"' for name in names)
        rows = self._store.query(
            f"SELECT {columns} FROM tickets WHERE ticket_id IN (SELECT unnest(?))",
            [ids],
        )
        seqs = self._store.query(
            "SELECT ticket_id, max(seq) + 1 FROM comments WHERE ticket_id IN (SELECT unnest(?)) GROUP BY ticket_id",
            [ids],
        )
        found = [dict(zip(names, row, strict=True)) for row in rows]
        return _Work({row["ticket_id"]: row for row in found}, dict(seqs))

    def _marks(self, changes: list[TicketChange]) -> dict[str, str]:
        asked = [_mark(change) for change in changes]
        return dict(self._store.query("SELECT key, value FROM meta WHERE key IN (SELECT unnest(?))", [asked]))

    def _instant(self, row: Row) -> datetime:
        """Now, but after everything that happened to the ticket, so that its order in time is told."""
        now = self._clock.now()
        last: datetime = row["updated_at"]
        return now if now > last else last + MICROSECOND

    def _move_on(self, instants: list[datetime]) -> None:
        known = [self._store.as_of] if self._store.as_of else []
        self._store.describe(as_of=max([*instants, *known]))


def _note(work: _Work, change: TicketChange, applied: Applied) -> None:
    ticket_id = change.ticket_id
    work.rows[ticket_id] = applied.row
    work.changed.add(ticket_id)
    work.events += applied.events
    work.comments += applied.comments
    work.comment_seqs[ticket_id] = work.comment_seqs.get(ticket_id, 0) + len(applied.comments)
    work.marks.append((_mark(change), json.dumps(applied.before, default=_plain)))


def _mark(change: TicketChange) -> str:
    return f"applied:{fingerprint(change)}"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _result(
    change: TicketChange,
    outcome: Any,
    before: dict[str, Value | None] | None = None,
    error: str | None = None,
) -> ChangeResult:
    return ChangeResult(change.key, change.ticket_id, outcome, before or {}, error)
