"""Conditions one by one: every field and operator, on a ticket that is known, by the vendor's own texts."""

from collections.abc import Mapping
from typing import Any

import pytest

from cstoolkit.engines.engine import Update
from cstoolkit.engines.freshdesk import FreshdeskEngine
from engines.freshdesk_documents import API, CREATION, EXAMPLES, LINKED, OPEN, OVERVIEW, TROUBLE, UPDATES
from engines.freshdesk_world import CREATED, MONDAY, REPLIED, a_property, a_rule, a_world


def judged(written, ticket=None, *, type=1, switches=None, without=(), update=None):
    """Whether a single condition holds; None where it cannot be judged."""
    update = update or (CREATED if type == 1 else REPLIED)
    engine = FreshdeskEngine([a_rule("rule", written, type=type, do=())], switches)
    step = engine.run(a_world(ticket, without=without), update, now=MONDAY).steps[0]
    return {"fired": True, "no_match": False, "opaque": None}[step.outcome]


def also(written: str, **more: Any) -> Mapping[str, Any]:
    return {**a_property(written), **more}


@pytest.mark.parametrize(
    ("document", "written", "ticket", "holds"),
    [
        (API, "status in 2", {}, True),
        (API, "status in 3|4", {}, False),
        (API, "status not_in 4|5", {}, True),
        (API, "status not_in 2|4", {}, False),
        (API, {"field_name": "status", "operator": "in", "value": ["2"]}, {}, True),  # one script sends texts
        (API, "priority in 4", {"priority": 4}, True),
        (API, "priority in 4", {}, False),
        (API, "source in 1|3", {}, True),
        (OVERVIEW, "ticket_type in Question|Problem", {}, True),
        (OVERVIEW, "ticket_type not_in Question", {}, False),
        (OVERVIEW, "ticket_type in question", {}, False),  # a choice is one of the account's labels
        (OVERVIEW, "group_id in 1", {"group_id": 1}, True),
        (OVERVIEW, "responder_id in null", {}, True),  # "Assigned agent -> Is -> None"
        (OVERVIEW, "responder_id in null", {"responder_id": 7}, False),
        (OVERVIEW, {"field_name": "responder_id", "operator": "in", "value": [""]}, {}, True),
        (OVERVIEW, "responder_id not_in null", {"responder_id": 7}, True),
        (OVERVIEW, "responder_id is 7", {"responder_id": 7}, True),
        (OVERVIEW, "responder_id is_not 7", {"responder_id": 7}, False),
        (OVERVIEW, "product_id in 3", {"product_id": 3}, True),
        (API, "subject contains fire|flood", {}, True),
        (API, "subject contains flood", {}, False),
        (TROUBLE, "subject contains printer on", {}, False),  # the phrase as it stands
        (TROUBLE, "subject contains printer is on", {}, True),
        (TROUBLE, "subject_or_description contains port", {}, True),  # a part of "important"
        (API, "subject_or_description does_not_contain refund|rebate", {}, True),
        (API, "subject_or_description does_not_contain refund|fire", {}, False),
        (OVERVIEW, "subject starts_with My printer", {}, True),
        (OVERVIEW, "subject ends_with printer", {}, False),
        (OVERVIEW, "subject is my printer is on fire", {}, True),
        (OVERVIEW, "subject is_not My printer is on fire", {}, False),
        (TROUBLE, "description contains acme.test/import", {}, True),  # stood in a link
        (TROUBLE, "description contains important", {}, True),
        (EXAMPLES, "contact: language in de|at", {}, True),
        (EXAMPLES, "contact: language not_in de", {}, False),
        (EXAMPLES, "contact: email is cleo@client.test", {}, True),
        (EXAMPLES, "contact: email contains @home.test", {}, True),  # an address of the same person
        (EXAMPLES, "contact: name is Olaf Other", {}, False),
        (OVERVIEW, "contact: job_title starts_with Buy", {}, True),
        (OVERVIEW, "contact: time_zone in Berlin", {}, True),
        (CREATION, "contact: tier in vip", {}, True),
        (EXAMPLES, "company: name is Client Inc", {}, True),
        (OVERVIEW, "company: domains contains client.example", {}, True),
        (OVERVIEW, "company: domains ends_with .org", {}, False),
        (OVERVIEW, "company: health_score in Happy", {}, True),
        (OVERVIEW, "company: account_tier not_in Premium", {}, False),
        (OVERVIEW, "company: industry in Media|Press", {}, True),
        (CREATION, "company: region in EMEA", {}, True),
        (OVERVIEW, "company: name is Client Inc", {"company_id": None}, False),
        (OVERVIEW, "cf_plan in Gold|Silver", {}, True),
        (OVERVIEW, "cf_plan not_in Gold", {}, False),
        (OVERVIEW, "cf_note contains monday", {}, True),
        (OVERVIEW, "cf_note starts_with Call", {}, True),
        (OVERVIEW, "cf_seats greater_than 11", {}, True),
        (OVERVIEW, "cf_seats greater_than 12", {}, False),
        (OVERVIEW, "cf_seats less_than 13", {}, True),
        (OVERVIEW, "cf_seats is 12", {}, True),
        (OVERVIEW, "cf_seats greater_than 1", {"custom_fields": {"cf_seats": None}}, False),
        (OPEN, "cf_guard is true", {"custom_fields": {"cf_guard": True}}, True),
        (OPEN, "cf_guard is false", {}, True),  # never touched: not checked
        (OPEN, "cf_guard in false", {"custom_fields": {"cf_guard": True}}, False),
        (OPEN, "cf_guard not_in true", {}, True),
    ],
)  # fmt: skip
def test_conditions_on_a_new_ticket(document, written, ticket, holds):
    assert judged(written, ticket) is holds


@pytest.mark.parametrize(
    ("document", "written", "ticket", "holds"),
    [
        (LINKED, "association_type in 1", {"association_type": 1}, True),
        (LINKED, "association_type in tracker", {"association_type": 3}, True),
        (LINKED, "association_type not_in parent|child", {"association_type": 2}, False),
        (OVERVIEW, "internal_group_id in 2", {"internal_group_id": 2}, True),
        (UPDATES, "updated_at during business_hours", {}, True),  # Monday, 11:00 in Berlin
        (UPDATES, "updated_at during non_business_hours", {}, False),
    ],
)
def test_conditions_on_an_update(document, written, ticket, holds):
    assert judged(written, ticket, type=4) is holds


@pytest.mark.parametrize(
    ("word", "created", "holds"),
    [
        ("business_hours", "2026-03-02T08:00:00Z", True),  # 09:00 in Berlin
        ("business_hours", "2026-03-02T07:59:59Z", False),
        ("non_business_hours", "2026-03-02T07:59:59Z", True),
        ("non_business_hours", "2026-03-01T12:00:00Z", True),  # a Sunday
        ("holidays", "2026-03-04T12:00:00Z", True),
        ("business_hours", "2026-03-04T12:00:00Z", False),
        ("holidays", "2026-03-02T12:00:00Z", False),
    ],
)
def test_created_during_the_default_business_hours(word, created, holds):
    assert judged(f"created_at during {word}", {"created_at": created}) is holds


def test_created_outside_of_hours_or_on_a_holiday_is_one_condition():
    either = also("created_at during non_business_hours", value=["non_business_hours", "holidays"])

    assert judged(either, {"created_at": "2026-03-04T12:00:00Z"}) is True
    assert judged(either, {"created_at": "2026-03-02T12:00:00Z"}) is False


def test_business_hours_are_those_that_the_condition_names():
    eastern = also("created_at during business_hours", business_hours_id=2)

    assert judged(eastern, {"created_at": "2026-03-02T13:59:00Z"}) is False  # 08:59 in New York
    assert judged(eastern, {"created_at": "2026-03-02T14:00:00Z"}) is True
    assert judged({**eastern, "business_hours_id": 9}) is None


def test_levels_of_a_dependent_field_must_all_hold():
    levels = {
        "level2": {"field_name": "cf_state", "operator": "is", "value": "Texas"},
        "level3": {"field_name": "cf_city", "operator": "in", "value": ["Austin"]},
    }

    assert judged(also("cf_country in USA", nested_fields=levels)) is True
    assert (
        judged(also("cf_country in USA", nested_fields=levels), {"custom_fields": {"cf_city": "Waco"}})
        is False
    )
    assert judged(also("cf_country in Chile", nested_fields=levels)) is False
    assert judged(also("cf_country not_in USA", nested_fields=levels)) is None


def test_case_counts_where_the_condition_or_the_switch_says_so():
    assert judged("subject contains FIRE") is True
    assert judged(also("subject contains FIRE", case_sensitive=True)) is False
    assert judged("subject contains FIRE", switches={"text_case": "sensitive"}) is False
    unsaid = also("subject contains FIRE", case_sensitive=None)
    assert judged(unsaid, switches={"text_case": "sensitive"}) is False
    assert (
        judged(also("subject contains FIRE", case_sensitive=False), switches={"text_case": "sensitive"})
        is True
    )


def test_a_description_is_searched_as_its_source_or_as_its_text():
    written = "description contains acme.test/import"

    assert judged(written, switches={"description_search": "html"}) is True
    assert judged(written, switches={"description_search": "text"}) is False


@pytest.mark.parametrize(
    "written", ["ticket_type not_in Problem", "subject does_not_contain x", "cf_plan is_not Tin"]
)
def test_negative_operators_on_an_empty_value_are_a_switch(written):
    empty = {"type": None, "subject": None, "custom_fields": {"cf_plan": None}}

    assert judged(written, empty) is True
    assert judged(written, empty, switches={"negative_on_empty": "off"}) is False


@pytest.mark.parametrize(
    ("written", "about"),
    [
        ("priority greater_than 2", "no operator"),
        ("subject resembles fire", "no operator"),
        ("subject has_any_of_these_words fire", "no operator"),
        ("tag contains_any_of vip", "no source"),
        ("hours_since_created greater_than 2", "not offered to rules of type 1"),
        ("responder_id in -2", "not documented"),
        ("group_id in Any", "not documented"),
        ("cf_since is 2026-02-27", "dates"),
        ("cf_gone in x", "not a field of this account"),
        ("colour in red", "not a condition"),
        ("contact: segment in 3", "not a field"),
        ("company: renewal_date is 2026-02-27", "dates"),
        ("thread: type in Private", "thread"),
        ("custom_object: size in 3", "custom_object"),
        ("created_at before business_hours", "not known"),
        ("created_at during lunch", "not known"),
        ("cf_guard is maybe", "checkbox"),
        ({"field_name": "subject", "operator": "contains", "value": []}, "empty text"),
        ({"field_name": "responder_id", "operator": "in", "value": [7], "associated_fields": {"a": 1}}, "associated_fields"),
        ({"field_name": "status", "operator": "in", "value": [2], "related_conditions": [{}]}, "related_conditions"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_says_why(written, about):
    engine = FreshdeskEngine([a_rule("rule", written)])

    (step,) = engine.run(a_world(), CREATED, now=MONDAY).steps

    assert step.outcome == "opaque"
    assert about in step.opaque[0].reason
    assert step.opaque[0].path == "condition_set_1[0]"
    assert step.changes == ()


@pytest.mark.parametrize(
    ("written", "kind"),
    [("contact: email is x", "contacts"), ("company: name is x", "companies"), ("created_at during holidays", "business_hours")],
)  # fmt: skip
def test_records_that_the_world_does_not_have_are_not_known(written, kind):
    assert judged(written, without=[kind]) is None


def test_fields_that_the_ticket_does_not_say_are_not_known():
    world = a_world()
    del world.ticket["description"]
    engine = FreshdeskEngine([a_rule("rule", "description contains fire")])

    assert engine.run(world, CREATED, now=MONDAY).steps[0].outcome == "opaque"


@pytest.mark.parametrize(
    ("type", "written", "ticket", "holds"),
    [
        (1, "tag contains_any_of printer|vip", {}, True),
        (1, "tag contains_all_of printer|vip", {}, False),
        (1, "subject has_any_of_these_words flood fire", {}, True),
        (1, "description has_any_of_these_words port", {}, False),  # not "important"
        (1, "subject has_none_of_these_words fire", {}, False),
        (1, "requester_email contains @client", {}, True),
        (1, "to_email is help@acme.test", {}, True),
        (1, "ticket_cc contains boss", {}, True),
        (4, "last_interaction contains hello", {}, True),
        (4, "requester_interactions is 1", {}, True),
        (4, "agent_interactions greater_than 0", {}, False),
    ],
)
def test_names_without_a_source_are_the_screens_words_by_switch(type, written, ticket, holds):
    assert judged(written, ticket, type=type) is None
    assert judged(written, ticket, type=type, switches={"unsourced_names": "screen"}) is holds


def test_a_condition_that_decides_makes_an_unknown_one_void():
    engine = FreshdeskEngine([a_rule("rule", "colour in red", "status in 5")])

    (step,) = engine.run(a_world(), CREATED, now=MONDAY).steps

    assert (step.outcome, step.failed.path, step.failed.actual) == ("no_match", "condition_set_1[1]", 2)


def test_custom_fields_are_judged_by_what_they_hold_where_their_kind_is_not_known():
    assert judged("cf_seats greater_than 11", without=["ticket_fields"]) is True
    assert judged("cf_plan in gold", without=["ticket_fields"]) is True  # it may be a text
    assert judged("cf_guard is false", without=["ticket_fields"]) is True


def test_a_checkbox_may_be_left_open():
    assert judged("cf_guard is false", switches={"checkbox_values": "opaque"}) is None
    assert judged("created_at during holidays", switches={"business_hours_words": "opaque"}) is None


def test_the_present_needs_a_time_zone():
    engine = FreshdeskEngine([a_rule()])

    with pytest.raises(ValueError, match="not an instant"):
        engine.run(a_world(), Update("created"), now=MONDAY.replace(tzinfo=None))
