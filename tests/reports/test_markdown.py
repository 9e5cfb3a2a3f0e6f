import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.model.findings import Severity
from cstoolkit.reports.markdown import LIMIT, harmless, render_markdown
from reports.builders import DAY, a_busy_report, a_check, a_coverage, a_finding, a_report
from reports.hostile import hostile_text

GATE = "The gate is missed: 16 findings are critical; the gate allows none."


@pytest.fixture(scope="module")
def busy():
    return a_busy_report()


def test_a_busy_week_in_one_message(busy):
    text = render_markdown(busy, full_report="out/backlog.html")

    assert text.splitlines()[:10] == [
        "🔴 **Backlog, weekly: 122 findings on 100 tickets: 16 critical, 60 high, 42 medium, 4 low**",
        "Since 24 Mar 2026: 37 new, 6 came back, 17 fixed.",
        "Full report: `out/backlog.html`",
        f"**{GATE}**",
        "",
        "- Backlog: **372** (▲ 23)",
        "- Net flow, 7 days: **+15** (▼ 4)",
        "- Breached: **41** (▲ 6)",
        "- Unassigned: **58** (▼ 9)",
        "- Oldest ticket: **131 d** (▲ 7 d)",
    ]
    assert len(text) <= LIMIT


def test_the_three_checks_with_most_findings_come_in_order(busy):
    lines = render_markdown(busy).splitlines()
    start = lines.index("**Most findings**")

    assert [line[2:7] for line in lines[start + 1 : start + 4]] == ["BA001", "BA008", "BA014"]
    assert lines[start + 4] == ""


def test_the_three_oldest_tickets_are_links_each_once():
    ages = [("1", 5), ("2", 90), ("2", 90), ("3", 40), ("4", 41)]
    findings = [
        a_finding(
            fingerprint=str(n), object_id=ticket, age_s=days * DAY, url=f"https://acme.example/{ticket}"
        )
        for n, (ticket, days) in enumerate(ages)
    ]

    links = re.findall(r"\[(.+?)\]\((.+?)\)", render_markdown(a_report(findings=findings)))

    assert links == [(f"Ticket {n}", f"https://acme.example/{n}") for n in ("2", "4", "3")]


def test_subjects_stay_at_home_unless_asked_for():
    report = a_report(findings=[a_finding(title="My card is 4111 1111 1111 1111")])

    assert "card" not in render_markdown(report)
    assert "My card" in render_markdown(report, include_text=True)


def test_an_address_of_the_full_report_is_a_link(busy):
    text = render_markdown(busy, full_report="https://ci.example/out(1).html")

    assert "Full report: [open](https://ci.example/out%281%29.html)" in text


def test_an_incomplete_run_says_so_first():
    text = render_markdown(a_report(coverage=(a_coverage(complete=False),)))

    assert text.startswith("🔴 **INCOMPLETE")


def test_a_calm_week_is_green_and_short():
    assert render_markdown(a_report()).startswith("🟢 **Backlog, weekly: Nothing to fix")


@given(st.integers(0, 1_200))
def test_a_message_keeps_its_limit_and_its_lines_whole(limit):
    report = a_report(findings=[a_finding()], checks=(a_check(found=1),))

    text, whole = render_markdown(report, limit), render_markdown(report)

    assert len(text) <= limit
    assert whole.splitlines()[: len(text.splitlines())] == text.splitlines()


def test_a_very_short_message_still_has_the_verdict_and_then_the_place_of_the_report():
    findings = [
        a_finding(fingerprint=str(n), object_id=str(n), severity=list(Severity)[n % 4]) for n in range(4_000)
    ]
    report = a_report(recipe_title="A long title " * 9, findings=findings)

    text = render_markdown(report, 200, full_report="out/b.html")

    assert "4\u202f000 findings on 4\u202f000 tickets" in text
    assert "`out/b.html`" in render_markdown(report, 300, full_report="out/b.html")


@given(hostile_text)
def test_customer_text_neither_pings_nor_links_nor_marks_up(text):
    shown = harmless(text, 200)

    assert not set("@<>`*[]|\\") & set(shown)
    assert "://" not in shown
    assert not re.search(r"(?i)\b(javascript|mailto|https?):\S", shown)
    assert not re.search(r"(?i)\w\.[a-z]{2,}", shown)
    assert len(shown.splitlines()) <= 1


@given(hostile_text)
def test_a_message_holds_only_our_own_markup(text):
    report = a_report(
        recipe_title=text,
        checks=(a_check(title=text, found=1),),
        coverage=(a_coverage(connection=text),),
        findings=(a_finding(title=text, owner=text or None, group=text, object_id=text or "1"),),
    )

    message = render_markdown(report, include_text=True)

    assert not set("@<>`|") & set(message)
    assert re.findall(r"\]\((.*?)\)", message) == ["https://acme.example/tickets/1001"]
    assert message.count("**") % 2 == 0
