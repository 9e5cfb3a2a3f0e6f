"""`Sandbox`: vendor accounts on loopback, for as long as a `with` block or a process lasts."""

import asyncio
import json
import socket
import ssl
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from ..errors import ProjectError
from .account import Account
from .certificates import make_tls
from .clock import SandboxClock, running_from
from .control import Control
from .faults import Faults
from .http import Record
from .listening import Serving, listen, port_of
from .names import resolving
from .rule_engine import EngineFactory, load_engine
from .seeds import Seed, from_demo
from .server import Accounts, Application
from .vendor import load_vendor

DEFAULT_ACCOUNTS = {"acme-zendesk": "zendesk"}
NO_ENGINES: Mapping[str, EngineFactory | None] = {}
DEFAULT_START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""A Monday morning. The same on every run, so that what a test reads does not depend on the day."""


class Sandbox:
    """Vendor accounts behind real HTTP. `accounts` is name -> vendor.

    With `state` they live in SQLite files of that folder and survive a restart, else in memory. Without a
    `clock` time starts at `DEFAULT_START` and runs on. `port` serves all accounts, each by its name in the
    host or at the start of the path; if there are several, each also has a port of its own. Port 0 is any.
    `engines` replaces a vendor's own rule engine; None leaves its rules unrun.
    """

    def __init__(
        self,
        accounts: Mapping[str, str] = DEFAULT_ACCOUNTS,
        *,
        state: Path | None = None,
        clock: SandboxClock | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: bool = False,
        switches: Mapping[str, Mapping[str, str]] | None = None,
        engines: Mapping[str, EngineFactory | None] = NO_ENGINES,
    ) -> None:
        if not accounts:
            raise ProjectError("a sandbox needs an account", hint=f"as {DEFAULT_ACCOUNTS}")
        self.clock = clock or SandboxClock(running_from(DEFAULT_START, time.monotonic))
        self.faults = Faults()
        self.host = host
        self._folder = state = None if state is None else state.absolute()
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._tls = tls
        self._first_port = port
        self._serving: Serving | None = None
        self._listeners: list[socket.socket] = []
        self.ports: dict[str, int] = {}
        self.port = self.tls_port = 0
        self.certificate: Path | None = None
        if state is not None:
            state.mkdir(parents=True, exist_ok=True)
        self._ordinals = self._number(accounts)
        self.accounts = {
            name: Account(
                name,
                load_vendor(vendor),
                ordinal=self._ordinals[name],
                clock=self.clock,
                path=None if state is None else state / f"{name}.sqlite",
                switches=(switches or {}).get(name),
                engine=engines[vendor] if vendor in engines else load_engine(vendor),
            )
            for name, vendor in accounts.items()
        }
        self._go_on_in_time()

    def __enter__(self) -> Self:
        try:
            self.open()
        except BaseException:
            self.close()
            raise
        assert self._serving is not None
        self._serving.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def run(self) -> None:
        """Serve in this thread until a signal ends it."""
        self.open()
        assert self._serving is not None
        self._serving.run()

    def open(self) -> None:
        """Take the ports; connections wait until `run`."""
        if self._serving is None:
            self._open()

    def close(self) -> None:
        if self._serving is not None:
            self._serving.stop()
            self._serving = None
        for listener in self._listeners:
            listener.close()
        self._keep()
        for account in self.accounts.values():
            account.close()
        if self._scratch is not None:
            self._scratch.cleanup()

    def account(self, name: str | None = None) -> Account:
        """An account by its name; without one the only one there is."""
        if name is None and len(self.accounts) == 1:
            return next(iter(self.accounts.values()))
        if name is None or name not in self.accounts:
            raise ProjectError(f"which account? {name!r}", hint=f"accounts are: {', '.join(self.accounts)}")
        return self.accounts[name]

    def address(self, name: str | None = None, *, tls: bool = False) -> str:
        """Where an account answers, as `http://127.0.0.1:8484`. With `tls` by its vendor host name."""
        account = self.account(name)
        if tls:
            return f"https://{self.host_name(account)}"
        return f"http://{_bracketed(self.host)}:{self.ports.get(account.name, self.port)}"

    def host_name(self, account: Account) -> str:
        return f"{account.name}.{account.vendor.domain}"

    def environment(self, name: str | None = None) -> dict[str, str]:
        """Variables that point the vendor's SDKs, and our connections, at an account."""
        account = self.account(name)
        variables = dict(account.vendor.environment(account, self.address(account.name)))
        if self.certificate is not None:
            trusted = str(self.certificate)
            variables |= {"REQUESTS_CA_BUNDLE": trusted, "SSL_CERT_FILE": trusted}
        return variables

    def resolving(self) -> AbstractContextManager[None]:
        """In this process, until it ends: vendor host names lead here, whatever port is asked for."""
        if not self._tls:
            raise ProjectError("the sandbox has no TLS port", hint="Sandbox(tls=True)")
        hosts = {self.host_name(account): (self.host, self.tls_port) for account in self.accounts.values()}
        return resolving(hosts)

    def seed(self, seed: Seed, name: str | None = None) -> None:
        """Fill an account from model objects."""
        self.account(name).seed(seed)

    def seed_demo(self, *, tickets: int = 200, seed: int = 1, name: str | None = None) -> None:
        """Fill an account with the generated helpdesk, as it stands an hour before the sandbox's time."""
        as_of = (self.clock.now() - timedelta(hours=1)).replace(microsecond=0)
        self.seed(from_demo(tickets=tickets, seed=seed, as_of=as_of), name)

    def reset(self) -> None:
        """Every account as on its first day, and no faults. The clock stays: it cannot go back."""
        for account in self.accounts.values():
            account.reset()
        self.faults.clear()

    def describe(self) -> Record:
        return {
            "clock": self.clock.now().isoformat(),
            "port": self.port,
            "tls_port": self.tls_port or None,
            "certificate": str(self.certificate) if self.certificate else None,
            "accounts": {
                name: {
                    "vendor": account.vendor.name,
                    "address": self.address(name),
                    "host_name": self.host_name(account),
                    "environment": self.environment(name),
                    "notes": account.log.notes,
                }
                for name, account in self.accounts.items()
            },
        }

    def _listen(self, offset: int) -> socket.socket:
        """The first port or one after it; any free one if the first is any."""
        listener = listen(self.host, self._first_port and self._first_port + offset)
        self._listeners.append(listener)
        return listener

    def _open(self) -> None:
        plain = [self._listen(0)]
        self.port = port_of(plain[0])
        if len(self.accounts) > 1:
            for offset, name in enumerate(self.accounts, start=1):
                plain.append(self._listen(offset))
                self.ports[name] = port_of(plain[-1])
        secure, context = [], None
        if self._tls:
            context = self._certify()
            secure.append(self._listen(len(plain)))
            self.tls_port = port_of(secure[0])
        by_port = {port: self.accounts[name] for name, port in self.ports.items()}
        connections: dict[tuple[str, int], asyncio.Transport] = {}
        control = Control(self.accounts, self.clock, self.faults, describe=self.describe, settled=self._keep)
        application = Application(Accounts(self.accounts, by_port), self.faults, control, connections)
        self._serving = Serving(application, connections, plain, secure, context)
        self._keep()

    def _certify(self) -> ssl.SSLContext:
        if self._folder is None:
            self._scratch = tempfile.TemporaryDirectory(prefix="cstoolkit-sandbox-")
        folder = self._folder or Path(self._scratch.name if self._scratch else ".")
        names = [self.host_name(account) for account in self.accounts.values()]
        context, self.certificate = make_tls(folder, [*names, "localhost", "127.0.0.1"])
        return context

    def _go_on_in_time(self) -> None:
        """Not before what the accounts have seen, and as far ahead as the clock was set the last time."""
        kept = self._kept()
        if "offset" in kept and self.clock.offset == timedelta(0):
            self.clock.offset = timedelta(seconds=float(kept["offset"]))
        if kept.get("stopped_at") and self.clock.stopped_at is None:
            self.clock.stopped_at = datetime.fromisoformat(kept["stopped_at"])
        seen = max(account.last_seen() for account in self.accounts.values())
        if "now" in kept:
            seen = max(seen, datetime.fromisoformat(kept["now"]))
        if seen > self.clock.now():
            self.clock.set(seen)

    def _number(self, names: Iterable[str]) -> dict[str, int]:
        """An account keeps its number, and so its ids, whichever accounts are started beside it."""
        numbers: dict[str, int] = dict(self._kept().get("ordinals", {}))
        for name in names:
            numbers.setdefault(name, max(numbers.values(), default=-1) + 1)
        return numbers

    def _kept(self) -> Record:
        if self._folder is None or not (self._folder / "sandbox.json").exists():
            return {}
        kept: Record = json.loads((self._folder / "sandbox.json").read_text(encoding="utf-8"))
        return kept

    def _keep(self) -> None:
        """What the next start, and `cstoolkit sandbox clock`, need to know."""
        if self._folder is None:
            return
        stopped = self.clock.stopped_at
        kept = {
            "offset": self.clock.offset.total_seconds(),
            "stopped_at": stopped.isoformat() if stopped else None,
            "now": self.clock.now().isoformat(),
            "ordinals": self._ordinals,
            "address": f"http://{_bracketed(self.host)}:{self.port}",
        }
        new = self._folder / "sandbox.json.new"
        new.write_text(json.dumps(kept, indent=2), encoding="utf-8")
        new.replace(self._folder / "sandbox.json")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
