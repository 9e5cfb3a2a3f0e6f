"""Tickets that grow old: reopened, aged, forgotten."""

from ...model.findings import Severity
from .check import DAY, OUR_COURT, Check, seconds, since
from .parameters import Parameter

CHECKS = (
    Check(
        id="BA020",
        title="Reopened often",
        rule="unsolved, and so many times back from solved or closed",
        severity=Severity.MEDIUM,
        needs=("events",),
        parameters={"reopens": Parameter("count", 2, "times it came back")},
        where="t.reopens >= {reopens}",
        evidence={"reopens": "t.reopens"},
        message="it came back {reopens} times after it was solved",
    ),
    Check(
        id="BA023",
        title="Aged",
        rule="unsolved, and created at least so many days ago",
        severity=Severity.MEDIUM,
        clock="calendar",
        parameters={"days": Parameter("days", 30, "days since creation")},
        where=f"t.age_us >= {{days}} * {DAY}",
        evidence={"age_s": seconds("t.age_us"), "limit_days": "{days}"},
        message="it is {age_s} old (limit {limit_days} days)",
    ),
    Check(
        id="BA024",
        title="Dead thread",
        rule="new or open, and nothing of any kind happened for at least so many days",
        severity=Severity.HIGH,
        clock="calendar",
        needs=("events",),
        parameters={"days": Parameter("days", 10, "days without any event")},
        where=f"{OUR_COURT} AND {since('t.last_event_at')} >= {{days}} * {DAY}",
        evidence={"quiet_s": seconds(since("t.last_event_at")), "last_event_at": "t.last_event_at"},
        message="it is our turn, and nothing has happened for {quiet_s}",
    ),
    Check(
        id="BA036",
        title="Solved but not closing",
        rule="solved, not closed, for more than so many days",
        severity=Severity.LOW,
        clock="calendar",
        population="solved",
        needs=("events",),
        parameters={"days": Parameter("days", 28, "days after which a solved ticket should be closed")},
        where=f"t.status = 'solved' AND {since('t.solved_at')} > {{days}} * {DAY}",
        evidence={"solved_at": "t.solved_at", "solved_for_s": seconds(since("t.solved_at"))},
        message="solved {solved_for_s} ago, and still not closed",
    ),
)
