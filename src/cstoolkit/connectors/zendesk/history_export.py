"""The history and the comments of all tickets, out of the export of ticket events: a thousand updates a call."""

import itertools
from collections.abc import Iterable, Iterator
from datetime import datetime
from operator import itemgetter

from ...errors import NotFoundError
from ...timekeeping import Clock
from .account import ZendeskAccount
from .convert_history import first_requester, is_birth, people_in, requester_of
from .convert_ticket_events import audit_from_ticket_event
from .history import TicketHistory, ZendeskHistory
from .lookups import Record
from .reading import began_at, newest_tickets, time_based_pages

MARK = "second:"  # how our checkpoints begin
KNOWN = 100_000  # tickets whose requester is remembered

Found = tuple[list[TicketHistory], str | None]


class HistoryExport:
    """One read, from a checkpoint on. A checkpoint is the second up to which everything was given."""

    def __init__(self, account: ZendeskAccount, history: ZendeskHistory, clock: Clock) -> None:
        self._account = account
        self._client = account.client
        self._history = history
        self._clock = clock
        self._requesters: dict[str, str] = {}
        self._read_up_to: dict[int, int] = {}  # tickets read by their audits: the last of them

    def read(self, checkpoint: str | None) -> Iterator[Found]:
        """Histories with the checkpoint behind them; a ticket comes as often as a page has updates of it.

        The newest minute is not in the export: tickets that changed in it are read by their audits, and come
        again with the next read, the same.
        """
        since = began_at(checkpoint)
        start = int(since.timestamp()) if since else 0
        if checkpoint and checkpoint.startswith(MARK):
            start = int(checkpoint.removeprefix(MARK))
        done = checkpoint if start else None
        held: dict[int, Record] = {}
        pages = time_based_pages(
            self._client, "ticket_events", "ticket_events", start=start, include="comment_events"
        )
        for page, end in pages:
            held |= {row["id"]: row for row in page}
            # The last second of a page may go on in the next one: it waits for it, so that no ticket's second
            # is told in two parts.
            whole = {id_: row for id_, row in held.items() if _second(row) < end}
            held = {id_: row for id_, row in held.items() if id_ not in whole}
            done = f"{MARK}{end}" if end else done
            yield list(self._histories(whole.values())), done
        yield list(self._histories(held.values())), done
        yield list(self._history.read(newest_tickets(self._client, self._clock))), done

    def _histories(self, rows: Iterable[Record]) -> Iterator[TicketHistory]:
        fresh = [row for row in rows if row["id"] > self._read_up_to.get(row["ticket_id"], -1)]
        ordered = sorted(fresh, key=lambda row: (row["ticket_id"], _second(row), row["id"]))
        groups = [list(group) for _, group in itertools.groupby(ordered, key=itemgetter("ticket_id"))]
        told = [(str(group[0]["ticket_id"]), self._audits(group)) for group in groups]
        self._learn_requesters(told)
        self._account.people(sorted({one for _, audits in told for one in people_in(audits)}))
        for ticket_id, audits in told:
            requester = self._requesters.get(ticket_id)
            if audits:
                yield self._history.told_by(audits, ticket_id, requester, quality="exact")
            for audit in audits:
                requester = requester_of(audit, requester)
            if requester is not None:
                self._requesters[ticket_id] = requester

    def _audits(self, rows: list[Record]) -> list[Record]:
        """The updates as audits. Where one is not told for certain, all audits of the ticket, once."""
        made = [audit_from_ticket_event(row) for row in rows]
        certain = [audit for audit in made if audit is not None]
        if len(certain) == len(rows):
            return certain
        ticket_id = rows[0]["ticket_id"]
        try:
            read = self._client.ticket_audits(str(ticket_id))
        except NotFoundError:
            return certain
        self._read_up_to[ticket_id] = max((one["id"] for one in read), default=-1)
        return read

    def _learn_requesters(self, told: list[tuple[str, list[Record]]]) -> None:
        """Who asked, for every ticket of a page: from its creation, from a change, or from the ticket."""
        if len(self._requesters) > KNOWN:
            self._requesters.clear()
        for ticket_id, audits in told:
            first = first_requester(audits)
            if first is not None and is_birth(audits[0]):
                self._requesters[ticket_id] = first
            elif first is not None:
                self._requesters.setdefault(ticket_id, first)
        missing = [ticket_id for ticket_id, _ in told if ticket_id not in self._requesters]
        for raw in self._client.show_many("tickets", missing):
            self._requesters[str(raw["id"])] = str(raw["requester_id"])


def _second(row: Record) -> int:
    told = row.get("timestamp")
    return int(told) if told is not None else int(datetime.fromisoformat(row["created_at"]).timestamp())
