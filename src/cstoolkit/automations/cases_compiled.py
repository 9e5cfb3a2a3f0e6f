"""Cases of recipes on what they are compiled to, in a vendor's engine: alone, and with all the others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

from ..engines.neutral import Account
from ..model.references import Ref, refs_in, resolve
from ..model.rules import NativeRule
from ..project import Project
from .cases_syntax import Case
from .compile import Compiled, compile_recipes, settings_of, vendor_rules
from .ticket_engine import TicketEngine


class VendorEngine(TicketEngine, Protocol):
    """A vendor's engine on tickets of the model, with the rules that it was given."""

    native: tuple[NativeRule, ...]


Switched = Mapping[str, str | bool]
Build = Callable[[Sequence[NativeRule], Any, Account, Switched, Mapping[str, str]], VendorEngine]


@dataclass(frozen=True, slots=True)
class Player:
    """How compiled rules of a vendor are played. `macros`: its engine can apply them."""

    name: str
    names: Callable[[Sequence[Ref]], Any]
    build: Build
    macros: bool


@dataclass(frozen=True, slots=True)
class Left:
    """Why nothing is played at a vendor. `stops`: the project means the recipe for it, and nobody does it there."""

    reason: str
    stops: bool


@dataclass(frozen=True)
class CompiledSet:
    """The recipes of a whole rule set, compiled for a vendor; what it cannot hold is not in it."""

    recipes: Sequence[Any]
    project: Project
    account: Account
    vendor: str = "zendesk"
    _alone: dict[str, Compiled] = field(default_factory=dict)
    _engines: dict[str, VendorEngine] = field(default_factory=dict)

    @property
    def judge(self) -> str:
        return f"{self._player.name}'s engine, on compiled rules"

    def concerns(self, recipe: Any) -> bool:
        """Whether the recipe is for this vendor at all."""
        compiled = self._compiled(recipe)
        return bool(compiled.rules or compiled.gaps)

    def why_left(self, recipe: Any) -> Left | None:
        """Why its cases are the neutral engine's alone; None: they are played here too."""
        compiled = self._compiled(recipe)
        if compiled.uncovered:
            return Left(compiled.uncovered[0].gap.message, stops=self._is_named(recipe))
        if compiled.gaps:
            first = compiled.gaps[0]
            does = "our runner does it" if first.cover == "client" else f"left out there: {first.reason}"
            return Left(f"{first.gap.message} ({does})", stops=False)
        if recipe.kind == "macro" and not self._player.macros:
            return Left(
                f"no agent's work is played at {self._player.name}: a macro is a text there", stops=False
            )
        return None

    def alone(self, recipe: Any) -> VendorEngine:
        """The engine with what one recipe is compiled to, active or not."""
        if recipe.id not in self._engines:
            rules = [replace(rule, active=True) for rule in self._compiled(recipe).rules]
            self._engines[recipe.id] = self._engine(rules)
        return self._engines[recipe.id]

    @cached_property
    def whole(self) -> VendorEngine:
        """The engine with all of them that the vendor can hold."""
        compiled = compile_recipes(self.recipes, self.project, vendor=self.vendor)
        return self._engine([rule for rule in compiled.rules if rule.active])

    def is_in_whole(self, recipe: Any) -> bool:
        return any(rule.key == recipe.id for rule in self.whole.native)

    def _is_named(self, recipe: Any) -> bool:
        """Whether the project or the recipe says so, and not just nobody says otherwise."""
        connected = any(one.vendor == self.vendor for one in self.project.connections.values())
        return connected or bool(recipe.targets or self.project.targets)

    def _compiled(self, recipe: Any) -> Compiled:
        if recipe.id not in self._alone:
            self._alone[recipe.id] = compile_recipes([recipe], self.project, vendor=self.vendor)
        return self._alone[recipe.id]

    def _engine(self, rules: Sequence[NativeRule]) -> VendorEngine:
        mapping, player = vendor_rules(self.vendor), self._player
        names = player.names([ref for rule in rules for ref in refs_in(rule.body)])
        placed = [_named(mapping.normalise(resolve(rule, names.find))) for rule in rules]
        recipes = {(rule.key or "").partition("#")[0] for rule in rules}
        settings = settings_of(self.project, self.vendor)
        guards = {recipe: self.project.guards.get(recipe, "") for recipe in sorted(recipes)}
        return player.build(placed, names, self.account, settings.switches, guards)

    @property
    def _player(self) -> Player:
        return PLAYERS[self.vendor]()


def _named(rule: NativeRule) -> NativeRule:
    """A part of a split recipe goes by the recipe's id; a guard does not: what it does is no effect."""
    base, mark, part = (rule.key or "").partition("#")
    return replace(rule, key=base) if mark and part.isdecimal() else rule


def as_the_vendor_does(case: Case, vendor: str) -> Case:
    """The case with what it says is honestly different at the vendor, in the end; no step asks for that any more."""
    difference = next((one for name, one in case.differs.items() if name == vendor), None)
    if difference is None:
        return case
    other = difference.expect
    steps = case.steps and tuple(
        step.model_copy(
            update={
                "expect": {name: value for name, value in (step.expect or {}).items() if name not in other}
                or None
            }
        )
        for step in case.steps
    )
    return case.model_copy(update={"steps": steps, "expect": {**(case.expect or {}), **other}})


def _zendesk() -> Player:
    from ..connectors.zendesk.rules.tags import guard_tag
    from .account_names import AccountNames
    from .zendesk_tickets import ZendeskOnTickets

    def names(refs: Sequence[Ref]) -> AccountNames:
        """Names are their own ids. An addressee is a group where some rule names such a group."""
        return AccountNames({"group": {ref.name: ref.name for ref in refs if ref.kind == "group"}})

    def build(
        rules: Sequence[NativeRule],
        names: AccountNames,
        account: Account,
        switches: Switched,
        guards: Mapping[str, str],
    ) -> VendorEngine:
        return ZendeskOnTickets(rules, names, account, switches, guards=frozenset(map(guard_tag, guards)))

    return Player("Zendesk", names, build, macros=True)


def _freshdesk() -> Player:
    from .freshdesk_names import FreshdeskNames
    from .freshdesk_tickets import FreshdeskOnTickets

    def names(refs: Sequence[Ref]) -> FreshdeskNames:
        found = FreshdeskNames()
        found.learn("group", (ref.name for ref in refs if ref.kind == "group"))
        return found

    def build(
        rules: Sequence[NativeRule],
        names: FreshdeskNames,
        account: Account,
        switches: Switched,
        guards: Mapping[str, str],
    ) -> VendorEngine:
        boxes = {recipe: field for recipe, field in guards.items() if field}
        return FreshdeskOnTickets(rules, names, account, switches, guards=boxes)

    return Player("Freshdesk", names, build, macros=False)


PLAYERS: Mapping[str, Callable[[], Player]] = {"zendesk": _zendesk, "freshdesk": _freshdesk}
"""Vendors whose compiled rules are played: those with a mapping and an engine."""
