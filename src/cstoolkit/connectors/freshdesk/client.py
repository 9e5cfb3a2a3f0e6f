"""Freshdesk's API v2, call by call: paths, parameters, pages. Vendor JSON in and out, nothing of ours."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from requests.auth import AuthBase, HTTPBasicAuth

from ...errors import NotFoundError
from ...timekeeping import Clock
from ..credentials import Credential
from ..rate_budget import Limit
from ..transport import Call, Query, Transport
from ..transport_answers import Answer
from . import wire

Record = dict[str, Any]

API = "api/v2"
PAGE = 100
LAST_PAGE = 300  # of the list of tickets; the vendor refuses the next one
JOB_IDS = 30  # tickets of one bulk call: the vendor names no number, his own pages work on 30
RESTLESS = 30.0  # seconds after which a 403 in the middle of a crawl is tried once more

_NEXT = re.compile(r'rel="?next"?')


def auth_of(credential: Credential) -> AuthBase:
    """The API key as the user; the password is any text."""
    return HTTPBasicAuth(credential.api_key or "", "X")


class FreshdeskClient:
    """One account. Errors as `Transport.send`."""

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self.transport = transport
        self._clock = clock
        self._ahead = timedelta()

    def vendor_now(self) -> datetime:
        """The vendor's clock, to the second: by the Date of his last answer."""
        return (self._clock.now() + self._ahead).replace(microsecond=0)

    def get(self, path: str, query: Query | None = None, *, includes: Sequence[str] = ()) -> Any:
        asked: Query = {**(query or {}), **({"include": ",".join(includes)} if includes else {})}
        return self._send("GET", path, query=asked, extra=wire.INCLUDE * len(includes)).json()

    def put(self, path: str, body: Any = None, *, repeatable: bool = True) -> Any:
        return self._send("PUT", path, body=body, repeatable=repeatable).json()

    def post(self, path: str, body: Any, *, repeatable: bool = False) -> Any:
        return self._send("POST", path, body=body, repeatable=repeatable).json()

    def delete(self, path: str) -> None:
        """Delete; what is gone already is fine, it may have been our own lost try."""
        try:
            self._send("DELETE", path)
        except NotFoundError:
            return

    def pages(
        self, path: str, query: Query | None = None, *, size: int | None = PAGE, includes: Sequence[str] = ()
    ) -> Iterator[list[Record]]:
        """The pages of a list. `size` None is for lists that take no `per_page`.

        `Link` tells whether there is more. Some lists have none: there a full page is followed by another.
        """
        linked, page = False, 1
        while True:
            asked: dict[str, Any] = {**(query or {})}
            asked |= {"per_page": size} if size else {}
            asked |= {"page": page} if page > 1 else {}
            rows, more = self._page(path, asked, includes, going_on=page > 1)
            yield rows
            linked = linked or more
            if not more and (linked or size is None or len(rows) < size):
                return
            page += 1

    def all_of(self, path: str, query: Query | None = None, *, size: int | None = PAGE) -> list[Record]:
        """All of a list."""
        return [record for page in self.pages(path, query, size=size) for record in page]

    def optional(self, path: str, query: Query | None = None, *, size: int | None = PAGE) -> list[Record]:
        """All of a list that the account's plan or the key's agent may lack: 403 and 404 are an empty one."""
        try:
            return self.all_of(path, query, size=size)
        except (NotFoundError, wire.AccessDeniedError):
            return []

    def tickets(
        self, query: Query, *, page: int = 1, includes: Sequence[str] = (), going_on: bool = False
    ) -> list[Record]:
        """One page of the list of tickets. `going_on`: others were given before it, so a 403 is no last word."""
        asked = {**query, "per_page": PAGE, **({"page": page} if page > 1 else {})}
        return self._page("tickets", asked, includes, going_on=going_on)[0]

    def ticket(self, ticket_id: str, *, includes: Sequence[str] = ()) -> Record:
        found: Record = self.get(f"tickets/{ticket_id}", includes=includes)
        return found

    def conversations(self, ticket_id: str, *, archived: bool = False) -> list[Record]:
        """The conversations of a ticket, oldest first; the first message of all is the ticket's description."""
        kind = "tickets/archived" if archived else "tickets"
        return self.all_of(f"{kind}/{ticket_id}/conversations")

    def update_ticket(self, ticket_id: str, properties: Mapping[str, Any]) -> Record:
        """Change one ticket: only what is named. Setting values twice is setting them once."""
        found: Record = self.put(f"tickets/{ticket_id}", dict(properties))
        return found

    def start_update_job(self, ids: Sequence[int], properties: Mapping[str, Any]) -> str:
        """Set the same values on several tickets; the job's id."""
        body = {"bulk_action": {"ids": list(ids), "properties": dict(properties)}}
        return str(self.post("tickets/bulk_update", body, repeatable=True)["job_id"])

    def search_tickets(self, query: str, *, page: int = 1) -> Record:
        """One page of thirty of a search. `query` is without the double quotes around it."""
        found: Record = self.get("search/tickets", {"query": f'"{query}"', "page": page})
        return found

    def _page(
        self, path: str, query: Query, includes: Sequence[str], *, going_on: bool
    ) -> tuple[list[Record], bool]:
        """The rows of one page, and whether `Link` says that there is another."""
        asked: Query = {**query, **({"include": ",".join(includes)} if includes else {})}
        extra = wire.INCLUDE * len(includes)
        try:
            answer = self._send("GET", path, query=asked, extra=extra)
        except wire.AccessDeniedError:
            if not going_on:
                raise
            self._clock.sleep(RESTLESS)
            answer = self._send("GET", path, query=asked, extra=extra)
        return answer.json() or [], bool(_NEXT.search(answer.headers.get("link", "")))

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Any = None,
        extra: int = 0,
        repeatable: bool | None = None,
    ) -> Answer:
        account = wire.account_limit(self.transport.budget.size(wire.ACCOUNT))
        limits = (account,) * (1 + extra) + tuple(_caps(method, path))
        call = Call(method, f"{API}/{path}", query or {}, body, limits, repeatable)
        answer = self.transport.send(call)
        self._ahead = _date(answer, self._clock.now()) - self._clock.now()
        return answer


def _caps(method: str, path: str) -> Iterator[Limit]:
    """The caps of its own that a call counts against."""
    if path == "tickets":
        yield wire.TICKET_LIST if method == "GET" else wire.TICKET_CREATE
    elif path == "contacts" and method == "GET":
        yield wire.CONTACT_LIST
    elif (path.startswith("tickets/") and method == "PUT") or path == "tickets/bulk_update":
        yield wire.TICKET_UPDATE


def _date(answer: Answer, now: datetime) -> datetime:
    try:
        found = parsedate_to_datetime(answer.headers.get("date", ""))
    except (TypeError, ValueError):
        return now
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
