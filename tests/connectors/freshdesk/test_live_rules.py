from dataclasses import replace
from typing import Any

import pytest

from cstoolkit.connectors.freshdesk.live_rules import check_rule, rule_from_freshdesk, rule_to_freshdesk
from cstoolkit.errors import ConnectorError, RejectedError
from cstoolkit.model.rules import NativeRule
from cstoolkit.sandbox import Fault

OPEN = {"resource_type": "ticket", "field_name": "status", "operator": "in", "value": [2]}
STALE = {
    "resource_type": "ticket",
    "field_name": "hours_since_created",
    "operator": "greater_than",
    "value": 2,
}
ON_REPLY = {"performer": {"type": 2}, "events": [{"field_name": "reply_sent"}]}


def a_rule(kind: str = "rule_4", title: str = "A rule", **body: Any) -> NativeRule:
    conditions = [
        {"name": "condition_set_1", "match_type": "all", "properties": [STALE if kind == "rule_3" else OPEN]}
    ]
    whole = {
        **(ON_REPLY if kind == "rule_4" else {}),
        "conditions": conditions,
        "actions": [{"field_name": "priority", "value": 3}],
        **body,
    }
    return NativeRule("freshdesk", kind, "key", None, title, active=False, body=whole)


def a_text(desk, title: str = "Hello there", **body: Any) -> NativeRule:
    folder = int(desk.client.all_of("canned_response_folders", size=None)[0]["id"])
    whole = {"content_html": "<div>Hi</div>", "folder_id": folder, "visibility": 0, **body}
    return NativeRule("freshdesk", "canned_response", "key", None, title, active=True, body=whole)


@pytest.mark.parametrize("kind", ["rule_1", "rule_3", "rule_4"])
def test_rules_of_every_type_are_made_read_changed_and_deleted(desk, kind):
    made = desk.create_rule(a_rule(kind))
    assert (made.key, made.title, made.active) == ("key", "A rule", False)

    live = next(one for one in desk.rules(kind) if one.id == made.id)
    assert live == replace(made, key=None)
    changed = desk.update_rule(
        replace(
            live,
            title="Renamed",
            active=True,
            body={**live.body, "actions": [{"field_name": "priority", "value": 4}]},
        )
    )
    assert (changed.title, changed.active, changed.body["actions"][0]["value"]) == ("Renamed", True, 4)

    desk.delete_rule(changed)
    assert made.id not in [one.id for one in desk.rules(kind)]


def test_a_rule_that_is_read_can_be_written_again_as_it_is(desk):
    """Seeded rules lack `resource_type`, which a write must have."""
    for rule in [one for one in desk.rules() if one.kind.startswith("rule_")]:
        assert desk.update_rule(rule) == rule


def test_reordering_moves_only_what_stands_elsewhere(account, desk):
    made = [desk.create_rule(a_rule(title=f"Rule {number}")) for number in range(4)]
    before = desk.rules("rule_4")
    first, *others = before
    wanted = [others[-1], first]
    puts = len(account.calls("PUT *"))

    desk.reorder_rules(wanted)

    assert [one.id for one in desk.rules("rule_4")][:2] == [one.id for one in wanted]
    assert [one.id for one in desk.rules("rule_4")][2:] == [one.id for one in before[1:-1]]
    assert len(account.calls("PUT *")) - puts == 1
    assert made


def test_a_position_is_kept_at_creation(desk):
    for number in range(3):
        desk.create_rule(a_rule(title=f"Rule {number}"))

    first = desk.create_rule(replace(a_rule(title="First"), order=(1,)))

    assert desk.rules("rule_4")[0].id == first.id


@pytest.mark.parametrize("kind", ["lost", "half_body", "wrong_type"])
def test_a_rule_whose_answer_was_lost_is_found_not_made_twice(sandbox, desk, kind):
    sandbox.faults.add(Fault(kind, route="POST /api/v2/automations/*", nth=(1,)))

    made = desk.create_rule(a_rule())

    assert [one.id for one in desk.rules("rule_4") if one.title == "A rule"] == [made.id]


@pytest.mark.parametrize("kind", ["reset", "500"])
def test_a_rule_that_was_not_made_says_so(sandbox, desk, kind):
    sandbox.faults.add(Fault(kind, route="POST /api/v2/automations/*", nth=(1,)))

    with pytest.raises(RejectedError, match="did not make"):
        desk.create_rule(a_rule())

    assert [one for one in desk.rules("rule_4") if one.title == "A rule"] == []


def test_canned_responses_are_made_and_changed_and_cannot_be_deleted(desk):
    made = desk.create_rule(a_text(desk))
    assert (made.key, made.title) == ("key", "Hello there")
    assert [one.title for one in desk.rules("canned_response")].count("Hello there") == 1

    changed = desk.update_rule(replace(made, title="Hello again"))

    assert changed.title == "Hello again"
    with pytest.raises(RejectedError, match="deletes no canned"):
        desk.delete_rule(changed)


def test_a_canned_response_keeps_its_text(desk):
    made = desk.create_rule(a_text(desk))

    assert made.body["content_html"] == "<div>Hi</div>"


def test_scenarios_can_be_read_and_nothing_else(desk):
    (scenario, *_) = desk.rules("scenario_automation")

    assert scenario.body["actions"]
    assert {one.code for one in desk.check(scenario)} == {"kind"}
    for verb in (desk.create_rule, desk.update_rule):
        with pytest.raises(RejectedError, match="cannot be written"):
            verb(scenario)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (replace(a_rule(), kind="trigger"), "kind"),
        (replace(a_rule(), vendor="zendesk"), "vendor"),
        (replace(a_rule(), title=" "), "title"),
        (a_rule(actions=[]), "actions"),
        (a_rule("rule_1", conditions=[]), "conditions"),
        (a_rule("rule_3", conditions=[{"properties": []}]), "conditions"),
        (a_rule(events=[]), "events"),
        (a_rule(conditions=[{"properties": [OPEN]}] * 3), "conditions"),
        (a_rule(actions=[{"field_name": "trigger_webhook", "url": "https://x.test"}]), "actions"),
        (
            a_rule(
                conditions=[{"properties": [{"field_name": "subject", "operator": "contains", "value": "x"}]}]
            ),
            "conditions",
        ),
        (NativeRule("freshdesk", "canned_response", None, None, "ab", True, {"content_html": "x"}), "title"),
        (NativeRule("freshdesk", "canned_response", None, None, "abc", True, {}), "content_html"),
        (NativeRule("freshdesk", "canned_response", None, None, "abc", False, {"content_html": "x"}), "active"),
    ],
)  # fmt: skip
def test_what_freshdesk_would_refuse_is_known_before(rule, code):
    assert code in [one.code for one in check_rule(rule)]


def test_what_is_known_before_is_what_the_account_refuses(desk):
    for rule in [a_rule("rule_1", conditions=[]), a_rule(actions=[]), replace(a_rule(), title="")]:
        assert check_rule(rule)
        with pytest.raises(ConnectorError):
            desk.create_rule(rule)


@pytest.mark.parametrize("kind", ["rule_1", "rule_3", "rule_4"])
def test_a_good_rule_has_no_problem(kind):
    assert check_rule(a_rule(kind)) == []


def test_the_body_has_no_stamps_and_comes_back_as_it_was():
    raw = {
        "id": 7, "name": "A", "position": 2, "active": True, "operator": None, "description": None,
        "automation_type_id": 4, "last_updated_by": 3, "created_at": "x", "updated_at": "y", "summary": {},
        "outdated": False, "affected_tickets_count": 5, "meta": {}, **ON_REPLY,
        "conditions": [{"name": "condition_set_1", "match_type": "all", "properties": [OPEN]}],
        "actions": [{"field_name": "priority", "value": 3}],
    }  # fmt: skip

    rule = rule_from_freshdesk("rule_4", raw)

    assert set(rule.body) == {"performer", "events", "conditions", "actions"}
    assert rule.order == (2,)
    assert rule_to_freshdesk(rule) == {
        "name": "A", "active": True, **{name: raw[name] for name in rule.body}
    }  # fmt: skip
