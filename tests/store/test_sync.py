"""A sync's own logic, on a source that does as it is told."""

import signal
import subprocess
import sys
import textwrap
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from clocks import JumpingClock
from cstoolkit.connectors.base import Capabilities
from cstoolkit.errors import BusyError, IncompleteError, NotFoundError, StoreError, UnavailableError
from cstoolkit.store.database import Store
from cstoolkit.store.processes import Process
from cstoolkit.store.schema import TABLES
from cstoolkit.store.state import StateFile
from cstoolkit.store.sync import Account, Wish, sync
from cstoolkit.store.sync_prefetch import prefetched
from store.sync_source import MONDAY, Desk

ACME = Account("acme", "zendesk", "zendesk:acme")


class Syncing:
    """A store file that is synced from a desk, again and again."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / ".cstoolkit" / "acme.duckdb"
        self.state = folder / "state.sqlite"
        self.clock = JumpingClock(MONDAY)

    def run(self, desk, account=ACME, **wish):
        with StateFile.open(self.state) as state:
            return sync(
                self.path,
                account,
                desk,
                state=state,
                process=Process.current(),
                clock=self.clock,
                wish=Wish(**wish),
            )

    def rows(self, table: str) -> list[tuple]:
        names = ", ".join(f'"{column.name}"' for column in TABLES[table].columns)
        with Store.open(self.path) as store:
            return store.query(f'SELECT {names} FROM "{table}" ORDER BY ALL')

    def ids(self, table: str = "tickets", where: str = "TRUE") -> list[str]:
        key = TABLES[table].key[1]
        with Store.open(self.path) as store:
            return [
                one
                for (one,) in store.query(
                    f'SELECT {key} FROM "{table}" WHERE {where} ORDER BY {key}::VARCHAR'
                )
            ]

    def everything(self) -> dict[str, list[tuple]]:
        return {table: self.rows(table) for table in TABLES if table not in {"meta", "checkpoints"}}


@pytest.fixture
def syncing(tmp_path) -> Syncing:
    return Syncing(tmp_path)


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.tickets(*range(1, 36))
    return made


class TestTheFirstTime:
    def test_everything_is_read_and_the_store_says_so(self, syncing, desk):
        report = syncing.run(desk)

        assert (report.tickets, report.expected, report.is_complete) == (35, 35, True)
        assert report.qualities == {"exact": 35}
        assert len(syncing.rows("events")) == 35
        assert syncing.ids("people") == ["p1", "p2"]
        with Store.open(syncing.path) as store:
            assert store.as_of == MONDAY
            assert store.streams == {"tickets", "tags", "custom", "events", "people"}
            assert store.query("SELECT count(*) FROM checkpoints WHERE NOT complete") == [(0,)]

    def test_what_tickets_point_to_comes_before_them(self, syncing, desk):
        syncing.run(desk)

        assert [stream for stream, _ in desk.asked] == ["people", "tickets", "events"]

    def test_a_stream_that_comes_along_with_another_is_not_asked_for(self, syncing, desk):
        desk.along = True
        desk.capabilities = Capabilities("exact", desk.capabilities.streams | {"comments"}, ())

        syncing.run(desk)
        desk.tickets(36)
        report = syncing.run(desk)

        assert "comments" not in {stream for stream, _ in desk.asked}
        assert len(syncing.rows("comments")) == 36
        assert {one.stream: one.rows for one in report.streams}["comments"] == 1
        with Store.open(syncing.path) as store:
            assert store.query("SELECT read, complete FROM checkpoints WHERE stream = 'comments'") == [
                (36, True)
            ]

    def test_one_that_came_along_from_another_place_than_it_stands_at_is_asked_for_too(self, syncing, desk):
        desk.along = True
        desk.capabilities = Capabilities("exact", desk.capabilities.streams | {"comments"}, ())
        syncing.run(desk)
        with Store.open(syncing.path, writable=True) as store:
            store.execute("UPDATE checkpoints SET checkpoint = '10' WHERE stream = 'comments'")
            store.execute("DELETE FROM comments WHERE comment_id = 'c11'")
        desk.tickets(36)

        syncing.run(desk)

        assert ("comments", "10") in desk.asked
        assert len(syncing.rows("comments")) == 36

    def test_only_the_streams_that_were_asked_for(self, syncing, desk):
        report = syncing.run(desk, streams=frozenset({"tickets"}))

        assert [one.stream for one in report.streams] == ["tickets"]
        assert report.qualities == {"unavailable": 35}

    def test_history_that_comes_later_is_noted_on_the_tickets(self, syncing, desk):
        syncing.run(desk, streams=frozenset({"tickets"}))

        assert syncing.run(desk).qualities == {"exact": 35}

    def test_a_stream_that_is_not_there_is_named_with_those_that_are(self, syncing, desk):
        with pytest.raises(NotFoundError, match="acme has no ratings") as caught:
            syncing.run(desk, streams=frozenset({"ratings"}))

        assert caught.value.hint == "streams are: people, tickets, events"
        assert not syncing.path.exists()


class TestTheNextTime:
    def test_only_what_changed_is_asked_for(self, syncing, desk):
        syncing.run(desk)
        desk.asked.clear()
        desk.tickets(3, subject="Changed")
        desk.tickets(36)

        report = syncing.run(desk)

        assert ("tickets", "35") in desk.asked
        assert {one.stream: one.rows for one in report.streams}["tickets"] == 2
        assert report.tickets == 36
        assert syncing.ids(where="subject = 'Changed'") == ["3"]

    def test_it_ends_as_one_sync_of_all_would(self, syncing, desk, tmp_path):
        syncing.run(desk)
        desk.tickets(3, 5, subject="Changed")
        desk.people = ["p2", "p3"]
        syncing.run(desk)
        other = Syncing(tmp_path / "other")

        other.run(desk)

        assert syncing.everything() == other.everything()

    def test_who_is_no_longer_in_a_list_is_removed(self, syncing, desk):
        desk.people = [f"p{number:02}" for number in range(25)]
        syncing.run(desk)
        desk.people = desk.people[5:]

        report = syncing.run(desk)

        assert syncing.ids("people") == desk.people
        assert {one.stream: one.removed for one in report.streams}["people"] == 5

    def test_an_emptied_list_empties_its_table(self, syncing, desk):
        syncing.run(desk)
        desk.people = []

        syncing.run(desk)

        assert syncing.ids("people") == []

    def test_a_deleted_ticket_stays_and_is_marked(self, syncing, desk):
        syncing.run(desk)
        desk.tickets(7, gone="deleted")

        report = syncing.run(desk)

        assert (report.tickets, report.gone, report.is_complete) == (34, 1, True)
        assert syncing.ids(where="gone = 'deleted'") == ["7"]

    def test_it_is_true_at_the_beginning_of_the_sync(self, syncing, desk):
        syncing.run(desk)
        syncing.clock.sleep(3600)

        assert syncing.run(desk).as_of == MONDAY + timedelta(hours=1)
        syncing.clock.sleep(3600)
        assert syncing.run(desk, streams=frozenset({"tickets"})).as_of == MONDAY + timedelta(hours=1)


class TestSince:
    def test_only_what_changed_from_then_on_is_read_and_the_store_says_that_it_is_not_all(
        self, syncing, desk
    ):
        since = MONDAY - timedelta(days=30) + timedelta(minutes=31)

        report = syncing.run(desk, since=since)

        assert syncing.ids() == ["31", "32", "33", "34", "35"]
        assert (report.is_complete, report.since) == (True, "2026-01-31T09:31:00Z")
        with Store.open(syncing.path) as store:
            assert store.query("SELECT stream FROM checkpoints WHERE NOT complete") == [("tickets",)]

    def test_the_next_ones_go_on_from_there_and_a_full_one_has_all(self, syncing, desk):
        syncing.run(desk, since=MONDAY - timedelta(days=30) + timedelta(minutes=31))
        desk.tickets(1, subject="Changed")

        assert syncing.run(desk).tickets == 6
        report = syncing.run(desk, full=True)
        assert (report.tickets, report.since, report.is_complete) == (35, None, True)


class TestFull:
    def test_it_reads_everything_anew_and_forgets_what_is_not_there(self, syncing, desk):
        syncing.run(desk)
        desk.log = [row for row in desk.log if row["ticket_id"] != "9"]

        report = syncing.run(desk, full=True)

        assert (report.full, report.tickets, report.is_complete) == (True, 34, True)
        assert "9" not in syncing.ids()

    def test_what_audits_kept_in_the_store_stays(self, syncing, desk):
        syncing.run(desk)
        kept = {"run_id": "r1", "taken_at": MONDAY, "ticket_id": "9", "status": "open", "age_s": 5}
        with Store.open(syncing.path, writable=True) as store:
            store.append("snapshots", [kept])

        syncing.run(desk, full=True)

        assert [row[1] for row in syncing.rows("snapshots")] == ["r1"]

    def test_streams_that_are_not_read_anew_stay_as_they_were(self, syncing, desk):
        syncing.run(desk)
        desk.log = desk.log[1:]
        events = syncing.rows("events")

        syncing.run(desk, full=True, streams=frozenset({"tickets"}))

        assert (len(syncing.ids()), syncing.rows("events")) == (34, events)
        desk.asked.clear()
        syncing.run(desk)
        assert ("events", "35") in desk.asked
        with Store.open(syncing.path) as store:
            assert store.streams == {"tickets", "tags", "custom", "events", "people"}

    def test_until_it_is_done_the_old_store_stays(self, syncing, desk):
        syncing.run(desk)
        before = syncing.everything()
        desk.tickets(40)
        desk.before_page = fails_at("tickets", 3)

        with pytest.raises(UnavailableError):
            syncing.run(desk, full=True)

        assert syncing.everything() == before

    def test_one_that_was_stopped_goes_on_where_it_was(self, syncing, desk):
        syncing.run(desk)
        desk.before_page = fails_at("tickets", 3)
        with pytest.raises(UnavailableError):
            syncing.run(desk, full=True)
        desk.before_page = lambda *_: None
        desk.asked.clear()

        report = syncing.run(desk)

        assert ("tickets", "20") in desk.asked
        assert (report.full, report.tickets) == (True, 35)
        assert list(syncing.path.parent.iterdir()) == [syncing.path]


def fails_at(stream: str, page: int, error: Exception | None = None):
    def before_page(asked: str, number: int) -> None:
        if (asked, number) == (stream, page):
            raise error or UnavailableError("gone away", vendor="zendesk")

    return before_page


class TestWhatGoesWrong:
    def test_a_failure_keeps_the_pages_that_came_and_the_store_says_it_is_torn(self, syncing, desk):
        desk.before_page = fails_at("tickets", 3)

        with pytest.raises(UnavailableError, match="gone away"):
            syncing.run(desk)

        assert len(syncing.ids()) == 20
        with Store.open(syncing.path) as store:
            torn = store.query("SELECT stream FROM checkpoints WHERE NOT complete ORDER BY stream")
        assert torn == [("events",), ("tickets",)]

    def test_the_next_sync_goes_on_behind_the_last_page(self, syncing, desk):
        desk.before_page = fails_at("tickets", 3)
        with pytest.raises(UnavailableError):
            syncing.run(desk)
        desk.before_page = lambda *_: None
        desk.asked.clear()

        report = syncing.run(desk)

        assert ("tickets", "20") in desk.asked
        assert (report.tickets, report.is_complete) == (35, True)

    def test_a_page_that_cannot_be_written_is_asked_for_again(self, syncing, desk):
        desk.log[25]["weather"] = "fine"
        with pytest.raises(StoreError, match="no column weather"):
            syncing.run(desk)
        del desk.log[25]["weather"]

        syncing.run(desk)

        assert len(syncing.ids()) == 35

    def test_a_stream_that_ends_too_early_is_torn_and_the_others_go_on(self, syncing, desk):
        desk.before_page = fails_at("tickets", 3, IncompleteError("it stands still", vendor="zendesk"))

        report = syncing.run(desk)

        assert report.problems == ("tickets: it stands still",)
        assert len(syncing.rows("events")) == 35

    def test_a_list_that_ends_too_early_removes_nobody(self, syncing, desk):
        desk.people = [f"p{number:02}" for number in range(25)]
        syncing.run(desk)
        desk.before_page = fails_at("people", 2, IncompleteError("it stands still", vendor="zendesk"))

        syncing.run(desk)

        assert len(syncing.ids("people")) == 25

    @pytest.mark.parametrize("says", [34, 36])
    def test_another_count_of_the_vendor_is_incomplete(self, syncing, desk, says):
        desk.count_says = says

        report = syncing.run(desk)

        assert report.problems == (f"tickets: the store has 35 tickets and the vendor counts {says}",)
        with Store.open(syncing.path) as store:
            assert store.query("SELECT expected, complete FROM checkpoints WHERE stream = 'tickets'") == [
                (says, False)
            ]

    @pytest.mark.parametrize(("says", "complete"), [(36, True), (37, True), (38, False)])
    def test_a_count_that_lags_may_differ_by_what_just_changed(self, syncing, desk, says, complete):
        young = MONDAY - timedelta(minutes=2)
        desk.tickets(36, created_at=young, updated_at=young)
        desk.count_says, desk.exact = says, False

        assert syncing.run(desk).is_complete is complete

    def test_another_account_of_the_same_name_is_refused(self, syncing, desk):
        syncing.run(desk)

        with pytest.raises(StoreError, match="holds zendesk:acme, and acme is zendesk:other now"):
            syncing.run(desk, account=Account("acme", "zendesk", "zendesk:other"))

    def test_while_one_syncs_another_is_refused(self, syncing, desk):
        caught = []

        def meanwhile(stream: str, number: int) -> None:
            if (stream, number) == ("tickets", 2):
                with pytest.raises(BusyError) as error:
                    syncing.run(Desk())
                caught.append(error.value)

        desk.before_page = meanwhile

        assert syncing.run(desk).is_complete
        assert len(caught) == 1


class TestThePageAhead:
    def test_items_come_in_their_order_and_the_error_in_its_place(self):
        def source():
            yield 1
            yield 2
            raise KeyError("x")

        pages = prefetched(source())

        assert [next(pages), next(pages)] == [1, 2]
        with pytest.raises(KeyError):
            next(pages)

    def test_one_page_is_fetched_while_one_is_worked_on_and_no_more(self):
        fetched = threading.Semaphore(0)
        count = 0

        def source():
            nonlocal count
            while True:
                count += 1
                fetched.release()
                yield count

        pages = prefetched(source())

        assert next(pages) == 1
        fetched.acquire()
        assert fetched.acquire(timeout=10)  # the second, without having been asked for
        assert not fetched.acquire(timeout=0.2)
        pages.close()
        assert count == 2

    def test_a_reader_that_stops_ends_the_thread_and_closes_the_source(self):
        closed = threading.Event()

        def source():
            try:
                yield from range(100)
            finally:
                closed.set()

        pages = prefetched(source())
        next(pages)
        pages.close()

        assert closed.wait(10)


CHILD = """
    import sys
    from pathlib import Path
    sys.path[:0] = sys.argv[1].split(":")
    from cstoolkit.store.database import Store
    from store.test_sync import Syncing
    from store.sync_source import Desk

    desk = Desk()
    desk.tickets(*range(1, 101))
    desk.people = [f"p{number:02}" for number in range(25)]
    die = sys.argv[3]
"""
KILLED = (
    CHILD
    + """
    import os
    def at(stream, number):
        if f"{stream}-{number}" == die:
            os.kill(os.getpid(), 9)
    desk.before_page = at
    Syncing(Path(sys.argv[2])).run(desk)
"""
)
FULL_DISK = (
    CHILD
    + """
    import random, resource, signal
    from cstoolkit.errors import StoreError
    for row in desk.log:
        row["description"] = random.Random(row["ticket_id"]).randbytes(40_000).hex()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(die), int(die)))
    try:
        Syncing(Path(sys.argv[2])).run(desk)
    except StoreError as error:
        print(error)
"""
)


def run_child(program: str, folder: Path, argument: str) -> subprocess.CompletedProcess:
    root = Path(__file__).parents[2]
    paths = f"{root / 'src'}:{root / 'tests'}"
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), paths, str(folder), argument],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("die", ["people-2", "tickets-1", "tickets-2", "tickets-9", "events-1", "events-5"])
def test_killed_at_any_page_it_ends_as_if_nothing_had_been(syncing, tmp_path, die):
    undisturbed = Syncing(tmp_path / "undisturbed")
    run_child(KILLED, tmp_path / "undisturbed", "never")

    killed = run_child(KILLED, tmp_path, die)
    again = run_child(KILLED, tmp_path, "never")

    assert killed.returncode == -signal.SIGKILL
    assert again.returncode == 0, again.stderr
    assert syncing.everything() == undisturbed.everything()
    assert len(syncing.ids()) == 100


def test_a_full_sync_after_a_kill_leaves_nothing_of_the_old_file_behind(syncing, tmp_path):
    run_child(KILLED, tmp_path, "tickets-5")
    log = Path(f"{syncing.path}.wal")
    assert log.exists()  # what DuckDB would put into whatever file it finds there
    desk = Desk()
    desk.tickets(*range(1, 8))

    report = syncing.run(desk, full=True)

    assert (report.tickets, log.exists()) == (7, False)
    assert len(syncing.ids()) == 7


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="no limit of files' sizes here")
def test_a_full_disk_is_said_in_plain_words_and_the_store_can_be_read(syncing, tmp_path):
    full = run_child(FULL_DISK, tmp_path, "3000000")

    assert "the disk is full" in full.stdout, full.stderr
    assert len(syncing.ids()) < 100
    assert run_child(KILLED, tmp_path, "never").returncode == 0
    assert len(syncing.ids()) == 100
