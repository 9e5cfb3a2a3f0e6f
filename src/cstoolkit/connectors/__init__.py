"""Helpdesks: `connect("local:FILE")`, `connect("zendesk:SUBDOMAIN")`, `connect("freshdesk:SUBDOMAIN")`, by name too."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ..timekeeping import Clock
from .base import Helpdesk

if TYPE_CHECKING:
    from ..project import Project
    from .named import Named
    from .opening import Opening
    from .transport import OnWait

Opener = Callable[["Opening"], Helpdesk]


def _open_local(opening: "Opening") -> Helpdesk:
    from .local.helpdesk import LocalHelpdesk

    return LocalHelpdesk.open(
        opening.named.store, clock=opening.clock, writable=opening.writable, wait=opening.wait
    )


def _open_zendesk(opening: "Opening") -> Helpdesk:
    from .zendesk.connector import ZendeskHelpdesk

    return ZendeskHelpdesk.open(
        opening.place,
        opening.credential(),
        clock=opening.clock,
        state=opening.state,
        writable=opening.writable,
        share=opening.share,
        statuses=opening.statuses,
        on_wait=opening.on_wait,
    )


def _open_freshdesk(opening: "Opening") -> Helpdesk:
    from .freshdesk.connector import FreshdeskHelpdesk

    return FreshdeskHelpdesk.open(
        opening.place,
        opening.credential(),
        clock=opening.clock,
        state=opening.state,
        writable=opening.writable,
        share=opening.share,
        statuses=opening.statuses,
        archive=opening.switches.get("archive", "read") != "leave_out",
        on_wait=opening.on_wait,
    )


CONNECTORS: Mapping[str, Opener] = {
    "local": _open_local,
    "zendesk": _open_zendesk,
    "freshdesk": _open_freshdesk,
}
"""Vendor word of an address -> what opens it. A connector is loaded when it is used, not before."""


def connect(
    address: str,
    *,
    project: "Project | None" = None,
    clock: Clock,
    writable: bool = False,
    wait: float = 0,
    on_wait: "OnWait | None" = None,
) -> Helpdesk:
    """Open a helpdesk by its address ("local:tickets.duckdb"), or by its connection's name in `project`.

    For reading only, unless `writable`. A file in use by another process is tried again for `wait` seconds;
    `on_wait` hears of each wait for a vendor before it begins. Raises ProjectError for an unknown name, for
    what is no address, and for a secret that is not set; and what the connector raises: StoreError,
    BusyError, ConnectorError.
    """
    from .named import find_connection

    named = find_connection(address, project)
    return open_named(named, clock=clock, writable=writable, wait=wait, on_wait=on_wait)


def open_named(
    named: "Named",
    *,
    clock: Clock,
    writable: bool = False,
    wait: float = 0,
    on_wait: "OnWait | None" = None,
) -> Helpdesk:
    """As `connect`, for what `find_connection` found."""
    from .opening import Opening

    opening = Opening(named, clock=clock, writable=writable, wait=wait, on_wait=on_wait)
    return CONNECTORS[named.vendor](opening)
