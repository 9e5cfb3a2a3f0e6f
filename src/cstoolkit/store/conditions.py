"""A condition as SQL over the store: the same answers as `model.matching`, for all tickets at once.

Every test becomes an expression that is TRUE or FALSE, never NULL, so that the tree around it is plain
logic. Values travel as parameters, never in the text.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from ..errors import Problem, RecipeError
from ..model.clock import Schedule
from ..model.conditions import AllOf, AnyOf, Condition, NoneOf, Span, Test, Value
from ..model.contradictions import values_of
from ..model.cutoffs import due_limit, named_calendar, oldest_cutoff
from ..model.fields import STATUSES, Field, find_field
from ..model.operators import INSTANT, OPERATORS, ORDER, SET, TEXT
from ..model.text import fold
from ..model.text_patterns import regex_pattern, word_pattern
from .condition_columns import (
    CHOICES,
    FLAGS,
    PLAIN,
    REFERENCES,
    SETS,
    TEXTS,
    TICKET_FROM,
    CustomColumn,
    TextColumn,
    custom_column,
    custom_pointer,
    not_blank,
)

__all__ = ["TICKET_FROM", "Sql", "to_sql"]


@dataclass(frozen=True, slots=True)
class Sql:
    """A boolean expression, valid in TICKET_FROM, and its named parameters (`$now`, `$c0`, `$c1`, ...)."""

    text: str
    parameters: Mapping[str, Any]


def to_sql(condition: Condition, *, now: datetime, calendars: Mapping[str, Schedule] | None = None) -> Sql:
    """The condition as SQL, judged at `now`; `facts` must stand at that instant.

    Raises RecipeError for tests on an update (`changed*`, `actor`, `comment*`), of which a store knows
    nothing, and for a calendar that is not in `calendars`.
    """
    problems = [_no_update(test) for test in _tests(condition) if _asks_about_update(test)]
    if problems:
        raise RecipeError(problems)
    writer = _Writer(now, calendars or {})
    text = writer.tree(condition)
    used = set(re.findall(r"\$(\w+)", text))  # DuckDB refuses a parameter that nothing uses
    return Sql(text, {name: value for name, value in writer.parameters.items() if name in used})


def _tests(condition: Condition) -> Iterator[Test]:
    if isinstance(condition, Test):
        yield condition
    else:
        for part in condition.of:
            yield from _tests(part)


def _asks_about_update(test: Test) -> bool:
    field = find_field(test.field)
    return OPERATORS[test.op].update_only or (field is not None and field.update_only)


def _no_update(test: Test) -> Problem:
    what = f"`{test.op}`" if OPERATORS[test.op].update_only else f"`{test.field}`"
    hint = "such tests stand in triggers only"
    return Problem(f"{what} asks about an update, and here is none", "condition", at=test.at, hint=hint)


class _Writer:
    """Writes one condition and collects its parameters."""

    def __init__(self, now: datetime, calendars: Mapping[str, Schedule]) -> None:
        self.now = now
        self.calendars = calendars
        self.parameters: dict[str, Any] = {"now": _stored(now)}

    def put(self, value: Any) -> str:
        """Name a parameter of this value."""
        name = f"c{len(self.parameters) - 1}"
        self.parameters[name] = value
        return f"${name}"

    def tree(self, condition: Condition) -> str:
        match condition:
            case AllOf(of):
                return _all(self.tree(part) for part in of)
            case AnyOf(of):
                return _any(self.tree(part) for part in of)
            case NoneOf(of):
                return f"NOT {_any(self.tree(part) for part in of)}"
            case Test():
                return f"coalesce({self.test(condition)}, FALSE)"

    def test(self, test: Test) -> str:
        field = find_field(test.field)
        if field is None or test.op not in field.operators:
            raise ValueError(f'no such test: "{test.op}" of "{test.field}"')
        if field.type == "calendar":
            return self.hours(test)
        if field.type == "custom":
            return self.custom(test)
        if field.type == "text":
            return self.text(test, TEXTS[field.name])
        if field.type == "set":
            return self.labels(test, SETS[field.name])
        if field.type == "reference":
            return self.reference(test, *REFERENCES[field.name])
        if field.type == "flag":
            return f"{FLAGS[field.name]} = {self.put(test.value)}"
        if field.type == "instant":
            return self.instant(test, PLAIN[field.name])
        if field.type == "number":
            return self.number(test, f"{PLAIN[field.name]}::DOUBLE")
        return self.choice(test, field)

    def choice(self, test: Test, field: Field) -> str:
        column = CHOICES[field.name]
        if test.op == "empty":
            return f"{_true_if(not_blank(column))} <> {self.put(test.value)}"
        if test.op in _BEYOND:
            beyond = _BEYOND[test.op](field.order, field.order.index(str(test.value)))
            return f"{column} IN {self.put_list(beyond)}"

        def equal(operand: Value) -> str:
            native = field.name == "status" and operand not in STATUSES
            return f"{'t.status_native' if native else column} = {self.put(operand)}"

        return self.equality(test, equal, not_blank(column))

    def put_list(self, words: Sequence[str]) -> str:
        return f"({', '.join(map(self.put, words))})" if words else "(NULL)"

    def reference(self, test: Test, id_column: str, name_column: str) -> str:
        if test.op == "empty":
            return f"({id_column} IS NULL) = {self.put(test.value)}"
        return self.equality(test, lambda name: f"{name_column} = {self.put(name)}", not_blank(name_column))

    def equality(self, test: Test, equal: Callable[[Value], str], present: str) -> str:
        """`is`, `in` and their negations, which hold on a present value only."""
        any_equal = _any(equal(operand) for operand in values_of(test))
        return any_equal if test.op in {"is", "in"} else f"({present} AND NOT {any_equal})"

    def labels(self, test: Test, column: str) -> str:
        if test.op == "empty":
            return f"(len({column}) = 0) = {self.put(test.value)}"
        wanted = self.put(list(values_of(test)))
        if test.op == "has":
            return f"list_has_all({column}, {wanted}::VARCHAR[])"
        return f"list_has_any({column}, {wanted}::VARCHAR[]) = {'FALSE' if test.op == 'has_none' else 'TRUE'}"

    def number(self, test: Test, column: str) -> str:
        if test.op == "empty":
            return f"({column} IS NULL) = {self.put(test.value)}"
        bounds = [self.put(float(value)) for value in values_of(test) if isinstance(value, Decimal)]
        if test.op == "between":
            return f"{column} BETWEEN {bounds[0]} AND {bounds[1]}"
        return _any(f"{column} {_COMPARE[test.op]} {bound}" for bound in bounds)

    # Text

    def text(self, test: Test, columns: Sequence[TextColumn]) -> str:
        present = _any(_true_if(column.inside.format(f"{column.folded} IS NOT NULL")) for column in columns)
        if test.op == "empty":
            return f"{present} <> {self.put(test.value)}"
        name = test.op.removeprefix("not_").removesuffix("_all")
        hits = (
            _any(_true_if(column.inside.format(self.finds(name, column, str(needle)))) for column in columns)
            for needle in values_of(test)
        )
        if test.op.endswith("_all"):
            return _all(hits)
        return f"({present} AND NOT {_any(hits)})" if test.op.startswith("not_") else _any(hits)

    def finds(self, op: str, column: TextColumn, needle: str) -> str:
        if op == "regex":
            pattern = self.put(regex_pattern(needle))
            return f"({column.folded} IS NOT NULL AND regexp_matches({column.raw}, {pattern}))"
        folded = fold(needle)
        if op == "is":
            return f"{column.folded} = {self.put(folded)}"
        if op == "word":
            inside = f"contains({column.folded}, {self.put(folded)})"
            return f"({inside} AND regexp_matches({column.folded}, {self.put(word_pattern(folded))}))"
        return f"{op}({column.folded}, {self.put(folded)})"

    # Time

    def instant(self, test: Test, column: str) -> str:
        value = test.value
        if test.op == "empty":
            return f"({column} IS NULL) = {self.put(value)}"
        if isinstance(value, datetime):
            return f"{column} {'<' if test.op == 'before' else '>'} {self.put(_stored(value))}"
        if not isinstance(value, Span):
            raise ValueError(f'"{test.op}" of "{test.field}" with {value!r}')  # noqa: TRY004 - as other bad tests
        if value.calendar is None:
            return self.span(test.op, column, value, None)
        if value.calendar:
            return self.span(test.op, column, value, named_calendar(value.calendar, self.calendars, test))
        cases = [
            f"WHEN {self.put(name)} THEN {self.span(test.op, column, value, schedule)}"
            for name, schedule in self.calendars.items()
        ]
        return f"CASE t.calendar {' '.join(cases)} ELSE FALSE END" if cases else "FALSE"

    def span(self, op: str, column: str, span: Span, schedule: Schedule | None) -> str:
        if op == "due_within":
            limit = due_limit(span, schedule, self.now)
            running = f"{column} >= $now"
            return running if limit is None else f"({running} AND {column} <= {self.put(_stored(limit))})"
        cutoff = oldest_cutoff(span, schedule, self.now)
        if cutoff is None:
            return "FALSE" if op == "older_than" else f"{column} IS NOT NULL"
        return f"{column} {'<=' if op == 'older_than' else '>'} {self.put(_stored(cutoff))}"

    def hours(self, test: Test) -> str:
        if test.value:
            schedule = named_calendar(str(test.value), self.calendars, test)
            return "TRUE" if self.is_time(test.op, schedule) else "FALSE"
        names = [name for name, schedule in self.calendars.items() if self.is_time(test.op, schedule)]
        return f"t.calendar IN {self.put_list(names)}"

    def is_time(self, op: str, schedule: Schedule) -> bool:
        if op == "holiday":
            return schedule.is_holiday(self.now)
        return schedule.is_open(self.now) is (op == "inside")

    # Custom fields

    def custom(self, test: Test) -> str:
        column = custom_column(test.field, self.put(custom_pointer(test.field)))
        if test.op == "empty":
            return f"{_true_if(column.present)} <> {self.put(test.value)}"
        if test.op in SET:
            return self.labels(test, column.labels)
        if test.op in TEXT:
            return self.text(test, (TextColumn(column.raw, column.folded),))
        if test.op in INSTANT:
            return self.instant(test, column.instant)
        if test.op in RANKS:
            return self.number(test, column.number)
        return self.custom_equality(test, column)

    def custom_equality(self, test: Test, column: CustomColumn) -> str:
        """The operand decides how the field is read."""

        def equal(operand: Value) -> str:
            if isinstance(operand, bool):
                return f"({reading}) = {self.put(operand)}"
            if isinstance(operand, Decimal):
                return f"({reading}) = {self.put(float(operand))}"
            return f"({reading}) = {self.put(fold(str(operand)))}"

        first = values_of(test)[0]
        reading = column.folded
        if isinstance(first, bool):
            reading = column.flag
        elif isinstance(first, Decimal):
            reading = column.number
        return self.equality(test, equal, f"({reading}) IS NOT NULL")


_COMPARE = {"is": "=", "at_least": ">=", "at_most": "<=", "above": ">", "below": "<"}

RANKS = (*ORDER, "between")

_BEYOND: dict[str, Callable[[Sequence[str], int], Sequence[str]]] = {
    "at_least": lambda words, index: words[index:],
    "at_most": lambda words, index: words[: index + 1],
    "above": lambda words, index: words[index + 1 :],
    "below": lambda words, index: words[:index],
}


def _stored(at: datetime) -> datetime:
    """As the store keeps instants: UTC, without a zone."""
    return at.astimezone(UTC).replace(tzinfo=None)


def _true_if(expression: str) -> str:
    return f"coalesce({expression}, FALSE)"


def _all(parts: Iterator[str]) -> str:
    joined = " AND ".join(parts)
    return f"({joined})" if joined else "TRUE"


def _any(parts: Iterator[str]) -> str:
    joined = " OR ".join(parts)
    return f"({joined})" if joined else "FALSE"
