"""Reading, writing and throwing away single tickets."""

from ..http import Answer, Record, json_answer
from .account_limits import VIEW_INCLUDES
from .attachments import keep_uploads
from .authentication import check_scope
from .refusals import Problem, invalid, not_found, one_of, wrong
from .ticket_attributes import OUTBOUND, read_change, read_new
from .ticket_form import form_of
from .ticket_saving import OUTBOUND_EMAIL, create_ticket, touch, update_ticket
from .tickets import find_ticket, included, is_archived, is_purged, whole_document
from .visit import Desk, Handler, Visit, acted, created, no_content

CLOSED = 5


def scoped(handler: Handler) -> Handler:
    """Agents with group scope and no group are refused before anything else."""

    def handle(visit: Visit) -> Answer:
        refused = check_scope(visit.agent)
        if refused is not None:
            raise refused
        return handler(visit)

    return handle


def read_includes(visit: Visit, allowed: frozenset[str]) -> list[str]:
    text = visit.argument("include")
    names = [part.strip() for part in text.split(",")] if text is not None else []
    if not set(names) <= allowed:
        raise invalid([one_of("include", sorted(allowed))])
    return list(dict.fromkeys(names))


def show(visit: Visit) -> Answer:
    visit.allow_arguments("include")
    names = read_includes(visit, VIEW_INCLUDES)
    ticket = find_ticket(visit, visit.id(), trashed=True)
    return json_answer(whole_document(visit, ticket) | included(visit, ticket, names))


def create(visit: Visit) -> Answer:
    form = form_of(visit)
    values = read_new(visit, form)
    ticket = create_ticket(visit, form, values, visit.agent)
    ticket = keep_uploads(visit, "tickets", ticket)
    return created(whole_document(visit, ticket), "tickets")


def create_outbound(visit: Visit) -> Answer:
    """A mail from us that becomes a ticket: closed until the customer answers; creation rules do not run."""
    form = form_of(visit)
    values = read_new(visit, form, OUTBOUND)
    values = {"priority": 1, "status": CLOSED, "source": OUTBOUND_EMAIL} | values
    ticket = create_ticket(visit, form, values, visit.agent, rules=False)
    content = {"to": [values["email"]], "subject": ticket["subject"], "body": ticket["description"]}
    visit.account.outbox.add("message", at=visit.now, ticket_id=str(ticket["id"]), rule=None, content=content)
    ticket = keep_uploads(visit, "tickets", ticket)
    return created(whole_document(visit, ticket), "tickets")


def update(visit: Visit) -> Answer:
    before = find_ticket(visit, visit.id())
    form = form_of(visit)
    values = read_change(visit, form, before)
    ticket = update_ticket(visit, form, before, values, visit.agent)
    if visit.uploads:
        ticket = touch(visit, before, keep_uploads(visit, "tickets", ticket))
    return json_answer(whole_document(visit, ticket))


def delete(visit: Visit) -> Answer:
    throw_away(visit, find_ticket(visit, visit.id()))
    return no_content()


def throw_away(desk: Desk, ticket: Record) -> Record:
    return touch(desk, ticket, ticket | {"deleted": True, "deleted_at": desk.stamp})


def restore(visit: Visit) -> Answer:
    ticket = find_ticket(visit, visit.id(), trashed=True)
    if not ticket["deleted"]:
        raise not_found()
    restored = touch(visit, ticket, ticket | {"deleted": False, "deleted_at": None})
    return acted(visit, whole_document(visit, restored))


def mark_as_spam(visit: Visit) -> Answer:
    return _set_spam(visit, spam=True)


def unmark_as_spam(visit: Visit) -> Answer:
    return _set_spam(visit, spam=False)


def _set_spam(visit: Visit, *, spam: bool) -> Answer:
    ticket = find_ticket(visit, visit.id())
    return acted(visit, whole_document(visit, touch(visit, ticket, ticket | {"spam": spam})))


def watch(visit: Visit) -> Answer:
    return _set_watching(visit, watching=True)


def unwatch(visit: Visit) -> Answer:
    return _set_watching(visit, watching=False)


def _set_watching(visit: Visit, *, watching: bool) -> Answer:
    ticket = find_ticket(visit, visit.id())
    others = [id_ for id_ in ticket["watchers"] if id_ != visit.agent["id"]]
    ids = [*others, visit.agent["id"]] if watching else others
    visit.state.put("tickets", ticket | {"watchers": ids})
    return acted(visit, {"ids": ids})


def watchers(visit: Visit) -> Answer:
    return json_answer({"ids": find_ticket(visit, visit.id())["watchers"]})


def associated(visit: Visit) -> Answer:
    """Parent and children, or tracker and related ones, of each other's view."""
    ticket = find_ticket(visit, visit.id())
    if ticket["association_type"] is None:
        raise wrong("association_type", "The ticket is not associated with others", "inconsistent_state")
    others = visit.state.rows("tickets", "parent_id = ? AND deleted = 0", (ticket["id"],))
    if ticket["parent_id"] is not None:
        others = visit.state.rows("tickets", "id = ?", (ticket["parent_id"],))
    return json_answer([whole_document(visit, other) for other in others])


def _find_archived(visit: Visit) -> Record:
    ticket = visit.get("tickets", visit.id())
    if ticket["deleted"] or is_purged(visit, ticket) or not is_archived(visit, ticket):
        raise not_found()
    return ticket


def show_archived(visit: Visit) -> Answer:
    ticket = _find_archived(visit)
    names = read_includes(visit, VIEW_INCLUDES)
    return json_answer(whole_document(visit, ticket) | {"archived": True} | included(visit, ticket, names))


def delete_archived(visit: Visit) -> Answer:
    throw_away(visit, _find_archived(visit))
    return no_content()


def archived_conversations(visit: Visit) -> Answer:
    ticket = _find_archived(visit)
    return json_answer(visit.state.rows("conversations", "ticket_id = ?", (ticket["id"],)))


def refuse_empty_ids(ids: list[int] | None) -> None:
    if not ids:
        raise invalid([Problem("ids", "It should be a/an Array of at least one id", "missing_field")])
