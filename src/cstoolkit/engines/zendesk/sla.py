"""Which SLA policy a ticket gets, and its targets."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..trace import Failure, Opaque, Record
from .rules import CompiledRule, body_of
from .state import TicketState


@dataclass(frozen=True, slots=True)
class Target:
    """`minutes` as the policy says, in open time if `business_hours`."""

    metric: str
    minutes: int
    business_hours: bool


@dataclass(frozen=True, slots=True)
class SlaMatch:
    """The first policy whose filter holds; its targets are those of the ticket's priority.

    No policy: none holds, or (`opaque` not empty) an earlier one cannot be judged. `passed` says why each
    earlier policy does not hold.
    """

    policy: str | None
    targets: tuple[Target, ...] = ()
    passed: tuple[tuple[str, Failure], ...] = ()
    opaque: tuple[Opaque, ...] = ()


def match_policy(policies: Sequence[CompiledRule], state: TicketState) -> SlaMatch:
    passed: list[tuple[str, Failure]] = []
    for policy in policies:
        verdict = policy.judge(state)
        if verdict.opaque:
            return SlaMatch(None, passed=tuple(passed), opaque=verdict.opaque)
        if verdict.holds:
            return SlaMatch(
                policy.name, _targets(body_of(policy.source), state.value("priority")), tuple(passed)
            )
        if verdict.failed is not None:
            passed.append((policy.name, verdict.failed))
    return SlaMatch(None, passed=tuple(passed))


def _targets(body: Record, priority: str | None) -> tuple[Target, ...]:
    """A ticket without a priority has no targets."""
    return tuple(
        Target(entry["metric"], int(entry["target"]), bool(entry.get("business_hours")))
        for entry in body.get("policy_metrics") or ()
        if entry.get("priority") == priority
    )
