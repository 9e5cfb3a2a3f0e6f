"""Cases over rules as an account holds them, and tickets of stores as fixtures."""

import json

import pytest

from automations.replay.replay_desk import a_desk
from cstoolkit.automations.cases import run_cases
from cstoolkit.automations.explain import read_fixture
from cstoolkit.automations.explain_native import explain_native, simulate_native
from cstoolkit.automations.loader import find_project, load_recipes
from cstoolkit.connectors.local.compiled import to_native
from cstoolkit.connectors.local.rules import create_rule
from cstoolkit.errors import ProjectError, RecipeError
from cstoolkit.project import Project
from cstoolkit.store.database import Store
from engines.neutral_world import a_rule

CREATED = {"field": "update_type", "operator": "is", "value": "Create"}
RULES = {
    "triggers": [
        {
            "id": 1, "title": "Night answer", "position": 1, "active": True,
            "conditions": {"all": [CREATED, {"field": "role", "operator": "is", "value": "end_user"}], "any": []},
            "actions": [{"field": "notification_user", "value": ["requester_id", "We are closed", "At nine."]}],
        },
        {
            "id": 2, "title": "Route outages", "position": 2, "active": True,
            "conditions": {"all": [{"field": "subject_includes_word", "operator": "includes", "value": "outage"}], "any": []},
            "actions": [{"field": "group_id", "value": "77"}, {"field": "custom_fields_900", "value": "gold"}],
        },
        {
            "id": 4, "title": "Told by the desk", "position": 3, "active": True,
            "conditions": {"all": [{"field": "group_id", "operator": "is", "value": 77}, {"field": "status", "operator": "value", "value": "pending"}], "any": []},
            "actions": [{"field": "notification_group", "value": ["group_id", "s", "b"]}, {"field": "current_tags", "value": "told"}],
        },
    ],
    "automations": [
        {
            "id": 3, "title": "Close", "position": 1, "active": True,
            "conditions": {"all": [{"field": "status", "operator": "is", "value": "solved"}, {"field": "SOLVED", "operator": "greater_than", "value": "48"}], "any": []},
            "actions": [{"field": "status", "value": "closed"}],
        }
    ],
    "groups": [{"id": 77, "name": "Incident Desk"}, {"id": 78, "name": "Tier 1"}],
    "ticket_fields": [{"id": 900, "title": "plan"}],
}  # fmt: skip


def run(folder, cases, *, live="zd.json", rules=RULES):
    (folder / "cstoolkit.yaml").write_text('connections: {desk: {address: "local:desk.duckdb"}}\n')
    (folder / "zd.json").write_text(rules if isinstance(rules, str) else json.dumps(rules))
    listed = "".join(f"  - {json.dumps({'name': 'it', **case})}\n" for case in cases)
    (folder / "live.yaml").write_text(f"kind: cases\nid: live\ntitle: Live\nlive: {live}\ntests:\n{listed}")
    project = find_project([folder])
    return run_cases(load_recipes([folder / "live.yaml"], project=project), project)


def misses(report):
    return [
        (failed.miss.what, failed.miss.expected, failed.miss.actual)
        for each in report.results
        for failed in each.failed
    ]


@pytest.mark.parametrize(
    "case",
    [
        {"event": {"created": {"by": "requester", "text": "x"}}, "expect": {"fires": True, "messages": {"requester": 1}}, "rule": "Night answer"},
        {"event": {"created": {"by": "agent", "text": "x"}}, "expect": {"fires": False}, "rule": "1"},
        {"given": {"subject": "Big outage"}, "event": "created", "expect": {"group": "Incident Desk", "custom.plan": "gold"}},
        {
            "given": {"group": "Incident Desk", "status": "open"}, "rule": "Told by the desk",
            "event": {"agent_replied": {"text": "x", "set": {"status": "pending"}}},
            "expect": {"fires": True, "messages": {"Incident Desk": 1}, "tags": {"has": ["told"]}},
        },
        {"given": {"group": "Tier 1"}, "event": {"updated": {"set": {"status": "pending"}}}, "expect": {"fires": False, "messages": 0}},
        {"given": {"status": "solved"}, "steps": [{"advance": "47h", "expect": {"status": "solved"}}, {"advance": "3h", "expect": {"status": "closed"}}]},
    ],
)  # fmt: skip
def test_a_case_over_live_rules_passes(tmp_path, case):
    report = run(tmp_path, [case])

    assert misses(report) == []
    assert list(report.judges) == ["Zendesk's engine"]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (
            {"event": "created", "expect": {"fires": False, "messages": 0}, "rule": "Night answer"},
            [("fires", False, True), ("messages", 0, 1)],
        ),
        ({"event": "created", "expect": {"messages": 0}}, [("messages", 0, 1)]),
        (
            {"given": {"subject": "outage"}, "event": "created", "expect": {"group": "Tier 1"}, "rule": "Route outages"},
            [("group", "Tier 1", "Incident Desk"), ("custom.plan", "not mentioned", "gold")],
        ),
    ],
)  # fmt: skip
def test_a_case_over_live_rules_fails(tmp_path, case, expected):
    assert misses(run(tmp_path, [case])) == expected


UNREADABLE = {
    "id": 5, "title": "Odd", "position": 4, "active": True,
    "conditions": {"all": [{"field": "subject_includes_word", "operator": "includes", "value": "outage"}, {"field": "moon_phase", "operator": "is", "value": "full"}], "any": []},
    "actions": [{"field": "group_id", "value": "78"}],
}  # fmt: skip
ODD = {**RULES, "triggers": [*RULES["triggers"], UNREADABLE]}
OUTAGE = {"given": {"subject": "Big outage"}, "event": "created", "expect": {"group": "Incident Desk"}}


def test_a_case_about_no_rule_fails_where_some_rule_cannot_be_judged(tmp_path):
    ((what, _, said),) = misses(run(tmp_path, [OUTAGE], rules=ODD))

    assert what == "opaque"
    assert said.startswith("Odd: all[1] (moon_phase is) cannot be judged: ")


@pytest.mark.parametrize(
    "case",
    [
        {"given": {"subject": "Invoice"}, "event": "created", "expect": {"group": None}},  # ruled out by its subject
        {**OUTAGE, "only": "zendesk"},  # the case says that it may be left out of account
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_judged_and_does_not_matter_fails_no_case(tmp_path, case):
    assert misses(run(tmp_path, [case], rules=ODD)) == []


def test_a_case_for_another_engine_than_the_list_has_is_not_judged(tmp_path):
    (result,) = run(tmp_path, [{**OUTAGE, "only": "neutral"}]).results

    assert (result.outcome, result.reason) == ("not_judged", "only neutral can judge it")


@pytest.mark.parametrize(
    ("cases", "options", "line", "said"),
    [
        ([{"event": "created", "expect": {"fires": True}, "rule": "Nihgt answer"}], {}, 6, 'there is no rule "Nihgt answer"'),
        ([{"event": "created", "expect": {"fires": True}}], {"live": "zz.json"}, 4, 'there is no file and no connection "zz.json"'),
        ([{"event": "created", "expect": {"fires": True}}], {"live": "desk"}, 4, "desk.duckdb does not exist"),
        ([{"event": "created", "expect": {"fires": True}}], {"rules": '{"triggers": [}'}, 1, "not JSON"),
        ([{"event": "created", "expect": {"fires": True}}], {"rules": "[]"}, 1, "a list does not say what kind"),
        ([{"event": "created", "expect": {"fires": True}}], {"rules": '{"groups": []}'}, 1, "there is no rule in it"),
        ([{"event": "created", "expect": {"fires": True}, "differs": {"zendesk": {"fires": False, "because": "x"}}}], {}, 6, '"differs" says nothing here'),
        ([{"event": "created"}], {}, 6, "a test without an expectation proves nothing"),
        ([{"given": {"ticket": "local:x#1"}, "event": "updated", "expect": {"fires": True}}], {}, 6, "x does not exist"),
        ([{"given": {"ticket": "117"}, "event": "updated", "expect": {"fires": True}}], {}, 6, "expected a ticket of a store"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_a_problem_with_its_place(tmp_path, cases, options, line, said):
    with pytest.raises(RecipeError) as raised:
        run(tmp_path, cases, **options)

    (problem,) = raised.value.problems
    assert said in problem.message
    assert problem.at.line == line


def test_a_ticket_of_a_store_is_played_as_it_stands(tmp_path):
    helpdesk, path = a_desk(tmp_path, tickets=8, seed=2)
    file = next(each for each in helpdesk.ticket_files() if each.ticket.status.category == "closed")
    address = f"local:{path}#{file.ticket.id}"

    report = run(tmp_path, [
        {"given": {"ticket": address}, "event": "updated", "expect": {"status": "closed", "subject": file.ticket.subject}},
        {"given": {"ticket": address, "status": "open", "subject": "Big outage"}, "event": "updated", "expect": {"group": "Incident Desk"}},
    ])  # fmt: skip

    assert misses(report) == []


def test_an_unknown_ticket_is_named_with_some_that_are_there(tmp_path):
    _, path = a_desk(tmp_path, tickets=8, seed=2)

    with pytest.raises(RecipeError) as raised:
        run(
            tmp_path,
            [{"given": {"ticket": f"local:{path}#4711"}, "event": "updated", "expect": {"fires": True}}],
        )

    (problem,) = raised.value.problems
    assert 'there is no ticket "4711"' in problem.message
    assert problem.hint.startswith("there are ")


def test_rules_of_an_embedded_helpdesk_are_judged_by_the_neutral_engine(tmp_path):
    (rule,) = to_native(a_rule("tag", event=("created",), then=[{"tags": {"add": ["seen"]}}]))
    with Store.create(tmp_path / "desk.duckdb", connection="desk") as store:
        create_rule(store, rule)

    report = run(
        tmp_path,
        [{"event": "created", "expect": {"fires": True, "tags": "seen"}, "rule": "tag"}],
        live="desk",
    )

    assert (misses(report), list(report.judges)) == ([], ["the neutral engine"])


def explained(folder, rule, ticket, rules=RULES):
    (folder / "zd.json").write_text(json.dumps(rules))
    (folder / "t.yaml").write_text(json.dumps(ticket))
    project = Project()
    return explain_native(folder / "zd.json", rule, read_fixture(folder / "t.yaml", project), project)


def test_a_live_rule_is_explained_condition_by_condition(tmp_path):
    ticket = {"given": {"subject": "outage"}, "event": {"created": {"by": "agent", "text": "x"}}}

    found = explained(tmp_path, "Night answer", ticket)

    assert (found.fired, found.why) == (False, "all[1]: wanted is end_user, saw agent")
    assert [(test.path, test.holds) for test in found.tests] == [
        ("all[0] update_type", True),
        ("all[1] role", False),
    ]
    assert explained(tmp_path, "2", ticket).fired


def test_a_rule_that_is_not_there_is_named_with_those_that_are(tmp_path):
    with pytest.raises(ProjectError) as raised:
        explained(tmp_path, "Nihgt answer", {"event": "created"})

    assert (
        raised.value.hint
        == 'did you mean "Night answer"? rules are: Night answer, Route outages, Told by the desk, Close'
    )


def test_a_ticket_goes_through_all_live_rules(tmp_path):
    (tmp_path / "zd.json").write_text(json.dumps(RULES))
    (tmp_path / "t.yaml").write_text("given: {subject: outage}\nevent: {created: {by: requester, text: x}}\n")

    (look,), engine = simulate_native(
        tmp_path / "zd.json", read_fixture(tmp_path / "t.yaml", Project()), Project()
    )

    assert engine == "Zendesk's engine"
    ends = [(step.rule, step.outcome) for step in look.ran.trace.steps if step.round == 1]
    assert ends == [("Night answer", "fired"), ("Route outages", "fired")]
    assert (look.ran.trace.ticket["group"], look.ran.trace.ticket["custom.plan"]) == ("Incident Desk", "gold")


FRESHDESK = {
    "rules_1": [
        {
            "id": 1, "name": "Outages", "position": 1, "active": True,
            "conditions": [{"name": "condition_set_1", "match_type": "all", "properties": [
                {"resource_type": "ticket", "field_name": "subject", "operator": "contains", "value": ["outage"]}]}],
            "actions": [{"field_name": "group_id", "value": 77}, {"field_name": "cf_plan", "value": "gold"}],
        },
        {
            "id": 2, "name": "Everything", "position": 2, "active": True, "conditions": [],
            "actions": [{"field_name": "add_tag", "value": ["new_one"]}],
        },
    ],
    "rules_4": [
        {
            "id": 3, "name": "Reopen", "position": 1, "active": True, "performer": {"type": 2}, "events": [{"field_name": "reply_sent"}],
            "conditions": [{"name": "condition_set_1", "match_type": "all", "properties": [
                {"resource_type": "ticket", "field_name": "status", "operator": "in", "value": [3, 4]}]}],
            "actions": [{"field_name": "status", "value": 2}, {"field_name": "send_email_to_agent", "email_to": 9, "email_subject": "s", "email_body": "b"}],
        }
    ],
    "rules_3": [
        {
            "id": 4, "name": "Close", "position": 1, "active": True,
            "conditions": [{"name": "condition_set_1", "match_type": "all", "properties": [
                {"resource_type": "ticket", "field_name": "status", "operator": "in", "value": [4]},
                {"resource_type": "ticket", "field_name": "resolved_at", "operator": "greater_than", "value": 48}]}],
            "actions": [{"field_name": "status", "value": 5}],
        }
    ],
    "groups": [{"id": 77, "name": "Incident Desk"}],
    "agents": [{"id": 9, "group_ids": [77], "contact": {"name": "Kim"}}],
    "ticket_fields": [{"id": 900, "name": "cf_plan", "label": "plan", "type": "custom_dropdown"}],
}  # fmt: skip


@pytest.mark.parametrize(
    "case",
    [
        {"given": {"subject": "Big outage"}, "event": "created", "expect": {"group": "Incident Desk", "custom.plan": "gold", "tags": {"empty": True}}},
        {"given": {"subject": "Lamp"}, "event": "created", "rule": "Everything", "expect": {"fires": True, "tags": "new_one"}},
        {"given": {"status": "pending"}, "rule": "3", "event": "requester_replied", "expect": {"fires": True, "status": "open", "messages": {"Kim": 1}}},
        {"given": {"status": "pending", "assignee": "Kim"}, "event": "agent_replied", "expect": {"fires": False, "status": "pending"}},
        {"given": {"status": "solved"}, "steps": [{"advance": "47h", "expect": {"status": "solved"}}, {"advance": "3h", "expect": {"status": "closed"}}]},
    ],
)  # fmt: skip
def test_a_case_over_live_rules_of_freshdesk(tmp_path, case):
    report = run(tmp_path, [case], rules=FRESHDESK)

    assert (misses(report), list(report.judges)) == ([], ["Freshdesk's engine"])


def test_a_case_over_live_rules_of_freshdesk_fails_where_it_should(tmp_path):
    wrong = {"given": {"subject": "outage"}, "event": "created", "expect": {"group": "Tier 1"}}

    assert misses(run(tmp_path, [wrong], rules=FRESHDESK)) == [("group", "Tier 1", "Incident Desk")]


def test_a_live_rule_of_freshdesk_is_explained_and_a_ticket_simulated(tmp_path):
    ticket = {"given": {"status": "pending"}, "event": {"requester_replied": {"text": "x"}}}

    found = explained(tmp_path, "Reopen", ticket, rules=FRESHDESK)
    looks, engine = simulate_native(
        tmp_path / "zd.json", read_fixture(tmp_path / "t.yaml", Project()), Project()
    )

    assert (found.fired, found.kind) == (True, "update rule")
    assert [(test.field, test.holds) for test in found.tests] == [
        ("performer", True),
        ("reply_sent", True),
        ("status", True),
    ]
    assert engine == "Freshdesk's engine"
    assert [step.rule for step in looks[0].ran.trace.steps if step.outcome == "fired"] == ["Reopen"]
