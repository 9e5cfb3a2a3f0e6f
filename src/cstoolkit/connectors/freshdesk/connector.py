"""FreshdeskHelpdesk: the Helpdesk protocol over one Freshdesk account."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from ...errors import IncompleteError, NotFoundError, Problem, ProjectError, UnavailableError
from ...model.actions import Say
from ...model.clock import Schedule
from ...model.conditions import Condition
from ...model.context import Context
from ...model.history import Event
from ...model.matching import matches
from ...model.rules import NativeRule
from ...model.ticket import Comment, StatusCategory, Ticket
from ...store.state import StateFile
from ...timekeeping import Clock
from ..base import Batch, Budget, Capabilities, ChangeResult, Count, Journal, TicketChange
from ..bulk import Bulk
from ..bulk_sent import SentChanges
from ..credentials import Credential
from ..rate_budget import RateBudget
from ..transport import Hook, OnWait, Transport
from ..transport_answers import LostAnswerError
from ..transport_redaction import Redactor
from . import wire
from .account import FreshdeskAccount
from .answerable import asks_of_requesters, check_answerable, may_hold_for_closed
from .client import FreshdeskClient, auth_of
from .convert import ticket_from_freshdesk
from .convert_changes import saying
from .convert_conversations import comment_from_freshdesk
from .convert_sla import latest_ratings
from .directory import FreshdeskDirectory
from .exports import STREAMS, FreshdeskExports
from .history import FreshdeskHistory
from .live_rules import KEEPS, KINDS, LiveRules, check_rule
from .lookups import Record
from .operations import OPERATIONS, FreshdeskOperations, check_id
from .ratings import Ratings
from .reading import ARCHIVED_AFTER, EVERYTHING, Position, TicketPages, since_text
from .writing import STRAY, FreshdeskPort, said_like

# Anything more would let an address choose the host that gets the key.
SUBDOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?", re.ASCII)
HOST = ".freshdesk.com"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class FreshdeskHelpdesk(FreshdeskOperations):
    """`freshdesk:SUBDOMAIN`. A context manager that closes the connection.

    Opened for reading, it refuses every write before anything is sent.
    """

    vendor = wire.VENDOR

    def __init__(
        self,
        name: str,
        transport: Transport,
        *,
        clock: Clock,
        state: StateFile,
        writable: bool = False,
        statuses: Mapping[str, StatusCategory] | None = None,
        archive: bool = True,
    ) -> None:
        self.name = name
        self.client = FreshdeskClient(transport, clock)
        self.capabilities = Capabilities(
            "approximate", frozenset(STREAMS), KINDS, writes=writable, operations=OPERATIONS, keeps=KEEPS
        )
        self._clock = clock
        self._state = state
        self._archive = archive
        self._account = FreshdeskAccount(self.client, statuses=statuses or {})
        self._directory = FreshdeskDirectory(self._account)
        self._history = FreshdeskHistory(self._account)
        self._rules = LiveRules(self.client)

    @classmethod
    def open(
        cls,
        subdomain: str,
        credential: Credential,
        *,
        clock: Clock,
        state: Path,
        writable: bool = False,
        share: float = 0.8,
        reserve: float = 0.1,
        statuses: Mapping[str, StatusCategory] | None = None,
        archive: bool = True,
        hook: Hook | None = None,
        on_wait: OnWait | None = None,
    ) -> Self:
        """Open an account. Nothing is asked of Freshdesk yet.

        `share` of the account's limits is ours, `reserve` of them stays free for people; `statuses` maps
        the account's own statuses, by name or number, to categories. Without `archive`, tickets that lay
        closed for 120 days are left out of every read, and nothing says so. `hook` sees every exchange,
        `on_wait` every wait. Raises ProjectError for what is no subdomain, and for an address that is not https.
        """
        account = subdomain.removesuffix(HOST)
        if not SUBDOMAIN.fullmatch(account):
            raise ProjectError(f'"{subdomain}" is no subdomain', hint="freshdesk:acme is acme.freshdesk.com")
        base = credential.url or f"https://{account}{HOST}"
        _check_address(base)
        # The limit is the account's: whoever's key it is, all share it.
        budget = RateBudget.open(state, f"{wire.VENDOR}:{base}", clock, share=share, reserve=reserve)
        transport = Transport(
            base,
            wire.FreshdeskDialect(),
            auth=auth_of(credential),
            clock=clock,
            budget=budget,
            redactor=Redactor((*credential.secrets, *(f"{one}:X" for one in credential.secrets))),
            hook=hook,
            on_wait=on_wait,
            writable=writable,
        )
        return cls(
            account,
            transport,
            clock=clock,
            state=StateFile.open(state),
            writable=writable,
            statuses=statuses,
            archive=archive,
        )

    @property
    def budget(self) -> Budget:
        """Calls a minute that are ours, and how many could be made at once now."""
        budget = self.client.transport.budget
        return Budget(budget.size(wire.ACCOUNT), budget.left(wire.ACCOUNT))

    def tickets(
        self, *, where: Condition | None = None, updated_since: datetime | None = None
    ) -> Iterator[Ticket]:
        """Every ticket that matches, those in trash, spam and archive too, each once; without comments.

        Complete, or IncompleteError at the end. An archived ticket costs a call; a condition that no closed
        ticket meets spares them. Raises RejectedError for a condition on what Freshdesk's tickets do not
        tell (`reopens`, `text`, ...): sync into a store and ask there.
        """
        check_answerable(where)
        return self._tickets(where, updated_since)

    def _tickets(self, where: Condition | None, since: datetime | None) -> Iterator[Ticket]:
        ratings = Ratings(self.client).all()
        for page in self._pages(where, since):
            context = Context(now=self._clock.now(), calendars=self._calendars())
            for ticket in self._built(page, ratings, whole=asks_of_requesters(where)):
                recent = since is None or ticket.updated_at >= since.replace(microsecond=0)
                if recent and (where is None or matches(where, ticket, context)):
                    yield ticket
        self._check_scope()

    def _pages(self, where: Condition | None, since: datetime | None) -> Iterator[list[Record]]:
        """What is in the archive is found by what is nowhere else, so then everything has to be read."""
        now = self.client.vendor_now()
        old = since is None or since < now - ARCHIVED_AFTER
        archive = old and self._archive and may_hold_for_closed(where)
        begin = Position.read(None if archive else since_text(since), now=now)
        pages = TicketPages(
            self.client, begin, ("requester", "stats", "description"), archive=archive, count=since is None
        )
        for page, _ in pages:
            yield page

    def ticket(self, id: str) -> Ticket:
        """One ticket with its comments, from the archive if it is there. Raises NotFoundError."""
        raw = self._raw(id)
        ratings = latest_ratings(self.client.optional(f"tickets/{id}/satisfaction_ratings"))
        built = self._built([raw], ratings, whole=True)[0]
        said = self._history.comments(raw, self._history.conversations(raw))
        return built.model_copy(update={"comments": tuple(said)})

    def comments(self, id: str) -> list[Comment]:
        """The comments of one ticket, oldest first, its description being the first. Raises NotFoundError."""
        raw = self._raw(id)
        return self._history.comments(raw, self._history.conversations(raw))

    def history(self, ids: Iterable[str]) -> Iterator[Event]:
        """The events of tickets, ticket by ticket, in order; an unknown id has none. Three calls a ticket."""
        for one in self._history.find(ids):
            yield from one.events

    def directory(self) -> FreshdeskDirectory:
        return self._directory

    def count(self, where: Condition | None = None) -> Count:
        """Without a condition what search counts: live tickets only, minutes late; else by reading."""
        if where is None:
            return Count(int(self.client.search_tickets(EVERYTHING)["total"]), exact=False)
        return Count(sum(1 for _ in self.tickets(where=where)), exact=True)

    def export(self, stream: str, *, checkpoint: str | None) -> Iterator[Batch]:
        """The rows of one store table. Raises NotFoundError; IncompleteError at the end.

        What changed since a checkpoint comes anew, and what was moved to the trash as gone. Freshdesk purges
        its trash after thirty days: what was deleted and purged between two exports is not told.
        """
        if stream not in STREAMS:
            listed = ", ".join(STREAMS)
            raise NotFoundError(
                f'there is no stream "{stream}"; streams are: {listed}',
                vendor=wire.VENDOR,
                candidates=STREAMS,
            )
        exports = FreshdeskExports(
            self._account, self._history, archive=self._archive, check=self._check_scope
        )
        return exports.batches(stream, checkpoint)

    def update(self, changes: Iterable[TicketChange], *, journal: Journal) -> Iterator[ChangeResult]:
        """Apply changes, the same values on many tickets in jobs; a change that the journal settled gives none.

        A change that was sent before a kill, or whose answer was lost, is looked up on its ticket and not
        sent twice; where that does not tell, it is `unknown`. Raises RefusedError when too many are
        refused, UnavailableError.
        """
        self._check_writable()
        port = FreshdeskPort(self._account, self._directory, self._clock)
        sent = SentChanges(self._state, f"{wire.VENDOR}:{self.client.transport.base}")
        return Bulk(port, sent, journal).run(changes)

    def comment(self, id: str, text: str, *, public: bool) -> Comment:
        """A reply to the customer, or a private note, as the key's agent. Raises NotFoundError, RejectedError.

        Where the answer was lost, the ticket's conversations tell whether it was said; it is never said twice.
        """
        self._check_writable()
        check_id(id)
        say, author = Say(text, public=public), str(self._account.me["id"])
        before = {one["id"] for one in self.client.conversations(id)}
        path, body = saying(id, say)
        try:
            made = self.client.post(path, body)
        except LostAnswerError as error:
            self._clock.sleep(STRAY)
            found = [one for one in self.client.conversations(id) if one["id"] not in before]
            made = next((one for one in found if said_like(one, say, author=author) is not False), None)
            if made is None:
                raise UnavailableError(
                    f"the comment on ticket {id} was not made, as far as it shows: {error}",
                    vendor=wire.VENDOR,
                ) from error
        return comment_from_freshdesk({"ticket_id": id, **made}, lambda _: "agent")

    def rules(self, kind: str | None = None) -> list[NativeRule]:
        """Every automation rule, canned response and scenario of the account, in the order in which they run."""
        return self._rules.read(kind)

    def check(self, rule: NativeRule) -> list[Problem]:
        return check_rule(rule)

    def reorder_rules(self, rules: Sequence[NativeRule]) -> None:
        self._check_writable()
        self._rules.reorder(rules)

    def create_rule(self, rule: NativeRule) -> NativeRule:
        self._check_writable()
        return self._rules.create(rule)

    def update_rule(self, rule: NativeRule) -> NativeRule:
        self._check_writable()
        return self._rules.update(rule)

    def delete_rule(self, rule: NativeRule) -> None:
        self._check_writable()
        self._rules.delete(rule)

    def close(self) -> None:
        self.client.transport.close()
        self._state.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _raw(self, id: str) -> Record:
        check_id(id)
        return self._history.ticket(id)

    def _built(self, page: list[Record], ratings: Mapping[str, Record], *, whole: bool) -> list[Ticket]:
        organizations = self._account.organizations(one.get("company_id") for one in page)
        lookups, people = self._account.lookups, self._account.agents
        people = {**self._account.requesters(page), **people} if whole else people
        return [
            ticket_from_freshdesk(
                one, lookups, people=people, organizations=organizations, rating=ratings.get(str(one["id"]))
            )
            for one in page
        ]

    def _calendars(self) -> dict[str, Schedule]:
        return {one.name: one for one in self._account.lookups.calendars.values()}

    def _check_scope(self) -> None:
        """A key sees what its agent sees, and no list says that it left something out."""
        if not self._account.sees_everything:
            raise IncompleteError(
                "the key's agent does not see all tickets of the account",
                vendor=wire.VENDOR,
                hint="use the key of an agent whose ticket scope is global",
            )


def _check_address(base: str) -> None:
    """A key travels over https, or stays on this machine."""
    parts = urlsplit(base)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ProjectError(f'"{base}" is not an https address', hint="credentials are not sent in the clear")
