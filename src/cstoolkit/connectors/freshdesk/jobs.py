"""Bulk jobs: waited for, and what they did read off the tickets, because Freshdesk tells it nowhere."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ...errors import NotFoundError, UnavailableError
from ...timekeeping import Clock
from ..bulk import Prepared, Verdict
from . import wire
from .client import FreshdeskClient
from .convert import freshdesk_instant, instant
from .lookups import Record
from .reading import walk

PATIENCE = 1800.0  # seconds for which a job is watched
SLOWEST = 5.0  # seconds between two looks at a job
UNDER_WAY = {"in_progress", "in progress", "queued", "pending", "running", "scheduled"}


class Jobs:
    """Jobs of one account."""

    def __init__(self, client: FreshdeskClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    def wait(self, job: str) -> None:
        """Until a job is over, however it ended. One that Freshdesk does not know was over long ago."""
        if not job:
            return
        pause, until = 1.0, self._clock.now().timestamp() + PATIENCE
        while self._under_way(job):
            if self._clock.now().timestamp() > until:
                raise UnavailableError(
                    f"Freshdesk has not finished its job {job} after {PATIENCE:.0f} s",
                    vendor=wire.VENDOR,
                    hint="run it again later: what is done is not repeated",
                )
            self._clock.sleep(pause)
            pause = min(SLOWEST, pause * 1.5)

    def check(self, lot: Sequence[Prepared], *, since: datetime) -> dict[str, Verdict]:
        """Verdicts by ticket id. What a job changed is in the list of what changed since it began."""
        if not lot:
            return {}
        changed = {
            record["id"]: record
            for page, _ in walk(self._client, freshdesk_instant(since))
            for record in page
        }
        return {one.merged.ticket_id: self._verdict(one, changed.get(one.body["id"])) for one in lot}

    def _under_way(self, job: str) -> bool:
        try:
            status = self._client.get(f"jobs/{job}").get("status")
        except NotFoundError:
            return False
        return str(status).lower() in UNDER_WAY

    def _verdict(self, one: Prepared, ticket: Record | None) -> Verdict:
        try:
            ticket = ticket or self._client.ticket(one.merged.ticket_id)
        except NotFoundError:
            return Verdict("refused", "the ticket is gone")
        left = [name for name, value in one.body["properties"].items() if not _holds(ticket, name, value)]
        if not left:
            return Verdict("done")
        listed = ", ".join(left)
        if instant(ticket["updated_at"]) == one.stood_at:
            return Verdict("refused", f"the job did not set: {listed}; Freshdesk does not say why")
        return Verdict("unknown", f"the ticket changed, but these are not as they were set: {listed}")


def _holds(ticket: Record, name: str, value: Any) -> bool:
    held = ticket.get(name)
    if name == "tags":
        return set(held or ()) == set(value)
    if name == "custom_fields":
        fields = held or {}
        return all(fields.get(key) == wanted for key, wanted in value.items())
    return bool(held == value)
