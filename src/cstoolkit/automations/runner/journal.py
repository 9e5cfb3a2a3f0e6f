"""What runs of the runner remember in the state file: plans before they are sent, outcomes, how far each recipe looked.

A run writes its whole plan down before the first call. One that was killed is gone on with from there, so nothing
is judged a second time, and what was sent is settled by what the account shows (connectors.bulk).
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Self

from ...connectors.base import ChangeResult, TicketChange
from ...store.journal import SETTLED, RunJournal
from ...store.processes import Process
from ...store.state import StateFile, instant_text
from ...timekeeping import Clock
from .change_text import change_from_text, change_to_text
from .judging import Window
from .plan import RunPlan, Settled

CONFLICT = "conflict: "
"""How the error of a change begins whose ticket had moved: it is judged again."""

RUNS_BACK = timedelta(days=1)
"""A run's writes are at most so much older than the run itself."""


class RunnerJournal:
    """The journal of one run; satisfies `connectors.base.Journal`."""

    def __init__(self, state: StateFile, connection: str, run: RunJournal) -> None:
        self._state = state
        self._connection = connection
        self._run = run
        self.run_id = run.run_id

    @classmethod
    def start(
        cls,
        state: StateFile,
        run_id: str,
        plan: RunPlan,
        *,
        connection: str,
        process: Process,
        clock: Clock,
        consents: Sequence[str] = (),
    ) -> Self:
        """Begin a run: all that it will do is written down at once, or nothing."""
        rows = [
            (run_id, one.change.key, "ticket", one.change.ticket_id, change_to_text(one.change))
            for one in plan.changes
        ]
        rows += [
            (run_id, f"watermark:{recipe}", "watermark", recipe, _cursor(Window(each.start, plan.now)))
            for recipe, each in plan.windows.items()
        ]
        with state.transaction():
            run = RunJournal.start(
                state, run_id, connection=connection, process=process, clock=clock, digest=f"runner:{run_id}"
            )
            state.query("UPDATE runs SET consents = ? WHERE id = ?", (json.dumps(list(consents)), run_id))
            state.write_many(
                "INSERT INTO changes (run_id, key, kind, object_id, after, state) "
                "VALUES (?, ?, ?, ?, ?, 'planned')",
                rows,
            )
        return cls(state, connection, run)

    @classmethod
    def unfinished(
        cls, state: StateFile, connection: str, *, process: Process, clock: Clock
    ) -> "RunnerJournal | None":
        """The run that was cut off, to be gone on with. The connection's lock is held, so nobody else is at it."""
        found = state.query(
            "SELECT id FROM runs WHERE connection = ? AND state = 'running' AND digest LIKE 'runner:%' "
            "ORDER BY started_at DESC",
            (connection,),
        )
        if not found:
            return None
        return cls(state, connection, RunJournal.resume(state, found[0][0], process=process, clock=clock))

    def left(self) -> list[TicketChange]:
        """What the run has not settled yet, in the order of its plan."""
        found = self._state.query(
            "SELECT after FROM changes WHERE run_id = ? AND kind = 'ticket' AND state NOT IN (?, ?, ?) ORDER BY rowid",
            (self.run_id, *SETTLED),
        )
        return [change_from_text(text) for (text,) in found]

    def troubles(self) -> tuple[ChangeResult, ...]:
        """What was not done, or nobody knows of, since the run began."""
        found = self._state.query(
            "SELECT key, object_id, state, error FROM changes WHERE run_id = ? AND kind = 'ticket' "
            "AND state IN ('refused', 'unknown') ORDER BY rowid",
            (self.run_id,),
        )
        return tuple(_trouble(*row) for row in found)

    def trouble_of(self, key: str) -> ChangeResult | None:
        """What went wrong with a change; None: nothing."""
        return next((one for one in self.troubles() if one.key == key), None)

    def planned(self, change: TicketChange) -> bool:
        """Whether it is still to be sent; that it is meant stands in the plan."""
        found = self._state.query(
            "SELECT state FROM changes WHERE run_id = ? AND key = ?", (self.run_id, change.key)
        )
        return not (found and found[0][0] in SETTLED)

    def settled(self, result: ChangeResult) -> None:
        """Note the outcome. A conflict is no refusal for good."""
        if result.outcome == "conflict":
            result = replace(result, error=f"{CONFLICT}{result.error}")
        self._run.settled(result)

    def finish(self, code: int) -> None:
        """The run is over: each recipe goes on behind what it looked at, or at what it has to look at again."""
        again = self._conflicts()
        found = self._state.query(
            "SELECT object_id, after FROM changes WHERE run_id = ? AND kind = 'watermark'", (self.run_id,)
        )
        with self._state.transaction():
            for recipe, text in found:
                held = _window(text)
                since = min(again.get(recipe, held.since), held.since)
                self._state.query(
                    "INSERT OR REPLACE INTO watermarks (connection, recipe_id, cursor) VALUES (?, ?, ?)",
                    (self._connection, recipe, _cursor(Window(min(held.start, since), since))),
                )
            self._state.query(
                "UPDATE changes SET state = 'done' WHERE run_id = ? AND kind = 'watermark'", (self.run_id,)
            )
            self._run.end(code)

    def _conflicts(self) -> Mapping[str, datetime]:
        """By recipe, just before the first event whose change came too late."""
        found = self._state.query(
            "SELECT key FROM changes WHERE run_id = ? AND kind = 'ticket' AND error LIKE ?",
            (self.run_id, f"{CONFLICT}%"),
        )
        first: dict[str, datetime] = {}
        for (key,) in found:
            recipe, _, event = key.split(":", 2)
            at = event_instant(event)
            if at is not None:
                before = at - timedelta(microseconds=1)
                first[recipe] = min(first.get(recipe, before), before)
        return first


def event_instant(event: str) -> datetime | None:
    """The instant in the name of an event; None for a scan, which looks at everything every time."""
    text = event.partition("Z")[0]
    try:
        return datetime.strptime(f"{text}+0000", "%Y%m%dT%H%M%S.%f%z")
    except ValueError:
        return None


def watermarks(state: StateFile, connection: str) -> dict[str, Window]:
    """How far each recipe has looked on a connection."""
    found = state.query("SELECT recipe_id, cursor FROM watermarks WHERE connection = ?", (connection,))
    return {recipe: _window(cursor) for recipe, cursor in found}


def settled_before(state: StateFile, connection: str, *, since: datetime) -> Settled:
    """What earlier runs have done on a connection; with what they wrote since about an instant."""
    found = state.query(
        "SELECT c.key, c.state, c.error, c.object_id, c.after, r.started_at >= ? FROM changes c "
        "JOIN runs r ON r.id = c.run_id WHERE r.connection = ? AND r.digest LIKE 'runner:%' AND c.kind = 'ticket' "
        "ORDER BY r.started_at, c.rowid",
        (instant_text(since - RUNS_BACK), connection),
    )
    keys: dict[str, str] = {}
    written: dict[str, list[TicketChange]] = defaultdict(list)
    for key, now, error, ticket_id, after, recent in found:
        if now in SETTLED and not (error or "").startswith(CONFLICT):
            keys[key] = now
        if recent and now in {"done", "unknown", "sent"}:
            change, others = change_from_text(after), written[ticket_id]
            if change.seen is None and others:  # a second part follows its first
                change = replace(change, seen=others[-1].seen)
            others.append(change)
    unknown = frozenset(key for key, now in keys.items() if now == "unknown")
    return Settled(frozenset(keys), unknown, written)


def _trouble(key: str, ticket_id: str, state: str, error: str | None) -> ChangeResult:
    if state == "unknown":
        return ChangeResult(key, ticket_id, "unknown", error=error)
    text = error or ""
    if text.startswith(CONFLICT):
        return ChangeResult(key, ticket_id, "conflict", error=text.removeprefix(CONFLICT))
    return ChangeResult(key, ticket_id, "refused", error=error)


def _cursor(window: Window) -> str:
    """An ISO 8601 interval."""
    return f"{instant_text(window.start)}/{instant_text(window.since)}"


def _window(cursor: str) -> Window:
    start, _, since = cursor.partition("/")
    return Window(datetime.fromisoformat(start), datetime.fromisoformat(since))
