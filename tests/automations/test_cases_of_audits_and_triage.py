"""Cases of audits and triage: judged by the audit itself, and by the plain interpreter of tags."""

import pytest

from automations.case_files import misses, run, run_one
from cstoolkit.errors import RecipeError

TRIAGE = "kind: triage\nid: r\ntitle: R\n"
TOPICS = """\
scan: {status: [new, open], tags: {has_none: [done]}}
tag: {billing: {subject: {word: invoice}}, login: {subject: {word: [login, invoice]}}}
otherwise: {tags: {add: [unknown]}}
then: [{tags: {add: [done]}}]
"""
AUDIT = "kind: audit\nid: r\ntitle: R\n"
CHECKED = "clock: {default: EMEA}\nchecks: {include: [BA001]}\ngate: {severity: high}"
TICKETS = """\
now: 2026-03-31T12:00:00Z
given:
  tickets:
    - {id: A, group: L1, status: open, created_at: 2026-03-02T09:00:00Z}
    - {id: B, group: L1, status: open, created_at: 2026-03-02T09:00:00Z, assignee: kim}
    - {id: C, status: new, created_at: 2026-03-31T11:59:00Z}
"""


@pytest.mark.parametrize(
    ("choose", "given", "expect"),
    [
        ("first", "{subject: Invoice}", "{tags: {has: [billing, done], has_none: [login, unknown]}}"),
        ("all", "{subject: Invoice}", "{tags: {has: [billing, login, done]}}"),
        ("first", "{subject: Login}", "{tags: {has: [login, done]}}"),
        ("first", "{subject: Lamp}", "{tags: {has: [unknown, done]}, fires: true}"),
        ("first", "{subject: Lamp, tags: [done]}", "{tags: {has_none: [unknown]}, fires: false}"),
        ("first", "{subject: Invoice, status: solved}", "{fires: false}"),
    ],
)
def test_a_triage_tags_as_its_cases_say(tmp_path, choose, given, expect):
    case = f"given: {given}\nexpect: {expect}"

    assert run_one(tmp_path, f"{TOPICS}choose: {choose}", case, head=TRIAGE).outcome == "passed"


def test_a_tag_that_the_case_does_not_mention_is_a_miss(tmp_path):
    result = run_one(tmp_path, TOPICS, "given: {subject: Lamp}\nexpect: {tags: {has: [done]}}", head=TRIAGE)

    assert misses(result) == [("tags", "not mentioned", "+unknown")]


def test_a_ticket_outside_the_scan_says_why(tmp_path):
    case = "given: {subject: Lamp, status: solved}\nexpect: {tags: {has: [unknown]}}"

    (failed,) = run_one(tmp_path, TOPICS, case, head=TRIAGE).failed

    assert failed.miss.why == "r did not run: scan.status: wanted in [new, open], saw solved"


@pytest.mark.parametrize(
    ("expect", "expected"),
    [
        ("{findings: {BA001: [A]}, gate: failed}", []),
        ("{findings: {BA001: [A, B]}}", [("BA001", ["A", "B"], ["A"])]),
        ("{findings: {BA001: []}}", [("BA001", [], ["A"])]),
        ("{gate: passed}", [("gate", "passed", "failed")]),
        ("{findings: {BA002: [A]}}", [("BA002", ["A"], [])]),
    ],
)
def test_an_audit_finds_what_its_cases_say(tmp_path, expect, expected):
    result = run_one(tmp_path, CHECKED, f"{TICKETS}expect: {expect}", head=AUDIT)

    assert misses(result) == expected


def test_a_miss_of_a_check_that_does_not_run_says_so(tmp_path):
    result = run_one(tmp_path, CHECKED, f"{TICKETS}expect: {{findings: {{BA002: [A]}}}}", head=AUDIT)

    assert result.failed[0].miss.why == "BA002 is not among the recipe's checks"
    assert result.failed[0].at.line == result.at.line + 7


def test_tickets_that_nobody_has_are_no_data_without_assignees(tmp_path):
    case = "\n".join(line for line in TICKETS.splitlines() if "kim" not in line)

    result = run_one(tmp_path, CHECKED, f"{case}\nexpect: {{findings: {{BA001: [A]}}}}", head=AUDIT)

    assert misses(result) == []


def test_a_check_that_a_case_has_no_data_for_fails_even_where_nothing_is_expected(tmp_path):
    keys = CHECKED.replace("BA001", "BA003")

    (failed,) = run_one(tmp_path, keys, f"{TICKETS}expect: {{findings: {{BA003: []}}}}", head=AUDIT).failed

    assert failed.miss.why == "BA003 cannot be judged: the data does not say who is in which group"


def test_only_the_tickets_of_the_case_are_audited(tmp_path):
    case = """
        now: 2026-03-31T12:00:00Z
        given: {tickets: [{id: A, status: solved, assignee: kim, group: L1, created_at: 2026-03-31T11:00:00Z, agent_replied_at: -30m}]}
        expect: {findings: {BA001: []}, gate: passed}
    """

    result = run_one(tmp_path, "clock: {default: EMEA}\ngate: {severity: low}", case, head=AUDIT)

    assert misses(result) == []


def test_a_group_of_the_parameters_need_not_be_in_the_case(tmp_path):
    keys = CHECKED.replace("[BA001]", "[BA001], params: {BA001: {groups: {Elsewhere: {limit: 1h}}}}")

    assert (
        run_one(tmp_path, keys, f"{TICKETS}expect: {{findings: {{BA001: [A]}}}}", head=AUDIT).outcome
        == "passed"
    )


def test_a_count_that_no_history_tells_is_a_problem(tmp_path):
    case = TICKETS.replace("status: new", "reopens: 3, status: new")

    with pytest.raises(RecipeError) as raised:
        run_one(tmp_path, CHECKED, f"{case}expect: {{gate: passed}}", head=AUDIT)

    (problem,) = raised.value.problems
    assert problem.message == '"reopens" is counted'


def test_nothing_of_an_audits_case_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    (tmp_path / "recipes").mkdir()

    run_one(tmp_path / "recipes", CHECKED, f"{TICKETS}expect: {{gate: failed}}", head=AUDIT)

    assert list((tmp_path / "temp").iterdir()) == []


def test_a_recipe_without_cases_is_named(tmp_path):
    report = run(tmp_path, f"{AUDIT}{CHECKED}\n")

    assert report.without_cases == ("r",)
