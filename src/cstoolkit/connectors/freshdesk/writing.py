"""Writing to Freshdesk: jobs where tickets get the same values, single updates else, comments one by one.

https://developers.freshdesk.com/api/#update_ticket and #bulk_update_tickets. There is no compare-and-set, so
a ticket is read right before it is written; and nothing of ours can be left on a write, so whether a lost
call was done is read off the ticket and its conversations.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ...errors import ConnectorError, NotFoundError, RejectedError
from ...model.actions import Say
from ...timekeeping import Clock
from ..base import TicketChange
from ..bulk import MergedChange, Prepared, UnclearError, Verdict
from ..transport_answers import LostAnswerError
from . import wire
from .account import FreshdeskAccount
from .client import JOB_IDS
from .convert import instant
from .convert_changes import CannotSetError, Surroundings, edits_of, properties_of, saying, tags_after
from .directory import FreshdeskDirectory
from .jobs import Jobs
from .lookups import Record

WORTH_A_JOB = 3  # tickets with the same values; a job is asked about and its tickets are read again
NO_JOB = "none-"  # begins the reference of a lot in which no job is
STRAY = 5.0  # seconds in which a call whose answer was lost may still arrive

Write = Mapping[str, Any]
"""Body of a `Prepared`: `id`, the `properties` to set, and what to `say`, if anything."""


@dataclass(slots=True)
class _Sending:
    """One lot on its way: verdicts that are known, and the jobs whose tickets are not."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    jobs: dict[str, list[Prepared]] = field(default_factory=dict)
    since: datetime | None = None

    @property
    def ref(self) -> str:
        return ",".join(self.jobs)


class FreshdeskPort:
    """How Freshdesk takes changes."""

    size = 10 * JOB_IDS
    at_once = 1

    def __init__(self, account: FreshdeskAccount, directory: FreshdeskDirectory, clock: Clock) -> None:
        self._account = account
        self._client = account.client
        self._directory = directory
        self._clock = clock
        self._jobs = Jobs(self._client, clock)
        self._sent: dict[str, _Sending] = {}
        self._lots = 0
        self._said: set[int] = set()
        self._answered: set[str] = set()

    def read(self, ids: Sequence[str]) -> Mapping[str, Record]:
        found = {}
        for one in dict.fromkeys(ids):
            if one.isascii() and one.isdecimal():
                try:
                    found[one] = self._client.ticket(one)
                except NotFoundError:
                    continue
        return found

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
            found = prepared(merged, ticket, around)
        except (CannotSetError, NotFoundError) as error:
            return Verdict("refused", str(error))
        return obstacle if obstacle is not None and isinstance(found, Prepared) else found

    def send(self, lot: Sequence[Prepared]) -> str:
        """Send a lot, call by call. Raises LostAnswerError once anything may have been done."""
        sending = _Sending(since=self._client.vendor_now())
        begun = False
        try:
            for call in _calls(lot):
                self._do(call, sending)
                begun = True
        except LostAnswerError:
            raise
        except ConnectorError as error:
            if begun:
                raise LostAnswerError(str(error), vendor=wire.VENDOR, hint=error.hint) from error
            raise
        self._lots += 1
        ref = sending.ref or f"{NO_JOB}{self._lots}"
        self._sent[ref] = sending
        return ref

    def wait(self, refs: Sequence[str]) -> dict[str, Verdict]:
        verdicts: dict[str, Verdict] = {}
        for ref in refs:
            sending = self._sent.pop(ref, _Sending())
            for job in ref.split(",") if not ref.startswith(NO_JOB) else ():
                self._jobs.wait(job)
            written = [one for lot in sending.jobs.values() for one in lot]
            verdicts |= sending.verdicts
            verdicts |= self._jobs.check(written, since=sending.since) if sending.since else {}
        return verdicts

    def shown_on(self, ticket_id: str, sent: Mapping[str, tuple[TicketChange, datetime]]) -> frozenset[str]:
        """Comments by what was said since; other changes are done if nothing is left to change.

        Raises UnclearError where something was said that may be ours.
        """
        asked = {mark: one for mark, one in sent.items() if one[0].say}
        if not asked:
            return frozenset()
        try:
            conversations = self._client.conversations(ticket_id)
        except NotFoundError as error:
            raise UnclearError("what was said on the ticket cannot be read any more") from error
        author, found = str(self._account.me["id"]), asked.keys() & self._answered
        for mark, (change, at) in asked.items():
            if mark in found:
                continue
            assert change.say is not None
            later = [one for one in conversations if instant(one["created_at"]) > at]
            others = [one for one in later if one["id"] not in self._said]
            likeness = [said_like(one, change.say, author=author) for one in others]
            if True in likeness:
                found.add(mark)
            elif None in likeness:
                raise UnclearError("something else was said there since, which may be it")
        return frozenset(found)

    def drain(self) -> None:
        """A job's number is lost with its answer: time is all there is to wait for."""
        self._clock.sleep(STRAY)

    def _do(self, call: list[Prepared], sending: _Sending) -> None:
        if len(call) == 1:
            sending.verdicts[call[0].merged.ticket_id] = self._write(call[0])
        else:
            job = self._client.start_update_job([one.body["id"] for one in call], call[0].body["properties"])
            sending.jobs[job] = call

    def _write(self, one: Prepared) -> Verdict:
        """The values first: a comment that speaks of them must not go out without them."""
        set_already = False
        try:
            if one.body["properties"]:
                self._client.update_ticket(one.merged.ticket_id, one.body["properties"])
                set_already = True
            if one.merged.say:
                self._say(one, one.merged.say)
        except (RejectedError, NotFoundError, wire.AccessDeniedError) as error:
            told = f"the values are set, but it was not said: {error}" if set_already else str(error)
            return Verdict("refused", told)
        return Verdict("done")

    def _say(self, one: Prepared, say: Say) -> None:
        # What is said in the second in which the ticket stood could not be told from what was said before.
        while self._client.vendor_now() <= one.stood_at:
            self._clock.sleep(1.0)
            self._client.get("agents/me")  # what counts is the vendor's clock, and each answer tells it
        path, body = saying(one.merged.ticket_id, say)
        made = self._client.post(path, body)
        self._said.add(made["id"])
        self._answered.update(mark for mark, change in one.merged.marks.items() if change.say)


def prepared(merged: MergedChange, ticket: Record, around: Surroundings) -> Prepared | Verdict:
    """One ticket's write. Raises CannotSetError, NotFoundError."""
    edits = edits_of(merged.set, ticket, around)
    held = ticket.get("tags") or []
    add, remove = merged.tags
    tags = tags_after(held, add, remove)
    before: dict[str, Any] = {name: edit.before for name, edit in edits.items()}
    properties = properties_of(edits)
    if set(tags) != set(held):
        properties["tags"] = tags
        before["tags"] = json.dumps(sorted(held), ensure_ascii=False)
    if not properties and merged.say is None:
        return Verdict("unchanged")
    body = {"id": ticket["id"], "properties": properties}
    return Prepared(merged, body, before, instant(ticket["updated_at"]))


def said_like(conversation: Record, say: Say, *, author: str) -> bool | None:
    """Whether a conversation is what we said: None if it may be, for the vendor rewrites the HTML of texts."""
    if str(conversation.get("user_id")) != author:
        return False
    if conversation.get("incoming") or (conversation.get("private") is False) is not say.public:
        return False
    told = str(conversation.get("body_text") or conversation.get("body") or "")
    return True if _letters(told) == _letters(say.text) else None


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _calls(lot: Sequence[Prepared]) -> Iterator[list[Prepared]]:
    """Writes that go in one call. What is said is never a part of a job: a job can only speak to customers."""
    alike: dict[str, list[Prepared]] = {}
    for one in lot:
        if one.merged.say is None:
            alike.setdefault(json.dumps(one.body["properties"], sort_keys=True), []).append(one)
        else:
            yield [one]
    for group in alike.values():
        if len(group) < WORTH_A_JOB:
            yield from ([one] for one in group)
        else:
            yield from _parts(group)


def _parts(group: list[Prepared]) -> Iterator[list[Prepared]]:
    for start in range(0, len(group), JOB_IDS):
        yield group[start : start + JOB_IDS]


def _obstacle(merged: MergedChange, ticket: Record, *, moved_by_us: bool) -> Verdict | None:
    """What keeps a ticket from being changed at all."""
    if ticket.get("deleted"):
        return Verdict("refused", "the ticket is in the trash: restore it first")
    seen = merged.changes[0].seen
    if seen is None or moved_by_us or instant(ticket["updated_at"]) == seen.replace(microsecond=0):
        return None
    moved = f"the ticket was changed at {ticket['updated_at']}, after it was looked at"
    return Verdict("conflict", moved)
