"""The sandbox's own API under /_sandbox: clock, reset, faults, log, outbox, switches. For loopback only."""

import ipaddress
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..errors import CstoolkitError, ProjectError
from .account import Account
from .clock import SandboxClock
from .faults import Fault, Faults
from .http import Record, decode

PREFIX = "/_sandbox"


class Control:
    """`settled` is called after the clock was changed, so that it can be kept for the next start."""

    def __init__(
        self,
        accounts: Mapping[str, Account],
        clock: SandboxClock,
        faults: Faults,
        *,
        describe: Callable[[], Record],
        settled: Callable[[], None],
    ) -> None:
        self._accounts = accounts
        self._clock = clock
        self._faults = faults
        self._describe = describe
        self._settled = settled

    async def respond(self, request: Request, path: str) -> Response:
        # A web page could send a browser here under a name of its own (DNS rebinding).
        if not _is_local(request.headers.get("host", "")):
            return JSONResponse({"error": "the sandbox's own API answers on loopback only"}, 403)
        action = f"{request.method} {path or '/'}"
        if action not in self._actions():
            return JSONResponse({"error": f"there is no {action}", "actions": sorted(self._actions())}, 404)
        try:
            body = await request.body()
            document = decode(body) if body.strip() else {}
            return JSONResponse(self._actions()[action](dict(request.query_params), document))
        except CstoolkitError as error:
            return JSONResponse({"error": str(error), "hint": error.hint}, 400)
        except (ValueError, TypeError, KeyError) as error:
            return JSONResponse({"error": f"not understood: {error}"}, 400)

    def _actions(self) -> Mapping[str, Callable[[Mapping[str, str], Any], Any]]:
        return {
            "GET /": lambda query, body: self._describe(),
            "GET /clock": lambda query, body: self._tell_time(),
            "PUT /clock": lambda query, body: self._set_clock(body),
            "POST /reset": lambda query, body: self._reset(query),
            "GET /faults": lambda query, body: {"faults": self._faults.as_records()},
            "POST /faults": lambda query, body: self._add_fault(body),
            "DELETE /faults": lambda query, body: self._clear_faults(),
            "GET /log": lambda query, body: self._log(query),
            "DELETE /log": lambda query, body: self._clear_log(query),
            "GET /outbox": lambda query, body: self._outbox(query),
            "GET /switches": lambda query, body: self._switches(query),
            "PUT /switches": self._set_switches,
        }

    def _chosen(self, query: Mapping[str, str]) -> list[Account]:
        name = query.get("account")
        if name is None:
            return list(self._accounts.values())
        if name not in self._accounts:
            raise ProjectError(
                f'there is no account "{name}"', hint=f"accounts are: {', '.join(self._accounts)}"
            )
        return [self._accounts[name]]

    def _tell_time(self) -> Record:
        return {"now": self._clock.now().isoformat(), "stopped": self._clock.stopped_at is not None}

    def _set_clock(self, body: Any) -> Record:
        """`{"now": ISO}`, `{"advance": seconds}`, `{"stopped": true}`, in any combination."""
        if body.get("stopped"):
            self._clock.stop()
        if "now" in body:
            self._clock.set(datetime.fromisoformat(body["now"]))
        if "advance" in body:
            self._clock.advance(timedelta(seconds=float(body["advance"])))
        if "stopped" in body and not body["stopped"]:
            self._clock.run()
        for account in self._accounts.values():
            account.pass_hours()
        self._settled()
        return self._tell_time()

    def _reset(self, query: Mapping[str, str]) -> Record:
        for account in self._chosen(query):
            account.reset()
        if "account" not in query:
            self._faults.clear()
        return self._describe()

    def _add_fault(self, body: Any) -> Record:
        self._faults.add(Fault.from_record(body))
        return {"faults": self._faults.as_records()}

    def _clear_faults(self) -> Record:
        self._faults.clear()
        return {"faults": []}

    def _log(self, query: Mapping[str, str]) -> Record:
        status = int(query["status"]) if "status" in query else None
        accounts = self._chosen(query)
        entries = [
            entry for account in accounts for entry in account.log.find(query.get("like", "*"), status=status)
        ]
        entries.sort(key=lambda entry: entry.at)
        return {
            "calls": [entry.as_record() for entry in entries],
            "notes": [f"{account.name}: {note}" for account in accounts for note in account.log.notes],
        }

    def _clear_log(self, query: Mapping[str, str]) -> Record:
        for account in self._chosen(query):
            account.log.clear()
        return {"calls": []}

    def _outbox(self, query: Mapping[str, str]) -> Record:
        found = []
        for account in self._chosen(query):
            with account.changing():
                found += [{"account": account.name} | item for item in account.outbox.all(query.get("kind"))]
        return {"outbox": found}

    def _switches(self, query: Mapping[str, str]) -> Record:
        return {account.name: dict(account.switches.as_mapping()) for account in self._chosen(query)}

    def _set_switches(self, query: Mapping[str, str], body: Any) -> Record:
        for account in self._chosen(query):
            for name, value in body.items():
                account.switches.set(name, str(value))
        return self._switches(query)


def _is_local(host: str) -> bool:
    name = host.rpartition(":")[0] or host
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
