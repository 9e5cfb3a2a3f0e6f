"""Actions as people write them: one line of `then:` each, read from plain data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ..errors import Location
from .actions import Action, Call, Follow, Link, Notify, Quiet, Say, Set, Survey, Tags
from .conditions import Value
from .data_problems import Path, ProblemLog, did_you_mean, nearest
from .placeholders import placeholder_problems
from .spans import SpanError, parse_span
from .ticket import PriorityLevel, StatusCategory
from .words import near_miss

Reader = Callable[[Any, Path, ProblemLog], Action | None]


@dataclass(frozen=True, slots=True)
class ActionWord:
    """One action. `read` notes problems and gives None where it cannot go on; `macro`: macros may have it."""

    read: Reader
    about: str
    example: str
    schema: Mapping[str, Any]
    macro: bool = False


SET_FIELDS: dict[str, str] = {
    "status": "a category (new, open, pending, hold, solved, closed), or a status's own name in quotes",
    "priority": "low, normal, high, urgent; null clears",
    "type": "question, incident, problem, task, or the account's own word; null clears",
    "group": "a group's name; null clears",
    "assignee": "an agent's name, actor (who makes the update), or null",
    "form": "a form's name",
    "brand": "a brand's name",
    "language": "a language code",
    "calendar": "a calendar's name",
    "due_at": "a length of time from now; null clears",
}
CATEGORIES = tuple(category.value for category in StatusCategory)
PRIORITIES = tuple(level.value for level in PriorityLevel)
NEVER_EMPTY = ("status", "form", "brand", "language", "calendar")
ADDRESSEES = ("requester", "requester_and_ccs", "assignee", "actor", "group", "all_agents")

_TEXT = {"type": "string", "pattern": r"\S"}
_NAMES = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}


def parse_actions(
    raw: Any, *, macro: bool = False, locate: Callable[[Path], Location | None] | None = None
) -> tuple[Action, ...]:
    """Read `then:`. Raises DataProblems with everything that is wrong.

    With `macro` only what an agent's macro can do is allowed. `locate` gives the place of a path, for the
    actions' `at`.
    """
    log = ProblemLog()
    if not isinstance(raw, list):
        log.add((), "expected a list of actions", "type", "each starts with a -: - set: {status: open}")
    elif not raw:
        log.add((), "the list of actions is empty", "empty", "write at least one, or leave the key out")
    items = raw if isinstance(raw, list) else []
    found = [_read(item, (index,), log, macro=macro) for index, item in enumerate(items)]
    log.raise_any()
    actions = tuple(action for action in found if action is not None)
    if locate is None:
        return actions
    return tuple(replace(action, at=locate((index,))) for index, action in enumerate(actions))


def _read(item: Any, path: Path, log: ProblemLog, *, macro: bool) -> Action | None:
    if not isinstance(item, Mapping) or not item:
        log.add(path, "expected an action", "action", f"write one of {', '.join(ACTIONS)} and its value")
        return None
    actions: list[Action | None] = []
    for name, value in item.items():
        word = ACTIONS.get(name)
        if word is None:
            hint = did_you_mean(name, _allowed(macro=macro), label="actions are")
            log.add_key((*path, name), f'there is no action "{name}"', "action", hint)
        elif macro and not word.macro:
            hint = f"a macro can: {', '.join(_allowed(macro=True))}"
            log.add_key((*path, name), f'a macro cannot "{name}"', "action", hint)
        else:
            actions.append(word.read(value, (*path, name), log))
    if len(item) > 1:
        second = list(item)[1]
        log.add_key(
            (*path, second), "two actions in one item", "action", f"start a new line: - {second}: ..."
        )
    return actions[0] if actions else None


def _allowed(*, macro: bool) -> list[str]:
    return [name for name, word in ACTIONS.items() if word.macro or not macro]


def _set(raw: Any, path: Path, log: ProblemLog) -> Action | None:
    if not _is_mapping(raw, path, log, "set: {status: open}"):
        return None
    values: dict[str, Value | None] = {}
    for field, value in raw.items():
        custom = field.startswith("custom.") and len(field) > len("custom.")
        if field not in SET_FIELDS and not custom:
            hint = did_you_mean(field, SET_FIELDS, label="set knows") + ", custom.<name>"
            if field == "tags":
                hint = "tags have an action of their own: - tags: {add: [...]}"
            log.add_key((*path, field), f'"{field}" cannot be set', "field", hint)
            continue
        values[field] = _set_value(field, value, (*path, field), log)
    return Set(values)


def _set_value(field: str, value: Any, path: Path, log: ProblemLog) -> Value | None:
    if value is None:
        if field in NEVER_EMPTY:
            log.add(path, f'"{field}" cannot be cleared', "value", f"it takes {SET_FIELDS[field]}")
        return None
    if field.startswith("custom."):
        if isinstance(value, bool | str):
            return value
        if isinstance(value, int | float):
            return Decimal(str(value))
        log.add(path, "expected a text, a number, a flag or null", "type")
        return None
    if not isinstance(value, str) or not value.strip():
        log.add(path, f"{field} takes a text", "type", f"it takes {SET_FIELDS[field]}")
        return None
    if field == "due_at":
        return _span(value, path, log)
    if field == "priority" and value not in PRIORITIES:
        log.add(
            path, f'"{value}" is no priority', "value", did_you_mean(value, PRIORITIES, label="priorities")
        )
    if field == "status":
        _check_status(value, path, log)
    return value


def _check_status(value: str, path: Path, log: ProblemLog) -> None:
    """An own name may be any text, but one letter off a category is a slip."""
    if near_miss(value, CATEGORIES):
        log.add(
            path,
            f'"{value}" is no status category',
            "value",
            did_you_mean(value, CATEGORIES, label="categories"),
        )


def _span(value: str, path: Path, log: ProblemLog) -> Value | None:
    try:
        span = parse_span(value)
    except SpanError as error:
        log.add(path, str(error), "unit", error.hint)
        return None
    return span


def _tags(raw: Any, path: Path, log: ProblemLog) -> Action | None:
    if isinstance(raw, list):
        log.add(path, "tags are added or removed, never replaced", "type", "write tags: {add: [...]}")
        return None
    if not _is_mapping(raw, path, log, "tags: {add: [vip]}"):
        return None
    _known_keys(raw, ("add", "remove"), path, log, "tags")
    add, remove = (_names(raw[key], (*path, key), log) if key in raw else () for key in ("add", "remove"))
    for tag in sorted(set(add) & set(remove)):
        log.add((*path, "remove"), f'the tag "{tag}" is added and removed', "value", "keep one of them")
    for key, tags in (("add", add), ("remove", remove)):
        for index, tag in enumerate(tags):
            if any(letter.isspace() for letter in tag):
                log.add(
                    (*path, key, index),
                    f'the tag "{tag}" has a space',
                    "value",
                    f'write "{"_".join(tag.split())}"',
                )
    return Tags(add, remove)


def _reply(raw: Any, path: Path, log: ProblemLog) -> Action | None:
    return Say(raw, public=True) if _is_text(raw, path, log) else None


def _note(raw: Any, path: Path, log: ProblemLog) -> Action | None:
    return Say(raw, public=False) if _is_text(raw, path, log) else None


def _notify(raw: Any, path: Path, log: ProblemLog) -> Action | None:
    texts = _texts(raw, ("to", "subject", "text"), path, log, "notify")
    if texts is None:
        return None
    to = texts["to"]
    if "@" in to and not to.startswith("email:"):
        log.add((*path, "to"), f'"{to}" is no addressee', "value", f'an address is written "email:{to}"')
    if near_miss(to, ADDRESSEES):
        hint = did_you_mean(to.lower(), ADDRESSEES, label="addressees") + ", a name, email:address"
        log.add((*path, "to"), f'"{to}" is no addressee', "value", hint)
    return Notify(to, texts["subject"], texts["text"])


def _survey(raw: Any, path: Path, log: ProblemLog) -> Action | None:
    texts = _texts(raw, ("subject", "text"), path, log, "survey")
    return None if texts is None else Survey(texts["subject"], texts["text"])


def _call(raw: Any, path: Path, log: ProblemLog) -> Action | None:
    if not _is_mapping(raw, path, log, "call: {endpoint: pager, body: {...}}"):
        return None
    _known_keys(raw, ("endpoint", "body"), path, log, "call", needed=("endpoint",))
    body = raw.get("body", {})
    if not isinstance(body, Mapping):
        log.add((*path, "body"), "expected a mapping", "type")
        return None
    _check_body(body, (*path, "body"), log)
    endpoint = raw.get("endpoint")
    if "endpoint" in raw and not _is_text(endpoint, (*path, "endpoint"), log):
        return None
    return Call(str(endpoint), body)


def _check_body(value: Any, path: Path, log: ProblemLog) -> None:
    if isinstance(value, str):
        log.problems.extend(placeholder_problems(value, path))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            _check_body(inner, (*path, key), log)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _check_body(inner, (*path, index), log)


def _follow(raw: Any, path: Path, log: ProblemLog) -> Action | None:
    return Follow(agents=_names(raw, path, log))


def _cc(raw: Any, path: Path, log: ProblemLog) -> Action | None:
    addresses = _names(raw, path, log)
    for index, address in enumerate(addresses):
        if "@" not in address:
            place = (*path, index) if isinstance(raw, list) else path
            log.add(
                place, f'"{address}" is no address', "value", "cc takes e-mail addresses; agents go to follow"
            )
    return Follow(cc=addresses)


def _link(raw: Any, path: Path, log: ProblemLog) -> Action | None:
    if not _is_mapping(raw, path, log, 'link: {problem: "4711"}'):
        return None
    _known_keys(raw, ("problem",), path, log, "link", needed=("problem",))
    problem = raw.get("problem")
    if isinstance(problem, int) and not isinstance(problem, bool):
        return Link(str(problem))
    return Link(problem) if "problem" in raw and _is_text(problem, (*path, "problem"), log) else None


def _quiet(raw: Any, path: Path, log: ProblemLog) -> Action | None:
    if raw is not True:
        log.add(path, "quiet takes only true", "type", "write `quiet: true`, or leave it out")
    return Quiet()


def _texts(raw: Any, keys: tuple[str, ...], path: Path, log: ProblemLog, name: str) -> dict[str, str] | None:
    example = f"{name}: {{{', '.join(f'{key}: ...' for key in keys)}}}"
    if not _is_mapping(raw, path, log, example):
        return None
    _known_keys(raw, keys, path, log, name, needed=keys)
    right = [_is_text(raw[key], (*path, key), log) for key in keys if key in raw]
    return {key: raw[key] for key in keys} if len(right) == len(keys) and all(right) else None


def _known_keys(
    raw: Mapping[str, Any],
    keys: tuple[str, ...],
    path: Path,
    log: ProblemLog,
    name: str,
    *,
    needed: tuple[str, ...] = (),
) -> None:
    unknown = [key for key in raw if key not in keys]
    for key in unknown:
        hint = did_you_mean(key, keys, label="its keys")
        log.add_key((*path, key), f'"{name}" has no key "{key}"', "key", hint)
    misspelt = {nearest(key, keys) for key in unknown}
    for key in needed:
        if key not in raw and key not in misspelt:
            log.add_key(path, f'"{name}" needs "{key}"', "missing", f"add `{key}:`")
    if not raw:
        log.add_key(path, f'"{name}" is empty', "empty", f"it takes {', '.join(keys)}")


def _is_mapping(raw: Any, path: Path, log: ProblemLog, example: str) -> bool:
    if isinstance(raw, Mapping):
        if not raw:
            log.add(path, f'"{path[-1]}" is empty', "empty", f"write {example}")
        return bool(raw)
    log.add(path, f'"{path[-1]}" takes a mapping', "type", f"write {example}")
    return False


def _is_text(raw: Any, path: Path, log: ProblemLog) -> bool:
    if not isinstance(raw, str) or not raw.strip():
        log.add(path, f'"{path[-1]}" takes a text', "type", "write it in quotes" if raw is not None else None)
        return False
    log.problems.extend(placeholder_problems(raw, path))
    return True


def _names(raw: Any, path: Path, log: ProblemLog) -> tuple[str, ...]:
    if isinstance(raw, str) and raw.strip():
        return (raw,)
    if not isinstance(raw, list):
        log.add(path, f'"{path[-1]}" takes a list of texts', "type", "write [first, second]")
        return ()
    if not raw:
        log.add(path, "the list is empty", "empty", "write at least one entry, or leave the key out")
    for index, name in enumerate(raw):
        if not isinstance(name, str) or not name.strip():
            log.add((*path, index), "expected a text", "type", "put numbers and flags in quotes")
        elif raw.index(name) != index:
            log.add((*path, index), f'"{name}" is written twice', "duplicate", "keep one of them")
    return tuple(name for name in raw if isinstance(name, str))


def _mapping_schema(needed: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(needed),
        "additionalProperties": False,
        "minProperties": 1,
    }


_MAYBE = {"type": ["string", "null"], "pattern": r"\S"}
_SET_SCHEMA = {
    "type": "object",
    "minProperties": 1,
    "properties": {
        **{
            name: {"description": about, **(_TEXT if name in NEVER_EMPTY else _MAYBE)}
            for name, about in SET_FIELDS.items()
        },
        "priority": {"enum": [*PriorityLevel, None]},
        "due_at": {"anyOf": [{"x-ref": "span"}, {"type": "null"}]},
    },
    "patternProperties": {r"^custom\..": {"type": ["string", "number", "boolean", "null"]}},
    "additionalProperties": False,
}

ACTIONS: dict[str, ActionWord] = {
    "set": ActionWord(
        _set, "set fields; null clears one", "set: {status: open, group: Billing}", _SET_SCHEMA, macro=True
    ),
    "tags": ActionWord(
        _tags,
        "add and remove tags",
        "tags: {add: [vip]}",
        _mapping_schema((), add=_NAMES, remove=_NAMES),
        macro=True,
    ),
    "reply": ActionWord(
        _reply, "a public comment", 'reply: "Hello {{ requester.first_name }}"', _TEXT, macro=True
    ),
    "note": ActionWord(_note, "a private comment", 'note: "Tried a restart"', _TEXT, macro=True),
    "notify": ActionWord(
        _notify,
        "a message outside the ticket",
        "notify: {to: assignee, subject: ..., text: ...}",
        _mapping_schema(("to", "subject", "text"), to=_TEXT, subject=_TEXT, text=_TEXT),
    ),
    "survey": ActionWord(
        _survey,
        "ask the requester for a rating",
        "survey: {subject: ..., text: ...}",
        _mapping_schema(("subject", "text"), subject=_TEXT, text=_TEXT),
    ),
    "follow": ActionWord(_follow, "add agents as followers", "follow: [actor]", _NAMES, macro=True),
    "cc": ActionWord(_cc, "add addresses as copies", "cc: [team@example.com]", _NAMES),
    "link": ActionWord(
        _link,
        "attach the ticket to a problem ticket",
        'link: {problem: "4711"}',
        _mapping_schema(("problem",), problem={"type": ["string", "integer"]}),
    ),
    "call": ActionWord(
        _call,
        "a request to an endpoint of the project",
        "call: {endpoint: pager, body: {id: ...}}",
        _mapping_schema(("endpoint",), endpoint=_TEXT, body={"type": "object"}),
    ),
    "quiet": ActionWord(
        _quiet, "the vendor's own new-ticket mail stays unsent", "quiet: true", {"const": True}
    ),
}
