"""Plays the cases of one run, each by its judges: the recipe in its own meaning, and what it is compiled to."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path as FolderPath
from typing import TYPE_CHECKING, Any, NamedTuple

from ..engines.engine import Detail
from ..engines.neutral import NeutralEngine
from ..model.data_problems import Path
from ..project import Project
from .cases_around import account, rules_of, surroundings
from .cases_compiled import CompiledSet, VendorEngine, as_the_vendor_does
from .cases_expect import Miss
from .cases_fixture import Surroundings
from .cases_misses import misses_of
from .cases_play import OFFSETS, Playing, is_timed
from .cases_reasons import with_reason
from .cases_results import ALONE, NEUTRAL, WHOLE, CaseResult, Failed, Mode, Outcome
from .cases_syntax import Case
from .cases_triage import triage
from .ticket_engine import TicketEngine

if TYPE_CHECKING:
    from .live_cases import LiveRules

RULES = frozenset({"macro", "trigger", "automation"})
"""Kinds of recipes that are compiled."""


class _Found(NamedTuple):
    mode: Mode
    miss: Miss
    scanned_at: timedelta | None = None


class Bench:
    """What cases are run with: the project, the whole rule set, and engines."""

    def __init__(self, project: Project, rule_set: Sequence[Any]) -> None:
        self.project = project
        self.around = surroundings(project)
        self.account = account(project)
        self.rules = rules_of(rule_set)
        self.whole = NeutralEngine(self.rules, account=self.account)
        self._rule_set = rule_set
        self._compiled_sets: dict[str, CompiledSet] = {}
        self._live_rules: dict[str, LiveRules] = {}

    def results(self, recipe: Any, case: Any, path: Path, by: Sequence[str]) -> Iterator[CaseResult]:
        """Of each judge that is asked and that has something to judge."""
        if case is None or recipe.kind not in RULES:
            yield self._own_result(recipe, case, path)
            return
        for judge in by:
            if judge == "neutral":
                yield self._own_result(recipe, case, path)
            elif (set_ := self._compiled(judge)).concerns(recipe):
                yield self._compiled_result(set_, recipe, case, path)

    def _own_result(self, recipe: Any, case: Any, path: Path) -> CaseResult:
        """By the neutral engine, or by that of a live list."""
        if case is None:
            return self._evaluation(recipe)
        about = partial(CaseResult, recipe.id, recipe.kind, case.name, recipe.locate(path))
        only = getattr(case, "only", None)
        live = self._live(recipe) if recipe.kind == "cases" else None
        if only is not None and (live.vendor if live else "neutral") not in only:
            return about("not_judged", reason=f"only {' and '.join(only)} can judge it")
        if recipe.kind == "audit":
            from .cases_audit import audit_misses

            misses = [_Found(ALONE, miss) for miss in audit_misses(recipe, case, self.project)]
        elif live is not None:
            misses = list(self._live_misses(live, recipe, case, path))
        else:
            misses = list(self._misses(recipe, case))
        failed = self._failed(recipe, path, misses)
        return about("failed" if failed else "passed", failed, judge=live.judge if live else NEUTRAL)

    def _failed(self, recipe: Any, path: Path, misses: Iterable["_Found"]) -> tuple[Failed, ...]:
        return tuple(
            Failed(found.miss, recipe.locate((*path, *found.miss.path)), found.mode, found.scanned_at)
            for found in misses
        )

    def _compiled(self, vendor: str) -> CompiledSet:
        if vendor not in self._compiled_sets:
            self._compiled_sets[vendor] = CompiledSet(self._rule_set, self.project, self.account, vendor)
        return self._compiled_sets[vendor]

    def _compiled_result(self, held: CompiledSet, recipe: Any, case: Case, path: Path) -> CaseResult:
        """On what the recipe is compiled to, alone and among all that the vendor can hold."""
        about = partial(
            CaseResult,
            recipe.id,
            recipe.kind,
            case.name,
            recipe.locate(path),
            judge=held.judge,
            vendor=held.vendor,
        )
        if case.only is not None and held.vendor not in case.only:
            return about("not_judged", reason=f"only {' and '.join(case.only)} can judge it")
        left = held.why_left(recipe)
        if left is not None and left.stops:
            hint = "say in `on_gap` who does it there, or in `targets` that the recipe is not for it"
            return about(
                "failed", self._failed(recipe, (), [_Found(ALONE, Miss((), "gap", hint, left.reason))])
            )
        if left is not None:
            return about("not_judged", reason=left.reason)
        failed = self._failed(recipe, path, self._compiled_misses(held, recipe, case))
        return about("failed" if failed else "passed", failed)

    def _compiled_misses(self, held: CompiledSet, recipe: Any, case: Case) -> Iterator["_Found"]:
        meant = as_the_vendor_does(case, held.vendor)
        engines: list[tuple[Mode, VendorEngine]] = [(ALONE, held.alone(recipe))]
        if len(self.rules) > 1 and held.is_in_whole(recipe):
            engines.append((WHOLE, held.whole))
        for mode, engine in engines:
            playing = _playing(recipe.kind, recipe.id, engine, self.around)
            for place, offset in enumerate(_offsets(case, mode)):
                # Once with every text rendered, for what cannot be judged in it; what comes later differs in time only.
                misses = self._vendor_misses(
                    playing, meant, recipe.id, offset, detail="fired" if place else "full"
                )
                if misses and place:
                    misses = self._vendor_misses(playing, meant, recipe.id, offset, detail="full")
                yield from (_Found(mode, *each) for each in misses)
                if misses:
                    return

    def _vendor_misses(
        self, playing: Playing, case: Case, rule: str, offset: timedelta, *, detail: Detail
    ) -> list[tuple[Miss, timedelta | None]]:
        played = playing.play(case, offset, detail=detail)
        found = misses_of(played, rule, self.around, trusts_opaque=case.only is not None)
        return [(with_reason(miss, played, rule), played.scanned_at) for miss in found]

    def _evaluation(self, recipe: Any) -> CaseResult:
        """The tags of a triage on its labelled sample."""
        from .triage_evaluation import evaluate, evaluation_misses

        scores = evaluate(recipe, self.project.folder or folder_of(recipe), self.around)
        failed = tuple(Failed(miss, recipe.locate(miss.path)) for miss in evaluation_misses(recipe, scores))
        name = f"{scores.rows} labelled tickets in {recipe.evaluate.data}"
        outcome: Outcome = "failed" if failed else "passed"
        return CaseResult(recipe.id, recipe.kind, name, recipe.locate(("evaluate",)), outcome, failed)

    def _live_misses(self, live: "LiveRules", recipe: Any, case: Any, path: Path) -> Iterator[_Found]:
        """Over the rules of an account, in their own engine."""
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
        yield ALONE, _playing(rule.kind, rule.id, alone, self.around)
        if rule in self.rules and len(self.rules) > 1:
            whole = NeutralEngine(self.rules, switches, account=self.account) if switches else self.whole
            yield WHOLE, _playing(rule.kind, rule.id, whole, self.around)


def folder_of(recipe: Any) -> FolderPath:
    """Where a recipe without a project stands."""
    return FolderPath(recipe.path or ".").parent


def _offsets(case: Case, mode: Mode) -> Sequence[timedelta]:
    """The minutes at which scans come: all of them alone, the first and the last in the whole rule set."""
    if not is_timed(case):
        return OFFSETS[:1]
    return OFFSETS if mode == ALONE else (OFFSETS[0], OFFSETS[-1])


def _playing(kind: str, rule: str, engine: TicketEngine, around: Surroundings) -> Playing:
    if kind == "macro":
        return Playing(engine, around, macro=rule)
    if kind == "automation":
        return Playing(engine, around, at_once=lambda situation, now: engine.scan(situation, now=now))
    return Playing(engine, around)
