"""What one run of the runner would do: every change, and what it did not look at. Pure, but for reading the store."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ...connectors.base import TicketChange
from ...engines.neutral import Account
from ...model.history import Event
from ...model.ticket import Ticket
from ...store.database import Store
from ...store.tickets import read_events, read_tickets
from ..replay.names import Names
from ..replay.reading import pages, read_names, read_past, ticket_ids
from .judging import Firing, Judge, Judged, Unjudged, Window
from .looks import looks
from .tasks import Task

LATE = timedelta(minutes=15)
"""A vendor's export may tell of an update later than of younger ones: so far back is looked again."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What earlier runs have done. `keys` are never sent again; `unknown` are those of them whose fate is not known.

    `written` has the changes that reached the vendor, or may have, by ticket.
    """

    keys: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    written: Mapping[str, Sequence[TicketChange]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """One change of one ticket by one recipe. `at` is the instant of what set it off."""

    change: TicketChange
    task: Task
    at: datetime
    messages: int = 0

    @property
    def recipe(self) -> str:
        return self.task.rule.id


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What a run would do.

    `windows` are by recipe: updates after `since` were looked at. `earlier` are older updates that a first run
    does not look at; `untold` tickets without a history; `blocked` what is not tried again because nobody knows
    whether it was said.
    """

    now: datetime
    windows: Mapping[str, Window]
    changes: tuple[PlannedChange, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    blocked: tuple[str, ...] = ()
    earlier: int = 0
    untold: int = 0
    unsolved: int = 0
    tickets: int = 0

    @property
    def messages(self) -> int:
        return sum(one.messages for one in self.changes)


def window(cursor: Window | None, now: datetime, *, since: datetime | None = None) -> Window:
    """What a recipe looks at now: what came since its last run, or `since`; in its first run what comes from now on."""
    if since is not None:
        return Window(since, since)
    if cursor is None:
        start = now.replace(microsecond=0) - timedelta(microseconds=1)  # vendors cut fractions of seconds off
        return Window(start, start, first=True)
    return Window(cursor.start, max(cursor.start, cursor.since - LATE))


def plan_run(
    tasks: Sequence[Task],
    store: Store,
    windows: Mapping[str, Window],
    account: Account,
    settled: Settled | None = None,
    *,
    now: datetime,
    integrations: Collection[str] = (),
) -> RunPlan:
    """Judge every update since the watermarks at its instant, and every ticket at `now`.

    Automations are judged on tickets that stand open; triggers on those to which something happened.
    """
    settled = settled or Settled()
    judge = Judge(tasks, windows, account, now=now, integrations=integrations)
    names = read_names(store)
    since = min((one.since for one in windows.values()), default=now)
    changes: list[PlannedChange] = []
    unjudged: list[Unjudged] = []
    blocked: list[str] = []
    untold = tickets = 0
    ids = _ids(store, since, now, every=judge.has_automations) if tasks else []
    for page in pages(ids):
        for ticket, log in _read(store, page, names, now=now):
            tickets += 1
            untold += not log
            moved = any(event.occurred_at > since for event in log)
            found = _judged(judge, ticket, log if moved else (), names, settled)
            unjudged += found.unjudged
            for planned in _changes_of(found, ticket):
                if planned.change.key in settled.keys:
                    continue
                doubt = _in_doubt(planned, settled.unknown)
                if doubt is None:
                    changes.append(planned)
                else:
                    blocked.append(doubt)
    return RunPlan(
        now, dict(windows), tuple(changes), tuple(unjudged), tuple(blocked),
        earlier=_earlier(store, windows), untold=untold, unsolved=_unsolved(store), tickets=tickets,
    )  # fmt: skip


def _ids(store: Store, since: datetime, now: datetime, *, every: bool) -> list[str]:
    """Tickets to which something happened; with `every` also all that can still be changed."""
    moved = ticket_ids(store, since=since, until=now, every=False)
    if not every:
        return moved
    standing = store.query(
        "SELECT ticket_id FROM tickets WHERE gone IS NULL AND status <> 'closed' ORDER BY created_at, ticket_id"
    )
    return list(dict.fromkeys([*moved, *(ticket_id for (ticket_id,) in standing)]))


def _read(
    store: Store, ids: Sequence[str], names: Names, *, now: datetime
) -> Iterator[tuple[Ticket, list[Event]]]:
    logs: dict[str, list[Event]] = defaultdict(list)
    found = list(read_tickets(store, None, now, only=list(ids), comments=True))
    for event in read_events(store, ids, now):
        logs[event.ticket_id].append(event)
    for ticket in found:
        yield _by_name(ticket, names), logs.get(ticket.id, [])


def _by_name(ticket: Ticket, names: Names) -> Ticket:
    """The ticket with its people and its group as its past has them."""
    return ticket.model_copy(
        update={
            "group": names.group(ticket.group.id if ticket.group else None),
            "assignee": names.adopt(ticket.assignee),
            "requester": names.adopt(ticket.requester),
        }
    )


def _judged(judge: Judge, ticket: Ticket, log: Sequence[Event], names: Names, settled: Settled) -> Judged:
    """What came of a ticket; without a log its updates are not looked at."""
    past = read_past(ticket, log, names)
    if past is None:
        return judge.judge(ticket, (), None)
    return judge.judge(ticket, list(looks(past, settled.written.get(ticket.id, ()))), past.first)


def _changes_of(found: Judged, ticket: Ticket) -> Iterator[PlannedChange]:
    for firing in found.firings:
        yield from changes_of(firing, ticket)
    for task in found.over:
        at = ticket.updated_at
        key = f"{task.rule.id}:{ticket.id}:over-{at:%Y%m%dT%H%M%S.%fZ}"
        change = TicketChange(
            key,
            ticket.id,
            remove_tags=frozenset({task.guard}),
            seen=at,
            why=f"{task.rule.id}: the spell is over",
        )
        yield PlannedChange(change, task, at)


def changes_of(firing: Firing, ticket: Ticket) -> Iterator[PlannedChange]:
    """A firing as changes: one, or one for each thing that it says, since a write has room for one comment."""
    rule = firing.task.rule
    key = f"{rule.id}:{ticket.id}:{firing.event}"
    why = f"{rule.id}: {firing.why}"
    first = TicketChange(
        key, ticket.id, firing.set, firing.add_tags, firing.remove_tags,
        firing.says[0] if firing.says else None, ticket.updated_at, why,
    )  # fmt: skip
    if not (firing.set or firing.add_tags or firing.remove_tags or firing.says):
        return
    said = firing.messages + sum(say.public for say in firing.says[:1])
    yield PlannedChange(first, firing.task, firing.at, said)
    for number, say in enumerate(firing.says[1:], 2):
        # The first part has moved the ticket by then: this one follows it, whatever else happens.
        more = TicketChange(f"{key}#{number}", ticket.id, say=say, why=why)
        yield PlannedChange(more, firing.task, firing.at, int(say.public))


def part_of(key: str) -> tuple[str, int]:
    """The key of a firing's first part, and which part this one is."""
    first, _, number = key.partition("#")
    return first, int(number or 1)


def _in_doubt(planned: PlannedChange, unknown: Collection[str]) -> str | None:
    """The key of a change that may have said the same on this ticket already: an automation has no event to tell by."""
    if planned.task.rule.kind != "automation" or planned.change.say is None:
        return None
    mine = f"{planned.recipe}:{planned.change.ticket_id}:"
    return next((key for key in sorted(unknown) if key.startswith(mine)), None)


def _earlier(store: Store, windows: Mapping[str, Window]) -> int:
    """Updates by people before the first look of a recipe that looks for the first time."""
    first = [one.start for one in windows.values() if one.first]
    if not first:
        return 0
    ((count,),) = store.query(
        "SELECT count(DISTINCT (ticket_id, occurred_at)) FROM events "
        "WHERE occurred_at <= ? AND rule_id IS NULL AND actor_role <> 'system'",
        [max(first)],
    )
    return int(count)


def _unsolved(store: Store) -> int:
    ((count,),) = store.query(
        "SELECT count(*) FROM tickets WHERE gone IS NULL AND status IN ('new', 'open', 'pending', 'hold')"
    )
    return int(count)
