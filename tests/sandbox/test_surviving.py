"""The verb as a user runs it: a process of its own, killed without a word, started again."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cstoolkit.cli import main
from sandbox.calls import a_ticket, zendesk

WRITERS = 16


@contextmanager
def running(state: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], Any]]:
    """A sandbox in another process, and what it printed about itself."""
    command = [
        sys.executable,
        "-m",
        "cstoolkit",
        "sandbox",
        "up",
        "--state",
        str(state),
        "--port",
        "0",
        "--json",
    ]
    process = subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line == "}\n":
                break
        assert lines, process.stderr.read()
        yield process, json.loads("".join(lines))
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()
        process.stderr.close()


def address(about: Any) -> str:
    return str(about["accounts"]["acme-zendesk"]["address"])


def verb(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    code = main(["sandbox", *arguments, "--json"], sys.stdout, sys.stderr)
    printed = capsys.readouterr().out
    return code, json.loads(printed)


def test_no_write_that_was_answered_is_lost_by_a_kill(tmp_path: Path):
    written: list[tuple[int, str]] = []
    killed = threading.Event()

    def write(about: Any, number: int) -> None:
        call = zendesk(address(about))
        try:
            for turn in range(1000):
                if killed.is_set():
                    return  # the port is free now, and may be another sandbox's the next moment
                subject = f"{number}/{turn}"
                ticket = a_ticket(call, subject=subject)
                reply = call("PUT", f"/tickets/{ticket['id']}/tags", {"tags": [f"t{number}"]})
                if reply.status == 200:
                    written.append((ticket["id"], subject))
        except (OSError, http.client.HTTPException):
            return  # killed in the middle of an answer: nobody was told that it is written

    with running(tmp_path, "--switch", "rate_limits=off") as (process, about):
        threads = [threading.Thread(target=write, args=(about, number)) for number in range(WRITERS)]
        for thread in threads:
            thread.start()
        while len(written) < 8 * WRITERS and any(thread.is_alive() for thread in threads):
            threads[0].join(0.05)
        os.kill(process.pid, signal.SIGKILL)
        killed.set()
        for thread in threads:
            thread.join()

    with running(tmp_path, "--switch", "rate_limits=off") as (_, about):
        call = zendesk(address(about))
        kept = {}
        for start in range(0, len(written), 100):
            ids = ",".join(str(id_) for id_, _ in written[start : start + 100])
            kept |= {item["id"]: item for item in call.get(f"/tickets/show_many?ids={ids}")["tickets"]}
        after = a_ticket(call)

    assert len(written) >= 8 * WRITERS
    assert len({id_ for id_, _ in written}) == len(written)
    assert [(id_, kept[id_]["subject"]) for id_, _ in written] == written
    assert all(kept[id_]["tags"] == [f"t{subject.partition('/')[0]}"] for id_, subject in written)
    assert after["id"] > max(kept)


def test_knobs_find_the_sandbox_by_its_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    state = ["--state", str(tmp_path)]
    with running(tmp_path, "--clock", "2030-01-01T00:00Z") as (_, about):
        a_ticket(zendesk(address(about)))
        _, told = verb(capsys, "clock", "--advance", "3600", *state)
        _, faults = verb(capsys, "faults", "429", "--route", "GET *", "--nth", "2", *state)
        _, log = verb(capsys, "log", "--like", "POST *", *state)
        _, outbox = verb(capsys, "log", "--outbox", *state)
        reset = main(["sandbox", "reset", *state], sys.stdout, sys.stderr)
        left = zendesk(address(about)).get("/tickets/count")["count"]["value"]

    assert told["now"].startswith("2030-01-01T01:00")
    assert faults["faults"][0]["nth"] == [2]
    assert [(entry["status"], entry["route"]) for entry in log["calls"]] == [(201, "POST /api/v2/tickets")]
    assert outbox["outbox"][0]["content"]["subject"] == "[Request received]"
    assert (reset, left) == (0, 0)


def test_knobs_without_a_sandbox_say_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    code = main(["sandbox", "clock", "--state", str(tmp_path)], sys.stdout, sys.stderr)

    assert code == 3
    assert "no sandbox was ever started" in capsys.readouterr().err


def test_other_machines_are_let_in_on_purpose_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    code = main(["sandbox", "up", "--host", "0.0.0.0", "--state", str(tmp_path)], sys.stdout, sys.stderr)

    assert code == 5
    assert "--i-know" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--vendor", "tardis"], 3, "vendors are: zendesk"),
        (["--vendor", "zendesk", "--vendor", "zendesk"], 3, "two accounts"),
        (["--switch", "plan=golden"], 3, "one of: essential"),
        (["--switch", "plan"], 64, "NAME=VALUE"),
        (["--clock", "yesterday"], 3, "is no time"),
        (["--clock", "2026-01-01T00:00"], 3, "no time zone"),
        (["--seed", "5", "--from", "x"], 64, "exclude each other"),
        (["--from", "nowhere.duckdb"], 3, "nowhere.duckdb"),
    ],
)
def test_wrong_options_are_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], code: int, says: str
):
    found = main(["sandbox", "up", "--port", "0", "--state", str(tmp_path), *options], sys.stdout, sys.stderr)

    assert says in capsys.readouterr().err
    assert found == code


def test_taken_port_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str], cstoolkit_sandbox):
    port = str(cstoolkit_sandbox.port)

    code = main(["sandbox", "up", "--port", port, "--state", str(tmp_path)], sys.stdout, sys.stderr)

    assert code == 3
    assert "another one with --port" in capsys.readouterr().err
