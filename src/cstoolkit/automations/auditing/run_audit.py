"""Runs an audit: chosen tickets, checks, figures, history, gate, report.

Everything in the report but `run_id`, `started_at` and `duration_s` follows from the data, the recipe, the
accepted findings and the runs before: two runs on the same data say the same.
"""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ... import __version__
from ...errors import RecipeError
from ...model.clock import Schedule
from ...model.findings import AuditReport, Metric
from ...store.database import Store
from ...store.findings_log import RunRecord
from ...timekeeping import Clock
from ..audit import AuditRecipe
from ..checks import ChosenCheck, choose_checks
from .accepted import Accepted
from .ages import make_ages
from .coverage import DEFINITIONS, make_coverage
from .findings import Examined, Past, Sorted, facts_of_tickets, make_findings, make_outcomes
from .gate import judge
from .hits import run_check
from .metrics import count, make_flow, make_metrics
from .scope import Scope, make_scope
from .snapshots import Snapshot, take_snapshot
from .trend import FindingsLog, NoLog, load_trend, series_of

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an audit is given beside recipe and data.

    `calendars` are the project's. `progress` hears what is done next. Without a `log` nothing is remembered.
    `snapshots` takes what is to be kept of each store for the trend to come.
    """

    clock: Clock
    run_id: str
    calendars: Mapping[str, Schedule] = field(default_factory=dict)
    accepted: Accepted = field(default_factory=Accepted)
    log: FindingsLog = field(default_factory=NoLog)
    progress: Progress = lambda _: None
    snapshots: Callable[[Snapshot], None] = lambda _: None


def run_audit(
    recipe: AuditRecipe, stores: Sequence[Store], around: Surroundings, *, now: datetime | None = None
) -> AuditReport:
    """Audit `stores` (at least one) as of `now`: by default, the instant at which the newest data is true.

    Raises RecipeError for a name in the recipe that the data does not have.
    """
    with _collector_paused():
        return _run(recipe, stores, around, now)


def _run(
    recipe: AuditRecipe, stores: Sequence[Store], around: Surroundings, now: datetime | None
) -> AuditReport:
    started_at = around.clock.now()
    as_of = now or _as_of(stores, started_at)
    scopes = [_scope(store, recipe, around, as_of) for store in stores]
    chosen = choose_checks(recipe.checks.include, recipe.checks.exclude, recipe.checks.params)
    _check_groups(recipe, chosen, scopes)
    audited = [_examine(scope, chosen, around.progress) for scope in scopes]
    around.progress("counting what is open")
    counted, flow, ages = count(scopes), make_flow(scopes), make_ages(scopes, recipe.measure)
    coverage = tuple(make_coverage(scope) for scope in scopes)
    for scope in scopes:
        around.snapshots(take_snapshot(scope))
        scope.release()
    around.progress("comparing with the runs before")
    series = series_of(recipe.id, (store.connection for store in stores))
    trend = load_trend(around.log, series, as_of)
    findings = make_findings(audited, Past(trend, around.accepted, as_of))
    outcomes = make_outcomes([outcome for part in audited for outcome in part.outcomes], findings, trend)
    metrics = make_metrics(counted, flow, narrowed=recipe.select is not None, before=trend.metrics)
    ran = {outcome.id: outcome.parameters for outcome in outcomes if outcome.outcome == "ran"}
    around.log.record(series, around.run_id, _record(as_of, findings, ran, metrics))
    return AuditReport(
        run_id=around.run_id,
        started_at=started_at,
        version=__version__,
        recipe_id=recipe.id,
        recipe_title=recipe.title,
        recipe_owner=recipe.owner,
        recipe_path=recipe.path,
        recipe_hash=recipe.digest,
        recipe_text=recipe.text,
        as_of=as_of,
        previous_as_of=trend.previous.as_of if trend.previous else None,
        coverage=coverage,
        metrics=metrics,
        flow=flow,
        ages=ages,
        checks=outcomes,
        findings=findings.open,
        accepted=findings.accepted,
        fixed=trend.fixed(findings.prints, ran),
        gate=judge(recipe.gate, findings=findings.open, checks=outcomes, previous=trend.open_before),
        definitions=DEFINITIONS,
        duration_s=(around.clock.now() - started_at).total_seconds(),
    )


@contextmanager
def _collector_paused() -> Iterator[None]:
    """An audit makes hundreds of thousands of values and no cycles; the collector would look at all of them again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _record(
    as_of: datetime, findings: Sorted, ran: Mapping[str, Any], metrics: Sequence[Metric]
) -> RunRecord:
    return RunRecord(
        as_of=as_of,
        found=findings.prints,
        accepted=frozenset(finding.fingerprint for finding in findings.accepted),
        parameters=ran,
        metrics={metric.id: metric.value for metric in metrics},
    )


def _scope(store: Store, recipe: AuditRecipe, around: Surroundings, as_of: datetime) -> Scope:
    around.progress(f"reading the history of {store.connection}")
    return make_scope(store, recipe, now=as_of, calendars=around.calendars)


def _as_of(stores: Sequence[Store], otherwise: datetime) -> datetime:
    return max((store.as_of for store in stores if store.as_of is not None), default=otherwise)


def _examine(scope: Scope, chosen: Sequence[ChosenCheck], progress: Progress) -> Examined:
    outcomes = []
    for each in chosen:
        progress(f"{each.check.id} {each.check.title}")
        outcomes.append(run_check(each, scope))
    return Examined(outcomes, facts_of_tickets(scope, outcomes))


def _check_groups(recipe: AuditRecipe, chosen: Sequence[ChosenCheck], scopes: Sequence[Scope]) -> None:
    """A misspelt group in the parameters would silently keep the default."""
    rows = [
        row for scope in scopes for row in scope.query("SELECT name FROM groups WHERE name IS NOT NULL", {})
    ]
    known = sorted({name for (name,) in rows})
    problems = [
        recipe.problem(
            ("checks", "params", each.check.id, "groups", group),
            f'there is no group "{group}"',
            "name",
            hint=f"groups are: {', '.join(known)}",
            on_key=True,
        )
        for each in chosen
        for group in each.settings.of_groups
        if group not in known
    ]
    if problems:
        raise RecipeError(problems)
