"""Freshdesk's actions as those of a recipe: candidates, which the reader holds against what they compile to."""

from collections.abc import Iterator, Mapping
from typing import Any

from ....model import actions as do
from ...base import Directory
from .actions import KINDS, SET_ORDER, SURVEY
from .liquid import from_liquid
from .reading_tests import choice_word, custom_value, status_name
from .statuses import CATEGORY, TO_SET

FIELDS: Mapping[str, str] = {
    "status": "status",
    "priority": "priority",
    "ticket_type": "type",
    **{field: name for name, (field, _) in KINDS.items()},
}
MAIL = frozenset({"field_name", "email_to", "email_subject", "email_body"})
WEBHOOK = frozenset({"field_name", "request_type", "url", "content_type", "content_layout", "content"})


def read_action(
    raw: Mapping[str, Any], directory: Directory, endpoints: Mapping[str, str]
) -> Iterator[do.Action]:
    """What a recipe might say. A name that the directory does not know raises what the directory raises."""
    name = str(raw.get("field_name"))
    if name == "add_tag" and raw.get("value"):
        yield do.Tags(add=tuple(raw["value"]))
    elif name.startswith("send_email_to_") and raw.keys() <= MAIL:
        yield from _mail(name, raw, directory)
    elif name == "trigger_webhook" and raw.keys() <= WEBHOOK and isinstance(raw["content"], Mapping):
        yield from (
            do.Call(called, _filled(raw["content"])) for called, url in endpoints.items() if url == raw["url"]
        )
    elif raw.keys() == {"field_name", "value"}:
        yield from _set(name, raw["value"], directory)


def _set(name: str, value: Any, directory: Directory) -> Iterator[do.Action]:
    if name == "status":
        category = CATEGORY.get(value)
        if category is not None and TO_SET[category] == value:
            yield do.Set({"status": category})
        yield do.Set({"status": status_name(value, directory)})
    elif name in FIELDS:
        field = FIELDS[name]
        yield do.Set({field: None if value is None else choice_word(field, value, directory)})
    else:
        field = f"custom.{directory.name('field', name)}"
        yield do.Set({field: None if value is None else custom_value(value)})


def _mail(name: str, raw: Mapping[str, Any], directory: Directory) -> Iterator[do.Action]:
    subject, body = (str(raw.get(key) or "") for key in ("email_subject", "email_body"))
    if name == "send_email_to_requester":
        if body.endswith(SURVEY):
            yield do.Survey(from_liquid(subject), from_liquid(body.removesuffix(SURVEY)))
        yield do.Notify("requester", from_liquid(subject), from_liquid(body))
        return
    kind = name.removeprefix("send_email_to_")
    yield do.Notify(directory.name(kind, str(raw["email_to"])), from_liquid(subject), from_liquid(body))


def _filled(body: Any) -> Any:
    if isinstance(body, str):
        return from_liquid(body)
    if isinstance(body, Mapping):
        return {key: _filled(value) for key, value in body.items()}
    return [_filled(value) for value in body] if isinstance(body, list) else body


def merged_sets(actions: list[do.Action]) -> list[do.Action]:
    """Neighbours that one `set` would do in the same order as one."""
    made: list[do.Action] = []
    for action in actions:
        last = made[-1] if made else None
        if isinstance(action, do.Set) and isinstance(last, do.Set) and _follows(last, action):
            made[-1] = do.Set({**last.values, **action.values})
        else:
            made.append(action)
    return made


def _follows(last: do.Set, action: do.Set) -> bool:
    here, there = list(last.values)[-1], next(iter(action.values))
    return there not in last.values and _rank(here) < _rank(there)


def _rank(name: str) -> tuple[int, str]:
    return (-1, name) if name.startswith("custom.") else (SET_ORDER.index(name), name)
