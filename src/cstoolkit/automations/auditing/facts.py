"""What a case says of a ticket: `given:` and the `set:` of an event. Plain values, checked against FIELDS."""

import re
from collections.abc import Mapping
from typing import Any

from ...model.data_problems import DataProblems, Path, ProblemLog, did_you_mean, nearest
from ...model.fields import FIELDS, Field, find_field
from ...model.spans import SpanError, parse_span
from ...model.words import near_miss, read_instant

# Facts that no condition asks about: they give a text its words, or an action its aim.
CASE_ONLY = {
    "problem": "the id of the problem ticket",
    "calendar": "the ticket's calendar, by name",
    "requester.name": "the requester's name",
    "requester.first_name": "the first word of that name",
    "sla": "the promises on the ticket",
}
_OFFSET = re.compile(r"[+-]\S.*")


def check_facts(raw: Any) -> Mapping[str, Any]:
    """The facts as they were written. Raises DataProblems with every fact that no ticket can have."""
    log = ProblemLog()
    note_facts(raw, (), log)
    log.raise_any()
    facts: Mapping[str, Any] = raw
    return facts


def note_facts(raw: Any, path: Path, log: ProblemLog) -> None:
    """Note what is wrong in a mapping of facts."""
    if not isinstance(raw, Mapping):
        log.add(path, "expected a mapping of fields", "type", "write {status: open, subject: ...}")
        return
    for name, value in raw.items():
        note_fact(name, value, (*path, name), log)


def note_fact(name: str, value: Any, path: Path, log: ProblemLog) -> None:
    if name in CASE_ONLY:
        return
    field = find_field(name)
    if field is None:
        log.add_key(path, f'there is no field "{name}"', "field", field_hint(name, (*FIELDS, *CASE_ONLY)))
    elif field.update_only:
        hint = "say it in the event: {created: {by: requester, text: ..., public: false}}"
        log.add_key(path, f'"{name}" belongs to an update, not to a ticket', "field", hint)
    elif value is not None:
        _CHECKS[field.type](field, value, path, log)


def field_hint(name: str, known: tuple[str, ...]) -> str:
    """The nearest name; there are too many to list them."""
    near = nearest(name, known)
    return (
        f'did you mean "{near}"?'
        if near
        else "`cstoolkit schema fields` lists them; others are custom.<name>"
    )


def _choice(field: Field, value: Any, path: Path, log: ProblemLog) -> None:
    if not isinstance(value, str):
        log.add(path, f'"{field.name}" takes a text', "type", f"words are: {', '.join(field.words)}")
    elif (
        field.words and value not in field.words and (not field.other_words or near_miss(value, field.words))
    ):
        hint = did_you_mean(value, field.words, label="words are")
        log.add(path, f'"{field.name}" is never "{value}"', "value", hint)


def _text(field: Field, value: Any, path: Path, log: ProblemLog) -> None:
    if not isinstance(value, str):
        log.add(path, f'"{field.name}" takes a text', "type", "put numbers and flags in quotes")


def _flag(field: Field, value: Any, path: Path, log: ProblemLog) -> None:
    if not isinstance(value, bool):
        log.add(path, f'"{field.name}" takes true or false', "type")


def _number(field: Field, value: Any, path: Path, log: ProblemLog) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        log.add(path, f'"{field.name}" takes a whole number', "type")


def _set(field: Field, value: Any, path: Path, log: ProblemLog) -> None:
    if isinstance(value, str):
        return
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        log.add(path, f'"{field.name}" takes a list of texts', "type", "write [first, second]")


def _instant(_: Field, value: Any, path: Path, log: ProblemLog) -> None:
    try:
        if isinstance(value, str) and _OFFSET.fullmatch(value):
            parse_span(value[1:])
        else:
            read_instant(value)
    except SpanError as error:
        log.add(path, str(error), "unit", error.hint)
    except DataProblems as found:
        problem = found.problems[0]
        log.add(path, problem.message, problem.code, f"{problem.hint}, or an offset from now: +50m, -2h")


def _anything(field: Field, value: Any, path: Path, log: ProblemLog) -> None:
    """A custom field: its type is known to the account only."""


_CHECKS = {
    "choice": _choice,
    "reference": _text,
    "actor": _text,
    "flag": _flag,
    "text": _text,
    "set": _set,
    "number": _number,
    "instant": _instant,
    "calendar": _text,
    "custom": _anything,
}
