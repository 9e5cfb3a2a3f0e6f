"""Who has the ticket: nobody, somebody who left, too many one after the other."""

from ...model.findings import Severity
from .check import LIMIT_HOURS, OUR_COURT, SECOND, Check, hours, seconds
from .parameters import Parameter

CHECKS = (
    Check(
        id="BA001",
        title="Unassigned too long",
        rule="unsolved, no assignee, and open for at least the limit on the business clock",
        severity=Severity.HIGH,
        clock="business",
        needs=("assignees",),
        parameters={
            "limit": Parameter(
                "open_span",
                {"urgent": "1h", "high": "4h", "normal": "8h", "low": "24h"},
                "business time that a ticket may wait for an owner",
            )
        },
        where=f"t.assignee_id IS NULL AND t.age_open_us >= {{limit}} * {SECOND}",
        evidence={"open_hours": hours("t.age_open_us"), "limit_hours": LIMIT_HOURS},
        message="nobody has it after {open_hours} open hours (limit {limit_hours})",
    ),
    Check(
        id="BA002",
        title="No group",
        rule="unsolved, and in no group",
        severity=Severity.HIGH,
        needs=("groups",),
        where="t.group_id IS NULL",
        evidence={"age_s": seconds("t.age_us")},
        message="it is in no group, {age_s} after it was created",
    ),
    Check(
        id="BA003",
        title="Group with no active member",
        rule="unsolved, in a group that has no active member who is an active agent",
        severity=Severity.CRITICAL,
        needs=("groups", "memberships", "people"),
        where="t.group_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM memberships m JOIN people p USING (person_id)"
        " WHERE m.group_id = t.group_id AND m.active AND p.active AND p.role = 'agent')",
        evidence={"group": "coalesce(t.group_name, t.group_id)"},
        message="nobody active is left in its group",
    ),
    Check(
        id="BA004",
        title="Owner gone",
        rule="unsolved, and the assignee is suspended, deactivated, deleted or no longer an agent",
        severity=Severity.CRITICAL,
        needs=("assignees", "people"),
        where="t.assignee_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM people p"
        " WHERE p.person_id = t.assignee_id AND p.active AND p.role <> 'end_user')",
        evidence={
            "assignee_id": "t.assignee_id",
            "known": "EXISTS (SELECT 1 FROM people p WHERE p.person_id = t.assignee_id)",
        },
        message="its assignee no longer works here",
    ),
    Check(
        id="BA005",
        title="Owner absent",
        rule="new or open, and the assignee still works here, but has neither signed in nor done anything on any"
        " ticket for at least the limit on the ticket's business clock",
        severity=Severity.MEDIUM,
        clock="business",
        needs=("events", "assignees", "people"),
        parameters={
            "limit": Parameter("open_span", "24h", "business time without a sign; 24h is three days of eight")
        },
        where=f"{OUR_COURT} AND t.absent_open_us >= {{limit}} * {SECOND} AND EXISTS (SELECT 1 FROM people p"
        " WHERE p.person_id = t.assignee_id AND p.active AND p.role <> 'end_user')",
        evidence={
            "assignee_id": "t.assignee_id",
            "seen_at": "t.owner_seen_at",
            "open_hours": hours("t.absent_open_us"),
            "limit_hours": LIMIT_HOURS,
        },
        message="its assignee was last seen {open_hours} open hours ago (limit {limit_hours})",
    ),
    Check(
        id="BA010",
        title="Breached SLA and no owner",
        rule="unsolved, no assignee, and an SLA target was missed",
        severity=Severity.CRITICAL,
        needs=("assignees", "sla"),
        where="t.assignee_id IS NULL AND t.breached_at IS NOT NULL",
        evidence={"breached_at": "t.breached_at", "since_breach_s": seconds("t.breached_us")},
        message="an SLA target was missed {since_breach_s} ago, and nobody has it",
    ),
    Check(
        id="BA021",
        title="Ping-pong",
        rule="unsolved, and people moved it between groups, or back to where it came from, too often",
        severity=Severity.MEDIUM,
        needs=("events", "groups"),
        parameters={
            "changes": Parameter("count", 4, "moves from one group to another, by people"),
            "returns": Parameter("count", 2, "returns among them: A to B to A"),
        },
        where="t.group_changes >= {changes} OR t.group_bounces >= {returns}",
        evidence={"group_changes": "t.group_changes", "returns": "t.group_bounces"},
        message="people moved it between groups {group_changes} times, {returns} times back to where it came from",
    ),
    Check(
        id="BA022",
        title="Too many owners",
        rule="unsolved, and so many different agents have held it",
        severity=Severity.MEDIUM,
        needs=("events", "assignees"),
        parameters={"owners": Parameter("count", 4, "different assignees over the ticket's life")},
        where="t.assignees >= {owners}",
        evidence={"owners": "t.assignees"},
        message="{owners} different agents have held it",
    ),
)
