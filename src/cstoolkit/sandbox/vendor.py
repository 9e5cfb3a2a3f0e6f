"""What a vendor brings to the frame, and the table of vendors. The frame knows no other vendor word."""

import importlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from ..errors import ProjectError
from .http import Answer, Call
from .seeds import Seed
from .state import Table
from .switches import Switch

if TYPE_CHECKING:
    from .account import Account


class Vendor(Protocol):
    """One vendor's API over an account's state. Stateless: all it remembers is in the account."""

    name: str
    domain: str  # accounts are reached as <account>.<domain> where names are resolved to loopback
    tables: tuple[Table, ...]
    switches: tuple[Switch, ...]
    largest_body: int  # bytes; more is refused before it is read

    def answer(self, account: "Account", call: Call) -> Answer:
        """Authentication, limits, the route, the vendor's headers. Never raises for what a client sent."""
        ...

    def failure(self, account: "Account", call: Call, kind: str, *, seconds: int = 1) -> Answer:
        """The vendor's own answer for a fault: a status from 400 to 599, "expired", or "too_large".

        For a status that the vendor has no words for: its plainest error. The frame sees to the status.
        """
        ...

    def furnish(self, account: "Account") -> None:
        """What a fresh account has: its administrator, fields, forms."""
        ...

    def seed(self, account: "Account", seed: Seed) -> None:
        """Fill the account from model objects."""
        ...

    def hour(self, account: "Account") -> None:
        """The hour is full: time-based rules run."""
        ...

    def environment(self, account: "Account", address: str) -> Mapping[str, str]:
        """Variables that point the vendor's SDKs, and our connections, at the account."""
        ...

    def routes(self) -> Iterable[str]:
        """Every implemented route as `GET /api/...`, for documentation and tests."""
        ...


VENDORS: Mapping[str, str] = {
    "zendesk": "cstoolkit.sandbox.zendesk",
    "freshdesk": "cstoolkit.sandbox.freshdesk",
}
"""Vendor -> the module that has it as VENDOR."""


def load_vendor(name: str) -> Vendor:
    if name not in VENDORS:
        raise ProjectError(f'the sandbox has no vendor "{name}"', hint=f"vendors are: {', '.join(VENDORS)}")
    vendor: Vendor = importlib.import_module(VENDORS[name]).VENDOR
    return vendor
