"""Metrics of a ticket, folded from its audits each time they are asked for."""

from dataclasses import dataclass, field

from ..http import SELF, Answer, Record, json_answer
from .history import audits_of
from .ticket_clock import Spent, TicketClock, schedules_of
from .visit import Desk, Visit

METRIC_IDS = 500_000_000_000
"""A ticket's metrics have its number, far from all other ids."""

SOLVED = frozenset({"solved", "closed"})
_WAITS = {
    "new": ("requester_wait",),
    "open": ("requester_wait",),
    "pending": ("agent_wait",),
    "hold": ("requester_wait", "on_hold"),
}
_SPANS = ("reply", "first_resolution", "full_resolution", "agent_wait", "requester_wait", "on_hold")
_STAMPS = (
    "assignee_updated_at", "requester_updated_at", "status_updated_at", "initially_assigned_at",
    "assigned_at", "solved_at", "latest_comment_added_at",
)  # fmt: skip


@dataclass
class _Fold:
    """What has been seen so far; instants in the vendor's text."""

    created_at: str
    clock: TicketClock
    status: str = "new"
    status_at: str = ""
    reopens: int = 0
    replies: int = 0
    assignee_stations: int = 0
    group_stations: int = 0
    at: dict[str, str] = field(default_factory=dict)
    spent: dict[str, Spent] = field(default_factory=dict)

    def change(self, name: str, value: object, at: str) -> None:
        if name == "status":
            self._status(str(value), at)
        elif name == "assignee_id":
            self.at["assignee_updated_at"] = at
            if value is not None:
                self.assignee_stations += 1
                self.at["assigned_at"] = at
                self.at.setdefault("initially_assigned_at", at)
        elif name == "group_id" and value is not None:
            self.group_stations += 1
        elif name == "requester_id":
            self.at["requester_updated_at"] = at

    def _status(self, status: str, at: str) -> None:
        waited = self.clock.spent(self.status_at or self.created_at, at)
        for name in _WAITS.get(self.status, ()):
            self.spent[name] = self.spent.get(name, Spent()) + waited
        if self.status in SOLVED and status not in SOLVED:
            self.reopens += 1
            self.at.pop("solved_at", None)
        if status in SOLVED and self.status not in SOLVED:
            self.at["solved_at"] = at
            self.spent["full_resolution"] = self.clock.spent(self.created_at, at)
            self.spent.setdefault("first_resolution", self.spent["full_resolution"])
        self.status, self.status_at = status, at
        self.at["status_updated_at"] = at

    def comment(self, *, by_agent: bool, public: bool, at: str) -> None:
        self.at["latest_comment_added_at"] = at
        if by_agent and public:
            self.replies += 1
            self.spent.setdefault("reply", self.clock.spent(self.created_at, at))


def agents_of(desk: Desk) -> frozenset[int]:
    found = desk.state.derived(
        "agents", ("users",), lambda: {row[0] for row in desk.state.pick("id", "users", "role <> 'end-user'")}
    )
    return frozenset(found)


def metrics_of(desk: Desk, ticket: Record) -> Record:
    fold = _Fold(ticket["created_at"], TicketClock(schedules_of(desk)))
    agents = agents_of(desk)
    first = True
    for audit in audits_of(desk, ticket["id"]):
        for event in audit["events"]:
            if event["type"] in {"Create", "Change"}:
                fold.change(event["field_name"], event["value"], audit["created_at"])
            elif event["type"] == "ScheduleAssignment":
                fold.clock.assign(str(event["new_schedule_id"]), audit["created_at"])
            elif event["type"] == "Comment":
                # The first comment is the question itself, not a reply.
                by_agent = event["author_id"] in agents and not first
                fold.comment(by_agent=by_agent, public=event["public"], at=audit["created_at"])
                first = False
    return _document(ticket, fold)


def _document(ticket: Record, fold: _Fold) -> Record:
    id_ = METRIC_IDS + ticket["id"]
    reply = fold.spent.get("reply")
    return {
        "url": f"{SELF}/api/v2/ticket_metrics/{id_}.json",
        "id": id_,
        "ticket_id": ticket["id"],
        "created_at": ticket["created_at"],
        "updated_at": ticket["updated_at"],
        "group_stations": fold.group_stations,
        "assignee_stations": fold.assignee_stations,
        "reopens": fold.reopens,
        "replies": fold.replies,
        "custom_status_updated_at": fold.at.get("status_updated_at") or ticket["created_at"],
        "reply_time_in_seconds": {"calendar": None if reply is None else int(reply.calendar)},
        **{name: fold.at.get(name) for name in _STAMPS},
        **{f"{name}_time_in_minutes": _shown(fold.spent.get(name)) for name in _SPANS},
    }


def _shown(spent: Spent | None) -> Record:
    return {"calendar": None, "business": None} if spent is None else spent.minutes


def show_metric(visit: Visit) -> Answer:
    ticket = visit.get("tickets", visit.id("id") - METRIC_IDS)
    return json_answer({"ticket_metric": metrics_of(visit, ticket)})


def ticket_metrics(visit: Visit) -> Answer:
    ticket = visit.get("tickets", visit.id("ticket_id"))
    return json_answer({"ticket_metric": metrics_of(visit, ticket)})
