"""What people really feed to a command line: a clear message, the right code, nothing half-written."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

AUDIT = "kind: audit\nid: a\ntitle: A\noutput: [out/a.html, out/a.xlsx, out/a.json, out/a.md]\n"
TRIGGER = """\
kind: trigger
id: vip
title: VIP
event: created
when:
  subject: {contains: outage}
then:
  - set: {priority: urgent}
"""
BOMB = "kind: trigger\nid: b\ntitle: B\nx1: &x1 [a, a, a, a, a, a, a, a, a, a]\n" + "".join(
    f"x{n + 1}: &x{n + 1} [{', '.join([f'*x{n}'] * 10)}]\n" for n in range(1, 9)
)


def cstoolkit(*argv: str, folder: Path, largest_file: int | None = None) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own; `largest_file` bytes is as far as a file can grow."""

    def limit() -> None:
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    return subprocess.run(
        [sys.executable, "-m", "cstoolkit", *argv],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=limit,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """What it says on stderr, having checked that it is a refusal and not an accident."""
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert done.stdout == ""
    return done.stderr


RECIPES: dict[str, tuple[str | bytes, str]] = {
    "misspelt key": (TRIGGER.replace("event:", "evnt:"), 'r.yaml:4:1: a trigger has no key "evnt"'),
    "duplicate key": (TRIGGER + "title: Again\n", 'r.yaml:9:1: the key "title" is written twice'),
    "tab": (TRIGGER.replace("  subject", "\tsubject"), "r.yaml:6:1: "),
    "wrong unit": (
        TRIGGER.replace("subject: {contains: outage}", "created_at: {older_than: 3 fortnights}"),
        "r.yaml:6:28: ",
    ),
    "unknown operator": (
        TRIGGER.replace("contains", "contain"),
        'r.yaml:6:13: "subject" has no operator "contain"',
    ),
    "10 MB": (TRIGGER + "# " + "x" * 10_000_000, "r.yaml"),
    "alias bomb": (BOMB, "r.yaml"),
    "a list": ("- kind: trigger\n", "r.yaml:1:1: "),
    "binary bytes": (os.urandom(2_000) + b"\x00\xff", "r.yaml"),
    "nothing": ("", "r.yaml"),
    "only a comment": ("# later\n", "r.yaml"),
    "another encoding": (TRIGGER.replace("VIP", "Müller").encode("latin-1"), "r.yaml:3"),
    "deep nesting": ("a: " + "[" * 5_000 + "]" * 5_000, "r.yaml"),
    "a python object": ("kind: !!python/object/apply:os.system [ls]\n", "r.yaml:1:7: "),
}


@pytest.mark.parametrize(("text", "message"), RECIPES.values(), ids=RECIPES)
def test_a_bad_recipe_is_told_with_its_place(tmp_path, text, message):
    (tmp_path / "r.yaml").write_bytes(text.encode() if isinstance(text, str) else text)

    said = refused(cstoolkit("validate", "r.yaml", folder=tmp_path))

    assert message in said
    assert len(said) < 6_000


def test_every_problem_of_every_file_is_told_at_once(tmp_path):
    (tmp_path / "one.yaml").write_text(TRIGGER.replace("event:", "evnt:").replace("contains", "contain"))
    (tmp_path / "two.yaml").write_text(TRIGGER.replace("urgent", "urgentt"))

    said = refused(cstoolkit("validate", ".", folder=tmp_path))

    assert "one.yaml:4:1" in said
    assert "one.yaml:6:13" in said
    assert "two.yaml:8:21" in said


def test_a_missing_path(tmp_path):
    assert "nowhere.yaml" in refused(cstoolkit("validate", "nowhere.yaml", folder=tmp_path))


def test_a_folder_without_recipes(tmp_path):
    (tmp_path / "empty").mkdir()

    assert "empty" in refused(cstoolkit("validate", "empty", folder=tmp_path))


STORES = {
    "no file": None,
    "text": b"this is no store\n" * 10,
    "empty": b"",
    "DuckDB's mark only": b"\0" * 8 + b"DUCK" * 99,
}


@pytest.mark.parametrize("content", STORES.values(), ids=STORES)
def test_an_audit_of_what_is_no_store(tmp_path, content):
    (tmp_path / "a.yaml").write_text(AUDIT)
    if content is not None:
        (tmp_path / "s.duckdb").write_bytes(content)

    said = refused(cstoolkit("audit", "a.yaml", "--on", "local:s.duckdb", folder=tmp_path))

    assert "s.duckdb" in said
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    cstoolkit("demo", "--tickets", "200", "--as-of", "2026-03-31T12:00:00Z", "--quiet", folder=folder)
    return folder / "demo" / "helpdesk.duckdb"


@pytest.mark.parametrize("bytes_left", [0, 4_096, 40_000, 70_000])
def test_a_full_disk_leaves_no_half_report(tmp_path, store, bytes_left):
    """At any point: the reports of the run before are whole, or there are none."""
    (tmp_path / "a.yaml").write_text(AUDIT)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.html").write_text("the report of last week")

    done = cstoolkit("audit", "a.yaml", "--on", f"local:{store}", folder=tmp_path, largest_file=bytes_left)

    said = refused(done)
    assert "disk" in said or "write" in said
    for path in (tmp_path / "out").iterdir():
        if path.suffix == ".html" and path.read_text() != "the report of last week":
            assert path.read_text().rstrip().endswith("</html>")
        assert not path.name.startswith("."), "a file written aside was left behind"


def test_a_full_disk_during_an_import_leaves_no_store(tmp_path):
    (tmp_path / "map.yaml").write_text(
        "kind: map\nid: m\ntitle: M\nrow: ticket\nfields: {id: id, created_at: at, status: {value: open}}\n"
    )
    rows = "".join(f"{number},2026-03-01T09:00:00Z\n" for number in range(50_000))
    (tmp_path / "data.csv").write_text("id,at\n" + rows)

    done = cstoolkit(
        "import", "data.csv", "--map", "map.yaml", "--into", "local:s.duckdb", folder=tmp_path,
        largest_file=600_000,
    )  # fmt: skip

    refused(done)
    assert not (tmp_path / "s.duckdb").exists()


def test_a_full_disk_during_a_demo_keeps_the_helpdesk_of_before(tmp_path):
    assert cstoolkit("demo", "--tickets", "50", folder=tmp_path).returncode == 0
    before = (tmp_path / "demo" / "helpdesk.duckdb").read_bytes()

    done = cstoolkit("demo", "--tickets", "2000", folder=tmp_path, largest_file=600_000)

    refused(done)
    assert (tmp_path / "demo" / "helpdesk.duckdb").read_bytes() == before
    assert [path.name for path in (tmp_path / "demo").iterdir() if path.name.startswith(".helpdesk")] == []


def test_a_good_run_says_nothing_that_is_not_ours(store):
    """Libraries complain at exit when the interpreter is not left in order."""
    done = cstoolkit("tickets", "list", f"local:{store.name}", "--limit", "2", "--quiet", folder=store.parent)

    assert (done.returncode, done.stderr) == (0, "")


USAGE = {
    "no verb": (),
    "unknown verb": ("audti",),
    "unknown flag": ("validate", "--jsn"),
    "a flag without its value": ("import", "x.csv", "--map"),
    "no recipe": ("audit",),
    "a bad instant": ("audit", "a.yaml", "--now", "yesterday"),
}


@pytest.mark.parametrize("argv", USAGE.values(), ids=USAGE)
def test_wrong_usage_is_64(tmp_path, argv):
    done = cstoolkit(*argv, folder=tmp_path)

    assert done.returncode == 64, done.stderr
    assert "Traceback" not in done.stderr
