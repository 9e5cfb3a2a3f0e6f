"""One condition at a time, by hand from the vendor's pages: does the trigger fire?"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from cstoolkit.engines.zendesk import ZendeskEngine
from engines.vendor_documents import CONDITIONS, FIELDS, OPEN, SCHEDULES, STATUSES, TICKETS, TRIGGER_REFERENCE
from engines.zendesk_world import KIM, LEE, MONDAY, OTHER, a_comment, a_rule, a_world, an_update

NEW = {"kind": "created"}


class Case(NamedTuple):
    name: str
    document: str
    condition: str | Mapping[str, Any]
    holds: bool
    ticket: Mapping[str, Any] = {}
    update: Mapping[str, Any] = {}
    switches: Mapping[str, str] = {}
    now: datetime = MONDAY


CASES = [
    # Choices
    Case("status is", CONDITIONS, "status is open", holds=True),
    Case("status is another", CONDITIONS, "status is pending", holds=False),
    Case("status is not", CONDITIONS, "status is_not solved", holds=True),
    Case("status less than solved", TRIGGER_REFERENCE, "status less_than solved", holds=True),
    Case("on hold is less than solved", TRIGGER_REFERENCE, "status less_than solved", True, {"status": "hold"}),
    Case("on hold is greater than pending", TRIGGER_REFERENCE, "status greater_than pending", True, {"status": "hold"}),
    Case("solved is not less than solved", TRIGGER_REFERENCE, "status less_than solved", False, {"status": "solved"}),
    Case("priority greater than normal", CONDITIONS, "priority greater_than normal", True, {"priority": "urgent"}),
    Case("priority is not greater than itself", CONDITIONS, "priority greater_than normal", holds=False),
    Case("no priority is the lowest", OPEN, "priority less_than low", True, {"priority": None}),
    Case("no priority compares with none", OPEN, "priority less_than low", False, {"priority": None}, {}, {"null_priority": "never"}),
    Case("group by an id in text", CONDITIONS, "group_id is 1", holds=True),
    Case("no group: the empty string", CONDITIONS, "group_id is", True, {"group_id": None}),
    Case("no group: the definitions' word", CONDITIONS, "group_id is __NULL__", True, {"group_id": None}),
    Case("a group is not the empty choice", CONDITIONS, {"field": "group_id", "operator": "is_not", "value": ""}, holds=True),
    Case("is_not on an empty value", OPEN, "group_id is_not 2", True, {"group_id": None}),
    Case("is_not on an empty value, otherwise", OPEN, "group_id is_not 2", False, {"group_id": None}, {}, {"is_not_on_empty": "off"}),
    Case("type", CONDITIONS, "type is question", holds=True),
    Case("brand", CONDITIONS, "brand_id is 60", holds=True),
    Case("form", CONDITIONS, "ticket_form_id is_not 60", holds=True),
    Case("organization", CONDITIONS, "organization_id is 51", holds=False),
    Case("custom status, one of several", STATUSES, {"field": "custom_status_id", "operator": "includes", "value": ["82", "83"]}, True, {"custom_status_id": 83}),
    Case("custom status, none of several", STATUSES, {"field": "custom_status_id", "operator": "not_includes", "value": ["82"]}, True, {"custom_status_id": 83}),
    # People in the place of ids
    Case("assignee is who updates", TRIGGER_REFERENCE, "assignee_id is current_user", holds=True),
    Case("assignee is not who updates", TRIGGER_REFERENCE, "assignee_id is current_user", False, {}, {"by": "lee"}),
    Case("nobody is not the missing assignee", OPEN, "assignee_id is current_user", False, {"assignee_id": None}, {"by": None}),
    Case("assignee is the requester", CONDITIONS, "assignee_id is requester_id", True, {"requester_id": KIM}),
    Case("requester is the assignee", CONDITIONS, "requester_id is assignee_id", holds=False),
    Case("requester who replies", TRIGGER_REFERENCE, "requester_id is current_user", True, {}, {"by": "customer"}),
    # What this update changed
    Case("changed", TRIGGER_REFERENCE, "status changed", True, {}, {"before": {"status": "new"}}),
    Case("not touched, not changed", TRIGGER_REFERENCE, "status changed", holds=False),
    Case("written again, not changed", TRIGGER_REFERENCE, "status changed", False, {}, {"before": {"status": "open"}}),
    Case("set at creation is changed", TRIGGER_REFERENCE, "group_id changed", True, {}, NEW),
    Case("empty at creation is not changed", TRIGGER_REFERENCE, "group_id changed", False, {"group_id": None}, NEW),
    Case("not_changed", TRIGGER_REFERENCE, "assignee_id not_changed", holds=True),
    Case("changed to", CONDITIONS, "status value open", True, {}, {"before": {"status": "solved"}}),
    Case("changed to, unchanged", CONDITIONS, "status value open", holds=False),
    Case("changed to, spelled as others do", CONDITIONS, "status changed_to open", True, {}, {"before": {"status": "solved"}}),
    Case("changed from", CONDITIONS, "status value_previous solved", True, {}, {"before": {"status": "solved"}}),
    Case("changed from another", CONDITIONS, "status value_previous solved", False, {}, {"before": {"status": "pending"}}),
    Case("nothing is changed from at creation", TRIGGER_REFERENCE, "status value_previous new", False, {}, NEW),
    Case("not changed to", CONDITIONS, "status not_value open", False, {}, {"before": {"status": "solved"}}),
    Case("not changed from, unchanged", OPEN, "status not_value_previous solved", holds=True),
    Case("not changed from, unchanged, otherwise", OPEN, "status not_value_previous solved", False, {}, {}, {"not_value_unchanged": "off"}),
    Case("changed to the one who updates", TRIGGER_REFERENCE, "assignee_id value current_user", True, {}, {"before": {"assignee_id": None}}),
    # Tags
    Case("one of the tags", CONDITIONS, "current_tags includes gold vip", holds=True),
    Case("none of the tags is there", CONDITIONS, "current_tags includes gold silver", holds=False),
    Case("not_includes: none of them", CONDITIONS, "current_tags not_includes gold silver", holds=True),
    Case("not_includes: one is enough", CONDITIONS, "current_tags not_includes gold vip", holds=False),
    Case("part of a tag is no tag", CONDITIONS, "current_tags includes print", holds=False),
    Case("no tags at all", CONDITIONS, "current_tags not_includes vip", True, {"tags": []}),
    # The update
    Case("created", CONDITIONS, "update_type is Create", True, {}, NEW),
    Case("updated", CONDITIONS, "update_type is Change", holds=True),
    Case("updated is not created", CONDITIONS, "update_type is Create", holds=False),
    Case("public comment", TRIGGER_REFERENCE, "comment_is_public is true", True, {}, {"comment": a_comment()}),
    Case("public comment, a JSON boolean", TRIGGER_REFERENCE, {"field": "comment_is_public", "operator": "is", "value": True}, True, {}, {"comment": a_comment()}),
    Case("private comment", TRIGGER_REFERENCE, "comment_is_public is false", True, {}, {"comment": a_comment(public=False)}),
    Case("any comment", TRIGGER_REFERENCE, "comment_is_public is not_relevant", True, {}, {"comment": a_comment(public=False)}),
    Case("no comment is not private", TRIGGER_REFERENCE, "comment_is_public is false", holds=False),
    Case("no comment is none of any kind", TRIGGER_REFERENCE, "comment_is_public is not_relevant", holds=False),
    Case("the requester sees a public one", TRIGGER_REFERENCE, "comment_is_public is requester_can_see_comment", True, {}, {"comment": a_comment()}),
    Case("the requester does not see a note", TRIGGER_REFERENCE, "comment_is_public is requester_can_see_comment", False, {}, {"comment": a_comment(public=False)}),
    Case("an agent as requester sees notes, by switch", OPEN, "comment_is_public is requester_can_see_comment", True, {"requester_id": LEE}, {"comment": a_comment(public=False)}, {"requester_sees": "public_or_agent"}),
    Case("word in the comment", TRIGGER_REFERENCE, "comment_includes_word includes refund money", True, {}, {"comment": a_comment("My MONEY, please.")}),
    Case("part of a word is no word", OPEN, "comment_includes_word includes mon", False, {}, {"comment": a_comment("My money")}),
    Case("part of a word, by switch", OPEN, "comment_includes_word includes mon", True, {}, {"comment": a_comment("My money")}, {"text_words": "part"}),
    Case("a word with signs in it", OPEN, "comment_includes_word includes re-open", True, {}, {"comment": a_comment("Please re-open it")}),
    Case("none of the words", TRIGGER_REFERENCE, "comment_includes_word not_includes refund money", False, {}, {"comment": a_comment("refund")}),
    Case("the whole string", TRIGGER_REFERENCE, "comment_includes_word is my money", True, {}, {"comment": a_comment("Give me my money back")}),
    Case("the words apart are not the string", TRIGGER_REFERENCE, "comment_includes_word is my money", False, {}, {"comment": a_comment("money of my own")}),
    Case("not the string", TRIGGER_REFERENCE, "comment_includes_word is_not my money", True, {}, {"comment": a_comment("thanks")}),
    Case("without a comment no word", OPEN, "comment_includes_word includes refund", holds=False),
    Case("without a comment none of the words", OPEN, "comment_includes_word not_includes refund", holds=True),
    Case("without a comment, otherwise", OPEN, "comment_includes_word not_includes refund", False, {}, {}, {"no_comment_excludes": "off"}),
    Case("the description is the first comment", TICKETS, "comment_includes_word includes help", True, {}, NEW),
    Case("word in the subject", TRIGGER_REFERENCE, "subject_includes_word includes printer", holds=True),
    Case("exact case, by switch", OPEN, "subject_includes_word includes my", False, {}, {}, {"text_case": "exact"}),
    Case("an agent updates", TRIGGER_REFERENCE, "role is agent", holds=True),
    Case("an admin is an agent", TRIGGER_REFERENCE, "role is agent", True, {}, {"by": "ada"}),
    Case("an end user is not", TRIGGER_REFERENCE, "role is agent", False, {}, {"by": "customer"}),
    Case("an end user updates", TRIGGER_REFERENCE, "role is end_user", True, {}, {"by": "other"}),
    Case("one user by id", TRIGGER_REFERENCE, f"role is {KIM}", holds=True),
    Case("nobody is neither", OPEN, "role is_not agent", True, {}, {"by": None}),
    Case("the system as an agent, by switch", OPEN, "role is agent", True, {}, {"by": None}, {"system_user": "agent"}),
    Case("channel of creation", CONDITIONS, "via_id is 4", holds=True),
    Case("channel of the update", CONDITIONS, "current_via_id is 5", True, {}, {"channel": "api"}),
    Case("channel of the update is not that of creation", CONDITIONS, "current_via_id is 4", False, {}, {"channel": "api"}),
    Case("files in the update", TRIGGER_REFERENCE, "attachment is present", True, {}, {"comment": a_comment(attachments=[{"id": 1}])}),
    Case("no files in the update", TRIGGER_REFERENCE, "attachment is not_present", True, {}, {"comment": a_comment()}),
    Case("a CC on the ticket", TRIGGER_REFERENCE, "cc present", True, {"email_cc_ids": [OTHER]}),
    Case("followers are no CCs", TRIGGER_REFERENCE, "cc is present", False, {"follower_ids": [LEE]}),
    # The ticket and the requester
    Case("address written to", CONDITIONS, "recipient is HELP@acme.test", holds=True),
    Case("public ticket", CONDITIONS, "ticket_is_public is public", holds=True),
    Case("private ticket", CONDITIONS, "ticket_is_public is private", True, {"is_public": False}),
    Case("due date there", CONDITIONS, "ticket_due_date is true", True, {"due_at": "2026-03-09T12:00:00Z"}),
    Case("reopens", TRIGGER_REFERENCE, "reopens greater_than 1", True, {"metric_set": {"reopens": 2}}),
    Case("replies", TRIGGER_REFERENCE, "replies less_than 2", False, {"metric_set": {"replies": 2}}),
    Case("assignee stations", TRIGGER_REFERENCE, "agent_stations is 3", True, {"metric_set": {"assignee_stations": 3}}),
    Case("role of the requester", CONDITIONS, "requester_role is 0", holds=True),
    Case("language of the requester", CONDITIONS, "locale_id is 8", holds=True),
    Case("zone of the requester", CONDITIONS, "requester_time_zone is Pacific Time (US & Canada)", holds=True),
    Case("good rating", OPEN, "satisfaction_score is good", True, {"satisfaction_rating": {"score": "good", "comment": "Nice"}}),
    Case("good rating with a comment", CONDITIONS, "satisfaction_score is good_with_comment", True, {"satisfaction_rating": {"score": "good", "comment": "Nice"}}),
    Case("good alone is without a comment, by switch", OPEN, "satisfaction_score is good", False, {"satisfaction_rating": {"score": "good", "comment": "Nice"}}, {}, {"rating_comment": "exact"}),
    Case("never offered", CONDITIONS, "satisfaction_score is unoffered", holds=True),
    # Custom fields
    Case("drop-down by its tag", FIELDS, "custom_fields_100 is basic", holds=True),
    Case("drop-down, not another", FIELDS, "custom_fields_100 is_not pro", holds=True),
    Case("drop-down changed to", FIELDS, "custom_fields_100 value basic", True, {}, {"before": {"custom_fields": [{"id": 100, "value": "pro"}]}}),
    Case("multi-select has one of", FIELDS, "custom_fields_102 includes green blue", holds=True),
    Case("multi-select has none of", FIELDS, "custom_fields_102 not_includes green blue", holds=False),
    Case("box not ticked", FIELDS, "custom_fields_101 is false", holds=True),
    Case("box never touched", FIELDS, "custom_fields_101 is false", True, {"custom_fields": {101: None}}),
    Case("box ticked", FIELDS, "custom_fields_101 is true", True, {"custom_fields": {101: True}}),
    Case("text present", FIELDS, "custom_fields_103 present", True, {"custom_fields": {103: "x"}}),
    Case("text not present", FIELDS, "custom_fields_103 not_present", holds=True),
    Case("date before", FIELDS, "custom_fields_104 less_than 2026-03-06", holds=True),
    Case("date on the day is not before it", FIELDS, "custom_fields_104 less_than 2026-03-05", holds=False),
    Case("date within three days", FIELDS, "custom_fields_104 within_next_n_days 3", holds=True),
    Case("date beyond two days", FIELDS, "custom_fields_104 within_next_n_days 2", holds=False),
    Case("number", FIELDS, "custom_fields_105 greater_than_equal 12", holds=True),
    Case("user drop-down by option id", CONDITIONS, "requester.custom_fields.plan is 501", holds=True),
    Case("user drop-down, another option", CONDITIONS, "requester.custom_fields.plan is 502", holds=False),
    Case("user number", CONDITIONS, "requester.custom_fields.seats less_than 13", holds=True),
    Case("user text is equality", CONDITIONS, "requester.custom_fields.nick is Boss", holds=False),
    Case("user text has a word", CONDITIONS, "requester.custom_fields.nick includes_words boss chief", holds=True),
    Case("user text has a string", CONDITIONS, "requester.custom_fields.nick includes_string he bo", holds=True),
    Case("user box", CONDITIONS, "requester.custom_fields.beta is true", holds=True),
    Case("user date in the last days", CONDITIONS, "requester.custom_fields.since within_previous_n_days 3", holds=True),
    Case("organization drop-down", CONDITIONS, "organization.custom_fields.tier is 601", holds=True),
    # Schedules: Berlin is at 11:00 on that Monday
    Case("within business hours", SCHEDULES, "in_business_hours is true", holds=True),
    Case("the closing minute is outside", SCHEDULES, "in_business_hours is false", True, now=datetime(2026, 3, 2, 16, 0, tzinfo=UTC)),
    Case("a holiday has no business hours", SCHEDULES, "in_business_hours is false", True, now=datetime(2026, 3, 4, 10, 0, tzinfo=UTC)),
    Case("on a holiday", SCHEDULES, "on_holiday is true", True, now=datetime(2026, 3, 4, 22, 30, tzinfo=UTC)),
    Case("the holiday ends at local midnight", SCHEDULES, "on_holiday is false", True, now=datetime(2026, 3, 4, 23, 30, tzinfo=UTC)),
    Case("within a named schedule", SCHEDULES, "within_schedule is 2", holds=False),
    Case("schedule of the ticket", SCHEDULES, "schedule_id is 2", True, {"schedule_id": 2}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_trigger_fires_exactly_if_its_condition_holds(case):
    engine = ZendeskEngine([a_rule(every=[case.condition])], case.switches)

    trace = engine.run(a_world(case.ticket), an_update(**case.update), now=case.now)

    assert next(step.outcome for step in trace.steps if step.outcome != "spent") == (
        "fired" if case.holds else "no_match"
    )


@pytest.mark.parametrize("case", [case for case in CASES if not case.holds], ids=lambda case: case.name)
def test_a_condition_that_fails_names_itself(case):
    engine = ZendeskEngine([a_rule(every=[case.condition])], case.switches)

    (step,) = engine.run(a_world(case.ticket), an_update(**case.update), now=case.now).steps

    assert step.failed is not None
    assert step.failed.path == "all[0]"


def test_every_case_names_a_document_and_none_is_written_twice():
    assert all(case.document for case in CASES)
    assert len({case.name for case in CASES}) == len(CASES)


def test_the_failure_shows_what_was_expected_and_what_was_there():
    engine = ZendeskEngine([a_rule(every=["status is open", "group_id is 2"])])

    (step,) = engine.run(a_world(), an_update(), now=MONDAY).steps

    assert (step.failed.path, step.failed.field, step.failed.op) == ("all[1]", "group_id", "is")
    assert (step.failed.expected, step.failed.actual) == ("2", "1")
