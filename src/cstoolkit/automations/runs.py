"""Runs of plans: one at a time on a connection, journalled, gone on with after a kill, and kept to be undone."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..connectors.base import Helpdesk
from ..errors import ConnectorError, ProjectError, RefusedError
from ..model.data_problems import did_you_mean
from ..store.locks import lock as holding
from ..store.processes import Process
from ..store.rule_journal import RuleJournal, Run, newest_run, runs, steps_of
from ..store.state import StateFile
from ..timekeeping import Clock
from .apply import ApplyReport, Ending, Listener, apply_account_plan
from .compile import vendor_rules
from .lock import LOCK_FILE, read_lock, write_lock
from .plan import AccountPlan
from .plan_file import Plan, plan_text, read_plan
from .rollback import make_rollback
from .rollout import calls_to_reorder

CODES = {Ending.DONE: 0, Ending.PARTIAL: 6, Ending.FAILED: 4}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a project keeps things: `folder` has the lock, `state` is the state file."""

    folder: Path
    state: Path

    def plan_of(self, name: str) -> Path:
        """The copy of a plan that was made here and may have to be gone on with."""
        return self.state.parent / "plans" / f"{name}.plan"


def run_plan(
    plan: Plan,
    account: AccountPlan,
    helpdesk: Helpdesk,
    place: Place,
    *,
    clock: Clock,
    wait: float = 0,
    consents: Sequence[str] = (),
    listener: Listener = lambda _verb, _rule: None,
) -> tuple[str, ApplyReport | None]:
    """Apply one account's part of a plan; gives the run's id and what was done, and writes the lock.

    A run of this very plan that did not finish is gone on with, unless another run wrote in between; None is for one
    that did finish. `consents` are written into the journal. Raises BusyError while another run is on the connection,
    RefusedError if the account moved since the plan was made.
    """
    process = Process.current()
    with _journalled(place, account.connection, process, clock, wait) as state:
        last = newest_run(state, account.connection, plan.digest)
        if last is not None and last.digest == plan.digest and last.is_finished:
            return last.id, None
        journal = _journal(state, plan, account, process=process, clock=clock, consents=consents)
        lock = read_lock(place.folder / LOCK_FILE)
        code = 130
        try:
            report = apply_account_plan(
                account,
                helpdesk,
                journal=journal,
                lock=lock.of(account.connection),
                normalise=vendor_rules(account.vendor).normalise,
                listener=listener,
            )
            write_lock(place.folder / LOCK_FILE, lock.having(account.connection, report.lock))
            code = CODES[report.ending]
        except Exception as error:
            code = _code_of(error)
            raise
        finally:
            journal.end(code)
    return journal.run_id, report


def rollback_plan(helpdesk: Helpdesk, run: Run, place: Place, *, clock: Clock) -> Plan:
    """The plan that undoes a run: that of an earlier try if there was one, so that it is gone on with.

    Raises RefusedError for a run that was undone and written over since, or one of whose rules somebody changed.
    """
    file = place.plan_of(f"rollback-{run.id}")
    if file.exists():
        earlier = read_plan(file)
        _check_undone_once(earlier, run, place)
        return earlier
    lock = read_lock(place.folder / LOCK_FILE).of(run.connection)
    with StateFile.open(place.state) as state:
        account = make_rollback(
            connection=run.connection,
            vendor=helpdesk.vendor,
            steps=steps_of(state, run.id),
            live=helpdesk.rules(),
            lock=lock,
            normalise=vendor_rules(helpdesk.vendor).normalise,
            reorder_calls=calls_to_reorder(helpdesk),
            keeps=helpdesk.capabilities.keeps,
            per_minute=helpdesk.budget.per_minute,
        )
    return Plan((account,), clock.now())


def _check_undone_once(earlier: Plan, run: Run, place: Place) -> None:
    with StateFile.open(place.state) as state:
        last = newest_run(state, run.connection, earlier.digest)
        undone = next(
            (one for one in runs(state, run.connection) if one.digest == earlier.digest and one.is_finished),
            None,
        )
    if undone is not None and last is not None and last.id != undone.id:
        raise RefusedError(
            f"run {run.id} was undone by run {undone.id} already, and run {last.id} came after it",
            hint=f"undo the newest first: cstoolkit rollback {last.id}",
        )


def keep_plan(plan: Plan, name: str, place: Place) -> None:
    """Write a plan aside and rename it to where `rollback_plan` finds it again."""
    file = place.plan_of(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_suffix(".part")
    aside.write_text(plan_text(plan), encoding="utf-8")
    aside.replace(file)


def find_run(state_file: Path, id: str) -> Run:
    """The run of that id. Raises ProjectError that lists the newest."""
    with StateFile.open(state_file) as state:
        listed = runs(state)
    for run in listed:
        if run.id == id:
            return run
    hint = did_you_mean(id, [run.id for run in listed[:5]], label="the newest are") if listed else None
    raise ProjectError(
        f'there is no run "{id}"', hint=hint or "there was no run yet; cstoolkit runs lists them"
    )


@contextmanager
def _journalled(
    place: Place, connection: str, process: Process, clock: Clock, wait: float
) -> Iterator[StateFile]:
    with (
        StateFile.open(place.state) as state,
        holding(state, connection, process=process, clock=clock, wait=wait),
    ):
        yield state


def _journal(
    state: StateFile,
    plan: Plan,
    account: AccountPlan,
    *,
    process: Process,
    clock: Clock,
    consents: Sequence[str],
) -> RuleJournal:
    old = newest_run(state, account.connection, plan.digest)
    if old is not None and old.digest == plan.digest and not old.is_finished:
        return RuleJournal.resume(state, old.id, process=process, clock=clock, consents=consents)
    run_id = _new_id(state, clock.now())
    return RuleJournal.start(
        state,
        run_id,
        connection=account.connection,
        digest=plan.digest,
        process=process,
        clock=clock,
        consents=consents,
    )


def _code_of(error: Exception) -> int:
    """What the verb exits with when this ends its run (docs/cli.md)."""
    if isinstance(error, ConnectorError):
        return 4
    return 5 if isinstance(error, RefusedError) else 3


def _new_id(state: StateFile, now: datetime) -> str:
    """Short, sortable, for people to type: the minute, and a number."""
    minute = f"{now:%Y%m%d-%H%M}"
    taken = {run.id for run in runs(state)}
    return next(name for number in range(1, 10_000) if (name := f"{minute}-{number}") not in taken)
