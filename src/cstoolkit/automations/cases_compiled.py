"""Cases of recipes on what they are compiled to, in a vendor's engine: alone, and with all the others."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

from ..engines.neutral import Account
from ..model.references import Ref, refs_in, resolve
from ..model.rules import NativeRule
from ..project import Project
from .account_names import AccountNames
from .cases_syntax import Case
from .compile import Compiled, compile_recipes, settings_of, vendor_rules
from .ticket_engine import TicketEngine


class VendorEngine(TicketEngine, Protocol):
    """A vendor's engine on tickets of the model, with the rules that it was given."""

    native: tuple[NativeRule, ...]


Switched = Mapping[str, str | bool]
Build = Callable[[Sequence[NativeRule], AccountNames, Account, Switched, frozenset[str]], VendorEngine]


@dataclass(frozen=True, slots=True)
class Player:
    """How compiled rules of a vendor are played. `macros`: its engine can apply them."""

    name: str
    build: Build
    guard: Callable[[Project, str], str | None]
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
        names = names_for(rules)
        placed = [_named(mapping.normalise(resolve(rule, names.find))) for rule in rules]
        ids = {(rule.key or "").partition("#")[0] for rule in rules}
        own = (player.guard(self.project, one) for one in ids)
        guards = frozenset(guard for guard in own if guard is not None)
        switches = settings_of(self.project, self.vendor).switches
        return player.build(placed, names, self.account, switches, guards)

    @property
    def _player(self) -> Player:
        return PLAYERS[self.vendor]()


def names_for(rules: Iterable[NativeRule]) -> AccountNames:
    """A directory in which names are their own ids. An addressee is a group where some rule names such a group."""
    refs = [ref for rule in rules for ref in refs_in(rule.body)]
    return AccountNames({"group": dict(_groups(refs))})


def _groups(refs: Iterable[Ref]) -> Iterator[tuple[str, str]]:
    yield from ((ref.name, ref.name) for ref in refs if ref.kind == "group")


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
    from .zendesk_tickets import ZendeskOnTickets

    def build(
        rules: Sequence[NativeRule],
        names: AccountNames,
        account: Account,
        switches: Switched,
        guards: frozenset[str],
    ) -> VendorEngine:
        return ZendeskOnTickets(rules, names, account, switches, guards=guards)

    return Player("Zendesk", build, lambda _, recipe: guard_tag(recipe), macros=True)


PLAYERS: Mapping[str, Callable[[], Player]] = {"zendesk": _zendesk}
"""Vendors whose compiled rules are played: those with a mapping and an engine."""
