"""The client runner at the command line: which connections, synced or not, shown or applied, and what is told."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import IncompleteError, ProjectError
from .clock import SystemClock
from .exit_codes import ExitCode, worst
from .terminal import Terminal

if TYPE_CHECKING:
    from ..automations.runner.plan import RunPlan
    from ..automations.runner.run import RunReport
    from ..automations.runner.tasks import Task, Tasks
    from ..connectors.base import Helpdesk
    from ..connectors.local.helpdesk import LocalHelpdesk
    from ..connectors.named import Named
    from ..engines.neutral import Account
    from ..project import Project
    from ..store.state import StateFile


@dataclass(frozen=True, slots=True)
class RunWishes:
    """What the command line says about a run of rules."""

    on: tuple[str, ...]
    environment: str | None
    now: datetime | None
    since: datetime | None
    wait: float
    allow_incomplete: bool
    apply: bool
    ticket: str | None
    agent: str | None
    forced: tuple[str, ...]
    leave_out: tuple[str, ...]
    max_runtime: float | None

    @property
    def consents(self) -> list[str]:
        """What loosens a refusal, as it is written into the journal."""
        return [
            *(f"--force {name}" for name in self.forced),
            *(f"--leave-out {name}" for name in self.leave_out),
            *(["--allow-incomplete"] if self.allow_incomplete else []),
        ]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One connection's run. `plan` None: the run that was cut off was gone on with; `report` None: nothing was sent."""

    connection: str
    vendor: str
    plan: "RunPlan | None"
    report: "RunReport | None"
    code: ExitCode


def run_rules(
    terminal: Terminal, recipes: Sequence[Any], project: "Project | None", wishes: RunWishes
) -> ExitCode:
    """The rules of these recipes on every connection that is named, one after the other."""
    from ..connectors.named import chosen_connections, find_connection
    from ..project import Project
    from .run_text import print_json, tell

    if wishes.apply and wishes.now is not None:
        raise click.BadParameter("what is applied is judged now", param_hint="--now")
    named = [find_connection(one, project) for one in wishes.on]
    named = named or chosen_connections(project, wishes.environment)
    if wishes.ticket is not None and len(named) != 1:
        raise ProjectError("a macro is applied on one connection", hint="name it with --on")
    # Everything that can be wrong in recipes is found before the first helpdesk is opened.
    todo = [(one, _tasks(recipes, project or Project(), one, wishes)) for one in named]
    outcomes = []
    for one, tasks in todo:
        run = _Run(terminal, one, tasks.tasks, project or Project(), wishes)
        outcomes.append(run.applied() if wishes.apply else run.shown())
        tell(terminal, outcomes[-1])
    if terminal.json:
        print_json(terminal, outcomes)
    return worst(one.code for one in outcomes)


def _tasks(recipes: Sequence[Any], project: "Project", named: "Named", wishes: RunWishes) -> "Tasks":
    from ..automations.runner.tasks import Tasks, find_macro, find_tasks

    if wishes.ticket is not None:
        return Tasks((find_macro(recipes, project, leave_out=wishes.leave_out),))
    every = [*recipes, *_rest_of(project, recipes, wishes.environment)]
    found = find_tasks(
        recipes, every, project, vendor=named.vendor, connection=named.name, leave_out=wishes.leave_out
    )
    if not found.tasks:
        held = ", ".join(found.native[:5]) or "none"
        raise ProjectError(
            f"{named.name}: nothing here is for our runner",
            hint=f"{named.vendor} holds {held} itself: cstoolkit plan; a macro is run with --ticket",
        )
    return found


def _rest_of(project: "Project", recipes: Sequence[Any], environment: str | None) -> list[Any]:
    """The project's other recipes, where one of these sends messages that another one may send."""
    from ..automations.loader import load_recipes
    from ..model.actions import Notify

    folder = (project.folder or Path()) / "recipes"
    notify = any(isinstance(action, Notify) for recipe in recipes for action in recipe.then)
    if not notify or not folder.is_dir():
        return []
    known = {recipe.id for recipe in recipes}
    loaded = load_recipes([folder], project=project, environment=environment)
    return [recipe for recipe in loaded if recipe.id not in known]


@dataclass(frozen=True, slots=True)
class _Run:
    """One connection's run."""

    terminal: Terminal
    named: "Named"
    tasks: "Sequence[Task]"
    project: "Project"
    wishes: RunWishes

    def shown(self) -> Outcome:
        """What would be done, from the store as the last sync left it."""
        from ..connectors.local.helpdesk import LocalHelpdesk
        from ..store.state import StateFile

        clock, named, wishes = SystemClock(), self.named, self.wishes
        path = named.synced_store()
        with (
            LocalHelpdesk.open(path, clock=clock, wait=wishes.wait) as desk,
            StateFile.open(named.state) as state,
        ):
            if named.vendor != "local":
                self.terminal.say(f"{named.name} as of {desk.now():%Y-%m-%d %H:%M} UTC; --apply syncs first")
            present = desk.now() if named.vendor == "local" else clock.now()
            plan = self._plan(desk, state, wishes.now or present)
        return Outcome(named.name, named.vendor, plan, None, _code(plan, 0, wishes))

    def applied(self) -> Outcome:
        """The run that was cut off, to its end; else a new one."""
        from ..automations.runner.run import Pace, apply_run, go_on
        from ..store.locks import lock
        from ..store.processes import Process
        from ..store.state import StateFile

        clock, process, named, wishes = SystemClock(), Process.current(), self.named, self.wishes
        until = None if wishes.max_runtime is None else clock.now() + timedelta(seconds=wishes.max_runtime)
        with (
            StateFile.open(named.state) as state,
            lock(state, named.name, process=process, clock=clock, wait=wishes.wait),
            _opened(self.terminal, named, wishes.wait) as desk,
            self.terminal.progress(f"running on {named.name}", unit="changes") as bar,
        ):
            pace = Pace(clock, until, lambda _: bar.advance(1))
            earlier = go_on(desk, state, connection=named.name, process=process, pace=pace)
            if earlier is not None:
                return Outcome(named.name, named.vendor, None, earlier, ExitCode(earlier.code))
            plan = self._fresh_plan(desk, state)
            report = apply_run(
                plan,
                desk,
                state,
                run_id=f"{clock.now():%Y%m%d-%H%M}-{secrets.token_hex(3)}",
                connection=named.name,
                process=process,
                pace=pace,
                forced=wishes.forced,
                consents=wishes.consents,
            )
        return Outcome(named.name, named.vendor, plan, report, _code(plan, report.code, wishes))

    def _fresh_plan(self, desk: "Helpdesk", state: "StateFile") -> "RunPlan":
        """The plan on what the account holds now: it is synced first; a macro reads its ticket itself."""
        from ..connectors.local.helpdesk import LocalHelpdesk
        from ..engines.neutral import Account

        clock = SystemClock()
        if isinstance(desk, LocalHelpdesk):
            return self._plan(desk, state, desk.now())
        if self.wishes.ticket is None:
            self._sync(desk, state)
        elif not self.named.is_synced:
            return self._plan_macro(desk, Account(), state, clock.now())
        with LocalHelpdesk.open(self.named.store, clock=clock, wait=self.wishes.wait) as stored:
            if self.wishes.ticket is not None:
                return self._plan_macro(desk, self._around(stored), state, clock.now())
            return self._plan(stored, state, clock.now())

    def _sync(self, desk: "Helpdesk", state: "StateFile") -> None:
        """Raises IncompleteError if the store is not all there is, unless that is allowed."""
        from ..store.processes import Process
        from ..store.sync import Account, Wish, sync

        named = self.named
        self.terminal.say(f"{named.name}: syncing")
        report = sync(
            named.store,
            Account(named.name, named.vendor, named.address),
            desk,
            state=state,
            process=Process.current(),
            clock=SystemClock(),
            wish=Wish(wait=self.wishes.wait),
        )
        if not report.is_complete and not self.wishes.allow_incomplete:
            raise IncompleteError(
                f"{named.name}: {'; '.join(report.problems)}; nothing was written",
                vendor=named.vendor,
                hint=f"cstoolkit sync {named.name} says more; --allow-incomplete runs on what there is",
            )

    def _plan(self, desk: "LocalHelpdesk", state: "StateFile", now: datetime) -> "RunPlan":
        from ..automations.runner.run import plan_from_store

        around = self._around(desk)
        if self.wishes.ticket is not None:
            return self._plan_macro(desk, around, state, now)
        return plan_from_store(
            self.tasks,
            desk.store,
            state,
            around,
            connection=self.named.name,
            now=now,
            since=self.wishes.since,
            integrations=self.project.integrations,
        )

    def _plan_macro(
        self, desk: "Helpdesk", around: "Account", state: "StateFile", now: datetime
    ) -> "RunPlan":
        from ..automations.runner.journal import settled_before
        from ..automations.runner.macro import Use, plan_macro

        if self.wishes.agent is None:
            raise click.UsageError("--ticket needs --as NAME: the agent in whose name the macro is applied")
        use = Use(self.tasks[0], self.wishes.ticket or "", self.wishes.agent)
        return plan_macro(use, desk, around, settled_before(state, self.named.name, since=now), now=now)

    def _around(self, desk: "LocalHelpdesk") -> "Account":
        from ..automations.cases import account
        from ..engines.neutral import Account

        own = account(self.project)
        return Account({**desk.calendars(), **own.calendars}, own.stages, own.statuses)


@contextmanager
def _opened(terminal: Terminal, named: "Named", wait: float) -> "Iterator[Helpdesk]":
    from ..connectors import open_named

    with open_named(named, clock=SystemClock(), writable=True, wait=wait, on_wait=terminal.wait) as desk:
        yield desk


def _code(plan: "RunPlan", code: int, wishes: RunWishes) -> ExitCode:
    """What could not be judged makes a run incomplete."""
    unsure = bool(plan.unjudged) and not wishes.allow_incomplete
    return worst([code, ExitCode.INCOMPLETE if unsure else ExitCode.OK])
