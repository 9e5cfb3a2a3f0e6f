"""All checks over a rule list."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from ..engines.neutral import Account
from ..model.words import VENDORS
from .catalogue import CODES
from .findings import Finding
from .rule_list import Entry, RuleList, rule_list
from .suppressions import suppress, suppressions_in

if TYPE_CHECKING:
    from ..project import Project

RULE_KINDS = ("macro", "trigger", "automation")


def lint_recipes(
    recipes: Sequence[Any], project: "Project | None" = None, *, today: date, codes: Iterable[str] = ()
) -> list[Finding]:
    """Everything there is to say about the rules among the recipes, by place. `codes`: these only."""
    rules = [recipe for recipe in recipes if recipe.kind in RULE_KINDS]
    entries = [Entry(rule, recipe, _vendors(recipe, project)) for recipe in rules for rule in recipe.rules()]
    others = [recipe for recipe in recipes if recipe.kind not in RULE_KINDS]
    account = Account() if project is None else Account(project.calendars, project.stages)
    found = lint_rules(rule_list(entries, account, others), codes=codes)
    said = [one for recipe in rules for one in suppressions_in(recipe, today=today)]
    if codes:
        said = [one for one in said if set(one.codes) & set(codes)]
    return sorted(suppress(found, said), key=lambda finding: finding.sort_key)


def lint_rules(rules: RuleList, *, codes: Iterable[str] = ()) -> list[Finding]:
    """The same for rules that come from elsewhere, such as an account."""
    wanted = set(codes) or set(CODES)
    return [said.finding(code) for code in CODES.values() if code.id in wanted for said in code.check(rules)]


def _vendors(recipe: Any, project: "Project | None") -> frozenset[str]:
    """Where its rules run as the vendor's own; a connection counts as its vendor."""
    targets = recipe.targets or (project.targets if project is not None else None) or VENDORS
    connections = project.connections if project is not None else {}
    named = {connections[name].vendor if name in connections else name.partition(":")[0] for name in targets}
    return frozenset(vendor for vendor in named if recipe.on_gap.of(vendor).choice != "skip")
