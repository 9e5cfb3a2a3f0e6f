"""Recipes as a vendor's rules with names for ids: what a case needs to play them in the vendor's engine.

No account is needed: a name is its own id, but for the few that cannot be.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..model.references import Ref, refs_in, resolve
from ..model.rules import NativeRule
from ..project import Project
from .compile import Compiled, compile_recipes, vendor_rules
from .zendesk_tickets import AccountNames

VALUES = ("requester_value", "organization_value")


@dataclass(frozen=True)
class CompiledForCases:
    """The rules and the names that they were resolved by; `compiled` says which recipes have gaps there."""

    rules: tuple[NativeRule, ...]
    names: AccountNames
    compiled: Compiled

    def of(self, recipe_id: str) -> tuple[NativeRule, ...]:
        """What became of one recipe: itself, the parts of a split, what ends its spell. None: it has a gap."""
        return tuple(rule for rule in self.rules if recipe_of(rule.key) == recipe_id)


def compile_for_case(
    recipes: Sequence[Any], project: Project, *, vendor: str, groups: Container[str] = ()
) -> CompiledForCases:
    """One recipe, or the whole rule set, at a vendor.

    `groups` are names that messages go to which are groups; any other is a person's.
    """
    compiled = compile_recipes(recipes, project, vendor=vendor)
    names = names_for(compiled.rules, groups)
    mapping = vendor_rules(vendor)
    rules = tuple(mapping.normalise(resolve(rule, names.find)) for rule in compiled.rules)
    return CompiledForCases(rules, names, compiled)


def recipe_of(key: str | None) -> str:
    """The recipe of a native rule: keys are "id", "id#2" for a part, "id#guard" for what ends a spell."""
    return (key or "").partition("#")[0]


def names_for(rules: Sequence[NativeRule], groups: Container[str] = ()) -> AccountNames:
    """A directory in which names are their own ids.

    Not so the kind of an addressee (a group if it is among `groups`) and the value of somebody's field.
    """
    found: dict[str, dict[str, str]] = {}
    for ref, own in _not_as_written(rules, groups):
        found.setdefault(ref.kind, {})[ref.name] = own
    return AccountNames(found)


def _not_as_written(rules: Sequence[NativeRule], groups: Container[str]) -> Iterator[tuple[Ref, str]]:
    for ref in (ref for rule in rules for ref in refs_in(rule.body)):
        if ref.kind == "addressee_kind":
            yield ref, "group" if ref.name in groups else "user"
        elif ref.kind in VALUES:
            yield ref, ref.name.partition("=")[2]
