"""Time entries, with and without a running timer (fact sheet 3.5)."""

import re
from typing import Any

from ..http import Answer, Record, json_answer
from .arguments import instant_argument, number_argument, word_argument
from .attributes import Attribute, Attributes, missing, read
from .pages import PAGE_ARGUMENTS, page_of_table
from .refusals import invalid, no_match, wrong
from .tickets import find_ticket
from .values import instant
from .visit import Handler, Visit, created, no_content

_FILTERS = ("company_id", "agent_id", "billable", "executed_after", "executed_before")
_TIME = re.compile(r"(\d{1,4}):([0-5]\d)$")
_ENTRY: Attributes = {
    "agent_id": Attribute("integer", null=False),
    "billable": Attribute("flag", null=False),
    "executed_at": Attribute("instant", null=False),
    "note": Attribute("text"),
    "start_time": Attribute("instant", null=False),
    "time_spent": Attribute("text", null=False),
    "timer_running": Attribute("flag", null=False),
}


def add_time(visit: Visit) -> Answer:
    ticket = find_ticket(visit, visit.id())
    values = _read_entry(visit, new=True)
    running = values.get("timer_running", False)
    if not running and values.get("time_spent") is None:
        raise invalid(missing(["time_spent"]))
    now = visit.stamp
    entry = {
        "id": visit.new_id(), "billable": True, "note": None, "agent_id": visit.agent["id"], "ticket_id": ticket["id"],
        "company_id": ticket["company_id"], "time_spent": "00:00", "executed_at": now, "start_time": now,
        "created_at": now, "updated_at": now,
    } | values | {"timer_running": running}  # fmt: skip
    return created(_entry(visit.state.put("time_entries", entry)), "time_entries")


def _read_entry(visit: Visit, *, new: bool) -> Record:
    values = read(_ENTRY, visit.body if new else visit.changes, new=new)
    if "time_spent" in values and not _TIME.match(values["time_spent"]):
        raise wrong("time_spent", "It should be in the 'hh:mm' format")
    agent = values.get("agent_id")
    if agent is not None and visit.state.get("agents", agent) is None:
        raise invalid([no_match("agent_id", "agent")])
    return values


def _entry(entry: Record) -> Record:
    hours, _, minutes = entry["time_spent"].partition(":")
    return entry | {"time_spent_in_seconds": int(hours) * 3600 + int(minutes) * 60}


def list_time(visit: Visit) -> Answer:
    visit.allow_arguments(*PAGE_ARGUMENTS, *(_FILTERS if visit.switches.on("list_filters") else ()))
    clauses, values = ["1"], list[Any]()
    for clause, value in (
        ("company_id = ?", number_argument(visit, "company_id")),
        ("agent_id = ?", number_argument(visit, "agent_id")),
        ("executed_at >= ?", instant_argument(visit, "executed_after")),
        ("executed_at <= ?", instant_argument(visit, "executed_before")),
    ):
        if value is not None:
            clauses.append(clause)
            values.append(value)
    flag = word_argument(visit, "billable", ("true", "false"))
    if flag is not None:
        clauses.append("json_extract(CAST(body AS TEXT), '$.billable') = ?")
        values.append(int(flag == "true"))
    return page_of_table(visit, "time_entries", " AND ".join(clauses), values, render=_entry)


def ticket_time(visit: Visit) -> Answer:
    visit.allow_arguments(*PAGE_ARGUMENTS)
    ticket = find_ticket(visit, visit.id())
    return page_of_table(visit, "time_entries", "ticket_id = ?", (ticket["id"],), render=_entry)


def update_time(visit: Visit) -> Answer:
    entry = visit.get("time_entries", visit.id())
    changed = entry | _read_entry(visit, new=False) | {"updated_at": visit.stamp}
    return json_answer(_entry(visit.state.put("time_entries", changed)))


def delete_time(visit: Visit) -> Answer:
    visit.state.remove("time_entries", "id = ?", visit.get("time_entries", visit.id())["id"])
    return no_content()


def toggle_timer(visit: Visit) -> Answer:
    """A running timer stops and what it ran is added; a stopped one starts."""
    entry = visit.get("time_entries", visit.id())
    if entry["timer_running"]:
        ran = int((visit.now - instant(entry["start_time"])).total_seconds()) // 60
        spent = _entry(entry)["time_spent_in_seconds"] // 60 + ran
        entry |= {"timer_running": False, "time_spent": f"{spent // 60:02d}:{spent % 60:02d}"}
    else:
        entry |= {"timer_running": True, "start_time": visit.stamp}
    return json_answer(_entry(visit.state.put("time_entries", entry | {"updated_at": visit.stamp})))


ROUTES: dict[str, Handler] = {
    "GET /time_entries": list_time,
    "GET /tickets/{id}/time_entries": ticket_time,
    "POST /tickets/{id}/time_entries": add_time,
    "PUT /time_entries/{id}": update_time,
    "DELETE /time_entries/{id}": delete_time,
    "PUT /time_entries/{id}/toggle_timer": toggle_timer,
}
