"""Contacts: created, soft-deleted, restored, merged, made agents (fact sheet 3.3)."""

from typing import Any

from ..http import Answer, Record, json_answer
from .arguments import instant_argument, word_argument
from .attributes import Attribute, Attributes, missing, read
from .authentication import must_be_admin
from .pages import PAGE_ARGUMENTS, paged, read_page
from .people import AGENT, make_agent_of
from .person_fields import CONTACTS, check_custom
from .refusals import Problem, duplicate, invalid, no_match, not_found, wrong
from .requesters import make_contact
from .visit import Handler, Visit, acted, created, no_content

WRITABLE: Attributes = {
    "name": Attribute("text", required=True, least=1, most=255),
    "email": Attribute("email"),
    "phone": Attribute("text"),
    "mobile": Attribute("text"),
    "twitter_id": Attribute("text"),
    "unique_external_id": Attribute("text"),
    "other_emails": Attribute("emails"),
    "company_id": Attribute("integer"),
    "view_all_tickets": Attribute("flag"),
    "other_companies": Attribute("records"),
    "address": Attribute("text"),
    "custom_fields": Attribute("record"),
    "description": Attribute("text"),
    "job_title": Attribute("text"),
    "language": Attribute("text"),
    "tags": Attribute("texts"),
    "time_zone": Attribute("text"),
    "avatar": Attribute("any"),
}
_REACHED_BY = ("email", "phone", "mobile", "twitter_id", "unique_external_id")
_UNIQUE = ("email", "twitter_id", "unique_external_id")
STATES = {
    "blocked": "deleted = 0 AND blocked = 1",
    "deleted": "deleted = 1",
    "unverified": "deleted = 0 AND active = 0",
    "verified": "deleted = 0 AND active = 1",
}
_FILTERS = ("email", "mobile", "phone", "company_id", "unique_external_id")


def index(visit: Visit) -> Answer:
    visit.allow_arguments(*PAGE_ARGUMENTS, *_FILTERS, "state", "_updated_since")
    page = read_page(visit)
    state = word_argument(visit, "state", STATES)
    clauses, values = [STATES[state] if state is not None else "deleted = 0"], list[Any]()
    for name in _FILTERS:
        text = visit.argument(name)
        if text is not None:
            clauses.append(f"lower({name}) = lower(?)")
            values.append(text)
    since = instant_argument(visit, "_updated_since")
    if since is not None:
        clauses.append("updated_at >= ?")
        values.append(since)
    where = " AND ".join(clauses)
    rows = visit.state.rows("contacts", where, values, order="name, id", limit=page.size + 1, skip=page.skip)
    return paged(visit, page, rows, shown)


def shown(contact: Record) -> Record:
    """`deleted` is there only when it is true; whether a contact is blocked is not told."""
    hidden = {"blocked", "facebook_id"} | (set() if contact["deleted"] else {"deleted"})
    return {key: value for key, value in contact.items() if key not in hidden}


def find(visit: Visit, *, deleted: bool = False) -> Record:
    contact = visit.get("contacts", visit.id())
    if contact["deleted"] and not deleted:
        raise not_found()
    return contact


def create(visit: Visit) -> Answer:
    values = read(WRITABLE, visit.body, new=True, form=visit.is_multipart)
    if not any(values.get(key) for key in _REACHED_BY):
        raise invalid(missing(["email"]))
    values = _checked(visit, values, None)
    return created(shown(make_contact(visit, values)), "contacts")


def update(visit: Visit) -> Answer:
    contact = find(visit)
    values = _checked(visit, read(WRITABLE, visit.changes, new=False, form=visit.is_multipart), contact["id"])
    changed = contact | values
    if changed != contact:
        changed["updated_at"] = visit.stamp
        visit.state.put("contacts", changed)
    return json_answer(shown(changed))


def _checked(visit: Visit, values: Record, id_: int | None) -> Record:
    if values.get("email"):
        values = values | {"email": values["email"].lower()}
    problems: list[Problem] = []
    for key in _UNIQUE:
        problems += _taken(visit, key, values.get(key), id_)
    company = values.get("company_id")
    if company is not None and visit.state.get("companies", company) is None:
        problems.append(no_match("company_id", "company"))
    problems += check_custom(visit, CONTACTS, values.get("custom_fields"))
    if problems:
        raise invalid(problems)
    if values.get("custom_fields") and id_ is not None:
        kept = visit.get("contacts", id_)["custom_fields"]
        values = values | {"custom_fields": kept | values["custom_fields"]}
    return {key: value for key, value in values.items() if key != "avatar"}


def _taken(visit: Visit, key: str, value: Any, id_: int | None) -> list[Problem]:
    if not value:
        return []
    found = visit.state.pick(
        "id", "contacts", f"{key} = ? AND deleted = 0 AND id IS NOT ?", (value, id_), limit=1
    )
    if not found and key == "email":
        found = visit.state.pick("id", "agents", "email = ? AND id IS NOT ?", (value, id_), limit=1)
    if not found:
        return []
    more = [("additional_info", {"user_id": found[0][0]})] if visit.switches.on("duplicate_tells_id") else []
    return [duplicate(key, *more)]


def delete(visit: Visit) -> Answer:
    visit.state.put("contacts", find(visit) | {"deleted": True, "updated_at": visit.stamp})
    return no_content()


def hard_delete(visit: Visit) -> Answer:
    """A contact that is not in the trash needs `force=true`."""
    visit.allow_arguments("force")
    contact = find(visit, deleted=True)
    forced = (visit.argument("force") or "false").lower() == "true"
    if not contact["deleted"] and not forced:
        raise wrong("force", "The contact has to be deleted first, or force=true", "inconsistent_state")
    visit.state.remove("contacts", "id = ?", contact["id"])
    return no_content()


def restore(visit: Visit) -> Answer:
    contact = find(visit, deleted=True)
    if not contact["deleted"]:
        raise not_found()
    restored = visit.state.put("contacts", contact | {"deleted": False, "updated_at": visit.stamp})
    return acted(visit, shown(restored))


def send_invite(visit: Visit) -> Answer:
    contact = find(visit)
    content = {"to": [contact["email"]], "subject": "Activate your account", "body": ""}
    visit.account.outbox.add("message", at=visit.now, ticket_id=None, rule=None, content=content)
    return no_content()


def make_agent(visit: Visit) -> Answer:
    """The contact keeps its id and becomes an agent; the answer is the contact with the agent in it."""
    must_be_admin(visit)
    contact = find(visit)
    if not contact["email"]:
        raise invalid(missing(["email"]))
    allowed = {
        key: AGENT[key]
        for key in ("occasional", "ticket_scope", "signature", "group_ids", "role_ids", "type")
    }
    values = read(allowed, visit.body, new=False)
    agent = make_agent_of(visit, contact, values)
    visit.state.remove("contacts", "id = ?", contact["id"])
    return json_answer(shown(contact) | {"agent": {key: agent[key] for key in agent if key != "contact"}})


_MERGE: Attributes = {
    "primary_contact_id": Attribute("integer", required=True),
    "secondary_contact_ids": Attribute("integers", required=True),
    "contact": Attribute("record"),
}


def merge(visit: Visit) -> Answer:
    """Tickets of the secondaries go to the primary; their addresses become its other ones."""
    sent = read(_MERGE, visit.body, new=True)
    primary = visit.get("contacts", sent["primary_contact_id"])
    addresses = list(primary["other_emails"])
    for id_ in sent["secondary_contact_ids"]:
        other = visit.get("contacts", id_)
        addresses += [other["email"], *other["other_emails"]]
        for ticket in visit.state.rows("tickets", "requester_id = ?", (id_,)):
            visit.state.put("tickets", ticket | {"requester_id": primary["id"]})
        visit.state.put("contacts", other | {"deleted": True, "updated_at": visit.stamp})
    values = read(WRITABLE, sent.get("contact") or {}, new=False)
    known = [address for address in dict.fromkeys(addresses) if address and address != primary["email"]]
    visit.state.put("contacts", primary | {"other_emails": known, "updated_at": visit.stamp} | values)
    return no_content()


def autocomplete(visit: Visit) -> Answer:
    visit.allow_arguments("term")
    term = (visit.argument("term") or "").casefold()
    if not term:
        raise invalid(missing(["term"]))
    found = visit.state.pick(
        "id, name", "contacts", "deleted = 0 AND instr(lower(name), ?)", (term,), order="name", limit=20
    )
    return json_answer([{"id": id_, "name": name} for id_, name in found])


def show(visit: Visit) -> Answer:
    return json_answer(shown(find(visit, deleted=True)))


ROUTES: dict[str, Handler] = {
    "GET /contacts": index,
    "POST /contacts": create,
    "GET /contacts/autocomplete": autocomplete,
    "POST /contacts/merge": merge,
    "GET /contacts/{id}": show,
    "PUT /contacts/{id}": update,
    "DELETE /contacts/{id}": delete,
    "DELETE /contacts/{id}/hard_delete": hard_delete,
    "PUT /contacts/{id}/restore": restore,
    "PUT /contacts/{id}/send_invite": send_invite,
    "PUT /contacts/{id}/make_agent": make_agent,
}
