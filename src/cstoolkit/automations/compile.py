"""Recipes as a vendor's own rules: which recipes, in which order, and what to do about what a vendor cannot hold.

The mapping of one rule is the vendor's (`connectors/<vendor>/rules`). Names stay names: `resolve_rules` puts the
ids of an account in. Equal recipes give equal bytes, on every machine.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from ..connectors.base import Directory
from ..engines.neutral_order import in_order
from ..errors import ProjectError
from ..model.compile_settings import CompileSettings
from ..model.data_problems import did_you_mean
from ..model.gaps import Gap
from ..model.references import resolve
from ..model.rules import NativeRule, Rule
from ..project import Project
from .gaps import gaps_by_matrix, joined
from .rule_keys import OnGap

LINE = 100
"""Columns of a line of JSON."""

Cover = Literal["error", "client", "skip"]
"""What is done about a gap: nothing (it stops the compile), our runner does the recipe, or the vendor does
without."""


class VendorRules(Protocol):
    """What `connectors/<vendor>/rules` holds."""

    def to_native(self, rule: Rule, settings: CompileSettings | None = None) -> list[NativeRule] | list[Gap]:
        """The vendor's rules that mean the same, or every gap."""
        ...

    def from_native(self, native: NativeRule, directory: Directory) -> Rule:
        """The neutral rule; what the grammar cannot say of it stands in its `native`."""
        ...

    def normalise(self, native: NativeRule) -> NativeRule:
        """The one form in which rules are compared."""
        ...


@dataclass(frozen=True, slots=True)
class RuleGap:
    """One gap of one recipe. `reason` goes with "skip"."""

    recipe: str
    gap: Gap
    cover: Cover
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Compiled:
    """What recipes are at one vendor.

    `rules` are in the order in which they run, kind by kind, macros last; `client` are the rules that our runner
    does, `skipped` the ids of recipes that the vendor does without. `sources` has the neutral rule of every
    native one, by its key.
    """

    vendor: str
    rules: tuple[NativeRule, ...] = ()
    gaps: tuple[RuleGap, ...] = ()
    client: tuple[Rule, ...] = ()
    skipped: tuple[str, ...] = ()
    sources: Mapping[str, Rule] | None = None

    @property
    def uncovered(self) -> tuple[RuleGap, ...]:
        """The gaps that stop a plan."""
        return tuple(one for one in self.gaps if one.cover == "error")


def compile_recipes(
    recipes: Iterable[Any], project: Project | None = None, *, vendor: str, connection: str | None = None
) -> Compiled:
    """The macros, triggers and automations among `recipes` that are for this vendor, as its rules.

    With `connection` they are for that connection of the project, with its switches and statuses. Raises
    ProjectError for a vendor without a mapping, RecipeError for an order that goes round in a circle.
    """
    project = project or Project()
    meant = [one for one in recipes if hasattr(one, "rules") and _is_for(one, project, vendor, connection)]
    rules = [(rule, one.on_gap) for one in meant for rule in one.rules()]
    return compile_rules(rules, vendor, settings_of(project, vendor, connection), stages=project.stages)


def compile_rules(
    rules: Sequence[tuple[Rule, OnGap]],
    vendor: str,
    settings: CompileSettings | None = None,
    *,
    stages: Sequence[str] = (),
) -> Compiled:
    """The same for neutral rules, each with what to do about its gaps."""
    mapping = vendor_rules(vendor)
    choices = {rule.id: choice for rule, choice in rules}
    ordered = [
        rule
        for kind in ("trigger", "automation", "macro")
        for rule in in_order([rule for rule, _ in rules if rule.kind == kind], stages)
    ]
    natives: list[tuple[NativeRule, Rule]] = []
    gaps: list[RuleGap] = []
    client: list[Rule] = []
    skipped: list[str] = []
    for rule in ordered:
        made, missing = _one(rule, vendor, mapping, settings or CompileSettings())
        covered = covers(rule, missing, choices[rule.id])
        gaps += covered
        natives += [(native, rule) for native in made]
        if covered and all(one.cover == "client" for one in covered):
            client.append(rule)
        elif covered and all(one.cover == "skip" for one in covered):
            skipped.append(rule.id)
    sources = {native.key: rule for native, rule in natives if native.key is not None}
    placed = tuple(_placed([native for native, _ in natives]))
    return Compiled(vendor, placed, tuple(gaps), tuple(client), tuple(skipped), sources)


def _one(
    rule: Rule, vendor: str, mapping: VendorRules, settings: CompileSettings
) -> tuple[list[NativeRule], list[Gap]]:
    """What a rule is there, or what it cannot be: by the matrix, and where that is silent by the mapping."""
    found = mapping.to_native(rule, settings)
    gaps = joined(gaps_by_matrix(rule, vendor), (one for one in found if isinstance(one, Gap)))
    return [one for one in found if isinstance(one, NativeRule) and not gaps], gaps


def covers(rule: Rule, gaps: Iterable[Gap], on_gap: OnGap) -> list[RuleGap]:
    """What is done about each gap. Our runner cures what it can do, and that only for a whole recipe."""
    listed = list(gaps)
    made = []
    for gap in listed:
        choice = on_gap.of(gap.vendor)
        cover: Cover = choice.choice
        if cover == "client" and any(one.cell == "impossible" for one in listed):
            cover = "error"
        made.append(RuleGap(rule.id, gap, cover, choice.reason))
    return made


def _placed(natives: list[NativeRule]) -> Iterator[NativeRule]:
    """Each with its place among those of its kind; what ends a spell comes after all other triggers."""
    kinds = dict.fromkeys(native.kind for native in natives)
    for kind in kinds:
        own = [native for native in natives if native.kind == kind]
        own.sort(key=lambda native: "#guard" in (native.key or ""))
        for place, native in enumerate(own, 1):
            yield replace(native, order=(0, place) if kind == "trigger" else (place,))


def resolve_rules(rules: Iterable[NativeRule], directory: Directory) -> list[NativeRule]:
    """The rules with the ids of an account, normalised. Raises what `directory.find` raises."""
    return [vendor_rules(rule.vendor).normalise(resolve(rule, directory.find)) for rule in rules]


def vendor_rules(vendor: str) -> VendorRules:
    """The mapping of a vendor, loaded when it is asked for. Raises ProjectError where there is none."""
    loader = MAPPINGS.get(vendor)
    if loader is None:
        hint = did_you_mean(vendor, MAPPINGS, label="vendors are")
        raise ProjectError(f'no rules are compiled for "{vendor}"', hint=hint)
    return loader()


def _zendesk() -> VendorRules:
    from ..connectors.zendesk import rules

    return rules


def _freshdesk() -> VendorRules:
    from ..connectors.freshdesk import rules

    return rules


def _local() -> VendorRules:
    from ..connectors.local import compiled

    return compiled


MAPPINGS: Mapping[str, Callable[[], VendorRules]] = {
    "zendesk": _zendesk,
    "freshdesk": _freshdesk,
    "local": _local,
}
"""One line a vendor; the embedded helpdesk keeps rules as they are."""


def settings_of(project: Project, vendor: str, connection: str | None = None) -> CompileSettings:
    """What the project says about a connection, or about all of a vendor where none is named.

    Of several connections of a vendor all statuses count, and the switches of the first.
    """
    if connection is not None:
        chosen = [project.connections[connection]] if connection in project.connections else []
    else:
        chosen = [one for one in project.connections.values() if one.vendor == vendor]
    return CompileSettings(
        switches=dict(chosen[0].switches) if chosen else {},
        statuses={name: category for one in chosen for name, category in one.statuses.items()},
        integrations=tuple(project.integrations),
        guards=dict(project.guards),
        endpoints={
            name: one.url
            for name, one in project.endpoints.items()
            if one.method == "POST" and not one.headers and "${" not in one.url
        },
    )


def _is_for(recipe: Any, project: Project, vendor: str, connection: str | None) -> bool:
    """Whether a recipe is meant for a vendor, or for the connection of it. Targets name either."""
    targets = recipe.targets or project.targets
    if targets is None:
        return True
    names = {vendor} if connection is None else {vendor, connection}
    if connection is None:
        names |= {name for name, one in project.connections.items() if one.vendor == vendor}
    return not names.isdisjoint(targets)


def as_json(rules: Iterable[NativeRule]) -> str:
    """The rules as text: the same bytes for the same rules."""
    return _laid_out([plain_rule(rule) for rule in rules]) + "\n"


def _laid_out(value: Any, indent: str = "") -> str:
    """JSON with sorted keys; what fits stands on one line, so that a condition is a line of a diff."""
    whole = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if not value or not isinstance(value, dict | list) or (indent and len(indent) + len(whole) <= LINE):
        return whole
    inner = f"{indent} "
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {_laid_out(value[key], inner)}" for key in sorted(value)]
    else:
        parts = [_laid_out(one, inner) for one in value]
    opens, closes = "{}" if isinstance(value, dict) else "[]"
    return f"{opens}\n{inner}" + f",\n{inner}".join(parts) + f"\n{indent}{closes}"


def plain_rule(rule: NativeRule) -> dict[str, Any]:
    """A rule as plain data, with its names as marks or its ids as they are."""
    return {
        "vendor": rule.vendor,
        "kind": rule.kind,
        "key": rule.key,
        "id": rule.id,
        "title": rule.title,
        "active": rule.active,
        "order": list(rule.order),
        "body": rule.body,
    }
