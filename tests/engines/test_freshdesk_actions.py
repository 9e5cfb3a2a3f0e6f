"""Actions one by one: what they make of the ticket, and what is said of those that cannot be judged."""

import pytest

from cstoolkit.engines.freshdesk import FreshdeskEngine
from engines.freshdesk_documents import API, EXAMPLES, HOURLY, OVERVIEW, TROUBLE
from engines.freshdesk_world import (
    ADA,
    BILLING,
    CLOSED,
    CREATED,
    KIM,
    LEE,
    MONDAY,
    PENDING,
    REPLIED,
    RESOLVED,
    SUPPORT,
    a_rule,
    a_world,
    put,
)

NOW = "2026-03-02T10:00:00Z"


def done(*actions, ticket=None, type=1, switches=None, without=()):
    engine = FreshdeskEngine([a_rule(type=type, do=actions)], switches)
    world = a_world(ticket, without=without)
    if type == 3:
        return next(iter(engine.hour([world], now=MONDAY)))
    return engine.run(world, CREATED if type == 1 else REPLIED, now=MONDAY)


@pytest.mark.parametrize(
    ("document", "action", "field", "after"),
    [
        (API, put("status", PENDING), "status", PENDING),
        (API, put("status", 6), "status", 6),
        (API, put("status", "3"), "status", PENDING),  # one script sends the id as a text
        (API, put("priority", 4), "priority", 4),
        (API, put("ticket_type", "Problem"), "type", "Problem"),
        (API, put("group_id", BILLING), "group_id", BILLING),
        (OVERVIEW, put("product_id", 3), "product_id", 3),
        (OVERVIEW, put("internal_group_id", 2), "internal_group_id", 2),
        (OVERVIEW, put("internal_agent_id", KIM), "internal_agent_id", KIM),
        (API, put("add_tag", ["vip", "printer", "gold"]), "tags", ["printer", "vip", "gold"]),
        (API, put("priority", 4, resource_type="Same_ticket"), "priority", 4),
    ],
)
def test_fields_that_rules_set(document, action, field, after):
    trace = done(action)

    (step,) = trace.steps
    assert (step.outcome, trace.ticket[field]) == ("fired", after)
    assert [change.field for change in step.changes] == [field]


@pytest.mark.parametrize(
    "action",
    [
        put("status", 2),
        put("priority", 2),
        put("ticket_type", "Question"),
        put("add_tag", ["printer"]),
        put("add_tag", []),
    ],
)
def test_what_is_there_already_is_no_change(action):
    trace = done(action)

    assert (trace.steps[0].outcome, trace.steps[0].changes) == ("fired", ())
    assert trace.ticket == a_world().ticket


@pytest.mark.parametrize(
    ("document", "name", "value"),
    [
        (OVERVIEW, "cf_plan", "Tin"),
        (OVERVIEW, "cf_seats", 3),
        (OVERVIEW, "cf_guard", True),
        (OVERVIEW, "cf_note", None),
    ],
)
def test_custom_fields(document, name, value):
    trace = done(put(name, value))

    assert trace.ticket["custom_fields"][name] == value
    assert trace.ticket["custom_fields"]["cf_city"] == "Austin"
    assert trace.steps[0].changes[0].field == name


def test_actions_run_in_their_order():
    """OVERVIEW: the actions specified here are executed in order."""
    trace = done(put("priority", 3), put("priority", 4), put("add_tag", ["x"]))

    assert [(change.field, change.after) for change in trace.steps[0].changes] == [
        ("priority", 3),
        ("priority", 4),
        ("tags", ["printer", "x"]),
    ]


@pytest.mark.parametrize(
    ("status", "before", "stats"),
    [
        (PENDING, {}, {"pending_since": NOW, "resolved_at": None}),
        (RESOLVED, {}, {"resolved_at": NOW, "closed_at": None}),
        (CLOSED, {}, {"resolved_at": NOW, "closed_at": NOW}),  # both at once: UPDATES
        (CLOSED, {"status": RESOLVED, "stats": {"resolved_at": "2026-03-01T10:00:00Z"}}, {"resolved_at": "2026-03-01T10:00:00Z", "closed_at": NOW}),
        (2, {"status": CLOSED, "stats": {"closed_at": NOW}}, {"reopened_at": NOW, "closed_at": None, "resolved_at": None}),
    ],
)  # fmt: skip
def test_a_status_stamps_what_hourly_rules_count_from(status, before, stats):
    after = done(put("status", status), ticket=before).ticket["stats"]

    assert {name: after[name] for name in stats} == stats
    assert after["status_updated_at"] == NOW


@pytest.mark.parametrize(
    ("document", "group", "agent", "assigned"),
    [
        (EXAMPLES, SUPPORT, KIM, KIM),  # group first, then the agent
        (TROUBLE, None, KIM, None),  # the agent alone: nobody is assigned
        (TROUBLE, BILLING, KIM, None),
        (TROUBLE, None, ADA, ADA),  # an agent of no group is the exception
    ],
)
def test_an_agent_is_assigned_within_his_group(document, group, agent, assigned):
    trace = done(*([put("group_id", group)] if group else []), put("responder_id", agent))

    assert trace.ticket["responder_id"] == assigned


def test_an_agent_outside_of_the_group_by_switch():
    trace = done(put("responder_id", KIM), switches={"agent_outside_group": "assigned"})

    assert trace.ticket["responder_id"] == KIM


def test_an_assignment_can_be_taken_away():
    assert done(put("responder_id", None), ticket={"responder_id": KIM}).ticket["responder_id"] is None


@pytest.mark.parametrize(
    ("how", "agent", "left"),
    [
        ("never", LEE, LEE),
        ("outsiders", LEE, None),
        ("outsiders", KIM, KIM),
        ("always", KIM, None),
        ("always", None, None),
    ],
)
def test_whose_assignment_a_new_group_takes_away_is_a_switch(how, agent, left):
    """OPEN."""
    trace = done(
        put("group_id", SUPPORT), ticket={"responder_id": agent}, switches={"group_clears_agent": how}
    )

    assert trace.ticket["responder_id"] == left


@pytest.mark.parametrize(
    ("action", "type", "about"),
    [
        (put("responder_id", -2), 1, "not documented"),  # the event's performer, a creator, a turn
        (put("responder_id", "{{event_performer}}"), 1, "not documented"),
        (put("responder_id", 99), 1, "not among the known agents"),
        (put("group_id", "round_robin"), 1, "not documented"),
        (put("status", None), 1, "cannot be without"),
        (put("cf_gone", 1), 1, "not a field of this account"),
        (put("cf_country", "Chile"), 1, "levels"),
        (put("colour", "red"), 1, "not an action"),
        (put("priority", 4, resource_type="parent_ticket"), 4, "another record"),
        (put("size", 4, resource_type="custom_object", object_reference="cf_x"), 4, "another record"),
        (put("internal_group_id", 2), 3, "not offered"),
        ({"field_name": "trigger_webhook"}, 3, "not offered"),
        ({"field_name": "trigger_webhook"}, 1, "request_type"),
        ({"field_name": "x", "note_body": "n"}, 3, "not offered"),
        ({"field_name": "push", "push_to": "Slack", "slack_text": "x"}, 1, "Slack"),
        ({"field_name": "send_email_to_agent", "email_to": "assigned"}, 1, "not documented"),
        ({"field_name": "send_email_to_agent"}, 1, "not documented"),
        ({"field_name": "send_email_to_group", "email_to": -1}, 1, "not documented"),
        ({"field_name": "delete_ticket"}, 1, "no source"),
        ({"field_name": "mark_as_spam"}, 1, "no source"),
        ({"field_name": "add_watcher", "value": [7]}, 1, "no source"),
        ({"field_name": "create_thread"}, 1, "no source"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_says_why_and_the_rest_is_done(action, type, about):
    trace = done(action, put("priority", 4), type=type)

    (step,) = trace.steps
    assert step.outcome == "opaque"
    assert about in step.opaque[0].reason
    assert step.opaque[0].path == "actions[0]"
    assert [change.field for change in step.changes] == ["priority"]


@pytest.mark.parametrize(
    ("action", "field", "after"),
    [
        ({"field_name": "delete_ticket"}, "deleted", True),
        ({"field_name": "mark_as_spam"}, "spam", True),
        (put("add_cc", ["new@client.test"]), "cc_emails", ["boss@client.test", "new@client.test"]),
    ],
)
def test_names_without_a_source_are_the_screens_words_by_switch(action, field, after):
    trace = done(action, switches={"unsourced_names": "screen"})

    assert (trace.steps[0].outcome, trace.ticket[field]) == ("fired", after)
    assert trace.steps[0].changes[0].field == field


def test_skipping_the_vendors_own_mail_changes_nothing_on_the_ticket():
    trace = done({"field_name": "skip_notification"}, switches={"unsourced_names": "screen"})

    assert (trace.steps[0].outcome, trace.ticket) == ("fired", a_world().ticket)


def test_custom_fields_of_old_accounts_have_no_prefix():
    trace = done(put("order", 7), ticket={"custom_fields": {"order": 1}})

    assert trace.ticket["custom_fields"]["order"] == 7


def test_who_is_in_a_group_must_be_known():
    trace = done(put("responder_id", KIM), without=["agents"])

    assert trace.steps[0].outcome == "opaque"


@pytest.mark.parametrize(("document", "type"), [(OVERVIEW, 1), (HOURLY, 3), (OVERVIEW, 4)])
def test_rules_of_all_types_set_fields(document, type):
    assert done(put("priority", 4), type=type).ticket["priority"] == 4


def test_the_world_is_left_as_it_was():
    world = a_world()
    FreshdeskEngine([a_rule(do=[put("add_tag", ["x"]), put("cf_plan", "Tin"), put("status", CLOSED)])]).run(
        world, CREATED, now=MONDAY
    )

    assert world == a_world()
