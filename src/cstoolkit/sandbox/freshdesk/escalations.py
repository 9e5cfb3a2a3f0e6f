"""Mails about what is late: SLA targets that passed unmet, and tickets that a group left unassigned.

Looked for with every call, in the time that has passed since the last one; each is told once. What was late
before anybody asked to be told stays untold.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ..http import Record
from .sla_targets import is_late, policy_for
from .values import instant, stamp
from .visit import Desk

ASSIGNED_AGENT = -1
_WATERMARK = "escalated"
_KINDS = {
    "response": ("fr_due_by", "first_responded_at", "First response"),
    "resolution": ("due_by", "resolved_at", "Resolution"),
}
_UNASSIGNED = {
    "30m": timedelta(minutes=30), "1h": timedelta(hours=1), "2h": timedelta(hours=2), "4h": timedelta(hours=4),
    "8h": timedelta(hours=8), "12h": timedelta(hours=12), "1d": timedelta(days=1), "2d": timedelta(days=2),
    "3d": timedelta(days=3),
}  # fmt: skip
_WORKED_ON = "deleted = 0 AND spam = 0 AND status NOT IN (4, 5)"


def run_escalations(desk: Desk) -> None:
    """Nothing is done within the second that was looked at last."""
    known = desk.state.meta(_WATERMARK)
    if known == desk.stamp:
        return
    desk.state.set_meta(_WATERMARK, desk.stamp)
    if known is None or known > desk.stamp:
        return
    since = instant(known)
    for policy in desk.state.rows("sla_policies"):
        if policy["active"] and policy["escalation"]:
            _escalate(desk, policy, since)
    for group in desk.state.rows("groups"):
        if group["escalate_to"] is not None and group["unassigned_for"] is not None:
            _remind(desk, group, since)


def _levels(escalation: Record) -> Iterator[tuple[str, str, Record]]:
    """What is escalated, at which level, and its time and receivers."""
    if isinstance(escalation.get("response"), dict):
        yield "response", "", escalation["response"]
    resolution = escalation.get("resolution")
    if isinstance(resolution, dict):
        for name, level in sorted(resolution.items()):
            if isinstance(level, dict):
                yield "resolution", f" ({name.replace('_', ' ')})", level


def _escalate(desk: Desk, policy: Record, since: datetime) -> None:
    for kind, level, told in _levels(policy["escalation"]):
        column, done, title = _KINDS[kind]
        delay = timedelta(seconds=told.get("escalation_time") or 0)
        window = (stamp(since - delay), stamp(desk.now - delay))
        where = f"{_WORKED_ON} AND {column} > ? AND {column} <= ?"
        for ticket in desk.state.rows("tickets", where, window, order=f"{column}, id"):
            if not _is_breached(desk, policy, ticket, column, done):
                continue
            subject = f"{title} of ticket #{ticket['id']} is overdue{level}"
            _mail(desk, ticket, told.get("agent_ids") or [], subject)


def _is_breached(desk: Desk, policy: Record, ticket: Record, column: str, done: str) -> bool:
    if ticket["stats"][done] is not None or not is_late(
        ticket, ticket[column], None, stamp(desk.now + timedelta(seconds=1))
    ):
        return False
    applies = policy_for(desk, ticket)
    target = policy["sla_target"].get(f"priority_{ticket['priority']}") or {}
    return applies is not None and applies["id"] == policy["id"] and bool(target.get("escalation_enabled"))


def _remind(desk: Desk, group: Record, since: datetime) -> None:
    """Counted from the ticket's creation: when it came into its group is not kept."""
    span = _UNASSIGNED[group["unassigned_for"]]
    window = (stamp(since - span), stamp(desk.now - span))
    where = f"{_WORKED_ON} AND responder_id IS NULL AND group_id = ? AND created_at > ? AND created_at <= ?"
    for ticket in desk.state.rows("tickets", where, (group["id"], *window), order="created_at, id"):
        subject = f"Ticket #{ticket['id']} is unassigned in {group['name']}"
        _mail(desk, ticket, [group["escalate_to"]], subject)


def _mail(desk: Desk, ticket: Record, agent_ids: list[int], subject: str) -> None:
    ids = [ticket["responder_id"] if id_ == ASSIGNED_AGENT else id_ for id_ in agent_ids]
    agents = [desk.state.get("agents", id_) for id_ in dict.fromkeys(ids) if id_ is not None]
    to = [agent["contact"]["email"] for agent in agents if agent is not None]
    if to:
        content = {"to": to, "subject": subject, "body": ticket["subject"]}
        desk.account.outbox.add(
            "message", at=desk.now, ticket_id=str(ticket["id"]), rule=None, content=content
        )
