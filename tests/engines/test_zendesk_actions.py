"""One firing rule at a time: what its actions do to the ticket, by hand from the vendor's pages."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from cstoolkit.engines.zendesk import ZendeskEngine
from engines.vendor_documents import ACTIONS, CONDITIONS, FIELDS, OPEN, STATUSES, TICKETS, TRIGGER_REFERENCE
from engines.zendesk_world import ADA, CUSTOMER, KIM, LEE, MONDAY, a_rule, a_world, an_update


class Case(NamedTuple):
    name: str
    document: str
    action: tuple[str, Any]
    after: Mapping[str, Any]
    ticket: Mapping[str, Any] = {}
    update: Mapping[str, Any] = {}
    switches: Mapping[str, str] = {}


CASES = [
    Case("status", ACTIONS, ("status", "pending"), {"status": "pending"}),
    Case("never back to new", TRIGGER_REFERENCE, ("status", "new"), {"status": "open"}),
    Case("solving", ACTIONS, ("status", "solved"), {"status": "solved"}),
    Case("solving needs an assignee", OPEN, ("status", "solved"), {"status": "open"}, {"assignee_id": None}),
    Case("solving without one, by switch", OPEN, ("status", "solved"), {"status": "solved"}, {"assignee_id": None}, {}, {"rule_solves_unassigned": "done"}),
    Case("status takes its custom status along", STATUSES, ("status", "pending"), {"status": "pending", "custom_status_id": 82}, {"custom_status_id": 81}),
    Case("custom status takes its category along", STATUSES, ("custom_status_id", "83"), {"status": "pending", "custom_status_id": 83}, {"custom_status_id": 81}),
    Case("type", ACTIONS, ("type", "incident"), {"type": "incident"}),
    Case("priority", ACTIONS, ("priority", "urgent"), {"priority": "urgent"}),
    Case("priority cannot be emptied", TRIGGER_REFERENCE, ("priority", ""), {"priority": "normal"}),
    Case("group, and an outsider loses the ticket", OPEN, ("group_id", "2"), {"group_id": 2, "assignee_id": None}),
    Case("group, and a member keeps it", OPEN, ("group_id", "2"), {"group_id": 2, "assignee_id": ADA}, {"assignee_id": ADA}),
    Case("group, and everybody loses it, by switch", OPEN, ("group_id", "2"), {"assignee_id": None}, {"assignee_id": ADA}, {}, {"group_clears_assignee": "always"}),
    Case("group, and nobody loses it, by switch", OPEN, ("group_id", "2"), {"assignee_id": KIM}, {}, {}, {"group_clears_assignee": "never"}),
    Case("no group", ACTIONS, ("group_id", ""), {"group_id": None, "assignee_id": None}),
    Case("assignee", ACTIONS, ("assignee_id", str(ADA)), {"assignee_id": ADA}),
    Case("assignee who updates", ACTIONS, ("assignee_id", "current_user"), {"assignee_id": ADA}, {}, {"by": "ada"}),
    Case("no assignee", ACTIONS, ("assignee_id", ""), {"assignee_id": None}),
    Case("a customer cannot be the assignee", TICKETS, ("assignee_id", "current_user"), {"assignee_id": None}, {"assignee_id": None}, {"by": "customer"}),
    Case("assignee from outside the group", OPEN, ("assignee_id", str(LEE)), {"assignee_id": KIM, "group_id": 1}),
    Case("assignee from outside, and the group moves, by switch", OPEN, ("assignee_id", str(LEE)), {"assignee_id": LEE, "group_id": 2}, {}, {}, {"assignee_outside_group": "move"}),
    Case("the first assignment opens", OPEN, ("assignee_id", str(KIM)), {"status": "open"}, {"status": "new", "assignee_id": None}),
    Case("the first assignment, by switch", OPEN, ("assignee_id", str(KIM)), {"status": "new"}, {"status": "new", "assignee_id": None}, {}, {"first_assignment_opens": "off"}),
    Case("brand", ACTIONS, ("brand_id", "61"), {"brand_id": 61}),
    Case("form", ACTIONS, ("ticket_form_id", "71"), {"ticket_form_id": 71}),
    Case("the default form", ACTIONS, ("ticket_form_id", "default_ticket_form"), {"ticket_form_id": 70}, {"ticket_form_id": 71}),
    Case("set tags replaces", ACTIONS, ("set_tags", "one two"), {"tags": ["one", "two"]}),
    Case("add tags", ACTIONS, ("current_tags", "vip one"), {"tags": ["one", "printer", "vip"]}),
    Case("remove tags", ACTIONS, ("remove_tags", "vip none"), {"tags": ["printer"]}),
    Case("tags are lower case", OPEN, ("current_tags", "One"), {"tags": ["one", "printer", "vip"]}),
    Case("tags as written, by switch", OPEN, ("current_tags", "One"), {"tags": ["One", "printer", "vip"]}, {}, {}, {"normal_tags": "off"}),
    Case("drop-down and its tag", FIELDS, ("custom_fields_100", "pro"), {"tags": ["printer", "pro", "vip"], 100: "pro"}, {"tags": ["printer", "vip", "basic"]}),
    Case("drop-down emptied", FIELDS, ("custom_fields_100", ""), {"tags": ["printer"], 100: None}, {"tags": ["printer", "basic"]}),
    Case("box and its tag", FIELDS, ("custom_fields_101", "true"), {"tags": ["boxed", "printer", "vip"], 101: True}),
    Case("text", FIELDS, ("custom_fields_103", "hello"), {103: "hello"}),
    Case("removing a field's tag empties it", OPEN, ("remove_tags", "basic"), {"tags": ["vip"], 100: None}, {"tags": ["vip", "basic"]}),
    Case("removing a field's tag, by switch", OPEN, ("remove_tags", "basic"), {100: "basic"}, {"tags": ["vip", "basic"]}, {}, {"tags_clear_fields": "off"}),
    Case("removing a multi-select's tag", OPEN, ("remove_tags", "red"), {102: ["blue"]}, {"tags": ["red", "blue"]}),
    Case("follower", ACTIONS, ("follower", "current_user"), {"follower_ids": [KIM]}),
    Case("follower twice", ACTIONS, ("follower", str(KIM)), {"follower_ids": [KIM]}, {"follower_ids": [KIM]}),
    Case("cc", ACTIONS, ("cc", str(LEE)), {"email_cc_ids": [LEE]}),
    Case("schedule", ACTIONS, ("set_schedule", "2"), {"schedule_id": 2}),
    Case("survey", ACTIONS, ("satisfaction_score", "offered"), {"satisfaction_rating": {"score": "offered"}}),
    Case("a given rating stays", ACTIONS, ("satisfaction_score", "offered"), {"satisfaction_rating": {"score": "good"}}, {"satisfaction_rating": {"score": "good"}}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_action_leaves_the_ticket_as_the_vendor_says(case):
    engine = ZendeskEngine([a_rule(do=[case.action])], case.switches)

    trace = engine.run(a_world(case.ticket), an_update(**case.update), now=MONDAY)

    fields = {entry["id"]: entry["value"] for entry in trace.ticket["custom_fields"]}
    assert trace.steps[0].outcome == "fired"
    assert {name: {**trace.ticket, **fields}[name] for name in case.after} == case.after


def test_every_case_names_a_document_and_none_is_written_twice():
    assert all(case.document for case in CASES)
    assert len({case.name for case in CASES}) == len(CASES)


def test_actions_run_in_their_order():
    engine = ZendeskEngine(
        [a_rule(do=[("set_tags", "one two"), ("current_tags", "three"), ("remove_tags", "one")])]
    )

    trace = engine.run(a_world(), an_update(), now=MONDAY)

    assert trace.ticket["tags"] == ["three", "two"], ACTIONS


def test_the_step_lists_each_change_with_before_and_after():
    engine = ZendeskEngine([a_rule(do=[("priority", "high"), ("assignee_id", "")])])

    (step, *_) = engine.run(a_world(), an_update(), now=MONDAY).steps

    changes = [(change.field, change.before, change.after) for change in step.changes]
    assert changes == [("priority", "normal", "high"), ("assignee_id", KIM, None)]


def test_rules_see_the_requesters_fields_as_earlier_ones_left_them():
    setter = a_rule("setter", do=[("requester.custom_fields.plan", "502"), ("locale_id", "1")])
    reader = a_rule("reader", position=1, every=["requester.custom_fields.plan is 502", "locale_id is 1"])
    world = a_world()

    trace = ZendeskEngine([setter, reader]).run(world, an_update(), now=MONDAY)

    assert "fired" in trace.ticket["tags"], CONDITIONS
    assert world.lookups["users"][str(CUSTOMER)]["user_fields"]["plan"] == "gold"


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (("add_skills", "1"), "not judged"),
        (("reply_public", "x"), "not judged"),
        (("custom_fields_999", "x"), "not among the known ticket_fields"),
        (("custom_fields_102", "red"), "multi-select"),
        (("custom_fields_104", ["days_from_now", "3"]), "not documented"),
        (("no_such_action", "x"), "knows"),
        (("comment_value", "x"), "not offered to a trigger"),
        (("notification_user", "requester_id"), "list of 3"),
    ],
)
def test_an_action_that_cannot_be_judged_is_opaque_and_the_others_are_done(action, reason):
    engine = ZendeskEngine([a_rule(do=[("priority", "high"), action, ("current_tags", "after")])])

    trace = engine.run(a_world(), an_update(), now=MONDAY)

    (step, *_) = trace.steps
    assert step.outcome == "opaque"
    assert (step.opaque[0].path, step.opaque[0].construct) == ("actions[1]", action[0])
    assert reason in step.opaque[0].reason
    assert (trace.ticket["priority"], "after" in trace.ticket["tags"]) == ("high", True)


def test_assigning_the_acting_user_where_nobody_acts_is_not_judged():
    engine = ZendeskEngine([a_rule(do=[("assignee_id", "current_user")])])

    (step, *_) = engine.run(a_world(), an_update(by=None), now=MONDAY).steps

    assert step.outcome == "opaque"
