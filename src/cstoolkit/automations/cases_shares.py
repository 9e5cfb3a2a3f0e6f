"""Cases shared out among processes: each loads the recipes itself and plays its share; results come in the order of one."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from multiprocessing import get_context
from typing import Literal

from ..errors import Problem, RecipeError
from .cases import CaseResult, CasesReport, run_cases
from .loader import find_project, load_recipes


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a process needs to run cases. `paths` are files and folders, `rule_set` those of the whole rule set."""

    paths: tuple[str, ...]
    rule_set: tuple[str, ...] | None = None
    word: str | None = None
    alone: bool = False
    environment: str | None = None
    by: Literal["neutral", "zendesk"] = "neutral"


def run_shared(wanted: Wanted, jobs: int, progress: Callable[[], None] = lambda: None) -> CasesReport:
    """As `run_cases`, by several processes. Raises RecipeError with the problems of all of them."""
    # Forked, a process would hold locks of threads that are not there.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(_run_share, repeat(wanted), range(jobs), repeat(jobs)))
    problems = [problem for each in found if not isinstance(each, CasesReport) for problem in each]
    if problems:
        raise RecipeError(problems)
    reports = [each for each in found if isinstance(each, CasesReport)]
    results = tuple(_dealt_back([report.results for report in reports]))
    for _ in results:
        progress()
    return replace(reports[0], results=results)


def _dealt_back(shares: Sequence[Sequence[CaseResult]]) -> list[CaseResult]:
    """The n-th result of all is the next one of share n modulo their number."""
    return [shares[number % len(shares)][number // len(shares)] for number in range(sum(map(len, shares)))]


def _run_share(wanted: Wanted, share: int, of: int) -> CasesReport | tuple[Problem, ...]:
    try:
        project = find_project(wanted.paths)
        recipes = load_recipes(wanted.paths, project=project, environment=wanted.environment)
        whole = wanted.rule_set
        rule_set = whole and load_recipes(whole, project=project, environment=wanted.environment)
        return run_cases(
            recipes,
            project,
            word=wanted.word,
            rule_set=rule_set or None,
            alone=wanted.alone,
            share=(share, of),
            by=wanted.by,
        )
    except RecipeError as error:
        return tuple(error.problems)
