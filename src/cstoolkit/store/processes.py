"""Processes: who we are, and whether another one on this machine still lives."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Process:
    """One process of one machine. `started` tells it from a later one with the same pid, where known."""

    pid: int
    host: str
    started: str | None = None

    @classmethod
    def current(cls) -> "Process":
        return cls(os.getpid(), socket.gethostname(), _start_of(os.getpid()))

    def is_alive(self) -> bool:
        """Whether it runs, as far as this machine can tell; of another machine's we assume it."""
        if self.host != socket.gethostname():
            return True
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass  # somebody else's, but there
        return self.started is None or _start_of(self.pid) in (None, self.started)


def _start_of(pid: int) -> str | None:
    """Clock ticks from boot to the start of a process, where there is /proc."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The name, in brackets, may hold spaces; the start is the 22nd field, the 20th after it.
    return stat.rpartition(")")[2].split()[19]
