"""Every ticket of an account: the cursor export, the newest minute that it leaves out, and a count to prove it.

A ticket deleted in that minute is in no list and in no export yet. Where there is one, and only then, the read
waits until the export shows it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ...errors import IncompleteError
from ...timekeeping import Clock
from . import wire
from .client import EXPORT_PAGE, PAGE, ZendeskClient
from .convert import instant
from .lookups import Record

BLIND = timedelta(seconds=60)  # the newest part of time that no export shows
MARGIN = timedelta(seconds=30)  # clocks of two machines, and of the vendor's own
SURE = 100_000  # a count above this may be a day old


class TicketPage(list[Record]):
    """Tickets, and what came along with them."""

    users: Sequence[Record] = ()
    organizations: Sequence[Record] = ()


@dataclass(slots=True)
class TicketPages:
    """One complete read. `cursor` is where an export of later changes goes on.

    `include` names what comes along with the tickets of the export, as Zendesk writes it.
    """

    client: ZendeskClient
    clock: Clock
    since: datetime | None = None
    cursor: str | None = None
    include: str | None = None
    seen: set[int] = field(default_factory=set)

    def __iter__(self) -> Iterator[TicketPage]:
        """Pages of tickets, each ticket once; deleted ones too. Raises IncompleteError at the end."""
        expected = self._expected() if self.since is None and self.cursor is None else 0
        yield from self._exported()
        yield TicketPage(self._new(newest_tickets(self.client, self.clock)))
        if self._wait_for_deleted():
            yield from self._exported()
        if len(self.seen) < expected:
            raise IncompleteError(
                f"the export of tickets ended after {len(self.seen)}, Zendesk counts {expected}",
                vendor=wire.VENDOR,
                hint="try again in some minutes: the count may lag behind deletions",
            )

    def _exported(self) -> Iterator[TicketPage]:
        start = _start_time(self.since, self.clock.now())
        while True:
            page = self.client.exported_tickets(start_time=start, cursor=self.cursor, include=self.include)
            found = TicketPage(self._new(page["tickets"]))
            found.users, found.organizations = page.get("users") or (), page.get("organizations") or ()
            yield found
            before, self.cursor = self.cursor, page.get("after_cursor") or self.cursor
            if page["end_of_stream"]:
                return
            if self.cursor == before:
                raise IncompleteError(
                    "the export of tickets stands still: the same cursor came twice", vendor=wire.VENDOR
                )

    def _wait_for_deleted(self) -> bool:
        """Let the newest deletion pass the export's horizon; whether there was one to wait for."""
        latest = self.client.last_deletion()
        if latest is None:
            return False
        seconds = (instant(latest) + BLIND + MARGIN - self.clock.now()).total_seconds()
        if seconds > 0:
            reason = "tickets were deleted in the newest minute, which no export shows yet"
            self.client.transport.pause(reason, seconds)
        return seconds > 0

    def _expected(self) -> int:
        """A number of tickets that the read must reach: counted before it begins, deletions come in it too."""
        listed = self.client.get("api/v2/tickets/count")["count"]
        live = int(listed["value"] or 0)
        return max(live if live < SURE else 0, self.client.search_count("type:ticket"))

    def _new(self, page: list[Record]) -> list[Record]:
        """What was not given yet: a ticket that changes while we read comes again."""
        fresh = {record["id"]: record for record in page if record["id"] not in self.seen}
        self.seen.update(fresh)
        if self.since is None:
            return list(fresh.values())
        # The export goes by the last change of any kind, which the system's own are too.
        return [one for one in fresh.values() if instant(one["updated_at"]) >= self.since]


def newest_tickets(client: ZendeskClient, clock: Clock) -> list[Record]:
    """Tickets changed since the exports' horizon; lists are sorted by the last change."""
    horizon = clock.now() - BLIND - MARGIN
    found: list[Record] = []
    for page in client.pages("api/v2/tickets", "tickets", {"sort": "-updated_at"}, size=PAGE):
        recent = [record for record in page if instant(record["updated_at"]) >= horizon]
        found += recent
        if len(recent) < len(page):
            break
    return found


def began_at(checkpoint: str | None) -> datetime | None:
    """The instant of a checkpoint that is nothing else: what changed from then on is wanted."""
    try:
        return datetime.fromisoformat(checkpoint) if checkpoint and checkpoint.endswith("Z") else None
    except ValueError:  # a cursor of the vendor's
        return None


def _start_time(since: datetime | None, now: datetime) -> int:
    """Seconds; at least a minute ago, as the vendor demands."""
    latest = int((now - BLIND - MARGIN).timestamp())
    return min(int(since.timestamp()), latest) if since else 0


def time_based_pages(
    client: ZendeskClient, what: str, key: str, *, start: int, include: str | None = None
) -> Iterator[tuple[list[Record], int]]:
    """Pages of a time-based export, each with the second where the next one starts.

    Pages meet at a second, which both may show. Raises IncompleteError where more rows than a page share one
    second: the vendor's export stands still there.
    """
    while True:
        page: dict[str, Any] = client.exported(what, start_time=start, include=include)
        end = page.get("end_time")
        yield page[key], int(end) if end is not None else start
        still = end is None or int(end) == start
        # A vendor that does not say whether it was all has more as long as pages are full.
        done = page.get(
            "end_of_stream", not page.get("next_page") or (still and len(page[key]) < EXPORT_PAGE)
        )
        if done:
            return
        if still:
            raise IncompleteError(
                f"the export of {what} stands still at second {start}: more rows than a page hold it",
                vendor=wire.VENDOR,
            )
        start = int(end or start)


def metric_events(client: ZendeskClient, *, start: int) -> Iterator[Record]:
    """Every metric event since a second, some of them twice."""
    for page, _ in time_based_pages(client, "ticket_metric_events", "ticket_metric_events", start=start):
        yield from page
