"""What a Freshdesk account can do beyond the Helpdesk protocol."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from ...errors import IncompleteError, NotFoundError, RejectedError, UnavailableError
from ...model.clock import Schedule
from ...model.conditions import Condition
from ...model.history import Event
from ...model.ticket import SlaTarget
from ..base import Capabilities
from ..optional import Attachment, Rating
from ..transport_answers import LostAnswerError
from . import wire
from .account import FreshdeskAccount
from .activities import events_from_activities
from .attachments import attachments_of, pieces_of, read_anonymously
from .client import FreshdeskClient
from .convert import instant
from .convert_sla import rating_word, sla_from_freshdesk
from .directory import FreshdeskDirectory
from .history import FreshdeskHistory
from .html_text import html_of
from .lookups import FieldInfo, Record
from .query import query_of
from .reading import BEGINNING, Position, TicketPages, since_text

OPERATIONS = frozenset({
    "merge", "delete", "restore", "attachments", "read_attachment", "ratings", "promises", "fields",
    "schedules", "search_ids", "time_entries", "add_time_entry", "activities",
})  # fmt: skip

CLOSED = 5
FOUND_MOST = 300  # tickets that a search shows: ten pages of thirty
A_PAGE = 30


@dataclass(frozen=True, slots=True)
class TimeEntry:
    """Time that an agent spent on a ticket. `seconds` grow while the timer is `running`."""

    id: str
    ticket_id: str
    agent_id: str | None
    seconds: int
    billable: bool
    note: str | None
    executed_at: datetime
    running: bool


class FreshdeskOperations:
    """The base of `FreshdeskHelpdesk`. Writes raise RejectedError where it was opened for reading.

    All raise, besides what they name, the errors of `Transport.send`: AuthenticationError, NotFoundError,
    RejectedError, UnavailableError.
    """

    name: str
    vendor: str
    capabilities: Capabilities
    client: FreshdeskClient
    _account: FreshdeskAccount
    _directory: FreshdeskDirectory
    _history: FreshdeskHistory
    _archive: bool

    def merge(
        self, ids: Iterable[str], *, into: str, note: str | None = None, source_note: str | None = None
    ) -> None:
        """Merge tickets into another one, which closes them. No way leads back.

        `note` goes on the target, `source_note` on each source; both are private, always. Raises
        UnavailableError where the answer was lost and the tickets do not show that it was done.
        """
        self._check_writable()
        sources = list(dict.fromkeys(ids))
        for one in (*sources, into):
            check_id(one)
        if not sources or into in sources:
            raise RejectedError("name other tickets than the target itself", vendor=wire.VENDOR)
        body: Record = {"primary_id": int(into), "ticket_ids": [int(one) for one in sources]}
        body |= {"note_in_primary": {"body": html_of(note), "private": True}} if note else {}
        body |= {"note_in_secondary": {"body": html_of(source_note), "private": True}} if source_note else {}
        try:
            self.client.put("tickets/merge", body, repeatable=False)
        except LostAnswerError as error:
            if any(self.client.ticket(one)["status"] != CLOSED for one in sources):
                raise UnavailableError(
                    f"the tickets were not merged, as far as they show: {error}", vendor=wire.VENDOR
                ) from error

    def delete(self, id: str) -> None:
        """Move a ticket to the trash, where `restore` finds it for thirty days. Raises NotFoundError."""
        self._check_writable()
        check_id(id)
        if not self.client.ticket(id).get("deleted"):
            self.client.delete(f"tickets/{id}")

    def restore(self, id: str) -> None:
        """Bring a ticket back from the trash; one that is not in it stays as it is. Raises NotFoundError."""
        self._check_writable()
        check_id(id)
        if not self.client.ticket(id).get("deleted"):
            return
        try:
            self.client.put(f"tickets/{id}/restore")
        except NotFoundError:  # what a second try finds after a first whose answer was lost
            if self.client.ticket(id).get("deleted"):
                raise

    def attachments(self, id: str) -> list[Attachment]:
        """The files on a ticket, those of its description first. Sizes are in bytes. Raises NotFoundError."""
        check_id(id)
        raw = self._history.ticket(id, ())
        return attachments_of(raw, self._history.conversations(raw))

    def read_attachment(self, attachment: Attachment, *, hosts: Iterable[str] = ()) -> Iterator[bytes]:
        """The content of a file in pieces of at most 64 KiB. Its address is good for a short while.

        It is read from Freshdesk's own hosts and those in `hosts`, and never gets the API key. Raises
        RejectedError for another host, and IncompleteError where fewer bytes come than the file has.
        """
        return pieces_of(read_anonymously(self.client.transport, attachment.url, hosts), attachment)

    def ratings(self, *, since: datetime | None = None) -> Iterator[Rating]:
        """Satisfaction ratings, those made since then. `native` is a number from -103 to 103.

        https://developers.freshdesk.com/api/#view_all_satisfaction_ratings
        """
        query = {"created_since": since_text(since)}
        for page in self.client.pages("surveys/satisfaction_ratings", query):
            yield from map(_rating, page)

    def promises(self, *, since: datetime | None = None) -> Mapping[str, tuple[SlaTarget, ...]]:
        """SLA states by ticket id, of tickets that changed since then."""
        begin = Position.read(since_text(since) or BEGINNING, now=self.client.vendor_now())
        pages = TicketPages(self.client, begin, ("stats",), archive=False)
        return {str(raw["id"]): tuple(sla_from_freshdesk(raw)) for page, _ in pages for raw in page}

    def fields(self) -> list[FieldInfo]:
        """Custom fields; `name` is what `Ticket.custom` and `set={"custom.NAME": ...}` call them."""
        return list(self._account.lookups.fields.values())

    def schedules(self) -> list[Schedule]:
        """Business hours with their holidays. Empty where the plan has none."""
        return list(self._account.lookups.calendars.values())

    def search_ids(self, where: Condition) -> list[str]:
        """Ids of live tickets by Freshdesk's search: fast, some minutes late, and 300 of them at most.

        Knows status, priority, type, tags, group and assignee, with `is`, `in` and `has`. Raises
        IncompleteError where it finds more than it shows, RejectedError for what it cannot ask.
        """
        query = query_of(where, self._account.lookups, self._directory.find)
        found: list[str] = []
        for page in range(1, FOUND_MOST // A_PAGE + 1):
            body = self.client.search_tickets(query, page=page)
            if int(body["total"]) > FOUND_MOST:
                raise IncompleteError(
                    f"the search finds {body['total']} tickets and shows {FOUND_MOST}",
                    vendor=wire.VENDOR,
                    hint="read them with `tickets(where=...)`, which has no such end",
                )
            found += [str(one["id"]) for one in body["results"]]
            if len(body["results"]) < A_PAGE:
                break
        return found

    def time_entries(self, id: str) -> list[TimeEntry]:
        """What agents noted of their time on a ticket."""
        check_id(id)
        return [_time_entry(one) for one in self.client.all_of(f"tickets/{id}/time_entries")]

    def add_time_entry(
        self, id: str, seconds: int, *, note: str | None = None, billable: bool = True
    ) -> TimeEntry:
        """Note time on a ticket, as the key's agent; Freshdesk keeps whole minutes. Never repeated blindly.

        Raises LostAnswerError where it may have been noted: look before repeating it.
        """
        self._check_writable()
        check_id(id)
        minutes = seconds // 60
        body = {"time_spent": f"{minutes // 60:02}:{minutes % 60:02}", "note": note, "billable": billable}
        return _time_entry(self.client.post(f"tickets/{id}/time_entries", body))

    def activities(self, day: date, *, hosts: Iterable[str] = ()) -> Iterator[Event]:
        """What happened to tickets on a day, out of the account's daily export, each with its instant.

        Only where an administrator switched that export on; a day without a file has no events. This is the
        one exact history that Freshdesk gives, and it has no values from before the change.
        """
        try:
            told = self.client.get("export/ticket_activities", {"created_at": day.isoformat()}) or {}
        except NotFoundError:
            return
        for address in _addresses(told):
            answer = read_anonymously(self.client.transport, address, hosts)
            body: Any = msgspec.json.decode(answer.source.content)
            yield from events_from_activities(body.get("activities_data") or (), self._account.lookups)

    def _check_writable(self) -> None:
        if not self.capabilities.writes:
            raise RejectedError(
                f"{self.vendor}:{self.name} is open for reading only",
                vendor=self.vendor,
                hint="open it with writable=True",
            )


def check_id(id: str) -> None:
    """An id becomes a part of a path."""
    if not (id.isascii() and id.isdecimal()):
        raise NotFoundError(f'there is no ticket "{id}"', vendor=wire.VENDOR)


def _addresses(told: Mapping[str, Any]) -> list[str]:
    """Where the files are: seen as a list of objects, as one object, and bare."""
    exported = told.get("export", told)
    entries = exported if isinstance(exported, list) else [exported]
    return [str(one["url"]) for one in entries if isinstance(one, Mapping) and one.get("url")]


def _rating(raw: Record) -> Rating:
    scores = raw.get("ratings") or {}
    return Rating(
        id=str(raw["id"]),
        ticket_id=str(raw["ticket_id"]),
        word=rating_word(raw),
        native=str(scores.get("default_question")),
        comment=raw.get("feedback"),
        reason=None,
        created_at=instant(raw["created_at"]),
        updated_at=instant(raw["updated_at"]),
    )


def _time_entry(raw: Record) -> TimeEntry:
    return TimeEntry(
        id=str(raw["id"]),
        ticket_id=str(raw["ticket_id"]),
        agent_id=None if raw.get("agent_id") is None else str(raw["agent_id"]),
        seconds=int(raw.get("time_spent_in_seconds") or _seconds(str(raw.get("time_spent") or "0:00"))),
        billable=bool(raw.get("billable")),
        note=raw.get("note"),
        executed_at=instant(raw["executed_at"]),
        running=bool(raw.get("timer_running")),
    )


def _seconds(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 3600 + int(minutes) * 60
