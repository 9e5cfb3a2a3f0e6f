"""Cases of recipes on what they are compiled to, in the vendor's engine: alone, and with all the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ..connectors.zendesk.rules.tags import guard_tag
from ..engines.neutral import Account
from ..model.references import resolve
from ..model.rules import NativeRule, Rule
from ..project import Project
from .cases_syntax import Case
from .compile import Compiled, compile_rules, settings_of
from .rule_keys import OnGap
from .zendesk_tickets import AccountNames, ZendeskOnTickets

VENDOR = "zendesk"
JUDGE = "Zendesk's engine, on compiled rules"


@dataclass(frozen=True)
class CompiledSet:
    """The recipes of a whole rule set, compiled for Zendesk; what it cannot hold is not in it."""

    recipes: Sequence[Any]
    project: Project
    account: Account

    def alone(self, recipe: Any) -> ZendeskOnTickets | str:
        """The engine with what one recipe is compiled to, active or not; or why there is none."""
        (rule,) = recipe.rules()
        if rule.kind == "macro":
            return "a macro is played by the neutral engine only"
        compiled = self._compiled([(replace(rule, active=True), recipe.on_gap)])
        if compiled.gaps:
            gap = compiled.gaps[0].gap
            return gap.message
        return self._engine(compiled.rules)

    @cached_property
    def whole(self) -> ZendeskOnTickets:
        """The engine with all of them that Zendesk can hold."""
        listed = [(rule, one.on_gap) for one in self.recipes if hasattr(one, "rules") for rule in one.rules()]
        return self._engine(self._compiled([(rule, choice) for rule, choice in listed if rule.active]).rules)

    def _compiled(self, rules: Sequence[tuple[Rule, OnGap]]) -> Compiled:
        settings = settings_of(self.project, VENDOR)
        return compile_rules(rules, VENDOR, settings, stages=self.project.stages)

    def _engine(self, rules: Iterable[NativeRule]) -> ZendeskOnTickets:
        names = AccountNames()
        placed = [_named(resolve(rule, names.find)) for rule in rules if rule.kind != "macro"]
        guards = frozenset(guard_tag(rule.key.partition("#")[0]) for rule in placed if rule.key)
        return ZendeskOnTickets(placed, names, self.account, guards=guards)


def _named(rule: NativeRule) -> NativeRule:
    """A part of a split recipe goes by the recipe's id; a guard does not: what it does is no effect."""
    base, mark, part = (rule.key or "").partition("#")
    return replace(rule, key=base) if mark and part.isdecimal() else rule


def as_the_vendor_does(case: Case) -> Case:
    """The case with what it says is honestly different at Zendesk."""
    difference = case.differs.get("zendesk")
    if difference is None:
        return case
    return case.model_copy(update={"expect": {**(case.expect or {}), **difference.expect}})
