"""Search, its cap at a thousand results, its lagging index, and the export without a cap (fact sheet 3.4)."""

from typing import Any

from ..http import Answer, Record, decode, json_answer
from .pages import Listing, beside_offset, offsets, page_of
from .refusals import bad_parameter, refusal
from .search_query import TYPES, Query, parse, ticket_sql
from .visit import Visit

CAP = 1000
_SORTS = {"created_at", "updated_at", "priority", "status", "ticket_type"}
_TABLES = {"user": "users", "organization": "organizations", "group": "groups"}


def search(visit: Visit) -> Answer:
    query = _query(visit)
    size, page = offsets_of(visit)
    types = query.types or TYPES
    rows: list[Record] = []
    count = 0
    for type_ in types:
        where, values = _where(visit, type_, query)
        table = _TABLES.get(type_, "tickets")
        found = visit.state.count(table, where, values)
        skip = max(0, (page - 1) * size - count)
        if found > skip and len(rows) < size:
            some = visit.state.rows(
                table, where, values, order=_order(visit, type_), limit=size - len(rows), skip=skip
            )
            rows += [_as_indexed(visit, record, type_) | {"result_type": type_} for record in some]
        count += found
    lists = {"facets": None, "results": rows}
    return json_answer(lists | beside_offset(visit, count=count, size=size, page=page))


def offsets_of(visit: Visit) -> tuple[int, int]:
    """Page size and number; past the thousandth result the 422."""
    size, page = offsets(visit)
    if page * size > CAP and (page - 1) * size >= CAP:
        raise refusal(
            422,
            {
                "error": visit.switches["search_past_1000"],
                "description": f"Invalid search: Requested response size was greater than Search Response "
                f"Limits: only the first {CAP} results are reachable",
            },
        )
    return size, page


def _query(visit: Visit) -> Query:
    text = visit.argument("query")
    if text is None:
        raise bad_parameter("QueryError", "query is required", 400)
    return parse(text)


def _order(visit: Visit, type_: str) -> str:
    column = visit.argument("sort_by") or "created_at"
    way = "ASC" if visit.argument("sort_order") == "asc" else "DESC"
    if type_ != "ticket" or column not in _SORTS:
        return f"id {way}"
    column = "type" if column == "ticket_type" else column
    return f"{column} {way}, id {way}"


def _where(visit: Visit, type_: str, query: Query) -> tuple[str, list[Any]]:
    if type_ == "ticket":
        where, values = ticket_sql(visit, query.terms)
        # A ticket that the index has not seen yet cannot be found at all.
        unseen = "id NOT IN (SELECT id FROM stale_index WHERE until > ? AND json_extract(body, '$.ticket') IS NULL)"
        return f"({where}) AND {unseen}", [*values, visit.seconds]
    clauses, values = ["active = 1" if type_ == "user" else "1"], []
    if type_ == "group":
        clauses = ["ifnull(deleted, 0) = 0"]
    for term in query.terms:
        clause, value = _other_term(type_, term.key, term.value)
        clauses.append(f"NOT ({clause})" if term.minus else f"({clause})")
        values += value
    return " AND ".join(clauses), values


def _other_term(type_: str, key: str | None, value: str) -> tuple[str, list[Any]]:
    like = f"%{value.replace('*', '%')}%"
    if key is None and type_ == "user":
        return "name LIKE ? OR email LIKE ?", [like, like]
    if key is None or key == "name":
        return "name LIKE ?", [like]
    if type_ == "user" and key in {"email", "role", "external_id"}:
        return f"{key} = ?", [value.lower() if key == "email" else value]
    if key in {"tags", "tag"}:
        return "EXISTS (SELECT 1 FROM json_each(body, '$.tags') WHERE value = ?)", [value]
    return "0", []


def _as_indexed(visit: Visit, record: Record, type_: str) -> Record:
    """As it was when the index last looked."""
    if type_ != "ticket":
        return record
    stale = visit.state.get("stale_index", record["id"])
    if stale is not None and stale["until"] > visit.seconds and stale["ticket"] is not None:
        return dict(stale["ticket"])
    return record


def count(visit: Visit) -> Answer:
    query = _query(visit)
    total = sum(
        visit.state.count(_TABLES.get(type_, "tickets"), *_where(visit, type_, query))
        for type_ in query.types or TYPES
    )
    return json_answer({"count": total})


def export(visit: Visit) -> Answer:
    """One type, oldest first, by cursor, without a count."""
    query = _query(visit)
    type_ = visit.argument("filter[type]")
    if type_ not in TYPES:
        raise bad_parameter(
            "InvalidFilterType", "filter[type] must be one of ticket, user, organization, group"
        )
    if query.types and visit.switches["export_type_in_query"] == "error":
        raise bad_parameter("QueryError", "type cannot be part of the query")
    where, values = _where(visit, type_, query)
    table = _TABLES.get(type_, "tickets")
    order = "created_at" if type_ == "ticket" else "id"
    bodies, rest = page_of(visit, Listing(table, "results", where, tuple(values), order))
    rows = [decode(body) for body in bodies]
    shown = [_as_indexed(visit, record, type_) | {"result_type": type_} for record in rows]
    if "meta" not in rest:
        rest = {"meta": {"has_more": rest["next_page"] is not None, "after_cursor": None, "before_cursor": None},
                "links": {"next": rest["next_page"], "prev": None}}  # fmt: skip
    return json_answer({"results": shown, "facets": None} | rest)
