"""Runs `tests:` of recipes; no network, no clock but the case's own.

A case of a rule is played by the neutral engine, and on what the rule is compiled to in the engine of each vendor that is
asked: alone and inside the whole rule set. It fails where an expectation is not met, where the rule does something that
the case does not mention, and where a part of the rule cannot be judged.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..errors import RecipeError
from ..model.data_problems import DataProblems, Path
from ..project import Project
from .cases_around import account, rules_of, surroundings
from .cases_bench import Bench
from .cases_results import CaseResult, CasesReport, Failed

__all__ = ["CaseResult", "CasesReport", "Failed", "account", "rules_of", "run_cases", "surroundings"]


def run_cases(
    recipes: Sequence[Any],
    project: Project | None = None,
    *,
    word: str | None = None,
    rule_set: Sequence[Any] | None = None,
    alone: bool = False,
    share: tuple[int, int] = (0, 1),
    by: Sequence[str] = ("neutral",),
    stopwatch: Callable[[], float] = lambda: 0.0,
    progress: Callable[[], None] = lambda: None,
) -> CasesReport:
    """Run the cases of `recipes`; with `word`, those whose recipe id or name has it.

    `rule_set` are the recipes of the whole rule set, by default `recipes`; with `alone` no case is played in it.
    `by` are the judges of rules: "neutral" for recipes in their own meaning, a vendor for what they are compiled to
    there. `share` (i, n) runs every n-th case from the i-th on. `progress` is called after each case, `stopwatch`
    gives seconds. Raises RecipeError for fixtures that cannot be, and for an order that goes round in a circle.
    """
    whole = () if alone else recipes if rule_set is None else rule_set
    bench = Bench(project or Project(), whole)
    results: list[CaseResult] = []
    problems = []
    for number, (recipe, case, path) in enumerate(_cases_of(recipes, word)):
        if number % share[1] != share[0]:
            continue
        started = stopwatch()
        try:
            for result in bench.results(recipe, case, path, by):
                ended = stopwatch()
                results.append(replace(result, number=number, seconds=ended - started))
                started = ended
        except DataProblems as found:
            problems += [
                recipe.problem(
                    (*path, *each.path), each.message, each.code, hint=each.hint, on_key=each.on_key
                )
                for each in found.problems
            ]
        except RecipeError as error:
            problems += error.problems
        progress()
    if problems:
        raise RecipeError(problems)
    bare = tuple(
        each.id
        for each in recipes
        if hasattr(each, "tests") and not each.tests and getattr(each, "evaluate", None) is None
    )
    return CasesReport(tuple(results), len(bench.rules), bare)


def _cases_of(recipes: Sequence[Any], word: str | None) -> Iterator[tuple[Any, Any, Path]]:
    """Each case with its recipe and place; the sample of a triage is one (case None)."""
    for recipe in recipes:
        for index, case in enumerate(getattr(recipe, "tests", ())):
            if _is_asked(recipe, case.name, word):
                yield recipe, case, ("tests", index)
        if getattr(recipe, "evaluate", None) is not None and _is_asked(recipe, "evaluate", word):
            yield recipe, None, ("evaluate",)


def _is_asked(recipe: Any, name: str, word: str | None) -> bool:
    return word is None or word.casefold() in f"{recipe.id} {name}".casefold()
