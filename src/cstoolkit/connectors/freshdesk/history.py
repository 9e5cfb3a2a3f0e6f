"""The comments and the history of tickets: their own JSON and their conversations."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from ...errors import NotFoundError
from ...model.history import Event
from ...model.ticket import Comment
from .account import FreshdeskAccount
from .convert_conversations import comment_from_freshdesk, description_from_freshdesk
from .convert_history import events_from_freshdesk
from .convert_sla import latest_ratings
from .lookups import Record


@dataclass(frozen=True, slots=True)
class TicketHistory:
    """What happened to one ticket."""

    ticket_id: str
    events: list[Event]
    comments: list[Comment]


class FreshdeskHistory:
    """Reads conversations, one call a ticket and hundred of them."""

    def __init__(self, account: FreshdeskAccount) -> None:
        self._account = account

    def find(self, ids: Iterable[str]) -> Iterator[TicketHistory]:
        """As `read`, by id, three calls a ticket; an id that is not there has no history."""
        for one in dict.fromkeys(one for one in ids if one.isascii() and one.isdecimal()):
            raw = self.look(one)
            if raw is None:
                continue
            ratings = self._account.client.optional(f"tickets/{one}/satisfaction_ratings")
            yield from self.read([raw], latest_ratings(ratings))

    def look(self, id: str, includes: Sequence[str] = ("stats",)) -> Record | None:
        """A ticket, or None if it is not there."""
        try:
            return self.ticket(id, includes)
        except NotFoundError:
            return None

    def ticket(self, id: str, includes: Sequence[str] = ("requester", "stats")) -> Record:
        """A ticket, from the archive if it is there. Raises NotFoundError.

        A single ticket has its description unasked, and takes no include of that name.
        """
        client = self._account.client
        try:
            return client.ticket(id, includes=[one for one in includes if one != "description"])
        except NotFoundError:
            found: Record = client.get(f"tickets/archived/{id}")
            return found

    def read(self, tickets: Iterable[Record], ratings: Mapping[str, Record]) -> Iterator[TicketHistory]:
        """Ticket by ticket, in order. Tickets in the trash keep their first message only."""
        for raw in tickets:
            conversations = self.conversations(raw)
            requester = None if raw.get("requester_id") is None else str(raw["requester_id"])
            events = events_from_freshdesk(
                raw,
                conversations,
                self._account.lookups,
                role=partial(self._account.role_in, requester=requester),
                rating=ratings.get(str(raw["id"])),
            )
            yield TicketHistory(str(raw["id"]), events, self.comments(raw, conversations))

    def conversations(self, raw: Record) -> list[Record]:
        """What was said on a ticket after its first message."""
        if raw.get("deleted"):
            return []
        try:
            return self._account.client.conversations(str(raw["id"]), archived=bool(raw.get("archived")))
        except NotFoundError:
            return []

    def comments(self, raw: Record, conversations: Iterable[Record]) -> list[Comment]:
        requester = None if raw.get("requester_id") is None else str(raw["requester_id"])
        role = partial(self._account.role_in, requester=requester)
        said = [comment_from_freshdesk(one, role) for one in conversations]
        return [description_from_freshdesk(raw), *sorted(said, key=lambda one: (one.created_at, int(one.id)))]
