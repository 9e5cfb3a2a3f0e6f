"""`GET /search/...`: 30 a page, ten pages, an envelope, and an index that lags behind."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from ..http import Answer, Record, json_answer
from .authentication import scope_clause, sees
from .pages import read_page
from .refusals import wrong
from .search_query import Query, Searchable, Type, holds, is_exact, narrowing, parse
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
    where, values = _where(visit, query, fields)
    stale = _stale(visit)
    skip, order = _skip(visit), "created_at DESC, id DESC"
    if is_exact(query, fields) and not stale:
        total = visit.state.count("tickets", where, values)
        page = visit.state.rows("tickets", where, values, order=order, limit=PER_PAGE, skip=skip)
    else:
        rows = visit.state.rows("tickets", where, values)
        found = [ticket for ticket in _as_indexed(visit, rows, stale) if holds(query, ticket, fields)]
        found.sort(key=lambda ticket: (ticket["created_at"], ticket["id"]), reverse=True)
        total, page = len(found), found[skip : skip + PER_PAGE]
    return _answer(total, [document(visit, ticket, form) for ticket in page])


def _where(visit: Visit, query: Query, fields: Mapping[str, Searchable]) -> tuple[str, list[Any]]:
    clauses, values = [LIVE], list[Any]()
    for clause, more in (narrowing(query, fields), not_archived(visit), scope_clause(visit.agent)):
        clauses.append(clause)
        values += more
    return " AND ".join(clauses), values


def _stale(visit: Visit) -> Mapping[int, Record | None]:
    """Tickets that changed a moment ago, as the index still has them; None is one that is new."""
    now = int(visit.now.timestamp())
    visit.state.remove("stale_index", "until <= ?", now)
    return {item["id"]: item["ticket"] for item in visit.state.rows("stale_index")}


def _as_indexed(visit: Visit, rows: Iterable[Record], stale: Mapping[int, Record | None]) -> Iterator[Record]:
    yield from (row for row in rows if row["id"] not in stale)
    for before in stale.values():
        if before is not None and sees(visit.agent, before) and not before["deleted"] and not before["spam"]:
            yield before


def search_people(table: str) -> Handler:
    def handle(visit: Visit) -> Answer:
        _check_arguments(visit)
        fields = {name: Searchable(type_, partial(_get, name)) for name, type_ in _PEOPLE[table].items()}
        name, key = _ELSEWHERE[table]
        fields[name] = Searchable("text", partial(_get, key))
        query = parse(visit.argument("query"), fields)
        rows = visit.state.rows(table, "deleted = 0" if table == "contacts" else "1")
        found, skip = [row for row in rows if holds(query, row, fields)], _skip(visit)
        return _answer(len(found), found[skip : skip + PER_PAGE])

    return handle


def _check_arguments(visit: Visit) -> None:
    visit.allow_arguments("query", "page")
    page = read_page(visit)
    if page.number > LAST_PAGE:
        raise wrong("page", f"It should be a Positive Integer less than or equal to {LAST_PAGE}")


def _skip(visit: Visit) -> int:
    return (read_page(visit).number - 1) * PER_PAGE


def _answer(total: int, results: list[Record]) -> Answer:
    return json_answer({"total": total, "results": results})


ROUTES: dict[str, Handler] = {
    "GET /search/tickets": search_tickets,
    "GET /search/contacts": search_people("contacts"),
    "GET /search/companies": search_people("companies"),
}
