"""One run of the runner on a connection: planned from its store, or applied: locked, journalled, gone on with."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ...connectors.base import ChangeResult, Helpdesk, TicketChange
from ...engines.neutral import Account
from ...store.database import Store
from ...store.processes import Process
from ...store.state import StateFile
from ...timekeeping import Clock
from .journal import RunnerJournal, settled_before, watermarks
from .judging import Window
from .limits import hold_limits
from .plan import RunPlan, part_of, plan_run, window
from .tasks import Task

OK, PARTIAL = 0, 6


@dataclass(frozen=True, slots=True)
class Pace:
    """By which clock, until when changes may be begun, and who hears of results."""

    clock: Clock
    until: datetime | None = None
    listener: Callable[[ChangeResult], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class RunReport:
    """What became of a run. `troubles` are changes that were not made, or of which nobody knows.

    `left` are changes that were not begun because time was up; `went_on` says that it was the plan of a run that
    had been cut off: then nothing new was planned.
    """

    run_id: str
    results: tuple[ChangeResult, ...] = ()
    troubles: tuple[ChangeResult, ...] = ()
    left: int = 0
    went_on: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """How many changes had each outcome."""
        found: dict[str, int] = {}
        for one in self.results:
            found[one.outcome] = found.get(one.outcome, 0) + 1
        return found

    @property
    def code(self) -> int:
        return PARTIAL if self.troubles or self.left else OK


def plan_from_store(
    tasks: Sequence[Task],
    store: Store,
    state: StateFile,
    account: Account,
    *,
    connection: str,
    now: datetime,
    since: datetime | None = None,
    integrations: Collection[str] = (),
) -> RunPlan:
    """What a run would do on what the store holds."""
    known = watermarks(state, connection)
    windows: Mapping[str, Window] = {
        task.rule.id: window(known.get(task.rule.id), now, since=since) for task in tasks
    }
    oldest = min((one.since for one in windows.values()), default=now)
    settled = settled_before(state, connection, since=oldest)
    return plan_run(tasks, store, windows, account, settled, now=now, integrations=integrations)


def go_on(
    helpdesk: Helpdesk, state: StateFile, *, connection: str, process: Process, pace: Pace
) -> RunReport | None:
    """Finish the run that was cut off, if there is one. The caller holds the connection's lock."""
    journal = RunnerJournal.unfinished(state, connection, process=process, clock=pace.clock)
    if journal is None:
        return None
    return replace(_carry_out(journal, journal.left(), helpdesk, pace), went_on=True)


def apply_run(
    plan: RunPlan,
    helpdesk: Helpdesk,
    state: StateFile,
    *,
    run_id: str,
    connection: str,
    process: Process,
    pace: Pace,
    forced: Collection[str] = (),
    consents: Sequence[str] = (),
) -> RunReport:
    """Do what the plan says. The caller holds the connection's lock.

    Raises UnsafePlanError, before anything is sent, for a limit that is passed, and what the helpdesk raises:
    then, and after `pace.until`, the next run goes on with this one.
    """
    hold_limits(plan, forced=forced)
    journal = RunnerJournal.start(
        state, run_id, plan, connection=connection, process=process, clock=pace.clock, consents=consents
    )
    return _carry_out(journal, [one.change for one in plan.changes], helpdesk, pace)


def _carry_out(
    journal: RunnerJournal, changes: Sequence[TicketChange], helpdesk: Helpdesk, pace: Pace
) -> RunReport:
    """Send the changes, and those that say a second thing once the first was said."""
    results: list[ChangeResult] = []
    stopped = False
    for number in sorted({part_of(change.key)[1] for change in changes}):
        due = [change for change in changes if part_of(change.key)[1] == number]
        if number > 1:
            due, stuck = _behind(due, journal)
            results += stuck
        in_time = _InTime(due, pace)
        for result in helpdesk.update(in_time, journal=journal):
            results.append(result)
            pace.listener(result)
        stopped = in_time.stopped
        if stopped:
            break
    left = len(journal.left()) if stopped else 0
    report = RunReport(journal.run_id, tuple(results), journal.troubles(), left)
    if not report.left:
        journal.finish(report.code)
    return report


def _behind(
    changes: Sequence[TicketChange], journal: RunnerJournal
) -> tuple[list[TicketChange], list[ChangeResult]]:
    """Second parts whose first was done; the others share the fate of theirs."""
    ready, stuck = [], []
    for change in changes:
        first = journal.trouble_of(part_of(change.key)[0])
        if first is None:
            ready.append(change)
        elif journal.planned(change):
            result = ChangeResult(
                change.key,
                change.ticket_id,
                "conflict" if first.outcome == "conflict" else "refused",
                error=f"what comes before it is {first.outcome}",
            )
            journal.settled(result)
            stuck.append(result)
    return ready, stuck


class _InTime:
    """Changes until time is up."""

    def __init__(self, changes: Iterable[TicketChange], pace: Pace) -> None:
        self._changes = changes
        self._pace = pace
        self.stopped = False

    def __iter__(self) -> Iterator[TicketChange]:
        until = self._pace.until
        for change in self._changes:
            if until is not None and self._pace.clock.now() >= until:
                self.stopped = True
                return
            yield change
