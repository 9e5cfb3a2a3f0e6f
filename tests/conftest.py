"""What every test has: hypothesis profiles, no network but loopback, and the folder of real material."""

import ipaddress
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

REPOSITORY = Path(__file__).resolve().parent.parent

# "ci" is the same on every run, so a red build is never a matter of luck; "full" looks for new cases.
settings.register_profile(
    "ci",
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "full",
    max_examples=5_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


class NetworkIsOffLimitsError(BaseException):
    """A test reached for a host that is not this machine. Not an Exception, so no code can swallow it."""


def _is_loopback(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if not isinstance(host, str) or host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: it sees every socket of this process, those of C extensions that use Python's too."""
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # not a tuple: a Unix socket
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if not _is_loopback(host):
        raise NetworkIsOffLimitsError(f"a test tried to reach {host!r}; tests reach loopback only")


sys.addaudithook(_refuse_network)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real material; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("CSTOOLKIT_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("no folder of real material: set CSTOOLKIT_DATA to it")
    return folder
