"""The query language of `/search`: fields, `AND`, `OR`, parentheses (fact sheet 4). No NOT, no free text."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..http import Record
from .refusals import Problem, Refusal, invalid, unknown_field, wrong

LONGEST = 512
DEEPEST = 50
"""Parentheses in one query; ours, so that the reader's depth is bounded."""
Type = Literal["integer", "text", "date", "flag"]
_TOKEN = re.compile(
    r"\s*(?:(?P<paren>[()])|(?P<word>AND|OR)\b(?!\s*:)"
    r"|(?P<field>[A-Za-z_][A-Za-z0-9_]*)\s*:(?P<op>[<>]?)\s*(?P<value>'(?:[^'\\]|\\.)*'|[^\s()']+))"
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True)
class Term:
    """One comparison. `value` is None for `null`; `op` is "", "<" or ">", both of which include equality."""

    field: str
    op: str
    value: str | int | bool | None


@dataclass(frozen=True)
class Both:
    """All of its parts hold, or with `either` one of them."""

    parts: tuple["Query", ...]
    either: bool


Query = Term | Both


@dataclass(frozen=True)
class Searchable:
    """A field that may be searched: its type, where a record has it, and its column, if it has one."""

    type: Type
    read: Callable[[Record], Any]
    column: str | None = None


def bad_query(message: str = "Given query is invalid, please check its format") -> Refusal:
    return wrong("query", message)


def parse(text: str | None, fields: Mapping[str, Searchable]) -> Query:
    """The query of a call, which stands in double quotes. A refusal for what is none."""
    if text is None:
        raise wrong("query", "It is a mandatory field and cannot be blank", "missing_field")
    if len(text) < 3 or not (text.startswith('"') and text.endswith('"')):
        raise bad_query("Query should be inside double quotes")
    if len(text) - 2 > LONGEST:
        raise bad_query(f"Query can have maximum of {LONGEST} characters")
    if text.count("(") > DEEPEST:
        raise bad_query()
    reader = _Reader(_tokens(text[1:-1]), fields)
    found = reader.either()
    if reader.left:
        raise bad_query()
    return found


def _tokens(text: str) -> list[re.Match[str]]:
    found, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise bad_query()
        found.append(match)
        place = match.end()
    return found


class _Reader:
    """Recursive descent; AND binds closer than OR."""

    def __init__(self, tokens: list[re.Match[str]], fields: Mapping[str, Searchable]) -> None:
        self.left = tokens[::-1]
        self._fields = fields

    def either(self) -> Query:
        return self._joined("OR", self._all)

    def _all(self) -> Query:
        return self._joined("AND", self._one)

    def _joined(self, word: str, read: Callable[[], Query]) -> Query:
        parts = [read()]
        while self.left and self.left[-1]["word"] == word:
            self.left.pop()
            parts.append(read())
        return parts[0] if len(parts) == 1 else Both(tuple(parts), either=word == "OR")

    def _one(self) -> Query:
        if not self.left:
            raise bad_query()
        token = self.left.pop()
        if token["paren"] == "(":
            inner = self.either()
            if not self.left or self.left.pop()["paren"] != ")":
                raise bad_query()
            return inner
        if token["field"] is None:
            raise bad_query()
        return _term(token["field"], token["op"], token["value"], self._fields)


def _term(name: str, op: str, text: str, fields: Mapping[str, Searchable]) -> Term:
    if name not in fields:
        raise invalid([unknown_field(name)])
    type_ = fields[name].type
    if text == "null" and not op:
        return Term(name, op, None)
    if op and type_ not in ("date", "integer"):
        raise wrong(name, f"The operator :{op} is for dates and numbers")
    quoted = text.startswith("'")
    plain = re.sub(r"\\(.)", r"\1", text[1:-1]) if quoted else text
    value = _value(type_, plain, quoted=quoted)
    if value is None:
        expected = {"integer": "Integer", "text": "String in single quotes", "date": "Date as 'YYYY-MM-DD'"}
        message = f"It should be a/an {expected.get(type_, 'Boolean')}"
        raise invalid([Problem(name, message, "datatype_mismatch")])
    return Term(name, op, value)


def _value(type_: Type, text: str, *, quoted: bool) -> str | int | bool | None:
    if type_ == "integer":
        return int(text) if not quoted and re.fullmatch(r"-?\d{1,18}", text) else None
    if type_ == "flag":
        return {"true": True, "false": False}.get(text) if not quoted else None
    if not quoted or (type_ == "date" and not _DATE.match(text)):
        return None
    return text


def holds(query: Query, record: Record, fields: Mapping[str, Searchable]) -> bool:
    if isinstance(query, Both):
        results = (holds(part, record, fields) for part in query.parts)
        return any(results) if query.either else all(results)
    actual, wanted = fields[query.field].read(record), query.value
    if wanted is None:
        return actual in (None, "", [])
    if isinstance(actual, list):
        return any(_same(item, wanted) for item in actual)
    if actual is None:
        return False
    if fields[query.field].type == "date":
        actual = str(actual)[:10]
    if query.op == ">":
        return bool(actual >= wanted)
    return bool(actual <= wanted) if query.op == "<" else _same(actual, wanted)


def _same(actual: Any, wanted: Any) -> bool:
    if isinstance(actual, str) and isinstance(wanted, str):
        return actual.casefold() == wanted.casefold()
    return bool(actual == wanted)


def narrowing(query: Query, fields: Mapping[str, Searchable]) -> tuple[str, list[Any]]:
    """SQL that holds for every match, and for more: terms without a column hold for all."""
    if isinstance(query, Both):
        found = [narrowing(part, fields) for part in query.parts]
        clause = (" OR " if query.either else " AND ").join(clause for clause, _ in found)
        return f"({clause})", [value for _, values in found for value in values]
    column = fields[query.field].column
    if column is None or fields[query.field].type == "text":
        return "1", []
    if query.value is None:
        return f"{column} IS NULL", []
    if fields[query.field].type == "date":
        # Stamps begin with their date, and no stamp of a day is past `T~`.
        first, last = str(query.value), f"{query.value}T~"
        clauses = {">": (f"{column} >= ?", [first]), "<": (f"{column} <= ?", [last])}
        return clauses.get(query.op, (f"{column} BETWEEN ? AND ?", [first, last]))
    return f"{column} {query.op}= ?", [query.value]


def is_exact(query: Query, fields: Mapping[str, Searchable]) -> bool:
    """Whether the narrowing SQL holds for matches only."""
    if isinstance(query, Both):
        return all(is_exact(part, fields) for part in query.parts)
    return fields[query.field].column is not None and fields[query.field].type != "text"
