"""Parts of a ticket that have calls of their own: tags and rating."""

from ..http import SELF, Answer, Record, json_answer
from .refusals import bad_attribute, invalid
from .ticket_lists import get_ticket
from .ticket_saving import check_stamp, update_ticket
from .values import read_tags
from .visit import Desk, Visit


def tags_of(visit: Visit) -> Answer:
    return json_answer({"tags": get_ticket(visit, visit.id("ticket_id"))["tags"]})


def set_tags(visit: Visit) -> Answer:
    return _change_tags(visit, "tags", 201)


def add_tags(visit: Visit) -> Answer:
    return _change_tags(visit, "additional_tags", 200)


def remove_tags(visit: Visit) -> Answer:
    return _change_tags(visit, "remove_tags", 200)


def _change_tags(visit: Visit, key: str, status: int) -> Answer:
    ticket = get_ticket(visit, visit.id("ticket_id"))
    body = visit.body()
    if "tags" not in body:
        raise bad_attribute("tags", "Parameter tags is required")
    check_stamp(ticket, body)
    if ticket["status"] == "closed" and visit.switches["closed_ticket_tags"] == "allow":
        tags = _tags_after(
            ticket["tags"], key, read_tags(body["tags"], normal=visit.switches.on("normal_tags"))
        )
        visit.state.put("tickets", ticket | {"tags": tags, "generated_timestamp": visit.seconds})
        return json_answer({"tags": tags}, status)
    saved = update_ticket(visit, ticket, {key: body["tags"]}, visit.user)
    return json_answer({"tags": saved.ticket["tags"]}, status)


def _tags_after(before: list[str], key: str, given: list[str]) -> list[str]:
    if key == "tags":
        return given
    return sorted(set(before) | set(given) if key == "additional_tags" else set(before) - set(given))


def rate(visit: Visit) -> Answer:
    """Good or bad, by the requester, once the ticket was solved."""
    ticket = get_ticket(visit, visit.id("ticket_id"))
    sent = visit.wrapped("satisfaction_rating")
    if sent.get("score") not in {"good", "bad"}:
        raise invalid("score", "Score: is not included in the list")
    if visit.user["id"] != ticket["requester_id"]:
        raise invalid("base", "Only the requester can rate a ticket")
    if ticket["status"] not in {"solved", "closed"}:
        raise invalid("base", "Only solved tickets can be rated")
    rating = make_rating(visit, ticket, sent)
    return json_answer({"satisfaction_rating": rating})


def make_rating(desk: Desk, ticket: Record, sent: Record) -> Record:
    known = desk.state.rows("satisfaction_ratings", "ticket_id = ?", (ticket["id"],), limit=1)
    id_ = known[0]["id"] if known else desk.new_id()
    rating = {
        "id": id_,
        "url": f"{SELF}/api/v2/satisfaction_ratings/{id_}.json",
        "ticket_id": ticket["id"],
        "requester_id": ticket["requester_id"],
        "assignee_id": ticket["assignee_id"],
        "group_id": ticket["group_id"],
        "score": sent["score"],
        "comment": sent.get("comment"),
        "reason": "No reason provided" if sent["score"] == "bad" else None,
        "reason_id": 0,
        "reason_code": 0,
        "created_at": known[0]["created_at"] if known else desk.stamp,
        "updated_at": desk.stamp,
    }
    desk.state.put("satisfaction_ratings", rating)
    short = {key: rating[key] for key in ("id", "score", "comment", "reason")}
    moved = {"satisfaction_rating": short, "generated_timestamp": desk.seconds, "updated_at": desk.stamp}
    desk.state.put("tickets", ticket | moved)
    return rating
