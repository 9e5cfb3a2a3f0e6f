"""A JSON file of rules as the vendor's API gives them -> native rules, and the names that their ids have.

The file is what the API answers, or several answers in one object: `triggers`, `automations`, `macros`,
`trigger_categories`; and beside them, if names are to be said in words, `groups`, `users`, `ticket_fields`, `brands`,
`ticket_forms`, `schedules`, `organizations`. Freshdesk lists its rules by type: `rules_1` (creation), `rules_3` (hourly),
`rules_4` (updates); and beside them `groups`, `agents`, `contacts`, `companies`, `products`, `business_hours`, `ticket_fields`.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Protocol

from ..engines.neutral import Account, Beginning
from ..engines.neutral_conditions import Asked
from ..engines.trace import Record
from ..engines.zendesk.records import native_rules
from ..errors import Location, Problem, RecipeError
from ..model.rules import NativeRule
from .account_names import AccountNames
from .ticket_engine import TicketEngine

KINDS = {"triggers": "trigger", "automations": "automation", "macros": "macro", "sla_policies": "sla_policy"}
NAMED = {
    "groups": ("group", "name"), "users": ("user", "name"), "ticket_fields": ("field", "title"), "brands": ("brand", "name"),
    "ticket_forms": ("form", "name"), "schedules": ("calendar", "name"), "organizations": ("organization", "name"),
}  # fmt: skip
SINGLE = {"trigger": "triggers", "automation": "automations", "macro": "macros"}
FRESHDESK_TYPES = {"rules_1": 1, "rules_3": 3, "rules_4": 4}
FRESHDESK_NAMED = {
    "groups": ("group", "name"), "agents": ("person", "contact"), "contacts": ("person", "name"), "companies": ("organization", "name"),
    "products": ("brand", "name"), "business_hours": ("calendar", "name"), "ticket_fields": ("field", "label"),
}  # fmt: skip
FORM = 'expected what the API answers, such as {"triggers": [...], "automations": [...]}, or {"rules_1": [...]} of Freshdesk'


class LiveEngine(TicketEngine, Protocol):
    """A vendor's engine that also tells what each condition of a rule saw."""

    def asked(self, rule: NativeRule, began: Beginning) -> Iterator[Asked]: ...


@dataclass(frozen=True)
class NativeFile:
    """The rules of a file in their order, and the account's names as far as the file has them.

    A rule whose title no other one has goes by it. `lookups` are the account's records by the API's lists.
    """

    rules: tuple[NativeRule, ...]
    names: AccountNames
    lookups: Mapping[str, Mapping[str, Record]]
    vendor: Literal["zendesk", "freshdesk"] = "zendesk"

    @property
    def judge(self) -> str:
        return f"{self.vendor.capitalize()}'s engine"

    def engine(
        self, rules: Sequence[NativeRule], account: Account, switches: Mapping[str, str | bool] | None = None
    ) -> LiveEngine:
        """The vendor's engine with rules of the file."""
        if self.vendor == "freshdesk":
            from .freshdesk_names import FreshdeskNames
            from .freshdesk_tickets import FreshdeskOnTickets

            return FreshdeskOnTickets(
                rules, FreshdeskNames(self.names.ids), account, switches, lookups=self.lookups
            )
        from .zendesk_tickets import ZendeskOnTickets

        return ZendeskOnTickets(rules, self.names, account, switches, lookups=self.lookups)


def read_native_file(path: Path) -> NativeFile:
    """Raises RecipeError with the place of what is wrong."""
    document = _parsed(path)
    lists = {
        **document,
        **{many: [document[one]] for one, many in SINGLE.items() if isinstance(document.get(one), dict)},
    }
    if not FRESHDESK_TYPES.keys().isdisjoint(lists):
        return _freshdesk(path, lists)
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
    records = {name: {str(each.get("id")): each for each in _records(path, lists, name)} for name in NAMED}
    return NativeFile(_titled(rules), AccountNames(dict(_names(path, lists))), records)


def _titled(rules: Sequence[NativeRule]) -> tuple[NativeRule, ...]:
    titles = Counter(rule.title for rule in rules)
    return tuple(replace(rule, key=rule.title) if titles[rule.title] == 1 else rule for rule in rules)


def _freshdesk(path: Path, lists: Mapping[str, Any]) -> NativeFile:
    from ..engines.freshdesk.records import native_rules as freshdesk_rules

    rules = [
        rule
        for name, type_ in FRESHDESK_TYPES.items()
        for rule in freshdesk_rules(type_, _records(path, lists, name))
    ]
    if not rules:
        raise _problem(path, "there is no rule in it", FORM)
    ids: dict[str, dict[str, str]] = {}
    for plural, (kind, key) in FRESHDESK_NAMED.items():
        for each in _records(path, lists, plural):
            name = (each.get("contact") or {}).get("name") if key == "contact" else each.get(key)
            ids.setdefault(kind, {})[str(name)] = str(each.get("name" if kind == "field" else "id"))
    given = [name for name in FRESHDESK_NAMED if lists.get(name)]
    records = {name: {str(each.get("id")): each for each in _records(path, lists, name)} for name in given}
    return NativeFile(_titled(rules), AccountNames(ids), records, "freshdesk")


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
