import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clocks import JumpingClock
from cstoolkit.connectors.base import ChangeResult, Journal, TicketChange
from cstoolkit.errors import BusyError, StoreError
from cstoolkit.store.findings_log import RunRecord, StateFindingsLog
from cstoolkit.store.journal import RunJournal
from cstoolkit.store.locks import lock
from cstoolkit.store.processes import Process
from cstoolkit.store.state import STATE_VERSION, StateFile, state_path

SOURCE = Path(__file__).parents[2] / "src"
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def state(tmp_path):
    with StateFile.open(tmp_path / ".cstoolkit" / "state.sqlite") as opened:
        yield opened


def a_journal(state: StateFile, run_id: str = "run-1") -> RunJournal:
    return RunJournal.start(state, run_id, connection="acme", process=Process.current(), clock=JumpingClock())


def take(state: StateFile, process: Process | None = None) -> None:
    """Take the lock of acme and give it back."""
    with lock(state, "acme", process=process or Process.current(), clock=JumpingClock()):
        pass


def start(program: str, *arguments: object) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )


class TestTheFile:
    def test_it_is_where_the_environment_says(self):
        assert state_path({}) == Path(".cstoolkit/state.sqlite")
        assert state_path({"CSTOOLKIT_STATE": "/var/lib/x.sqlite"}) == Path("/var/lib/x.sqlite")

    def test_a_file_of_the_first_version_is_brought_up_to_date_and_keeps_what_it_held(self, tmp_path):
        path = tmp_path / "state.sqlite"
        with StateFile.open(path) as state:
            a_journal(state, "old run")
            state.query("CREATE TABLE budget (connection TEXT, minute TEXT, calls INTEGER)")
            state.query("ALTER TABLE runs DROP COLUMN consents")
            state.query("PRAGMA user_version = 1")

        with StateFile.open(path) as state:
            tables = {name for (name,) in state.query("SELECT name FROM sqlite_master WHERE type = 'table'")}
            assert state.query("SELECT id, consents FROM runs") == [("old run", None)]
            assert state.query("PRAGMA user_version") == [(STATE_VERSION,)]
        assert "budget" not in tables

    def test_two_threads_may_use_it_and_a_transaction_of_one_is_its_own(self, state):
        state.query("CREATE TABLE counted (n INTEGER)")
        state.query("INSERT INTO counted VALUES (0)")

        def count() -> None:
            for _ in range(200):
                with state.transaction():
                    ((n,),) = state.query("SELECT n FROM counted")
                    state.query("UPDATE counted SET n = ?", (n + 1,))

        threads = [threading.Thread(target=count) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert state.query("SELECT n FROM counted") == [(400,)]

    def test_a_file_that_is_no_database_is_said_to_be_none(self, tmp_path):
        (tmp_path / "state.sqlite").write_text("not a database, but long enough to look at" * 100)

        with pytest.raises(StoreError, match="not a state file"):
            StateFile.open(tmp_path / "state.sqlite")

    def test_another_version_is_refused(self, tmp_path):
        with StateFile.open(tmp_path / "state.sqlite") as state:
            state.query("PRAGMA user_version = 9")

        with pytest.raises(StoreError, match="version 9"):
            StateFile.open(tmp_path / "state.sqlite")

    def test_a_place_that_cannot_be_written_is_said_with_a_way_out(self, tmp_path):
        (tmp_path / "file").write_text("")

        with pytest.raises(StoreError) as caught:
            StateFile.open(tmp_path / "file" / "state.sqlite")

        assert "CSTOOLKIT_STATE" in caught.value.hint


class TestTheJournal:
    def test_it_is_the_journal_that_connectors_ask_for(self, state):
        journal: Journal = a_journal(state)

        assert journal.planned(TicketChange("k1", "t1"))

    @pytest.mark.parametrize("outcome", ["done", "unchanged", "refused", "conflict", "unknown"])
    def test_a_settled_change_is_never_sent_again(self, state, outcome):
        journal = a_journal(state)
        journal.planned(TicketChange("k1", "t1"))
        journal.settled(ChangeResult("k1", "t1", outcome))

        assert journal.planned(TicketChange("k1", "t1")) is False
        assert journal.unsettled() == []

    def test_a_change_whose_answer_nobody_heard_is_known_and_may_be_sent_again(self, state):
        a_journal(state).planned(TicketChange("k1", "t1"))

        again = RunJournal.resume(state, "run-1", process=Process.current(), clock=JumpingClock())

        assert again.unsettled() == ["k1"]
        assert again.planned(TicketChange("k1", "t1")) is True

    def test_another_run_may_do_the_same_again(self, state):
        first = a_journal(state)
        first.planned(TicketChange("k1", "t1"))
        first.settled(ChangeResult("k1", "t1", "done"))

        assert a_journal(state, "run-2").planned(TicketChange("k1", "t1")) is True

    def test_what_was_wanted_and_what_was_there_before_are_written_down(self, state):
        journal = a_journal(state)
        journal.planned(TicketChange("k1", "t1", {"status": "open", "due_at": MONDAY}, frozenset({"b", "a"})))
        journal.settled(ChangeResult("k1", "t1", "done", {"status": "new"}))

        ((before, after),) = state.query("SELECT before, after FROM changes")
        assert json.loads(before) == {"status": "new"}
        assert json.loads(after)["add_tags"] == ["a", "b"]

    def test_a_run_that_ended_says_when_and_how(self, state):
        a_journal(state).end(6)

        assert state.query("SELECT state, code, ended_at IS NOT NULL FROM runs") == [("ended", 6, 1)]

    def test_what_was_planned_survives_a_kill(self, state):
        program = """
            import os, signal, sys
            from pathlib import Path
            from datetime import UTC, datetime
            from cstoolkit.connectors.base import ChangeResult, TicketChange
            from cstoolkit.store.journal import RunJournal
            from cstoolkit.store.processes import Process
            from cstoolkit.store.state import StateFile
            class Clock:
                def now(self): return datetime(2026, 1, 1, tzinfo=UTC)
            state = StateFile.open(Path(sys.argv[1]))
            journal = RunJournal.start(state, "killed", connection="acme", process=Process.current(), clock=Clock())
            journal.planned(TicketChange("k1", "t1"))
            journal.settled(ChangeResult("k1", "t1", "done"))
            journal.planned(TicketChange("k2", "t2"))
            os.kill(os.getpid(), signal.SIGKILL)
        """
        start(program, state.path).communicate()

        journal = RunJournal.resume(state, "killed", process=Process.current(), clock=JumpingClock())

        assert journal.planned(TicketChange("k1", "t1")) is False
        assert journal.unsettled() == ["k2"]


class TestTheLock:
    def test_a_second_run_is_told_who_has_the_connection(self, state, tmp_path):
        me = Process.current()

        with lock(state, "acme", process=me, clock=JumpingClock()), pytest.raises(BusyError) as caught:
            take(state)

        assert f"process {me.pid} on {me.host}, since 2026-03-02" in str(caught.value)

    def test_other_connections_are_free(self, state):
        me, clock = Process.current(), JumpingClock()

        with lock(state, "acme", process=me, clock=clock), lock(state, "other", process=me, clock=clock):
            assert state.query("SELECT count(*) FROM locks") == [(2,)]

    def test_it_is_free_again_after_an_error(self, state):
        def fail() -> None:
            with lock(state, "acme", process=Process.current(), clock=JumpingClock()):
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()

        assert state.query("SELECT * FROM locks") == []

    def test_waiting_lasts_as_long_as_asked(self, state):
        clock = JumpingClock()

        with (
            lock(state, "acme", process=Process.current(), clock=clock),
            pytest.raises(BusyError),
            lock(state, "acme", process=Process.current(), clock=clock, wait=3),
        ):
            pass

        assert sum(clock.slept) == 3

    def test_the_lock_of_a_killed_process_is_taken_over(self, state):
        program = """
            import os, signal, sys
            from pathlib import Path
            from datetime import UTC, datetime
            from cstoolkit.store.locks import lock
            from cstoolkit.store.processes import Process
            from cstoolkit.store.state import StateFile
            class Clock:
                def now(self): return datetime(2026, 1, 1, tzinfo=UTC)
            with lock(StateFile.open(Path(sys.argv[1])), "acme", process=Process.current(), clock=Clock()):
                print("locked", flush=True)
                sys.stdin.readline()
        """
        holder = start(program, state.path)
        assert holder.stdout.readline() == "locked\n"
        clock = JumpingClock()
        with (
            pytest.raises(BusyError, match=f"process {holder.pid}"),
            lock(state, "acme", process=Process.current(), clock=clock),
        ):
            pass

        holder.send_signal(signal.SIGKILL)
        holder.communicate()

        with lock(state, "acme", process=Process.current(), clock=clock):
            assert state.query("SELECT pid FROM locks") == [(os.getpid(),)]

    def test_the_lock_of_another_machine_is_never_taken_over(self, state):
        elsewhere = Process(2**22 + 1, "another-host")

        with (
            lock(state, "acme", process=elsewhere, clock=JumpingClock()),
            pytest.raises(BusyError, match="another-host"),
        ):
            take(state)

    def test_a_later_process_with_the_same_number_does_not_keep_it(self, state):
        me = Process.current()
        earlier = Process(me.pid, me.host, started="1")

        with lock(state, "acme", process=earlier, clock=JumpingClock()):
            take(state, me)

        assert state.query("SELECT * FROM locks") == []


class TestFindings:
    def a_run(self, as_of: datetime, *prints: str) -> RunRecord:
        return RunRecord(
            as_of, dict.fromkeys(prints, "BA001"), frozenset(), {"BA001": {"n": 1}}, {"age": None}
        )

    def test_the_run_before_is_the_latest_of_an_earlier_instant(self, state):
        log = StateFindingsLog(state)
        last, before = self.a_run(MONDAY + WEEK, "a", "b"), self.a_run(MONDAY, "a")
        log.record("s", "r2", last)
        log.record("s", "r1", before)

        assert log.previous("s", before=MONDAY + 2 * WEEK) == last
        assert log.previous("s", before=MONDAY + WEEK) == before
        assert log.previous("s", before=MONDAY) is None
        assert log.previous("another", before=MONDAY + WEEK) is None

    def test_a_run_at_the_same_instant_takes_the_place_of_the_one_before(self, state):
        log = StateFindingsLog(state)
        log.record("s", "r1", self.a_run(MONDAY, "a", "b"))
        log.record("s", "r2", self.a_run(MONDAY, "b"))

        assert log.previous("s", before=MONDAY + WEEK) == self.a_run(MONDAY, "b")
        assert log.first_seen("s", before=MONDAY + WEEK) == {"b": MONDAY}

    def test_first_seen_is_the_first_instant_that_had_it(self, state):
        log = StateFindingsLog(state)
        for number, prints in enumerate([("a",), ("b",), ("a", "b")]):
            log.record("s", f"r{number}", self.a_run(MONDAY + number * WEEK, *prints))

        assert log.first_seen("s", before=MONDAY + 2 * WEEK) == {"a": MONDAY, "b": MONDAY + WEEK}
        assert log.first_seen("s", before=MONDAY + WEEK) == {"a": MONDAY}
