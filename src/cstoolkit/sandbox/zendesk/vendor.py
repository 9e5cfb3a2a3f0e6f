"""Zendesk as the frame sees it: one call in, authentication, limits, route, headers out."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from ..account import Account
from ..http import Answer, Call, json_answer
from ..routes import Routes
from ..seeds import Seed
from ..state import Table
from ..switches import Switch
from . import account_limits, attachments, authentication
from .furnishing import furnish
from .hourly import run_automations
from .jobs import run_due
from .refusals import (
    Refusal,
    bad_attribute,
    conflict,
    forbidden,
    invalid,
    invalid_token,
    no_endpoint,
    not_found,
    unauthenticated,
    unreadable,
)
from .routing import REQUESTS, WORKS, make_routes
from .seeding import seed_account
from .switches import SWITCHES
from .tables import TABLES
from .visit import Desk, Handler, Visit

LARGEST_JSON = 20_000_000
END_USERS = frozenset(
    {
        "GET /api/v2/users/me",
        "POST /api/v2/tickets/{ticket_id}/satisfaction_rating",
        "POST /api/v2/uploads",
        "DELETE /api/v2/uploads/{token}",
        *(target.replace(" ", " /api/v2", 1) for target in REQUESTS),
    }
)
"""What end users may call; all else is for agents."""


_REFUSED: Mapping[str, Callable[[], Refusal]] = {
    "400": lambda: unreadable("unexpected token"),
    "401": unauthenticated,
    "403": forbidden,
    "404": not_found,
    "409": conflict,
    "422": lambda: invalid("base", "Record: is invalid"),
}
"""The vendor's words for a status, where a test orders that."""


def _handled(visit: Visit, target: str, handler: Handler) -> Answer:
    if not visit.is_agent and target not in END_USERS:
        return forbidden().answer
    try:
        with visit.state.part():
            return handler(visit)
    except Refusal as refused:
        return refused.answer
    except OverflowError:
        return bad_attribute("id", "a number is too large").answer


class Zendesk:
    """The plug for the frame: a `sandbox.vendor.Vendor`."""

    name = "zendesk"
    domain = "zendesk.com"
    tables: tuple[Table, ...] = TABLES
    switches: tuple[Switch, ...] = SWITCHES
    largest_body = 55_000_000  # of files; of JSON LARGEST_JSON

    def __init__(self) -> None:
        self._routes: Routes[Handler] = make_routes()

    def answer(self, account: Account, call: Call) -> Answer:
        desk = Desk(account)
        try:
            if (call.method, call.path) == ("POST", "/oauth/tokens"):
                return self._finished(authentication.grant(account, call))
            run_due(desk, WORKS)
            return self._finished(self._file(desk, call) or self._answer(desk, call))
        except Refusal as refused:
            # Nothing of a refused call may stay; what was read to refuse it was no change.
            return self._finished(refused.answer)

    def _file(self, desk: Desk, call: Call) -> Answer | None:
        """Files are outside of the API: other addresses, other credentials, no limits."""
        if call.method not in {"GET", "HEAD"}:
            return None
        if call.path.startswith(attachments.CONTENT):
            return replace(attachments.content(desk, call), route=f"GET {attachments.CONTENT}{{key}}")
        if call.path.startswith(attachments.STORAGE):
            return replace(attachments.stored(desk, call), route=f"GET {attachments.STORAGE}{{key}}")
        return attachments.sign_in() if call.path == attachments.SIGN_IN else None

    def _answer(self, desk: Desk, call: Call) -> Answer:
        user = authentication.who_calls(desk, call)
        path = call.path.rstrip("/").removesuffix(".json")
        found = self._routes.find(call.method, path)
        route = found.route if found is not None else None
        visit = Visit(desk.account, call, user, found.parameters if found is not None else {})
        headers = account_limits.take_account(visit)
        if route is None:
            raise no_endpoint()
        target = f"{route.method} {route.pattern}"
        if len(call.body) > LARGEST_JSON and target != "POST /api/v2/uploads":
            return self.failure(desk.account, call, "too_large")
        headers += account_limits.take_endpoint(visit, target)
        return replace(_handled(visit, target, route.handler), route=target).plus(*headers)

    def _finished(self, answer: Answer) -> Answer:
        return answer.plus(
            ("x-zendesk-api-version", "v2"),
            ("x-request-id", secrets.token_hex(16)),
            ("cache-control", "max-age=0, private, must-revalidate"),
        )

    def failure(self, account: Account, call: Call, kind: str, *, seconds: int = 1) -> Answer:
        wait = ("retry-after", str(seconds))
        if kind == "429":
            return self._finished(account_limits.limited(account.switches["rate_limit_body"], seconds))
        if kind == "503":
            document = {
                "error": "ServiceUnavailable",
                "description": "The service is temporarily unavailable",
            }
            return self._finished(json_answer(document, 503, (wait,)))
        if kind == "expired":
            return self._finished(invalid_token().answer)
        if kind == "too_large":
            document = {"error": "RequestEntityTooLarge", "description": "The request body is too large"}
            return self._finished(json_answer(document, 413))
        if kind in _REFUSED:
            return self._finished(_REFUSED[kind]().answer)
        document = {"error": "InternalError", "description": "Something went wrong. Please try again later"}
        return self._finished(json_answer(document, 500))

    def furnish(self, account: Account) -> None:
        furnish(Desk(account))

    def seed(self, account: Account, seed: Seed) -> None:
        seed_account(Desk(account), seed)

    def hour(self, account: Account) -> None:
        run_automations(Desk(account))

    def environment(self, account: Account, address: str) -> Mapping[str, str]:
        scheme, _, place = address.partition("://")
        return {
            "ZENPY_FORCE_SCHEME": scheme,
            "ZENPY_FORCE_NETLOC": place,
            "ZENDESK_URL": address,
            "ZENDESK_SUBDOMAIN": account.name,
            "ZENDESK_EMAIL": authentication.ADMIN,
            "ZENDESK_TOKEN": authentication.TOKEN,
        }

    def routes(self) -> Iterable[str]:
        return [f"{route.method} {route.pattern}" for route in self._routes]
