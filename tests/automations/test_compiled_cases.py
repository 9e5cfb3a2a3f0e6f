"""Cases of recipes by every judge: the recipe itself, and what it is compiled to, in the vendor's engine."""

import json
from pathlib import Path

import pytest

from automations.case_files import misses
from cstoolkit.automations.cases import account, run_cases
from cstoolkit.automations.cases_compiled import CompiledSet
from cstoolkit.automations.loader import find_project, load_recipes
from cstoolkit.model.references import refs_in

RECIPES = Path(__file__).resolve().parents[2] / "recipes"
TRIGGER = "kind: trigger\nid: r\ntitle: R\n"
TAG = "event: created\nwhen: {priority: high}\nthen: [{tags: {add: [seen]}}]"
SURE = {"given": {"priority": "high"}, "event": "created", "expect": {"fires": True, "tags": "seen"}}
OWN_MIND = {"zendesk": {"fires": True, "tags": "seen", "because": "it has its own mind"}}
CANNOT = TAG.replace("priority: high", "subject: {starts_with: x}")
OPAQUE = f"{TAG}\nnative: {{zendesk: {{add_when: [{{field: moon_phase, operator: is, value: full}}]}}}}"


def play(folder, keys, case, *, head=TRIGGER, by=("neutral", "zendesk"), project="{}"):
    (folder / "cstoolkit.yaml").write_text(project)
    (folder / "r.yaml").write_text(f"{head}{keys}\ntests:\n  - {json.dumps({'name': 'it', **case})}\n")
    found = find_project([folder])
    return run_cases(load_recipes([folder / "r.yaml"], project=found), found, by=by)


def outcomes(report):
    return [(each.vendor, each.outcome) for each in report.results]


def test_a_case_is_played_on_the_recipe_and_on_what_it_is_compiled_to(tmp_path):
    report = play(tmp_path, TAG, SURE)

    assert outcomes(report) == [(None, "passed"), ("zendesk", "passed")]
    assert (report.cases, report.count("passed")) == (1, 1)


def test_a_case_fails_where_any_judge_says_so(tmp_path):
    report = play(tmp_path, TAG, {**SURE, "expect": {"fires": False}, "differs": OWN_MIND})

    assert outcomes(report) == [(None, "failed"), ("zendesk", "passed")]
    assert (report.count("failed"), report.ok) == (1, False)


def test_an_honest_difference_is_what_the_vendor_is_held_to(tmp_path):
    assert play(tmp_path, TAG, {**SURE, "differs": OWN_MIND}).ok
    other = {"zendesk": {"fires": False, "because": "x"}}
    assert outcomes(play(tmp_path, TAG, {**SURE, "differs": other})) == [
        (None, "passed"),
        ("zendesk", "failed"),
    ]


def test_a_difference_holds_in_the_end_and_no_step_asks_for_the_same(tmp_path):
    case = {
        "given": {"priority": "high"}, "steps": [{"event": "created", "expect": {"tags": {"empty": True}}}],
        "expect": {"fires": False}, "differs": {"zendesk": {"fires": True, "tags": "seen", "because": "x"}},
    }  # fmt: skip

    assert outcomes(play(tmp_path, TAG, case)) == [(None, "failed"), ("zendesk", "passed")]


def test_a_guard_is_no_effect_that_a_case_must_mention(tmp_path):
    assert play(tmp_path, f"{TAG}\nonce: ticket", SURE).ok


@pytest.mark.parametrize("gap", ["client", "{skip: nobody there needs it}", "error"])
def test_what_the_vendor_cannot_hold_is_the_neutral_engines_alone_and_says_so(tmp_path, gap):
    case = {"given": {"subject": "x1"}, "event": "created", "expect": {"fires": True, "tags": "seen"}}

    report = play(tmp_path, f"{CANNOT}\non_gap: {gap}", case)

    assert outcomes(report) == [(None, "passed"), ("zendesk", "not_judged")]
    assert report.ok
    assert report.results[1].reason.startswith('Zendesk cannot hold "subject: starts_with" on creation')


@pytest.mark.parametrize(
    ("project", "keys"),
    [('connections: {zd: {address: "zendesk:acme"}}', CANNOT), ("{}", f"{CANNOT}\ntargets: zendesk")],
)
def test_a_gap_that_nobody_covers_fails_where_the_vendor_is_meant(tmp_path, project, keys):
    case = {"given": {"subject": "x1"}, "event": "created", "expect": {"fires": True, "tags": "seen"}}

    report = play(tmp_path, keys, case, project=project)

    assert outcomes(report) == [(None, "passed"), ("zendesk", "failed")]
    ((what, hint, said),) = misses(report.results[1])
    assert (what, said) == ("gap", 'Zendesk cannot hold "subject: starts_with" on creation')
    assert "on_gap" in hint


def test_a_recipe_for_another_vendor_is_not_played_at_this_one(tmp_path):
    assert outcomes(play(tmp_path, f"{TAG}\ntargets: freshdesk", SURE)) == [(None, "passed")]


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (None, [(None, "failed"), ("zendesk", "failed")]),
        ("neutral", [(None, "passed"), ("zendesk", "not_judged")]),
        ("zendesk", [(None, "not_judged"), ("zendesk", "failed")]),
    ],
)
def test_a_part_that_cannot_be_judged_fails_unless_the_case_says_only(tmp_path, only, expected):
    assert outcomes(play(tmp_path, OPAQUE, SURE | ({"only": only} if only else {}))) == expected


def test_opaque_parts_that_a_case_leaves_out_of_account(tmp_path):
    case = {**SURE, "only": "zendesk", "expect": {"fires": False, "tags": {"empty": True}}}

    assert outcomes(play(tmp_path, OPAQUE, case)) == [(None, "not_judged"), ("zendesk", "passed")]


def test_a_macro_is_applied_and_saved_and_triggers_run_on_it(tmp_path):
    (tmp_path / "t.yaml").write_text(
        "kind: trigger\nid: t\ntitle: T\nevent: agent_replied\nwhen: {status: pending}\nthen: [{tags: {add: [told]}}]\n"
    )
    keys = 'then: [{reply: "Hello {{ requester.first_name }}"}, {set: {status: pending}}, {tags: {add: [asked]}}]'
    case = {
        "given": {"status": "open", "assignee": "kim", "requester.first_name": "Ann"}, "event": {"applied": {"by": "kim"}},
        "expect": {"status": "pending", "tags": {"has": ["asked"]}, "replies_added": {"contains": "Hello Ann"}},
    }  # fmt: skip
    head = "kind: macro\nid: r\ntitle: R\n"

    assert outcomes(play(tmp_path, keys, case, head=head)) == [(None, "passed"), ("zendesk", "passed")]
    whole = load_recipes([tmp_path])
    told = {**case, "expect": {**case["expect"], "tags": {"has": ["asked", "told"]}}}
    (tmp_path / "r.yaml").write_text(f"{head}{keys}\ntests:\n  - {json.dumps({'name': 'it', **told})}\n")
    (neutral, zendesk) = run_cases(load_recipes([tmp_path]), by=("neutral", "zendesk")).results
    assert {each.mode for each in (*neutral.failed, *zendesk.failed)} == {"alone"}
    assert len(whole) == 2


@pytest.fixture(scope="module")
def held():
    project = find_project([str(RECIPES)])
    recipes = load_recipes([str(RECIPES)], project=project)
    return CompiledSet(recipes, project, account(project))


def test_every_name_of_our_recipes_is_filled_in(held):
    assert len(held.whole.native) > 20
    assert [ref for rule in held.whole.native for ref in refs_in(rule.body)] == []


def test_an_addressee_is_a_group_where_a_rule_names_such_a_group(tmp_path):
    (tmp_path / "r.yaml").write_text(
        f"{TRIGGER}event: created\nthen: [{{set: {{group: Leads}}}}, {{notify: {{to: Leads, subject: s, text: t}}}}]\n"
    )
    recipes = load_recipes([tmp_path / "r.yaml"])
    held = CompiledSet(
        recipes,
        find_project([tmp_path]) or find_project([str(RECIPES)]),
        account(find_project([str(RECIPES)])),
    )

    (rule,) = held.whole.native
    assert [each["field"] for each in rule.body["actions"]] == ["group_id", "notification_group"]


def test_our_recipes_pass_by_every_judge(held):
    report = run_cases(held.recipes, held.project, by=("neutral", "zendesk", "freshdesk"))

    assert [(each.recipe, each.name, each.judge) for each in report.results if each.outcome == "failed"] == []
    assert report.judges["Zendesk's engine, on compiled rules"] >= 50
    assert report.judges["Freshdesk's engine, on compiled rules"] >= 9


AT_FRESHDESK = ("neutral", "freshdesk")


@pytest.mark.parametrize(
    ("keys", "case"),
    [
        ("event: created\nwhen: {priority: high}\nthen: [{set: {group: Leads}}, {tags: {add: [seen]}}]",
         {"given": {"priority": "high"}, "event": "created", "expect": {"fires": True, "group": "Leads", "tags": "seen"}}),
        ("event: created\nwhen: {priority: high}\nthen: [{set: {assignee: Kim, priority: urgent}}]",
         {"given": {"priority": "high"}, "event": "created", "expect": {"fires": True, "assignee": "Kim", "priority": "urgent"}}),
        ("event: created\nwhen: {subject: {contains: outage}}\nthen: [{notify: {to: requester, subject: Hm, text: 'On {{ ticket.subject }}'}}]",
         {"given": {"subject": "Big outage"}, "event": "created", "expect": {"fires": True, "messages": {"requester": 1}}}),
        ("event: created\nwhen: {subject: {contains: outage}}\nthen: [{set: {group: Leads}}, {notify: {to: Leads, subject: Hm, text: x}}]",
         {"given": {"subject": "outage"}, "event": "created", "expect": {"fires": True, "group": "Leads", "messages": {"Leads": 1}}}),
        ("event: requester_replied\nwhen: {status: Pending}\nthen: [{set: {status: open}}]",
         {"given": {"status": "pending"}, "event": "requester_replied", "expect": {"status": "open"}}),
        ("event: updated\nwhen: {priority: {changed_to: urgent}}\nthen: [{set: {group: Leads}}]",
         {"given": {"priority": "low"}, "event": {"updated": {"set": {"priority": "urgent"}}}, "expect": {"fires": True, "group": "Leads"}}),
        ("event: created\nwhen: {custom.plan: gold}\nthen: [{set: {custom.tier: one}}]",
         {"given": {"custom.plan": "gold"}, "event": "created", "expect": {"fires": True, "custom.tier": "one"}}),
        ("event: created\nwhen: {hours: outside}\nthen: [{tags: {add: [night]}}]",
         {"now": "2026-03-03T23:00:00+01:00", "event": "created", "expect": {"fires": True, "tags": "night"}}),
        ("event: created\nwhen: {requester.domain: acme.example}\nthen: [{tags: {add: [acme]}}]",
         {"given": {"requester.email": "ann@acme.example"}, "event": "created", "expect": {"fires": True, "tags": "acme"}}),
    ],
)  # fmt: skip
def test_what_freshdesk_holds_is_played_in_its_engine(tmp_path, keys, case):
    project = 'calendars: {EMEA: {zone: Europe/Berlin, hours: {mon-fri: "09:00-18:00"}}}'

    report = play(tmp_path, keys, case, by=AT_FRESHDESK, project=project)

    found = [(each.vendor, each.outcome, each.reason, misses(each)) for each in report.results]
    assert found[-1][:2] == ("freshdesk", "passed"), found
    wrong = {**case, "expect": {"fires": not case["expect"].get("fires", True)}}
    assert play(tmp_path, keys, wrong, by=["freshdesk"], project=project).results[0].outcome == "failed"


def test_an_hourly_rule_of_freshdesk_fires_once_by_its_checkbox(tmp_path):
    keys = "when: {status: Pending, status_changed_at: {older_than: 3h}}\nthen: [{notify: {to: requester, subject: s, text: t}}]\nonce: spell"
    case = {"given": {"status": "pending"}, "steps": [
        {"advance": "2h", "expect": {"messages": 0}}, {"advance": "4h", "expect": {"messages": 1}},
        {"advance": "9h", "expect": {"messages": 1}},
    ]}  # fmt: skip
    head = "kind: automation\nid: r\ntitle: R\n"

    report = play(tmp_path, keys, case, head=head, by=["freshdesk"], project="guards: {r: cf_told}")

    assert [(each.outcome, each.reason, misses(each)) for each in report.results] == [("passed", None, [])]
