import pytest

from cstoolkit.model.findings import GateVerdict, Severity
from cstoolkit.reports.verdict import verdict
from reports.builders import NOW, a_check, a_coverage, a_finding, a_report

BLIND = a_check(outcome="unavailable", reason="no history")


def test_findings_are_counted_by_severity_and_by_what_they_are_about():
    findings = [
        a_finding(fingerprint="1", check="BA001"),
        a_finding(fingerprint="2", check="BA002", severity=Severity.CRITICAL),
        a_finding(fingerprint="3", check="BA001", object_id="1002"),
    ]

    assert verdict(a_report(findings=findings)).headline == "3 findings on 2 tickets: 1 critical, 2 high"


def test_one_finding_is_singular():
    assert verdict(a_report(findings=[a_finding()])).headline == "1 finding on 1 ticket: 1 high"


def test_the_same_number_of_another_kind_is_another_object():
    findings = [a_finding(fingerprint="1"), a_finding(fingerprint="2", object_kind="agent")]

    assert verdict(a_report(findings=findings)).headline == "2 findings on 2 objects: 2 high"


@pytest.mark.parametrize(
    ("changes", "tone", "headline"),
    [
        ({}, "good", "Nothing to fix: no check found anything"),
        ({"coverage": (a_coverage(fetched=0),)}, "calm", "There are no tickets to audit"),
        ({"coverage": ()}, "calm", "There are no tickets to audit"),
        ({"checks": (BLIND,)}, "calm", "No check could run"),
        ({"coverage": (a_coverage(complete=False),)}, "bad", "No findings in what could be read"),
        ({"findings": (a_finding(),)}, "warn", "1 finding on 1 ticket: 1 high"),
        ({"findings": (a_finding(severity=Severity.CRITICAL),)}, "bad", "1 finding on 1 ticket: 1 critical"),
    ],
)
def test_green_is_only_for_a_whole_look_that_found_nothing(changes, tone, headline):
    outcome = verdict(a_report(**changes))

    assert (outcome.tone, outcome.headline) == (tone, headline)


def test_a_missed_gate_is_never_green_and_says_why():
    outcome = verdict(a_report(gate=GateVerdict(passed=False, configured=True, reasons=("a", "b"))))

    assert (outcome.tone, outcome.gate) == ("bad", "The gate is missed: a; b.")


def test_a_gate_that_holds_is_said_and_one_that_is_not_there_is_not():
    assert verdict(a_report(gate=GateVerdict(passed=True, configured=True))).gate == "The gate holds."
    assert verdict(a_report()).gate is None


def test_what_changed_is_told_against_the_previous_run():
    statuses = ("new", "new", "known", "returned")
    findings = [a_finding(fingerprint=str(n), status=status) for n, status in enumerate(statuses)]

    outcome = verdict(a_report(findings=findings, fixed=7, previous_as_of=NOW))

    assert outcome.changes == "Since 31 Mar 2026: 2 new, 1 came back, 7 fixed."


def test_a_first_run_and_a_quiet_run_say_so():
    assert verdict(a_report()).changes == "First run: there is nothing to compare with yet."
    assert verdict(a_report(previous_as_of=NOW)).changes == "Nothing changed since 31 Mar 2026."
