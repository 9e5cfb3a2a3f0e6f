"""Helpdesks: `connect("local:FILE")`, `connect("zendesk:SUBDOMAIN")`."""

import difflib
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from ..errors import ProjectError
from ..timekeeping import Clock
from .base import Helpdesk

Opener = Callable[..., Helpdesk]


def _open_local(place: str, *, clock: Clock, writable: bool, wait: float) -> Helpdesk:
    from .local.helpdesk import LocalHelpdesk

    return LocalHelpdesk.open(Path(place), clock=clock, writable=writable, wait=wait)


def _open_zendesk(place: str, *, clock: Clock, writable: bool, wait: float) -> Helpdesk:  # noqa: ARG001 - nobody else locks it
    from ..store.state import state_path
    from .credentials import find_credential
    from .zendesk.connector import ZendeskHelpdesk

    credential = find_credential("zendesk", place, environ=os.environ)
    return ZendeskHelpdesk.open(
        place, credential, clock=clock, state=state_path(os.environ), writable=writable
    )


CONNECTORS: Mapping[str, Opener] = {"local": _open_local, "zendesk": _open_zendesk}
"""Vendor word of an address -> what opens it. A connector is loaded when it is used, not before."""

PLACES: Mapping[str, str] = {"local": "FILE", "zendesk": "SUBDOMAIN"}
"""What stands behind the colon."""


def connect(address: str, *, clock: Clock, writable: bool = False, wait: float = 0) -> Helpdesk:
    """Open the helpdesk at an address such as "local:tickets.duckdb", for reading unless `writable`.

    While it is in use by another process, tries again for `wait` seconds. Raises ProjectError for what is no
    address, and what the connector raises: StoreError, BusyError, ConnectorError.
    """
    vendor, colon, place = address.partition(":")
    if not colon:
        raise ProjectError(
            f'"{address}" is not an address',
            hint=f"addresses look like local:FILE; did you mean local:{address}?",
        )
    if vendor not in CONNECTORS:
        near = difflib.get_close_matches(vendor, CONNECTORS, n=1)
        known = ", ".join(CONNECTORS)
        hint = f'did you mean "{near[0]}:{place}"?' if near else f"vendors are: {known}"
        raise ProjectError(f'"{address}": there is no vendor "{vendor}"', hint=hint)
    if not place:
        raise ProjectError(
            f'"{address}" names no {PLACES[vendor].lower()}', hint=f"write {vendor}:{PLACES[vendor]}"
        )
    return CONNECTORS[vendor](place, clock=clock, writable=writable, wait=wait)
