"""Neutral rules as Zendesk's: splits, guards, switches, texts, and what is refused."""

import pytest

from cstoolkit.connectors.zendesk.rules import from_native, normalise, to_native
from cstoolkit.connectors.zendesk.rules.made_up import MadeUpNames
from cstoolkit.model.compile_settings import CompileSettings
from cstoolkit.model.gaps import Gap
from cstoolkit.model.references import resolve
from cstoolkit.model.rules import NativeRule
from cstoolkit.model.ticket import StatusCategory
from engines.neutral_world import a_rule

TELL = {"notify": {"to": "assignee", "subject": "s", "text": "t"}}
TAG = {"tags": {"add": ["seen"]}}


def written(rule, **settings):
    """Key -> conditions as lines, with ANY before those of the list of alternatives."""
    found = to_native(rule, CompileSettings(**settings))
    gaps = [one for one in found if isinstance(one, Gap)]
    assert not gaps, gaps
    return {one.key: lines(one) for one in found}


def lines(native):
    conditions = native.body["conditions"]
    every = [said(one) for one in conditions["all"]]
    return [*every, *(f"ANY {said(one)}" for one in conditions["any"])]


def said(one):
    return f"{one['field']} {one['operator']} {one['value']}".strip()


def gaps(rule, **settings):
    return [one for one in to_native(rule, CompileSettings(**settings)) if isinstance(one, Gap)]


def actions(rule):
    (native,) = to_native(rule)
    return [(one["field"], one["value"]) for one in native.body["actions"]]


def test_what_one_rule_cannot_hold_becomes_several_where_twice_does_no_harm():
    when = {"any": [{"group": "A", "priority": "low"}, {"group": "B", "type": "task"}]}

    assert written(a_rule(event=("created",), when=when, then=[TAG])) == {
        "r": ["group_id is ${ref:group:A}", "priority is low", "update_type is Create"],
        "r#2": ["group_id is ${ref:group:B}", "type is task", "update_type is Create"],
    }


def test_where_somebody_is_told_the_parts_never_hold_together():
    when = {"any": [{"group": "A", "priority": "low"}, {"priority": "high", "type": "task"}]}

    found = written(a_rule(event=("created",), when=when, then=[TELL]))

    assert len(found) == 2
    assert {"priority is low", "priority is high"} <= {line for part in found.values() for line in part}


def test_parts_that_the_rule_itself_could_make_hold_are_a_gap():
    when = {"any": [{"status": "open", "group": "A"}, {"status": "pending", "type": "task"}]}
    then = [TELL, {"set": {"status": "pending"}}]

    (gap,) = gaps(a_rule(event=("updated",), when=when, then=then))

    assert (gap.part, gap.cell) == ("when", "client")
    assert "message of two" in gap.message
    assert gap.nearest == "make it several recipes, or write once: ticket"


def test_a_guard_makes_any_split_safe():
    when = {"any": [{"status": "open", "group": "A"}, {"status": "pending", "type": "task"}]}

    found = written(a_rule(event=("updated",), when=when, then=[TELL], once="ticket"))

    assert list(found) == ["r", "r#2"]
    assert all("current_tags not_includes cs_r" in part for part in found.values())


def test_more_than_16_rules_are_a_gap():
    pairs = [{"any": [{"tags": {"has": [f"a{n}"]}}, {"subject": {"contains": f"b{n}"}}]} for n in range(6)]

    (gap,) = gaps(a_rule(event=("created",), when={"all": pairs}, then=[TAG]))

    assert "more than 16 rules" in gap.message


def test_a_spell_has_a_guard_and_a_trigger_that_ends_it():
    when = {"status": "pending", "status_changed_at": {"older_than": "3d"}, "assignee": {"empty": False}}

    assert written(a_rule(kind="automation", when=when, then=[TELL], once="spell")) == {
        "r": [
            "PENDING greater_than 72", "assignee_id is_not", "current_tags not_includes cs_r", "status is pending",
        ],
        "r#guard": ["current_tags includes cs_r", "ANY assignee_id is", "ANY status is_not pending"],
    }  # fmt: skip


def test_no_guard_where_the_actions_end_the_condition():
    when = {"status": "solved", "status_changed_at": {"older_than": "48h"}}
    rule = a_rule(kind="automation", when=when, then=[{"set": {"status": "closed"}}], once="spell")

    assert written(rule) == {"r": ["SOLVED greater_than 48", "status is solved"]}


def test_an_automation_has_a_status_and_a_clock_that_zendesk_asks_for():
    rule = a_rule(
        kind="automation", when={"created_at": {"older_than": "4h"}, "tags": {"has": ["a"]}}, then=[TAG]
    )

    assert written(rule)["r"] == ["NEW greater_than 4", "current_tags includes a", "status less_than closed"]


def test_hours_follow_the_switch():
    rule = a_rule(kind="automation", when={"created_at": {"older_than": "4h"}, "group": "A"}, then=[TAG])

    assert "NEW greater_than 3" in written(rule, switches={"hours_greater_than": "past"})["r"]


def test_from_one_hour_to_the_next_is_that_hour():
    when = {"created_at": {"older_than": "24h", "newer_than": "25h"}, "group": "A"}

    assert "NEW is 24" in written(a_rule(kind="automation", when=when, then=[TAG]))["r"]


@pytest.mark.parametrize(
    ("when", "switches", "named"),
    [
        ({"none": [{"group": "A"}]}, {"is_not_on_empty": "off"}, "is_not_on_empty"),
        ({"subject": {"word": "down"}}, {"text_words": "part"}, "text_words"),
        ({"subject": {"contains": "down"}}, {"text_case": "exact"}, "text_case"),
        (
            {"none": [{"status": {"changed_to": "open"}}]},
            {"not_value_unchanged": False},
            "not_value_unchanged",
        ),
    ],
)
def test_a_switch_that_the_translation_does_not_fit_is_a_gap_that_names_it(when, switches, named):
    rule = a_rule(event=("updated",), when=when, then=[TAG])

    assert gaps(rule) == []
    assert named in gaps(rule, switches=switches)[0].message


def test_integrations_are_no_agents():
    rule = a_rule(event=("updated",), when={"actor": "agent"}, then=[TAG])

    found = written(rule, integrations=("Robot",))["r"]

    assert found == ["role is agent", "role is_not ${ref:agent:Robot}", "update_type is Change"]


def test_own_statuses_are_told_by_their_ids():
    rule = a_rule(event=("updated",), when={"status": ["Waiting on vendor", "open"]}, then=[TAG])

    found = written(rule, statuses={"Waiting on vendor": StatusCategory.HOLD})["r"]

    assert found[1:] == [
        "ANY custom_status_id includes ${ref:status:Waiting on vendor}",
        "ANY status is open",
    ]


def test_the_last_word_about_a_tag_counts_and_each_action_stands_once():
    then = [
        {"tags": {"add": ["a", "b"]}},
        {"set": {"priority": "low"}},
        {"tags": {"add": ["c"], "remove": ["a"]}},
    ]

    assert actions(a_rule(event=("created",), then=then)) == [
        ("current_tags", "b c"), ("priority", "low"), ("remove_tags", "a"),
    ]  # fmt: skip


def test_a_group_is_set_before_who_of_it():
    then = [{"set": {"assignee": "Kim", "group": "A"}}]

    assert [field for field, _ in actions(a_rule(event=("created",), then=then))] == [
        "group_id",
        "assignee_id",
    ]


def test_what_a_writer_says_is_no_liquid_and_no_mark_of_ours():
    text = "100 {% off ${ref:group:A} {{ ticket.id }}"
    then = [{"notify": {"to": "requester", "subject": "s", "text": text}}]

    ((_, value),) = actions(a_rule(event=("created",), then=then))

    assert value[2] == "100 {{ '{%' }} off {{ '$' }}{ref:group:A} {{ticket.id}}"


@pytest.mark.parametrize(("to", "shown"), [("requester", "ticket.latest_public_comment_html"), ("assignee", "ticket.latest_comment_html")])  # fmt: skip
def test_a_customer_sees_public_comments_only(to, shown):
    then = [{"notify": {"to": to, "subject": "s", "text": "{{ comment.text }}"}}]
    rule = a_rule(event=("commented",), when={"comment.public": True}, then=then)

    ((_, value),) = actions(rule)

    assert value[2] == "{{" + shown + "}}"


def test_the_comment_of_an_update_that_may_have_none_is_a_gap():
    then = [{"notify": {"to": "assignee", "subject": "s", "text": "{{ comment.text }}"}}]

    (gap,) = gaps(a_rule(event=("updated",), then=then))

    assert gap.nearest == "wait for `commented`, or test comment: {empty: false}"


@pytest.mark.parametrize(
    ("then", "kind", "nearest"),
    [
        ([{"tags": {"add": ["VIP"]}}], "trigger", 'write "vip"'),
        ([{"follow": ["Kim", "Lee"]}], "trigger", "write two recipes"),
        ([{"reply": "a"}, {"note": "b"}], "macro", "write two macros"),
        ([{"set": {"status": "new"}}], "trigger", "write open, or solved"),
    ],
)
def test_actions_that_zendesk_cannot_do_name_what_works(then, kind, nearest):
    from cstoolkit.model.action_syntax import parse_actions
    from cstoolkit.model.rules import Rule

    rule = Rule(kind, "r", "R", event=("created",) if kind == "trigger" else (), then=parse_actions(then))

    assert [gap.nearest for gap in gaps(rule)] == [nearest]


def test_native_parts_stand_beside_what_is_compiled():
    native = {
        "zendesk": {
            "settings": {"category": "Routing", "description": "why"},
            "add_when": ({"field": "ticket_is_public", "operator": "is", "value": "public"},),
            "add_then": ({"field": "tweet_requester", "value": "hi", "at": 0},),
        }
    }
    (found,) = to_native(a_rule(event=("created",), then=[TAG], native=native))

    assert (found.body["category_id"], found.body["description"]) == ("${ref:category:Routing}", "why")
    assert lines(found) == ["ticket_is_public is public", "update_type is Create"]
    assert [one["field"] for one in found.body["actions"]] == ["tweet_requester", "current_tags"]


def test_a_setting_that_zendesk_does_not_have_is_refused():
    (gap,) = gaps(a_rule(event=("created",), then=[TAG], native={"zendesk": {"settings": {"colour": "red"}}}))

    assert (gap.part, gap.cell) == ("native.settings.colour", "impossible")


def test_replace_is_the_whole_body():
    body = {"conditions": {"all": [{"field": "NEW", "operator": "is", "value": 1}]}, "actions": []}
    (found,) = to_native(a_rule(event=("created",), native={"zendesk": {"replace": body}}))

    assert lines(found) == ["NEW is 1"]


def test_one_form_for_what_zendesk_writes_in_several_ways():
    def trigger(every, actions):
        body = {"conditions": {"all": every, "any": None}, "actions": actions, "description": None}
        return normalise(NativeRule("zendesk", "trigger", None, "7", "t", active=True, body=body)).body

    ours = trigger(
        [{"field": "current_tags", "operator": "includes", "value": "a b"}, {"field": "status", "operator": "changed"}],
        [{"field": "group_id", "value": "5"}, {"field": "assignee_id", "value": ""}],
    )  # fmt: skip
    theirs = trigger(
        [
            {"field": "status", "operator": "changed", "value": None, "is_user_value": True},
            {"field": "current_tags", "operator": "includes", "value": "b a"},
        ],
        [{"field": "group_id", "value": 5}, {"field": "assignee_id", "value": "__NULL__"}],
    )

    assert ours == theirs


def test_a_compiled_rule_is_read_as_the_recipe_was():
    when = {
        "group": {"is_not": "A"},
        "tags": {"has_none": ["x"]},
        "any": [{"priority": "low"}, {"status": "open"}],
    }
    rule = a_rule(
        event=("agent_replied",), when=when, then=[{"set": {"group": "B", "status": "pending"}}, TAG]
    )
    names = MadeUpNames()
    (native,) = to_native(rule)

    again = from_native(resolve(native, names.find), names)

    assert (again.event, again.then, again.native) == (rule.event, rule.then, {})
    assert to_native(again) == [native]
