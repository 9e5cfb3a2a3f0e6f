"""Ports and the thread that serves them."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Sequence

import uvicorn
from starlette.types import ASGIApp

from ..errors import ProjectError
from .wire import Connections, protocol_over


def listen(host: str, port: int) -> socket.socket:
    """A port that takes connections from now on; they wait until somebody serves it. 0: any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ProjectError(
            f"port {port} of {host} cannot be used: {error.strerror or error}",
            hint="another sandbox may run there; choose another one with --port",
        ) from error
    listener.listen(256)
    return listener


def port_of(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


class Serving:
    """Serves plain and TLS ports with one application, in this thread or in one of its own."""

    def __init__(
        self,
        application: ASGIApp,
        connections: Connections,
        plain: Sequence[socket.socket],
        secure: Sequence[socket.socket] = (),
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._ports = [(list(plain), _server(application, connections, None))]
        if context is not None:
            self._ports.append((list(secure), _server(application, connections, context)))
        self._connections = connections
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self.run, name="cstoolkit-sandbox", daemon=True)
        self._thread.start()

    def run(self) -> None:
        """Serve until `stop`, or a signal in the main thread."""
        asyncio.run(self._serve())

    def stop(self) -> None:
        for _, server in self._ports:
            server.should_exit = True
        if self._thread is not None:
            self._thread.join()

    async def _serve(self) -> None:
        await asyncio.gather(*(server.serve(sockets=listeners) for listeners, server in self._ports))
        for transport in list(self._connections.values()):
            transport.abort()  # a TLS connection would wait half a minute for its goodbye
        await asyncio.sleep(0)


def _server(application: ASGIApp, connections: Connections, context: ssl.SSLContext | None) -> uvicorn.Server:
    config = uvicorn.Config(
        application,
        http=protocol_over(connections),
        loop="asyncio",
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,  # ours tells the sandbox's time
        proxy_headers=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=1,
        ssl_context_factory=None if context is None else lambda config, default: context,
    )
    return uvicorn.Server(config)
