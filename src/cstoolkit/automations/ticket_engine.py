"""What cases and replays need of an engine: the neutral one has it, and so have vendors' engines on tickets of the model."""

from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from ..engines.engine import Detail
from ..engines.neutral import Account, NeutralUpdate, Ran, Situation
from ..engines.switches import Switches
from ..model.people import Person


class TicketEngine(Protocol):
    """A list of rules that updates and scans are played through. Equal arguments give equal answers."""

    @property
    def account(self) -> Account: ...

    @property
    def switches(self) -> Switches: ...

    def update(
        self, situation: Situation, update: NeutralUpdate, *, now: datetime, detail: Detail = "full"
    ) -> Ran:
        """The rules on one update."""
        ...

    def scan(
        self,
        situation: Situation,
        *,
        now: datetime,
        detail: Detail = "full",
        awake: Container[str] | None = None,
    ) -> Ran:
        """One hourly run of those that run on time."""
        ...

    def sleep(
        self, situation: Situation, *, now: datetime, among: Container[str] | None = None
    ) -> Mapping[str, datetime]:
        """When those that have just done nothing may do something, as long as the ticket stays as it is."""
        ...

    def automations(self) -> Sequence[Any]:
        """The rules that run on time."""
        ...


@runtime_checkable
class AppliesMacros(Protocol):
    """An engine that also plays an agent who chooses a macro and saves."""

    def apply_macro(
        self, macro: str, situation: Situation, *, actor: Person, now: datetime, detail: Detail = "full"
    ) -> Ran: ...
