"""What a Freshdesk key can and cannot do, by harmless reads. Nothing is written."""

from collections.abc import Mapping
from functools import partial

from ...errors import AuthenticationError, NotFoundError, RejectedError
from ...model.ticket import Quality
from ...timekeeping import Clock
from ..examination import Examination, LimitLeft, Point, tried
from . import wire
from .client import FreshdeskClient
from .connector import FreshdeskHelpdesk

READS: tuple[tuple[str, str, Mapping[str, str | int], str], ...] = (
    ("tickets", "tickets", {"per_page": 1}, "nothing can be synced"),
    ("search", "search/tickets", {"query": '"status:2"'}, "counts cannot be compared after a sync"),
    ("contacts", "contacts", {"per_page": 1}, "requesters stay ids"),
    ("companies", "companies", {"per_page": 1}, "organizations stay ids"),
    ("groups", "groups", {"per_page": 1}, "groups stay ids"),
    ("fields", "ticket_fields", {}, "custom fields and statuses have no names"),
    ("schedules", "business_hours", {}, "business time needs calendars of the project"),
    ("SLA policies", "sla_policies", {}, "promises cannot be explained"),
    ("ratings", "surveys/satisfaction_ratings", {"per_page": 1}, "tickets have no ratings"),
    ("rules", "automations/1/rules", {}, "rules cannot be pulled or planned"),
    ("canned responses", "canned_response_folders", {}, "macros cannot be pulled or planned"),
)
"""What is read, and what is missing without it. https://developers.freshdesk.com/api/"""

SCOPES = {1: "all tickets", 2: "tickets of its groups", 3: "tickets that are its own"}
HISTORY: Mapping[str, Quality] = {
    "tickets": "exact", "events": "approximate", "comments": "exact", "sla": "approximate",
}  # fmt: skip


def examine(desk: FreshdeskHelpdesk, clock: Clock) -> Examination:
    """Look at an account. Raises AuthenticationError for a key that lets nobody in, UnavailableError."""
    client = desk.client
    me = client.get("agents/me")
    skew = (clock.now() - client.vendor_now()).total_seconds()
    contact = me.get("contact") or {}
    scope = me.get("ticket_scope")
    sees = SCOPES.get(scope, f"tickets of scope {scope}")
    hint = (
        None if scope == 1 else "a sync would have these only: use the key of an agent who sees all tickets"
    )
    points = [Point("scope", "ok" if scope == 1 else "limited", f"the key sees {sees}", hint)]
    points += [
        tried(about, partial(client.get, path, query), without=without)
        for about, path, query, without in READS
    ]
    budget = desk.budget
    return Examination(
        who=f"{contact.get('name')} <{contact.get('email')}>",
        role=_roles(client, me.get("role_ids") or ()),
        points=tuple(points),
        features=_plan(client),
        history=HISTORY,
        limits=(LimitLeft(wire.ACCOUNT.name, budget.per_minute, budget.left),),
        skew_s=round(skew, 1),
    )


def _roles(client: FreshdeskClient, ids: object) -> str:
    try:
        roles = client.get("roles")
    except (AuthenticationError, NotFoundError, RejectedError):  # for administrators
        return "agent"
    known = {role["id"]: str(role["name"]) for role in roles}
    return ", ".join(known[one] for one in ids if one in known) if isinstance(ids, list) else "agent"


def _plan(client: FreshdeskClient) -> dict[str, bool]:
    try:
        tier = client.get("account").get("tier_type")
    except (AuthenticationError, NotFoundError, RejectedError):
        return {}
    return {f"{tier} plan": True} if tier else {}
