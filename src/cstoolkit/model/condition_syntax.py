"""Conditions as people write them: the plain data of a `when:` -> a tree of tests, or every problem.

A mapping's keys are fields, or `all`, `any`, `none` over lists of conditions; all of a mapping's tests must
hold. A value means `is` (sets: `has`), a list `in` (sets: `has_any`; texts and numbers: `is` any of them), a
mapping holds operators, all of which must hold. Values are as YAML 1.2 gives them.
"""

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from ..errors import Location
from .conditions import AllOf, Condition, Test, Value
from .contradictions import note_contradictions
from .data_problems import DataProblem, DataProblems, Path, ProblemLog, did_you_mean, nearest
from .fields import CUSTOM_FAMILIES, FIELDS, Field, find_field
from .operands import read_operand
from .operators import OPERATORS
from .plain_conditions import GROUPS, to_plain

__all__ = ["DataProblem", "DataProblems", "Scope", "parse_condition", "to_plain"]

Scope = Literal["update", "state"]
"""Where a condition stands: in a trigger, which sees an update, or where there is only the ticket's state."""

LIST_FORM = {"is": "in", "is_not": "not_in"}
"""`is: [a, b]` is `in: [a, b]`, where the field has that."""


def parse_condition(
    raw: object, *, scope: Scope = "update", locate: Callable[[Path], Location | None] | None = None
) -> Condition:
    """Read a condition. Raises DataProblems with everything that is wrong with it.

    `scope` "state" refuses tests on the update itself (automations, `scan`, `select`). `locate` gives the
    place of a path, for `Test.at`.
    """
    reader = _Reader(scope, locate)
    condition = reader.condition(raw, ())
    reader.log.raise_any()
    if condition is None:
        raise AssertionError("a condition that cannot be read has a problem")
    return condition


class _Reader:
    """One reading: walks the data, notes problems and goes on."""

    def __init__(self, scope: Scope, locate: Callable[[Path], Location | None] | None) -> None:
        self.scope = scope
        self.locate = locate
        self.log = ProblemLog()

    def condition(self, raw: object, path: Path) -> Condition | None:
        if not isinstance(raw, Mapping):
            hint = "write field: value, for example {status: open}"
            if isinstance(raw, list):
                hint = "say how they join: all: [...], any: [...] or none: [...]"
            self.log.add(path, "a condition is a mapping of fields", "type", hint)
            return None
        if not raw:
            self.log.add(
                path, "a condition without a test", "value", "leave it out: no condition always holds"
            )
            return None
        parts = [part for key, value in raw.items() for part in self.entry(key, value, (*path, key))]
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def entry(self, key: object, value: object, path: Path) -> list[Condition]:
        if not isinstance(key, str):
            self.log.add_key(path, f"{key!r} is not the name of a field", "key", "write the name as text")
            return []
        if key in GROUPS:
            return self.group(key, value, path)
        field = find_field(key)
        if field is None:
            self.log.add_key(path, f'there is no field "{key}" to ask about', "key", _field_hint(key))
            return []
        if field.update_only and self.scope == "state":
            self.refuse_update(f"`{key}`", path)
            return []
        return list(self.tests(field, value, path))

    def group(self, key: str, value: object, path: Path) -> list[Condition]:
        if not isinstance(value, list | tuple):
            self.log.add(path, f"`{key}` takes a list of conditions", "type", f"{key}: [{{status: open}}]")
            return []
        if not value:
            self.log.add(
                path, f"the list of `{key}` is empty", "value", f"write a condition, or leave `{key}` out"
            )
            return []
        parts = [self.condition(item, (*path, index)) for index, item in enumerate(value)]
        return [GROUPS[key](tuple(part for part in parts if part is not None))]

    def tests(self, field: Field, value: object, path: Path) -> Iterable[Test]:
        if field.type == "calendar":
            return self.calendar(field, value, path)
        if isinstance(value, Mapping):
            return self.operators(field, value, path)
        is_list = isinstance(value, list | tuple)
        op = field.list_operator if is_list else field.scalar_operator
        if op is None:
            form = "a list" if is_list else "a value alone"
            hint = f"{field.name} answers: {', '.join(field.operators)}"
            self.log.add(path, f"{form} says nothing about `{field.name}`", "type", hint)
            return []
        return self.test(field, op, value, path)

    def operators(self, field: Field, raw: Mapping[Any, object], path: Path) -> list[Test]:
        if not raw:
            self.log.add(path, f"no operator for `{field.name}`", "value", _operator_hint("", field))
            return []
        tests: list[Test] = []
        for name, value in raw.items():
            where = (*path, name)
            if name not in field.operators:
                message = f'"{field.name}" has no operator "{name}"'
                self.log.add_key(where, message, "condition", _operator_hint(str(name), field))
            elif OPERATORS[name].update_only and self.scope == "state":
                self.refuse_update(f"`{name}`", where)
            else:
                tests += self.test(field, name, value, where)
        note_contradictions(tests, path, self.log)
        return tests

    def test(self, field: Field, op: str, raw: object, path: Path) -> list[Test]:
        lists = field.lists(op)
        if not isinstance(raw, list | tuple):
            if lists == "pair":
                self.log.add(path, f"`{op}` takes two values", "type", f"{op}: [1, 5]")
                return []
            value = read_operand(raw, field.operand(op), path, field, self.log)
            return [] if value is None else [Test(field.name, op, value, self.place(path))]
        if lists == "one" or (lists == "pair" and len(raw) != 2) or not raw:
            self.log.add(path, *_wrong_length(op, lists, len(raw)))
            return []
        values = self.values(field, op, raw, path)
        if op in LIST_FORM and LIST_FORM[op] in field.operators:
            op = LIST_FORM[op]
        return [] if values is None else [Test(field.name, op, values, self.place(path))]

    def values(self, field: Field, op: str, raw: Iterable[object], path: Path) -> tuple[Value, ...] | None:
        read = [
            read_operand(item, field.operand(op), (*path, index), field, self.log)
            for index, item in enumerate(raw)
        ]
        values = tuple(value for value in read if value is not None)
        if len(values) < len(read):
            return None
        if len({type(value) for value in values}) > 1:
            self.log.add(
                path, "a list of different kinds of values", "type", "write all as text or all as numbers"
            )
            return None
        if any(isinstance(value, bool) for value in values):
            self.log.add(path, "a list of flags", "type", "write one: true or false")
            return None
        return values

    def calendar(self, field: Field, raw: object, path: Path) -> list[Test]:
        """`hours: outside`, or `hours: {is: outside, calendar: EMEA}`."""
        parts = raw if isinstance(raw, Mapping) else {"is": raw}
        hint = f"write {field.name}: outside, or {field.name}: {{is: outside, calendar: EMEA}}"
        where = (*path, "is") if isinstance(raw, Mapping) else path
        for key in parts:
            if key not in {"is", "calendar"}:
                self.log.add_key((*path, key), f'"{field.name}" has no operator "{key}"', "condition", hint)
        name = ""
        if "calendar" in parts:
            found = read_operand(parts["calendar"], "calendar", (*path, "calendar"), field, self.log)
            name = found if isinstance(found, str) else ""
        if "is" not in parts:
            self.log.add(path, f"`{field.name}` does not say what to ask", "value", hint)
            return []
        word = parts["is"]
        if not isinstance(word, str) or word not in field.operators:
            known = did_you_mean(str(word), field.operators, label=f"{field.name} answers")
            self.log.add(where, f"`{field.name}` is inside, outside or holiday", "value", known)
            return []
        return [Test(field.name, word, name, self.place(path))]

    def refuse_update(self, what: str, path: Path) -> None:
        message = f"{what} asks about an update, and here is none"
        self.log.add_key(path, message, "condition", "such tests stand in triggers only")

    def place(self, path: Path) -> Location | None:
        return self.locate(path) if self.locate else None


def _wrong_length(op: str, lists: str, count: int) -> tuple[str, str, str | None]:
    if not count:
        return "the list is empty", "value", f"write a value, or leave `{op}` out"
    if lists == "pair":
        return f"`{op}` takes two values, not {count}", "value", f"{op}: [1, 5]"
    return f"`{op}` takes one value, not a list", "type", None


def _field_hint(name: str) -> str:
    if name in {family.rstrip(".") for family in CUSTOM_FAMILIES}:
        return f"name the custom field: {name}.its_name"
    near = nearest(name, [*FIELDS, *GROUPS])
    inner = difflib.get_close_matches(name, [known.rpartition(".")[2] for known in FIELDS], n=1, cutoff=0.9)
    if near is None and inner:
        near = next(known for known in FIELDS if known.rpartition(".")[2] == inner[0])
    if near:
        return f'did you mean "{near}"?'
    return "a custom field is written custom.<its name>; `cstoolkit schema` lists the fields"


def _operator_hint(name: str, field: Field) -> str:
    return did_you_mean(name, field.operators, label=f"{field.name} answers")
