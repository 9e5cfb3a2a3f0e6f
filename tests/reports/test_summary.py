import unicodedata

import pytest
from hypothesis import given

from cstoolkit.reports.summary import render_summary
from reports.builders import a_busy_report, a_coverage, a_finding, a_report
from reports.hostile import hostile_text


@pytest.fixture(scope="module")
def busy():
    return a_busy_report()


def test_a_busy_week_on_a_terminal(busy):
    lines = render_summary(busy, top=2).splitlines()

    assert lines == [
        "Backlog, weekly: 122 findings on 100 tickets: 16 critical, 60 high, 42 medium, 4 low",
        "Since 24 Mar 2026: 37 new, 6 came back, 17 fixed.",
        "The gate is missed: 16 findings are critical; the gate allows none.",
        "",
        "  Backlog           372    ▲ 23",
        "  Net flow, 7 days  +15    ▼ 4",
        "  Breached          41     ▲ 6",
        "  Unassigned        58     ▼ 9",
        "  Oldest ticket     131 d  ▲ 7 d",
        "",
        "SEVERITY  CHECK  TICKET  AGE        OWNER        FINDING",
        "critical  BA004  4075    20 d 20 h  Dana Petrov  The assignee is suspended, deleted or no longer an agent.",
        "critical  BA004  4114    7 d 12 h   Ines Duarte  The assignee is suspended, deleted or no longer an agent.",
        "and 120 more findings",
    ]


def test_a_quiet_week_is_two_lines():
    assert render_summary(a_report()) == (
        "Backlog, weekly: Nothing to fix: no check found anything\n"
        "First run: there is nothing to compare with yet.\n"
    )


def test_an_incomplete_run_says_so_first():
    assert render_summary(a_report(coverage=(a_coverage(complete=False),))).startswith("INCOMPLETE")


def test_columns_hold_with_wide_names():
    findings = [a_finding(fingerprint="1", owner="山田太郎"), a_finding(fingerprint="2", owner="Kim")]

    wide, narrow = render_summary(a_report(findings=findings)).splitlines()[-2:]

    assert wide.index("Unassigned") + 4 == narrow.index("Unassigned")


@given(hostile_text)
def test_a_terminal_gets_no_controls(text):
    shown = render_summary(
        a_report(recipe_title=text, findings=[a_finding(owner=text or None, object_id=text)])
    )

    assert not [each for each in shown if unicodedata.category(each) in {"Cc", "Cs"} and each != "\n"]
    assert len(shown.splitlines()) == 5
