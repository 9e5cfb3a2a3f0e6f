"""A list of triggers over one update: order, both lists of conditions, the pass, closed tickets."""

import pytest

from cstoolkit.engines.zendesk import ZendeskEngine
from engines.vendor_documents import OPEN, TRIGGERS
from engines.zendesk_world import MONDAY, a_comment, a_rule, a_world, an_update

TAG_A, TAG_B = (("current_tags", "a"),), (("current_tags", "b"),)


def run(rules, *, ticket=None, switches=None, detail="full", **update):
    engine = ZendeskEngine(rules, switches)
    return engine.run(a_world(ticket), an_update(**update), now=MONDAY, detail=detail)


def outcomes(trace):
    return [(step.rule, step.round, step.outcome) for step in trace.steps]


@pytest.mark.parametrize(
    ("document", "every", "some", "fires"),
    [
        (TRIGGERS, ["status is open", "priority is normal"], [], True),
        (TRIGGERS, ["status is open", "priority is urgent"], [], False),
        (TRIGGERS, [], ["status is solved", "priority is normal"], True),
        (TRIGGERS, [], ["status is solved", "priority is urgent"], False),
        (TRIGGERS, ["status is open"], ["priority is urgent"], False),  # a single one acts like an "all"
        (TRIGGERS, ["status is solved"], ["priority is normal"], False),
        (TRIGGERS, ["status is open"], ["priority is urgent", "group_id is 1"], True),
        (TRIGGERS, [], [], True),
    ],
)
def test_all_of_one_list_and_one_of_the_other(document, every, some, fires):
    trace = run([a_rule(every=every, some=some)])

    assert (trace.steps[0].outcome == "fired") == fires


def test_a_list_of_which_none_holds_fails_as_one():
    trace = run([a_rule(some=["status is solved", "priority is urgent"])])

    assert trace.steps[0].failed.path == "any"
    assert trace.steps[0].failed.field == "status"


def test_triggers_go_by_category_then_by_position():
    late = a_rule("late", position=1, category_id="20", do=())
    second = a_rule("second", position=9, category_id="10", do=())
    first = a_rule("first", position=3, category_id="10", do=())

    trace = run([late, second, first])

    assert [step.rule for step in trace.steps] == ["first", "second", "late"]


def test_an_inactive_trigger_is_not_looked_at():
    assert run([a_rule(active=False)]).steps == ()


def test_later_triggers_see_what_earlier_ones_did():
    raise_it = a_rule("raise", position=1, every=["current_tags includes vip"], do=[("priority", "urgent")])
    follow = a_rule("follow", position=2, every=["priority is urgent"], do=TAG_A)

    trace = run([raise_it, follow])

    assert "a" in trace.ticket["tags"]


def test_an_earlier_trigger_wakes_in_the_next_walk():
    early = a_rule("early", position=1, every=["current_tags includes b"], do=TAG_A)
    late = a_rule("late", position=2, every=["status is open"], do=TAG_B)

    trace = run([early, late])

    assert outcomes(trace) == [
        ("early", 1, "no_match"),
        ("late", 1, "fired"),
        ("early", 2, "fired"),
        ("early", 3, "spent"),
        ("late", 3, "spent"),
    ]


def test_with_a_single_pass_it_does_not():
    early = a_rule("early", position=1, every=["current_tags includes b"], do=TAG_A)
    late = a_rule("late", position=2, every=["status is open"], do=TAG_B)

    trace = run([early, late], switches={"trigger_pass": "single_pass"})

    assert outcomes(trace) == [("early", 1, "no_match"), ("late", 1, "fired")]
    assert trace.switches["trigger_pass"] == "single_pass"


def test_two_triggers_that_undo_each_other_come_to_an_end():
    to_high = a_rule("to high", position=1, every=["priority is normal"], do=[("priority", "high")])
    to_normal = a_rule("to normal", position=2, every=["priority is high"], do=[("priority", "normal")])

    trace = run([to_high, to_normal])

    assert [step.rule for step in trace.steps if step.outcome == "fired"] == ["to high", "to normal"]
    assert trace.ticket["priority"] == "normal"


def test_firing_without_an_effect_changes_nothing_and_starts_no_new_walk():
    trace = run([a_rule("same", do=[("status", "open")]), a_rule("next", position=1, do=())])

    assert outcomes(trace) == [("same", 1, "fired"), ("next", 1, "fired")]
    assert trace.steps[0].changes == ()


def test_what_a_trigger_changed_counts_as_changed_in_the_same_update():
    mover = a_rule("mover", position=1, do=[("group_id", "2")])
    watcher = a_rule("watcher", position=2, every=["group_id changed"], do=TAG_A)

    assert "a" in run([mover, watcher]).ticket["tags"]


def test_what_a_trigger_set_back_is_not_changed():
    back = a_rule("back", position=1, every=["status is pending"], do=[("status", "open")])
    watcher = a_rule("watcher", position=2, every=["status changed"], do=TAG_A)

    trace = run([back, watcher], ticket={"status": "pending"}, before={"status": "open"})

    assert "a" not in trace.ticket["tags"]


def test_a_closed_ticket_runs_no_triggers():
    trace = run([a_rule()], ticket={"status": "closed"}, before={"subject": "x"})

    assert trace.steps == ()


def test_the_update_that_closes_a_ticket_runs_them():
    trace = run([a_rule()], ticket={"status": "closed"}, before={"status": "solved"})

    assert trace.steps[0].outcome == "fired"


def test_the_worlds_own_records_are_left_alone():
    world = a_world()
    kept = {**world.ticket, "tags": list(world.ticket["tags"])}

    ZendeskEngine([a_rule()]).run(world, an_update(), now=MONDAY)

    assert world.ticket == kept


def test_detail_fired_says_only_what_happened():
    idle, busy = a_rule("idle", every=["status is solved"]), a_rule("busy", do=TAG_A)

    trace = run([idle, busy], detail="fired")

    assert outcomes(trace) == [("busy", 1, "fired")]


def test_a_condition_that_cannot_be_judged_makes_the_step_opaque_and_does_nothing():
    trace = run([a_rule(every=["status is open", "reopens greater_than 1"])])

    (step,) = trace.steps
    assert (step.outcome, step.changes) == ("opaque", ())
    assert (step.opaque[0].path, step.opaque[0].construct) == ("all[1]", "reopens greater_than")
    assert "metric_set" in step.opaque[0].reason


@pytest.mark.parametrize(
    ("every", "some", "outcome"),
    [
        (["reopens greater_than 1", "status is solved"], [], "no_match"),  # decided without it
        (["status is open"], ["reopens greater_than 1", "status is open"], "fired"),
        (["status is open"], ["reopens greater_than 1", "status is solved"], "opaque"),
        (["no_such_field is 1"], [], "opaque"),
        (["PENDING greater_than 1"], [], "opaque"),  # for automations only
        (["status includes open"], [], "opaque"),
    ],
)
def test_what_cannot_be_judged_matters_only_where_nothing_else_decides(every, some, outcome):
    assert run([a_rule(every=every, some=some)]).steps[0].outcome == outcome


@pytest.mark.parametrize(
    ("condition", "without"),
    [
        ("role is agent", "users"),
        ("requester_role is 0", "users"),
        ("in_business_hours is true", "schedules"),
        ("requester.custom_fields.plan is 501", "user_fields"),
    ],
)
def test_what_the_world_does_not_hold_is_not_guessed(condition, without):
    engine = ZendeskEngine([a_rule(every=[condition])])

    (step,) = engine.run(a_world(without=[without]), an_update(), now=MONDAY).steps

    assert step.outcome == "opaque"
    assert without in step.opaque[0].reason


def test_several_schedules_leave_it_open_by_switch():
    trace = run([a_rule(every=["in_business_hours is true"])], switches={"default_schedule": "unknown"})

    assert trace.steps[0].outcome == "opaque", OPEN


def test_a_comment_condition_reads_this_updates_comment_only():
    world = a_world(comments=[a_comment("refund")])

    engine = ZendeskEngine([a_rule(every=["comment_includes_word includes refund"])])

    assert engine.run(world, an_update(), now=MONDAY).steps[0].outcome == "no_match"


def test_tags_may_come_as_one_text():
    trace = run([a_rule(every=["current_tags includes vip"])], ticket={"tags": "printer vip"})

    assert trace.ticket["tags"] == ["fired", "printer", "vip"]


WAKES = [
    ("current_tags includes woken", ("current_tags", "woken")),
    ("current_tags not_includes vip", ("remove_tags", "vip")),
    ("status is pending", ("status", "pending")),
    ("status changed", ("status", "pending")),
    ("priority greater_than high", ("priority", "urgent")),
    ("type is task", ("type", "task")),
    ("group_id is 2", ("group_id", "2")),
    ("assignee_id is", ("assignee_id", "")),
    ("assignee_id is", ("group_id", "2")),
    ("requester_id is assignee_id", ("assignee_id", "9")),
    ("brand_id is 61", ("brand_id", "61")),
    ("ticket_form_id is 71", ("ticket_form_id", "71")),
    ("custom_status_id includes 82", ("status", "pending")),
    ("custom_fields_100 is pro", ("custom_fields_100", "pro")),
    ("custom_fields_100 not_present", ("remove_tags", "basic")),
    ("current_tags includes pro", ("custom_fields_100", "pro")),
    ("custom_fields_101 is true", ("custom_fields_101", "true")),
    ("cc present", ("cc", "21")),
    ("locale_id is 1", ("locale_id", "1")),
    ("requester.custom_fields.plan is 502", ("requester.custom_fields.plan", "502")),
    ("satisfaction_score is offered", ("satisfaction_score", "offered")),
    ("schedule_id is 2", ("set_schedule", "2")),
    ("in_business_hours is false", ("set_schedule", "2")),
]
ASLEEP = {"tags": ["vip", "basic"], "custom_status_id": 81, "requester_id": 9, "assignee_id": 7}


@pytest.mark.parametrize("detail", ["full", "fired"])
@pytest.mark.parametrize(("condition", "action"), WAKES)
def test_whatever_a_rule_reads_wakes_it_when_it_changes(condition, action, detail):
    early = a_rule("early", position=1, every=[condition], do=())
    late = a_rule("late", position=2, do=[action])
    ticket = {**ASLEEP, "requester_id": 9 if "requester_id" in condition else 20}

    trace = run([early, late], ticket=ticket, detail=detail)

    assert [step.rule for step in trace.steps if step.outcome == "fired"] == ["late", "early"]
