"""What the account's rules see, what they leave behind, and when they are compiled: over real HTTP."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import cstoolkit.engines.zendesk as engine_folder
from cstoolkit.model.rules import NativeRule
from cstoolkit.sandbox import Sandbox
from cstoolkit.sandbox.rule_engine import Engine, load_engine
from cstoolkit.sandbox.zendesk.rule_worlds import make_world
from cstoolkit.sandbox.zendesk.visit import Desk
from sandbox.calls import Caller, a_ticket, an_agent, job_done, zendesk

HOUR = 3600


def condition(written: str) -> dict[str, Any]:
    field, operator, *value = written.split(" ", 2)
    return {"field": field, "operator": operator, "value": value[0] if value else None}


def a_rule(
    call: Caller,
    *every: str,
    do: Iterable[tuple[str, Any]],
    kind: str = "trigger",
    some: Iterable[str] = (),
    **more: Any,
) -> str:
    """The new rule's id, as a text."""
    record = {
        "title": f"{kind} for {' '.join(every)}",
        "conditions": {"all": [condition(one) for one in every], "any": [condition(one) for one in some]},
        "actions": [{"field": field, "value": value} for field, value in do],
        **more,
    }
    return str(call.do("POST", f"/{kind}s", {kind: record})[kind]["id"])


def no_stock_rules(call: Caller) -> None:
    for kind in ("triggers", "automations"):
        for rule in call.get(f"/{kind}")[kind]:
            call.do("DELETE", f"/{kind}/{rule['id']}")


@pytest.fixture
def bare(call: Caller) -> Caller:
    no_stock_rules(call)
    return call


def update(call: Caller, ticket: Mapping[str, Any], **values: Any) -> dict[str, Any]:
    return dict(call.do("PUT", f"/tickets/{ticket['id']}", {"ticket": values})["ticket"])


def mails(sandbox: Sandbox) -> list[dict[str, Any]]:
    return [item["content"] for item in sandbox.account().outbox.all("message")]


def log_notes(sandbox: Sandbox) -> list[str]:
    return list(Caller(sandbox.address()).get("/_sandbox/log")["notes"])


# -- what rules see


def test_every_kind_that_the_engine_looks_up_is_in_the_world(call: Caller, sandbox: Sandbox):
    folder = Path(engine_folder.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    asked = set(
        re.findall(r'(?:\.known|\.find|\.all|lookups\.get|_name|_set|_foreign)\(\s*(?:\w+, )?"(\w+)"', source)
    )
    asked |= set(re.findall(r'lookups\["(\w+)"\]', source)) | {"user_fields", "organization_fields"}
    ticket = a_ticket(call)

    with sandbox.account().changing():
        world = make_world(Desk(sandbox.account()), ticket, frozenset())

    assert {"users", "schedules", "holidays", "dynamic_content", "account", "group_memberships"} <= asked
    assert asked <= set(world.lookups)


def furnished(call: Caller) -> dict[str, Any]:
    """One of each thing that a rule may look up."""
    go = call.do
    option = [{"name": "Gold", "value": "gold"}]
    field = {"type": "dropdown", "title": "Plan", "key": "plan", "custom_field_options": option}
    plan = go("POST", "/user_fields", {"user_field": field})["user_field"]["custom_field_options"][0]["id"]
    field = {
        "type": "dropdown",
        "title": "Tier",
        "key": "tier",
        "custom_field_options": [{"name": "One", "value": "one"}],
    }
    tier = go("POST", "/organization_fields", {"organization_field": field})["organization_field"]
    client = go(
        "POST", "/organizations", {"organization": {"name": "Client", "organization_fields": {"tier": "one"}}}
    )
    person = {
        "name": "Cleo Customer",
        "email": "cleo@example.com",
        "organization_id": client["organization"]["id"],
        "user_fields": {"plan": "gold"},
    }
    cleo = go("POST", "/users", {"user": person})["user"]["id"]
    go(
        "POST",
        "/dynamic_content/items",
        {"item": {"name": "hello", "default_locale_id": 1, "content": "Good day"}},
    )
    schedule = call.get("/business_hours/schedules")["schedules"][0]["id"]
    return {"cleo": cleo, "plan": plan, "tier": tier["custom_field_options"][0]["id"], "schedule": schedule}


def test_rules_can_ask_for_all_that_the_account_has(bare: Caller, sandbox: Sandbox):
    ids, agent = furnished(bare), an_agent(bare)
    text = (
        "{{dc.hello}}|{{ticket.account}}|{{ticket.brand.name}}|{{ticket.ticket_form}}|{{ticket.group.name}}|"
        "{{ticket.organization.name}}|{{ticket.requester.custom_fields.plan}}|{{ticket.assignee.name}}|"
        "{{current_user.name}}|{{ticket.link}}|{{ticket.organization.custom_fields.tier}}"
    )
    a_rule(
        bare,
        f"requester.custom_fields.plan is {ids['plan']}",
        f"organization.custom_fields.tier is {ids['tier']}",
        "reopens is 0",
        "replies is 0",
        "agent_stations less_than 5",
        "group_stations less_than 5",
        f"schedule_id is {ids['schedule']}",
        "in_business_hours is true",
        "on_holiday is false",
        f"within_schedule is {ids['schedule']}",
        "requester_role is 0",
        "role is agent",
        do=[("notification_user", ["requester_id", "S", text])],
    )

    ticket = a_ticket(bare, requester_id=ids["cleo"], assignee_id=agent["id"])

    (mail,) = mails(sandbox)
    form = bare.get("/ticket_forms")["ticket_forms"][0]["name"]
    link = f"https://acme-zendesk.zendesk.com/agent/tickets/{ticket['id']}"
    assert mail["body"].split("|") == [
        "Good day", "acme-zendesk", "acme-zendesk", form, "Support", "Client", "gold", "Ada Agent", "Sandbox Admin", link, "one",
    ]  # fmt: skip
    assert not [note for note in log_notes(sandbox) if "judged" in note]


def test_counters_and_incidents_are_those_of_the_ticket(bare: Caller):
    bare.do("PUT", f"/tickets/{a_ticket(bare)['id']}", {"ticket": {"type": "problem"}})
    problem = bare.get("/tickets")["tickets"][0]
    a_ticket(bare, type="incident", problem_id=problem["id"])
    a_rule(bare, "number_of_incidents is 1", "agent_stations is 0", do=[("current_tags", "one_incident")])

    after = update(bare, problem, priority="high")

    assert after["tags"] == ["one_incident"]
    assert "incident_count" not in after
    assert "metric_set" not in after


def test_somebody_elses_comment_has_a_name_in_mails(bare: Caller, sandbox: Sandbox):
    ticket = a_ticket(bare)
    other = bare.do("POST", "/users", {"user": {"name": "Olaf Other", "email": "olaf@example.com"}})["user"][
        "id"
    ]
    text = (
        "{% for c in ticket.comments %}{{c.author.name}}: {{c.value}};{% endfor %} by {{current_user.name}}"
    )
    a_rule(bare, "role is end_user", do=[("notification_user", ["requester_id", "S", text])])

    update(bare, ticket, comment={"body": "Me too", "author_id": other})

    assert [mail["body"] for mail in mails(sandbox)] == [
        "Olaf Other: Me too;Sandbox Admin: It burns.; by Olaf Other"
    ]


@pytest.mark.parametrize(("acts", "mailed"), [("on", 1), ("off", 0)])
def test_the_author_of_a_comment_acts_by_switch(bare: Caller, sandbox: Sandbox, acts: str, mailed: int):
    sandbox.account().switches.set("comment_author_acts", acts)
    ticket = a_ticket(bare)
    other = bare.do("POST", "/users", {"user": {"name": "Olaf", "email": "olaf@example.com"}})["user"]["id"]
    a_rule(bare, "role is end_user", do=[("notification_user", ["requester_id", "S", "B"])])

    update(bare, ticket, comment={"body": "Me too", "author_id": other})

    audit = bare.get(f"/tickets/{ticket['id']}/audits")["audits"][-1]
    assert len(mails(sandbox)) == mailed
    assert (audit["author_id"] == other) == bool(mailed)


# -- what rules leave behind


def test_a_rule_with_an_opaque_action_does_the_rest(bare: Caller, sandbox: Sandbox):
    rule = a_rule(
        bare,
        "update_type is Change",
        do=[("priority", "urgent"), ("add_skills", "1"), ("notification_user", ["requester_id", "S", "B"])],
    )
    ticket = a_ticket(bare)

    after = update(bare, ticket, type="incident")

    audit = bare.get(f"/tickets/{ticket['id']}/audits")["audits"][-1]
    assert after["priority"] == "urgent"
    assert [mail["subject"] for mail in mails(sandbox)] == ["S"]
    assert ("priority", "urgent") in [
        (event.get("field_name"), event.get("value")) for event in audit["events"]
    ]
    (note,) = [note for note in log_notes(sandbox) if rule in note]
    assert "left out" in note
    assert "actions[1] add_skills" in note


def test_a_rule_with_an_opaque_condition_does_nothing_and_says_why(bare: Caller, sandbox: Sandbox):
    rule = a_rule(bare, "satisfaction_score less_than good", do=[("priority", "urgent")])

    ticket = a_ticket(bare)

    (note,) = [note for note in log_notes(sandbox) if rule in note]
    assert ticket["priority"] is None
    assert note == (
        f'acme-zendesk: trigger {rule} "trigger for satisfaction_score less_than good" did nothing, a condition cannot be judged: '
        "all[0] satisfaction_score less_than: how satisfaction scores are ordered is not documented"
    )


def test_a_text_that_cannot_be_rendered_is_no_text_and_the_mail_goes_out(bare: Caller, sandbox: Sandbox):
    rule = a_rule(
        bare, "update_type is Create", do=[("notification_user", ["requester_id", "{{ticket.moon}}", "Fine"])]
    )

    a_ticket(bare)

    assert [(mail["subject"], mail["body"]) for mail in mails(sandbox)] == [(None, "Fine")]
    assert any(rule in note and "actions[0].subject" in note for note in log_notes(sandbox))


def test_changes_of_rules_are_audited_with_what_was_there_before(bare: Caller):
    options = [{"name": name, "value": name} for name in ("red", "blue")]
    field = {"type": "tagger", "title": "Colour", "custom_field_options": options}
    colour = bare.do("POST", "/ticket_fields", {"ticket_field": field})["ticket_field"]["id"]
    nights = {"name": "Nights", "time_zone": "UTC", "intervals": [{"start_time": 0, "end_time": 60}]}
    schedule = bare.do("POST", "/business_hours/schedules", {"schedule": nights})["schedule"]["id"]
    do = [
        (f"custom_fields_{colour}", "blue"),
        ("set_schedule", str(schedule)),
        ("satisfaction_score", "offered"),
    ]
    a_rule(bare, "update_type is Change", do=[("priority", "low"), *do], position=1)
    a_rule(bare, "priority is low", do=[("priority", "high")], position=2)
    ticket = a_ticket(bare, custom_fields=[{"id": colour, "value": "red"}])

    first, second = update(bare, ticket, type="task"), update(bare, ticket, type="question")

    audits = bare.get(f"/tickets/{ticket['id']}/audits")["audits"]
    changes = [
        (event.get("field_name"), event.get("previous_value"), event.get("value"))
        for event in audits[-2]["events"]
        if event["type"] == "Change"
    ]
    assert changes[1:] == [
        ("priority", None, "low"),
        (str(colour), "red", "blue"),
        ("tags", ["red"], ["blue"]),
        ("satisfaction_score", "unoffered", "offered"),
        ("priority", "low", "high"),
    ]
    set_at = [
        [event for event in audit["events"] if event["type"] == "ScheduleAssignment"] for audit in audits[-2:]
    ]
    assert [(event["previous_schedule_id"], event["new_schedule_id"]) for event in set_at[0]] == [
        (None, schedule)
    ]
    assert set_at[1] == []
    assert "schedule_id" not in first
    assert second["satisfaction_rating"] == {"score": "offered"}


def test_rules_change_the_requester_and_the_organization(bare: Caller):
    ids = furnished(bare)
    do = [("requester.custom_fields.plan", ""), ("organization.custom_fields.tier", ""), ("locale_id", "8")]
    a_rule(bare, "update_type is Create", do=do)

    ticket = a_ticket(bare, requester_id=ids["cleo"])

    cleo = bare.get(f"/users/{ids['cleo']}")["user"]
    client = bare.get(f"/organizations/{ticket['organization_id']}")["organization"]
    assert (cleo["user_fields"], cleo["locale_id"]) == ({"plan": None}, 8)
    assert client["organization_fields"] == {"tier": None}


def test_the_outbox_says_who_gets_what_from_which_rule(bare: Caller, sandbox: Sandbox):
    hook = {
        "name": "Pager",
        "endpoint": "https://pager.example.com/in",
        "http_method": "POST",
        "request_format": "json",
        "status": "active",
    }
    hook_id = bare.do("POST", "/webhooks", {"webhook": hook})["webhook"]["id"]
    group = bare.get("/groups")["groups"][0]
    do = [
        (
            "notification_user",
            ["requester_id", "Ticket {{ticket.id}}", "Hello {{ticket.requester.first_name}}"],
        ),
        ("notification_group", ["group_id", "G", "g"]),
        ("notification_webhook", [hook_id, '{"id": {{ticket.id}}}']),
    ]
    rule = a_rule(bare, "update_type is Create", do=do)

    ticket = a_ticket(bare)

    person, team, call = Caller(sandbox.address()).get("/_sandbox/outbox")["outbox"]
    me = bare.get("/users/me")["user"]
    whose = {"rule_kind": "trigger", "rule_title": "trigger for update_type is Create"}
    assert person == {
        "account": "acme-zendesk", "id": 1, "kind": "message", "at": "2026-01-05T09:00:00+00:00", "ticket_id": str(ticket["id"]),
        "rule": rule,
        "content": {
            "audience": "requester", "to": [str(me["id"])], "subject": f"Ticket {ticket['id']}", "body": "Hello Sandbox",
            "recipients": [{"id": str(me["id"]), "name": "Sandbox Admin", "email": "admin@example.com"}], **whose,
        },
    } | {"at": person["at"]}  # fmt: skip
    assert team["content"]["recipients"] == [{"id": str(group["id"]), "name": "Support", "email": None}]
    assert call["content"] == {
        "endpoint": hook_id, "body": f'{{"id": {ticket["id"]}}}', "name": "Pager", "url": "https://pager.example.com/in",
        "method": "POST", "format": "json", **whose,
    }  # fmt: skip
    events = bare.get(f"/tickets/{ticket['id']}/audits")["audits"][0]["events"]
    notices = [event for event in events if event["type"] == "Notification"]
    assert [event["recipients"] for event in notices] == [[me["id"]], [group["id"]]]
    assert notices[0]["via"]["source"] == {
        "from": {"id": int(rule), "title": whose["rule_title"]}, "to": {}, "rel": "trigger",
    }  # fmt: skip


# -- which writes run rules


def tagging(call: Caller, *every: str) -> None:
    a_rule(call, *every, do=[("current_tags", "seen")])


def test_triggers_run_in_bulk_jobs_of_both_kinds(bare: Caller):
    tagging(bare, "priority is high")
    old = a_ticket(bare)

    made = job_done(bare, bare.do("POST", "/tickets/create_many", {"tickets": [
        {"subject": "New", "comment": {"body": "x"}, "priority": "high"}]}))  # fmt: skip
    job_done(bare, bare.do("PUT", f"/tickets/update_many?ids={old['id']}", {"ticket": {"priority": "high"}}))

    ids = [made["results"][0]["id"], old["id"]]
    assert [bare.get(f"/tickets/{id_}")["ticket"]["tags"] for id_ in ids] == [["seen"], ["seen"]]


@pytest.mark.parametrize(("switch", "tags"), [("off", []), ("on", ["seen"])])
def test_imports_run_triggers_by_switch(bare: Caller, sandbox: Sandbox, switch: str, tags: list[str]):
    sandbox.account().switches.set("imports_run_triggers", switch)
    tagging(bare, "update_type is Create")
    sent = {"subject": "Old", "comments": [{"value": "long ago"}], "created_at": "2020-01-01T00:00:00Z"}

    ticket = bare.do("POST", "/imports/tickets", {"ticket": sent})["ticket"]

    assert ticket["tags"] == tags


def test_triggers_run_on_both_sides_of_a_merge(bare: Caller):
    tagging(bare, "update_type is Change")
    target, source = a_ticket(bare), a_ticket(bare)

    job_done(bare, bare.do("POST", f"/tickets/{target['id']}/merge", {"ids": [source["id"]]}))

    left = [bare.get(f"/tickets/{ticket['id']}")["ticket"] for ticket in (target, source)]
    assert [(ticket["status"], ticket["tags"]) for ticket in left] == [
        ("open", ["seen"]),
        ("closed", ["closed_by_merge", "seen"]),
    ]


@pytest.mark.parametrize(
    ("method", "sent", "tags"),
    [("POST", ["a"], ["a", "seen"]), ("PUT", ["b"], ["b", "old", "seen"]), ("DELETE", ["old"], ["seen"])],
)
def test_triggers_run_on_calls_of_the_tags_endpoints(
    bare: Caller, method: str, sent: list[str], tags: list[str]
):
    ticket = a_ticket(bare, tags=["old"])
    tagging(bare, "update_type is Change")

    bare.do(method, f"/tickets/{ticket['id']}/tags", {"tags": sent})

    assert bare.get(f"/tickets/{ticket['id']}")["ticket"]["tags"] == tags


def test_an_update_of_nothing_runs_no_rule(bare: Caller):
    ticket = a_ticket(bare, priority="low")
    tagging(bare, "update_type is Change")

    assert update(bare, ticket, priority="low")["tags"] == []


def test_a_closed_ticket_runs_no_rule_and_the_update_that_closes_one_does(bare: Caller):
    ticket = a_ticket(bare, assignee_id=an_agent(bare)["id"])
    tagging(bare, "status is closed")

    assert update(bare, ticket, status="closed")["tags"] == ["seen"]


# -- by the hour


def sleepers(call: Caller, count: int = 1) -> list[dict[str, Any]]:
    return [a_ticket(call, status="pending") for _ in range(count)]


def waking(call: Caller, **more: Any) -> str:
    every = ("status is pending", "PENDING greater_than 2")
    return a_rule(call, *every, do=[("status", "open")], kind="automation", **more)


def statuses(call: Caller, tickets: Sequence[Mapping[str, Any]]) -> list[str]:
    return [call.get(f"/tickets/{ticket['id']}")["ticket"]["status"] for ticket in tickets]


def test_what_an_automation_changes_sets_off_the_triggers(bare: Caller, sandbox: Sandbox):
    rule = waking(bare)
    trigger = a_rule(bare, "status value open", "update_type is Change", do=[("priority", "high")])
    (ticket,) = sleepers(bare)

    sandbox.clock.sleep(3 * HOUR)

    after = bare.get(f"/tickets/{ticket['id']}")["ticket"]
    audit = bare.get(f"/tickets/{ticket['id']}/audits")["audits"][-1]
    assert (after["status"], after["priority"]) == ("open", "high")
    assert (audit["author_id"], audit["via"]["source"]["rel"]) == (-1, "automation")
    assert audit["via"]["source"]["from"]["id"] == int(rule)
    by = [(event["field_name"], event["via"]["source"]["from"]["id"]) for event in audit["events"]]
    assert by == [("status", int(rule)), ("custom_status_id", int(rule)), ("priority", int(trigger))]


@pytest.mark.parametrize(
    ("saves", "audits", "tags"), [("each", 2, ["again", "first"]), ("once", 1, ["first"])]
)
def test_triggers_run_between_automations_or_after_all(
    bare: Caller, sandbox: Sandbox, saves: str, audits: int, tags: list[str]
):
    sandbox.account().switches.set("automation_saves", saves)
    waking(bare, position=1)
    a_rule(
        bare, "type is incident", "NEW greater_than 2", "current_tags not_includes again",
        do=[("current_tags", "again")], kind="automation", position=2,
    )  # fmt: skip
    a_rule(bare, "status value open", do=[("type", "incident"), ("current_tags", "first")])
    (ticket,) = sleepers(bare)
    before = len(bare.get(f"/tickets/{ticket['id']}/audits")["audits"])

    sandbox.clock.sleep(2 * HOUR)

    after = bare.get(f"/tickets/{ticket['id']}")["ticket"]
    assert after["tags"] == tags
    assert len(bare.get(f"/tickets/{ticket['id']}/audits")["audits"]) - before == audits


def test_the_limit_on_an_hour_is_the_engines_and_the_rest_waits(bare: Caller, sandbox: Sandbox):
    sandbox.account().switches.set("automation_tickets_per_run", "2")
    waking(bare)
    tickets = sleepers(bare, 3)

    sandbox.clock.sleep(2 * HOUR)
    early = statuses(bare, tickets)
    sandbox.clock.sleep(HOUR)

    assert early == ["open", "open", "pending"]
    assert statuses(bare, tickets) == ["open", "open", "open"]
    assert any("was held back" in note for note in log_notes(sandbox))


def test_an_automation_that_only_mails_leaves_one_audit(bare: Caller, sandbox: Sandbox):
    do = [("notification_user", ["requester_id", "Still there?", "{{ticket.status}}"])]
    a_rule(bare, "status is pending", "PENDING is 2", do=do, kind="automation")
    (ticket,) = sleepers(bare)

    sandbox.clock.sleep(5 * HOUR)

    audits = bare.get(f"/tickets/{ticket['id']}/audits")["audits"]
    assert [(mail["subject"], mail["rule_kind"]) for mail in mails(sandbox)] == [
        ("Still there?", "automation")
    ]
    assert [event["type"] for event in audits[-1]["events"]] == ["Notification"]
    assert len(audits) == 2


# -- when rules are compiled


class Counting:
    """The real engine, and how often it was made."""

    def __init__(self) -> None:
        self.made = 0
        self._factory = load_engine("zendesk")

    def __call__(self, rules: Sequence[NativeRule], switches: Mapping[str, str]) -> Engine:
        self.made += 1
        assert self._factory is not None
        return self._factory(rules, switches)


@pytest.fixture
def counted(make_cstoolkit_sandbox) -> tuple[Counting, Sandbox, Caller]:
    counting = Counting()
    sandbox = make_cstoolkit_sandbox(engines={"zendesk": counting})
    sandbox.clock.stop()
    call = zendesk(sandbox.address())
    no_stock_rules(call)
    return counting, sandbox, call


def test_rules_are_compiled_once_for_many_updates(counted: tuple[Counting, Sandbox, Caller]):
    counting, _, call = counted
    tagging(call, "priority is high")
    ticket = a_ticket(call)
    before = counting.made

    for priority in ("low", "normal", "high"):
        ticket = update(call, ticket, priority=priority)

    assert counting.made == before
    assert ticket["tags"] == ["seen"]


def test_a_changed_rule_category_or_switch_counts_at_once(counted: tuple[Counting, Sandbox, Caller]):
    _, sandbox, call = counted
    first = call.get("/trigger_categories")["trigger_categories"][0]["id"]
    second = call.do("POST", "/trigger_categories", {"trigger_category": {"name": "B", "position": 5}})
    b = a_rule(call, do=[("priority", "low")], category_id=second["trigger_category"]["id"])
    a_rule(call, do=[("priority", "high")], category_id=first)
    ticket = a_ticket(call)
    found = [ticket["priority"]]

    call.do("PATCH", f"/trigger_categories/{first}", {"trigger_category": {"position": 9}})
    found.append(update(call, ticket, type="task")["priority"])
    call.do("PUT", f"/triggers/{b}", {"trigger": {"active": False}})
    call.do("DELETE", f"/triggers/{b}")
    found.append(update(call, ticket, type="question", priority="urgent")["priority"])
    a_rule(call, "comment_includes_word includes FIRE", do=[("type", "incident")])
    sandbox.account().switches.set("text_case", "exact")
    exact = update(call, ticket, comment={"body": "fire"})["type"]
    sandbox.account().switches.set("text_case", "folded")
    folded = update(call, ticket, comment={"body": "fire"})["type"]

    assert found == ["low", "high", "high"]
    assert (exact, folded) == ("question", "incident")
