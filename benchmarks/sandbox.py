"""The sandbox's Zendesk account: seeding, and reading all of it through the cursor export.

The server is this machine's other process; its own CPU time is what one core of it can do.
"""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

TICKETS = int(os.environ.get("TICKETS", "20000"))
AUTHORIZATION = {"Authorization": "Basic YWRtaW5AZXhhbXBsZS5jb20vdG9rZW46c2FuZGJveC10b2tlbg=="}


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def export(address: str) -> int:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port)
    path, count = "/api/v2/incremental/tickets/cursor?start_time=0&per_page=1000", 0
    while path:
        connection.request("GET", path, headers=AUTHORIZATION)
        body = connection.getresponse().read()
        count += body.count(b'"generated_timestamp":')
        # Only the end is decoded: the client must not be what is measured.
        rest = json.loads(b"{" + body[body.rindex(b'"after_cursor"') :])
        path = "" if rest["end_of_stream"] else "/api" + rest["after_url"].partition("/api")[2]
    connection.close()
    return count


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "cstoolkit",
            "sandbox",
            "up",
            "--seed",
            str(TICKETS),
            "--state",
            folder,
        ]
        options = ["--port", "0", "--json", "--quiet", "--switch", "rate_limits=off"]
        began = time.perf_counter()
        server = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
        try:
            lines = []
            for line in server.stdout:
                lines.append(line)
                if line == "}\n":
                    break
            seeded, used = time.perf_counter() - began, cpu_seconds(server.pid)
            print(f"start and seed {TICKETS:,} tickets: {seeded:.1f} s, {used:.1f} s of one core")
            address = next(iter(json.loads("".join(lines))["accounts"].values()))["address"]
            for number in range(3):
                began, before = time.perf_counter(), cpu_seconds(server.pid)
                count = export(address)
                wall, cpu = time.perf_counter() - began, max(cpu_seconds(server.pid) - before, 0.01)
                print(
                    f"export {number + 1}: {count:,} tickets, {count / wall:,.0f}/s, {count / cpu:,.0f} per core second"
                )
                assert count == TICKETS
        finally:
            server.kill()
            server.wait()


if __name__ == "__main__":
    main()
