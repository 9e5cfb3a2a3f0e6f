"""A ready zenpy client. zenpy is GPLv3 and an extra: it is imported here, on use, and nowhere else."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import requests

from ...errors import ProjectError, RejectedError
from ..rate_budget import Limit
from ..transport import TIMEOUTS, Transport
from . import wire
from .client import limits_of

MISSING = "zenpy is not installed"
HINT = 'install the extra: pip install "cstoolkit[zenpy]" (zenpy is GPLv3, cstoolkit itself is not)'


class SharedSession(requests.Session):
    """A session for another client: the transport's credential, connections, hosts and limits.

    Every request holds a place in the budget that all our processes share. What the transport would refuse,
    another host or a write where only reading was asked for, is refused here too.
    """

    authorized = True  # zenpy asks for it, and leaves the credential alone

    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self._transport = transport
        self.auth = transport.session.auth
        self.headers.update({"User-Agent": "cstoolkit (zenpy)"})
        for prefix, adapter in transport.session.adapters.items():
            self.mount(prefix, adapter)

    def send(self, request: requests.PreparedRequest, **how: Any) -> requests.Response:
        """One exchange, within our limits."""
        method, address = str(request.method), str(request.url)
        if not address.startswith(f"{self._transport.base}/"):
            raise RejectedError(
                f'zenpy was about to call "{urlsplit(address).netloc}", which is not this account',
                vendor=wire.VENDOR,
                hint="unset ZENPY_FORCE_NETLOC; open the other account by its own address",
            )
        self._transport.check_writable(method)
        how["timeout"] = how.get("timeout") or TIMEOUTS
        return self._transport.lend(
            self._limits(address), lambda: super(SharedSession, self).send(request, **how)
        )

    def _limits(self, address: str) -> tuple[Limit, ...]:
        return limits_of(urlsplit(address).path)


def make_zenpy(transport: Transport) -> Any:
    """Raises ProjectError where zenpy is not installed, or the address has no subdomain to give it."""
    try:
        from zenpy import Zenpy
    except ImportError as error:
        raise ProjectError(MISSING, hint=HINT) from error
    parts = urlsplit(transport.base)
    subdomain, _, domain = parts.netloc.partition(".")
    if not domain:
        raise ProjectError(f'"{parts.netloc}" has no subdomain, which zenpy needs')
    client = Zenpy(
        subdomain=subdomain,
        domain=domain,
        session=SharedSession(transport),
        disable_cache=True,
        timeout=TIMEOUTS,
    )
    for api in _apis(client):
        api.protocol = parts.scheme
    return client


def _apis(owner: Any) -> Iterator[Any]:
    """The parts: each keeps the scheme for itself, and some have parts in turn."""
    for part in vars(owner).values():
        if hasattr(part, "protocol"):
            yield part
            yield from _apis(part)
