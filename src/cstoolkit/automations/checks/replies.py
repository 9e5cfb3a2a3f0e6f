"""What the customer wrote, and whether somebody answered."""

from ...model.findings import Severity
from .check import CUSTOMER, DAY, LIMIT_HOURS, OUR_COURT, SECOND, Check, hours, since
from .parameters import Parameter

CHECKS = (
    Check(
        id="BA007",
        title="No first reply, late",
        rule="unsolved, no reply, no SLA target met, and open for at least the limit on the business clock",
        severity=Severity.CRITICAL,
        clock="business",
        needs=("comments",),
        parameters={"limit": Parameter("open_span", "8h", "business time until the first reply")},
        where="t.replies = 0 AND NOT EXISTS (SELECT 1 FROM sla s WHERE s.ticket_id = t.ticket_id"
        f" AND s.fulfilled_at <= $now) AND t.age_open_us >= {{limit}} * {SECOND}",
        evidence={"open_hours": hours("t.age_open_us"), "limit_hours": LIMIT_HOURS},
        message="no reply after {open_hours} open hours (limit {limit_hours})",
    ),
    Check(
        id="BA008",
        title="Customer waiting",
        rule="new or open, the last public word is the customer's, and the oldest unanswered message is"
        " as old as the limit on the business clock",
        severity=Severity.HIGH,
        clock="business",
        needs=("comments",),
        parameters={"limit": Parameter("open_span", "16h", "business time until an answer")},
        where=f"{OUR_COURT} AND t.last_public_role IN {CUSTOMER}"
        f" AND t.waiting_open_us >= {{limit}} * {SECOND}",
        evidence={
            "open_hours": hours("t.waiting_open_us"),
            "limit_hours": LIMIT_HOURS,
            "unanswered": "t.unanswered",
        },
        message="the customer has waited {open_hours} open hours for an answer (limit {limit_hours})",
    ),
    Check(
        id="BA009",
        title="Several unanswered messages",
        rule="unsolved, and so many public messages of customers since the last reply",
        severity=Severity.HIGH,
        needs=("comments",),
        parameters={"messages": Parameter("count", 3, "messages without a reply")},
        where="t.unanswered >= {messages}",
        evidence={"unanswered": "t.unanswered"},
        message="{unanswered} messages of the customer have no answer",
    ),
    Check(
        id="BA015",
        title="Pending although the customer replied",
        rule="pending, and the last public word is the customer's",
        severity=Severity.HIGH,
        needs=("comments",),
        where=f"t.status = 'pending' AND t.last_public_role IN {CUSTOMER}",
        evidence={"replied_at": "t.last_public_at"},
        message="it waits for the customer, who has replied",
    ),
    Check(
        id="BA033",
        title="Solved without a public reply",
        rule="solved or closed by a person in the last days, and nobody ever replied",
        severity=Severity.HIGH,
        clock="calendar",
        population="solved",
        needs=("comments", "events"),
        parameters={"days": Parameter("days", 30, "how far back solved tickets are looked at")},
        # A ticket that a rule closed is spam or noise by somebody's rule; merged and deleted ones are not here.
        where="t.replies = 0 AND t.solved_by_role <> 'system'"
        f" AND {since('t.solved_at')} <= {{days}} * {DAY}",
        evidence={"solved_at": "t.solved_at", "requester_messages": "t.requester_replies"},
        message="it was solved, and the customer never got an answer",
    ),
)
