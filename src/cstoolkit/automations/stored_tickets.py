"""Tickets of stores as fixtures: `given: {ticket: "local:FILE#ID"}`, or `CONNECTION:ID` of a synced one."""

from dataclasses import dataclass, field
from datetime import datetime

from ..connectors.named import find_connection
from ..errors import CstoolkitError
from ..model.data_problems import DataProblem, DataProblems, Path
from ..model.ticket import Ticket
from ..project import Project

HINT = "write local:FILE#ID, or CONNECTION:ID for one that was synced"


@dataclass(frozen=True)
class StoredTickets:
    """The tickets that cases name, each read once. A ticket stands as it does when the store's data is true."""

    project: Project = field(default_factory=Project)
    _read: dict[str, tuple[Ticket, datetime]] = field(default_factory=dict)

    def find(self, address: str, path: Path) -> tuple[Ticket, datetime]:
        """The ticket and the instant of its store. Raises DataProblems at `path`, with what to write instead."""
        if address not in self._read:
            try:
                self._read[address] = self._find(address)
            except CstoolkitError as error:
                raise DataProblems([DataProblem(path, str(error), "ticket", error.hint or HINT)]) from None
        return self._read[address]

    def _find(self, address: str) -> tuple[Ticket, datetime]:
        from ..store.database import Store
        from ..store.tickets import read_tickets

        place, mark, ticket_id = address.rpartition("#" if "#" in address else ":")
        if not mark or not place or not ticket_id:
            raise CstoolkitError(f'"{address}" names no ticket', hint=HINT)
        with Store.open(find_connection(place, self.project).synced_store()) as store:
            now = store.as_of
            if now is None:
                raise CstoolkitError(f"{place} does not say when its data is true")
            for ticket in read_tickets(store, None, now, only=[ticket_id], comments=True):
                return ticket, now
            some = [one for (one,) in store.query("SELECT ticket_id FROM tickets ORDER BY ticket_id LIMIT 3")]
        raise CstoolkitError(
            f'there is no ticket "{ticket_id}" in {place}', hint=f"there are {', '.join(some)}, ..."
        )
