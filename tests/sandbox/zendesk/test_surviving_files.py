"""Files and redactions that were answered for outlive a kill, with sixteen writers at it."""

import http.client
import os
import signal
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sandbox.calls import Caller, a_ticket, zendesk
from sandbox.test_surviving import address, running

WRITERS = 16


def content_of(number: int, turn: int) -> bytes:
    return f"{number}/{turn};".encode() * 300


def fetched(call: Caller, content_url: str) -> bytes:
    """By the path alone: after a restart the port is another one."""
    parts = urlsplit(content_url)
    plain = Caller(f"http://{call.host}:{call.port}", headers={})
    place = urlsplit(plain("GET", f"{parts.path}?{parts.query}").headers["location"])
    return plain("GET", f"{place.path}?{place.query}").body


def test_no_file_that_was_answered_is_lost_by_a_kill(tmp_path: Path):
    written: list[tuple[int, int, int]] = []

    def write(about: Any, number: int) -> None:
        call = zendesk(address(about))
        try:
            for turn in range(1000):
                made = call("POST", "/uploads?filename=a.bin", raw=content_of(number, turn))
                token = made.json["upload"]["token"]
                text = f"secret-{number}-{turn} and more"
                ticket = a_ticket(call, comment={"body": text, "uploads": [token]})["id"]
                comment = call.get(f"/tickets/{ticket}/comments")["comments"][0]["id"]
                path = f"/tickets/{ticket}/comments/{comment}/redact"
                if call("PUT", path, {"text": f"secret-{number}-{turn}"}).status == 200:
                    written.append((ticket, number, turn))
        except (OSError, http.client.HTTPException):
            return  # killed in the middle of an answer

    with running(tmp_path, "--switch", "rate_limits=off") as (process, about):
        threads = [threading.Thread(target=write, args=(about, number)) for number in range(WRITERS)]
        for thread in threads:
            thread.start()
        while len(written) < 3 * WRITERS:
            threads[0].join(0.05)
        os.kill(process.pid, signal.SIGKILL)
        for thread in threads:
            thread.join()

    with running(tmp_path, "--switch", "rate_limits=off") as (_, about):
        call = zendesk(address(about))
        for ticket, number, turn in written:
            (comment,) = call.get(f"/tickets/{ticket}/comments")["comments"]
            (file,) = comment["attachments"]
            assert fetched(call, file["content_url"]) == content_of(number, turn)
            assert "secret" not in comment["body"]
            assert comment["body"].endswith(" and more")

    assert len({ticket for ticket, _, _ in written}) == len(written)
