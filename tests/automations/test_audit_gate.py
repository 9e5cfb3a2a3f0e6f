"""The gate: each bound kept and missed at its edge."""

import pytest

from audit_stores import NOW
from cstoolkit.automations.audit import Gate
from cstoolkit.automations.auditing.gate import judge
from cstoolkit.model.findings import CheckOutcome, Finding, Severity


def a_finding(severity="high", status="new"):
    return Finding(
        fingerprint="f", check="BA001", severity=Severity(severity), connection="c", object_kind="ticket",
        object_id="1", title="", message="", first_seen=NOW, status=status,
    )  # fmt: skip


def a_check(found, **more):
    return CheckOutcome(
        id="BA001", title="", rule="", severity=Severity.HIGH, clock="none", found=found, **more
    )


def verdict(gate, findings=(), checks=(), previous=None):
    return judge(Gate.model_validate(gate), findings=findings, checks=checks, previous=previous)


@pytest.mark.parametrize(
    ("gate", "given"),
    [
        ({}, {"findings": [a_finding("critical")]}),
        ({"new_only": True}, {"findings": [a_finding("critical")]}),
        ({"severity": "high"}, {"findings": [a_finding("medium")]}),
        ({"severity": "high", "new_only": True}, {"findings": [a_finding("critical", "known")]}),
        ({"max_findings": {"BA001": 25}}, {"checks": [a_check(25)]}),
        ({"max_findings": {"BA002": 0}}, {"checks": [a_check(25)]}),
        ({"growth": "20%"}, {"findings": [a_finding()] * 12, "previous": 10}),
        ({"growth": "20%"}, {"findings": [a_finding()] * 12, "previous": None}),
    ],
)
def test_a_gate_holds(gate, given):
    assert verdict(gate, **given).passed


@pytest.mark.parametrize(
    ("gate", "given", "reason"),
    [
        ({"severity": "high"}, {"findings": [a_finding("high")]}, "1 finding of severity high or worse"),
        (
            {"severity": "low"},
            {"findings": [a_finding("critical")] * 2},
            "2 findings of severity low or worse",
        ),
        (
            {"severity": "high", "new_only": True},
            {"findings": [a_finding("high", "returned"), a_finding("high", "known")]},
            "1 new finding of severity high or worse",
        ),
        (
            {"max_findings": {"BA001": 25}},
            {"checks": [a_check(26)]},
            "BA001 has 26 findings, at most 25 are allowed",
        ),
        (
            {"max_findings": {"BA001": 25}},
            {"checks": [a_check(0, outcome="unavailable", reason="no comments")]},
            "BA001 is bounded, but could not run: no comments",
        ),
        (
            {"growth": "20%"},
            {"findings": [a_finding()] * 13, "previous": 10},
            "13 findings after 10: more than 20% growth",
        ),
        (
            {"growth": "20%"},
            {"findings": [a_finding()], "previous": 0},
            "1 finding after 0: more than 20% growth",
        ),
    ],
)
def test_a_gate_is_missed(gate, given, reason):
    found = verdict(gate, **given)

    assert (found.passed, found.reasons) == (False, (reason,))


@pytest.mark.parametrize(
    ("gate", "configured"),
    [({}, False), ({"new_only": True}, False), ({"severity": "low"}, True), ({"growth": "0%"}, True)],
)
def test_a_gate_without_a_bound_is_none(gate, configured):
    assert verdict(gate).configured is configured
