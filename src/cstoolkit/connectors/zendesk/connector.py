"""ZendeskHelpdesk: the Helpdesk protocol over one Zendesk account."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from ...errors import NotFoundError, Problem, UnavailableError
from ...model.actions import Say
from ...model.clock import Schedule
from ...model.conditions import Condition
from ...model.context import Context
from ...model.history import Event
from ...model.matching import matches
from ...model.rules import NativeRule
from ...model.ticket import Comment, StatusCategory, Ticket
from ...store.state import StateFile
from ...store.sync_prefetch import prefetched
from ...timekeeping import Clock
from ..base import Batch, Budget, Capabilities, ChangeResult, Count, Journal, TicketChange
from ..bulk import Bulk
from ..bulk_sent import SentChanges
from ..credentials import Credential
from ..optional import RuleChange
from ..rate_budget import RateBudget
from ..transport import Hook, OnWait, Transport
from ..transport_answers import LostAnswerError
from ..transport_redaction import Redactor
from . import wire
from .account import ZendeskAccount
from .address import base_of
from .answerable import check_answerable
from .client import ZendeskClient, auth_of
from .convert import comment_from_zendesk, ticket_from_zendesk
from .convert_changes import MARKS
from .directory import ZendeskDirectory
from .exports import STREAMS, HistorySource, ZendeskExports
from .history import ZendeskHistory, role_in
from .live_rules import KINDS, LiveRules, check_rule
from .lookups import Record
from .operations import OPERATIONS, ZendeskOperations
from .reading import TicketPages
from .rule_changes import last_change
from .writing import ZendeskPort, audit_of

SKEW = timedelta(minutes=2)  # between the vendor's clock and ours


class ZendeskHelpdesk(ZendeskOperations):
    """`zendesk:SUBDOMAIN`. A context manager that closes the connection.

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
        history_from: HistorySource = "ticket_events",
    ) -> None:
        self.name = name
        self.client = ZendeskClient(transport)
        self.capabilities = Capabilities(
            "exact", frozenset(STREAMS), tuple(KINDS), writes=writable, operations=OPERATIONS
        )
        self._clock = clock
        self._state = state
        self._account = ZendeskAccount(self.client, statuses=statuses or {})
        self._directory = ZendeskDirectory(self._account)
        self._history = ZendeskHistory(self._account)
        self._history_from = history_from
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
        hook: Hook | None = None,
        on_wait: OnWait | None = None,
        history_from: HistorySource = "ticket_events",
    ) -> Self:
        """Open an account. Nothing is asked of Zendesk yet.

        `share` of the account's limits is ours, `reserve` of them stays free for people; `statuses` maps
        status words that Zendesk gives no category. `hook` sees every exchange, `on_wait` every wait; `history_from` is
        where exports of events and comments come from. Raises ProjectError for what is no subdomain, and for an address that is not https.
        """
        base = base_of(subdomain, credential)
        # The limit is the account's and the user's: another credential of the same account shares it.
        budget = RateBudget.open(state, f"{wire.VENDOR}:{base}", clock, share=share, reserve=reserve)
        transport = Transport(
            base,
            wire.ZendeskDialect(),
            auth=auth_of(credential),
            clock=clock,
            budget=budget,
            redactor=Redactor(credential.secrets, user=credential.user),
            hook=hook,
            on_wait=on_wait,
            writable=writable,
        )
        return cls(
            subdomain,
            transport,
            clock=clock,
            state=StateFile.open(state),
            writable=writable,
            statuses=statuses,
            history_from=history_from,
        )

    @property
    def budget(self) -> Budget:
        """Calls a minute that are ours, and how many could be made at once now."""
        budget = self.client.transport.budget
        return Budget(budget.size(wire.ACCOUNT), budget.left(wire.ACCOUNT))

    def tickets(
        self, *, where: Condition | None = None, updated_since: datetime | None = None
    ) -> Iterator[Ticket]:
        """Every ticket that matches, deleted ones too, each once; comments are not filled in.

        Complete, or IncompleteError at the end. Raises RejectedError for a condition on what Zendesk's
        tickets do not tell (`reopens`, `text`, ...): sync into a store and ask there. Ten calls a minute of a
        thousand tickets. https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/
        """
        check_answerable(where)
        return self._tickets(where, updated_since)

    def _tickets(self, where: Condition | None, since: datetime | None) -> Iterator[Ticket]:
        pages = TicketPages(self.client, self._clock, since, include="users,organizations")
        calendars = self._calendars() if where is not None else {}
        # The next page is on its way while the last one is looked at.
        for page in prefetched(pages):
            self._account.remember(page.users, page.organizations)
            context = Context(now=self._clock.now(), calendars=calendars)
            for ticket in self._built(page):
                if where is None or matches(where, ticket, context):
                    yield ticket

    def ticket(self, id: str) -> Ticket:
        """One ticket with its comments, in two calls. Raises NotFoundError.

        https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#show-ticket
        """
        raw = self._raw(id)
        built = self._built([raw])[0]
        return built.model_copy(update={"comments": tuple(self._comments(raw))})

    def comments(self, id: str) -> list[Comment]:
        """The comments of one ticket, oldest first. Raises NotFoundError.

        https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/#list-comments
        """
        return self._comments(self._raw(id))

    def history(self, ids: Iterable[str]) -> Iterator[Event]:
        """The events of tickets, ticket by ticket, in order; an unknown id has none. One call a ticket.

        https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_audits/
        """
        for one in self._history.find(ids):
            yield from one.events

    def directory(self) -> ZendeskDirectory:
        """Names <-> ids, each kind read when it is first asked about.

        https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_fields/, https://developer.zendesk.com/api-reference/ticketing/groups/groups/ and their like
        """
        return self._directory

    def count(self, where: Condition | None = None) -> Count:
        """Without a condition the vendor's own count, whose index lags by up to minutes; else by reading.

        https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/#show-results-count
        """
        if where is None:
            return Count(self.client.search_count("type:ticket"), exact=False)
        return Count(sum(1 for _ in self.tickets(where=where)), exact=True)

    def export(self, stream: str, *, checkpoint: str | None) -> Iterator[Batch]:
        """The rows of one store table. Checkpoints are Zendesk's export cursors. Raises NotFoundError.

        https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/
        """
        if stream not in STREAMS:
            listed = ", ".join(STREAMS)
            raise NotFoundError(
                f'there is no stream "{stream}"; streams are: {listed}',
                vendor=wire.VENDOR,
                candidates=STREAMS,
            )
        return ZendeskExports(
            self._account, self._history, self._clock, history_from=self._history_from
        ).batches(stream, checkpoint)

    def update(self, changes: Iterable[TicketChange], *, journal: Journal) -> Iterator[ChangeResult]:
        """Apply changes in jobs of a hundred tickets; a change that the journal has settled gives no result.

        A change that was sent before a kill, or whose answer was lost, is looked up in its ticket's audits
        and not sent twice; what they do not settle is `unknown` and never sent again. Raises RefusedError
        when too many are refused, UnavailableError.
        https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-many-tickets
        """
        self._check_writable()
        port = ZendeskPort(self._account, self._directory, self._clock)
        sent = SentChanges(self._state, f"{wire.VENDOR}:{self.client.transport.base}")
        return Bulk(port, sent, journal).run(changes)

    def comment(self, id: str, text: str, *, public: bool, uploads: Sequence[str] = ()) -> Comment:
        """Say something on a ticket, as the credential's user. Raises NotFoundError, RejectedError.

        `uploads` are tokens of `upload`; their files have the comment's own privacy. Where the answer was lost, the ticket's audits tell whether it was said; it is never said twice.
        https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-ticket
        """
        self._check_writable()
        wire.check_id(id)
        parts = f"{self.name}|{id}|{text}|{public}|{self._clock.now().isoformat()}"
        mark = hashlib.sha256(parts.encode()).hexdigest()[:24]
        said: Record = {"body": text, "public": public} | ({"uploads": list(uploads)} if uploads else {})
        body: Record = {"comment": said, "metadata": {MARKS: [mark]}}
        at = self._clock.now()
        try:
            audit = self.client.update_ticket(id, body)["audit"]
        except LostAnswerError as error:
            audits = self.client.ticket_audits(id)
            found = audit_of(audits, mark, Say(text, public=public), since=at - SKEW)
            if found is None:
                raise UnavailableError(
                    f"the comment on ticket {id} was not made, as far as its audits show: {error}",
                    vendor=wire.VENDOR,
                ) from error
            audit = found
        made = next(event for event in audit["events"] if event["type"] == "Comment")
        record = {"created_at": audit["created_at"], "author_id": audit["author_id"], **made}
        return self._comment_of(id, record)

    def rules(self, kind: str | None = None) -> list[NativeRule]:
        """Every trigger, automation and macro of the account, in the order in which they run.

        https://developer.zendesk.com/api-reference/ticketing/business-rules/triggers/
        """
        return self._rules.read(kind)

    def last_rule_change(self, kind: str, id: str) -> RuleChange | None:
        """When a rule was changed or deleted last, and by whom where the account's plan tells.

        https://developer.zendesk.com/api-reference/ticketing/account-configuration/audit_logs/
        """
        return last_change(self.client, KINDS[kind], id)

    def reorder_calls(self, rules: Sequence[NativeRule]) -> int:
        """How many writes `reorder_rules` makes of these; asks for the categories of triggers.

        https://developer.zendesk.com/api-reference/ticketing/business-rules/triggers/#reorder-ticket-triggers
        """
        return self._rules.reorder_calls(rules)

    def check(self, rule: NativeRule) -> list[Problem]:
        """What Zendesk would refuse in a rule; asks nobody.

        https://developer.zendesk.com/api-reference/ticketing/business-rules/triggers/
        """
        return check_rule(rule)

    def reorder_rules(self, rules: Sequence[NativeRule]) -> None:
        """Put rules of one kind in this order.

        https://developer.zendesk.com/api-reference/ticketing/business-rules/triggers/#reorder-triggers
        """
        self._check_writable()
        self._rules.reorder(rules)

    def create_rule(self, rule: NativeRule) -> NativeRule:
        """Make a rule; it has its id then.

        https://developer.zendesk.com/api-reference/ticketing/business-rules/triggers/#create-trigger
        """
        self._check_writable()
        return self._rules.create(rule)

    def update_rule(self, rule: NativeRule) -> NativeRule:
        """Make a rule what it says here.

        https://developer.zendesk.com/api-reference/ticketing/business-rules/triggers/#update-trigger
        """
        self._check_writable()
        return self._rules.update(rule)

    def delete_rule(self, rule: NativeRule) -> None:
        """Delete for ever. Raises NotFoundError.

        https://developer.zendesk.com/api-reference/ticketing/business-rules/triggers/#delete-trigger
        """
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
        return self._upkeep.raw(id)

    def _built(self, page: list[Record]) -> list[Ticket]:
        people = self._account.people(
            str(one[name]) for one in page for name in ("requester_id", "assignee_id") if one.get(name)
        )
        organizations = self._account.organizations(
            str(one["organization_id"]) for one in page if one.get("organization_id")
        )
        lookups = self._account.lookups
        return [ticket_from_zendesk(one, lookups, people=people, organizations=organizations) for one in page]

    def _comments(self, raw: Record) -> list[Comment]:
        ticket_id, requester = str(raw["id"]), str(raw["requester_id"])
        records = self.client.all_of(f"api/v2/tickets/{ticket_id}/comments", "comments")
        self._account.people(str(one["author_id"]) for one in records if one.get("author_id"))
        return [
            comment_from_zendesk(one, ticket_id, lambda author: role_in(requester, self._account, author))
            for one in records
        ]

    def _calendars(self) -> dict[str, Schedule]:
        return {one.name: one for one in self._account.lookups.calendars.values()}
