"""Handlers that write tickets, and the work that bulk jobs do on each."""

import hashlib
from collections.abc import Callable, Mapping

from ..http import SELF, Answer, Record, decode, encode, json_answer
from .attachments import discard
from .jobs import check_items, submit
from .refusals import bad_attribute, closed_ticket, invalid, refusal
from .resources import chosen
from .ticket_document import API_VIA, MERGE_TAG, MERGE_VIA
from .ticket_lists import DELETED, get_ticket
from .ticket_saving import Saved, create_ticket, update_ticket
from .values import instant, seconds
from .visit import Desk, Visit, dropped, no_content


def create(visit: Visit) -> Answer:
    """201 with the ticket; with an Idempotency-Key the first answer again (fact sheet 4.5)."""
    key = visit.call.headers.get("idempotency-key")
    if key:
        known = _replayed(visit, key)
        if known is not None:
            return known
    saved = create_ticket(visit, visit.wrapped("ticket"), visit.user)
    location = ("location", f"{SELF}/api/v2/tickets/{saved.ticket['id']}.json")
    answer = json_answer(_with_audit(saved), 201, (location, *dropped(set(saved.removed))))
    if key:
        _remember(visit, key, answer)
        return answer.plus(("x-idempotency-lookup", "miss"))
    return answer


def _with_audit(saved: Saved) -> Record:
    return {"ticket": saved.ticket} | ({"audit": saved.audit} if saved.audit is not None else {})


def _fingerprint(visit: Visit) -> str:
    return hashlib.sha256(visit.call.body).hexdigest()


def _replayed(visit: Visit, key: str) -> Answer | None:
    if len(key) > 255:
        raise bad_attribute("Idempotency-Key", "at most 255 characters")
    known = visit.state.get("idempotency", f"{visit.user['id']}/{key}")
    if known is None or known["at"] + visit.switches.number("idempotency_lives") <= visit.seconds:
        return None
    if known["fingerprint"] != _fingerprint(visit):
        status = visit.switches.number("idempotency_mismatch")
        text = "The request parameters do not match those of the first request with this Idempotency-Key"
        raise refusal(status, {"error": "IdempotentRequestError", "description": text})
    headers = tuple((name, value) for name, value in known["headers"])
    return Answer(201, encode(known["document"]), headers).plus(("x-idempotency-lookup", "hit"))


def _remember(visit: Visit, key: str, answer: Answer) -> None:
    visit.state.put(
        "idempotency",
        {
            "id": f"{visit.user['id']}/{key}",
            "at": visit.seconds,
            "fingerprint": _fingerprint(visit),
            "document": decode(answer.body),
            "headers": [list(header) for header in answer.headers],
        },
    )


def update(visit: Visit) -> Answer:
    before = get_ticket(visit, visit.id("ticket_id"))
    saved = update_ticket(visit, before, visit.wrapped("ticket"), visit.user)
    audit = saved.audit or {"id": visit.new_id(), "ticket_id": before["id"], "created_at": visit.stamp,
                            "author_id": visit.user["id"], "metadata": {}, "via": API_VIA, "events": []}  # fmt: skip
    return json_answer({"ticket": saved.ticket, "audit": audit}).plus(*dropped(set(saved.removed)))


def delete(visit: Visit) -> Answer:
    _delete(visit, get_ticket(visit, visit.id("ticket_id")), visit.user)
    return no_content()


def _delete(desk: Desk, ticket: Record, actor: Record) -> None:
    """Soft: exports go on showing it with the status "deleted", nothing else does."""
    desk.state.put(
        "deleted_tickets",
        {
            "id": ticket["id"],
            "subject": ticket["subject"],
            "actor": {"id": actor["id"], "name": actor["name"]},
            "deleted_at": desk.stamp,
            "previous_state": ticket["status"],
            "ticket": ticket,
        },
    )
    desk.state.put(
        "tickets", ticket | {"status": DELETED, "updated_at": desk.stamp, "generated_timestamp": desk.seconds}
    )


def _restore(desk: Desk, id_: int) -> None:
    gone = desk.get("deleted_tickets", id_)
    ticket = gone["ticket"] | {"updated_at": desk.stamp, "generated_timestamp": desk.seconds}
    desk.state.put("tickets", ticket)
    desk.state.remove("deleted_tickets", "id = ?", id_)


def restore(visit: Visit) -> Answer:
    _restore(visit, visit.id("ticket_id"))
    return json_answer("")


def restore_many(visit: Visit) -> Answer:
    for id_ in chosen(visit):
        _restore(visit, id_)
    return json_answer("")


def _erase(desk: Desk, item: Record, actor: Record) -> Record:
    desk.get("deleted_tickets", item["id"])
    desk.state.remove("deleted_tickets", "id = ?", item["id"])
    for row in desk.state.pick("id", "comments", "ticket_id = ?", (item["id"],)):
        discard(desk, row[0])
    for table in ("comments", "audits"):
        desk.state.remove(table, "ticket_id = ?", item["id"])
    return {"id": item["id"], "action": "permanently_delete", "status": "Deleted", "success": True}


def erase(visit: Visit) -> Answer:
    id_ = visit.id("ticket_id")
    visit.get("deleted_tickets", id_)
    return submit(visit, "ticket erase", [{"id": id_}])


def erase_many(visit: Visit) -> Answer:
    return submit(visit, "ticket erase", [{"id": id_} for id_ in chosen(visit)])


def create_many(visit: Visit) -> Answer:
    items = visit.wrapped_list("tickets")
    check_items(items, "tickets")
    return submit(visit, "ticket create", items)


def update_many(visit: Visit) -> Answer:
    """The same change to `ids`, or a list of tickets with a change each."""
    if visit.argument("ids") is not None:
        change = visit.wrapped("ticket")
        return submit(visit, "ticket update", [change | {"id": id_} for id_ in chosen(visit)])
    items = visit.wrapped_list("tickets")
    check_items(items, "tickets")
    return submit(visit, "ticket update", items)


def destroy_many(visit: Visit) -> Answer:
    return submit(visit, "ticket delete", [{"id": id_} for id_ in chosen(visit)])


def mark_many_as_spam(visit: Visit) -> Answer:
    return submit(visit, "ticket spam", [{"id": id_} for id_ in chosen(visit)])


def mark_as_spam(visit: Visit) -> Answer:
    _spam(visit, {"id": visit.id("ticket_id")}, visit.user)
    return json_answer("")


def _spam(desk: Desk, item: Record, actor: Record) -> Record:
    """Deletes the ticket and suspends who asked."""
    ticket = get_ticket(desk, item["id"])
    requester = desk.state.get("users", ticket["requester_id"])
    if requester is not None and requester["role"] == "end-user":
        desk.state.put("users", requester | {"suspended": True, "updated_at": desk.stamp})
    _delete(desk, ticket, actor)
    return {"id": item["id"], "action": "mark_as_spam", "status": "Updated", "success": True}


def merge(visit: Visit) -> Answer:
    target = get_ticket(visit, visit.id("ticket_id"))
    body = visit.body()
    ids = body.get("ids")
    if not isinstance(ids, list) or not ids or not all(str(id_).isdigit() for id_ in ids):
        raise bad_attribute("ids", "Invalid parameter: ids must be an array of ticket ids")
    if target["status"] == "closed":
        raise closed_ticket()
    sources = [get_ticket(visit, int(id_)) for id_ in ids]
    if any(source["status"] == "closed" or source["id"] == target["id"] for source in sources):
        raise invalid("base", "Ticket: cannot be merged")
    item = {key: body.get(key) for key in ("target_comment", "source_comment")} | {
        "id": target["id"],
        "ids": [source["id"] for source in sources],
        "target_public": bool(body.get("target_comment_is_public")),
        "source_public": bool(body.get("source_comment_is_public")),
    }
    return submit(visit, "ticket merge", [item])


def _merge(desk: Desk, item: Record, actor: Record) -> Record:
    """Sources get a comment and are closed; comments are private where one side is."""
    target = get_ticket(desk, item["id"])
    sources = [get_ticket(desk, id_) for id_ in item["ids"]]
    public = all(ticket["is_public"] for ticket in (target, *sources))
    names = ", ".join(f"#{source['id']}" for source in sources)
    note = item["target_comment"] or f"Requests {names} were closed and merged into this request."
    comment = {"body": note, "public": public and item["target_public"]}
    update_ticket(desk, target, {"comment": comment}, actor, via=MERGE_VIA)
    for source in sources:
        text = item["source_comment"] or f"This request was closed and merged into request #{target['id']}."
        sent = {
            "status": "closed",
            "additional_tags": [MERGE_TAG],
            "comment": {"body": text, "public": public and item["source_public"]},
        }
        update_ticket(desk, source, sent, actor, via=MERGE_VIA)
    return {"id": target["id"], "action": "merge", "status": "Updated", "success": True}


def import_one(visit: Visit) -> Answer:
    visit.must_be_admin()
    result = _import(visit, visit.wrapped("ticket"), visit.user)
    ticket = get_ticket(visit, result["id"])
    return json_answer({"ticket": ticket}, 201, (("location", ticket["url"]),))


def import_many(visit: Visit) -> Answer:
    visit.must_be_admin()
    items = visit.wrapped_list("tickets")
    check_items(items, "tickets")
    return submit(visit, "ticket import", items)


def _import(desk: Desk, item: Record, actor: Record) -> Record:
    """A ticket with its own past: stamps and comments are as given."""
    comments = item.get("comments") or [{"value": item.get("description") or item.get("subject") or "-"}]
    first = comments[0]
    sent = item | {
        "comment": {"body": first.get("value", first.get("body")), "public": first.get("public", True)}
    }
    status = sent.pop("status", None)
    rules = desk.switches.on("imports_run_triggers")
    ticket = create_ticket(desk, sent, actor, rules=rules).ticket
    for later in comments[1:]:
        body = {"body": later.get("value", later.get("body")), "public": later.get("public", True)}
        body |= {"author_id": later["author_id"]} if "author_id" in later else {}
        ticket = update_ticket(desk, ticket, {"comment": body}, actor, rules=rules).ticket
    stamps = {key: item[key] for key in ("created_at", "updated_at") if isinstance(item.get(key), str)}
    moved = ticket | stamps | ({"status": status} if status else {})
    if "updated_at" in stamps:
        moved["generated_timestamp"] = seconds(instant(stamps["updated_at"]))
    desk.state.put("tickets", moved)
    return {"id": ticket["id"], "success": True}


def _create_item(desk: Desk, item: Record, actor: Record) -> Record:
    return {"id": create_ticket(desk, item, actor).ticket["id"], "success": True}


def _update_item(desk: Desk, item: Record, actor: Record) -> Record:
    id_ = item.get("id")
    if not isinstance(id_, int) or desk.state.get("tickets", id_) is None:
        raise refusal(404, {"error": "TicketNotFound", "description": f"Ticket {id_} does not exist"})
    update_ticket(desk, get_ticket(desk, id_), item, actor)
    return {"id": id_, "action": "update", "status": "Updated", "success": True}


def _delete_item(desk: Desk, item: Record, actor: Record) -> Record:
    _delete(desk, get_ticket(desk, item["id"]), actor)
    return {"id": item["id"], "action": "delete", "status": "Deleted", "success": True}


WORKS: Mapping[str, Callable[[Desk, Record, Record], Record]] = {
    "ticket create": _create_item,
    "ticket update": _update_item,
    "ticket delete": _delete_item,
    "ticket spam": _spam,
    "ticket merge": _merge,
    "ticket erase": _erase,
    "ticket import": _import,
}
