"""Audit reports for tests: a bare one to put single facts into, and one as a busy helpdesk would give it."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cstoolkit.model.findings import (
    AgeRow,
    AgeTable,
    AuditReport,
    CheckOutcome,
    Coverage,
    DayFlow,
    Finding,
    GateVerdict,
    Metric,
    Severity,
)

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
HOUR, DAY = 3_600, 86_400
BUCKETS = (
    "under 4h", "4h to 1d", "1d to 3d", "3d to 7d", "7d to 14d", "14d to 30d", "30d to 90d", "90d and over",
)  # fmt: skip
GROUPS = ("Front line", "Billing", "Technical", "Logistics", "Accounts", "Incident desk")
OWNERS = (
    "Amira Haddad", "Bruno Keller", "Chidi Okafor", "Dana Petrov", "Eun-ji Park", "Farah Aziz", "Gwen Morris",
    "Hiro Tanaka", "Ines Duarte", "Jonas Lind", "Kim Lee", "Lars Nygaard", "Mei Chen", "Noor Rahman",
)  # fmt: skip
SUBJECTS = (
    "Invoice shows the wrong VAT rate", "Cannot sign in after password reset", "Parcel says delivered, nothing here",
    "Export to CSV stops at 10,000 rows", "Refund promised two weeks ago", "API returns 502 since this morning",
    "Please change the address on my order", "Charged twice for the March subscription",
    "App crashes when I open the calendar on Android", "Need a quote for 250 seats before Friday",
    "Webhook retries never stop", "Rückerstattung steht noch aus", "二要素認証のコードが届きません",
)  # fmt: skip
RECIPE = """\
kind: audit
id: backlog-weekly
title: Backlog, weekly
owner: support-leads
select: {status: {not_in: [solved, closed]}}
measure:
  by: [group]
  age: {since: created_at, buckets: [4h, 1d, 3d, 7d, 14d, 30d, 90d]}
checks:
  include: [BA0*]
gate:
  severity: critical      # fail at or above
"""

CHECKS: tuple[tuple[str, str, str, str, dict[str, Any], int], ...] = (
    ("BA001", "Unassigned too long", "high", "unsolved, no agent assignee, open for at least the limit",
     {"limit_s": {"urgent": HOUR, "high": 4 * HOUR, "normal": 8 * HOUR, "low": 24 * HOUR}}, 24),
    ("BA004", "Owner gone", "critical", "the assignee is suspended, deleted or no longer an agent", {}, 5),
    ("BA007", "No first reply, late", "critical", "no public reply and open for at least the limit",
     {"limit_s": 8 * HOUR}, 9),
    ("BA008", "Customer waiting", "high", "the customer wrote last and waits for at least the limit",
     {"limit_s": 16 * HOUR}, 21),
    ("BA014", "Stale pending", "medium", "pending for at least the limit, no reminder", {"limit_s": 5 * DAY}, 14),
    ("BA016", "Hold without reason", "high", "on hold without a linked problem or a reason", {}, 6),
    ("BA020", "Reopened often", "medium", "reopened at least so many times", {"reopenings": 2}, 8),
    ("BA021", "Ping-pong", "medium", "group changed by people at least so many times", {"moves": 4}, 7),
    ("BA023", "Aged", "medium", "open for at least the limit", {"limit_s": 30 * DAY}, 13),
    ("BA024", "Dead thread", "high", "no event of any kind for the limit, in our court", {"limit_s": 10 * DAY}, 9),
    ("BA029", "Likely duplicates", "low", "same requester, similar subject", {"similarity": 0.85}, 4),
    ("BA039", "Card number in text", "critical", "a card number by Luhn and issuer range", {}, 2),
)  # fmt: skip


def a_finding(**changes: Any) -> Finding:
    facts: dict[str, Any] = {
        "fingerprint": "f-1",
        "check": "BA001",
        "severity": Severity.HIGH,
        "connection": "demo",
        "object_kind": "ticket",
        "object_id": "1001",
        "title": "Invoice shows the wrong VAT rate",
        "message": "Unassigned for 3 d 4 h; the limit is 8 h.",
        "url": "https://acme.example/tickets/1001",
        "owner": "Kim Lee",
        "group": "Billing",
        "priority": "normal",
        "age_s": 3 * DAY + 4 * HOUR,
        "first_seen": NOW - timedelta(days=2),
        "status": "known",
        "evidence": {"age_s": 3 * DAY + 4 * HOUR, "limit_s": 8 * HOUR},
    }
    return Finding(**{**facts, **changes})


def a_check(**changes: Any) -> CheckOutcome:
    facts: dict[str, Any] = {
        "id": "BA001",
        "title": "Unassigned too long",
        "rule": "unsolved, no agent assignee, open for at least the limit",
        "severity": Severity.HIGH,
        "clock": "business",
        "parameters": {"limit_s": 8 * HOUR},
    }
    return CheckOutcome(**{**facts, **changes})


def a_coverage(**changes: Any) -> Coverage:
    facts: dict[str, Any] = {
        "connection": "demo",
        "vendor": "local",
        "fetched": 372,
        "expected": 372,
        "complete": True,
        "events": 2_914,
        "as_of": NOW,
        "first_created_at": NOW - timedelta(days=140),
    }
    return Coverage(**{**facts, **changes})


def a_report(**changes: Any) -> AuditReport:
    """A first run over one connection that found nothing and has no history."""
    facts: dict[str, Any] = {
        "run_id": "r-0001",
        "started_at": NOW + timedelta(seconds=3),
        "duration_s": 1.25,
        "version": "0.1.0",
        "recipe_id": "backlog-weekly",
        "recipe_title": "Backlog, weekly",
        "recipe_owner": "support-leads",
        "recipe_path": "recipes/backlog-weekly.yaml",
        "recipe_hash": "3f2a9c81",
        "recipe_text": RECIPE,
        "as_of": NOW,
        "previous_as_of": None,
        "coverage": (a_coverage(),),
        "metrics": (),
        "flow": (),
        "ages": (),
        "checks": (a_check(),),
        "findings": (),
        "accepted": (),
        "fixed": 0,
        "gate": GateVerdict(passed=True, configured=False),
        "definitions": {},
    }
    return AuditReport(**{**facts, **changes})


def a_busy_report(*, scale: int = 1, **changes: Any) -> AuditReport:
    """Forty days of six groups, twelve checks and fourteen owners; `scale` multiplies the findings."""
    chance = random.Random(7)
    findings = tuple(_busy_findings(chance, scale))
    facts: dict[str, Any] = {
        "previous_as_of": NOW - timedelta(days=7),
        "coverage": (
            a_coverage(notes=("Comments of 4 merged tickets are counted with the ticket that survived.",)),
        ),
        "metrics": _metrics(),
        "flow": tuple(_flow(chance)),
        "ages": (_ages(chance),),
        "checks": tuple(_checks(findings)),
        "findings": findings,
        "accepted": tuple(
            a_finding(
                fingerprint=f"a-{index}",
                object_id=str(900 + index),
                check="BA023",
                severity=Severity.MEDIUM,
                message="Open for 61 d; the limit is 30 d.",
                status="accepted",
                accepted_because="Waits for the supplier's yearly audit",
                accepted_until=date(2026, 6, 30),
            )
            for index in range(3)
        ),
        "fixed": 17,
        "gate": GateVerdict(
            passed=False, configured=True, reasons=("16 findings are critical; the gate allows none",)
        ),
        "definitions": {
            "Backlog": "Tickets that are new, open, pending or on hold at the instant of the report.",
            "Net flow": "Created and reopened minus solved and gone, over seven days.",
            "Breached": "Unsolved tickets past at least one of their targets.",
        },
    }
    return a_report(**{**facts, **changes})


def _busy_findings(chance: random.Random, scale: int) -> list[Finding]:
    findings = []
    for check, _, severity, rule, parameters, number in CHECKS:
        for _ in range(number * scale):
            index = len(findings)
            owner = None if check == "BA001" else chance.choice(OWNERS)
            age = int(chance.lognormvariate(12.6, 1.1))
            ticket = str(4_000 + chance.randrange(330 * scale))
            findings.append(
                a_finding(
                    fingerprint=f"f-{index}",
                    check=check,
                    severity=Severity(severity),
                    object_id=ticket,
                    title=chance.choice(SUBJECTS),
                    message=rule[0].upper() + rule[1:] + ".",
                    url=f"https://acme.example/tickets/{ticket}",
                    owner=owner,
                    group=chance.choice(GROUPS),
                    age_s=age,
                    status=chance.choices(["known", "new", "returned"], [70, 24, 6])[0],
                    first_seen=NOW - timedelta(days=chance.randrange(1, 40)),
                    evidence={"age_s": age, **parameters},
                )
            )
    return findings


def _checks(findings: tuple[Finding, ...]) -> list[CheckOutcome]:
    previous = (22, 5, 4, 26, 19, 6, 5, 7, 11, 14, 4, 0)
    ran = [
        a_check(
            id=check,
            title=title,
            severity=Severity(severity),
            rule=rule,
            parameters=parameters,
            found=sum(finding.check == check for finding in findings),
            new=sum(finding.check == check and finding.status == "new" for finding in findings),
            accepted=3 if check == "BA023" else 0,
            previous=before,
        )
        for (check, title, severity, rule, parameters, _), before in zip(CHECKS, previous, strict=True)
    ]
    blind = a_check(
        id="BA012",
        title="No SLA applied",
        severity=Severity.MEDIUM,
        outcome="unavailable",
        reason="the connection gives no SLA targets",
        rule="eligible, unsolved, no target",
        parameters={},
    )
    return [*ran, blind]


def _metrics() -> tuple[Metric, ...]:
    return (
        Metric(id="backlog", title="Backlog", value=372, unit="tickets", text="372", change=23),
        Metric(id="net_flow", title="Net flow, 7 days", value=15, unit="tickets", text="+15", change=-4),
        Metric(id="breached", title="Breached", value=41, unit="tickets", text="41", change=6, note="11.0 % of the backlog"),
        Metric(id="unassigned", title="Unassigned", value=58, unit="tickets", text="58", change=-9),
        Metric(id="oldest", title="Oldest ticket", value=131 * DAY, unit="seconds", text="131 d", change=7 * DAY),
    )  # fmt: skip


def _flow(chance: random.Random) -> list[DayFlow]:
    days = []
    backlog = {"new": 34, "open": 158, "pending": 96, "hold": 38}
    for number in range(40):
        day = date(2026, 2, 20) + timedelta(days=number)
        busy = 0.25 if day.weekday() >= 5 else 1.0
        created = int(chance.gauss(36, 5) * busy)
        reopened = int(chance.gauss(4, 1.5) * busy)
        solved = int(chance.gauss(39, 6) * (0.1 if day.weekday() >= 5 else 1.0))
        change = created + reopened - solved
        backlog = {
            **backlog,
            "new": max(8, backlog["new"] + change // 3),
            "open": backlog["open"] + change - change // 3,
            "hold": max(20, backlog["hold"] + chance.randint(-2, 3)),
            "pending": max(60, backlog["pending"] + chance.randint(-6, 5)),
        }
        days.append(
            DayFlow(
                day=day, created=created, reopened=reopened, solved=solved, gone=number % 3, backlog=backlog
            )
        )
    return days


def _ages(chance: random.Random) -> AgeTable:
    rows = []
    for group, size in zip(GROUPS, (110, 84, 71, 52, 34, 21), strict=True):
        counts = tuple(max(0, int(size * share * chance.uniform(0.7, 1.3))) for share in
                       (0.08, 0.14, 0.2, 0.2, 0.15, 0.12, 0.08, 0.03))  # fmt: skip
        rows.append(
            AgeRow(by=group, counts=counts, median_s=4.3 * DAY, p90_s=27.5 * DAY, oldest_s=size * 1.2 * DAY)
        )
    return AgeTable(clock="calendar", dimension="group", buckets=BUCKETS, rows=tuple(rows))
