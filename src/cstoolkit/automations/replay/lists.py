"""Rule lists as a replay is given them: values that can be handed to another process, and opened there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ...engines.neutral import Account, NeutralEngine
from ...engines.trace import Record
from ...model.rules import NativeRule, Rule
from ...model.ticket import Quality
from ...store.database import Store
from .quality import Knowledge
from .running import PlayedList


@dataclass(frozen=True, slots=True)
class Listed:
    """One rule of a list as figures name it. `event` is empty for what runs on time."""

    id: str
    title: str
    kind: str
    event: tuple[str, ...] = ()
    rule: Rule | None = None


class Rules(Protocol):
    """A list of rules that history can be played through."""

    @property
    def engine(self) -> str:
        """Who runs it, in a word."""
        ...

    @property
    def has_automations(self) -> bool: ...

    def listed(self) -> tuple[Listed, ...]:
        """The rules that run, in their order."""
        ...

    def opened(self, store: Store) -> PlayedList: ...

    def quality(self, listed: Listed, knowledge: Knowledge) -> tuple[Quality, tuple[str, ...]]:
        """How far the store's history supports the figures of a rule, and why not."""
        ...


@dataclass(frozen=True)
class NeutralRules:
    """Rules of recipes, and what they find beside the ticket. Macros are left out: nobody knows when one was used."""

    rules: tuple[Rule, ...] = ()
    account: Account = field(default_factory=Account)
    engine: str = "neutral"

    @property
    def has_automations(self) -> bool:
        return any(each.kind == "automation" for each in self._running())

    def listed(self) -> tuple[Listed, ...]:
        return tuple(Listed(each.id, each.title, each.kind, each.event, each) for each in self._running())

    def opened(self, store: Store) -> PlayedList:
        return PlayedList(NeutralEngine(self._running(), account=self.account))

    def quality(self, listed: Listed, knowledge: Knowledge) -> tuple[Quality, tuple[str, ...]]:
        assert listed.rule is not None
        return knowledge.of(listed.rule)

    def _running(self) -> tuple[Rule, ...]:
        return tuple(each for each in self.rules if each.active and each.kind != "macro")


@dataclass(frozen=True)
class ZendeskRules:
    """Triggers and automations as the account's API holds them, or compiled from recipes, run by Zendesk's engine.

    `lookups` are the account's records by the API's lists; names that they do not have are taken from the store.
    """

    rules: tuple[NativeRule, ...]
    account: Account = field(default_factory=Account)
    switches: Mapping[str, str | bool] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lookups: Mapping[str, Mapping[str, Record]] = field(default_factory=dict)
    engine: str = "Zendesk"

    @property
    def has_automations(self) -> bool:
        return any(each.kind == "automation" for each in self._running())

    def listed(self) -> tuple[Listed, ...]:
        from ...engines.zendesk.rules import name_of

        every = ("created", "updated")
        return tuple(
            Listed(name_of(each), each.title, each.kind, every if each.kind == "trigger" else ())
            for each in self._running()
        )

    def opened(self, store: Store) -> PlayedList:
        from ...connectors.zendesk.rules.tags import guard_tag
        from ...model.references import resolve
        from ..account_names import AccountNames
        from ..zendesk_tickets import ZendeskOnTickets

        names = AccountNames(_joined(_stored_names(store), self.names))
        rules = [resolve(each, names.find) for each in self._running()]
        engine = ZendeskOnTickets(rules, names, self.account, self.switches, lookups=self.lookups)
        return PlayedList(
            engine, frozenset(guard_tag(each.key.partition("#")[0]) for each in rules if each.key)
        )

    def quality(self, listed: Listed, knowledge: Knowledge) -> tuple[Quality, tuple[str, ...]]:
        return "approximate", ("people, companies and fields without a history are as they are today",)

    def _running(self) -> tuple[NativeRule, ...]:
        found = [each for each in self.rules if each.active and each.kind in {"trigger", "automation"}]
        return tuple(sorted(found, key=lambda each: (each.kind != "trigger", each.order, each.id or "")))


@dataclass(frozen=True)
class FreshdeskRules:
    """Rules of types 1, 3 and 4 as the account's API holds them, or compiled from recipes, run by Freshdesk's engine.

    `lookups` are the account's records by the API's lists, `guards` the checkboxes of compiled recipes.
    """

    rules: tuple[NativeRule, ...]
    account: Account = field(default_factory=Account)
    switches: Mapping[str, str | bool] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lookups: Mapping[str, Mapping[str, Record]] = field(default_factory=dict)
    guards: Mapping[str, str] = field(default_factory=dict)
    engine: str = "Freshdesk"

    @property
    def has_automations(self) -> bool:
        return any(each.kind == "rule_3" for each in self._running())

    def listed(self) -> tuple[Listed, ...]:
        from ...engines.freshdesk.rules import name_of

        return tuple(
            Listed(name_of(each), each.title, *FRESHDESK_KINDS[each.kind]) for each in self._running()
        )

    def opened(self, store: Store) -> PlayedList:
        from ...model.references import resolve
        from ..freshdesk_names import FreshdeskNames
        from ..freshdesk_tickets import FreshdeskOnTickets

        stored = {SPACES.get(kind, kind): names for kind, names in _stored_names(store).items()}
        names = FreshdeskNames(_joined(stored, self.names))
        rules = [resolve(each, names.find) for each in self._running()]
        return PlayedList(
            FreshdeskOnTickets(
                rules, names, self.account, self.switches, lookups=self.lookups, guards=self.guards
            )
        )

    def quality(self, listed: Listed, knowledge: Knowledge) -> tuple[Quality, tuple[str, ...]]:
        return "approximate", ("people, companies and fields without a history are as they are today",)

    def _running(self) -> tuple[NativeRule, ...]:
        kinds = tuple(FRESHDESK_KINDS)
        found = [each for each in self.rules if each.active and each.kind in kinds]
        return tuple(sorted(found, key=lambda each: (kinds.index(each.kind), each.order, each.id or "")))


FRESHDESK_KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "rule_1": ("trigger", ("created",)),
    "rule_4": ("trigger", ("updated",)),
    "rule_3": ("automation", ()),
}
SPACES = {"user": "person"}

STORED: Mapping[str, str] = {
    "group": "SELECT name, group_id FROM groups",
    "user": "SELECT name, person_id FROM people WHERE role IN ('agent', 'system')",
    "organization": "SELECT name, organization_id FROM organizations",
    "field": "SELECT name, native FROM fields",
}


def _stored_names(store: Store) -> dict[str, dict[str, str]]:
    """The names of a synced store. A field's native key is `custom_fields_<id>`, or the id."""
    return {
        kind: {name: key.removeprefix("custom_fields_") for name, key in store.query(sql) if name and key}
        for kind, sql in STORED.items()
    }


def _joined(*parts: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, Any]] = {}
    for part in parts:
        for kind, names in part.items():
            found.setdefault(kind, {}).update(names)
    return found
