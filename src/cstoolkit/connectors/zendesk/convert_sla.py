"""Zendesk's metric events -> promises. Pure.

A target is known by its breach event, which Zendesk writes ahead of time and marks `deleted` when the
promise was kept. https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_metric_events/
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ...model.ticket import SlaTarget
from .convert import instant
from .lookups import Record

METRICS = {"reply_time": ("first_reply", "next_reply"), "resolution_time": ("resolution", "resolution")}
IDENTITY = ("id", "ticket_id", "metric", "instance_id", "type", "time")
APPLIED = {"apply_sla", "apply_group_sla"}


@dataclass(slots=True)
class _Promise:
    """What the events of one metric and instance have told so far."""

    applied: bool = False
    activated_at: datetime | None = None
    minutes: int | None = None
    target_at: datetime | None = None
    fulfilled_at: datetime | None = None
    breached_at: datetime | None = None


def targets_from_events(events: Iterable[Record], *, now: datetime) -> dict[str, list[SlaTarget]]:
    """Promises by ticket id, out of all metric events of those tickets."""
    promises: dict[tuple[str, str, int], _Promise] = {}
    # Pages meet at a second, so an event may come twice.
    unique = {tuple(one[name] for name in IDENTITY): one for one in events}
    for event in sorted(unique.values(), key=lambda one: (one["time"], one["id"])):
        key = (str(event["ticket_id"]), event["metric"], int(event["instance_id"]))
        _note(promises.setdefault(key, _Promise()), event, now)
    found: dict[str, list[SlaTarget]] = {}
    for (ticket_id, metric, instance), promise in promises.items():
        target_at = promise.target_at or _counted(promise)
        if promise.applied and target_at is not None:
            first, later = METRICS.get(metric, (metric, metric))
            found.setdefault(ticket_id, []).append(
                SlaTarget(
                    metric=first if instance <= 1 else later,
                    instance=instance,
                    target_at=target_at,
                    fulfilled_at=promise.fulfilled_at,
                    breached_at=promise.breached_at,
                )
            )
    return found


def _note(promise: _Promise, event: Record, now: datetime) -> None:
    at = instant(event["time"])
    match event["type"]:
        case "activate":
            promise.activated_at, promise.fulfilled_at = promise.activated_at or at, None
        case "fulfill":
            promise.fulfilled_at = at
        case "breach":
            promise.target_at = at
            promise.breached_at = at if not event.get("deleted") and at <= now else None
        case kind if kind in APPLIED:
            policy = event.get("sla") or event.get("group_sla") or {}
            promise.applied = True
            # On business hours the vendor's own breach event is the only word on the instant.
            promise.minutes = None if policy.get("business_hours") else policy.get("target")


def _counted(promise: _Promise) -> datetime | None:
    if promise.activated_at is None or promise.minutes is None:
        return None
    return promise.activated_at + timedelta(minutes=promise.minutes)
