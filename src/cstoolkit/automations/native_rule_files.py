"""A JSON file of rules as the vendor's API gives them -> native rules, and the names that their ids have.

The file is what the API answers, or several answers in one object: `triggers`, `automations`, `macros`,
`trigger_categories`; and beside them, if names are to be said in words, `groups`, `users`, `ticket_fields`, `brands`,
`ticket_forms`, `schedules`, `organizations`. One vendor is known so far: Zendesk.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..engines.trace import Record
from ..engines.zendesk.records import native_rules
from ..errors import Location, Problem, RecipeError
from ..model.rules import NativeRule
from .account_names import AccountNames

KINDS = {"triggers": "trigger", "automations": "automation", "macros": "macro", "sla_policies": "sla_policy"}
NAMED = {
    "groups": ("group", "name"), "users": ("user", "name"), "ticket_fields": ("field", "title"), "brands": ("brand", "name"),
    "ticket_forms": ("form", "name"), "schedules": ("calendar", "name"), "organizations": ("organization", "name"),
}  # fmt: skip
SINGLE = {"trigger": "triggers", "automation": "automations", "macro": "macros"}
FORM = 'expected what the API answers, such as {"triggers": [...], "automations": [...]}'


@dataclass(frozen=True)
class NativeFile:
    """The rules of a file in their order, and the account's names as far as the file has them.

    A rule whose title no other one has goes by it. `lookups` are the account's records by the API's lists.
    """

    rules: tuple[NativeRule, ...]
    names: AccountNames
    lookups: Mapping[str, Mapping[str, Record]]


def read_native_file(path: Path) -> NativeFile:
    """Raises RecipeError with the place of what is wrong."""
    document = _parsed(path)
    lists = {
        **document,
        **{many: [document[one]] for one, many in SINGLE.items() if isinstance(document.get(one), dict)},
    }
    positions = {
        str(each["id"]): int(each.get("position") or 0)
        for each in _records(path, lists, "trigger_categories")
    }
    rules = tuple(
        rule
        for name, kind in KINDS.items()
        for rule in native_rules(kind, _records(path, lists, name), positions)
    )
    if not rules:
        raise _problem(path, "there is no rule in it", FORM)
    titles = Counter(rule.title for rule in rules)
    named = tuple(replace(rule, key=rule.title) if titles[rule.title] == 1 else rule for rule in rules)
    records = {name: {str(each.get("id")): each for each in _records(path, lists, name)} for name in NAMED}
    return NativeFile(named, AccountNames(dict(_names(path, lists))), records)


def _parsed(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _problem(path, f"cannot be read: {error.strerror}", "check the path") from None
    except UnicodeDecodeError:
        raise _problem(path, "is not UTF-8 text", "save it as UTF-8") from None
    except json.JSONDecodeError as error:
        place = Location(str(path), error.lineno, error.colno)
        raise RecipeError([Problem(f"not JSON: {error.msg}", "syntax", place)]) from None
    if not isinstance(document, dict):
        raise _problem(path, "a list does not say what kind of rules it holds", FORM)
    return document


def _records(path: Path, lists: Mapping[str, Any], name: str) -> Iterable[dict[str, Any]]:
    found = lists.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise _problem(path, f'"{name}" is not a list of objects', FORM)
    return found


def _names(path: Path, lists: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    for plural, (kind, key) in NAMED.items():
        yield kind, {str(each.get(key)): str(each.get("id")) for each in _records(path, lists, plural)}


def _problem(path: Path, message: str, hint: str) -> RecipeError:
    return RecipeError([Problem(f"{path}: {message}", "file", Location(str(path), 1), hint)])
