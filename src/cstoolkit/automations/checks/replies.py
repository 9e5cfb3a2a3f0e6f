"""What the customer wrote, and whether somebody answered."""

from ...model.findings import Severity
from .check import CUSTOMER, DAY, LIMIT_HOURS, OUR_COURT, SECOND, Check, hours, since
from .parameters import Parameter

# Folding makes the full-width mark a plain one; the Arabic and Greek ones are their own.
QUESTION = (
    "EXISTS (SELECT 1 FROM comments c WHERE c.ticket_id = t.ticket_id AND c.public"
    f" AND c.author_role IN {CUSTOMER} AND NOT coalesce(c.automatic, FALSE)"
    " AND c.created_at = t.last_public_at AND regexp_matches(c.text_folded, '[?\u061f\u037e]'))"
)

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
    Check(
        id="BA034",
        title="Solved by a rule over a question",
        rule="solved or closed by a rule or in bulk in the last days, and the last public word is a customer's with"
        " a question mark in it",
        severity=Severity.HIGH,
        clock="calendar",
        population="solved",
        needs=("comments", "events"),
        parameters={"days": Parameter("days", 30, "how far back solved tickets are looked at")},
        where=f"t.solved_by_role = 'system' AND t.last_public_role IN {CUSTOMER}"
        f" AND {since('t.solved_at')} <= {{days}} * {DAY} AND {QUESTION}",
        evidence={"solved_at": "t.solved_at", "asked_at": "t.last_public_at"},
        message="a rule solved it, and the customer's last question has no answer",
    ),
    Check(
        id="BA037",
        title="Bad rating, nobody reacted",
        rule="solved or not, rated bad with a comment in the last days, at least the limit ago on the business"
        " clock, and no agent has done anything since",
        severity=Severity.HIGH,
        clock="business",
        population="present",
        needs=("events", "ratings"),
        parameters={
            "limit": Parameter("open_span", "16h", "business time since the rating"),
            "days": Parameter("days", 30, "how far back ratings are looked at"),
        },
        where=f"t.rated_open_us >= {{limit}} * {SECOND} AND {since('t.bad_rating_at')} <= {{days}} * {DAY}"
        " AND coalesce(t.last_agent_at <= t.bad_rating_at, TRUE)"
        " AND EXISTS (SELECT 1 FROM facts f WHERE f.ticket_id = t.ticket_id AND f.rating_comment_folded IS NOT NULL)",
        evidence={
            "rated_at": "t.bad_rating_at",
            "open_hours": hours("t.rated_open_us"),
            "limit_hours": LIMIT_HOURS,
        },
        message="rated bad, and nobody has reacted for {open_hours} open hours (limit {limit_hours})",
    ),
)
