"""The history and the comments of tickets, out of their audits."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...errors import NotFoundError
from ...model.history import Event
from ...model.people import Role
from ...model.ticket import Comment, Quality
from .account import ZendeskAccount
from .client import MANY
from .convert import comment_from_zendesk
from .convert_history import events_from_audits, first_requester, people_in, requester_of
from .lookups import Record


@dataclass(frozen=True, slots=True)
class TicketHistory:
    """What happened to one ticket."""

    ticket_id: str
    events: list[Event]
    comments: list[Comment]


class ZendeskHistory:
    """Reads the audits of tickets, one call a ticket and hundred updates."""

    def __init__(self, account: ZendeskAccount) -> None:
        self._account = account

    def find(self, ids: Iterable[str]) -> Iterator[TicketHistory]:
        """As `read`, by id; an id that is not there has no history."""
        wanted = iter(dict.fromkeys(one for one in ids if one.isascii() and one.isdecimal()))
        while part := list(itertools.islice(wanted, MANY)):
            found = {str(raw["id"]): raw for raw in self._account.client.show_many("tickets", part)}
            yield from self.read(found[one] for one in part if one in found)

    def read(self, tickets: Iterable[Record]) -> Iterator[TicketHistory]:
        """Ticket by ticket, in order; one that is not there any more has none.

        The ticket's requester stands in where its audits do not tell who it was.
        """
        account = self._account
        for raw in tickets:
            ticket_id, requester = str(raw["id"]), str(raw["requester_id"])
            try:
                audits = account.client.ticket_audits(ticket_id)
            except NotFoundError:
                continue
            yield self.told_by(audits, ticket_id, first_requester(audits) or requester)

    def told_by(
        self, audits: list[Record], ticket_id: str, requester: str | None, *, quality: Quality | None = None
    ) -> TicketHistory:
        """What these audits of a ticket tell. `requester` is who it was before the first of them.

        `quality` None: exact if they begin with the ticket's creation.
        """
        account = self._account
        account.people(sorted(people_in(audits)))
        events = events_from_audits(
            audits, ticket_id, account.lookups, requester=requester, role=account.role, quality=quality
        )
        return TicketHistory(ticket_id, events, _comments(audits, ticket_id, requester, account))


def role_in(ticket_requester: str | None, account: ZendeskAccount, author: str | None) -> Role:
    """The role of a comment's author: an end user is the requester of the ticket, or another one."""
    today = account.role(author)
    return "requester" if today == "end_user" and author == ticket_requester else today


def _comments(
    audits: list[Record], ticket_id: str, requester: str | None, account: ZendeskAccount
) -> list[Comment]:
    found = []
    for audit in audits:
        requester = requester_of(audit, requester)
        for event in audit["events"]:
            if event.get("type") in {"Comment", "VoiceComment"}:
                said = {
                    "created_at": audit["created_at"],
                    "via": audit.get("via"),
                    **event,
                    "author_id": event.get("author_id") or audit.get("author_id"),
                }

                def role(author: str | None, requester: str | None = requester) -> Role:
                    return role_in(requester, account, author)

                found.append(comment_from_zendesk(said, ticket_id, role))
    return found
