"""Whatever a rule holds, the engine answers with a trace: what it does not understand is opaque."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.engines.freshdesk import FreshdeskEngine
from cstoolkit.model.rules import NativeRule
from engines.freshdesk_world import CREATED, MONDAY, a_note, a_reply, a_world, an_update

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 60),
    st.floats(allow_nan=False),
    st.sampled_from(["", "--", "2", "true", "Gold", "business_hours", "{{ticket.id}}", "{{", "{% for", "é"]),
)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2), max_leaves=5)  # fmt: skip
FIELDS = [
    "status", "priority", "ticket_type", "group_id", "responder_id", "subject", "description", "subject_or_description",
    "hours_since_created", "resolved_at", "created_at", "updated_at", "association_type", "cf_plan", "cf_note", "cf_seats",
    "cf_guard", "cf_since", "cf_country", "email", "domains", "name", "tag", "reply_sent", "note_type", "add_tag",
    "send_email_to_agent", "send_email_to_group", "send_email_to_requester", "trigger_webhook", "delete_ticket", "x",
]  # fmt: skip
OPERATORS = [
    "in",
    "not_in",
    "is",
    "is_not",
    "contains",
    "does_not_contain",
    "starts_with",
    "greater_than",
    "during",
    "x",
]
KEYS = [
    "value", "from", "to", "nested_fields", "from_nested_field", "business_hours_id", "case_sensitive", "email_to",
    "email_subject", "email_body", "note_body", "notify_agents", "fwd_to", "url", "request_type", "content", "push_to",
]  # fmt: skip
parts = st.builds(
    lambda field, operator, resource, more: {
        "field_name": field, "operator": operator, "resource_type": resource, **more
    },
    st.sampled_from(FIELDS),
    st.sampled_from(OPERATORS),
    st.sampled_from([None, "ticket", "contact", "company", "thread"]),
    st.dictionaries(st.sampled_from(KEYS), values, max_size=4),
)  # fmt: skip
lists = st.lists(parts | values, max_size=3) | values
bodies = st.fixed_dictionaries(
    {},
    optional={
        "performer": st.builds(lambda kind, members: {"type": kind, "members": members}, values, values) | values,
        "events": lists,
        "conditions": st.lists(
            st.builds(lambda match, listed: {"match_type": match, "properties": listed}, values | st.just("any"), lists) | values,
            max_size=3,
        )
        | values,
        "operator": values | st.just("AND"),
        "actions": lists,
    },
)  # fmt: skip
updates = st.sampled_from(
    [
        CREATED,
        an_update(before={"status": 3, "custom_fields": {"cf_plan": 1}}, comment=a_reply()),
        an_update(comment=a_note()),
    ]
)


@given(
    bodies | values,
    st.sampled_from(["rule_1", "rule_3", "rule_4"]),
    updates,
    st.sampled_from(["opaque", "screen"]),
)
def test_any_body_gives_a_trace(body, kind, update, names):
    rule = NativeRule("freshdesk", kind, None, "1", "any", True, body, (1,))
    engine = FreshdeskEngine([rule], {"unsourced_names": names})
    world = a_world()

    trace = (
        next(iter(engine.hour([world], now=MONDAY)))
        if kind == "rule_3"
        else engine.run(world, update, now=MONDAY)
    )
    (found,) = engine.coverage(world, update, now=MONDAY)

    assert {step.outcome for step in trace.steps} <= {"fired", "no_match", "opaque"}
    assert len(found.opaque) <= 3 * found.parts
    assert world == a_world()


@pytest.mark.parametrize("kind", ["scenario_automation", "trigger", "rule_2"])
def test_rules_of_other_kinds_are_not_run(kind):
    rule = NativeRule("freshdesk", kind, None, "1", "other", True, {"actions": []}, (1,))

    assert FreshdeskEngine([rule]).run(a_world(), CREATED, now=MONDAY).steps == ()
    assert FreshdeskEngine([rule]).coverage(a_world(), CREATED, now=MONDAY) == ()
