"""Writing to Zendesk: update jobs of a hundred tickets, watched to their end; single comments."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ...errors import AuthenticationError, NotFoundError, RejectedError
from ...model.actions import Say
from ...timekeeping import Clock
from ..base import TicketChange
from ..bulk import MergedChange, Prepared, UnclearError, Verdict
from .account import ZendeskAccount
from .client import MANY
from .convert import instant
from .convert_changes import MARKS, CannotSetError, Edit, Surroundings, attributes_of, edits_of
from .convert_history import is_birth
from .directory import ZendeskDirectory
from .jobs import ZendeskJobs, verdicts_of
from .lookups import Record


class ZendeskPort:
    """How Zendesk takes changes: `update_many` with one item a ticket.

    The other form, one change for many ids, takes a hundred tickets a call as well, so it saves nothing, and
    it has no place for each ticket's `updated_stamp`.
    https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-many-tickets
    """

    size = MANY
    at_once = 30  # jobs that an account may have

    def __init__(self, account: ZendeskAccount, directory: ZendeskDirectory, clock: Clock) -> None:
        self._account = account
        self._client = account.client
        self._directory = directory
        self._clock = clock
        self._jobs = ZendeskJobs(account.client, clock)

    def read(self, ids: Sequence[str]) -> Mapping[str, Record]:
        known = [one for one in dict.fromkeys(ids) if one.isascii() and one.isdecimal()]
        return {str(raw["id"]): raw for raw in self._client.show_many("tickets", known)}

    def prepare(
        self, merged: MergedChange, ticket: Any, *, moved_by_us: bool, sent_before: bool
    ) -> Prepared | Verdict:
        obstacle = _obstacle(merged, ticket, moved_by_us=moved_by_us)
        if obstacle is not None and not sent_before:
            return obstacle
        around = Surroundings(
            self._account.lookups, self._directory.find, self._directory.name, self._clock.now()
        )
        try:
            found = prepared(merged, ticket, edits_of(merged.set, ticket, around))
        except (CannotSetError, NotFoundError) as error:
            return Verdict("refused", str(error))
        return obstacle if obstacle is not None and isinstance(found, Prepared) else found

    def send(self, lot: Sequence[Prepared]) -> str:
        return self._jobs.start(lambda: self._client.start_update_job([one.body for one in lot]))

    def wait(self, refs: Sequence[str]) -> dict[str, Verdict]:
        verdicts: dict[str, Verdict] = {}
        for job in self._jobs.wait(refs):
            verdicts |= verdicts_of(job)
        return verdicts

    def drain(self) -> None:
        self._jobs.drain()

    def shown_on(self, ticket_id: str, sent: Mapping[str, tuple[TicketChange, datetime]]) -> frozenset[str]:
        try:
            audits = self._client.ticket_audits(ticket_id)
        except NotFoundError:
            return frozenset()
        except (AuthenticationError, RejectedError) as error:
            raise UnclearError(str(error)) from error
        found = frozenset(
            mark
            for mark, (change, at) in sent.items()
            if audit_of(audits, mark, change.say, since=at) is not None
        )
        for mark, (change, at) in sent.items():
            if mark not in found and change.say and may_be_ours(audits, change.say, since=at):
                raise UnclearError("a comment came since, without a mark and in other words")
        return found


def _obstacle(merged: MergedChange, ticket: Record, *, moved_by_us: bool) -> Verdict | None:
    """What keeps a ticket from being changed at all."""
    if ticket.get("status") == "closed":
        return Verdict("refused", "the ticket is closed: Zendesk takes no change of it any more")
    seen = merged.changes[0].seen
    if seen is None or moved_by_us or instant(ticket["updated_at"]) == seen.replace(microsecond=0):
        return None
    moved = f"the ticket was changed at {ticket['updated_at']}, after it was looked at"
    return Verdict("conflict", moved)


def prepared(merged: MergedChange, ticket: Record, edits: Mapping[str, Edit]) -> Prepared | Verdict:
    """One ticket's item of an update job. What it says always tells whether it is public."""
    held = frozenset(ticket.get("tags") or ())
    add, remove = merged.tags
    add, remove = add - held, remove & held
    before: dict[str, Any] = {name: edit.before for name, edit in edits.items()}
    if add or remove:
        before["tags"] = json.dumps(sorted(held), ensure_ascii=False)
    if not edits and not add and not remove and merged.say is None:
        return Verdict("unchanged")
    body: Record = {"id": ticket["id"], **attributes_of(edits), "metadata": {MARKS: list(merged.marks)}}
    body |= {"additional_tags": sorted(add)} if add else {}
    body |= {"remove_tags": sorted(remove)} if remove else {}
    if merged.say is not None:
        body["comment"] = {"body": merged.say.text, "public": merged.say.public}
    if merged.changes[0].seen is not None:
        body |= {"safe_update": True, "updated_stamp": ticket["updated_at"]}
    return Prepared(merged, body, before, instant(ticket["updated_at"]))


def audit_of(audits: Sequence[Record], mark: str, say: Say | None, *, since: datetime) -> Record | None:
    """The audit that a change made: by its mark, or by what it said where Zendesk shows no marks at all.

    Metadata is Zendesk's to keep: were its absence read as "not done", a comment could be made twice.
    """
    recent = [audit for audit in audits if instant(audit["created_at"]) >= since]
    marked = [audit for audit in recent if marks_of(audit)]
    if marked or say is None:
        return next((audit for audit in marked if mark in marks_of(audit)), None)
    return next((audit for audit in recent if _says(audit, say)), None)


def may_be_ours(audits: Sequence[Record], say: Say, *, since: datetime) -> bool:
    """Whether a comment came since that could be this one, changed by Zendesk on its way.

    Only where no audit since then bears a mark: an account that keeps marks leaves no doubt.
    """
    recent = [audit for audit in audits if instant(audit["created_at"]) >= since]
    return not any(marks_of(audit) for audit in recent) and any(
        event.get("type") == "Comment" and event.get("public") is say.public
        for audit in recent
        if (audit.get("via") or {}).get("channel") == "api" and not is_birth(audit)
        for event in audit["events"]
    )


def _says(audit: Record, say: Say) -> bool:
    said = [event for event in audit["events"] if event.get("type") == "Comment"]
    return any(
        one.get("public") is say.public and str(one.get("body")).split() == say.text.split() for one in said
    )


def marks_of(audit: Record) -> list[str]:
    """Marks of the changes that an audit was made by."""
    custom = (audit.get("metadata") or {}).get("custom") or {}
    marks = custom.get(MARKS)
    return [str(mark) for mark in marks] if isinstance(marks, list) else []
