"""Macros as an agent applies them, and the SLA policy a ticket gets."""

import pytest

from cstoolkit.engines.zendesk import ZendeskEngine
from cstoolkit.engines.zendesk.records import native_rules
from cstoolkit.errors import RefusedError
from engines.vendor_documents import MACROS, SLA
from engines.zendesk_world import KIM, MONDAY, a_rule, a_world


def applied(*actions, ticket=None, actor=KIM):
    engine = ZendeskEngine([a_rule("macro", kind="macro", do=actions)])
    return engine.apply_macro("macro", a_world(ticket), actor_id=str(actor), now=MONDAY)


def comment_of(trace):
    return next(change.after for change in trace.steps[0].changes if change.field == "comment")


def test_a_macro_sets_fields():
    trace = applied(("status", "pending"), ("subject", "Fire"), ("current_tags", "asked"))

    assert (trace.ticket["status"], trace.ticket["subject"]) == ("pending", "Fire"), MACROS
    assert "asked" in trace.ticket["tags"]


def test_a_macro_writes_a_comment_and_the_ticket_does_not_hold_it():
    trace = applied(("comment_value", "Hello {{ticket.requester.first_name}}, {{current_user.name}}"))

    assert comment_of(trace)["body"] == "Hello Cleo, Kim Lee Ray", MACROS
    assert comment_of(trace)["public"] is True
    assert "comment" not in trace.ticket


@pytest.mark.parametrize("order", [1, -1])
def test_the_mode_makes_the_comment_private_wherever_it_stands(order):
    actions = [("comment_value", ["channel:all", "Psst"]), ("comment_mode_is_public", "false")][::order]

    comment = comment_of(applied(*actions))

    assert (comment["public"], comment["scoped_body"]) == (False, [["channel:all", "Psst"]]), MACROS


def test_current_groups_is_the_default_group_of_whoever_applies_it():
    trace = applied(
        ("assignee_id", "current_user"),
        ("group_id", "current_groups"),
        ticket={"group_id": None, "assignee_id": None},
    )

    assert (trace.ticket["assignee_id"], trace.ticket["group_id"]) == (KIM, 1), MACROS


def test_a_macro_sends_no_mail():
    trace = applied(("notification_user", ["requester_id", "s", "b"]))

    assert trace.steps[0].outcome == "opaque"
    assert trace.steps[0].messages == ()


@pytest.mark.parametrize("name", ["nosuch", "sleeping"])
def test_a_macro_that_is_not_there_is_refused_with_the_ones_that_are(name):
    engine = ZendeskEngine([a_rule("macro", kind="macro"), a_rule("sleeping", kind="macro", active=False)])

    with pytest.raises(RefusedError, match=name) as refused:
        engine.apply_macro(name, a_world(), actor_id=str(KIM), now=MONDAY)

    assert "macro" in refused.value.hint


def a_policy(title, *conditions, position=1, metrics=()):
    body = {"id": None, "title": title, "position": position, "policy_metrics": list(metrics)}
    return native_rules("sla_policy", [{**body, "filter": {"all": list(conditions), "any": []}}])[0]


def is_(field, value, operator="is"):
    return {"field": field, "operator": operator, "value": value}


REPLY = [
    {"priority": "normal", "metric": "first_reply_time", "target": 30, "business_hours": False},
    {"priority": "urgent", "metric": "first_reply_time", "target": 10, "business_hours": True},
]


def matched(*policies, ticket=None, without=()):
    return ZendeskEngine(policies).sla(a_world(ticket, without=without), now=MONDAY)


def test_the_first_policy_that_matches_wins():
    general, special = (
        a_policy("general", position=2),
        a_policy("special", is_("type", "question"), position=1),
    )

    assert matched(general, special).policy == "special", SLA
    assert matched(general, special, ticket={"type": "task"}).policy == "general"


def test_targets_are_those_of_the_priority():
    policy = a_policy("p", metrics=REPLY)

    found = [
        matched(policy, ticket={"priority": priority}).targets
        for priority in ("urgent", "normal", "low", None)
    ]

    assert [[(t.metric, t.minutes, t.business_hours) for t in targets] for targets in found] == [
        [("first_reply_time", 10, True)],
        [("first_reply_time", 30, False)],
        [],
        [],
    ], SLA


def test_a_policy_that_does_not_match_says_why():
    match = matched(a_policy("p", is_("group_id", 2)))

    assert match.policy is None
    assert (match.passed[0][0], match.passed[0][1].field) == ("p", "group_id")


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (is_("ticket_type_id", 1), True),  # numbers where triggers have words
        (is_("ticket_type_id", 2), False),
        (is_("type", "question"), True),  # the API's own example has words
        (is_("group_id", 1), True),
        (is_("organization_id", None), False),
        (is_("via_id", 4), True),
        (is_("requester_role", 0), True),
        (is_("current_tags", "vip gold", "includes"), True),
        (is_("ticket_fields_100", 1001, "includes"), True),  # the option's id, not its tag
        (is_("ticket_fields_100", 1002, "includes"), False),
        (is_("ticket_fields_100", 1002, "not_includes"), True),
        (is_("exact_created_at", "2026-03-01T00:00:00Z", "greater_than"), True),
        (is_("exact_created_at", "2026-03-02T00:00:00Z", "greater_than"), False),
    ],
)
def test_filters_take_numbers_and_option_ids(condition, holds):
    assert (matched(a_policy("p", condition)).policy == "p") == holds, SLA


def test_a_filter_that_cannot_be_judged_leaves_all_later_policies_open():
    unknown, general = a_policy("unknown", is_("ticket_fields_100", 1001)), a_policy("general", position=2)

    match = matched(unknown, general, without=["ticket_fields"])

    assert (match.policy, match.opaque[0].path) == (None, "all[0]")
