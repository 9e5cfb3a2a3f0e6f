"""What customers thought of tickets. A ticket's own JSON does not have it."""

from collections.abc import Mapping, Sequence

from ...errors import RejectedError
from .client import FreshdeskClient
from .convert import instant
from .convert_sla import latest_ratings
from .lookups import Record

FEW = 30  # tickets whose ratings are asked for one by one, before all of the account are read


class Ratings:
    """The latest ratings of tickets, by ticket id. All of them are read at most once."""

    def __init__(self, client: FreshdeskClient) -> None:
        self._client = client
        self._known: Mapping[str, Record] | None = None

    def all(self) -> Mapping[str, Record]:
        if self._known is None:
            self._known = latest_ratings(self._client.optional("surveys/satisfaction_ratings"))
        return self._known

    def of(self, tickets: Sequence[Record]) -> Mapping[str, Record]:
        """Those of some tickets: a call each while they are few."""
        if self._known is not None or len(tickets) > FEW:
            return self.all()
        paths = [f"tickets/{one['id']}/satisfaction_ratings" for one in tickets if not one.get("deleted")]
        return latest_ratings(record for path in paths for record in self._client.optional(path))

    def since(self, at: str) -> Mapping[str, Record]:
        """Those made since an instant; where the list takes no such filter, out of all."""
        try:
            found = self._client.optional("surveys/satisfaction_ratings", {"created_since": at})
        except RejectedError:
            return {
                ticket: one for ticket, one in self.all().items() if instant(one["created_at"]) >= instant(at)
            }
        return latest_ratings(found)
