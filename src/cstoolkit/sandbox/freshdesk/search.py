"""`GET /search/...`: 30 a page, ten pages, an envelope, and an index that lags behind."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from ..http import Answer, Record, json_answer
from .authentication import scope_clause, sees
from .pages import read_page
from .refusals import wrong
from .search_query import Searchable, Type, holds, narrowing, parse
from .ticket_form import Form, form_of
from .tickets import LIVE, document, not_archived
from .visit import Handler, Visit

PER_PAGE = 30
LAST_PAGE = 10
_TICKET_FIELDS: Mapping[str, tuple[Type, str]] = {
    "agent_id": ("integer", "responder_id"),
    "group_id": ("integer", "group_id"),
    "priority": ("integer", "priority"),
    "status": ("integer", "status"),
    "type": ("text", "type"),
    "due_by": ("date", "due_by"),
    "fr_due_by": ("date", "fr_due_by"),
    "created_at": ("date", "created_at"),
    "updated_at": ("date", "updated_at"),
}
_CUSTOM: Mapping[str, Type] = {
    "custom_text": "text",
    "custom_number": "integer",
    "custom_checkbox": "flag",
    "custom_dropdown": "text",
}
_PEOPLE: Mapping[str, Mapping[str, Type]] = {
    "contacts": {
        "active": "flag", "company_id": "integer", "email": "text", "job_title": "text", "language": "text",
        "mobile": "text", "phone": "text", "time_zone": "text", "twitter_id": "text", "unique_external_id": "text",
        "created_at": "date", "updated_at": "date",
    },
    "companies": {"created_at": "date", "updated_at": "date"},
}  # fmt: skip
_ELSEWHERE = {"contacts": ("tag", "tags"), "companies": ("domain", "domains")}


def _get(key: str, record: Record) -> object:
    return record.get(key)


def _custom(key: str, record: Record) -> object:
    return record["custom_fields"].get(key)


def ticket_fields(form: Form) -> Mapping[str, Searchable]:
    found = {
        name: Searchable(type_, partial(_get, key), key) for name, (type_, key) in _TICKET_FIELDS.items()
    }
    found["tag"] = Searchable("text", partial(_get, "tags"))
    for name, field in form.custom.items():
        if field["type"] in _CUSTOM:
            found[name] = Searchable(_CUSTOM[field["type"]], partial(_custom, name))
    return found


def search_tickets(visit: Visit) -> Answer:
    _check_arguments(visit)
    form = form_of(visit)
    fields = ticket_fields(form)
    query = parse(visit.argument("query"), fields)
    narrow, values = narrowing(query, fields)
    clauses = [LIVE, narrow]
    for clause, more in (not_archived(visit), scope_clause(visit.agent)):
        clauses.append(clause)
        values += more
    now = int(visit.now.timestamp())
    stale = {item["id"]: item["ticket"] for item in visit.state.rows("stale_index", "until > ?", (now,))}
    visit.state.remove("stale_index", "until <= ?", now)
    rows = visit.state.rows("tickets", " AND ".join(clauses), values)
    # Of a ticket that changed a moment ago the index still has what it was before.
    known = [row for row in rows if row["id"] not in stale]
    before = [ticket for ticket in stale.values() if ticket is not None and sees(visit.agent, ticket)]
    known += [ticket for ticket in before if not ticket["deleted"] and not ticket["spam"]]
    found = [ticket for ticket in known if holds(query, ticket, fields)]
    found.sort(key=lambda ticket: (ticket["created_at"], ticket["id"]), reverse=True)
    return _answer(visit, found, lambda ticket: document(visit, ticket, form))


def search_people(table: str) -> Handler:
    def handle(visit: Visit) -> Answer:
        _check_arguments(visit)
        fields = {name: Searchable(type_, partial(_get, name)) for name, type_ in _PEOPLE[table].items()}
        name, key = _ELSEWHERE[table]
        fields[name] = Searchable("text", partial(_get, key))
        query = parse(visit.argument("query"), fields)
        rows = visit.state.rows(table, "deleted = 0" if table == "contacts" else "1")
        return _answer(visit, [row for row in rows if holds(query, row, fields)], lambda row: row)

    return handle


def _check_arguments(visit: Visit) -> None:
    visit.allow_arguments("query", "page")
    page = read_page(visit)
    if page.number > LAST_PAGE:
        raise wrong("page", f"It should be a Positive Integer less than or equal to {LAST_PAGE}")


def _answer(visit: Visit, found: Sequence[Record], render: Callable[[Record], Record]) -> Answer:
    skip = (read_page(visit).number - 1) * PER_PAGE
    shown = [render(row) for row in found[skip : skip + PER_PAGE]]
    return json_answer({"total": len(found), "results": shown})


ROUTES: dict[str, Handler] = {
    "GET /search/tickets": search_tickets,
    "GET /search/contacts": search_people("contacts"),
    "GET /search/companies": search_people("companies"),
}
