"""Automation rules: what the API takes, and the hook that hands them to an engine."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from cstoolkit.model.rules import NativeRule
from cstoolkit.sandbox import Sandbox
from cstoolkit.sandbox.limits import Limit
from cstoolkit.sandbox.rule_engine import Update, World
from sandbox.freshdesk.desk import Desk, problems


def a_property(**values: Any) -> dict[str, Any]:
    return {"resource_type": "ticket", "field_name": "priority", "operator": "in", "value": [4]} | values


def a_rule(*properties: dict[str, Any], **values: Any) -> dict[str, Any]:
    found = list(properties) or [a_property()]
    sets = [{"name": "condition_set_1", "match_type": "all", "properties": found}]
    return {"name": "Rule", "conditions": sets, "actions": [{"field_name": "status", "value": 3}]} | values


STALE = a_rule(
    a_property(field_name="hours_since_created", operator="greater_than", value=2),
    a_property(field_name="hours_since_created", operator="less_than", value=3),
    a_property(field_name="status", operator="not_in", value=[4, 5]),
    actions=[
        {"field_name": "add_tag", "value": ["stale"]},
        {
            "field_name": "send_email_to_agent",
            "email_to": 7,
            "email_subject": "#{{ticket.id}} is stale",
            "email_body": "<p></p>",
        },
    ],
)
WEBHOOK = {
    "field_name": "trigger_webhook", "request_type": "POST", "url": "https://example.test/h", "content_type": "JSON",
    "content_layout": "2", "content": {"ticket_id": "{{ticket.id}}"}, "custom_headers": {"x-key": "v"},
}  # fmt: skip
REOPEN = a_rule(
    a_property(field_name="status", value=[3, 6]),
    performer={"type": 2},
    events=[{"field_name": "reply_sent"}, {"field_name": "status", "from": "--", "to": "--"}],
    actions=[{"field_name": "status", "value": 2}, WEBHOOK],
)


@pytest.mark.parametrize(("type_", "body"), [(1, a_rule()), (3, STALE), (4, REOPEN)])
def test_worked_bodies_are_taken_and_read_back(desk: Desk, type_: int, body: dict[str, Any]):
    made = desk.made(f"/automations/{type_}/rules", body)

    read = desk.get(f"/automations/{type_}/rules/{made['id']}")
    listed = desk.get(f"/automations/{type_}/rules")[-1]

    assert {key: read[key] for key in body} == body
    assert (read["position"], read["active"], read["outdated"], read["affected_tickets_count"]) == (
        2,
        True,
        False,
        0,
    )
    assert read["meta"]["total_count"] == 2
    assert (listed["id"], "meta" in listed) == (made["id"], False)


@pytest.mark.parametrize(
    ("type_", "body", "expected"),
    [
        (1, {}, [("name", "missing_field"), ("actions", "missing_field")]),
        (1, {"name": "R", "actions": [{"field_name": "status", "value": 3}]}, [("conditions", "missing_field")]),
        (3, a_rule(conditions=[]), [("conditions", "missing_field")]),
        (1, a_rule(a_property(resource_type=None)), [("condition_set_1.resource_type", "missing_field")]),
        (1, a_rule(a_property(field_name="subject", operator="contains", value="x")), [("condition_set_1.subject", "datatype_mismatch")]),
        (3, a_rule(a_property(field_name="created_at", operator="greater_than", value=2)), [("condition_set_1.created_at", "invalid_field")]),
        (3, a_rule(a_property(field_name="subject", operator="contains", value=["x"])), [("condition_set_1.subject", "invalid_field")]),
        (1, a_rule(a_property(field_name="hours_since_created", operator="greater_than", value=2)), [("condition_set_1.hours_since_created", "invalid_field")]),
        (3, a_rule(a_property(field_name="resolved_at", operator="greater_than", value=0)), [("condition_set_1.resolved_at", "invalid_value")]),
        (1, a_rule(a_property(value=[9])), [("condition_set_1.priority", "invalid_value")]),
        (1, a_rule(a_property(field_name="cf_gone")), [("condition_set_1.cf_gone", "invalid_field")]),
        (1, a_rule(performer={"type": 1}), [("performer", "invalid_field")]),
        (3, a_rule(actions=[WEBHOOK]), [("actions[1].trigger_webhook", "invalid_field")]),
        (1, a_rule(actions=[{"field_name": "group_id", "value": 5}]), [("actions[1].group_id", "invalid_value")]),
        (1, a_rule(actions=[{"field_name": "add_tag", "value": "x"}]), [("actions[1].add_tag", "datatype_mismatch")]),
        (1, a_rule(actions=[{"value": 5}]), [("actions[1].field_name", "missing_field")]),
        (1, a_rule(actions=[]), [("actions", "missing_field")]),
        (1, a_rule(colour="red"), [("colour", "invalid_field")]),
        (4, REOPEN | {"performer": {"type": 2, "members": [1]}}, [("performer.members", "incompatible_field")]),
        (4, REOPEN | {"performer": {"type": 9}}, [("type", "invalid_value")]),
    ],
)  # fmt: skip
def test_wrong_rules_are_refused_by_name(
    desk: Desk, type_: int, body: dict[str, Any], expected: list[tuple[str, str]]
):
    assert problems(desk("POST", f"/automations/{type_}/rules", body)) == expected
    assert len(desk.get(f"/automations/{type_}/rules")) == 1


@pytest.mark.parametrize("key", ["request_type", "url", "content_type", "content_layout", "content"])
def test_incomplete_webhook_is_a_500_and_not_a_400(desk: Desk, key: str):
    action = {name: value for name, value in WEBHOOK.items() if name != key}

    reply = desk("POST", "/automations/1/rules", a_rule(actions=[action]))

    assert (reply.status, reply.json["code"]) == (500, "internal_error")


def test_update_rules_need_no_conditions_and_read_back_as_an_empty_set(desk: Desk):
    made = desk.made(
        "/automations/4/rules", {"name": "R", "actions": [{"field_name": "priority", "value": 4}]}
    )

    assert made["conditions"] == [{"name": "condition_set_1", "match_type": "all", "properties": []}]


def test_two_sets_need_an_operator_and_three_are_too_many(desk: Desk):
    one = a_rule()["conditions"][0]
    second = one | {"name": "condition_set_2"}

    made = desk.made("/automations/1/rules", a_rule(conditions=[one, second], operator="or"))
    without = desk("POST", "/automations/1/rules", a_rule(conditions=[one, second]))
    three = desk("POST", "/automations/1/rules", a_rule(conditions=[one, second, one]))

    assert made["operator"] == "OR"
    assert problems(without) == [("operator", "missing_field")]
    assert problems(three) == [("conditions", "invalid_value")]


def test_update_is_partial_and_position_moves_the_others(desk: Desk):
    first, second = (desk.made("/automations/1/rules", a_rule(name=name))["id"] for name in ("A", "B"))

    desk.put(f"/automations/1/rules/{second}", {"position": 1})
    off = desk.put(f"/automations/1/rules/{first}", {"active": False})
    deleted = desk("DELETE", f"/automations/1/rules/{second}")

    assert (off["active"], off["actions"]) == (False, [{"field_name": "status", "value": 3}])
    assert deleted.status == 204
    assert [(rule["name"], rule["position"]) for rule in desk.get("/automations/1/rules")] == [
        ("Urgent mail", 1),
        ("A", 2),
    ]


def test_rule_names_a_field_that_was_deleted(desk: Desk):
    field_ = desk.made("/admin/ticket_fields", {"label": "Region", "type": "custom_text"})
    rule = desk.made(
        "/automations/1/rules", a_rule(a_property(field_name="cf_region", operator="is", value="x"))
    )
    desk("DELETE", f"/admin/ticket_fields/{field_['id']}")

    assert desk.get(f"/automations/1/rules/{rule['id']}")["outdated"] is True


def test_there_is_no_type_2_and_no_rule_under_another_type(desk: Desk):
    id_ = desk.get("/automations/1/rules")[0]["id"]

    assert desk("GET", "/automations/2/rules").status == 404
    assert desk("GET", f"/automations/4/rules/{id_}").status == 404


def test_rules_may_read_back_without_their_type(sandbox: Sandbox, desk: Desk):
    with_type = desk.get("/automations/1/rules")[0]
    sandbox.account().switches.set("rule_type_id", "off")

    assert with_type["automation_type_id"] == 1
    assert "automation_type_id" not in desk.get("/automations/1/rules")[0]


def test_list_is_an_envelope_where_the_switch_says_so(sandbox: Sandbox, desk: Desk):
    sandbox.account().switches.set("rule_list", "envelope")

    assert list(desk.get("/automations/1/rules")) == ["rules"]


@dataclass(frozen=True)
class Sent:
    text: str


@dataclass(frozen=True)
class Step:
    rule: str
    outcome: str = "fired"
    messages: tuple[Sent, ...] = ()
    calls: tuple[Sent, ...] = ()


@dataclass(frozen=True)
class Trace:
    steps: Sequence[Step]
    ticket: dict[str, Any]


@dataclass
class PriorityEngine:
    """By hand: every rule whose first set names the ticket's priority sets its actions' values and tells all."""

    rules: Sequence[NativeRule]
    switches: Mapping[str, str]
    seen: list[tuple[World, Update]] = field(default_factory=list)

    def run(self, world: World, update: Update, *, now: datetime, detail: str = "full") -> Trace:
        self.seen.append((world, update))
        ticket, steps = dict(world.ticket), []
        for rule in self.rules:
            body: Any = rule.body
            wanted = [item["value"] for item in body["conditions"][0]["properties"]]
            if ticket["priority"] in wanted[0]:
                ticket |= {action["field_name"]: action["value"] for action in body["actions"]}
                steps.append(Step(rule.id or "", "fired", (Sent("mail"),), (Sent("hook"),)))
                if self.switches["creation_rules"] == "first_match":
                    break
        return Trace(steps, ticket)

    def hour(self, worlds: Iterable[World], *, now: datetime) -> Iterator[Trace]:
        for world in worlds:
            yield self.run(world, Update("time", {}), now=now)


@dataclass
class Watched:
    """What every engine of an account was asked."""

    calls: list[tuple[World, Update]] = field(default_factory=list)

    def __call__(self, rules: Sequence[NativeRule], switches: Mapping[str, str]) -> Any:
        return PriorityEngine(rules, switches, self.calls)


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def ruled(watched: Watched) -> Iterator[Sandbox]:
    with Sandbox(
        {"acme": "freshdesk"}, engines={"freshdesk": watched}, switches={"acme": {"rate_limits": "off"}}
    ) as running:
        running.clock.stop()
        desk = Desk(running)
        for type_ in (1, 3, 4):
            for rule in desk.get(f"/automations/{type_}/rules"):
                desk("DELETE", f"/automations/{type_}/rules/{rule['id']}")
        yield running


def test_creation_runs_rules_of_type_1_and_their_messages_are_in_the_outbox(ruled: Sandbox, watched: Watched):
    desk = Desk(ruled)
    rule = desk.made("/automations/1/rules", a_rule())["id"]
    desk.made("/automations/4/rules", a_rule(actions=[{"field_name": "status", "value": 5}]))

    ticket = desk.ticket(priority=4)

    world, update = watched.calls[-1]
    assert ticket["status"] == 3
    assert desk.get(f"/tickets/{ticket['id']}?include=stats")["stats"]["pending_since"] is not None
    assert (update.kind, update.changes, world.ticket["stats"]["resolved_at"]) == ("created", {}, None)
    assert set(world.lookups) == {
        "contacts",
        "agents",
        "groups",
        "companies",
        "business_hours",
        "ticket_fields",
        "account",
    }
    assert [(item["kind"], item["rule"]) for item in ruled.account().outbox.all()] == [
        ("message", str(rule)),
        ("webhook", str(rule)),
    ]
    assert desk.get(f"/automations/1/rules/{rule}")["affected_tickets_count"] == 1


def test_changes_and_messages_run_rules_of_type_4(ruled: Sandbox, watched: Watched):
    desk = Desk(ruled)
    ticket = desk.ticket(priority=1)["id"]
    desk.made("/automations/4/rules", a_rule(actions=[{"field_name": "status", "value": 6}]))

    changed = desk.put(f"/tickets/{ticket}", {"priority": 4})
    _, update = watched.calls[-1]
    desk.made(f"/tickets/{ticket}/notes", {"body": "n", "private": False})
    _, noted = watched.calls[-1]

    assert changed["status"] == 6
    assert (update.kind, update.changes["priority"], update.actor_id) == (
        "updated",
        1,
        str(desk.get("/agents/me")["id"]),
    )
    assert noted.comment is not None
    assert noted.comment["body_text"] == "n"


def test_no_rule_runs_for_an_agents_own_ticket_or_outbound_mail(ruled: Sandbox, watched: Watched):
    desk = Desk(ruled)
    config = desk.get("/email_configs")[0]["id"]
    desk.made("/automations/1/rules", a_rule())

    own = desk.ticket(email="admin@example.com", priority=4)
    outbound = desk.made(
        "/tickets/outbound_email",
        {
            "email": "a@example.com",
            "subject": "S",
            "description": "D",
            "email_config_id": config,
            "priority": 4,
        },
    )

    assert (own["status"], outbound["status"], watched.calls) == (2, 5, [])


def test_webhooks_past_a_thousand_an_hour_are_buffered(ruled: Sandbox):
    desk = Desk(ruled)
    desk.made("/automations/1/rules", a_rule())
    account = ruled.account()
    account.meter.take(Limit("webhooks", 1000, 3600), now=account.now().timestamp(), cost=999)

    desk.ticket(priority=4)
    desk.ticket(priority=4)

    assert ["buffered" in item["content"] for item in account.outbox.all("webhook")] == [False, True]


def test_inactive_rules_are_not_handed_over(ruled: Sandbox):
    desk = Desk(ruled)
    desk.made("/automations/1/rules", a_rule(active=False))

    assert desk.ticket(priority=4)["status"] == 2


def test_hourly_rules_run_when_the_clock_passes_the_hour_over_thirty_days(ruled: Sandbox, watched: Watched):
    desk = Desk(ruled)
    old = desk.ticket(priority=4)["id"]
    ruled.clock.advance(timedelta(days=31))
    new = desk.ticket(priority=4)["id"]
    desk.made("/automations/3/rules", a_rule())
    watched.calls.clear()

    ruled.clock.advance(timedelta(hours=1))

    assert (desk.get(f"/tickets/{new}")["status"], desk.get(f"/tickets/{old}")["status"]) == (3, 2)
    assert [world.ticket["id"] for world, _ in watched.calls] == [new]


def test_account_says_that_it_has_no_engine(sandbox: Sandbox):
    assert any("no rule engine" in note for note in sandbox.account().log.notes)
