"""Tickets that wait for somebody else: the customer, a vendor, a problem, a date."""

from ...model.findings import Severity
from .check import DAY, Check, Question, seconds, since
from .field_values import filled_fields
from .parameters import Parameter

ON_HOLD = since("t.status_changed_at")
# A ticket that was put on hold an hour ago has not been kept waiting for longer, whatever came before.
QUIET_ON_HOLD = f"least({ON_HOLD}, {since('coalesce(t.last_public_at, t.created_at)')})"
# A problem that was opened again has no `solved_at`; one that is gone says nothing.
SINCE_PROBLEM = since("(SELECT p.solved_at FROM facts p WHERE p.ticket_id = t.problem_id AND p.gone IS NULL)")


def no_hold_reasons(question: Question) -> str | None:
    """Where nothing could say why a ticket waits, every ticket on hold would look unexplained."""
    names = list(question.settings.names("fields"))
    known = (
        "SELECT 1 FROM fields WHERE list_contains($fields, name)"
        " UNION ALL SELECT 1 FROM tickets WHERE problem_id IS NOT NULL"
        f" UNION ALL SELECT 1 FROM audited t WHERE len({filled_fields('$fields')}) > 0 LIMIT 1"
    )
    if question.query(known, {"fields": names}):
        return None
    return (
        f"no ticket says why it waits: no problem links, and no field {' or '.join(names) or '(none named)'}"
    )


CHECKS = (
    Check(
        id="BA014",
        title="Stale pending",
        rule="pending for at least so many days, and no public word from us since it became pending",
        severity=Severity.MEDIUM,
        clock="calendar",
        needs=("comments", "events"),
        parameters={"days": Parameter("days", 5, "days without a reminder")},
        where=f"t.status = 'pending' AND {since('t.status_changed_at')} >= {{days}} * {DAY}"
        " AND NOT EXISTS (SELECT 1 FROM comments c WHERE c.ticket_id = t.ticket_id AND c.public"
        " AND c.author_role IN ('agent', 'system')"
        " AND c.created_at > t.status_changed_at AND c.created_at <= $now)",
        evidence={"pending_s": seconds(since("t.status_changed_at")), "limit_days": "{days}"},
        message="pending for {pending_s}, and the customer was not reminded",
    ),
    Check(
        id="BA016",
        title="Hold without reason",
        rule="on hold, linked to no problem, and none of the fields that say why has a value",
        severity=Severity.HIGH,
        lacks=no_hold_reasons,
        parameters={
            "fields": Parameter(
                "names",
                ["hold_reason", "issue_key", "issue_link", "jira", "parent_case"],
                "fields of which any one explains the hold",
            )
        },
        where=f"t.status = 'hold' AND t.problem_id IS NULL AND len({filled_fields('{fields}')}) = 0",
        evidence={"on_hold_s": seconds(ON_HOLD)},
        message="on hold for {on_hold_s}, and nothing says why",
    ),
    Check(
        id="BA017",
        title="On hold too long without an update",
        rule="on hold for at least so many days, and no public comment of a person for as long",
        severity=Severity.MEDIUM,
        clock="calendar",
        needs=("comments", "events"),
        parameters={"days": Parameter("days", 7, "days on hold without a public update")},
        where=f"t.status = 'hold' AND {QUIET_ON_HOLD} >= {{days}} * {DAY}",
        evidence={"quiet_s": seconds(QUIET_ON_HOLD), "on_hold_s": seconds(ON_HOLD)},
        message="on hold, without a public update for {quiet_s}",
    ),
    Check(
        id="BA018",
        title="Linked problem is solved",
        rule="unsolved, and the problem that it is linked to was solved at least so many days ago",
        severity=Severity.HIGH,
        clock="calendar",
        needs=("events", "problems"),
        parameters={"days": Parameter("days", 2, "days since the problem was solved")},
        where=f"{SINCE_PROBLEM} >= {{days}} * {DAY}",
        evidence={"problem_id": "t.problem_id", "solved_for_s": seconds(SINCE_PROBLEM)},
        message="its problem {problem_id} was solved {solved_for_s} ago",
    ),
    Check(
        id="BA046",
        title="Task past due",
        rule="unsolved, and the due date has passed",
        severity=Severity.MEDIUM,
        clock="calendar",
        where="t.due_at < $now",
        evidence={"due_at": "t.due_at", "overdue_s": seconds(since("t.due_at"))},
        message="it was due {overdue_s} ago",
    ),
    Check(
        id="BA048",
        title="Waits for somebody who cannot answer",
        rule="pending, and the requester is suspended or deleted",
        severity=Severity.LOW,
        needs=("people", "requesters"),
        where="t.status = 'pending' AND t.requester_id IN (SELECT p.person_id FROM people p WHERE NOT p.active)",
        evidence={"requester_id": "t.requester_id", "pending_s": seconds(since("t.status_changed_at"))},
        message="it waits for a requester whose account is suspended",
    ),
)
