"""The rules of real accounts, loaded over HTTP: updates run them without a crash, and say what is not judged."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cstoolkit.model.rules import NativeRule
from cstoolkit.sandbox import Sandbox
from engines.test_zendesk_real_rules import SOURCES
from sandbox.calls import Caller, a_ticket, an_agent
from sandbox.zendesk.test_rules_running import no_stock_rules

NUMBER = re.compile(r"\d{1,18}")
UPDATES = 100
PLACES = {
    "group_id": "group", "assignee_id": "agent", "requester_id": "agent", "organization_id": "organization", "role": "agent",
    "follower": "agent", "cc": "agent", "schedule_id": "schedule", "set_schedule": "schedule", "within_schedule": "schedule",
    "ticket_form_id": "form", "brand_id": "brand", "custom_status_id": "status", "notification_group": "group",
    "notification_user": "agent", "notification_target": "target", "notification_webhook": "webhook",
}  # fmt: skip
"""Where rules hold ids: those of the account the rule comes from are replaced by ours."""


def own_things(call: Caller) -> dict[str, Any]:
    client = call.do("POST", "/organizations", {"organization": {"name": "Client"}})["organization"]
    hook = {
        "name": "H",
        "endpoint": "https://example.com",
        "http_method": "POST",
        "request_format": "json",
        "status": "active",
    }
    target = {"title": "T", "type": "email_target", "email": "t@example.com", "subject": "S"}
    return {
        "agent": an_agent(call)["id"],
        "group": call.get("/groups")["groups"][0]["id"],
        "organization": client["id"],
        "schedule": call.get("/business_hours/schedules")["schedules"][0]["id"],
        "form": call.get("/ticket_forms")["ticket_forms"][0]["id"],
        "brand": call.get("/brands")["brands"][0]["id"],
        "status": call.get("/custom_statuses")["custom_statuses"][0]["id"],
        "webhook": call.do("POST", "/webhooks", {"webhook": hook})["webhook"]["id"],
        "target": call.do("POST", "/targets", {"target": target})["target"]["id"],
        "fields": {},
    }


def own_field(call: Caller, field: str, ours: dict[str, Any]) -> str:
    """A custom field of theirs becomes a new one of ours."""
    found = re.fullmatch(r"(custom_fields_|ticket_fields_)(\d+)", field)
    if found is None:
        return field
    if found[2] not in ours["fields"]:
        sent = {"type": "text", "title": f"Field {found[2]}"}
        ours["fields"][found[2]] = call.do("POST", "/ticket_fields", {"ticket_field": sent})["ticket_field"][
            "id"
        ]
    return f"{found[1]}{ours['fields'][found[2]]}"


def own_value(field: str, value: Any, ours: dict[str, Any]) -> Any:
    if field not in PLACES:
        return value
    if isinstance(value, list) and value:
        return [own_value(field, value[0], ours), *value[1:]]
    is_id = NUMBER.fullmatch(str(value)) or field == "notification_webhook"
    return str(ours[PLACES[field]]) if is_id else value


def own_rule(call: Caller, rule: NativeRule, ours: dict[str, Any]) -> dict[str, Any]:
    body: Any = rule.body
    holder = body.get("conditions") or body

    def own(item: dict[str, Any]) -> dict[str, Any]:
        field = own_field(call, item["field"], ours)
        return item | {"field": field, "value": own_value(field, item.get("value"), ours)}

    return {
        "title": rule.title,
        "conditions": {part: [own(item) for item in holder.get(part) or ()] for part in ("all", "any")},
        "actions": [own(item) for item in body.get("actions") or ()],
    }


def load(call: Caller, rules: list[NativeRule], ours: dict[str, Any]) -> Iterator[tuple[str, int, str]]:
    """Each rule's title, the status of its answer, and what a refusal says."""
    for rule in rules:
        sent = own_rule(call, rule, ours)
        if rule.kind == "macro":
            sent.pop("conditions")
        reply = call("POST", f"/{rule.kind}s", {rule.kind: sent})
        yield (
            f"{rule.kind} {rule.title}",
            reply.status,
            "" if reply.status < 300 else reply.body.decode()[:200],
        )


@pytest.mark.parametrize("source", SOURCES)
def test_real_rules_run_in_an_account(source: str, call: Caller, sandbox: Sandbox, shared_data: Path):
    sandbox.account().switches.set("rate_limits", "off")
    no_stock_rules(call)
    rules = [rule for rule in SOURCES[source](shared_data) if rule.kind != "sla_policy"]
    ours = own_things(call)
    loaded = list(load(call, rules, ours))
    customer = call.do("POST", "/users", {"user": {"name": "Cleo", "email": "cleo@example.com"}})["user"][
        "id"
    ]
    tickets = [a_ticket(call, requester_id=customer, assignee_id=ours["agent"])["id"] for _ in range(5)]
    changes = (
        {"comment": {"body": "Still broken", "author_id": customer}}, {"priority": "high"}, {"status": "pending"},
        {"comment": {"body": "On it", "public": False}}, {"tags": ["vip"]}, {"status": "solved"},
        {"comment": {"body": "No!", "author_id": customer}}, {"type": "problem"}, {"assignee_id": ours["agent"]},
    )  # fmt: skip

    statuses = []
    for number in range(UPDATES):
        id_ = tickets[number % len(tickets)]
        reply = call("PUT", f"/tickets/{id_}", {"ticket": changes[number % len(changes)]})
        statuses.append(reply.status)
        assert b"Traceback" not in reply.body
        sandbox.clock.sleep(1800)

    notes = sandbox.account().log.notes
    refused = [(name, says) for name, status, says in loaded if status >= 300]
    print(f"\n{source}: {len(loaded) - len(refused)} of {len(loaded)} rules loaded")
    print(*[f"  refused: {name}: {says}" for name, says in refused], sep="\n")
    print(
        f"  {UPDATES} updates: {sorted(set(statuses))}, {len(sandbox.account().outbox.all())} letters and calls"
    )
    print(*[f"  log: {note}" for note in notes], sep="\n")
    assert set(statuses) <= {200, 422}  # 422: an automation closed the ticket
    assert statuses.count(200) > UPDATES // 2
    assert not sandbox.account().log.find(status=500)
    assert not [note for note in notes if "crashed" in note]
    assert all(status in {200, 201, 422} for _, status, _ in loaded)
    assert len(refused) < len(loaded)
