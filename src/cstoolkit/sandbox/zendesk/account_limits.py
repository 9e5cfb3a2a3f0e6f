"""The vendor's limits, their headers and their 429 (fact sheet 4.1 to 4.3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..http import JSON, Answer, encode
from ..limits import Limit, Use
from .refusals import Refusal
from .switches import PLANS
from .visit import Visit

PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class EndpointLimit:
    """A limit beside the account's. `per` names what is counted apart: the account, user, ticket or view."""

    name: str
    most: int
    seconds: int = 60
    per: tuple[str, ...] = ()
    add_on: int = 0  # with the high-volume add-on
    status: int = 429


_UPDATES = (
    EndpointLimit("ticket-update-per-ticket", 30, 600, ("user", "ticket_id")),
    EndpointLimit("tickets-update", 100, add_on=300),
)
_EXPORTS = (EndpointLimit("incremental-exports", 10, add_on=30),)
_VIEW = (EndpointLimit("views-execute", 5, 60, ("user", "id")),)
LIMITS: Mapping[str, tuple[EndpointLimit, ...]] = {
    "PUT /api/v2/tickets/{ticket_id}": _UPDATES,
    "DELETE /api/v2/tickets/{ticket_id}": (EndpointLimit("tickets-delete", 400),),
    "GET /api/v2/incremental/tickets": _EXPORTS,
    "GET /api/v2/incremental/tickets/cursor": _EXPORTS,
    "GET /api/v2/incremental/ticket_events": _EXPORTS,
    "GET /api/v2/incremental/ticket_metric_events": _EXPORTS,
    "GET /api/v2/incremental/users": _EXPORTS,
    "GET /api/v2/incremental/users/cursor": _EXPORTS,
    "GET /api/v2/incremental/organizations": _EXPORTS,
    "GET /api/v2/incremental/{resource}/sample": (EndpointLimit("incremental-sample", 10, 1200),),
    "GET /api/v2/search/export": (EndpointLimit("search-export", 100),),
    "GET /api/v2/search": (EndpointLimit("search", 0),),
    "GET /api/v2/views/{id}/execute": _VIEW,
    "GET /api/v2/views/{id}/count": _VIEW,
    "POST /api/v2/views/preview": _VIEW,
    "POST /api/v2/views/preview/count": _VIEW,
    "GET /api/v2/views/count_many": (EndpointLimit("views-count-many", 6),),
    "POST /api/v2/ticket_fields/{field_id}/options": (EndpointLimit("field-options", 100),),
    "PUT /api/v2/users/{id}": (EndpointLimit("user-update", 5, 60, ("id",)),),
    "POST /api/v2/suspended_tickets/export": (EndpointLimit("suspended-export", 1),),
}


def take_account(visit: Visit) -> tuple[tuple[str, str], ...]:
    """Count the call; the headers that every reply has. A refusal past the limit."""
    most = PLANS[visit.switches["plan"]]
    use = _take(visit, Limit("account", most), "")
    return (
        ("x-rate-limit", str(most)),
        ("x-rate-limit-remaining", str(use.remaining)),
        ("ratelimit-limit", str(most)),
        ("ratelimit-remaining", str(use.remaining)),
        ("ratelimit-reset", str(use.resets_in)),
    )


def take_endpoint(visit: Visit, route: str) -> tuple[tuple[str, str], ...]:
    headers: list[tuple[str, str]] = []
    for limit in LIMITS.get(route, ()):
        keys = [
            str(visit.user["id"]) if part == "user" else visit.parameters.get(part, "") for part in limit.per
        ]
        use = _take(visit, _sized(visit, limit), "/".join(keys))
        headers.append((f"zendesk-ratelimit-{limit.name}", _told(use)))
    if route == "GET /api/v2/tickets" and (visit.argument("page") or "").isdigit():
        headers.append(
            ("zendesk-ratelimit-tickets-index", _told(_take(visit, Limit("tickets-index", 100), "")))
        )
    return tuple(headers)


def _sized(visit: Visit, limit: EndpointLimit) -> Limit:
    high = visit.switches["plan"] == "high_volume"
    most, seconds = limit.add_on if high and limit.add_on else limit.most, limit.seconds
    if limit.name == "search":
        most = visit.switches.number("search_limit")
    if limit.name == "views-count-many":
        seconds = 60 * visit.switches.number("count_many_minutes")
    return Limit(limit.name, most, seconds)


def _take(visit: Visit, limit: Limit, key: str) -> Use:
    use = visit.account.meter.take(limit, now=visit.now.timestamp(), key=key)
    if not use.allowed and visit.switches.on("rate_limits"):
        raise Refusal(
            limited(visit.switches["rate_limit_body"], use.resets_in).plus(("x-rate-limit", str(limit.most)))
        )
    return use


def _told(use: Use) -> str:
    return f"total={use.limit.most}; remaining={use.remaining}; resets={use.resets_in}"


def limited(form: str, seconds: int) -> Answer:
    """The 429 in one of the forms seen in the wild."""
    bodies = {
        "text": (b"Number of allowed API requests per minute exceeded", PLAIN),
        "json": (
            encode(
                {
                    "error": "APIRateLimitExceeded",
                    "description": "Number of allowed API requests per minute exceeded",
                }
            ),
            JSON,
        ),
        "json_api": (
            encode({"errors": [{"code": "TooManyRequests", "title": "Too many requests"}]}),
            JSON,
        ),
        "edge": (
            encode(
                {
                    "detail": "Rate limited by Zendesk edge protection",
                    "status": "429",
                    "title": "Automated response",
                }
            ),
            JSON,
        ),
    }
    body, media_type = bodies[form]
    return Answer(429, body, (("retry-after", str(seconds)),), media_type)
