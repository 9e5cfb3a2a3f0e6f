"""Hours since and until: when something happened to a ticket, and how many whole hours ago an engine counts.

The vendor counts in runs: the first run after the event is hour zero, each later one adds an hour. With a run
an hour that is the elapsed time, rounded down.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from ..trace import CannotJudge, Record
from .keys import instant, key
from .schedules import schedule_of
from .state import TicketState

HOUR = timedelta(hours=1)
STATUS_CLOCKS = {"OPEN": "open", "PENDING": "pending", "HOLD": "hold", "SOLVED": "solved", "CLOSED": "closed"}


def whole_hours(state: TicketState, field: str, *, business: bool) -> int | None:
    """Whole hours since (or until) what `field` names; None where that did not happen."""
    at = CLOCKS[field](state)
    if at is None:
        return None
    start, end = (state.now, at) if field in COUNTDOWNS else (at, state.now)
    if start > end:
        return None
    span = schedule_of(state).business_time(start, end) if business else end - start
    return span // HOUR


def _status_clock(status: str) -> Callable[[TicketState], datetime | None]:
    def entered(state: TicketState) -> datetime | None:
        here = state.value("status") == status
        if not here and state.switches["hours_since_status"] == "current":
            return None
        if here and state.before("status") != status:
            return state.now
        return entered_at(state, status, now_there=here)

    return entered


def entered_at(state: TicketState, status: str, *, now_there: bool) -> datetime | None:
    """When the ticket last got this status, by its audits, else by its metric set."""
    for audit in reversed(state.world.history):
        if any(_sets(event, "status", status) for event in audit.get("events") or ()):
            return instant(audit["created_at"])
    metrics = state.ticket.get("metric_set") or {}
    if status == "solved" and metrics.get("solved_at"):
        return instant(metrics["solved_at"])
    if now_there and metrics.get("status_updated_at"):
        return instant(metrics["status_updated_at"])
    if not now_there and state.world.history:
        return None
    raise CannotJudge(f"when the status became {status}: the ticket has neither history nor metric_set")


def _metric(
    name: str, from_audits: Callable[[TicketState, Record], bool]
) -> Callable[[TicketState], datetime | None]:
    def read(state: TicketState) -> datetime | None:
        for audit in reversed(state.world.history):
            if from_audits(state, audit):
                return instant(audit["created_at"])
        metrics = state.ticket.get("metric_set")
        if metrics is not None and name in metrics:
            return instant(metrics[name])
        if state.world.history:
            return None
        raise CannotJudge(f"{name}: the ticket has neither history nor metric_set")

    return read


def _assigns(state: TicketState, audit: Record) -> bool:
    assignee = state.value("assignee_id")
    if assignee is None:
        return False
    return any(_sets(event, "assignee_id", assignee) for event in audit.get("events") or ())


def _by(field: str) -> Callable[[TicketState, Record], bool]:
    return lambda state, audit: key(audit.get("author_id")) == state.value(field)


def _sets(event: Record, field: str, value: str | None) -> bool:
    return (
        event.get("type") in {"Create", "Change"}
        and event.get("field_name") == field
        and key(event.get("value")) == value
    )


def _stamp(field: str) -> Callable[[TicketState], datetime | None]:
    return lambda state: instant(state.ticket.get(field))


def _updated(state: TicketState) -> datetime | None:
    """An audit may be newer than the ticket's own stamp, if a rule of this run made it."""
    history = state.world.history[-1:]
    stamps = [state.ticket.get("updated_at"), *(audit.get("created_at") for audit in history)]
    return max((at for at in map(instant, stamps) if at is not None), default=None)


def _due(state: TicketState) -> datetime | None:
    due = instant(state.ticket.get("due_at"))
    if due is None or state.switches["due_hours_from"] == "stored":
        return due
    return datetime.combine(due.astimezone(UTC).date(), time(12), tzinfo=UTC)


def _next_breach(state: TicketState) -> datetime | None:
    slas = state.ticket.get("slas")
    if slas is None:
        raise CannotJudge("the ticket has no slas")
    found = [instant(metric.get("breach_at")) for metric in slas.get("policy_metrics") or ()]
    ahead = [at for at in found if at is not None and at >= state.now]
    return min(ahead, default=None)


CLOCKS: dict[str, Callable[[TicketState], datetime | None]] = {
    "NEW": _stamp("created_at"),
    **{name: _status_clock(status) for name, status in STATUS_CLOCKS.items()},
    "assigned_at": _metric("assigned_at", _assigns),
    "updated_at": _updated,
    "requester_updated_at": _metric("requester_updated_at", _by("requester_id")),
    "assignee_updated_at": _metric("assignee_updated_at", _by("assignee_id")),
    "due_date": _due,
    "until_due_date": _due,
    "sla_next_breach_at": _next_breach,
}
COUNTDOWNS = frozenset({"until_due_date", "sla_next_breach_at"})
