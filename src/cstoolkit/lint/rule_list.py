"""What is linted: the rules of a project in the order in which they run, each with the text it was written in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..engines.neutral import Account, NeutralEngine
from ..engines.neutral_order import in_order
from ..errors import Location, RecipeError
from ..model.actions import Action
from ..model.conditions import Condition, Test
from ..model.rules import Rule
from ..model.words import VENDORS

Path = Sequence[str | int]


@dataclass(frozen=True)
class Entry:
    """One rule. `recipe` is where it was written; rules that were pulled have none. `vendors` may run it."""

    rule: Rule
    recipe: Any = None
    vendors: frozenset[str] = frozenset(VENDORS)

    def place(self, path: Path = ()) -> tuple[Location | None, str | None]:
        """Where something of the rule stands, and that line."""
        if self.recipe is None:
            return self.rule.at, None
        problem = self.recipe.problem(path, "", "")
        return problem.at, problem.source

    def place_of(self, part: Condition | None) -> tuple[Location | None, str | None]:
        """Where the first test of a part of `when` stands."""
        test = next((one for one in tests_of(part) if one.at is not None), None)
        if test is None or test.at is None:
            return self.place(("when",))
        return test.at, self._line(test.at)

    def _line(self, at: Location) -> str | None:
        document = getattr(self.recipe, "_document", None)
        return None if document is None else document.source.line(at.line)


@dataclass(frozen=True)
class RuleList:
    """The active rules in order (macros first), and what they find beside the ticket."""

    entries: tuple[Entry, ...]
    account: Account = field(default_factory=Account)
    others: tuple[Any, ...] = ()

    def of(self, *kinds: str) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.rule.kind in kinds)

    def engine(self, *only: Entry) -> NeutralEngine:
        """An engine of all rules, or of these."""
        return self._engine_of(only) if only else self._whole

    @cached_property
    def _whole(self) -> NeutralEngine:
        return self._engine_of(self.entries)

    def _engine_of(self, entries: Iterable[Entry]) -> NeutralEngine:
        return NeutralEngine([entry.rule for entry in entries], account=self.account)


def rule_list(
    entries: Iterable[Entry], account: Account | None = None, others: Iterable[Any] = ()
) -> RuleList:
    """The rules as they run. Where their order goes round in a circle (`compile` says so) it is as given."""
    account = account or Account()
    active = [entry for entry in entries if entry.rule.active]
    by_id: Mapping[str, Entry] = {entry.rule.id: entry for entry in active}
    macros = [entry for entry in active if entry.rule.kind == "macro"]
    others_of = [entry.rule for entry in active if entry.rule.kind != "macro"]
    try:
        ordered: Sequence[Rule] = in_order(others_of, account.stages)
    except RecipeError:
        ordered = others_of
    return RuleList((*macros, *(by_id[rule.id] for rule in ordered)), account, tuple(others))


def tests_of(condition: Condition | None) -> Iterator[Test]:
    """Every test of a condition, in its order."""
    if isinstance(condition, Test):
        yield condition
    elif condition is not None:
        for part in condition.of:
            yield from tests_of(part)


def actions_of(entry: Entry, *kinds: type[Any]) -> Iterator[tuple[int, Any]]:
    """The actions of these kinds, with their place in `then`."""
    for index, action in enumerate(entry.rule.then):
        if isinstance(action, kinds):
            yield index, action


def action_path(index: int, action: Action) -> Path:
    """The path of an action in its recipe."""
    return ("then", index, type(action).__name__.lower())
