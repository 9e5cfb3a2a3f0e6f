"""`cstoolkit audit` and `run`, as a user types them: what is printed, what is written, how they end."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from audit_stores import Stopwatch
from cstoolkit.cli import main
from cstoolkit.store.database import Store
from cstoolkit.store.locks import lock
from cstoolkit.store.processes import Process
from cstoolkit.store.state import StateFile
from lives import DAY, HOUR, a_life, a_store, said

RECIPE = """
kind: audit
id: weekly
title: Weekly
clock: {default: always}
checks: {include: [BA023, BA007]}
gate: {severity: critical}
output: [out/weekly.html, out/weekly.xlsx, out/weekly.json, {markdown: out/chat.md, limit: 500}]
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CSTOOLKIT_STATE", raising=False)
    lives = {"1": a_life(said(9 * HOUR), created=40 * DAY), "2": a_life(created=DAY)}
    a_store(tmp_path, lives).close()
    (tmp_path / "weekly.yaml").write_text(RECIPE)
    return tmp_path


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    code = main(arguments, out, err)
    return code, out.getvalue(), err.getvalue()


def held(*arguments):
    return run("audit", "weekly.yaml", "--on", "local:made.duckdb", *arguments)


def test_it_prints_the_verdict_and_writes_the_reports(folder):
    code, out, _ = held()

    assert code == 0
    assert "Weekly: 3 findings on 2 tickets" in out
    assert "The gate is missed" in out
    for name in ("weekly.html", "weekly.xlsx", "weekly.json", "chat.md"):
        assert f"out/{name}" in out
        assert (folder / "out" / name).stat().st_size > 0


def test_reports_of_two_runs_are_the_same_but_for_run_and_time(folder):
    texts = []
    for _ in range(2):
        held()
        document = json.loads((folder / "out" / "weekly.json").read_text())
        texts.append({**document, "run_id": 0, "started_at": 0, "duration_s": 0})

    assert texts[0] == texts[1]


def test_a_missed_gate_gives_1_only_when_it_is_asked_for():
    assert held("--gate")[0] == 1
    assert held()[0] == 0


def test_quiet_is_one_machine_line():
    code, out, err = held("--quiet", "--gate")

    assert out == (
        "audit=weekly as_of=2026-03-31T12:00:00Z findings=3 new=3 fixed=0 accepted=0 gate=failed complete=yes code=1\n"
    )
    assert (code, err) == (1, "")


def test_json_is_the_report(folder):
    code, out, _ = held("--json")

    document = json.loads(out)
    assert (code, document["schema_version"], len(document["findings"])) == (0, "1", 3)


def test_out_takes_the_reports_elsewhere(folder):
    held("--out", "elsewhere")

    assert {path.name for path in (folder / "elsewhere").iterdir()} == {
        "weekly.html", "weekly.xlsx", "weekly.json", "chat.md",
    }  # fmt: skip
    assert not (folder / "out").exists()


def test_now_goes_back_in_time():
    _, out, _ = held("--quiet", "--now", "2026-02-19T13:00:00Z")

    assert "as_of=2026-02-19T13:00:00Z findings=0" in out


@pytest.mark.parametrize("moment", ["yesterday", "2026-03-31", "2026-03-31T12:00:00"])
def test_now_needs_an_instant(moment):
    code, _, err = held("--now", moment)

    assert code == 64
    assert "--now" in err


def test_incomplete_data_gives_7_and_is_stamped(folder):
    with Store.open(folder / "made.duckdb", writable=True) as store:
        store.append("checkpoints", [{"stream": "tickets", "expected": 9, "read": 2, "complete": False}])

    code, out, _ = held("--gate")

    assert code == 7
    assert out.startswith("INCOMPLETE")
    assert "INCOMPLETE" in (folder / "out" / "weekly.html").read_text()
    assert held("--allow-incomplete")[0] == 0
    assert held("--allow-incomplete", "--gate")[0] == 1


def test_a_snapshot_is_kept_and_the_data_is_not_changed(folder):
    with Store.open(folder / "made.duckdb") as store:
        revision = store.revision

    held()
    held()

    with Store.open(folder / "made.duckdb") as store:
        rows = store.query("SELECT ticket_id, status, age_s FROM snapshots ORDER BY ALL")
        assert rows == [("1", "open", 40 * 86_400), ("2", "open", 86_400)]
        assert store.revision == revision


def test_a_file_that_cannot_be_written_is_audited_without_a_snapshot(folder):
    (folder / "made.duckdb").chmod(0o444)
    if (folder / "made.duckdb").stat().st_uid == 0:
        pytest.skip("root writes to everything")

    code, _, err = held()

    assert code == 0
    assert "no snapshot was kept" in err


def test_another_run_on_the_helpdesk_gives_5(folder):
    state = folder / ".cstoolkit" / "state.sqlite"
    here = Process.current()
    with (
        StateFile.open(state) as file,
        lock(file, f"local:{folder.resolve() / 'made.duckdb'}", process=here, clock=Stopwatch()),
    ):
        code, _, err = held()

    assert code == 5
    assert f"process {here.pid}" in err


def test_a_store_that_another_process_writes_gives_5(folder):
    program = (
        "import sys; from pathlib import Path; from cstoolkit.store.database import Store\n"
        "with Store.open(Path('made.duckdb'), writable=True): print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={"PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src")},
    ) as other:  # fmt: skip
        assert other.stdout.readline() == "open\n"
        code, _, err = held()
        other.stdin.close()

    assert code == 5
    assert "in use" in err


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        (RECIPE.replace("BA023", "BA999"), 'there is no check "BA999"'),
        (RECIPE.replace("always", "mars"), 'there is no calendar "mars"'),
        (RECIPE + "accept: nowhere.yaml\n", 'there is no file "nowhere.yaml"'),
        (RECIPE.replace("kind: audit", "kind: audits"), "audits"),
        ("[]", ""),
    ],
)
def test_a_wrong_recipe_gives_3_and_writes_nothing(folder, recipe, message):
    (folder / "weekly.yaml").write_text(recipe)

    code, _, err = held()

    assert code == 3
    assert message in err
    assert "weekly.yaml:" in err
    assert not (folder / "out").exists()


@pytest.mark.parametrize("address", ["made.duckdb", "local:nothing.duckdb", "local:weekly.yaml", "locl:x"])
def test_a_wrong_helpdesk_gives_3(address):
    code, _, err = run("audit", "weekly.yaml", "--on", address)

    assert code == 3
    assert "hint:" in err


def test_without_a_helpdesk_it_says_how_to_name_one():
    code, _, err = run("audit", "weekly.yaml")

    assert code == 3
    assert "--on local:FILE" in err


def test_connections_and_calendars_come_from_the_project(folder):
    (folder / "cstoolkit.yaml").write_text(
        "connections: {desk: {address: 'local:made.duckdb'}}\n"
        "calendars: {mine: {zone: UTC, hours: {mon-sun: '00:00-24:00'}}}\n"
    )
    (folder / "weekly.yaml").write_text(RECIPE.replace("always", "mine"))

    assert run("audit", "weekly.yaml", "--quiet")[0] == 0
    assert run("audit", "weekly.yaml", "--quiet", "--on", "desk")[0] == 0
    assert run("audit", "weekly.yaml", "--quiet", "--on", "dusk")[0] == 3


def test_accepted_findings_are_read_from_the_recipes_list(folder):
    (folder / "accepted.yaml").write_text("- {check: BA023, object: '1', reason: known, owner: kim}\n")
    (folder / "weekly.yaml").write_text(RECIPE + "accept: accepted.yaml\n")

    _, out, _ = held("--quiet")

    assert "findings=2 " in out
    assert "accepted=1" in out


TRIGGER = """
kind: trigger
id: tag-it
title: Tag it
event: created
then:
  - tags: {add: [seen]}
"""


def test_run_holds_audits():
    assert run("run", "weekly.yaml", "--on", "local:made.duckdb", "--quiet")[0] == 0


TRIAGE = """kind: triage
id: topic
title: Topic
scan: {status: new}
tag: {billing: {subject: {word: invoice}}}
then: [{tags: {add: [seen]}}]
"""


def test_run_says_which_recipes_it_cannot_run(folder):
    (folder / "topic.yaml").write_text(TRIAGE)

    code, _, err = run("run", "weekly.yaml", "topic.yaml", "--on", "local:made.duckdb")

    assert code == 0
    assert "left out, since this version only checks them: topic (triage)" in err
    code, _, err = run("run", "topic.yaml", "--on", "local:made.duckdb")
    assert code == 3
    assert "nothing here can be run: topic (triage)" in err


def test_audit_without_an_audit_says_so(folder):
    (folder / "tag.yaml").write_text(TRIGGER)

    code, _, err = run("audit", "tag.yaml", "--on", "local:made.duckdb")

    assert code == 3
    assert "there is no audit in tag.yaml" in err
