"""What a Zendesk credential can and cannot do, by harmless reads. Nothing is written."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

from ...errors import AuthenticationError, NotFoundError, RejectedError
from ...model.ticket import Quality
from ...timekeeping import Clock
from ..examination import Examination, LimitLeft, Point, tried
from ..rate_budget import Limit
from ..transport import Call
from ..transport_answers import Answer
from . import wire
from .client import BearerAuth, ZendeskClient
from .connector import ZendeskHelpdesk

READS: tuple[tuple[str, str, Mapping[str, str | int], str], ...] = (
    ("search", "api/v2/search/count", {"query": "type:ticket"}, "counts cannot be compared after a sync"),
    ("people", "api/v2/users", {"page[size]": 1}, "requesters and agents stay ids"),
    ("groups", "api/v2/groups", {"page[size]": 1}, "groups stay ids"),
    ("organizations", "api/v2/organizations", {"page[size]": 1}, "organizations stay ids"),
    ("fields", "api/v2/ticket_fields", {"page[size]": 1}, "custom fields stay ids"),
    ("forms", "api/v2/ticket_forms", {"page[size]": 1}, "tickets have no form"),
    ("custom statuses", "api/v2/custom_statuses", {}, "own statuses have no names"),
    ("schedules", "api/v2/business_hours/schedules", {}, "business time needs calendars of the project"),
    ("SLA policies", "api/v2/slas/policies", {}, "rules cannot be judged by SLA"),
    ("ratings", "api/v2/satisfaction_ratings", {"page[size]": 1}, "ratings are known from tickets only"),
    ("triggers", "api/v2/triggers", {"page[size]": 1}, "rules cannot be pulled or planned"),
    ("automations", "api/v2/automations", {"page[size]": 1}, "rules cannot be pulled or planned"),
    ("macros", "api/v2/macros", {"page[size]": 1}, "macros cannot be pulled or planned"),
)  # fmt: skip
"""What is read, and what is missing without it. https://developer.zendesk.com/api-reference/"""

FEATURES = ("business_hours", "customer_satisfaction", "custom_statuses_enabled", "ticket_forms")
HISTORY: Mapping[str, Quality] = {"tickets": "exact", "events": "exact", "comments": "exact", "sla": "exact"}
ROLES = {
    "admin": "may change tickets and rules",
    "agent": "may change tickets; changing rules and exports need an administrator",
    "end-user": "may not work on tickets of others",
}


def examine(desk: ZendeskHelpdesk, clock: Clock) -> Examination:
    """Look at an account. Raises AuthenticationError for a credential that lets nobody in, UnavailableError."""
    client = desk.client
    answer = client.transport.send(Call("GET", "api/v2/users/me", limits=(wire.ACCOUNT,)))
    skew = _skew(answer, clock)
    me: Mapping[str, Any] = answer.json()["user"]
    if not me.get("id"):  # Zendesk answers a credential that it does not know as if nobody had come
        raise AuthenticationError(
            "Zendesk does not know the credential", vendor=wire.VENDOR, hint="renew the token, check its user"
        )
    role = str(me.get("role"))
    points = [Point("role", "ok" if role in {"admin", "agent"} else "limited", ROLES.get(role, role))]
    points += _scopes(client)
    points.append(_export(client, clock.now() - timedelta(seconds=skew or 0)))
    points += [
        tried(about, partial(client.get, path, query), without=without)
        for about, path, query, without in READS
    ]
    points.append(_audits(client))
    return Examination(
        who=f"{me.get('name')} <{me.get('email')}>",
        role=role,
        points=tuple(points),
        features=_features(client),
        history=HISTORY,
        limits=tuple(_left(desk, limit) for limit in (wire.ACCOUNT, wire.EXPORTS)),
        skew_s=skew,
    )


def _export(client: ZendeskClient, now: datetime) -> Point:
    """An export of the last minutes: nearly empty, and a tenth of what a minute allows."""
    start = int((now - timedelta(minutes=5)).timestamp())
    return tried(
        "export",
        lambda: client.exported_tickets(start_time=start, cursor=None),
        without="tickets cannot be synced: only administrators may export",
    )


def _audits(client: ZendeskClient) -> Point:
    found = client.get("api/v2/tickets", {"page[size]": 1})["tickets"]
    if not found:
        return Point("history", "ok", "there is no ticket to try it on")
    path = f"api/v2/tickets/{found[0]['id']}/audits"
    return tried("history", lambda: client.get(path, {"page[size]": 1}), without="no history can be read")


def _scopes(client: ZendeskClient) -> list[Point]:
    """Of an OAuth token; an API token has the rights of its user. Not told by every account."""
    if not isinstance(client.transport.session.auth, BearerAuth):
        return []
    try:
        token = client.get("api/v2/oauth/tokens/current")["token"]
    except (AuthenticationError, NotFoundError, RejectedError):
        return []
    scopes = [str(one) for one in token.get("scopes") or ()]
    reads = any(one == "read" or one.endswith(":read") for one in scopes)
    said = f"the token may {', '.join(scopes)}" if scopes else "the token has no scopes"
    return [Point("scopes", "ok" if reads else "limited", said)]


def _features(client: ZendeskClient) -> dict[str, bool]:
    try:
        active = client.get("api/v2/account/settings")["settings"].get("active_features", {})
    except (AuthenticationError, NotFoundError, RejectedError):
        return {}
    return {name.removesuffix("_enabled"): bool(active[name]) for name in FEATURES if name in active}


def _left(desk: ZendeskHelpdesk, limit: Limit) -> LimitLeft:
    budget = desk.client.transport.budget
    return LimitLeft(limit.name.removeprefix("zendesk-ratelimit-"), budget.size(limit), budget.left(limit))


def _skew(answer: Answer, clock: Clock) -> float | None:
    """`Date` has whole seconds, so half of one is added; the way back is as good as none."""
    try:
        said = parsedate_to_datetime(answer.headers["date"])
    except (KeyError, ValueError):
        return None
    said = said if said.tzinfo else said.replace(tzinfo=UTC)
    return round((clock.now() - said).total_seconds() - 0.5, 1)
