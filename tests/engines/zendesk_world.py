"""One small Zendesk account for the engine's tests, and how cases over it are written."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from cstoolkit.engines.engine import Update, World
from cstoolkit.engines.trace import Record
from cstoolkit.engines.zendesk.records import native_rules
from cstoolkit.model.rules import NativeRule

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
KIM, LEE, ADA, CUSTOMER, OTHER = 7, 8, 9, 20, 21

TICKET: Record = {
    "id": 35,
    "url": "https://acme.zendesk.com/api/v2/tickets/35.json",
    "via": {"channel": "email"},
    "created_at": "2026-03-01T08:00:00Z",
    "updated_at": "2026-03-02T09:00:00Z",
    "type": "question",
    "subject": "My printer is on fire",
    "description": "Please send help",
    "priority": "normal",
    "status": "open",
    "recipient": "help@acme.test",
    "requester_id": CUSTOMER,
    "submitter_id": CUSTOMER,
    "assignee_id": KIM,
    "group_id": 1,
    "organization_id": 50,
    "brand_id": 60,
    "ticket_form_id": 70,
    "email_cc_ids": [],
    "follower_ids": [],
    "is_public": True,
    "due_at": None,
    "tags": ["printer", "vip"],
    "custom_fields": [
        {"id": 100, "value": "basic"},
        {"id": 101, "value": False},
        {"id": 102, "value": ["red", "blue"]},
        {"id": 103, "value": None},
        {"id": 104, "value": "2026-03-05"},
        {"id": 105, "value": 12},
    ],
    "satisfaction_rating": None,
}


def _by_id(*records: Record) -> dict[str, Record]:
    return {str(record["id"]): record for record in records}


def _schedule(number: int, name: str, zone: str, opens: int, closes: int, **more: Any) -> Record:
    """Monday to Friday. The vendor counts minutes from Sunday 00:00."""
    days = [
        {"start_time": day * 1440 + opens * 60, "end_time": day * 1440 + closes * 60} for day in range(1, 6)
    ]
    return {"id": number, "name": name, "time_zone": zone, "intervals": days, **more}


LOOKUPS: dict[str, dict[str, Record]] = {
    "users": _by_id(
        {"id": KIM, "name": "Kim Lee Ray", "role": "agent", "email": "kim@acme.test", "default_group_id": 1},
        {"id": LEE, "name": "Lee", "role": "agent", "email": "lee@acme.test", "default_group_id": 2},
        {"id": ADA, "name": "Ada", "role": "admin", "email": "ada@acme.test", "default_group_id": 1},
        {
            "id": CUSTOMER,
            "name": "Cleo Customer",
            "role": "end-user",
            "email": "cleo@client.test",
            "locale_id": 8,
            "time_zone": "Pacific Time (US & Canada)",
            "organization_id": 50,
            "user_fields": {"plan": "gold", "seats": 12, "nick": "The Boss", "beta": True, "since": "2026-02-27"},
            "tags": ["early"],
        },
        {"id": OTHER, "name": "Olaf Other", "role": "end-user", "locale_id": 1},
    ),
    "groups": _by_id({"id": 1, "name": "Support"}, {"id": 2, "name": "Billing"}),
    "group_memberships": _by_id(
        {"id": 1, "user_id": KIM, "group_id": 1},
        {"id": 2, "user_id": LEE, "group_id": 2},
        {"id": 3, "user_id": ADA, "group_id": 1},
        {"id": 4, "user_id": ADA, "group_id": 2},
    ),
    "organizations": _by_id({"id": 50, "name": "Client Inc", "organization_fields": {"tier": "one"}}),
    "ticket_fields": _by_id(
        {
            "id": 100,
            "type": "tagger",
            "custom_field_options": [
                {"id": 1001, "name": "Basic plan", "value": "basic"},
                {"id": 1002, "name": "Pro plan", "value": "pro"},
            ],
        },
        {"id": 101, "type": "checkbox", "tag": "boxed"},
        {"id": 102, "type": "multiselect", "custom_field_options": [{"id": 1021, "name": "Red", "value": "red"}]},
        {"id": 103, "type": "text"},
        {"id": 104, "type": "date"},
        {"id": 105, "type": "integer"},
    ),
    "user_fields": _by_id(
        {"id": 1, "key": "plan", "type": "dropdown", "custom_field_options": [
            {"id": 501, "value": "gold"}, {"id": 502, "value": "tin"}]},
        {"id": 2, "key": "seats", "type": "integer"},
        {"id": 3, "key": "nick", "type": "text"},
        {"id": 4, "key": "beta", "type": "checkbox"},
    ),
    "organization_fields": _by_id(
        {"id": 1, "key": "tier", "type": "dropdown", "custom_field_options": [{"id": 601, "value": "one"}]}
    ),
    "brands": _by_id({"id": 60, "name": "Acme"}),
    "ticket_forms": _by_id({"id": 70, "name": "Default", "default": True}, {"id": 71, "name": "Returns"}),
    "custom_statuses": _by_id(
        {"id": 81, "status_category": "open", "default": True},
        {"id": 82, "status_category": "pending", "default": True},
        {"id": 83, "status_category": "pending", "default": False},
    ),
    "schedules": _by_id(
        _schedule(1, "Berlin", "Berlin", 9, 17, holidays=[
            {"id": 1, "name": "Founders' day", "start_date": "2026-03-04", "end_date": "2026-03-04"}]),
        _schedule(2, "Pacific", "Pacific Time (US & Canada)", 9, 17),
    ),
    "dynamic_content": _by_id(
        {"id": 1, "placeholder": "{{dc.hello}}", "variants": [
            {"locale_id": 1, "content": "Hello", "default": True, "active": True},
            {"locale_id": 8, "content": "Hallo", "default": False, "active": True}]}
    ),
    "account": _by_id({"id": 1, "name": "Acme"}),
}  # fmt: skip

PEOPLE = {"kim": KIM, "lee": LEE, "ada": ADA, "customer": CUSTOMER, "other": OTHER}


def a_world(
    ticket: Mapping[str, Any] | None = None,
    *,
    history: Iterable[Record] = (),
    comments: Iterable[Record] = (),
    without: Iterable[str] = (),
) -> World:
    """The account with one ticket. Custom fields are given by id, and replace only those."""
    given = dict(ticket or {})
    fields = {str(entry["id"]): entry["value"] for entry in TICKET["custom_fields"]}
    fields |= {str(number): value for number, value in given.pop("custom_fields", {}).items()}
    listed = [{"id": int(number), "value": value} for number, value in fields.items()]
    lookups = {kind: records for kind, records in LOOKUPS.items() if kind not in set(without)}
    return World({**TICKET, **given, "custom_fields": listed}, tuple(history), tuple(comments), lookups)


def a_comment(text: str = "Hello", *, public: bool = True, by: str = "customer", **more: Any) -> Record:
    return {"id": 900, "author_id": PEOPLE[by], "body": text, "public": public, **more}


def condition(written: str | Mapping[str, Any]) -> Record:
    """`field operator value`, the value up to the end of the line; an operator alone has none."""
    if not isinstance(written, str):
        return dict(written)
    parts = written.split(" ", 2)
    return {"field": parts[0], "operator": parts[1], "value": parts[2] if len(parts) > 2 else None}


def a_rule(
    title: str = "rule",
    *,
    kind: str = "trigger",
    every: Iterable[str | Mapping[str, Any]] = (),
    some: Iterable[str | Mapping[str, Any]] = (),
    do: Iterable[tuple[str, Any]] = (("current_tags", "fired"),),
    **more: Any,
) -> NativeRule:
    record = {
        "id": None,
        "title": title,
        "conditions": {"all": [condition(one) for one in every], "any": [condition(one) for one in some]},
        "actions": [{"field": field, "value": value} for field, value in do],
        **more,
    }
    return native_rules(kind, [record], {"10": 1, "20": 2})[0]


def an_update(
    kind: str = "updated",
    *,
    before: Mapping[str, Any] | None = None,
    comment: Record | None = None,
    by: str | None = "kim",
    channel: str | None = None,
) -> Update:
    actor = None if by is None else str(PEOPLE[by])
    via = None if channel is None else {"channel": channel}
    return Update(kind, dict(before or {}), comment, actor, via)  # type: ignore[arg-type]
