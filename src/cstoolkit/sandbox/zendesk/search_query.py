"""The search language, as far as the fact sheet has it (3.4): a query becomes SQL over tickets."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .people import user_by_email
from .ticket_document import PRIORITIES, STATUSES
from .values import stamp
from .visit import Visit

_TERM = re.compile(
    r"""(?P<minus>-?)(?:(?P<key>[A-Za-z_]\w*)(?P<sign>:|<=|>=|<|>)(?P<value>"[^"]*"|\S+)|(?P<text>"[^"]*"|\S+))"""
)
_AGE = re.compile(r"(\d+)(minutes?|hours?|days?|weeks?|months?|years?)")
_UNITS = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000, "year": 31536000}
TYPES = ("ticket", "user", "organization", "group")
_ORDERED = {"status": STATUSES, "priority": PRIORITIES}
_TIMES = {"created": "created_at", "updated": "updated_at", "solved": "updated_at", "due_date": "due_at"}
_PEOPLE = {"assignee": "assignee_id", "requester": "requester_id", "submitter": "submitter_id"}
_NAMED = {
    "group": ("group_id", "groups"), "organization": ("organization_id", "organizations"),
    "brand": ("brand_id", "brands"), "form": ("ticket_form_id", "ticket_forms"),
}  # fmt: skip


@dataclass(frozen=True)
class Term:
    """`-key:value`; no key: a word of the text."""

    key: str | None
    sign: str
    value: str
    minus: bool


@dataclass(frozen=True)
class Query:
    """`types` are those asked for; none: all."""

    types: tuple[str, ...]
    terms: tuple[Term, ...]


def parse(text: str) -> Query:
    types, terms = [], []
    for found in _TERM.finditer(text):
        value = (found["value"] or found["text"]).strip('"')
        if found["key"] == "type" and value in TYPES:
            types.append(value)
        else:
            terms.append(Term(found["key"], found["sign"] or ":", value, bool(found["minus"])))
    return Query(tuple(types), tuple(terms))


def ticket_sql(visit: Visit, terms: tuple[Term, ...]) -> tuple[str, list[Any]]:
    """A WHERE clause. Several values of one key are alternatives, different keys are all wanted."""
    clauses, values = ["status <> 'deleted'"], list[Any]()
    groups: dict[tuple[str | None, bool], list[Term]] = {}
    for term in terms:
        alone = term.key is None or term.sign != ":" or term.minus
        groups.setdefault((str(term) if alone else term.key, alone), []).append(term)
    for group in groups.values():
        parts = [_ticket_term(visit, term) for term in group]
        joined = " OR ".join(f"({clause})" for clause, _ in parts)
        clauses.append(f"NOT ({joined})" if group[0].minus else f"({joined})")
        values += [value for _, part in parts for value in part]
    return " AND ".join(clauses), values


def _ticket_term(visit: Visit, term: Term) -> tuple[str, list[Any]]:
    key, value = term.key, term.value
    if key is None:
        words = f"%{value.replace('*', '%')}%"
        return "json_extract(body, '$.subject') LIKE ? OR json_extract(body, '$.description') LIKE ?", [
            words,
            words,
        ]
    if key in _ORDERED and value in _ORDERED[key]:
        return _ordered(key, term)
    if key in _TIMES:
        return _time(visit, _TIMES[key], term)
    if key in _PEOPLE:
        return _person(visit, _PEOPLE[key], value)
    if key in _NAMED:
        return _named(*_NAMED[key], value)
    if key in {"tags", "tag"}:
        if value == "none":
            return "json_array_length(body, '$.tags') = 0", []
        return "EXISTS (SELECT 1 FROM json_each(body, '$.tags') WHERE value = ?)", [value.lower()]
    if key.startswith("custom_field_") and key.removeprefix("custom_field_").isdigit():
        found = "SELECT 1 FROM json_each(body, '$.custom_fields') WHERE json_extract(value, '$.id') = ? "
        found += "AND json_extract(value, '$.value') = ?"
        return f"EXISTS ({found})", [int(key.removeprefix("custom_field_")), value]
    return _plain(key, value)


def _plain(key: str, value: str) -> tuple[str, list[Any]]:
    if key in {"ticket_type", "status", "priority", "external_id"}:
        column = {"ticket_type": "type"}.get(key, key)
        return (f"{column} IS NULL", []) if value == "none" else (f"{column} = ?", [value])
    if key == "via":
        return "json_extract(body, '$.via.channel') = ?", [value]
    if key in {"subject", "description"}:
        return f"json_extract(body, '$.{key}') LIKE ?", [f"%{value.replace('*', '%')}%"]
    if key == "satisfaction":
        return "json_extract(body, '$.satisfaction_rating.score') = ?", [value]
    if key == "id" and value.isdigit():
        return "id = ?", [int(value)]
    return "0", []


def _ordered(key: str, term: Term) -> tuple[str, list[Any]]:
    order = _ORDERED[key]
    place = order.index(term.value)
    fitting = {
        ":": [term.value],
        "<": order[:place],
        ">": order[place + 1 :],
        "<=": order[: place + 1],
        ">=": order[place:],
    }
    names = fitting[term.sign]
    return f"{key} IN ({', '.join('?' * len(names))})", list(names)


def _time(visit: Visit, column: str, term: Term) -> tuple[str, list[Any]]:
    expression = column if column != "due_at" else "json_extract(body, '$.due_at')"
    age = _AGE.fullmatch(term.value)
    if age is not None:
        # `created>4hours`: later than four hours ago.
        at = stamp(visit.now - timedelta(seconds=int(age[1]) * _UNITS[age[2].rstrip("s")]))
        return f"{expression} {term.sign.replace(':', '>=')} ?", [at]
    try:
        day = datetime.fromisoformat(term.value)
    except ValueError:
        return "0", []
    whole = len(term.value) == 10
    start = day.strftime("%Y-%m-%dT%H:%M:%SZ")
    end = (day + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ") if whole else start
    if term.sign == ":":
        return f"{expression} >= ? AND {expression} < ?", [start, end]
    edge = {">": end if whole else start, "<=": end, "<": start, ">=": start}[term.sign]
    sign = {"<=": "<" if whole else "<=", ">": ">=" if whole else ">"}.get(term.sign, term.sign)
    return f"{expression} {sign} ?", [edge]


def _person(visit: Visit, column: str, value: str) -> tuple[str, list[Any]]:
    if value == "none":
        return f"{column} IS NULL", []
    if value == "me":
        return f"{column} = ?", [visit.user["id"]]
    if value.isdigit():
        return f"{column} = ?", [int(value)]
    if "@" in value:
        user = user_by_email(visit, value)
        return f"{column} = ?", [-1 if user is None else user["id"]]
    return f"{column} IN (SELECT id FROM users WHERE name LIKE ?)", [f"%{value}%"]


def _named(key: str, table: str, value: str) -> tuple[str, list[Any]]:
    column = key if key != "ticket_form_id" else "json_extract(body, '$.ticket_form_id')"
    if value == "none":
        return f"{column} IS NULL", []
    if value.isdigit():
        return f"{column} = ?", [int(value)]
    name = "name" if table in {"groups", "organizations"} else "json_extract(body, '$.name')"
    return f"{column} IN (SELECT id FROM {table} WHERE {name} LIKE ?)", [value]
