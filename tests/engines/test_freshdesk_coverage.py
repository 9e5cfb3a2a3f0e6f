"""How much can be judged: the vendor's stock rules, rules that are public, and every row of our catalogue."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from cstoolkit.engines.freshdesk import FreshdeskEngine
from cstoolkit.model.rules import NativeRule
from engines.freshdesk_world import (
    CREATED,
    KIM,
    MONDAY,
    REPLIED,
    a_reply,
    a_rule,
    a_set,
    a_world,
    an_update,
    put,
)

MAIL = {"email_subject": "#{{ticket.id}}", "email_body": "<p>{{ticket.subject}}</p>"}
NEW_TICKET = {
    "field_name": "trigger_webhook", "request_type": "POST", "url": "https://acme.freshdesk.com/api/v2/tickets",
    "content_type": "JSON", "content_layout": "2",
    "content": {"email": "{{ticket.requester.email}}", "description": "{{ticket.latest_public_comment}}"},
}  # fmt: skip


def stock_rules() -> list[NativeRule]:
    """What an account comes with, by the vendor's pages; words of the screen where no source has the wire's."""
    by_reply = {"performer": {"type": 2}, "events": [{"field_name": "reply_sent"}]}
    agent_replies = {"performer": {"type": 1}, "events": [{"field_name": "reply_sent"}]}
    pending = {"performer": {"type": 1}, "events": [{"field_name": "status", "from": "--", "to": 3}]}
    no_auto = {"field_name": "auto_response", "operator": "is", "value": False}
    thanks = {"field_name": "freddy_suggestion", "operator": "is_not", "value": "thank_you_note"}
    open_again = [a_set(no_auto, "status not_in 4|5"), a_set(no_auto, thanks, number=2)]
    return [
        a_rule("Route refunds", "ticket_type in return|refund|replacement", do=[put("group_id", 2)]),
        a_rule("Close resolved", "status in 4", "resolved_at greater_than 48", type=3, do=[put("status", 5)]),
        a_rule("Escalate overdue", "status in 2", "hours_since_overdue greater_than 2", type=3, do=[put("group_id", 2)]),
        a_rule("First responder", "responder_id in null", type=4, do=[put("responder_id", -2)], **agent_replies),
        a_rule("Reopen", type=4, sets=open_again, operator="OR", do=[put("status", 2), {"field_name": "send_email_to_agent", "email_to": -1, **MAIL}], **by_reply),
        a_rule("Watch", "company: health_score in Doing okay", type=4, do=[put("add_watcher", [-1])], **pending),
        a_rule("Reply to closed", "status in 5", type=4, do=[NEW_TICKET], **by_reply),
    ]  # fmt: skip


def public_rules() -> list[NativeRule]:
    """Rules that public code sends to live accounts (fact sheet 7)."""
    window = ["hours_since_created greater_than 2", "hours_since_created less_than 3", "status not_in 4|5"]
    hook = {**NEW_TICKET, "content": {"ticket_id": "{{ticket.id}}"}, "custom_headers": {"x-key": "v"}}
    any_status = {"field_name": "status", "from": "--", "to": "--"}
    events = [any_status, {"field_name": "reply_sent"}, {"field_name": "note_type", "value": "public"}]
    stale = [put("add_tag", ["stale"]), {"field_name": "send_email_to_agent", "email_to": KIM, **MAIL}]
    return [
        a_rule("Route urgent", "priority in 4", do=[put("group_id", 101)]),
        a_rule("By word", "subject_or_description contains outage|down", do=[put("priority", 4), put("ticket_type", "Incident")]),
        a_rule("Not by word", "subject_or_description does_not_contain outage", do=[put("add_tag", ["calm"])]),
        a_rule("By source", "source in 3", do=[put("priority", 3)]),
        a_rule("Stale urgent", *window, type=3, do=stale),
        a_rule("Resolved long ago", "resolved_at greater_than 72", type=3, do=[put("status", 5)]),
        a_rule("Reopen on reply", "status in 3|6", type=4, do=[put("status", 2), hook]),
        a_rule("Tell the outside", type=4, do=[hook], performer={"type": 1, "members": [KIM]}, events=events),
        a_rule("Either", "status not_in 5", type=4, do=[put("priority", 4)], performer={"type": 3}, events=[any_status]),
    ]  # fmt: skip


STOCK_OPAQUE = {
    ("Escalate overdue", "hours_since_overdue greater_than"),
    ("First responder", "responder_id"),  # how the performer is written
    ("Reopen", "auto_response is"),
    ("Reopen", "freddy_suggestion is_not"),
    ("Reopen", "send_email_to_agent"),  # how the assigned agent is written
    ("Watch", "add_watcher"),
}


@pytest.mark.parametrize(("source", "expected"), [("stock", STOCK_OPAQUE), ("public", set())])
def test_real_rules_are_judged_but_for_the_listed_parts(source, expected):
    rules = {"stock": stock_rules, "public": public_rules}[source]()
    world = a_world(comments=[a_reply()])

    found = FreshdeskEngine(rules).coverage(world, REPLIED, now=MONDAY)

    opaque = [(one.title, part) for one in found for part in one.opaque]
    parts, touched = sum(one.parts for one in found), sum(bool(one.opaque) for one in found)
    print(f"\n{source}: {touched} of {len(rules)} rules, {len(opaque)} of {parts} parts cannot be judged")
    for title, part in opaque:
        print(f"  {title}: {part.path} {part.construct}: {part.reason}")
    assert {(title, part.construct) for title, part in opaque} == expected


# -- every row of the catalogue of conditions and actions

WIRE = {
    "Is": "is", "Is not": "is_not", "Is any of": "in", "Is none of": "not_in", "Contains": "contains",
    "Does not contain": "does_not_contain", "Starts with": "starts_with", "Ends with": "ends_with",
    "Greater than": "greater_than", "Less than": "less_than", "During": "during",
}  # fmt: skip
FIELDS = {
    "custom_dropdown": "cf_plan", "custom_text": "cf_note", "custom_number": "cf_seats", "custom_date": "cf_since",
    "custom_checkbox": "cf_guard", "custom_nested": "cf_country", "contact_custom": "tier", "company_custom": "region",
    "custom_object": "size",
}  # fmt: skip
VALUES = {"during": "business_hours", "greater_than": 2, "less_than": 2}
SAMPLES = {"array<int": [1], "number": [1], "parent": ["parent"]}
UNJUDGED = {"custom_date", "company_renewal", "custom_object"}
"""Rows with a name on the wire that are not judged: how dates compare, and records of other kinds."""


def rows_of(shared_data, name: str, part: str) -> list[dict[str, Any]]:
    path = shared_data.parent / "vendors" / f"freshdesk-{name}.json"
    if not path.exists():
        pytest.skip("the catalogue of Freshdesk's conditions and actions is not here")
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))[part]
    return rows


def asked(row: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each operator of a row, in each type of rule that has it."""
    field = FIELDS.get(row["id"], row["field_name"])
    operators = {WIRE[name] for name in row["operators_ui"] if name in WIRE} | {
        *row["operators_wire_seen"]
    } or {"is"}
    sample = next(
        (value for start, value in SAMPLES.items() if row["value_type"].startswith(start)), ["true"]
    )
    for type_ in (int(number) for number, offered in row["automation_types"].items() if offered):
        for operator in sorted(operators):
            about = {"resource_type": row["resource_type"], "field_name": field}
            yield type_, about | {"operator": operator, "value": VALUES.get(operator, sample)}


def is_judged(type_: int, written: dict[str, Any]) -> bool:
    update = CREATED if type_ == 1 else REPLIED
    (found,) = FreshdeskEngine([a_rule("rule", written, type=type_, do=())]).coverage(
        a_world(), update, now=MONDAY
    )
    return not [part for part in found.opaque if part.path.startswith("condition_set")]


def test_every_condition_with_a_name_is_judged_with_every_operator_of_its(shared_data):
    rows = [
        row for row in rows_of(shared_data, "conditions", "conditions") if row["wire_status"] != "unknown"
    ]

    unjudged = {
        row["id"]: written for row in rows for type_, written in asked(row) if not is_judged(type_, written)
    }

    print(f"\n{len(rows) - len(unjudged)} of {len(rows)} conditions with a name on the wire are judged")
    assert unjudged.keys() == UNJUDGED


def test_every_event_with_a_name_is_judged(shared_data):
    rows = [row for row in rows_of(shared_data, "conditions", "events") if row["wire_status"] != "unknown"]
    update = an_update(comment=a_reply(by="kim"))

    for row in rows:
        name = "cf_plan" if row["id"] == "custom_dropdown_changed" else row["field_name"]
        shape = row["shape"] if row["wire_status"] == "verified" else {"from": "--", "to": "--"}
        rule = a_rule(type=4, do=(), performer={"type": 1}, events=[{**shape, "field_name": name}])
        assert FreshdeskEngine([rule]).coverage(a_world(), update, now=MONDAY)[0].opaque == ()


def test_every_action_with_a_name_is_judged(shared_data):
    rows = [row for row in rows_of(shared_data, "actions", "actions") if row["wire_status"] != "unknown"]
    values = {"ticket_type": "Problem", "add_tag": ["x"], "responder_id": KIM}
    elsewhere = {"update_custom_object", "on_other_ticket"}

    for row in rows:
        name = "cf_plan" if row["id"] == "set_custom_field" else row["field_name"]
        action = {**NEW_TICKET, **MAIL, "email_to": 2, "field_name": name, "value": values.get(name, 3)}
        if row["id"] in elsewhere:
            action["resource_type"] = "parent_ticket"
        (found,) = FreshdeskEngine([a_rule(do=[action])]).coverage(a_world(), CREATED, now=MONDAY)
        assert bool(found.opaque) is (row["id"] in elsewhere), row["id"]


def test_a_part_that_cannot_be_judged_is_counted_even_if_the_rule_does_not_fire():
    rule = a_rule("rule", "status in 5", "colour in red", do=[put("priority", 4), put("colour", 1)])

    (found,) = FreshdeskEngine([rule]).coverage(a_world(), CREATED, now=MONDAY)

    assert (found.parts, [part.path for part in found.opaque]) == (4, ["condition_set_1[1]", "actions[1]"])


def test_the_stock_rule_closes_what_was_resolved_two_days_ago():
    engine = FreshdeskEngine(stock_rules())

    def status_after(resolved_at: str) -> int:
        (trace,) = engine.hour([a_world({"status": 4, "stats": {"resolved_at": resolved_at}})], now=MONDAY)
        return trace.ticket["status"]

    assert status_after("2026-02-28T09:30:00Z") == 5
    assert status_after("2026-02-28T10:30:00Z") == 4
