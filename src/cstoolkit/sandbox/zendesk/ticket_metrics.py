"""Metrics of a ticket, folded from its audits each time they are asked for."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..http import SELF, Answer, Record, json_answer
from .history import audits_of
from .values import instant
from .visit import Desk, Visit

METRIC_IDS = 500_000_000_000
"""A ticket's metrics have its number, far from all other ids."""

_SOLVED = {"solved", "closed"}


@dataclass
class _Fold:
    """What has been seen so far; instants in the vendor's text."""

    created_at: str
    status: str = "new"
    status_at: str = ""
    reopens: int = 0
    replies: int = 0
    assignee_stations: int = 0
    group_stations: int = 0
    at: dict[str, str] = field(default_factory=dict)
    minutes: dict[str, int] = field(default_factory=dict)

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
        self._spend(at)
        if self.status in _SOLVED and status not in _SOLVED:
            self.reopens += 1
            self.at.pop("solved_at", None)
        if status in _SOLVED and self.status not in _SOLVED:
            self.at["solved_at"] = at
            self.minutes.setdefault("first_resolution", _minutes(self.created_at, at))
            self.minutes["full_resolution"] = _minutes(self.created_at, at)
        self.status, self.status_at = status, at
        self.at["status_updated_at"] = at

    def _spend(self, at: str) -> None:
        spent = _minutes(self.status_at or self.created_at, at)
        waits = {
            "new": ("requester_wait",),
            "open": ("requester_wait",),
            "pending": ("agent_wait",),
            "hold": ("requester_wait", "on_hold"),
        }
        for name in waits.get(self.status, ()):
            self.minutes[name] = self.minutes.get(name, 0) + spent

    def comment(self, *, by_agent: bool, public: bool, at: str) -> None:
        self.at["latest_comment_added_at"] = at
        if by_agent and public:
            self.replies += 1
            self.minutes.setdefault("reply", _minutes(self.created_at, at))


def metrics_of(desk: Desk, ticket: Record) -> Record:
    fold = _Fold(ticket["created_at"])
    agents = {row[0] for row in desk.state.pick("id", "users", "role <> 'end-user'")}
    first = True
    for audit in audits_of(desk, ticket["id"]):
        for event in audit["events"]:
            if event["type"] in {"Create", "Change"}:
                fold.change(event["field_name"], event["value"], audit["created_at"])
            elif event["type"] == "Comment":
                # The first comment is the question itself, not a reply.
                by_agent = event["author_id"] in agents and not first
                fold.comment(by_agent=by_agent, public=event["public"], at=audit["created_at"])
                first = False
    return _document(ticket, fold)


def _document(ticket: Record, fold: _Fold) -> Record:
    id_ = METRIC_IDS + ticket["id"]
    stamps = {
        name: fold.at.get(name)
        for name in (
            "assignee_updated_at", "requester_updated_at", "status_updated_at", "initially_assigned_at",
            "assigned_at", "solved_at", "latest_comment_added_at",
        )
    }  # fmt: skip
    spans = {
        f"{name}_time_in_minutes": {"calendar": fold.minutes.get(name), "business": fold.minutes.get(name)}
        for name in (
            "reply",
            "first_resolution",
            "full_resolution",
            "agent_wait",
            "requester_wait",
            "on_hold",
        )
    }
    reply = fold.minutes.get("reply")
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
        "custom_status_updated_at": stamps["status_updated_at"] or ticket["created_at"],
        "reply_time_in_seconds": {"calendar": None if reply is None else reply * 60},
        **stamps,
        **spans,
    }


def _minutes(start: str, end: str) -> int:
    return int((instant(end) - instant(start)).total_seconds()) // 60


def show_metric(visit: Visit) -> Answer:
    ticket = visit.get("tickets", visit.id("id") - METRIC_IDS)
    return json_answer({"ticket_metric": metrics_of(visit, ticket)})


def ticket_metrics(visit: Visit) -> Answer:
    ticket = visit.get("tickets", visit.id("ticket_id"))
    return json_answer({"ticket_metric": metrics_of(visit, ticket)})


def metric_events(desk: Desk, audits: list[Record]) -> Iterator[Record]:
    """Events of the metrics, from audits: activated with the ticket, fulfilled by what agents do."""
    agents = {row[0] for row in desk.state.pick("id", "users", "role <> 'end-user'")}
    for audit in audits:
        for event in audit["events"]:
            for metric, type_ in _metric_words(event, agents):
                yield {
                    "id": event["id"] * 10 + len(metric) % 10,
                    "ticket_id": audit["ticket_id"],
                    "metric": metric,
                    "instance_id": 1,
                    "type": type_,
                    "time": audit["created_at"],
                }


def _metric_words(event: Record, agents: set[int]) -> Iterator[tuple[str, str]]:
    status = event.get("value") if event.get("field_name") == "status" else None
    if event["type"] == "Create" and status is not None:
        for metric in ("reply_time", "agent_work_time", "requester_wait_time", "resolution_time"):
            yield metric, "activate"
    elif event["type"] == "Change" and status is not None:
        waits = status in {"pending", "solved", "closed"}
        yield "requester_wait_time", "pause" if waits else "activate"
        if status in _SOLVED:
            yield "resolution_time", "fulfill"
            yield "agent_work_time", "fulfill"
    elif event["type"] == "Comment" and event["public"] and event["author_id"] in agents:
        yield "reply_time", "fulfill"
