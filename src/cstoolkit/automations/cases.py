"""Runs `tests:` of recipes. Now they are judged by the neutral engine; no network, no clock but the case's own.

A case of a rule is played alone and inside the whole rule set. It fails where an expectation is not met, where
the rule does something that the case does not mention, and where a part of the rule cannot be judged.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path as FolderPath
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ..engines.neutral import Account, NeutralEngine, Ran, Situation
from ..errors import Location, ProjectError, RecipeError
from ..model.data_problems import DataProblems, Path
from ..model.rules import Rule
from ..project import Project
from .cases_compiled import JUDGE as COMPILED
from .cases_compiled import CompiledSet, as_the_vendor_does
from .cases_expect import Miss, is_about, uncovered, unmet
from .cases_fixture import Surroundings
from .cases_play import OFFSETS, Played, Playing, is_timed
from .cases_reasons import say_opaque, with_reason
from .cases_syntax import Case
from .cases_triage import triage
from .stored_tickets import StoredTickets
from .ticket_engine import TicketEngine

if TYPE_CHECKING:
    from .live_cases import LiveRules

NEUTRAL = "the neutral engine"

Mode = Literal["alone", "in the whole rule set"]
ALONE: Mode = "alone"
WHOLE: Mode = "in the whole rule set"


@dataclass(frozen=True, slots=True)
class Failed:
    """One miss of one play. `scanned_at`: the minute past the hour at which scans came, in a timed case."""

    miss: Miss
    at: Location | None
    mode: Mode = ALONE
    scanned_at: timedelta | None = None


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of one case. `reason` says why it was not judged."""

    recipe: str
    kind: str
    name: str
    at: Location | None
    outcome: Literal["passed", "failed", "not_judged"]
    failed: tuple[Failed, ...] = ()
    reason: str | None = None
    judge: str = NEUTRAL


@dataclass(frozen=True, slots=True)
class CasesReport:
    """All results, in the order of the recipes. `rules` is how many rules the whole set has."""

    results: tuple[CaseResult, ...]
    rules: int
    without_cases: tuple[str, ...] = ()

    def count(self, outcome: str) -> int:
        return sum(result.outcome == outcome for result in self.results)

    @property
    def judges(self) -> tuple[str, ...]:
        """Who judged, in the order of the results."""
        return tuple(dict.fromkeys(each.judge for each in self.results if each.outcome != "not_judged"))

    @property
    def ok(self) -> bool:
        """Nothing failed, and something was judged."""
        return not self.count("failed") and bool(self.count("passed"))


def run_cases(
    recipes: Sequence[Any],
    project: Project | None = None,
    *,
    word: str | None = None,
    rule_set: Sequence[Any] | None = None,
    alone: bool = False,
    share: tuple[int, int] = (0, 1),
    by: Literal["neutral", "zendesk"] = "neutral",
    progress: Callable[[], None] = lambda: None,
) -> CasesReport:
    """Run the cases of `recipes`; with `word`, those whose recipe id or name has it.

    `rule_set` are the recipes of the whole rule set, by default `recipes`; with `alone` no case is played in it.
    `by` is the engine: recipes in their own
    meaning, or what they are compiled to. `share` (i, n) runs every n-th case from the i-th on. `progress` is called after each case. Raises RecipeError for fixtures that cannot be, and for an order that goes round in a circle.
    """
    whole = () if alone else recipes if rule_set is None else rule_set
    bench = _Bench(project or Project(), whole, by=by)
    results: list[CaseResult] = []
    problems = []
    numbers = itertools.count()
    for recipe, case, path in _cases_of(recipes, word):
        if next(numbers) % share[1] != share[0]:
            continue
        try:
            results.append(bench.result(recipe, case, path))
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


class _Found(NamedTuple):
    mode: Mode
    miss: Miss
    scanned_at: timedelta | None = None


class _Bench:
    """What cases are run with: the project, the whole rule set, and engines."""

    def __init__(self, project: Project, rule_set: Sequence[Any], *, by: str = "neutral") -> None:
        self.project = project
        self.around = surroundings(project)
        self.account = account(project)
        self.rules = rules_of(rule_set)
        self.whole = NeutralEngine(self.rules, account=self.account)
        self.compiled = CompiledSet(rule_set, project, self.account) if by == "zendesk" else None
        self._live_rules: dict[str, LiveRules] = {}

    def result(self, recipe: Any, case: Any, path: Path) -> CaseResult:
        if case is None:
            return self._evaluation(recipe)
        about = partial(CaseResult, recipe.id, recipe.kind, case.name, recipe.locate(path))
        only = getattr(case, "only", None)
        own = self._live(recipe).vendor if recipe.kind == "cases" else "neutral"
        if only is not None and own not in only:
            return about("not_judged", reason=f"only {' and '.join(only)} can judge it")
        if self.compiled is not None and recipe.kind in {"macro", "trigger", "automation"}:
            return self._compiled_result(recipe, case, path)
        if recipe.kind == "audit":
            from .cases_audit import audit_misses

            misses = [_Found(ALONE, miss) for miss in audit_misses(recipe, case, self.project)]
        elif recipe.kind == "cases":
            misses = list(self._live_misses(recipe, case, path))
        else:
            misses = list(self._misses(recipe, case))
        failed = tuple(
            Failed(found.miss, recipe.locate((*path, *found.miss.path)), found.mode, found.scanned_at)
            for found in misses
        )
        judge = self._live(recipe).judge if recipe.kind == "cases" else NEUTRAL
        return about("failed" if failed else "passed", failed, judge=judge)

    def _compiled_result(self, recipe: Any, case: Case, path: Path) -> CaseResult:
        """On what the recipe is compiled to, alone and among all that the vendor can hold."""
        assert self.compiled is not None
        about = partial(CaseResult, recipe.id, recipe.kind, case.name, recipe.locate(path), judge=COMPILED)
        alone = self.compiled.alone(recipe)
        if isinstance(alone, str):
            return about("not_judged", reason=alone)
        meant = as_the_vendor_does(case)
        for mode, engine in ((ALONE, alone), (WHOLE, self.compiled.whole if self.rules else None)):
            if engine is None:
                continue
            playing = Playing(
                engine,
                self.around,
                at_once=partial(_scan_once, engine) if recipe.kind == "automation" else None,
            )
            for offset in _offsets(case, mode):
                played = playing.play(meant, offset)
                misses = list(misses_of(played, recipe.id, self.around))
                if misses:
                    failed = (
                        Failed(
                            with_reason(miss, played, recipe.id),
                            recipe.locate((*path, *miss.path)),
                            mode,
                            played.scanned_at,
                        )
                        for miss in misses
                    )
                    return about("failed", tuple(failed))
        return about("passed")

    def _evaluation(self, recipe: Any) -> CaseResult:
        """The tags of a triage on its labelled sample."""
        from .triage_evaluation import evaluate, evaluation_misses

        scores = evaluate(recipe, self.project.folder or folder_of(recipe), self.around)
        failed = tuple(Failed(miss, recipe.locate(miss.path)) for miss in evaluation_misses(recipe, scores))
        name = f"{scores.rows} labelled tickets in {recipe.evaluate.data}"
        outcome: Literal["passed", "failed"] = "failed" if failed else "passed"
        return CaseResult(recipe.id, recipe.kind, name, recipe.locate(("evaluate",)), outcome, failed)

    def _live_misses(self, recipe: Any, case: Any, path: Path) -> Iterator[_Found]:
        """Over the rules of an account, in their own engine."""
        live = self._live(recipe)
        rule = None if case.rule is None else live.find(recipe, int(path[1]), case.rule)
        playing = Playing(
            live.engine, self.around, at_once=lambda situation, now: live.engine.scan(situation, now=now)
        )
        for offset in _offsets(case, WHOLE):
            played = playing.play(case, offset)
            misses = list(misses_of(played, rule, self.around, trusts_opaque=case.only is not None))
            yield from (_Found(ALONE, with_reason(miss, played, rule), played.scanned_at) for miss in misses)
            if misses:
                return

    def _live(self, recipe: Any) -> "LiveRules":
        if recipe.id not in self._live_rules:
            from .live_cases import read_live

            self._live_rules[recipe.id] = read_live(recipe, self.project, self.account)
        return self._live_rules[recipe.id]

    def _misses(self, recipe: Any, case: Case) -> Iterator[_Found]:
        for mode, playing in self._playings(recipe, ignore_native=case.only is not None):
            for offset in _offsets(case, mode):
                played = playing.play(case, offset, detail="fired")
                if any(misses_of(played, recipe.id, self.around)):
                    played = playing.play(case, offset)
                    for miss in misses_of(played, recipe.id, self.around):
                        yield _Found(mode, with_reason(miss, played, recipe.id), played.scanned_at)
                    return  # what goes wrong alone goes wrong among others, at every minute

    def _playings(self, recipe: Any, *, ignore_native: bool) -> Iterator[tuple[Mode, Playing]]:
        """The ways in which a case of this recipe is played."""
        if recipe.kind == "triage":
            engine = NeutralEngine((), account=self.account)
            at_once = lambda situation, now: triage(recipe, situation, engine, now)  # noqa: E731
            yield ALONE, Playing(engine, self.around, at_once=at_once)
            return
        switches = {"native_parts": "ignored"} if ignore_native else {}
        (rule,) = recipe.rules()
        alone = NeutralEngine([replace(rule, active=True)], switches, account=self.account)
        yield ALONE, _playing(rule, alone, self.around)
        if rule in self.rules and len(self.rules) > 1:
            whole = NeutralEngine(self.rules, switches, account=self.account) if switches else self.whole
            yield WHOLE, _playing(rule, whole, self.around)


def _scan_once(engine: TicketEngine, situation: Situation, now: datetime) -> Ran:
    return engine.scan(situation, now=now)


def folder_of(recipe: Any) -> FolderPath:
    """Where a recipe without a project stands."""
    return FolderPath(recipe.path or ".").parent


def _offsets(case: Case, mode: Mode) -> Sequence[timedelta]:
    """The minutes at which scans come: all of them alone, the first and the last in the whole rule set."""
    if not is_timed(case):
        return OFFSETS[:1]
    return OFFSETS if mode == ALONE else (OFFSETS[0], OFFSETS[-1])


def _playing(rule: Rule, engine: NeutralEngine, around: Surroundings) -> Playing:
    if rule.kind == "macro":
        return Playing(engine, around, macro=rule.id)
    if rule.kind == "automation":
        return Playing(engine, around, at_once=lambda situation, now: engine.scan(situation, now=now))
    return Playing(engine, around)


def misses_of(
    played: Played, rule: str | None, around: Surroundings, *, trusts_opaque: bool = False
) -> Iterator[Miss]:
    """Everything in one play that is not as the case says; `rule` None: it is about no rule in particular.

    Then what rules do besides need not be mentioned, and a part of any rule that cannot be judged is a miss: who
    knows what it would have done. `trusts_opaque`: such parts do not count, since the case says who judges it.
    """
    for moment in played.moments:
        yield from unmet(moment, rule, around)
    if rule is not None:
        yield from uncovered(played, rule)
    if not trusts_opaque:
        yield from _opaque(played, rule)


def _opaque(played: Played, rule: str | None) -> Iterator[Miss]:
    """The parts that the engine could not judge, of a rule or of all: a rule that another condition rules out has none."""
    steps = (step for ran in played.runs for step in ran.trace.steps if is_about(step, rule))
    parts = dict.fromkeys((step.rule, part) for step in steps for part in step.opaque)
    for name, part in sorted(parts, key=lambda found: (found[0], found[1].path)):
        hint = "say `only:` with the engines that can judge the case"
        place = "" if rule is not None else f"{name}: "
        yield Miss(played.moments[-1].path, "opaque", hint, place + say_opaque(part))


def rules_of(recipes: Sequence[Any]) -> tuple[Rule, ...]:
    """The active rules of recipes of any kind."""
    rules = (rule for recipe in recipes if hasattr(recipe, "rules") for rule in recipe.rules())
    return tuple(rule for rule in rules if rule.active)


def surroundings(project: Project) -> Surroundings:
    """What fixtures take from the project."""
    return Surroundings(project.calendars, _statuses(project), project.integrations, StoredTickets(project))


def account(project: Project) -> Account:
    """What the neutral engine takes from the project."""
    return Account(project.calendars, project.stages, _statuses(project))


def _statuses(project: Project) -> dict[str, Any]:
    """The categories of own statuses, of all connections. Raises ProjectError where two disagree."""
    found: dict[str, Any] = {}
    for connection in project.connections.values():
        for word, category in connection.statuses.items():
            if found.setdefault(word, category) != category:
                raise ProjectError(
                    f'the status "{word}" is {found[word]} in one connection and {category} in another',
                    hint="name it differently, or test the recipes in a project with one of them",
                )
    return found
