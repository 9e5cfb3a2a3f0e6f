"""Smaller corners: schedules and holidays, ratings, suspended tickets, tags, webhooks."""

from collections import Counter

from ..http import SELF, Answer, Record, json_answer
from .catalogue import SCHEDULES, WEBHOOKS
from .pages import Listing, list_page, slice_page
from .people import find_or_make_user
from .refusals import bad_attribute, bad_parameter, blank, invalid, refusal
from .resources import chosen, count_answer, find, update
from .ticket_lists import visible
from .ticket_saving import create_ticket
from .values import instant, stamp
from .visit import Visit, no_content, shown

_MOST_TAGS = 20_000


def list_schedules(visit: Visit) -> Answer:
    return json_answer({"schedules": visit.state.rows("schedules"), "url": f"{SELF}{visit.call.path}"})


def set_workweek(visit: Visit) -> Answer:
    visit.must_be_admin()
    schedule = find(visit, SCHEDULES)
    intervals = visit.wrapped("workweek").get("intervals")
    if not isinstance(intervals, list):
        raise bad_attribute("intervals", "must be an array")
    visit.state.put("schedules", schedule | {"intervals": intervals, "updated_at": visit.stamp})
    return json_answer({"workweek": {"intervals": intervals}})


def list_holidays(visit: Visit) -> Answer:
    schedule = find(visit, SCHEDULES)
    found = visit.state.rows("holidays", "schedule_id = ?", (schedule["id"],))
    shown_ = [{key: item[key] for key in item if key != "schedule_id"} for item in found]
    return json_answer({"holidays": shown_, "url": f"{SELF}{visit.call.path}"})


def add_holiday(visit: Visit) -> Answer:
    """Dates, both inclusive, within two years of today."""
    visit.must_be_admin()
    schedule = find(visit, SCHEDULES)
    sent = visit.wrapped("holiday")
    for key in ("name", "start_date", "end_date"):
        if not sent.get(key):
            raise blank(key)
    try:
        start, end = instant(str(sent["start_date"])), instant(str(sent["end_date"]))
    except ValueError as error:
        raise invalid("start_date", "Start date: is not a date") from error
    if end < start or abs((start - visit.now).days) > 2 * 366:
        raise invalid("start_date", "Start date: must be before the end date and within two years")
    holiday = {key: sent[key] for key in ("name", "start_date", "end_date")} | {"id": visit.new_id()}
    visit.state.put("holidays", holiday | {"schedule_id": schedule["id"]})
    return json_answer({"holiday": holiday}, 201)


def list_ratings(visit: Visit) -> Answer:
    """Filtered by score words (`received`, `good_with_comment`, ...) and by unix times."""
    clauses, values = ["1"], list[object]()
    score = visit.argument("score")
    if score:
        base, _, comment = score.partition("_with")
        without = base.endswith("out_comment") or comment == "out_comment"
        clauses.append("score IN ('good', 'bad')" if base == "received" else "score = ?")
        values += [] if base == "received" else [base]
        if comment:
            sign = "=" if without else "<>"
            clauses.append(f"ifnull(json_extract(body, '$.comment'), '') {sign} ''")
    for name, sign in (("start_time", ">="), ("end_time", "<=")):
        text = visit.argument(name)
        if text is not None and text.isdigit():
            clauses.append(f"created_at {sign} ?")
            values.append(stamp(visit.now.fromtimestamp(int(text), visit.now.tzinfo)))
    found = Listing("satisfaction_ratings", "satisfaction_ratings", " AND ".join(clauses), tuple(values))
    return list_page(visit, found)


def show_rating(visit: Visit) -> Answer:
    return shown("satisfaction_rating", visit.get("satisfaction_ratings", visit.id("id")))


def count_ratings(visit: Visit) -> Answer:
    return count_answer(visit, visit.state.count("satisfaction_ratings"))


def list_suspended(visit: Visit) -> Answer:
    return list_page(visit, Listing("suspended_tickets", "suspended_tickets"))


def show_suspended(visit: Visit) -> Answer:
    return shown("suspended_ticket", visit.get("suspended_tickets", visit.id("id")))


def delete_suspended(visit: Visit) -> Answer:
    item = visit.get("suspended_tickets", visit.id("id"))
    visit.state.remove("suspended_tickets", "id = ?", item["id"])
    return no_content()


def destroy_suspended(visit: Visit) -> Answer:
    for id_ in chosen(visit):
        visit.state.remove("suspended_tickets", "id = ?", id_)
    return no_content()


def recover(visit: Visit) -> Answer:
    """The caller becomes the requester: the trap of the single call."""
    item = visit.get("suspended_tickets", visit.id("id"))
    ticket = _recovered(visit, item, visit.user)
    return json_answer({"ticket": [ticket]})


def recover_many(visit: Visit) -> Answer:
    """Requesters stay; failures come inline, and 422 only if every one failed."""
    tickets, failed = [], []
    for id_ in chosen(visit):
        item = visit.state.get("suspended_tickets", id_)
        if item is None:
            failed.append({"id": id_, "error": "RecordNotFound"})
            continue
        tickets.append(_recovered(visit, item, find_or_make_user(visit, item["author"] | {"id": None})))
    if failed and not tickets:
        raise refusal(422, {"error": "RecordInvalid", "description": "No ticket could be recovered"})
    return json_answer({"tickets": tickets} | ({"errors": failed} if failed else {}))


def _recovered(visit: Visit, item: Record, requester: Record) -> Record:
    sent = {
        "subject": item["subject"],
        "comment": {"body": item["content"] or "-"},
        "requester_id": requester["id"],
    }
    via = {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}}
    ticket = create_ticket(visit, sent, requester, via=via).ticket
    visit.state.remove("suspended_tickets", "id = ?", item["id"])
    return ticket


def suspend(visit: Visit, *, subject: str, content: str, author: Record) -> Record:
    """A message that the account holds back; what a test or a seed puts there."""
    id_ = visit.new_id()
    return visit.state.put(
        "suspended_tickets",
        {
            "id": id_,
            "url": f"{SELF}/api/v2/suspended_tickets/{id_}.json",
            "author": author,
            "subject": subject,
            "content": content,
            "cause": "Detected as spam",
            "cause_id": 0,
            "message_id": f"<{id_}@example.com>",
            "ticket_id": None,
            "created_at": visit.stamp,
            "updated_at": visit.stamp,
            "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
            "recipient": "support@example.com",
            "brand_id": None,
            "attachments": [],
            "error_messages": None,
        },
    )


def list_tags(visit: Visit) -> Answer:
    """The most used ones of the visible tickets."""
    counted = _counted_tags(visit)
    tags = [{"name": name, "count": count} for name, count in counted.most_common(_MOST_TAGS)]
    return slice_page(visit, "tags", tags, {})


def _counted_tags(visit: Visit) -> Counter[str]:
    seen, first = visible(visit)
    rows = visit.state.pick("json_extract(body, '$.tags')", "tickets", seen, first)
    found: Counter[str] = Counter()
    for (text,) in rows:
        if text != "[]":
            found.update(tag.strip('"') for tag in text[1:-1].split(",") if tag)
    return found


def count_tags(visit: Visit) -> Answer:
    return count_answer(visit, len(_counted_tags(visit)))


def autocomplete_tags(visit: Visit) -> Answer:
    name = visit.argument("name") or str(visit.body().get("name") or "")
    if len(name) < 2:
        raise bad_parameter("InvalidParameter", "name must have at least 2 characters")
    return json_answer({"tags": sorted(tag for tag in _counted_tags(visit) if tag.startswith(name))})


def update_webhook(visit: Visit) -> Answer:
    visit.must_be_admin()
    update(visit, WEBHOOKS, find(visit, WEBHOOKS), visit.wrapped("webhook"))
    return no_content()


def export_suspended(visit: Visit) -> Answer:
    """A file by mail, as the vendor has it; nobody here sends one."""
    return json_answer({"export": {"status": "enqueued", "view_id": "suspended"}})
