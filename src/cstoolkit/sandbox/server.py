"""The ASGI application: finds the account that a request is for, answers, and does what a fault says."""

import asyncio
import email.utils
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from .account import Account
from .control import PREFIX, Control
from .faults import Fault, Faults
from .http import Answer, Call, parse_query
from .wire import Connections, cut

HTML = b"<!DOCTYPE html><html><head><title>One moment</title></head><body><h1>One moment</h1></body></html>"
Prepare = Callable[[Call], Call]


@dataclass(frozen=True)
class Accounts:
    """The accounts of a sandbox, and how a request says which one it means."""

    by_name: Mapping[str, Account]
    by_port: Mapping[int, Account]

    def choose(self, *, port: int, host: str, path: str) -> tuple[Account, str] | None:
        """The account and the path's prefix that named it. By port, host name, path, or because it is alone.

        Host names are `acme.zendesk.com` (resolved to loopback by the caller), `acme.localhost` and
        `acme.<anything>`; a path is `/acme/api/...`.
        """
        if port in self.by_port:
            return self.by_port[port], ""
        label = host.partition(".")[0].lower()
        if label in self.by_name and "." in host:
            return self.by_name[label], ""
        first = path.split("/", 2)[1] if path.startswith("/") else ""
        if first in self.by_name:
            return self.by_name[first], f"/{first}"
        if len(self.by_name) == 1:
            return next(iter(self.by_name.values())), ""
        return None


class Application:
    """One for all ports of a sandbox."""

    def __init__(
        self, accounts: Accounts, faults: Faults, control: Control, connections: Connections
    ) -> None:
        self._accounts = accounts
        self._faults = faults
        self._control = control
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive, send)
        try:
            response = await self._respond(request)
        except ClientDisconnect:
            return
        if response is not None:
            await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response | None:
        scope = request.scope
        path = unquote(scope["raw_path"].decode("latin-1"), errors="replace")
        if path == PREFIX or path.startswith(f"{PREFIX}/"):
            return await self._control.respond(request, path.removeprefix(PREFIX))
        host = request.headers.get("host", "")
        server = scope.get("server") or ("", 0)
        found = self._accounts.choose(port=server[1] or 0, host=host.rpartition(":")[0] or host, path=path)
        if found is None:
            names = ", ".join(f"/{name}" for name in self._accounts.by_name)
            return PlainTextResponse(f"which account? start the path with one of: {names}\n", 404)
        account, prefix = found
        call = Call(
            method=request.method,
            path=path[len(prefix) :] or "/",
            base=f"{scope['scheme']}://{host}{prefix}",
            query=parse_query(scope["query_string"].decode("latin-1")),
            headers={name.lower(): value for name, value in request.headers.items()},
        )
        return await self._serve(request, account, call)

    async def _serve(self, request: Request, account: Account, call: Call) -> Response | None:
        fault = self._faults.strike(account.name, call.target)
        body = await _read(request, account.vendor.largest_body)
        if body is None:
            answer = account.vendor.failure(account, call, "too_large")
            return _response(answer.plus(("connection", "close")), account, fault)
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.kind == "reset":
            cut(self._connections, request.scope.get("client"))
            return None
        call = Call(call.method, call.path, call.base, call.query, call.headers, body)
        answer = account.serve(call, fault)
        return self._spoiled(request, account, answer, fault)

    def _spoiled(
        self, request: Request, account: Account, answer: Answer, fault: Fault | None
    ) -> Response | None:
        kind = fault.kind if fault is not None else ""
        if kind == "lost":
            cut(self._connections, request.scope.get("client"))
            return None
        if kind == "wrong_type":
            answer = Answer(200, HTML, (), "text/html; charset=utf-8")
        response = _response(answer, account, fault)
        return HalfResponse(response, self._connections) if kind == "half_body" else response


class HalfResponse(Response):
    """Promises a body and delivers the first half of it."""

    def __init__(self, whole: Response, connections: Connections) -> None:
        super().__init__(whole.body, whole.status_code)
        self.raw_headers = whole.raw_headers
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        transport = self._connections.get(tuple(scope["client"]))
        if transport is not None:
            transport.close()  # not `cut`: the half is to arrive


def _response(answer: Answer, account: Account, fault: Fault | None) -> Response:
    response = Response(answer.body, answer.status, media_type=None)
    if answer.media_type is not None:
        response.headers["content-type"] = answer.media_type
    skew = fault.seconds if fault is not None and fault.kind == "skew" else 0.0
    response.headers["date"] = email.utils.formatdate(account.clock.now().timestamp() + skew, usegmt=True)
    for name, value in answer.headers:
        # A header is one line of Latin-1, whatever a client made us repeat.
        response.headers.append(name, value.encode("latin-1", "replace").decode("latin-1").replace("\n", " "))
    return response


async def _read(request: Request, largest: int) -> bytes | None:
    """The body; None if it is longer than that."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > largest:
        return None
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > largest:
            return None
        parts.append(part)
    return b"".join(parts)
