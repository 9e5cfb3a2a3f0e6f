"""What a connector is opened with."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..model.ticket import StatusCategory
from ..timekeeping import Clock
from .credentials import Credential, credential_from, find_credential
from .named import Named

if TYPE_CHECKING:
    from .transport import OnWait


@dataclass(frozen=True, slots=True)
class Opening:
    """An account and how it is wanted. `on_wait` hears of every wait before it begins."""

    named: Named
    clock: Clock
    writable: bool = False
    wait: float = 0
    on_wait: "OnWait | None" = None

    @property
    def place(self) -> str:
        return self.named.place

    @property
    def state(self) -> Path:
        return self.named.state

    @property
    def share(self) -> float:
        return self.named.connection.share

    @property
    def statuses(self) -> Mapping[str, StatusCategory]:
        return self.named.connection.statuses

    @property
    def switches(self) -> Mapping[str, str | bool]:
        return self.named.connection.switches

    def credential(self) -> Credential:
        """What `auth` of the connection says; without one, what the surroundings have.

        Raises AuthenticationError if there is none, ProjectError for a secret that is not set.
        """
        named = self.named
        if named.connection.auth:
            secrets = named.connection.secrets(os.environ)
            values = {key: value.get_secret_value() for key, value in secrets.items()}
            return credential_from(values, vendor=named.vendor, connection=named.name)
        return find_credential(named.vendor, named.place, environ=os.environ)
