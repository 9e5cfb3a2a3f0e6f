"""A macro on one ticket, as an agent would apply it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ...connectors.base import Helpdesk
from ...engines.neutral import Account, NeutralEngine, Situation
from ...engines.neutral_actions import agent_called
from ...errors import RefusedError
from ...model.ticket import StatusCategory
from .judging import SWITCHES, Firing, left_of, says_of, values_of
from .plan import PlannedChange, RunPlan, Settled, changes_of
from .tasks import Task


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a macro: on which ticket, in whose name."""

    task: Task
    ticket_id: str
    agent: str


def plan_macro(use: Use, helpdesk: Helpdesk, account: Account, settled: Settled, *, now: datetime) -> RunPlan:
    """What the macro would do to the ticket as the helpdesk has it at this moment.

    Applied again before the ticket has moved, it is the same change: it is not sent twice. Raises NotFoundError,
    and RefusedError for a ticket that is closed or whose earlier try ended in the dark.
    """
    task, ticket_id, agent = use.task, use.ticket_id, use.agent
    ticket = helpdesk.ticket(ticket_id)
    if ticket.gone is not None or ticket.status.category is StatusCategory.CLOSED:
        raise RefusedError(f"ticket {ticket_id} is {ticket.gone or 'closed'}: nothing can be changed on it")
    ticket = ticket.model_copy(update={"comments": tuple(helpdesk.comments(ticket_id))})
    engine = NeutralEngine([task.rule], SWITCHES, account=account)
    ran = engine.apply_macro(task.rule.id, Situation(ticket), actor=agent_called(agent), now=now)
    (step,) = [one for one in ran.trace.steps if one.rule == task.rule.id]
    if step.opaque:
        reason = "; ".join(one.reason for one in step.opaque)
        raise RefusedError(f"{task.rule.id} cannot be applied to ticket {ticket_id}: {reason}")
    firing = Firing(
        task, ticket_id, f"applied-{ticket.updated_at:%Y%m%dT%H%M%S.%fZ}", now, f"applied by {agent}",
        **values_of(task.rule, step.changes, ran.situation.ticket), says=says_of(step.changes),
    )  # fmt: skip
    changes = _unsettled(tuple(changes_of(left_of(firing, ran.situation.ticket, ticket), ticket)), settled)
    return RunPlan(now, {}, changes, tickets=1)


def _unsettled(changes: Sequence[PlannedChange], settled: Settled) -> tuple[PlannedChange, ...]:
    for one in changes:
        if one.change.key in settled.unknown:
            raise RefusedError(
                f"whether {one.change.key} was done is not known, so it is not done again",
                hint=f"look at ticket {one.change.ticket_id}; once it has moved, the macro can be applied anew",
            )
    return tuple(one for one in changes if one.change.key not in settled.keys)
