"""HTTP/1.1 connections that can be cut on purpose: what a fault needs and an ASGI server does not offer."""

import asyncio
import socket
import struct
from collections.abc import MutableMapping
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

Connections = MutableMapping[tuple[str, int], asyncio.Transport]


def protocol_over(connections: Connections) -> type[H11Protocol]:
    """A protocol class that keeps its open connections in `connections`, by the client's host and port."""

    class Cuttable(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            if self.client is not None:
                connections[self.client] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            if self.client is not None:
                connections.pop(self.client, None)
            super().connection_lost(exc)

    return Cuttable


def cut(connections: Connections, client: Any) -> None:
    """Reset the connection: the client gets no goodbye."""
    transport = connections.get(tuple(client)) if client else None
    if transport is None:
        return
    raw = transport.get_extra_info("socket")
    if raw is not None:
        # Linger of no seconds: closing sends RST at once.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
