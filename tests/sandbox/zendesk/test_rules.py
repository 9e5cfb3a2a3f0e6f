"""Rules as records, and the hook that runs them: with a tiny engine of the test's own, and with the real one."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import pytest

from cstoolkit.engines.trace import Call, FieldChange, Message, Step, Trace
from cstoolkit.model.rules import NativeRule
from cstoolkit.sandbox import Sandbox
from cstoolkit.sandbox.rule_engine import Update, World
from sandbox.calls import Caller, a_ticket, an_agent, zendesk
from sandbox.zendesk.walk import AUTOMATION, MACRO, TRIGGER, VIEW


class TinyEngine:
    """Every trigger sets the priority to urgent, tells the requester and calls a webhook."""

    def __init__(self, rules: Sequence[NativeRule], switches: object) -> None:
        self.rules = rules

    def run(self, world: World, update: Update, *, now: datetime, detail: str = "full") -> Trace:
        return self._trace(world, f"{update.kind} by {update.actor_id}")

    def hour(self, worlds: Iterable[World], *, now: datetime) -> Iterator[Trace]:
        return (self._trace(world, f"at {now:%H:%M}") for world in worlds)

    def _trace(self, world: World, subject: str) -> Trace:
        before, after = world.ticket["priority"], "urgent"
        step = Step(
            rule=self.rules[0].id or "",
            round=1,
            outcome="fired",
            changes=(FieldChange("priority", before, after),),
            messages=(Message("requester", (str(world.ticket["requester_id"]),), subject, "text"),),
            calls=(Call("01HOOK", "{}"),),
        )
        return Trace((step,), world.ticket | {"priority": after}, {})


@pytest.fixture
def tiny(make_cstoolkit_sandbox) -> Sandbox:
    sandbox = make_cstoolkit_sandbox(engines={"zendesk": TinyEngine})
    sandbox.clock.stop()
    return sandbox


def test_engine_changes_the_ticket_and_fills_the_outbox(tiny: Sandbox):
    call = zendesk(tiny.address())
    ticket = a_ticket(call)

    audit = call.get(f"/tickets/{ticket['id']}/audits")["audits"][0]
    by_rule = [event for event in audit["events"] if event.get("via", {}).get("channel") == "rule"]
    me = call.get("/users/me")["user"]["id"]
    assert ticket["priority"] == "urgent"
    assert {event["type"] for event in by_rule} == {"Notification", "Change"}
    assert by_rule[0]["via"]["source"]["from"]["title"] == "Notify requester of new ticket"
    assert [(item["kind"], item["content"].get("subject")) for item in tiny.account().outbox.all()] == [
        ("message", f"created by {me}"),
        ("webhook", None),
    ]


def test_engine_is_asked_at_updates_of_bulk_jobs_too(tiny: Sandbox):
    call = zendesk(tiny.address())
    ticket = a_ticket(call)
    call.do("PUT", f"/tickets/update_many?ids={ticket['id']}", {"ticket": {"priority": "low"}})
    tiny.clock.sleep(10)

    assert call.get(f"/tickets/{ticket['id']}")["ticket"]["priority"] == "urgent"


def test_hourly_rules_run_once_for_each_hour_that_passes_each_at_its_time(tiny: Sandbox):
    call = zendesk(tiny.address())
    tiny.account().switches.set("solve_needs_assignee", "off")
    a_ticket(call, status="solved")
    tiny.account().outbox.clear()
    tiny.clock.sleep(3 * 3600)
    call.get("/users/me")
    call.get("/users/me")

    assert [item["content"]["subject"] for item in tiny.account().outbox.all("message")] == [
        "at 10:00", "at 11:00", "at 12:00",
    ]  # fmt: skip


def test_account_without_an_engine_says_so(make_cstoolkit_sandbox):
    sandbox = make_cstoolkit_sandbox(engines={"zendesk": None})
    a_ticket(zendesk(sandbox.address()))

    assert sandbox.account().outbox.all() == []
    assert any("no rule engine is loaded" in note for note in sandbox.account().log.notes)


def test_the_real_engine_runs_triggers(call: Caller, sandbox: Sandbox):
    agent = an_agent(call)
    call.do("POST", "/triggers", {"trigger": TRIGGER})

    ticket = a_ticket(call, assignee_id=agent["id"])

    assert (ticket["status"], ticket["priority"]) == ("open", "urgent")
    assert [item["content"]["subject"] for item in sandbox.account().outbox.all("message")] == [
        "[Request received]"
    ]


def test_the_real_engine_runs_automations_by_the_hour(call: Caller, sandbox: Sandbox):
    sandbox.account().switches.set("solve_needs_assignee", "off")
    ticket = a_ticket(call, status="solved")
    sandbox.clock.sleep(95 * 3600)
    early = call.get(f"/tickets/{ticket['id']}")["ticket"]["status"]
    sandbox.clock.sleep(3 * 3600)

    assert early == "solved"
    assert call.get(f"/tickets/{ticket['id']}")["ticket"]["status"] == "closed"


def refused(call: Caller, path: str, document: dict) -> str:
    reply = call("POST", path, document)
    assert reply.status in {400, 422}, reply.body
    return reply.body.decode()


def conditions(*every: tuple[str, str, object], some: Iterable[tuple[str, str, object]] = ()) -> dict:
    return {
        part: [{"field": field, "operator": operator, "value": value} for field, operator, value in tests]
        for part, tests in (("all", every), ("any", some))
    }


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"title": ""}, "BlankValue"),
        ({"actions": []}, "BlankValue"),
        ({"conditions": conditions(("moon", "is", "full"))}, "not a valid condition"),
        ({"conditions": conditions(("status", "rhymes_with", "open"))}, "not a valid operator"),
        ({"conditions": conditions(("PENDING", "is", "24"))}, "cannot be used in a trigger"),
        ({"actions": [{"field": "comment_value", "value": "hi"}]}, "cannot be used in a trigger"),
        ({"actions": [{"field": "explode", "value": "now"}]}, "not a valid action"),
        ({"category_id": "77"}, "InvalidTriggerCategory"),
        ({"description": "x" * 70_000}, "too large"),
    ],
)
def test_bad_trigger_is_refused(call: Caller, change: dict, says: str):
    assert says in refused(call, "/triggers", {"trigger": TRIGGER | change})


def automation(*every: tuple[str, str, object], actions: list | None = None, some=()) -> dict:
    return {
        "automation": AUTOMATION
        | {"conditions": conditions(*every, some=some)}
        | ({"actions": actions} if actions else {})
    }


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (automation(("status", "is", "pending")), "time based"),
        (automation(("updated_at", "is", "24")), "at least one of status"),
        (
            automation(("status", "is", "pending"), ("PENDING", "is", "24"), some=[("OPEN", "is", "1")]),
            "under any",
        ),
        (
            automation(
                ("status", "is", "pending"),
                ("PENDING", "greater_than", "24"),
                actions=[{"field": "priority", "value": "low"}],
            ),
            "makes one of its conditions untrue",
        ),
    ],
)
def test_bad_automation_is_refused(call: Caller, document: dict, says: str):
    assert says in refused(call, "/automations", document)


def test_two_active_automations_cannot_ask_the_same(call: Caller):
    call.do("POST", "/automations", {"automation": AUTOMATION})

    assert "same as those" in refused(call, "/automations", {"automation": AUTOMATION | {"title": "Again"}})


@pytest.mark.parametrize("value", ["new", "closed"])
def test_macro_cannot_set_some_statuses(call: Caller, value: str):
    macro = MACRO | {"actions": [{"field": "status", "value": value}]}

    assert "cannot set the status" in refused(call, "/macros", {"macro": macro})


def test_conditions_are_taken_flat_and_nested_and_ids_are_texts(call: Caller):
    flat = {
        "title": "Flat",
        "all": [{"field": "group_id", "operator": "is", "value": 7}],
        "actions": TRIGGER["actions"],
    }

    trigger = call.do("POST", "/triggers", {"trigger": flat})["trigger"]

    assert trigger["conditions"] == {
        "all": [{"field": "group_id", "operator": "is", "value": "7"}],
        "any": [],
    }
    assert "all" not in trigger


def test_flat_conditions_replace_both_lists(call: Caller):
    both = conditions(("status", "is", "open"), some=[("priority", "is", "high")])
    trigger = call.do("POST", "/triggers", {"trigger": TRIGGER | {"conditions": both}})["trigger"]
    body = {"trigger": {"all": [{"field": "status", "operator": "is", "value": "new"}]}}

    changed = call.do("PUT", f"/triggers/{trigger['id']}", body)["trigger"]["conditions"]

    assert ([item["value"] for item in changed["all"]], changed["any"]) == (["new"], [])


def test_reorder_wants_every_id(call: Caller):
    new = call.do("POST", "/triggers", {"trigger": TRIGGER})["trigger"]["id"]
    ids = [item["id"] for item in call.get("/triggers")["triggers"]]

    assert call("PUT", "/triggers/reorder", {"trigger_ids": [new]}).status == 400
    call.do("PUT", "/triggers/reorder", {"trigger_ids": ids[::-1]})
    assert [item["id"] for item in call.get("/triggers")["triggers"]] == ids[::-1]
    call.do("POST", "/trigger_categories", {"trigger_category": {"name": "Second"}})
    reply = call("PUT", "/triggers/reorder", {"trigger_ids": ids})
    assert reply.json["errors"][0]["code"] == "LimitOneCategory"


def test_category_with_active_triggers_stays(call: Caller):
    category = call.get("/trigger_categories")["trigger_categories"][0]["id"]

    reply = call("DELETE", f"/trigger_categories/{category}")

    assert isinstance(category, str)
    assert (reply.status, reply.json["errors"][0]["code"]) == (400, "TriggerCategoryNotEmpty")


def test_category_job_is_all_or_nothing(call: Caller):
    trigger = call.get("/triggers")["triggers"][0]
    items = {"triggers": [{"id": trigger["id"], "position": 9}, {"id": 77, "position": 1}]}

    reply = call("POST", "/trigger_categories/jobs", {"job": {"action": "patch", "items": items}})

    assert (reply.status, reply.json["status"]) == (400, "failed")
    assert call.get(f"/triggers/{trigger['id']}")["trigger"]["position"] == trigger["position"]


def test_macro_shows_what_it_would_do_and_writes_nothing(call: Caller):
    macro = call.do("POST", "/macros", {"macro": MACRO})["macro"]["id"]
    ticket = a_ticket(call, tags=["kept"])

    alone = call.get(f"/macros/{macro}/apply")["result"]["ticket"]
    whole = call.get(f"/tickets/{ticket['id']}/macros/{macro}/apply")["result"]["ticket"]

    assert alone["status"] == "solved"
    assert alone["comment"]["body"] == "Thanks"
    assert alone["comment"]["scoped_body"] == [["channel:all", "Thanks"]]
    assert (whole["id"], whole["status"], whole["tags"]) == (ticket["id"], "solved", ["kept"])
    assert call.get(f"/tickets/{ticket['id']}")["ticket"]["status"] == "new"


def test_view_is_written_flat_and_read_nested(call: Caller):
    a_ticket(call, priority="high"), a_ticket(call, priority="low")
    urgent = {"field": "priority", "operator": "is", "value": "high"}
    sent = VIEW | {
        "all": [*VIEW["all"], urgent],
        "output": {"columns": ["nice_id", "priority"], "sort_by": "created"},
    }

    view = call.do("POST", "/views", {"view": sent})["view"]
    rows = call.get(f"/views/{view['id']}/execute")["rows"]
    changed = call.do("PUT", f"/views/{view['id']}", {"view": {"any": [urgent]}})["view"]

    assert [column["id"] for column in view["execution"]["columns"]] == ["nice_id", "priority"]
    assert [row["priority"] for row in rows] == ["high"]
    assert call.get(f"/views/{view['id']}/count")["view_count"]["value"] == 1
    assert (len(changed["conditions"]["all"]), len(changed["conditions"]["any"])) == (2, 1)


def test_view_needs_a_condition_about_the_work(call: Caller):
    wrong = {"title": "All", "all": [{"field": "priority", "operator": "is", "value": "high"}]}

    assert "at least one of status" in refused(call, "/views", {"view": wrong})


def test_webhooks_credentials_never_come_back(call: Caller):
    hook = {
        "name": "H", "endpoint": "https://example.com", "http_method": "POST", "request_format": "json", "status": "active",
        "authentication": {"type": "bearer_token", "add_position": "header", "data": {"token": "s3cret"}},
    }  # fmt: skip

    reply = call("POST", "/webhooks", {"webhook": hook})

    assert reply.status == 201
    assert b"s3cret" not in reply.body
    assert b"s3cret" not in call("GET", "/webhooks").body


def test_definitions_follow_the_accounts_own_fields(call: Caller):
    sent = {"type": "tagger", "title": "Colour", "custom_field_options": [{"name": "Red", "value": "red"}]}
    field = call.do("POST", "/ticket_fields", {"ticket_field": sent})["ticket_field"]["id"]

    found = call.get("/triggers/definitions")["definitions"]

    by_subject = {item["subject"]: item for item in found["conditions_all"]}
    assert by_subject[f"custom_fields_{field}"]["values"] == [
        {"value": "red", "title": "Red", "enabled": True}
    ]
    terminal = {item["value"] for item in by_subject["status"]["operators"] if item["terminal"]}
    assert terminal == {"changed", "not_changed"}
    assert "comment_value" not in {item["subject"] for item in found["actions"]}
    macro = {item["subject"] for item in call.get("/macros/definitions")["definitions"]["actions"]}
    assert "comment_value" in macro
    assert "value" in call.get("/slas/policies/definitions")["definitions"]["all"][0]


def test_tag_of_one_field_cannot_be_anothers(call: Caller):
    sent = {"type": "tagger", "title": "A", "custom_field_options": [{"name": "Red", "value": "red"}]}
    call.do("POST", "/ticket_fields", {"ticket_field": sent})

    assert "Duplicate tag value" in refused(call, "/ticket_fields", {"ticket_field": sent | {"title": "B"}})
