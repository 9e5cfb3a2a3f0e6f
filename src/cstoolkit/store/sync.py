"""A helpdesk into its store: whole the first time, what changed after that, from where it stopped after a kill.

A sync knows a helpdesk only as a `Source`. `--full` reads everything anew into a file beside the store, which
takes its place at the end: until then the old one can be read, and a killed full sync goes on where it was.
"""

import os
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..errors import NotFoundError, RejectedError, StoreError
from ..timekeeping import Clock
from .database import Store
from .locks import lock
from .processes import Process
from .schema import TABLES
from .state import StateFile
from .sync_source import Counted, Listener, Source, StreamReport, SyncReport
from .sync_streams import Checkpoints, Pull

ORDER = (
    "fields", "groups", "organizations", "people", "memberships", "schedules", "tickets", "events", "comments",
    "sla",
)  # fmt: skip
"""What tickets point to comes before them, what tells of them after. Streams that are not here come last."""

LAG = timedelta(minutes=15)  # a vendor's count that is not exact may not know younger changes
MEMORY = "96MB"  # of DuckDB, which takes a third more than it says; the rest of the process needs some 90 MB
THREADS = 1  # each takes buffers of its own, and pages are small
BY_CHANGE = ("tickets", "events", "comments")  # for these an instant is a checkpoint too
KEPT = ("snapshots", "rules")  # of the old file, when a full sync has made a new one


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be synced. Without `streams` it is all that the source has; `wait` is for a store in use.

    `since`: of what has not been read yet, only tickets that changed from then on. The store then says of
    itself that it is not complete, because it is not.
    """

    full: bool = False
    streams: frozenset[str] | None = None
    since: datetime | None = None
    wait: float = 0
    listener: Listener = field(default=lambda _: None)


@dataclass(frozen=True, slots=True)
class Account:
    """Whose data it is. `address` tells one account from another that once had the same name."""

    name: str
    vendor: str
    address: str


def sync(
    path: Path,
    account: Account,
    source: Source,
    *,
    state: StateFile,
    process: Process,
    clock: Clock,
    wish: Wish | None = None,
) -> SyncReport:
    """Bring the store at `path` up to now; it is made if it is not there.

    Raises BusyError while another process has the store, StoreError (full disk, another account's store),
    NotFoundError for a stream that the source has not, and what the source raises. Whatever is raised, and
    wherever the process is killed, all pages written so far stay, and the next sync goes on behind them.
    """
    wish = wish or Wish()
    streams = _chosen(source, account, wish)
    path.parent.mkdir(parents=True, exist_ok=True)
    with lock(state, lock_of(path), process=process, clock=clock, wait=wish.wait):
        aside = path.with_name(f"{path.stem}.full{path.suffix}")
        full = path.exists() and (wish.full or aside.exists())
        target = aside if full else path
        if full:  # a store that cannot be replaced is told before everything is read
            _opened(path, account, wish, clock).close()
        with _opened(target, account, wish, clock) as store:
            _begin(store, streams, wish.since)
            report = _run(store, account, source, streams, full=full, clock=clock, listener=wish.listener)
            if full:
                _carry(store, path)
                report = replace(report, as_of=store.as_of)
        if full:
            os.replace(aside, path)  # noqa: PTH105 - the atomic one
        return report


def lock_of(path: Path) -> str:
    """The name of the lock of a store file, however its path is written."""
    return f"local:{path.resolve()}"


def _chosen(source: Source, account: Account, wish: Wish) -> list[str]:
    there = source.capabilities.streams
    unknown = sorted((wish.streams or frozenset()) - there)
    if unknown:
        raise NotFoundError(
            f"{account.name} has no {', '.join(unknown)}",
            vendor=account.vendor,
            candidates=sorted(there),
            hint=f"streams are: {', '.join(_in_order(there))}",
        )
    return _in_order(there if wish.streams is None else wish.streams)


def _in_order(streams: Iterable[str]) -> list[str]:
    last = len(ORDER)
    return sorted(streams, key=lambda one: (ORDER.index(one) if one in ORDER else last, one))


def _opened(path: Path, account: Account, wish: Wish, clock: Clock) -> Store:
    with ExitStack() as undone:
        if path.exists():
            store = Store.open(
                path, writable=True, wait=wish.wait, clock=clock, memory_limit=MEMORY, threads=THREADS
            )
            undone.callback(store.close)
            _check_owner(store, account)
        else:
            store = Store.create(
                path, connection=account.name, vendor=account.vendor, memory_limit=MEMORY, threads=THREADS
            )
            undone.callback(store.close)
            store.set_meta("address", account.address)
        undone.pop_all()
        return store


def _check_owner(store: Store, account: Account) -> None:
    owner = store.meta("address")
    if owner is None and store.query("SELECT 1 FROM tickets LIMIT 1"):
        raise StoreError(
            f"{store.path} was not made by a sync", hint="move it away; the next sync makes a new one"
        )
    if owner is not None and owner != account.address:
        raise StoreError(
            f"{store.path} holds {owner}, and {account.name} is {account.address} now",
            hint="move the file away; the next sync makes a new one",
        )
    store.set_meta("address", account.address)


def _run(
    store: Store,
    account: Account,
    source: Source,
    streams: list[str],
    *,
    full: bool,
    clock: Clock,
    listener: Listener,
) -> SyncReport:
    started_at = clock.now()
    expected = _count(source) if "tickets" in streams else None
    done: list[StreamReport] = []
    history = source.capabilities.history if "events" in streams else None
    for stream in streams:
        if any(one.stream == stream for one in done):  # it came along with another
            continue
        first = Checkpoints(store).of(stream) is None
        total = expected.n if expected and first and stream == "tickets" else None
        pull = Pull(store, source, stream, history=history, expected=total, listener=listener)
        for report in pull.run():
            checked = _compared(store, source, report, clock) if stream == "tickets" else report
            if checked.problem is None:
                _note_done(store, source, checked.stream, started_at)
            done.append(checked)
    _describe(store)
    return _report(store, account, done, full=full, started_at=started_at)


def _begin(store: Store, streams: list[str], since: datetime | None) -> None:
    """From now on until its end each stream is torn, and the store says so."""
    notes = Checkpoints(store)
    with store.transaction():
        if store.meta("streams") is None:
            store.describe(streams=())
        for stream in streams:
            start = notes.of(stream)
            if start is None and since is not None and stream in BY_CHANGE:
                start = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
                store.set_meta("since", start)
            notes.note(stream, start, read=notes.read(stream), complete=False)


def _count(source: Source) -> Counted | None:
    try:
        return source.count()
    except (RejectedError, NotFoundError):  # a vendor, or a credential, that does not count
        return None


def _compared(store: Store, source: Source, report: StreamReport, clock: Clock) -> StreamReport:
    """The vendor counts once more, and the store must have as many tickets.

    A count that is not exact may lag: it may differ by the tickets that changed within the last minutes.
    """
    notes = Checkpoints(store)
    since = store.meta("since")
    counted = _count(source)
    if counted is None or since:
        with store.transaction():
            done = report.problem is None and since is None
            notes.note("tickets", notes.of("tickets"), read=notes.read("tickets"), complete=done)
        return report
    have, young = store.query(
        "SELECT count(*) FILTER (gone IS NULL OR gone = 'merged'), "
        "count(*) FILTER (updated_at >= $since OR created_at >= $since) FROM tickets",
        {"since": clock.now() - LAG},
    )[0]
    slack = 0 if counted.exact else young
    problem = report.problem
    if problem is None and abs(have - counted.n) > slack:
        problem = f"the store has {have:,} tickets and the vendor counts {counted.n:,}"
    with store.transaction():
        notes.note(
            "tickets",
            notes.of("tickets"),
            read=notes.read("tickets"),
            expected=counted.n,
            complete=not problem,
        )
    return StreamReport(report.stream, report.rows, report.pages, report.removed, report.resumed, problem)


def _note_done(store: Store, source: Source, stream: str, started_at: datetime) -> None:
    with store.transaction():
        store.set_meta(f"synced:{stream}", started_at.isoformat())
        if stream == "events":  # there may be tickets that were synced without them
            history = source.capabilities.history
            store.execute("UPDATE tickets SET history = ? WHERE history IS NULL", [history])


def _describe(store: Store) -> None:
    """The store is true at the instant when the oldest of its streams was begun."""
    told = dict(store.query("SELECT key, value FROM meta WHERE key LIKE 'synced:%'"))
    streams = {key.partition(":")[2] for key in told}
    filled = {
        table for table in TABLES if table != "meta" and store.query(f'SELECT 1 FROM "{table}" LIMIT 1')
    }
    there = (streams & filled) | ({"tickets", "tags", "custom"} if "tickets" in streams else set())
    begun = min((datetime.fromisoformat(text) for text in told.values()), default=None)
    store.describe(as_of=begun, streams=there)


def _report(
    store: Store, account: Account, done: list[StreamReport], *, full: bool, started_at: datetime
) -> SyncReport:
    tickets, gone = store.query(
        "SELECT count(*) FILTER (gone IS NULL OR gone = 'merged'), "
        "count(*) FILTER (gone IN ('deleted', 'spam')) FROM tickets"
    )[0]
    expected = store.query("SELECT expected FROM checkpoints WHERE stream = 'tickets'")
    qualities = store.query(
        "SELECT coalesce(history, 'unavailable'), count(*) FROM tickets GROUP BY 1 ORDER BY 1"
    )
    return SyncReport(
        connection=account.name,
        full=full,
        started_at=started_at,
        as_of=store.as_of,
        streams=tuple(done),
        tickets=tickets,
        gone=gone,
        expected=expected[0][0] if expected else None,
        qualities=dict(qualities),
        since=store.meta("since"),
    )


def _carry(store: Store, old: Path) -> None:
    """Into the new file goes what audits noted in the old one, and streams that were not wished anew.

    If a killed process left a log beside the old file, opening that for writing takes the log in. Otherwise
    DuckDB would find the log beside the new file, and put it into that.
    """
    if old.with_name(f"{old.name}.wal").exists():
        Store.open(old, writable=True).close()
    quoted = str(old).replace("'", "''")
    store.execute(f"ATTACH '{quoted}' AS old (READ_ONLY)")
    try:
        with store.transaction():
            known = {one for (one,) in store.query("SELECT stream FROM checkpoints")}
            missing = [
                one for (one,) in store.query("SELECT stream FROM old.checkpoints") if one not in known
            ]
            for table in dict.fromkeys((*KEPT, *(one for one in missing if one in TABLES))):
                store.execute(f'DELETE FROM "{table}"')
                store.execute(f'INSERT INTO "{table}" BY NAME SELECT * FROM old."{table}"')
            store.execute(
                "INSERT INTO checkpoints BY NAME SELECT * FROM old.checkpoints WHERE stream IN (SELECT unnest(?))",
                [missing],
            )
            store.execute(
                "INSERT INTO meta SELECT * FROM old.meta WHERE key LIKE 'synced:%' AND key NOT IN (SELECT key FROM meta)"
            )
        _describe(store)
    finally:
        store.execute("DETACH old")
