"""Cases shared out among processes: each loads the recipes itself and plays its share; results come in the order of one."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from multiprocessing import get_context

from ..errors import Problem, RecipeError
from .cases import CasesReport, run_cases
from .loader import find_project, load_recipes


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a process needs to run cases. `paths` are files and folders, `rule_set` those of the whole rule set."""

    paths: tuple[str, ...]
    rule_set: tuple[str, ...] | None = None
    word: str | None = None
    alone: bool = False
    environment: str | None = None
    by: tuple[str, ...] = ("neutral",)
    stopwatch: Callable[[], float] = float


def run_shared(wanted: Wanted, jobs: int, progress: Callable[[], None] = lambda: None) -> CasesReport:
    """As `run_cases`, by several processes. Raises RecipeError with the problems of all of them."""
    # Forked, a process would hold locks of threads that are not there.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(_run_share, repeat(wanted), range(jobs), repeat(jobs)))
    problems = [problem for each in found if not isinstance(each, CasesReport) for problem in each]
    if problems:
        raise RecipeError(problems)
    reports = [each for each in found if isinstance(each, CasesReport)]
    results = sorted(
        (result for report in reports for result in report.results), key=lambda each: each.number
    )
    for _ in range(sum(report.cases for report in reports)):
        progress()
    return replace(reports[0], results=tuple(results))


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
            stopwatch=wanted.stopwatch,
        )
    except RecipeError as error:
        return tuple(error.problems)
