"""`replay`: every save in a store's history through a live and a desired rule list, side by side.

Every ticket is replayed from its creation, and what falls into the window is counted: so guards stand and reminders
have been sent when the window opens. Tickets come by pages; what is kept of them is counts and a few examples.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

from ...errors import CstoolkitError
from ...store.database import Store
from .bounds import Bound, periods_asked
from .differences import DifferenceTally, compare
from .figures import make_replay
from .lists import Rules
from .past import Past
from .quality import read_knowledge
from .reading import Untold, pages, read_names, read_pasts, ticket_ids
from .results import Replay
from .running import PlayedList, RuleWrites
from .tallies import Counting, ListTally, count

NO_BOUNDS: Mapping[str, Sequence[Bound]] = {}


@dataclass(slots=True)
class Tally:
    """What a part of the tickets gave."""

    tickets: int = 0
    updates: int = 0
    untold: int = 0
    late: int = 0
    live: ListTally = field(default_factory=ListTally)
    desired: ListTally = field(default_factory=ListTally)
    differences: DifferenceTally = field(default_factory=DifferenceTally)

    def add(self, other: "Tally") -> None:
        for name in ("tickets", "updates", "untold", "late"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.live.add(other.live)
        self.desired.add(other.desired)
        self.differences.add(other.differences)


@dataclass(frozen=True)
class _Task:
    """What one process needs to play some tickets. A store cannot be handed over, its path can."""

    desired: Rules
    live: Rules
    counting: Counting
    rule_writes: RuleWrites


def replay(
    desired: Rules,
    live: Rules,
    store: Store,
    *,
    since: datetime,
    until: datetime | None = None,
    bounds: Mapping[str, Sequence[Bound]] = NO_BOUNDS,
    rule_writes: RuleWrites | None = None,
    undone_within: timedelta = timedelta(hours=24),
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Replay:
    """History through both lists.

    `until` is by default the instant at which the data is true; a store that does not say needs one. `rule_writes`
    says what becomes of saves that rules made in the past: by default they are left out where there are live
    rules to stand for them, and kept where there are none. With several `jobs` the tickets are shared out among
    processes, each of which opens the store for reading. `progress` hears how many tickets of how many are done.
    """
    until = until or store.as_of
    if until is None:
        raise CstoolkitError("the store does not say when its data is true", hint="name an end with --until")
    if since >= until:
        raise CstoolkitError(f"the window is empty: from {since.isoformat()} until {until.isoformat()}")
    rule_writes = rule_writes or ("drop" if live.listed() else "keep")
    asked = {name: periods_asked(each) for name, each in bounds.items()}
    counting = Counting(since, until, undone_within, asked)
    every = desired.has_automations or live.has_automations
    ids = ticket_ids(store, since=since, until=until, every=every)
    task = _Task(desired, live, counting, rule_writes)
    tally = Tally()
    for part in _played(task, store, pages(ids), jobs):
        tally.add(part)
        progress(tally.tickets + tally.untold, len(ids))
    return make_replay(
        tally,
        desired,
        live,
        counting,
        bounds=bounds,
        rule_writes=rule_writes,
        store=store,
        knowledge=read_knowledge(store),
    )


def _played(task: _Task, store: Store, parts: Sequence[Sequence[str]], jobs: int) -> Iterator[Tally]:
    if jobs < 2 or len(parts) < 2 or store.writable:
        for part in parts:
            yield play_tickets(task, store, part)
        return
    # Forked, a process would hold a copy of DuckDB's threads, which are not there.
    with ProcessPoolExecutor(min(jobs, len(parts)), mp_context=get_context("spawn")) as pool:
        yield from pool.map(_play_part, repeat(task), repeat(store.path), parts)


def _play_part(task: _Task, path: Path, ids: Sequence[str]) -> Tally:
    with Store.open(path, threads=1) as store:
        return play_tickets(task, store, ids)


def play_tickets(task: _Task, store: Store, ids: Sequence[str]) -> Tally:
    """These tickets through both lists."""
    tally = Tally()
    lists = task.live.opened(store), task.desired.opened(store)
    for past in read_pasts(store, ids, read_names(store), until=task.counting.until):
        if isinstance(past, Untold):
            tally.untold += 1
        else:
            _play(past, lists, task, tally)
    return tally


def _play(past: Past, lists: tuple[PlayedList, PlayedList], task: _Task, tally: Tally) -> None:
    counting = task.counting
    live, desired = (
        list(each.play(past, until=counting.until, rule_writes=task.rule_writes)) for each in lists
    )
    tally.tickets += 1
    tally.late += past.begins_late
    tally.updates += sum(moment.update is not None and counting.counts(moment.at) for moment in desired)
    count(live, counting, tally.live)
    count(desired, counting, tally.desired)
    tally.differences.note(compare(past.first.id, live, desired, counting))
