"""Every ticket of an account: lists by last change, trash and spam, and the archive id by id.

Freshdesk's list is in pages by number, which slip while tickets change, and ends at page 300. So each page is
asked for by the last change of the page before it: nothing is passed over whatever happens meanwhile, and
there is no last page. https://developers.freshdesk.com/api/#list_all_tickets
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, Self

from ...errors import IncompleteError, NotFoundError
from . import wire
from .client import LAST_PAGE, PAGE, FreshdeskClient
from .convert import freshdesk_instant, instant
from .id_set import IdSet
from .lookups import Record

BEGINNING = "2000-01-01T00:00:00Z"  # before Freshdesk; without `updated_since` only 30 days are shown
ARCHIVED_AFTER = timedelta(days=120)
MARGIN = timedelta(seconds=30)  # by which a next run looks back before the start of this one
AHEAD = 30  # ids in a row that are not there, after which a sleeping account's numbers are over
ARCHIVE_AT_ONCE = 50  # ids of the archive between two positions

Phase = Literal["live", "deleted", "spam", "late", "archive"]
PHASES: tuple[Phase, ...] = ("live", "deleted", "spam", "late", "archive")
FILTERS = {"deleted": "deleted", "spam": "spam"}


@dataclass(frozen=True, slots=True)
class Position:
    """Where a read goes on: the phase, the instant (in the archive: the id), and what it began from.

    `base` is the instant from which changes are wanted, `start` the vendor's clock when the read began.
    """

    phase: Phase
    at: str
    base: str
    start: str

    @classmethod
    def read(cls, text: str | None, *, now: datetime) -> Self:
        """A position as text; None, or only an instant, is a read that begins."""
        if text and " " in text:
            phase, at, base, start = text.split(" ")
            if phase in PHASES:
                return cls(phase, at, base, start)
        since = text or BEGINNING
        return cls("live", since, since, freshdesk_instant(now - MARGIN))

    @staticmethod
    def is_end(text: str) -> bool:
        """Whether a position is the one that a read ended with."""
        return " " not in text

    def __str__(self) -> str:
        return f"{self.phase} {self.at} {self.base} {self.start}"


@dataclass(slots=True)
class TicketPages:
    """One complete read from a position on.

    Live tickets come first, then trash and spam, then what changed meanwhile, then the archive. With
    `versions` a ticket that changes while we read comes again: who keeps rows needs the last one.
    """

    client: FreshdeskClient
    position: Position
    includes: tuple[str, ...] = ()
    archive: bool = True
    count: bool = False
    versions: bool = False
    seen: IdSet = field(default_factory=IdSet)
    newest: str = BEGINNING
    _before: set[tuple[int, str]] = field(default_factory=set)

    def __iter__(self) -> Iterator[tuple[list[Record], str]]:
        """Tickets, and where to go on after them. Raises IncompleteError at the end.

        The last position is the one for a next read, of what changes from now on.
        """
        begun = self.position
        expected = self._expected() if self.count else 0
        for phase in PHASES[PHASES.index(begun.phase) :]:
            at = begun.at if phase == begun.phase else "1" if phase == "archive" else begun.base
            self.position = replace(begun, phase=phase, at=begun.start if phase == "late" else at)
            if phase != "archive":
                for page, onward in walk(
                    self.client, self.position.at, shown=FILTERS.get(phase), includes=self.includes
                ):
                    marked = [{**one, phase: True} for one in page] if phase in FILTERS else page
                    yield self._new(marked), str(replace(self.position, at=onward))
            elif self.archive and _reaches_the_archive(begun):
                yield from self._archived(resumed=begun.phase == "archive")
        self._prove(expected)
        yield [], self.position.start

    def within(self, last: Record) -> str:
        """Where to go on after a ticket in the middle of a page."""
        at = str(last["id"] + 1) if self.position.phase == "archive" else last["updated_at"]
        return str(replace(self.position, at=at))

    def _new(self, page: list[Record]) -> list[Record]:
        """What was not given yet: pages overlap, and a ticket that changes comes again."""
        fresh = [one for one in page if (one["id"], one["updated_at"]) not in self._before]
        if not self.versions:
            fresh = [one for one in fresh if one["id"] not in self.seen]
        self._before = {(one["id"], one["updated_at"]) for one in page}
        for one in fresh:
            if one["id"] > self.seen.highest:
                self.newest = one["created_at"]
            self.seen.add(one["id"])
        return fresh

    def _archived(self, *, resumed: bool) -> Iterator[tuple[list[Record], str]]:
        """Ids are an account's own sequence, so what is in no list is archived, or gone for good."""
        if resumed:
            for phase in ("live", "deleted", "spam"):
                for page, _ in walk(self.client, self.position.base, shown=FILTERS.get(phase)):
                    self._new(page)
        first, last = int(self.position.at), self.seen.highest
        found: list[Record] = []
        for number in range(first, last + 1):
            if number not in self.seen:
                found += self._archived_one(number)
            if number % ARCHIVE_AT_ONCE == 0:
                yield self._new(found), str(replace(self.position, at=str(number + 1)))
                found = []
        found += self._beyond(last)
        yield self._new(found), str(replace(self.position, at=str(last + 1)))

    def _beyond(self, last: int) -> list[Record]:
        """Tickets with higher ids than any list has: only where nothing is younger than the archive."""
        limit = instant(self.position.start) - ARCHIVED_AFTER
        if instant(self.newest) > limit:
            return []
        found: list[Record] = []
        number, missed = last + 1, 0
        while missed < AHEAD:
            one = self._archived_one(number)
            found, missed, number = found + one, 0 if one else missed + 1, number + 1
        return found

    def _archived_one(self, number: int) -> list[Record]:
        try:
            return [self.client.get(f"tickets/archived/{number}")]
        except NotFoundError:
            return []

    def _expected(self) -> int:
        """A number of tickets that the read must reach: what search counts before it begins."""
        return int(self.client.search_tickets(EVERYTHING)["total"])

    def _prove(self, expected: int) -> None:
        if len(self.seen) < expected:
            raise IncompleteError(
                f"the lists of tickets ended after {len(self.seen)}, Freshdesk counts {expected}",
                vendor=wire.VENDOR,
                hint="try again in some minutes: the count may lag behind deletions",
            )


EVERYTHING = " OR ".join(f"priority:{number}" for number in range(1, 5))
"""A query that every ticket in the search index meets: it has no words for "all"."""


def walk(
    client: FreshdeskClient, since: str, *, shown: str | None = None, includes: Sequence[str] = ()
) -> Iterator[tuple[list[Record], str]]:
    """Pages of tickets in the order of their last change, each with the instant to go on from.

    A page begins with the second at which the one before it ended, so rows repeat. Raises IncompleteError
    where the vendor does not sort, and where more tickets than his pages hold changed in one second.
    """
    at, going_on = since, False
    while True:
        query = {"updated_since": at, "order_by": "updated_at", "order_type": "asc", "filter": shown}
        page = client.tickets(query, includes=includes, going_on=going_on)
        going_on = True
        _check_order(page, at)
        last = page[-1]["updated_at"] if page else at
        yield page, last
        if len(page) < PAGE:
            return
        if page[0]["updated_at"] == last:
            yield from _one_second(client, {**query, "updated_since": last}, includes)
            last = freshdesk_instant(instant(last) + timedelta(seconds=1))
        at = last


def _one_second(
    client: FreshdeskClient, query: dict[str, str | None], includes: Sequence[str]
) -> Iterator[tuple[list[Record], str]]:
    """All tickets that last changed in one second, more than a page of them.

    Here pages go by number. One that leaves the second meanwhile makes all behind it slip, so the pages are
    read again until two times in a row they hold the same.
    """
    second = str(query["updated_since"])
    before: list[int] | None = None
    while True:
        ids: list[int] = []
        for number in range(1, LAST_PAGE + 2):
            if number > LAST_PAGE:
                raise IncompleteError(
                    f"more than {LAST_PAGE * PAGE:,} tickets changed at {second}: no list shows them all",
                    vendor=wire.VENDOR,
                )
            page = client.tickets(query, page=number, includes=includes, going_on=True)
            there = [record for record in page if record["updated_at"] == second]
            ids += [record["id"] for record in there]
            yield there, second
            if len(there) < PAGE:
                break
        if ids == before:
            return
        before = ids


def _check_order(page: list[Record], since: str) -> None:
    """A list that is not in order would be passed over in part."""
    told = [instant(since), *(instant(record["updated_at"]) for record in page)]
    if told != sorted(told):
        raise IncompleteError(
            "Freshdesk's list of tickets is not in the order of their last change", vendor=wire.VENDOR
        )


def _reaches_the_archive(begun: Position) -> bool:
    """Only tickets that lay untouched for long are there."""
    return instant(begun.base) < instant(begun.start) - ARCHIVED_AFTER


def since_text(since: datetime | None) -> str | None:
    return freshdesk_instant(since.astimezone(UTC)) if since else None
