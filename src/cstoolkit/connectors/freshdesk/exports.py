"""Freshdesk's streams as rows of the store, page by page, each with the checkpoint where to go on.

What changes has checkpoints (`reading.Position`); lists that are short have none, and come whole each time.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from ...model.people import Person
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
from ..base import Batch
from .account import FreshdeskAccount
from .convert import ticket_columns
from .convert_people import company_from_freshdesk, contact_from_freshdesk, memberships_from_freshdesk
from .convert_sla import sla_from_freshdesk
from .history import FreshdeskHistory, TicketHistory
from .lookups import Record
from .ratings import Ratings
from .reading import BEGINNING, Position, TicketPages

TICKETS_AT_ONCE = 50  # tickets whose conversations make one batch
INCLUDES = ("stats", "description")

STREAMS = (
    "tickets", "events", "comments", "people", "groups", "memberships", "organizations", "fields",
    "schedules", "sla",
)  # fmt: skip


class FreshdeskExports:
    """The streams of one account."""

    def __init__(
        self,
        account: FreshdeskAccount,
        history: FreshdeskHistory,
        *,
        archive: bool,
        check: Callable[[], None],
    ) -> None:
        self._account = account
        self._client = account.client
        self._history = history
        self._archive = archive
        self._check = check
        self._ratings = Ratings(account.client)

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
        """A ticket that was rated, and is as it was otherwise, comes too."""
        pages = self._pages(checkpoint)
        base, shown = pages.position.base, set[str]()
        first = base == BEGINNING
        for page, position in pages:
            ratings = self._ratings.all() if first else self._ratings.of(page)
            rows = [self._row(raw, ratings) for raw in page]
            if not first:
                shown.update(str(raw["id"]) for raw in page)
                rows += self._rated(base, shown) if Position.is_end(position) else []
            yield Batch("tickets", rows, position)
        self._check()

    def _rated(self, since: str, shown: Collection[str]) -> list[Record]:
        """Rows of tickets that were rated since, and of which nothing else is new."""
        rated = self._ratings.since(since)
        found = [self._history.look(one, INCLUDES) for one in rated if one not in shown]
        return [self._row(raw, rated) for raw in found if raw is not None]

    def _events(self, checkpoint: str | None) -> Iterator[Batch]:
        """Comments come along: both are in a ticket's conversations, which cost a call a ticket."""
        done = checkpoint
        for found, position in self._histories(checkpoint):
            yield Batch("comments", _comment_rows(found), done)
            yield Batch("events", [event_row(event) for one in found for event in one.events], position)
            done = position
        self._check()

    def _comments(self, checkpoint: str | None) -> Iterator[Batch]:
        for found, position in self._histories(checkpoint):
            yield Batch("comments", _comment_rows(found), position)
        self._check()

    def _sla(self, checkpoint: str | None) -> Iterator[Batch]:
        for page, position in self._pages(checkpoint):
            rows = [sla_row(str(raw["id"]), target) for raw in page for target in sla_from_freshdesk(raw)]
            yield Batch("sla", rows, position)
        self._check()

    def _histories(self, checkpoint: str | None) -> Iterator[tuple[list[TicketHistory], str | None]]:
        """Tickets in small lots; within a page the last change of a lot is where to go on."""
        pages = self._pages(checkpoint)
        first = pages.position.base == BEGINNING
        for page, position in pages:
            starts = range(0, len(page), TICKETS_AT_ONCE)
            for start in starts:
                lot = page[start : start + TICKETS_AT_ONCE]
                ratings = self._ratings.all() if first else self._ratings.of(lot)
                onward = position if start == starts[-1] else pages.within(lot[-1])
                yield list(self._history.read(lot, ratings)), onward
            if not page:
                yield [], position

    def _pages(self, checkpoint: str | None) -> TicketPages:
        begin = Position.read(checkpoint, now=self._client.vendor_now())
        return TicketPages(self._client, begin, INCLUDES, archive=self._archive, versions=True)

    def _row(self, raw: Record, ratings: Mapping[str, Record]) -> Record:
        # `custom` stays a mapping: the store makes JSON of it, and its folded texts without reading that again.
        return ticket_columns(raw, self._account.lookups, ratings.get(str(raw["id"])))

    def _people(self, _: str | None) -> Iterator[Batch]:
        """Customers, also those who were blocked or deleted; then agents, who are in no list of contacts."""
        for state in (None, "blocked", "deleted"):
            for page in self._client.pages("contacts", {"state": state}):
                marked = [{**raw, state: True} for raw in page] if state else page
                yield Batch("people", _person_rows(map(contact_from_freshdesk, marked)), None)
        yield Batch("people", _person_rows(self._account.agents.values()), None)

    def _groups(self, _: str | None) -> Iterator[Batch]:
        yield Batch("groups", [group_row(group) for group in self._account.lookups.groups.values()], None)

    def _memberships(self, _: str | None) -> Iterator[Batch]:
        found = [one for group in self._account.group_records for one in memberships_from_freshdesk(group)]
        yield Batch("memberships", [membership_row(one) for one in found], None)

    def _organizations(self, _: str | None) -> Iterator[Batch]:
        for page in self._client.pages("companies"):
            rows = [organization_row(company_from_freshdesk(raw)) for raw in page]
            yield Batch("organizations", rows, None)

    def _fields(self, _: str | None) -> Iterator[Batch]:
        rows = [
            {
                "name": info.name,
                "native": info.native,
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


def _person_rows(people: Iterable[Person]) -> list[Record]:
    return [person_row(person) for person in people]


def _comment_rows(found: Iterable[TicketHistory]) -> list[Record]:
    return [row for one in found for row in _numbered(one.comments)]


def _numbered(comments: Iterable[Comment]) -> list[Record]:
    return [comment_row(comment, seq) for seq, comment in enumerate(comments)]
