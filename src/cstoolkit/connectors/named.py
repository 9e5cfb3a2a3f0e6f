"""A connection by its name in cstoolkit.yaml, or an address: which account it is, and where its store is."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import ProjectError
from ..model.data_problems import did_you_mean, nearest
from ..project import Connection, Project
from ..store.state import state_path

VENDORS: Mapping[str, str] = {"local": "FILE", "zendesk": "SUBDOMAIN", "freshdesk": "SUBDOMAIN"}
"""Vendor words of addresses, and what stands behind the colon."""

STORES = Path(".cstoolkit")
SHARE = 0.8
"""Of an account's limits, where no project says otherwise."""


@dataclass(frozen=True, slots=True)
class Named:
    """One account. `name` is the connection's, or the address itself; `folder` is the project's."""

    name: str
    connection: Connection
    folder: Path

    @property
    def vendor(self) -> str:
        return self.connection.vendor

    @property
    def place(self) -> str:
        """What stands behind the colon; a file is seen from the project's folder."""
        place = self.connection.address.partition(":")[2]
        return str(self.folder / place) if self.vendor == "local" else place

    @property
    def address(self) -> str:
        return f"{self.vendor}:{self.place}"

    @property
    def store(self) -> Path:
        """The store file: that of a local helpdesk is the helpdesk itself."""
        if self.vendor == "local":
            return Path(self.place)
        return self.folder / STORES / f"{re.sub(r'[^A-Za-z0-9._-]', '-', self.name)}.duckdb"

    @property
    def is_synced(self) -> bool:
        """Whether there is a store to read."""
        return self.vendor == "local" or self.store.exists()

    def synced_store(self) -> Path:
        """The store, to be read. Raises ProjectError where no sync has made one."""
        if not self.is_synced:
            raise ProjectError(
                f"{self.name} has not been synced: there is no {self.store}",
                hint=f"run cstoolkit sync {self.name}",
            )
        return self.store

    @property
    def state(self) -> Path:
        return self.folder / state_path(os.environ)


def find_connection(text: str, project: Project | None = None) -> Named:
    """The connection of that name, or the account at that address. Raises ProjectError, which lists the names.

    An address that is that of just one connection is that connection: its share, statuses and store count.
    """
    folder = (project.folder if project else None) or Path()
    known = project.connections if project else {}
    if text in known:
        return Named(text, known[text], folder)
    _check(text, known)
    named = [name for name, each in known.items() if each.address == text and each.vendor != "local"]
    if len(named) == 1:
        return Named(named[0], known[named[0]], folder)
    return Named(text, Connection(address=text, share=SHARE), Path() if text.startswith("local:") else folder)


def chosen_connections(project: Project | None, environment: str | None = None) -> list[Named]:
    """The connections of an environment; without one all of the project. Raises ProjectError if there are none."""
    if project is None or not project.connections:
        raise ProjectError(
            "no project names a connection",
            hint="name an account, such as zendesk:acme, or write connections into cstoolkit.yaml",
        )
    names = tuple(project.connections)
    if environment is not None:
        project.variables(environment)  # raises for an environment that does not exist
        names = project.environments[environment].connections
    return [find_connection(name, project) for name in names]


def _check(text: str, known: Mapping[str, Connection]) -> None:
    vendor, colon, place = text.partition(":")
    if not colon:
        raise _unknown(text, known)
    if vendor not in VENDORS:
        near = nearest(vendor, VENDORS)
        hint = f'did you mean "{near}:{place}"?' if near else f"vendors are: {', '.join(VENDORS)}"
        raise ProjectError(f'"{text}": there is no vendor "{vendor}"', hint=hint)
    if not place:
        raise ProjectError(
            f'"{text}" names no {VENDORS[vendor].lower()}', hint=f"write {vendor}:{VENDORS[vendor]}"
        )


def _unknown(text: str, known: Mapping[str, Connection]) -> ProjectError:
    if known:
        hint = did_you_mean(text, known, label="connections are")
        return ProjectError(f'there is no connection "{text}"', hint=hint)
    return ProjectError(
        f'"{text}" is not an address, and no project names it',
        hint=f"for a file, write local:{text}; names of connections stand in cstoolkit.yaml",
    )
