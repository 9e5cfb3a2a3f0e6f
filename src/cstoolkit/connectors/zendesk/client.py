"""Zendesk's API, call by call: paths, parameters, pages. Vendor JSON in and out, nothing of ours."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from requests import PreparedRequest
from requests.auth import AuthBase, HTTPBasicAuth

from ...errors import AuthenticationError, IncompleteError, NotFoundError
from ..credentials import Credential
from ..rate_budget import Limit
from ..transport import Call, Query, Transport
from . import wire

Record = dict[str, Any]

PAGE = 100
EXPORT_PAGE = 1000
MANY = 100  # ids or items in one call


class BearerAuth(AuthBase):
    """An OAuth token on every request."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def auth_of(credential: Credential) -> AuthBase:
    """An OAuth token, or an e-mail address with an API token."""
    if credential.oauth_token:
        return BearerAuth(credential.oauth_token)
    return HTTPBasicAuth(f"{credential.user}/token", credential.token or "")


class ZendeskClient:
    """One account. Errors as `Transport.send`."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def get(self, path: str, query: Query | None = None, *, limits: Sequence[Limit] = ()) -> Any:
        return self._call("GET", path, query=query, limits=limits)

    def put(
        self,
        path: str,
        body: Any,
        *,
        query: Query | None = None,
        limits: Sequence[Limit] = (),
        repeatable: bool = True,
    ) -> Any:
        return self._call("PUT", path, query=query, body=body, limits=limits, repeatable=repeatable)

    def post(self, path: str, body: Any, *, key: str | None = None) -> Any:
        return self._call("POST", path, body=body, key=key)

    def delete(self, path: str, *, limits: Sequence[Limit] = ()) -> None:
        """Delete; what is gone already is fine, it may have been our own lost try."""
        try:
            self._call("DELETE", path, limits=limits)
        except NotFoundError:
            return

    def pages(
        self, path: str, key: str, query: Query | None = None, *, size: int = PAGE
    ) -> Iterator[list[Record]]:
        """The pages of a list, cursor or offset form: Zendesk answers in either, whatever was asked for.

        Raises IncompleteError if a page points back to itself.
        """
        asked: dict[str, Any] = {"page[size]": size, **(query or {})}
        body = self.get(path, asked)
        followed: set[str] = set()
        while True:
            yield body.get(key) or []
            onward = _next(body)
            if onward is None:
                return
            if onward in followed:
                raise IncompleteError(
                    f"{path}: Zendesk's pages go round in a circle",
                    vendor=wire.VENDOR,
                    hint="try again later",
                )
            followed.add(onward)
            body = (
                self.get(path, {**asked, "page[after]": onward}) if "://" not in onward else self.get(onward)
            )

    def all_of(self, path: str, key: str, query: Query | None = None) -> list[Record]:
        """All of a list."""
        return [record for page in self.pages(path, key, query) for record in page]

    def optional(self, path: str, key: str) -> list[Record]:
        """All of a list that the account's plan may lack: 403 and 404 are an empty one."""
        try:
            return self.all_of(path, key)
        except (NotFoundError, AuthenticationError):
            return []

    def show_many(self, what: str, ids: Sequence[str]) -> list[Record]:
        """Records by id, a hundred a call; those that are not there are left out."""
        found: list[Record] = []
        for start in range(0, len(ids), MANY):
            part = ",".join(ids[start : start + MANY])
            found += self.get(f"api/v2/{what}/show_many", {"ids": part})[what]
        return found

    def exported_tickets(self, *, start_time: int, cursor: str | None, include: str | None = None) -> Record:
        """One page of the cursor export. The newest minute is never in it. `include` brings people along."""
        query: Query = {"cursor": cursor} if cursor else {"start_time": start_time}
        asked: Query = {**query, "per_page": EXPORT_PAGE, "include": include}
        return self._page("api/v2/incremental/tickets/cursor", asked)

    def exported(self, what: str, *, start_time: int, include: str | None = None) -> Record:
        """One page of a time-based export."""
        return self._page(f"api/v2/incremental/{what}", {"start_time": start_time, "include": include})

    def last_deletion(self) -> str | None:
        """When a ticket was last deleted (of those that Zendesk still lists), as Zendesk writes it."""
        query: Query = {"sort_by": "deleted_at", "sort_order": "desc", "per_page": PAGE}
        page = self.get("api/v2/deleted_tickets", query, limits=[wire.DELETED])
        return max((str(one["deleted_at"]) for one in page["deleted_tickets"]), default=None)

    def ticket_audits(self, ticket_id: str) -> list[Record]:
        """A ticket's audits, oldest first."""
        return self.all_of(f"api/v2/tickets/{ticket_id}/audits", "audits")

    def search_count(self, query: str) -> int:
        return int(self.get("api/v2/search/count", {"query": query})["count"])

    def update_ticket(self, ticket_id: str, ticket: Mapping[str, Any]) -> Record:
        """Update one ticket. Never repeated blindly: it may hold a comment."""
        found: Record = self.put(
            f"api/v2/tickets/{ticket_id}",
            {"ticket": ticket},
            limits=[wire.TICKET_UPDATES, wire.updates_of(ticket_id)],
            repeatable=False,
        )
        return found

    def create_ticket(self, ticket: Mapping[str, Any], *, key: str) -> Record:
        """Make a ticket. With the same key, a repeated call gives the ticket that was made the first time."""
        found: Record = self.post("api/v2/tickets", {"ticket": ticket}, key=key)["ticket"]
        return found

    def start_update_job(self, tickets: Sequence[Mapping[str, Any]]) -> Record:
        """Update up to a hundred tickets in a job. Never repeated blindly."""
        found: Record = self.put("api/v2/tickets/update_many", {"tickets": list(tickets)}, repeatable=False)[
            "job_status"
        ]
        return found

    def start_merge_job(self, target: str, body: Mapping[str, Any]) -> Record:
        """Merge tickets in a job. Never repeated blindly: it writes comments."""
        found: Record = self.post(f"api/v2/tickets/{target}/merge", body)["job_status"]
        return found

    def jobs(self, ids: Sequence[str]) -> list[Record]:
        found: list[Record] = self.get("api/v2/job_statuses/show_many", {"ids": ",".join(ids)})[
            "job_statuses"
        ]
        return found

    def all_jobs(self) -> list[Record]:
        return self.all_of("api/v2/job_statuses", "job_statuses")

    def _page(self, path: str, query: Query) -> Record:
        page: Record = self.get(path, query, limits=[wire.EXPORTS])
        return page

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Any = None,
        limits: Sequence[Limit] = (),
        repeatable: bool | None = None,
        key: str | None = None,
    ) -> Any:
        call = Call(method, path, query or {}, body, (wire.ACCOUNT, *limits), repeatable, key)
        return self.transport.json(call)


def limits_of(path: str) -> tuple[Limit, ...]:
    """The limits that a call to this path counts against, for calls that others make on our behalf."""
    return (wire.ACCOUNT, wire.EXPORTS) if path.startswith("/api/v2/incremental/") else (wire.ACCOUNT,)


def _next(body: Mapping[str, Any]) -> str | None:
    """The cursor or the address of the next page. Only `has_more` tells the end: links may outlive it."""
    meta = body.get("meta")
    if isinstance(meta, Mapping):
        return str(meta["after_cursor"]) if meta.get("has_more") and meta.get("after_cursor") else None
    onward = body.get("next_page")
    return str(onward) if onward else None
