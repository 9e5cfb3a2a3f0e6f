"""`cstoolkit doctor`: what works, what does not, and never a secret."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from cli.sandbox_project import CANARY, project, run
from cstoolkit.sandbox import Fault
from cstoolkit.store.database import Store
from cstoolkit.store.locks import lock
from cstoolkit.store.processes import Process
from cstoolkit.store.state import StateFile
from cstoolkit.store.sync import lock_of


@pytest.fixture
def sandbox(tmp_path, monkeypatch):
    with project(tmp_path, monkeypatch, tickets=5) as running:
        yield running


def looked(*arguments: str) -> tuple[int, dict]:
    code, out, err = run("doctor", *arguments, "--json")
    assert CANARY not in out + err
    (told,) = json.loads(out)["connections"]
    return code, told


def points(told: dict, state: str) -> dict[str, str]:
    return {one["about"]: one["said"] for one in told["points"] if one["state"] == state}


def test_a_healthy_account_is_said_to_be_one_with_whose_it_is(sandbox):
    code, told = looked("acme")

    assert (code, told["works"], told["role"]) == (0, True, "admin")
    assert told["who"] == "Sandbox Admin <admin@example.com>"
    assert points(told, "failed") == {}
    assert set(points(told, "limited")) == {"store"}
    assert {"export", "search", "triggers", "history"} <= set(points(told, "ok"))
    assert told["history"]["events"] == "exact"
    assert told["limits"][0]["per_minute"] == 700
    assert abs(told["clock_skew_s"]) < 5


def test_it_reads_and_never_writes(sandbox):
    looked("acme")

    methods = {call.method for call in sandbox.account("acme").log.find("*")}
    assert methods == {"GET"}


def test_people_read_it_too(sandbox):
    code, out, _ = run("doctor")

    assert code == 0
    assert out.startswith("acme  zendesk:acme\n  ok      account: zendesk:acme answers; we are Sandbox Admin")
    assert CANARY not in out


@pytest.mark.parametrize(
    ("setting", "about", "said"),
    [
        (("ZD_SECRET", "wr0ng-canary"), "credential", "401"),
        (("ZD_URL", "http://example.org"), "account", "is not an https address"),
    ],
)
def test_an_account_that_lets_nobody_in_gives_the_reason_and_remote(
    sandbox, monkeypatch, setting, about, said
):
    monkeypatch.setenv(*setting)

    code, told = looked("acme")

    assert (code, told["works"]) == (4, False)
    assert said in points(told, "failed")[about]
    assert "wr0ng-canary" not in json.dumps(told)


def test_every_secret_that_is_not_set_is_named_at_once(sandbox, monkeypatch):
    monkeypatch.delenv("ZD_SECRET")
    monkeypatch.delenv("ZD_URL")

    code, told = looked("acme")

    said = [one["said"] for one in told["points"] if one["state"] == "failed"]
    assert (code, said) == (4, ["ZD_SECRET is not set", "ZD_URL is not set"])


def test_what_the_role_or_the_plan_does_not_give_is_limited_and_says_what_is_missing(sandbox):
    sandbox.faults.add(Fault("expired", route="GET /api/v2/incremental/*"))

    code, told = looked("acme")

    assert code == 0
    assert "tickets cannot be synced" in points(told, "limited")["export"]


def test_a_clock_that_is_off_is_told(sandbox):
    sandbox.clock.advance(timedelta(minutes=5))

    _, told = looked("acme")

    assert "behind the vendor's" in points(told, "limited")["clock"]
    assert "export" in points(told, "ok")


def test_a_store_is_told_with_its_age_and_what_is_torn(sandbox):
    run("sync", "acme", "--streams", "tickets")
    assert "5 tickets as of" in points(looked("acme")[1], "ok")["store"]

    with Store.open(Path(".cstoolkit/acme.duckdb"), writable=True) as store:
        store.execute("UPDATE checkpoints SET complete = false")
    assert "not complete: tickets" in points(looked("acme")[1], "limited")["store"]

    Path(".cstoolkit/acme.duckdb").write_bytes(b"nothing of a store in here")
    code, told = looked("acme")
    assert (code, "not a store file" in points(told, "failed")["store"]) == (4, True)


def test_who_holds_the_lock_is_told_and_whether_he_lives(sandbox):
    state = Path(".cstoolkit/state.sqlite")
    clock = sandbox.clock
    name = lock_of(Path(".cstoolkit/acme.duckdb"))
    with StateFile.open(state) as file, lock(file, name, process=Process.current(), clock=clock):
        assert f"in use by process {os.getpid()}" in points(looked("acme")[1], "ok")["state"]
        dead = Process(2**22 + 1, Process.current().host, None)
        file.query("UPDATE locks SET pid = ?", (dead.pid,))
        assert "died with the lock" in points(looked("acme")[1], "ok")["state"]


def test_a_local_helpdesk_is_looked_at_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("demo", "--tickets", "20", "--dir", "demo")

    code, told = looked("local:demo/helpdesk.duckdb")

    assert (code, told["history"]) == (0, {"events": "exact"})


def test_without_a_connection_there_is_nothing_to_look_at(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    code, _, err = run("doctor")

    assert (code, "no project names a connection" in err) == (3, True)
