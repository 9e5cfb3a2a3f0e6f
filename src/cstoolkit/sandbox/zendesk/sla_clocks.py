"""How a ticket stands to its SLA policy, as the `slas` sideload tells it.

The policy is the one that the rule engine finds for the ticket as it is now; without an engine there is none.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from ...engines.zendesk.records import native_rules
from ..http import Record
from ..rule_engine import EngineFactory
from .metric_events import Turn, turns_of
from .rule_worlds import make_world
from .values import stamp
from .visit import Desk

_METRICS = {
    "first_reply_time": "reply_time",
    "next_reply_time": "reply_time",
    "requester_wait_time": "requester_wait_time",
    "agent_work_time": "agent_work_time",
    "total_resolution_time": "resolution_time",
}
"""Policy metric -> the metric whose turns it counts. Update times are not measured here."""

_UNITS = (("days", timedelta(days=1)), ("hours", timedelta(hours=1)), ("minutes", timedelta(minutes=1)))


def slas_of(desk: Desk, ticket: Record) -> Record:
    factory = desk.account.engine
    if factory is None or not desk.state.count("sla_policies"):
        return {"policy_metrics": []}
    engine = _policies(desk, factory)
    if not hasattr(engine, "sla"):  # a small engine of somebody's own
        return {"policy_metrics": []}
    match = engine.sla(make_world(desk, ticket, ()), now=desk.now)
    turns = turns_of(desk, ticket["id"])
    return {
        "policy_metrics": [
            _told(desk, target.metric, turn, target.business_hours)
            for target in match.targets
            for turn in _wanted(turns, target.metric, timedelta(minutes=target.minutes))
        ]
    }


def _policies(desk: Desk, factory: EngineFactory) -> Any:
    switches = desk.switches.as_mapping()
    given = (factory, tuple(switches.values()))
    return desk.state.derived(
        "sla policies",
        ("sla_policies",),
        lambda: factory(native_rules("sla_policy", desk.state.rows("sla_policies")), switches),
        given=given,
    )


def _wanted(turns: dict[str, list[Turn]], metric: str, target: timedelta) -> Iterator[tuple[Turn, timedelta]]:
    """First replies are of the first turn, next replies of the last of those after it, the others of the last."""
    found = turns.get(_METRICS.get(metric, ""), [])
    if metric == "first_reply_time":
        found = found[:1]
    elif metric == "next_reply_time":
        found = found[1:]
    if found:
        yield found[-1], target


def _told(desk: Desk, metric: str, wanted: tuple[Turn, timedelta], business: bool) -> Record:  # noqa: FBT001
    turn, target = wanted
    if turn.ended:
        return {"metric": metric, "stage": "achieved", "breach_at": None} | _left(
            _remaining(turn, target, business)
        )
    left = _remaining(turn, target, business)
    if turn.running_since is None:
        return {"metric": metric, "stage": "paused", "breach_at": None} | _left(left)
    breach = turn.clock.due(turn.running_since, left, business=business)
    at = None if breach is None else stamp(breach)
    return {"metric": metric, "stage": "active", "breach_at": at} | _left(_until(desk.now, breach, left))


def _remaining(turn: Turn, target: timedelta, business: bool) -> timedelta:  # noqa: FBT001
    spent = turn.spent.business if business else turn.spent.calendar
    return target - timedelta(seconds=spent)


def _until(now: datetime, breach: datetime | None, left: timedelta) -> timedelta:
    return left if breach is None else breach - now


def _left(span: timedelta) -> Record:
    """Whole units of the largest that fits, negative where it is late."""
    size = abs(span)
    name, unit = next(((name, unit) for name, unit in _UNITS if size >= unit), _UNITS[-1])
    whole = size // unit
    return {name: whole if span >= timedelta() else -whole}
