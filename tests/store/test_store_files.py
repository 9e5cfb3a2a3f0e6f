"""Files that are no stores, that others hold, that cannot be written; and processes that are killed."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

from clocks import JumpingClock
from cstoolkit.errors import BusyError, StoreError
from cstoolkit.store.database import Store

SOURCE = Path(__file__).parents[2] / "src"


def start(program: str, *arguments: object, **how) -> subprocess.Popen:
    """Another process that runs `program`; it tells of itself on stdout."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        **how,
    )


HOLD = """
    import sys
    from pathlib import Path
    from cstoolkit.store.database import Store
    store = Store.open(Path(sys.argv[1]), writable=sys.argv[2] == "w")
    print("open", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Store.create(tmp_path / "a.duckdb", connection="acme") as store:
        store.append("groups", [{"group_id": "1", "name": "Desk"}])
    return tmp_path / "a.duckdb"


@pytest.fixture
def held(path):
    """Lets another process hold the file until the test ends; gives that process."""
    processes = []

    def hold(mode: str) -> subprocess.Popen:
        process = start(HOLD, path, mode)
        processes.append(process)
        assert process.stdout.readline() == "open\n"
        return process

    yield hold
    for process in processes:
        if process.poll() is None:
            process.communicate("\n")


def test_an_existing_file_is_never_made_anew(path):
    with pytest.raises(StoreError, match="exists already"):
        Store.create(path, connection="acme")


def test_a_store_in_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(StoreError, match="not a folder"):
        Store.create(tmp_path / "nowhere" / "a.duckdb", connection="acme")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(StoreError, match=r"b\.duckdb does not exist"):
        Store.open(tmp_path / "b.duckdb")


@pytest.mark.parametrize("writable", [False, True])
@pytest.mark.parametrize(
    "content",
    [b"", b"id,subject\n1,Hello\n", b"SQLite format 3\x00" + bytes(4096), bytes(8) + b"DUCK" + bytes(20_000)],
)
def test_a_file_that_is_no_store_is_said_to_be_none_and_left_alone(tmp_path, content, writable):
    path = tmp_path / "a.duckdb"
    path.write_bytes(content)

    with pytest.raises(StoreError):
        Store.open(path, writable=writable)

    assert path.read_bytes() == content


def test_a_text_file_gets_a_hint_to_import_it(tmp_path):
    path = tmp_path / "tickets.csv"
    path.write_text("id,subject\n1,Printer on fire\n")

    with pytest.raises(StoreError, match="not a store file") as caught:
        Store.open(path)

    assert "cstoolkit import" in caught.value.hint


def test_a_folder_is_no_store(tmp_path):
    with pytest.raises(StoreError, match="is a folder"):
        Store.open(tmp_path)


def test_somebody_elses_duckdb_file_is_no_store(tmp_path):
    import duckdb

    with duckdb.connect(str(tmp_path / "a.duckdb")) as duck:
        duck.execute("CREATE TABLE meta (x INTEGER)")

    with pytest.raises(StoreError):
        Store.open(tmp_path / "a.duckdb")


def test_another_schema_version_is_refused_with_both_numbers(path):
    with Store.open(path, writable=True) as store:
        store.set_meta("schema_version", "77")

    with pytest.raises(StoreError, match="schema version 77"):
        Store.open(path)


def test_a_damaged_file_is_a_store_error(path):
    content = bytearray(path.read_bytes())
    content[4096 : len(content) // 2] = os.urandom(len(content) // 2 - 4096)
    path.write_bytes(content)

    with pytest.raises(StoreError):
        Store.open(path)


def test_a_reader_cannot_write(path):
    with Store.open(path) as store, pytest.raises(StoreError, match="reading only"):
        store.append("groups", [{"group_id": "2"}])


def test_a_file_that_another_process_writes_is_busy_and_the_process_is_named(path, held):
    writer = held("w")

    for writable in (False, True):
        with pytest.raises(BusyError, match=f"process {writer.pid}"):
            Store.open(path, writable=writable)


def test_several_processes_read_at_once(path, held):
    held("r")
    held("r")

    with Store.open(path) as store:
        assert store.query("SELECT name FROM groups") == [("Desk",)]


def test_waiting_for_a_busy_file_lasts_as_long_as_asked(path, held):
    held("w")
    clock = JumpingClock()

    with pytest.raises(BusyError):
        Store.open(path, wait=2, clock=clock)

    assert sum(clock.slept) == 2


def test_waiting_ends_when_the_file_is_free(path, held):
    writer = held("w")

    class Patient(JumpingClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            writer.communicate("\n")

    with Store.open(path, wait=60, clock=Patient()) as store:
        assert store.connection == "acme"


def test_one_process_has_it_once_for_writing(path):
    with Store.open(path), pytest.raises(BusyError, match="this process"):
        Store.open(path, writable=True)


ENDLESS = """
    import itertools, sys
    from pathlib import Path
    from cstoolkit.store import loading
    from cstoolkit.store.database import Store
    loading.BATCH_BYTES = 200_000
    store = Store.open(Path(sys.argv[1]), writable=True)
    def rows():
        for number in itertools.count():
            if number == 20_000:
                print("under way", flush=True)
            yield {"ticket_id": str(number), "seq": number, "kind": "field"}
    store.append("events", rows())
"""


def test_a_process_killed_while_it_writes_leaves_the_old_state_and_no_lock(path):
    writer = start(ENDLESS, path)
    assert writer.stdout.readline() == "under way\n"

    writer.send_signal(signal.SIGKILL)
    writer.communicate()

    with Store.open(path, writable=True) as store:
        assert store.query("SELECT count(*) FROM events") == [(0,)]
        assert store.query("SELECT name FROM groups") == [("Desk",)]
        assert store.revision == 1
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_after_a_kill_readers_see_the_old_state_too(path):
    writer = start(ENDLESS, path)
    assert writer.stdout.readline() == "under way\n"
    writer.send_signal(signal.SIGKILL)
    writer.communicate()

    with Store.open(path) as store:
        assert store.query("SELECT count(*) FROM events") == [(0,)]


FULL = """
    import sys
    from pathlib import Path
    from cstoolkit.errors import StoreError
    from cstoolkit.store import loading
    from cstoolkit.store.database import Store
    loading.BATCH_BYTES = int(sys.argv[2])
    try:
        with Store.open(Path(sys.argv[1]), writable=True) as store:
            store.append("groups", ({"group_id": str(n), "name": str(n * 7919) * 40} for n in range(200_000)))
    except StoreError as error:
        print(error, "|", error.hint)
"""


@pytest.mark.parametrize("batch_bytes", [100_000, 32_000_000])  # the store is full, or the batch beside it
def test_a_full_disk_is_said_and_the_file_is_as_it_was(path, batch_bytes):
    limit = path.stat().st_size + 300_000

    writer = start(
        FULL, path, batch_bytes, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    )
    said, _ = writer.communicate()

    assert "could not be written" in said
    assert "free some space" in said
    with Store.open(path, writable=True) as store:
        assert store.query("SELECT name FROM groups") == [("Desk",)]


READ_ONLY = """
    import os, sys
    from pathlib import Path
    import duckdb
    from cstoolkit.errors import StoreError
    from cstoolkit.store.database import Store
    if os.getuid() == 0:
        os.setuid(65534)  # root may write anywhere
    path = Path(sys.argv[1])
    with Store.open(path) as store:
        print(store.query("SELECT name FROM groups"))
    for attempt in (
        lambda: Store.open(path, writable=True),
        lambda: Store.create(path.with_name("b.duckdb"), connection="b"),
    ):
        try:
            attempt()
        except StoreError as error:
            print("refused:", error)
"""


def test_a_folder_that_cannot_be_written_can_be_read_from():
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are closed to other users
        path = Path(folder, "a.duckdb")
        with Store.create(path, connection="acme") as store:
            store.append("groups", [{"group_id": "1", "name": "Desk"}])
        path.chmod(0o444)
        path.parent.chmod(0o555)

        said, _ = start(READ_ONLY, path).communicate()

        path.parent.chmod(0o755)
    assert "[('Desk',)]" in said
    assert said.count("refused:") == 2
    assert said.count("permission denied") == 2
