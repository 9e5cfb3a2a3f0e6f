"""A Freshdesk account in a process of its own, killed without a word while sixteen clients write."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any

from sandbox.calls import Caller
from sandbox.freshdesk.desk import AS_ADMIN

WRITERS = 16
PLAIN = {"description": "D", "status": 2, "priority": 1}


@contextmanager
def running(state: Path) -> Iterator[tuple[subprocess.Popen[str], Caller]]:
    command = [
        sys.executable,
        "-m",
        "cstoolkit",
        "sandbox",
        "up",
        "--vendor",
        "freshdesk",
        "--state",
        str(state),
    ]
    command += ["--port", "0", "--json", "--switch", "rate_limits=off"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line == "}\n":
                break
        assert lines, process.stderr.read()
        about: Any = json.loads("".join(lines))
        address = next(iter(about["accounts"].values()))["address"]
        yield process, Caller(address, "/api/v2", AS_ADMIN)
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()
        process.stderr.close()


def test_no_write_that_was_answered_is_lost_by_a_kill(tmp_path: Path):
    tickets: dict[int, str] = {}
    notes: list[tuple[int, str]] = []
    done: list[int] = []
    killed = threading.Event()

    def write(call: Caller, number: int) -> None:
        try:
            for turn in range(1000):
                if killed.is_set():
                    return  # the port is free now, and may be another sandbox's the next moment
                subject = f"{number}/{turn}"
                made = call(
                    "POST", "/tickets", PLAIN | {"email": f"w{number}@example.com", "subject": subject}
                )
                tickets[made.json["id"]] = subject
                note = call("POST", f"/tickets/{made.json['id']}/notes", {"body": subject})
                notes.append((note.json["ticket_id"], subject))
                if call("PUT", f"/tickets/{made.json['id']}", {"priority": 3}).status == 200:
                    done.append(made.json["id"])
        except (OSError, HTTPException):
            return  # the sandbox was killed, perhaps in the middle of an answer

    with running(tmp_path) as (process, call):
        threads = [threading.Thread(target=write, args=(call, number)) for number in range(WRITERS)]
        for thread in threads:
            thread.start()
        while len(done) < 6 * WRITERS and any(thread.is_alive() for thread in threads):
            threads[0].join(0.05)
        os.kill(process.pid, signal.SIGKILL)
        killed.set()
        for thread in threads:
            thread.join()

    with running(tmp_path) as (_, call):
        kept = {id_: call.get(f"/tickets/{id_}?include=conversations") for id_ in tickets}
        after = call("POST", "/tickets", PLAIN | {"email": "a@example.com", "subject": "S"}).json

    assert len(done) >= 6 * WRITERS
    assert {id_: ticket["subject"] for id_, ticket in kept.items()} == tickets
    assert all(kept[id_]["conversations"][0]["body_text"] == text for id_, text in notes)
    assert {kept[id_]["priority"] for id_ in done} == {3}
    assert after["id"] > max(kept)
