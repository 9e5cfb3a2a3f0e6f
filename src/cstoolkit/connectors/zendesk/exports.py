"""Zendesk's streams as rows of the store, page by page, each with the checkpoint where to go on."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from ...model.custom import custom_to_json
from ...model.ticket import Comment
from ...store.rows import (
    comment_row,
    event_row,
    group_row,
    membership_row,
    organization_row,
    person_row,
    sla_row,
)
from ...timekeeping import Clock
from ..base import Batch
from .account import ZendeskAccount
from .convert import ticket_columns
from .convert_people import membership_from_zendesk, organization_from_zendesk, person_from_zendesk
from .convert_sla import targets_from_events
from .history import TicketHistory, ZendeskHistory
from .history_export import MARK, HistoryExport
from .lookups import Record
from .reading import BLIND, MARGIN, TicketPages, began_at, metric_events

TICKETS_AT_ONCE = 50  # tickets whose audits make one batch

HistorySource = Literal["ticket_events", "audits"]
"""Where `events` and `comments` come from: the export, a call for a thousand updates; or a call a ticket."""

STREAMS = (
    "tickets", "events", "comments", "people", "groups", "memberships", "organizations", "fields",
    "schedules", "sla",
)  # fmt: skip


class ZendeskExports:
    """The streams of one account. Checkpoints of one `history_from` begin anew with the other."""

    def __init__(
        self,
        account: ZendeskAccount,
        history: ZendeskHistory,
        clock: Clock,
        *,
        history_from: HistorySource = "ticket_events",
    ) -> None:
        self._account = account
        self._history_from = history_from
        self._client = account.client
        self._history = history
        self._clock = clock

    def batches(self, stream: str, checkpoint: str | None) -> Iterator[Batch]:
        """Raises KeyError for what is not in STREAMS."""
        streams: Mapping[str, Callable[[str | None], Iterator[Batch]]] = {
            "tickets": self._tickets,
            "events": self._events,
            "comments": self._comments,
            "people": self._people,
            "groups": self._groups,
            "memberships": self._memberships,
            "organizations": self._organizations,
            "fields": self._fields,
            "schedules": self._schedules,
            "sla": self._sla,
        }
        return streams[stream](checkpoint)

    def _tickets(self, checkpoint: str | None) -> Iterator[Batch]:
        """The checkpoint is the export's cursor. Tickets of the newest minute come again with the next one."""
        lookups = self._account.lookups
        for pages, page in self._pages(checkpoint):
            # `custom` stays a mapping: the store makes JSON of it, and its folded texts without reading that again.
            rows = [ticket_columns(raw, lookups) for raw in page]
            yield Batch("tickets", rows, pages.cursor)

    def _events(self, checkpoint: str | None) -> Iterator[Batch]:
        """Comments come along: whatever tells of the one tells of the other."""
        done = checkpoint
        for found, cursor in self._told(checkpoint):
            yield Batch("comments", [row for one in found for row in _comment_rows(one.comments)], done)
            yield Batch("events", [event_row(event) for one in found for event in one.events], cursor)
            done = cursor

    def _comments(self, checkpoint: str | None) -> Iterator[Batch]:
        for found, cursor in self._told(checkpoint):
            yield Batch("comments", [row for one in found for row in _comment_rows(one.comments)], cursor)

    def _told(self, checkpoint: str | None) -> Iterator[tuple[list[TicketHistory], str | None]]:
        if self._history_from == "ticket_events":
            yield from HistoryExport(self._account, self._history, self._clock).read(checkpoint)
            return
        start = None if checkpoint and checkpoint.startswith(MARK) else checkpoint
        for tickets, cursor in self._slices(start):
            yield list(self._history.read(tickets)), cursor

    def _pages(self, checkpoint: str | None) -> Iterator[tuple[TicketPages, list[Record]]]:
        since = began_at(checkpoint)
        pages = _Versions(self._client, self._clock, since=since, cursor=None if since else checkpoint)
        for page in pages:
            yield pages, page

    def _slices(self, checkpoint: str | None) -> Iterator[tuple[list[Record], str | None]]:
        """Tickets in small lots. Only the last of a page has the page's cursor."""
        done = checkpoint
        for pages, page in self._pages(checkpoint):
            there = [raw for raw in page if raw.get("status") != "deleted"]
            for start in range(0, len(there), TICKETS_AT_ONCE):
                last = start + TICKETS_AT_ONCE >= len(there)
                done = pages.cursor if last else done
                yield there[start : start + TICKETS_AT_ONCE], done
            if not there:
                done = pages.cursor
                yield [], done

    def _people(self, _: str | None) -> Iterator[Batch]:
        # Not the incremental export: it leaves the newest minute out, and a list is complete.
        for page in self._client.pages("api/v2/users", "users"):
            yield Batch("people", [_stored(person_row(person_from_zendesk(raw))) for raw in page], None)

    def _groups(self, _: str | None) -> Iterator[Batch]:
        yield Batch("groups", [group_row(group) for group in self._account.lookups.groups.values()], None)

    def _memberships(self, _: str | None) -> Iterator[Batch]:
        for page in self._client.pages("api/v2/group_memberships", "group_memberships"):
            yield Batch("memberships", [membership_row(membership_from_zendesk(raw)) for raw in page], None)

    def _organizations(self, _: str | None) -> Iterator[Batch]:
        for page in self._client.pages("api/v2/organizations", "organizations"):
            rows = [organization_row(organization_from_zendesk(raw)) for raw in page]
            yield Batch("organizations", rows, None)

    def _fields(self, _: str | None) -> Iterator[Batch]:
        rows = [
            {
                "name": info.name,
                "native": info.id,
                "type": info.type,
                "options": list(info.options),
                "required_to_solve": info.required_to_solve,
            }
            for info in self._account.lookups.fields.values()
        ]
        yield Batch("fields", rows, None)

    def _schedules(self, _: str | None) -> Iterator[Batch]:
        rows = [
            {"name": one.name, "definition": one.model_dump_json()}
            for one in self._account.lookups.calendars.values()
        ]
        yield Batch("schedules", rows, None)

    def _sla(self, _: str | None) -> Iterator[Batch]:
        """All at once: a promise is told by events that lie far apart."""
        found = targets_from_events(metric_events(self._client, start=0), now=self._clock.now())
        rows = [sla_row(ticket_id, target) for ticket_id, targets in found.items() for target in targets]
        yield Batch("sla", rows, None)


class _Versions(TicketPages):
    """Tickets as often as they changed while we read: who keeps rows needs the last version, not the first.

    Whether the read was complete is for the reader to judge, who may have gone on from a cursor.
    """

    def _new(self, page: list[Record]) -> list[Record]:
        """The newest minute's list shows again what the export's end has shown."""
        young = f"{self.clock.now() - BLIND - 2 * MARGIN:%Y-%m-%dT%H:%M:%SZ}"
        fresh = [one for one in page if (one["id"], one["updated_at"]) not in self._shown]
        # ISO texts of one zone sort as they pass.
        self._shown.update((one["id"], one["updated_at"]) for one in fresh if one["updated_at"] >= young)
        return fresh

    def _expected(self) -> int:
        return 0

    @cached_property
    def _shown(self) -> set[tuple[int, str]]:
        return set()


def _comment_rows(comments: Iterable[Comment]) -> list[Record]:
    """Numbered inside their instant, so that a comment has its number however many came with it."""
    seqs: Counter[datetime] = Counter()
    rows = []
    for comment in comments:
        rows.append(comment_row(comment, seqs[comment.created_at]))
        seqs[comment.created_at] += 1
    return rows


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    custom = row["custom"]
    return {**row, "custom": custom if isinstance(custom, str) else custom_to_json(custom)}
