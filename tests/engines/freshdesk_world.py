"""One small Freshdesk account for the engine's tests, and how cases over it are written."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from cstoolkit.engines.engine import Update, World
from cstoolkit.engines.freshdesk.records import native_rules
from cstoolkit.engines.trace import Record
from cstoolkit.model.rules import NativeRule

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
KIM, LEE, ADA, CUSTOMER, OTHER = 7, 8, 9, 20, 21
SUPPORT, BILLING = 1, 2
OPEN, PENDING, RESOLVED, CLOSED, WAITING = 2, 3, 4, 5, 6
PEOPLE = {"kim": KIM, "lee": LEE, "ada": ADA, "customer": CUSTOMER, "other": OTHER}

TICKET: Record = {
    "id": 35,
    "subject": "My printer is on fire",
    "description": '<div>Please see <a href="https://acme.test/import">this page</a>, it is important</div>',
    "description_text": "Please see this page, it is important",
    "type": "Question",
    "status": OPEN,
    "priority": 2,
    "source": 1,
    "requester_id": CUSTOMER,
    "responder_id": None,
    "group_id": None,
    "company_id": 50,
    "product_id": None,
    "internal_agent_id": None,
    "internal_group_id": None,
    "association_type": None,
    "cc_emails": ["boss@client.test"],
    "ticket_cc_emails": ["boss@client.test"],
    "to_emails": ["help@acme.test"],
    "tags": ["printer"],
    "custom_fields": {
        "cf_plan": "Gold",
        "cf_note": "Call back on Monday",
        "cf_seats": 12,
        "cf_guard": None,
        "cf_since": "2026-02-27",
        "cf_country": "USA",
        "cf_state": "Texas",
        "cf_city": "Austin",
    },
    "spam": False,
    "due_by": "2026-03-05T10:00:00Z",
    "fr_due_by": "2026-03-02T18:00:00Z",
    "created_at": "2026-03-01T08:00:00Z",
    "updated_at": "2026-03-02T09:00:00Z",
    "stats": {
        "agent_responded_at": None,
        "requester_responded_at": None,
        "first_responded_at": None,
        "status_updated_at": "2026-03-01T08:00:00Z",
        "reopened_at": None,
        "resolved_at": None,
        "closed_at": None,
        "pending_since": None,
    },
}


def _by_id(*records: Record) -> dict[str, Record]:
    return {str(record["id"]): record for record in records}


def _agent(number: int, name: str, *groups: int) -> Record:
    address = f"{name.split(maxsplit=1)[0].lower()}@acme.test"
    return {
        "id": number,
        "group_ids": [*groups],
        "contact": {"name": name, "email": address, "job_title": "Agent"},
    }


WORKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def _hours(number: int, zone: str, opens: str, closes: str, **more: Any) -> Record:
    days = {day: {"start_time": opens, "end_time": closes} for day in WORKDAYS}
    return {"id": number, "name": zone, "time_zone": zone, "business_hours": days, **more}


def _field(number: int, name: str, kind: str, **more: Any) -> Record:
    return {"id": number, "name": name, "type": kind, "choices": [], **more}


LOOKUPS: dict[str, dict[str, Record]] = {
    "agents": _by_id(
        _agent(KIM, "Kim Ray", SUPPORT), _agent(LEE, "Lee", BILLING), _agent(ADA, "Ada Boss")
    ),
    "groups": _by_id({"id": SUPPORT, "name": "Support"}, {"id": BILLING, "name": "Billing"}),
    "contacts": _by_id(
        {
            "id": CUSTOMER,
            "name": "Cleo Customer",
            "email": "cleo@client.test",
            "other_emails": ["cleo@home.test"],
            "job_title": "Buyer",
            "language": "de",
            "time_zone": "Berlin",
            "phone": "123",
            "mobile": None,
            "address": None,
            "custom_fields": {"tier": "vip"},
        },
        {"id": OTHER, "name": "Olaf Other", "email": "olaf@client.test", "custom_fields": {}},
    ),
    "companies": _by_id(
        {
            "id": 50,
            "name": "Client Inc",
            "domains": ["client.test", "client.example"],
            "health_score": "Happy",
            "account_tier": "Premium",
            "industry": "Media",
            "custom_fields": {"region": "EMEA"},
        }
    ),
    "business_hours": _by_id(
        _hours(1, "Berlin", "9:00 am", "5:00 pm", is_default=True, list_of_holidays=[
            {"name": "Founders' day", "date": "2026-03-04"}]),
        _hours(2, "Eastern Time (US & Canada)", "09:00", "17:00", is_default=False, list_of_holidays=[]),
    ),
    "ticket_fields": _by_id(
        _field(1, "status", "default_status", choices=[
            {"id": 2, "value": "Open"}, {"id": 3, "value": "Pending"}, {"id": 4, "value": "Resolved"}]),
        _field(2, "source", "default_source", choices=[{"id": 1, "value": "Email"}]),
        _field(3, "cf_plan", "custom_dropdown"),
        _field(4, "cf_note", "custom_text"),
        _field(5, "cf_seats", "custom_number"),
        _field(6, "cf_guard", "custom_checkbox"),
        _field(7, "cf_since", "custom_date"),
        _field(8, "cf_country", "nested_field", dependent_fields=[
            {"name": "cf_state", "level": 2}, {"name": "cf_city", "level": 3}]),
    ),
    "account": _by_id({"id": 1, "name": "Acme", "url": "https://acme.freshdesk.com"}),
}  # fmt: skip


def a_world(
    ticket: Mapping[str, Any] | None = None,
    *,
    comments: Iterable[Record] = (),
    without: Iterable[str] = (),
) -> World:
    """The account with one ticket. Custom fields and stats replace only those that are given."""
    given = dict(ticket or {})
    for part in ("custom_fields", "stats"):
        given[part] = {**TICKET[part], **given.get(part, {})}
    lookups = {kind: records for kind, records in LOOKUPS.items() if kind not in set(without)}
    return World({**TICKET, **given}, (), tuple(comments), lookups)


def a_reply(text: str = "Hello", *, by: str = "customer", **more: Any) -> Record:
    """A public message; the requester's came in."""
    incoming = PEOPLE[by] in {CUSTOMER, OTHER}
    base = {"id": 900, "user_id": PEOPLE[by], "body": f"<p>{text}</p>", "body_text": text, "source": 0}
    return {**base, "incoming": incoming, "private": False, **more}


def a_note(text: str = "Hello", *, by: str = "kim", private: bool = True) -> Record:
    return a_reply(text, by=by, source=2, private=private, incoming=False)


def a_property(written: str | Mapping[str, Any]) -> Record:
    """`field operator value`; numbers are numbers, and `a|b` is a list."""
    if not isinstance(written, str):
        return {"resource_type": "ticket", **written}
    resource, _, rest = written.rpartition(": ")
    field, operator, value = rest.split(" ", 2)
    return {
        "resource_type": resource or "ticket",
        "field_name": field,
        "operator": operator,
        "value": _value(operator, value),
    }


def _value(operator: str, text: str) -> Any:
    parts = [_plain(part) for part in text.split("|")]
    return (
        parts[0]
        if operator in {"greater_than", "less_than", "is", "is_not", "during"} and len(parts) == 1
        else parts
    )


def _plain(text: str) -> Any:
    if text in {"true", "false", "null"}:
        return {"true": True, "false": False, "null": None}[text]
    return int(text) if text.lstrip("-").isdigit() else text


def a_set(*properties: str | Mapping[str, Any], match: str = "all", number: int = 1) -> Record:
    return {
        "name": f"condition_set_{number}",
        "match_type": match,
        "properties": [a_property(one) for one in properties],
    }


def a_rule(
    name: str = "rule",
    *properties: str | Mapping[str, Any],
    type: int = 1,
    match: str = "all",
    sets: Iterable[Record] | None = None,
    do: Iterable[Record] = ({"field_name": "add_tag", "value": ["fired"]},),
    position: int = 1,
    **more: Any,
) -> NativeRule:
    """Conditions are one set; `sets` gives them whole. An update rule waits for the requester's replies."""
    starts = {"performer": {"type": 2}, "events": [{"field_name": "reply_sent"}]} if type == 4 else {}
    record = {
        "id": None,
        "name": name,
        "position": position,
        "conditions": [a_set(*properties, match=match)] if sets is None else list(sets),
        "actions": list(do),
        **starts,
        **more,
    }
    return native_rules(type, [record])[0]


def put(field: str, value: Any, **more: Any) -> Record:
    return {"field_name": field, "value": value, **more}


def an_update(
    *, before: Mapping[str, Any] | None = None, comment: Record | None = None, by: str | None = "kim"
) -> Update:
    actor = None if by is None else str(PEOPLE[by])
    return Update("updated", dict(before or {}), comment, actor)


CREATED = Update("created", actor_id=str(CUSTOMER))
REPLIED = Update("updated", {}, a_reply(), str(CUSTOMER))
