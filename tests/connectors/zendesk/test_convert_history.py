"""Audits and metric events as Zendesk's reference and the recordings have them, told as the model's events."""

import gzip
import json
from datetime import UTC, datetime

import pytest

from cstoolkit.connectors.zendesk.convert_history import events_from_audits, first_requester
from cstoolkit.connectors.zendesk.convert_sla import targets_from_events
from cstoolkit.connectors.zendesk.lookups import FieldInfo, Lookups, StatusInfo
from cstoolkit.model.ticket import StatusCategory

LOOKUPS = Lookups(
    statuses={
        "71": StatusInfo("71", StatusCategory.HOLD, "On hold", default=True),
        "72": StatusInfo("72", StatusCategory.HOLD, "Waiting on vendor", default=False),
    },
    fields={"501": FieldInfo("501", "Product", "choice")},
    forms={"31": "Returns"},
)
ROLES = {"1": "end_user", "2": "agent", "3": "end_user"}


def audit(*events, author=2, at="2026-03-02T09:00:00Z", via="web"):
    return {"id": 9, "ticket_id": 5, "created_at": at, "author_id": author, "via": {"channel": via},
            "events": [{"id": number, **event} for number, event in enumerate(events, 100)]}  # fmt: skip


def created(name, value):
    return {"type": "Create", "field_name": name, "value": value}


def changed(name, before, after, **how):
    return {"type": "Change", "field_name": name, "previous_value": before, "value": after, **how}


BIRTH = audit(
    {"type": "Comment", "author_id": 1, "public": True, "body": "Help"},
    created("requester_id", "1"), created("status", "new"), created("priority", None), created("tags", ["b", "a"]),
    created("group_id", "61"), author=1,
)  # fmt: skip


def told(*audits, lookups=LOOKUPS):
    events = events_from_audits(
        audits, "5", lookups, requester=first_requester(audits), role=lambda one: ROLES[one]
    )
    return [(one.kind, one.field, one.before, one.after, one.actor_role) for one in events]


def test_a_birth_is_told_first_and_then_what_was_set_at_it():
    assert told(BIRTH) == [
        ("created", None, None, "new", "requester"),
        ("comment", "public", None, "100", "requester"),
        ("field", "requester_id", None, "1", "requester"),
        ("tags", None, None, '["a", "b"]', "requester"),
        ("group", None, None, "61", "requester"),
    ]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (changed("status", "new", "hold"), ("status", None, "new", "hold")),
        (changed("custom_status_id", "71", "72"), ("field", "status_native", "hold", "Waiting on vendor")),
        (changed("priority", "low", None), ("priority", None, "low", None)),
        (changed("assignee_id", None, "2"), ("assignee", None, None, "2")),
        (changed("tags", ["a"], ["b", "a"]), ("tags", None, '["a"]', '["a", "b"]')),
        (changed("problem_id", None, 7), ("link", "problem", None, "7")),
        (changed("501", "red", "blue"), ("field", "custom.Product", "red", "blue")),
        (changed("ticket_form_id", None, "31"), ("field", "form", None, "Returns")),
        (changed("status", "open", "deleted"), ("deleted", None, None, "deleted")),
        (changed("status", "deleted", "open"), ("restored", None, None, None)),
        ({"type": "Comment", "public": False, "body": "x"}, ("comment", "private", None, "100")),
        ({"type": "Comment", "body": "does not say"}, ("comment", "private", None, "100")),
        ({"type": "SatisfactionRating", "score": "good_with_comment"}, ("rating", None, None, "good")),
    ],
)
def test_a_change_is_told_in_our_words(event, expected):
    (*_, last) = told(BIRTH, audit(event, author=2, at="2026-03-03T09:00:00Z"))

    assert last == (*expected, "agent")


def test_what_a_rule_did_is_the_systems_and_names_the_rule():
    rule = {"channel": "rule", "source": {"rel": "trigger", "from": {"id": 35079792, "title": "Assign"}}}
    events = events_from_audits(
        [BIRTH, audit(changed("status", "new", "open", via=rule))],
        "5", LOOKUPS, requester="1", role=lambda one: ROLES[one],
    )  # fmt: skip

    assert (events[-1].actor_role, events[-1].actor_id, events[-1].rule_id) == ("system", None, "35079792")


def test_an_end_user_who_is_not_the_requester_is_no_requester():
    said = {"type": "Comment", "author_id": 3, "public": True, "body": "Me too"}

    assert told(BIRTH, audit(said, author=3))[-1][-1] == "end_user"


def test_the_requester_is_who_it_was_then():
    swap = audit(changed("requester_id", "1", "3"), author=2)
    said = audit({"type": "Comment", "author_id": 1, "public": True, "body": "Hello"}, author=1)

    assert [one[-1] for one in told(BIRTH, swap, said) if one[0] == "comment"] == ["requester", "end_user"]


def test_audits_without_a_birth_are_approximate():
    events = events_from_audits(
        [audit(changed("status", "new", "open"))], "5", LOOKUPS, requester=None, role=ROLES.get
    )

    assert {one.quality for one in events} == {"approximate"}


def test_recorded_audits_are_understood_whole(shared_data):
    """Each comment and each value that was set is told once; notifications are no part of the history."""
    seen = 0
    with gzip.open(
        shared_data / "zendesk-recorded" / "interactions.jsonl.gz", "rt", encoding="utf-8"
    ) as file:
        for line in file:
            row = json.loads(line)
            if not row["response"].startswith("{") or "ticket_audits" not in row["uri"]:
                continue
            for one in json.loads(row["response"]).get("audits", []):
                found = events_from_audits(
                    [one], str(one["ticket_id"]), Lookups(), requester=None, role=lambda _: "agent"
                )
                meant = [
                    event for event in one["events"]
                    if event["type"] == "Comment" or (event["type"] in {"Create", "Change"} and event["value"] not in (None, "", []))
                ]  # fmt: skip
                # A custom status at birth is the status's own word, which is told with it.
                silent = sum(
                    event.get("field_name") == "custom_status_id" and event["type"] == "Create"
                    for event in meant
                )
                assert len(found) == len(meant) - silent
                seen += 1
    assert seen > 100


def metric(kind, at, **how):
    return {"id": int(at), "ticket_id": 5, "metric": how.pop("metric", "reply_time"), "instance_id": how.pop("instance", 1),
            "type": kind, "time": f"2026-03-02T{int(at):02}:00:00Z", **how}  # fmt: skip


NOW = datetime(2026, 3, 3, tzinfo=UTC)


def hour(number):
    return datetime(2026, 3, 2, number, tzinfo=UTC)


def test_a_kept_promise_has_its_target_and_no_breach():
    events = [metric("activate", 9), metric("apply_sla", 10, sla={"target": 120}), metric("breach", 11, deleted=True),
              metric("fulfill", 12)]  # fmt: skip

    (target,) = targets_from_events(events, now=NOW)["5"]

    assert (target.metric, target.target_at, target.fulfilled_at, target.breached_at) == (
        "first_reply", hour(11), hour(12), None,
    )  # fmt: skip


def test_a_broken_promise_says_when():
    events = [metric("apply_sla", 9), metric("activate", 9), metric("breach", 11)]

    (target,) = targets_from_events(events, now=NOW)["5"]

    assert (target.target_at, target.breached_at) == (hour(11), hour(11))


def test_a_breach_that_lies_ahead_is_only_a_target():
    events = [metric("apply_sla", 9), metric("activate", 9), metric("breach", 23)]

    (target,) = targets_from_events(events, now=hour(12))["5"]

    assert (target.target_at, target.breached_at) == (hour(23), None)


def test_without_a_breach_event_plain_minutes_are_counted_and_business_minutes_are_not_guessed():
    plain = [metric("activate", 9), metric("apply_sla", 9, sla={"target": 60})]
    business = [metric("activate", 9), metric("apply_sla", 9, sla={"target": 60, "business_hours": True})]

    assert targets_from_events(plain, now=NOW)["5"][0].target_at == hour(10)
    assert targets_from_events(business, now=NOW) == {}


def test_a_metric_without_a_policy_is_no_promise():
    assert targets_from_events([metric("activate", 9), metric("breach", 10)], now=NOW) == {}
