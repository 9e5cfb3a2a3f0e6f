"""Vendor host names that lead to loopback, for this process and only while asked for.

Clients that write `https://acme.zendesk.com` into every address then reach the sandbox unchanged. Nothing of
the system is touched: no hosts file, no DNS, no port 443.
"""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

_lock = threading.RLock()


@contextmanager
def resolving(hosts: Mapping[str, tuple[str, int]]) -> Iterator[None]:
    """Within, `hosts` resolve to (address, port), whatever port was asked for; all others as always.

    It replaces `socket.getaddrinfo` of the whole process, which is why one may be open at a time: another
    thread that opens one waits.
    """
    with _lock:
        real = socket.getaddrinfo

        def lookup(host: Any, port: Any, *arguments: Any, **options: Any) -> Any:
            name = host.decode() if isinstance(host, bytes) else host
            if isinstance(name, str) and name.lower() in hosts:
                return real(*hosts[name.lower()], *arguments, **options)
            return real(host, port, *arguments, **options)

        socket.getaddrinfo = lookup
        try:
            yield
        finally:
            socket.getaddrinfo = real
