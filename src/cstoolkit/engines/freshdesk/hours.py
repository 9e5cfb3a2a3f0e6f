"""Hours since something happened to a ticket: calendar hours, by the ticket and its `stats`."""

from datetime import timedelta
from decimal import Decimal

from ..trace import CannotJudge
from .check import Judge, Question, unknown
from .keys import decimal, instant, record_of
from .state import TicketState

HOUR = Decimal(3600)
CLOCKS = {
    "hours_since_created": "created_at",
    "resolved_at": "resolved_at",
    "closed_at": "closed_at",
    "pending_since": "pending_since",
    "requester_responded_at": "requester_responded_at",
    "agent_responded_at": "agent_responded_at",
}
SCREEN_CLOCKS = {
    "hours_since_resolved": "resolved_at",
    "hours_since_closed": "closed_at",
    "hours_since_pending": "pending_since",
    "hours_since_reopened": "reopened_at",
    "hours_since_requester_responded": "requester_responded_at",
    "hours_since_agent_responded": "agent_responded_at",
    "hours_since_fr_due": "fr_due_by",
    "hours_since_overdue": "due_by",
}
"""The screen's words, where `unsourced_names` has them read."""
OF_TICKET = frozenset({"created_at", "fr_due_by", "due_by"})


def hours(question: Question) -> Judge:
    """`greater_than` and `less_than`; where the event did not happen, neither holds."""
    name = {**CLOCKS, **SCREEN_CLOCKS}[question.field]
    wanted = decimal(question.value)
    if wanted is None or isinstance(question.value, bool):
        return unknown(f'"{question.value}" is not a number of hours')
    if question.op not in {"greater_than", "less_than"}:
        return question.unknown_operator()
    past = question.switches["hours_greater_than"] == "past"

    def test(state: TicketState) -> bool:
        elapsed = elapsed_hours(state, name)
        if elapsed is None:
            return False
        if question.op == "less_than":
            return elapsed <= wanted if past else elapsed < wanted
        return elapsed > wanted if past else elapsed >= wanted

    return Judge(test, lambda state: _shown(elapsed_hours(state, name)))


def elapsed_hours(state: TicketState, name: str) -> Decimal | None:
    """None where it did not happen, or lies ahead."""
    if name in OF_TICKET:
        at = instant(state.read(name))
    elif "stats" not in state.ticket:
        raise CannotJudge(f"{name}: the ticket has no stats")
    else:
        at = instant(record_of(state.ticket["stats"]).get(name))
    if at is None or at > state.now:
        return None
    return Decimal((state.now - at) // timedelta(microseconds=1)) / 1_000_000 / HOUR


def _shown(elapsed: Decimal | None) -> float | None:
    return None if elapsed is None else round(float(elapsed), 2)
