"""What was promised: a target that is near, one that was missed and left, none at all."""

from ...model.findings import Severity
from .check import LIMIT_HOURS, SECOND, Check, hours, seconds, since
from .parameters import Parameter

LEFT = "(epoch_us(t.first_reply_due_at) - epoch_us($now))"
WHOLE = "(epoch_us(t.first_reply_due_at) - epoch_us(t.created_at))"
NO_TARGET = "NOT EXISTS (SELECT 1 FROM sla s WHERE s.ticket_id = t.ticket_id)"

CHECKS = (
    Check(
        id="BA006",
        title="No first reply, due soon",
        rule="unsolved, no reply, and of the time to the first-reply target less is left than the share of it, or"
        " than `least`, whichever is longer",
        severity=Severity.HIGH,
        clock="calendar",
        needs=("comments", "sla"),
        parameters={
            "share": Parameter("share", 0.25, "share of the time from creation to the target"),
            "least": Parameter("span", "30m", "time that is always short"),
        },
        where=f"t.replies = 0 AND {LEFT} > 0"
        f" AND {LEFT} < greatest({{share}}::DOUBLE * {WHOLE}, {{least}} * {SECOND})",
        evidence={"due_at": "t.first_reply_due_at", "left_s": seconds(LEFT)},
        message="the first reply is due in {left_s}",
    ),
    Check(
        id="BA011",
        title="Breached SLA, nothing since",
        rule="unsolved, an SLA target was missed at least the limit ago on the business clock, and no agent has"
        " commented since, not even in a note",
        severity=Severity.CRITICAL,
        clock="business",
        needs=("comments", "sla"),
        parameters={"limit": Parameter("open_span", "4h", "business time since the target was missed")},
        where=f"t.breach_open_us >= {{limit}} * {SECOND} AND NOT EXISTS (SELECT 1 FROM comments c"
        " WHERE c.ticket_id = t.ticket_id AND c.author_role = 'agent' AND NOT coalesce(c.automatic, FALSE)"
        " AND c.created_at > t.breached_at AND c.created_at <= $now)",
        evidence={
            "open_hours": hours("t.breach_open_us"),
            "limit_hours": LIMIT_HOURS,
            "breached_at": "t.breached_at",
        },
        message="an SLA target was missed {open_hours} open hours ago (limit {limit_hours}), and no agent has written since",
    ),
    Check(
        id="BA012",
        title="No SLA applied",
        rule="unsolved, with a priority, but without any SLA target or due date",
        severity=Severity.MEDIUM,
        needs=("sla",),
        where=f"t.priority IS NOT NULL AND t.due_at IS NULL AND {NO_TARGET}",
        evidence={"age_s": seconds("t.age_us")},
        message="nothing is promised on it, {age_s} after it was created",
    ),
    Check(
        id="BA013",
        title="No SLA because no priority",
        rule="unsolved, without a priority, and so without any SLA target",
        severity=Severity.MEDIUM,
        needs=("sla",),
        where=f"t.priority IS NULL AND t.due_at IS NULL AND {NO_TARGET}",
        evidence={"age_s": seconds(since("t.created_at"))},
        message="it has no priority, so nothing is promised on it",
    ),
)
