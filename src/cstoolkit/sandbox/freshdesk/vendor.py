"""Freshdesk as the frame sees it: one call in, limits, authentication, route, headers out."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from ..account import Account
from ..http import Answer, Call
from ..routes import Found, Routes
from ..seeds import Seed
from ..state import Table
from ..switches import Switch
from . import account_limits, attachments, authentication
from .escalations import run_escalations
from .furnishing import furnish
from .hourly import run_hourly
from .jobs import run_due
from .refusals import (
    Refusal,
    duplicate,
    forbidden,
    internal_error,
    invalid,
    not_acceptable,
    not_found,
    refusal,
    unauthenticated,
    unreadable,
    wrong,
    wrong_media_type,
    wrong_method,
)
from .routing import METHODS, make_routes
from .seeding import seed_account
from .switches import SWITCHES
from .tables import TABLES
from .visit import Desk, Handler, Visit

_REFUSED: Mapping[str, Callable[[], Refusal]] = {
    "400": unreadable,
    "401": unauthenticated,
    "403": forbidden,
    "404": not_found,
    "406": not_acceptable,
    "409": lambda: invalid([duplicate("base")]),
    "415": wrong_media_type,
}
"""The vendor's words for a status, where a test orders that."""

_MEDIA_TYPES = ("application/json", "multipart/form-data")


class Freshdesk:
    """The plug for the frame: a `sandbox.vendor.Vendor`."""

    name = "freshdesk"
    domain = "freshdesk.com"
    tables: tuple[Table, ...] = TABLES
    switches: tuple[Switch, ...] = SWITCHES
    largest_body = 25_000_000

    def __init__(self) -> None:
        self._routes: Routes[Handler] = make_routes()

    def answer(self, account: Account, call: Call) -> Answer:
        desk = Desk(account)
        try:
            if call.method == "GET" and call.path.startswith(attachments.PREFIX):
                return attachments.fetch(desk, call)
            run_due(desk)
            run_escalations(desk)
            return self._finished(self._answer(desk, call))
        except Refusal as refused:
            return self._finished(refused.answer)

    def _answer(self, desk: Desk, call: Call) -> Answer:
        found = self._routes.find(call.method, call.path)
        route = found.route if found is not None else None
        target = f"{route.method} {route.pattern}" if route is not None else None
        headers = account_limits.take(desk.account, target, call)
        try:
            _check_headers(desk, call)
            agent = authentication.who_calls(desk, call)
            if found is None or route is None:
                raise self._no_route(found, call)
            visit = Visit(desk.account, call, agent, found.parameters)
            with desk.state.part():
                answer = route.handler(visit)
        except Refusal as refused:
            answer = refused.answer
        except OverflowError:
            answer = wrong("id", "It should be a smaller number").answer
        return replace(answer, route=target).plus(*headers)

    def _no_route(self, found: Found[Handler] | None, call: Call) -> Refusal:
        if found is None:
            return not_found()
        there = (self._routes.find(method, call.path) for method in METHODS)
        allowed = [hit.route.method for hit in there if hit is not None and hit.route is not None]
        return wrong_method(call.method, allowed)

    def _finished(self, answer: Answer) -> Answer:
        return answer.plus(
            ("x-request-id", secrets.token_hex(16)),
            ("x-freshdesk-api-version", "latest=v2; requested=v2"),
            ("cache-control", "no-cache, no-store, max-age=0, must-revalidate"),
        )

    def failure(self, account: Account, call: Call, kind: str, *, seconds: int = 1) -> Answer:
        if kind == "429":
            return self._finished(account_limits.limited(account.switches, seconds))
        if kind == "503":
            wait = ("retry-after", str(seconds))
            return self._finished(Answer(503, b"", (wait,), None))
        if kind == "expired":
            return self._finished(unauthenticated().answer)
        if kind == "too_large":
            message = "The request is too large"
            return self._finished(refusal(413, {"code": "invalid_size", "message": message}).answer)
        return self._finished(_REFUSED.get(kind, internal_error)().answer)

    def furnish(self, account: Account) -> None:
        furnish(Desk(account))

    def seed(self, account: Account, seed: Seed) -> None:
        seed_account(Desk(account), seed)

    def hour(self, account: Account) -> None:
        run_hourly(Desk(account))

    def environment(self, account: Account, address: str) -> Mapping[str, str]:
        return {
            "FRESHDESK_URL": address,
            "FRESHDESK_DOMAIN": f"{account.name}.{self.domain}",
            "FRESHDESK_API_KEY": authentication.ADMIN_KEY,
        }

    def routes(self) -> Iterable[str]:
        return [f"{route.method} {route.pattern}" for route in self._routes]


def _check_headers(desk: Desk, call: Call) -> None:
    """Refusals before anything is looked at: plain HTTP if it is not wanted, formats that are not spoken."""
    if desk.switches.on("ssl_required") and call.base.startswith("http://"):
        raise refusal(403, {"code": "ssl_required", "message": "SSL certificate is required"})
    accepted = call.headers.get("accept", "*/*").lower()
    if not any(word in accepted for word in ("application/json", "*/*", "application/*")):
        raise not_acceptable()
    sent = call.headers.get("content-type", "").lower()
    if call.method in ("POST", "PUT", "PATCH") and call.body and not sent.startswith(_MEDIA_TYPES):
        raise wrong_media_type()
