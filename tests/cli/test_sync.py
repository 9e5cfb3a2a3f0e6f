"""From an account's name to its audit: `sync`, `tickets`, `audit` over connections of a project."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.sandbox_project import CANARY, PROJECT, project, run
from cstoolkit.cli.clock import SystemClock
from cstoolkit.sandbox import Fault
from cstoolkit.store.database import Store
from cstoolkit.store.locks import lock
from cstoolkit.store.processes import Process
from cstoolkit.store.state import StateFile
from cstoolkit.store.sync import lock_of

SOURCE = Path(__file__).parents[2] / "src"


@pytest.fixture
def sandbox(tmp_path, monkeypatch):
    with project(tmp_path, monkeypatch) as running:
        yield running


def test_an_account_is_synced_listed_and_audited_by_its_name(sandbox, tmp_path):
    code, out, _ = run("sync", "acme")
    assert (code, (tmp_path / ".cstoolkit" / "acme.duckdb").is_file()) == (0, True)
    assert "acme: 12 tickets in " in out

    code, out, err = run("tickets", "list", "acme", "--limit", "3")
    assert (code, len(out.splitlines())) == (0, 4)
    assert "3 of 12 tickets" in err
    assert "when it was synced" in err

    code, out, _ = run("audit", "backlog.yaml", "--on", "acme", "--quiet")
    assert (code, "complete=yes" in out) == (0, True)

    code, out, _ = run("tickets", "show", "acme", "7", "--json")
    assert (code, json.loads(out)["ticket"]["id"]) == (0, "7")

    code, out, _ = run("tickets", "export", "acme", "--to", "all.jsonl")
    assert (code, len(Path("all.jsonl").read_text().splitlines())) == (0, 12)


def test_a_synced_ticket_is_explained_by_its_connection_and_id(sandbox):
    when = "{status: solved, status_changed_at: {older_than: 48h}}"
    Path("calm.yaml").write_text(
        f"kind: automation\nid: calm\ntitle: Calm\nwhen: {when}\nthen: [{{set: {{status: closed}}}}]\n"
    )
    assert "has not been synced" in run("explain", "calm.yaml", "acme:7")[2]
    run("sync", "acme")

    code, out, err = run("explain", "calm.yaml", "acme:7")

    assert (code, "status" in out) == (0, True), err
    assert run("explain", "calm.yaml", "acme:777")[0] == 4


def test_without_a_name_it_is_every_account_of_the_project_and_json_tells_all(sandbox):
    code, out, _ = run("sync", "--json", "--streams", "groups,tickets")

    (told,) = json.loads(out)["connections"]
    assert (code, told["connection"], told["tickets"], told["complete"]) == (0, "acme", 12, True)
    assert [one["stream"] for one in told["streams"]] == ["groups", "tickets"]


def test_one_account_that_does_not_work_keeps_no_other_from_being_synced(sandbox, tmp_path):
    text = (tmp_path / "cstoolkit.yaml").read_text()
    broken = "  abc: {address: zendesk:abc, auth: {user: a, token: '${secret.NOT_SET}'}}\n"
    (tmp_path / "cstoolkit.yaml").write_text(text.replace("connections:\n", "connections:\n" + broken))

    code, out, err = run("sync", "--json", "--streams", "tickets")

    assert (code, 'abc: error: the secret "NOT_SET" is not set' in err) == (3, True)
    told = {one["connection"]: one for one in json.loads(out)["connections"]}
    assert (told["acme"]["tickets"], told["abc"]["complete"]) == (12, False)


def test_quiet_prints_one_line_for_machines(sandbox):
    code, out, err = run("sync", "acme", "--quiet", "--streams", "tickets")

    assert (code, err) == (0, "")
    assert out.startswith("sync=acme as_of=")
    assert out.endswith(" tickets=12 expected=12 rows=12 complete=yes\n")


def test_an_account_that_was_never_synced_is_not_audited_and_listed_live(sandbox):
    code, _, err = run("audit", "backlog.yaml", "--on", "acme")
    assert code == 3
    assert "acme has not been synced" in err
    assert "cstoolkit sync acme" in err

    code, out, err = run("tickets", "list", "acme", "--json")
    assert (code, json.loads(out)["total"]) == (0, 12)
    assert "asking zendesk itself" in err


def test_a_deleted_ticket_is_none_unless_it_is_asked_for_live_or_stored(tmp_path, monkeypatch):
    with project(tmp_path, monkeypatch, tickets=50):
        totals = {}
        run("sync", "acme", "--streams", "tickets")
        for how in ((), ("--live",)):
            for gone in ((), ("--gone",)):
                _, out, _ = run("tickets", "list", "acme", "--json", "--limit", "10", *how, *gone)
                totals[how + gone] = json.loads(out)["total"]

    assert totals == {(): 47, ("--gone",): 50, ("--live",): 47, ("--live", "--gone"): 50}


def test_tickets_that_the_vendor_counts_and_does_not_give_end_with_incomplete(sandbox, monkeypatch):
    run("sync", "acme", "--streams", "tickets")
    with Store.open(Path(".cstoolkit/acme.duckdb"), writable=True) as store:
        store.execute("DELETE FROM tickets WHERE ticket_id = '7'")

    code, out, err = run("sync", "acme", "--streams", "tickets")
    assert code == 7
    assert "INCOMPLETE tickets: the store has 11 tickets and the vendor counts 12" in out
    assert "--full" in err
    code, out, _ = run("audit", "backlog.yaml", "--on", "acme", "--quiet")
    assert (code, "complete=no" in out) == (7, True)

    assert run("sync", "acme", "--streams", "tickets", "--full")[0] == 0


def test_waits_and_retries_are_told_with_their_reason(sandbox):
    sandbox.faults.add(Fault("429", route="GET /api/v2/search/count*", times=1, seconds=1))
    sandbox.faults.add(Fault("reset", route="GET /api/v2/groups*", times=1))

    code, _, err = run("sync", "acme", "--streams", "groups,tickets")

    assert code == 0
    assert "429" in err
    assert "waiting 1 s, then try 2 of 6" in err
    assert err.count("then try 2 of 6") == 2
    assert CANARY not in err


def test_a_server_that_is_gone_ends_with_remote_and_says_so(tmp_path, monkeypatch):
    (tmp_path / "cstoolkit.yaml").write_text(PROJECT + "    share: 1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZD_SECRET", CANARY)
    monkeypatch.setenv("ZD_URL", "http://127.0.0.1:9")
    program = (
        "import sys, time; time.sleep = lambda _: None\n"
        "from cstoolkit.cli import main; sys.exit(main(['sync', 'acme'], sys.stdout, sys.stderr))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )  # fmt: skip

    assert done.returncode == 4
    assert done.stderr.count("no connection to the vendor") == 6
    assert "then try 6 of 6" in done.stderr


@pytest.mark.parametrize("wait", [(), ("--wait", "0.2")])
def test_while_another_one_syncs_it_is_refused_and_says_who_it_is(sandbox, wait):
    name = lock_of(Path(".cstoolkit/acme.duckdb"))
    with (
        StateFile.open(Path(".cstoolkit/state.sqlite")) as state,
        lock(state, name, process=Process.current(), clock=SystemClock()),
    ):
        code, _, err = run("sync", "acme", *wait)

    assert (code, f"in use by process {os.getpid()}" in err) == (5, True)
    assert run("sync", "acme", "--streams", "groups")[0] == 0


def test_interrupted_by_the_user_it_ends_with_that_code_and_goes_on_later(sandbox):
    sandbox.faults.add(Fault("slow", route="GET /api/v2/users*", seconds=30, times=1))
    program = [sys.executable, "-m", "cstoolkit", "sync", "acme"]
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(SOURCE)}
    ) as child:
        while not sandbox.account("acme").log.find("GET /api/v2/organizations*"):
            time.sleep(0.05)
        time.sleep(0.3)
        child.send_signal(signal.SIGINT)
        child.communicate()

    assert child.returncode == 130
    assert run("sync", "acme")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("sync", "acmee"), 3, 'did you mean "acme"? connections are: acme'),
        (("sync", "local:x.duckdb"), 3, "a local helpdesk is its own store"),
        (("sync", "acme", "--streams", "surveys"), 4, "streams are: fields, groups"),
        (("tickets", "list", "nobody"), 3, "connections are: acme"),
    ],
)
def test_what_cannot_be_is_said_with_what_can(sandbox, arguments, code, said):
    got, _, err = run(*arguments)

    assert (got, said in err) == (code, True), err


def test_a_secret_that_is_not_set_is_named(sandbox, monkeypatch):
    monkeypatch.delenv("ZD_SECRET")

    code, _, err = run("sync", "acme")

    assert code == 3
    assert 'the secret "ZD_SECRET" is not set' in err
