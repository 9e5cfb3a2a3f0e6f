"""Satisfaction ratings (fact sheet 3.5)."""

import re
from typing import Any

from ..http import Answer, Record
from .arguments import instant_argument, number_argument
from .attributes import Attribute, missing, read
from .pages import PAGE_ARGUMENTS, page_of_table
from .refusals import invalid, one_of, unknown_field
from .tickets import find_ticket
from .visit import Desk, Handler, Visit, created

_FILTERS = ("created_since", "user_id")
RATINGS = (103, 102, 101, 100, -101, -102, -103)


def list_ratings(visit: Visit) -> Answer:
    visit.allow_arguments(*PAGE_ARGUMENTS, *(_FILTERS if visit.switches.on("list_filters") else ()))
    clauses, values = ["1"], list[Any]()
    since, user_id = instant_argument(visit, "created_since"), number_argument(visit, "user_id")
    if since is not None:
        clauses.append("created_at >= ?")
        values.append(since)
    if user_id is not None:
        clauses.append("user_id = ?")
        values.append(user_id)
    return page_of_table(visit, "satisfaction_ratings", " AND ".join(clauses), values, order="created_at, id")


def ticket_ratings(visit: Visit) -> Answer:
    ticket = find_ticket(visit, visit.id())
    return page_of_table(visit, "satisfaction_ratings", "ticket_id = ?", (ticket["id"],))


def rate(visit: Visit) -> Answer:
    ticket = find_ticket(visit, visit.id())
    shape = {"feedback": Attribute("text"), "ratings": Attribute("record", required=True)}
    values = read(shape, visit.body, new=True)
    for name, rating in values["ratings"].items():
        if not (name == "default_question" or re.fullmatch(r"question_\d+", name)):
            raise invalid([unknown_field(f"ratings.{name}")])
        if rating not in RATINGS:
            raise invalid([one_of(f"ratings.{name}", RATINGS)])
    if "default_question" not in values["ratings"]:
        raise invalid(missing(["ratings.default_question"]))
    return created(make_rating(visit, ticket, values), f"tickets/{ticket['id']}/satisfaction_ratings")


def make_rating(desk: Desk, ticket: Record, values: Record) -> Record:
    survey = desk.state.pick("id", "surveys", limit=1)
    record = {
        "id": desk.new_id(), "survey_id": survey[0][0] if survey else None, "user_id": ticket["requester_id"],
        "agent_id": ticket["responder_id"], "group_id": ticket["group_id"], "ticket_id": ticket["id"], "feedback": None,
        "created_at": desk.stamp, "updated_at": desk.stamp,
    } | values  # fmt: skip
    return desk.state.put("satisfaction_ratings", record)


ROUTES: dict[str, Handler] = {
    "GET /surveys/satisfaction_ratings": list_ratings,
    "GET /tickets/{id}/satisfaction_ratings": ticket_ratings,
    "POST /tickets/{id}/satisfaction_ratings": rate,
}
