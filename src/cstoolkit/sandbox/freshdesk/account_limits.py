"""The vendor's limits, their headers and the 429 (fact sheet 5)."""

from collections.abc import Mapping

from ..account import Account
from ..http import Answer, Call, json_answer
from ..limits import Limit, Use
from ..switches import Switches
from .refusals import Refusal, needs_feature
from .switches import PLANS

HOUR = 3600
LIST_INCLUDES = frozenset({"stats", "requester", "description", "company"})
VIEW_INCLUDES = frozenset({"conversations", "requester", "company", "stats"})
CREDITS_PER_INCLUDE = 2
TICKET_CREATE, TICKET_UPDATE, TICKET_LIST, CONTACT_LIST = range(4)
CAPPED: Mapping[str, int] = {
    "POST /api/v2/tickets": TICKET_CREATE,
    "PUT /api/v2/tickets/{id}": TICKET_UPDATE,
    "GET /api/v2/tickets": TICKET_LIST,
    "GET /api/v2/contacts": CONTACT_LIST,
}
_NAMES = ("ticket-create", "ticket-update", "ticket-list", "contact-list")


def account_limit(switches: Switches) -> Limit:
    plan = PLANS[switches["plan"]]
    return Limit("account", plan.calls, plan.seconds)


def cost_of(switches: Switches, target: str | None, call: Call) -> int:
    """Credits that the call costs: each include of a list is two more, and is charged up front."""
    names = {part.strip() for part in (call.arguments.get("include") or "").split(",")} - {""}
    if target == "GET /api/v2/tickets":
        return 1 + CREDITS_PER_INCLUDE * len(names & LIST_INCLUDES)
    if target == "GET /api/v2/tickets/{id}":
        return 1 + switches.number("view_include_credits") * len(names & VIEW_INCLUDES)
    return 1


def take(account: Account, target: str | None, call: Call) -> tuple[tuple[str, str], ...]:
    """Count the call, good or bad; the headers of every reply. A refusal past a limit."""
    switches = account.switches
    limit = account_limit(switches)
    if limit.most == 0:
        raise needs_feature("api")
    cost = cost_of(switches, target, call)
    use = account.meter.take(limit, now=account.now().timestamp(), cost=cost)
    headers = _headers(switches, use, cost)
    if not use.allowed and switches.on("rate_limits"):
        raise Refusal(limited(switches, use.resets_in).plus(*headers))
    which = CAPPED.get(target or "")
    cap = None if which is None else PLANS[switches["plan"]].caps[which]
    if which is not None and cap is not None and switches.on("rate_limits"):
        own = account.meter.take(Limit(_NAMES[which], cap), now=account.now().timestamp())
        if not own.allowed:
            raise Refusal(limited(switches, own.resets_in).plus(*headers))
    return headers


def _headers(switches: Switches, use: Use, cost: int) -> tuple[tuple[str, str], ...]:
    def number(value: int) -> str:
        return f"{float(value)}" if switches["rate_header_form"] == "decimal" else str(value)

    return (
        ("x-ratelimit-total", number(use.limit.most)),
        ("x-ratelimit-remaining", number(use.remaining)),
        ("x-ratelimit-used-currentrequest", number(cost)),
    )


def limited(switches: Switches, seconds: int) -> Answer:
    message = f"You have exceeded the limit of requests per {switches['rate_limit_text']}"
    return json_answer({"message": message}, 429, (("retry-after", str(seconds)),))
