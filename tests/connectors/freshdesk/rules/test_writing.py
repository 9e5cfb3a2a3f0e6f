"""What single recipes become at Freshdesk, and what is refused with which hint."""

import pytest

from cstoolkit.connectors.freshdesk.rules import from_native, normalise, to_native
from cstoolkit.model.actions import Call, Notify, Say, Set, Tags
from cstoolkit.model.compile_settings import CompileSettings
from cstoolkit.model.conditions import AllOf, AnyOf, NoneOf, Span, Test
from cstoolkit.model.gaps import Gap
from cstoolkit.model.references import resolve
from cstoolkit.model.rules import Audience, NativeRule, Rule

from .documented_rules import every, some, where
from .made_up_names import MadeUpNames

MARK = Tags(add=("seen",))
TELL = Notify("requester", "s", "t")
STALE = AllOf((Test("status", "is", "Pending"), Test("status_changed_at", "older_than", Span(3, "d"))))


def a_trigger(when=None, *, event=("created",), then=(MARK,), **more):
    return Rule("trigger", "r", "R", event=event, when=when, then=then, **more)


def an_automation(when, *, then=(TELL,), **more):
    return Rule("automation", "r", "R", when=when, then=then, **more)


def the_rule(rule, settings=None):
    (found,) = to_native(rule, settings)
    assert isinstance(found, NativeRule), found
    return found


def gaps(rule, settings=None):
    found = to_native(rule, settings)
    assert all(isinstance(one, Gap) for one in found), found
    return [one.message for one in found]


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        (a_trigger(), "rule_1"),
        (a_trigger(event=("agent_replied",)), "rule_4"),
        (a_trigger(Test("status", "changed", True), event=("updated",)), "rule_4"),
        (an_automation(Test("created_at", "older_than", Span(4, "h"))), "rule_3"),
        (Rule("macro", "r", "R", then=(Say("Hello", public=True),)), "canned_response"),
    ],
)
def test_each_kind_of_recipe_has_its_type_of_rule(rule, kind):
    assert the_rule(rule).kind == kind


def test_creation_and_updates_are_two_rules_of_one_recipe():
    found = to_native(a_trigger(event=("created", "requester_replied")))

    assert [(one.kind, one.key, one.title) for one in found] == [
        ("rule_1", "r", "R"),
        ("rule_4", "r#2", "R (2)"),
    ]


def test_a_rule_on_creation_without_a_condition_asks_for_any_priority():
    body = the_rule(a_trigger()).body

    assert body["conditions"] == [every(where("priority", "in", [1, 2, 3, 4]))]


def test_what_is_nested_is_two_sets():
    subject, priority = Test("subject", "contains", "down"), Test("priority", "is", "urgent")
    body = the_rule(a_trigger(AllOf((AnyOf((subject, priority)), Test("group", "empty", True))))).body

    assert body["operator"] == "AND"
    assert body["conditions"] == [
        every(where("group_id", "in", [None])),
        some(where("priority", "in", [4]), where("subject", "contains", ["down"]), number=2),
    ]


@pytest.mark.parametrize(
    ("actor", "performer"),
    [
        (Test("actor", "is", "requester"), {"type": 2}),
        (Test("actor", "is", "agent"), {"type": 1}),
        (Test("actor", "is_not", "requester"), {"type": 1}),
        (Test("actor", "in", ("Kim", "Lee")), {"type": 1, "members": ["${id:agent:Kim}", "${id:agent:Lee}"]}),
        (Test("actor", "is_not", "system"), {"type": 3}),
        (NoneOf((Test("actor", "is", "agent"),)), {"type": 2}),
    ],
)
def test_who_acts_is_the_performer(actor, performer):
    assert the_rule(a_trigger(actor, event=("commented",))).body["performer"] == performer


def test_a_change_from_one_value_to_another_is_one_event():
    moved = AllOf(
        (Test("priority", "changed_from", "low"), Test("priority", "changed_to", ("high", "urgent")))
    )

    body = the_rule(a_trigger(moved, event=("updated",))).body

    assert body["events"] == [{"field_name": "priority", "from": 1, "to": to} for to in (3, 4)]


def test_closing_is_not_taken_for_resolving():
    resolved = Test("status", "changed_to", "solved")

    assert the_rule(a_trigger(resolved, event=("updated",))).body["conditions"] == [
        every(where("status", "not_in", [5]))
    ]
    off = CompileSettings(switches={"closing_resolves": False})
    assert "conditions" not in the_rule(a_trigger(resolved, event=("updated",)), off).body


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (a_trigger(event=("updated",)), "how Freshdesk writes any update at all is not known"),
        (
            a_trigger(AnyOf((Test("status", "changed", True), Test("priority", "is", "high"))), event=("updated",)),
            "how Freshdesk writes any update at all is not known",
        ),
        (
            a_trigger(AllOf((Test("status", "changed", True), Test("group", "changed", True))), event=("updated",)),
            "a rule of Freshdesk waits for one thing, and cannot ask for two that happen at once",
        ),
        (
            a_trigger(Test("status", "changed", True), event=("commented",)),
            "a rule of Freshdesk waits for one thing, and cannot ask for two that happen at once",
        ),
        (a_trigger(Test("status", "is", "new")), "Freshdesk does not tell new tickets from open ones"),
        (a_trigger(Test("actor", "is", "Kim")), "on creation Freshdesk names nobody"),
        (a_trigger(NoneOf((Test("actor", "is", "Kim"),)), event=("commented",)), "Freshdesk cannot leave one agent out"),
        (
            a_trigger(AllOf((Test("subject", "contains", "a"), Test("subject", "ends_with", "b")))),
            "several tests on one text (subject) misbehave at Freshdesk",
        ),
        (an_automation(Test("created_at", "older_than", Span(90, "m"))), "Freshdesk counts whole hours"),
        (
            an_automation(AllOf((Test("status", "is", "pending"), Test("status_changed_at", "older_than", Span(1, "d"))))),
            'since when a ticket is "Waiting on Customer" is nothing that a rule of Freshdesk can ask',
        ),
        (a_trigger(then=(Set({"assignee": "actor"}),)), "how Freshdesk writes who acts is not known"),
        (a_trigger(then=(Tags(remove=("a",)),)), "no rule of Freshdesk takes a tag away"),
        (a_trigger(then=(Notify("requester", "{{ ticket.status }}", "t"),)), 'Freshdesk has no placeholder for "ticket.status" here'),
        (a_trigger(event=("commented",), once="ticket"), "what keeps a rule of Freshdesk from firing again is a checkbox: once: ticket"),
    ],
)  # fmt: skip
def test_what_cannot_be_held_is_a_gap(rule, message):
    assert gaps(rule) == [message]


def test_once_in_a_spell_is_a_window_of_one_hour():
    properties = the_rule(an_automation(STALE, once="spell")).body["conditions"][0]["properties"]

    assert [
        (one["operator"], one["value"]) for one in properties if one["field_name"] == "pending_since"
    ] == [
        ("greater_than", 72),
        ("less_than", 73),
    ]


def test_a_guard_is_a_checkbox_that_a_second_rule_clears():
    main, over = to_native(an_automation(STALE, once="spell"), CompileSettings(guards={"r": "Has fired"}))
    box = "${ref:field:Has fired}"

    assert where(box, "is", False) in main.body["conditions"][0]["properties"]
    assert main.body["actions"][-1] == {"field_name": box, "value": True}
    assert (over.key, over.kind, over.title) == ("r#guard", "rule_3", "R (over)")
    assert over.body["actions"] == [{"field_name": box, "value": False}]
    assert over.body["conditions"] == [
        every(where(box, "is", True)),
        some(where("pending_since", "less_than", 72), where("status", "not_in", [3]), number=2),
    ]


def test_what_ends_its_own_condition_needs_no_guard():
    rule = an_automation(STALE, then=(Set({"status": "solved"}),), once="spell")

    assert len(the_rule(rule).body["actions"]) == 1


def test_own_statuses_count_with_their_category():
    settings = CompileSettings(statuses={"In review": "pending", "9": "solved"})
    (properties,) = the_rule(a_trigger(Test("status", "in", ("pending", "solved"))), settings).body[
        "conditions"
    ]

    assert properties["properties"][0]["value"] == [3, 4, 6, 9, "${id:status:In review}"]


def test_an_endpoint_is_the_address_that_the_project_has():
    call = a_trigger(then=(Call("pager", {"id": "{{ ticket.id }}"}),))
    known = CompileSettings(endpoints={"pager": "https://pager.example/x"})

    (with_address,) = the_rule(call, known).body["actions"]

    assert (with_address["url"], with_address["content"]) == (
        "https://pager.example/x",
        {"id": "{{ticket.id}}"},
    )
    assert the_rule(call).body["actions"][0]["url"] == "${ref:webhook:pager}"


def test_a_macro_for_groups_is_a_response_that_they_see():
    rule = Rule("macro", "r", "R", then=(Say("One\nTwo", public=True),), available_to=Audience(("Billing",)))

    assert the_rule(rule).body == {
        "content_html": "<div>One<br>Two</div>",
        "folder_id": "${id:canned_folder:General}",
        "visibility": 2,
        "group_ids": ["${id:group:Billing}"],
    }


def test_a_split_that_could_tell_somebody_twice_is_a_gap():
    odd = AnyOf(
        (
            AllOf((Test("subject", "contains", "a"), Test("group", "empty", True))),
            AllOf(
                (
                    Test("subject", "starts_with", "b"),
                    AnyOf((Test("type", "is", "x"), Test("brand", "is", "y"))),
                )
            ),
        )
    )

    assert len(to_native(a_trigger(odd))) == 2
    assert gaps(a_trigger(odd, then=(TELL,))) == [
        "it would take several rules of Freshdesk, and a ticket could get the message of two"
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"conditions": [some(where("priority", "in", [1])), some(where("status", "in", ["2"]), number=2)], "operator": "or"},
        {"conditions": [some(where("status", "in", [2]), where("priority", "is", 1), where("priority", "is", 1))]},
    ],
)  # fmt: skip
def test_forms_of_one_meaning_are_one_form(body):
    native = NativeRule(
        "freshdesk",
        "rule_1",
        None,
        "1",
        "R",
        True,
        {**body, "actions": [{"field_name": "status", "value": "2"}]},
    )

    assert normalise(native).body == {
        "conditions": [some(where("priority", "in", [1]), where("status", "in", [2]))],
        "actions": [{"field_name": "status", "value": 2}],
    }


def test_words_of_freshdesk_stand_beside_those_of_the_grammar():
    names = MadeUpNames()
    body = {
        "performer": {"type": 1},
        "events": [{"field_name": "time_entry"}],
        "conditions": [every(where("tag", "contains_any_of", ["a", "b"]), where("priority", "in", [4]))],
        "actions": [{"field_name": "mark_as_spam"}, {"field_name": "status", "value": 2}],
    }
    native = normalise(NativeRule("freshdesk", "rule_4", None, "1", "R", True, body))

    rule = from_native(native, names)

    part = rule.native["freshdesk"]
    assert (rule.event, rule.when, rule.then) == (
        (),
        Test("priority", "is", "urgent"),
        (Set({"status": "open"}),),
    )
    assert part.settings.keys() == {"performer", "events"}
    assert [one["field_name"] for one in part.add_when] == ["tag"]
    assert part.add_then == ({"field_name": "mark_as_spam", "at": 0},)
    (again,) = to_native(rule)
    assert normalise(resolve(again, names.find)).body == native.body
