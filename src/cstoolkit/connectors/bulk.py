"""Changes -> the fewest calls, each change exactly once.

A change is noted before its call (`bulk_sent`), bears its mark in the vendor's account, and is forgotten
when the journal knows its outcome. So after a kill, or a lost answer, the account itself says what was done.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, Protocol

from ..errors import ConnectorError, RefusedError, RejectedError
from ..model.actions import Say
from ..model.conditions import Value
from .base import ChangeResult, Journal, TicketChange
from .bulk_sent import SentChange, SentChanges
from .local.changes import fingerprint
from .transport_answers import LostAnswerError

STOP_AFTER = 100  # refused changes, once they are more than half of all: something is wrong with the lot
FIRST_CALLS = 4  # calls that are made before the first results count
SENDS = 3  # times that one change is sent when reading shows that the last time did nothing

Before = Mapping[str, Value | None]


class UnclearError(Exception):
    """What became of a ticket's changes cannot be read from the account; the text says why."""


@dataclass(frozen=True, slots=True)
class MergedChange:
    """Changes of one ticket that go in one write, in their order."""

    changes: tuple[TicketChange, ...]

    @property
    def ticket_id(self) -> str:
        return self.changes[0].ticket_id

    @property
    def set(self) -> dict[str, Value | None]:
        return {name: value for change in self.changes for name, value in change.set.items()}

    @property
    def tags(self) -> tuple[frozenset[str], frozenset[str]]:
        """Tags to add and to remove, as if one change after the other was made."""
        add: frozenset[str] = frozenset()
        remove: frozenset[str] = frozenset()
        for change in self.changes:
            add = (add | change.add_tags) - change.remove_tags
            remove = (remove - change.add_tags) | change.remove_tags
        return add, remove

    @property
    def say(self) -> Say | None:
        return next((change.say for change in self.changes if change.say), None)

    @property
    def marks(self) -> dict[str, TicketChange]:
        return {fingerprint(change): change for change in self.changes}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A write that is ready. `before` holds the values it replaces; `stood_at` is the ticket's last change."""

    merged: MergedChange
    body: Mapping[str, Any]
    before: Before
    stood_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one ticket's write, or why there is none."""

    outcome: Literal["done", "unchanged", "refused", "conflict", "unknown"]
    error: str | None = None


class Port(Protocol):
    """How one vendor takes changes in bulk."""

    size: int
    at_once: int

    def read(self, ids: Sequence[str]) -> Mapping[str, Any]:
        """The tickets as they stand, by id; those that are not there are left out."""
        ...

    def prepare(
        self, merged: MergedChange, ticket: Any, *, moved_by_us: bool, sent_before: bool
    ) -> Prepared | Verdict:
        """The write, or why there is none.

        A change that was sent before may be what moved the ticket: where nothing is left to do, it is
        unchanged, not a conflict.
        """
        ...

    def send(self, lot: Sequence[Prepared]) -> str:
        """Send up to `size` writes; the reference of the vendor's job."""
        ...

    def wait(self, refs: Sequence[str]) -> dict[str, Verdict]:
        """Wait for jobs; verdicts by ticket id. A ticket that the vendor says nothing about is left out."""
        ...

    def shown_on(self, ticket_id: str, sent: Mapping[str, tuple[TicketChange, datetime]]) -> frozenset[str]:
        """Marks of those changes that the ticket's history shows, when nothing is under way any more.

        `sent` has each change, and the ticket's last change before it was sent, by mark. Raises UnclearError
        where the history cannot be had, or does not decide it: then nobody sends them again.
        """
        ...

    def drain(self) -> None:
        """Wait until no job of the account is under way."""
        ...


class Bulk:
    """One run of changes."""

    def __init__(self, port: Port, sent: SentChanges, journal: Journal) -> None:
        self._port = port
        self._sent = sent
        self._journal = journal
        self._touched: set[str] = set()
        self._results = 0
        self._refused = 0

    def run(self, changes: Iterable[TicketChange]) -> Iterator[ChangeResult]:
        """Results as they are known; a change that the journal has settled gives none.

        Raises RefusedError when too many are refused, and what the vendor raises where nothing was done.
        """
        source = iter(changes)
        # A small lot goes first: where all of it is refused, the rest is not even tried.
        calls = itertools.chain([min(FIRST_CALLS, self._port.at_once)], itertools.repeat(self._port.at_once))
        while lot := list(itertools.islice(source, self._port.size * next(calls))):
            waiting = [change for change in lot if self._journal.planned(change)]
            wanted = {id(change) for change in waiting}
            self._forget([change for change in lot if id(change) not in wanted])
            while waiting:
                merged, waiting = merge(waiting)
                for result in self._round(merged):
                    self._count(result)
                    yield result
                # A note left behind would make a later run with the same change take it for done.
                self._forget([change for one in merged for change in one.changes])

    def _round(self, merged: list[MergedChange]) -> Iterator[ChangeResult]:
        """One write a ticket, again for those whose write is shown not to have happened."""
        for _ in range(SENDS):
            known = self._sent.known(mark for one in merged for mark in one.marks)
            done, left = self._found_done(merged, known)
            yield from self._settle(done)
            verdicts, befores = self._write(left, known)
            for one in left:
                if one.ticket_id in verdicts:
                    before = befores.get(one.ticket_id, {})
                    results = _results(one, verdicts[one.ticket_id], before)
                    yield from self._settle(_known(results, one, known))
            merged = [one for one in left if one.ticket_id not in verdicts]
            if not merged:
                return
        known = self._sent.known(mark for one in merged for mark in one.marks)
        done, left = self._found_done(merged, known)
        yield from self._settle(done)
        silence = Verdict("unknown", "no usable answer came, however often it was asked for")
        for one in left:
            yield from self._settle(_results(one, silence, {}))

    def _found_done(
        self, merged: list[MergedChange], known: Mapping[str, SentChange]
    ) -> tuple[list[ChangeResult], list[MergedChange]]:
        """Results of what the account shows to be done already, and what is left to do."""
        if known:
            self._settle_jobs(known)
        found = [self._found(one, known) for one in merged]
        done = [result for results, _ in found for result in results]
        return done, [left for _, left in found if left is not None]

    def _settle_jobs(self, known: Mapping[str, SentChange]) -> None:
        refs = sorted({one.call_ref for one in known.values() if one.call_ref})
        if refs:
            self._port.wait(refs)
        if any(one.call_ref is None for one in known.values()):
            self._port.drain()

    def _found(
        self, one: MergedChange, known: Mapping[str, SentChange]
    ) -> tuple[list[ChangeResult], MergedChange | None]:
        """Results of what the ticket shows to be done already, and what is left to do."""
        maybe = [mark for mark in one.marks if mark in known]
        if not maybe:
            return [], one
        sent = {mark: (one.marks[mark], known[mark].stood_at) for mark in maybe}
        try:
            there = self._port.shown_on(one.ticket_id, sent)
        except UnclearError as error:
            unclear = Verdict("unknown", f"its answer was lost, and whether it was done is unclear: {error}")
            lost = MergedChange(tuple(one.marks[mark] for mark in maybe))
            rest = tuple(change for mark, change in one.marks.items() if mark not in known)
            return _results(lost, unclear, {}), MergedChange(rest) if rest else None
        done = [
            ChangeResult(change.key, change.ticket_id, "done", known[mark].before)
            for mark, change in one.marks.items()
            if mark in there
        ]
        if done:
            self._touched.add(one.ticket_id)
        left = tuple(change for mark, change in one.marks.items() if mark not in there)
        return done, MergedChange(left) if left else None

    def _write(
        self, merged: list[MergedChange], known: Mapping[str, SentChange]
    ) -> tuple[dict[str, Verdict], dict[str, Before]]:
        """Verdicts and replaced values by ticket id. Without a verdict nobody knows what became of it."""
        tickets = self._port.read([one.ticket_id for one in merged]) if merged else {}
        verdicts: dict[str, Verdict] = {}
        ready: list[Prepared] = []
        for one in merged:
            ticket = tickets.get(one.ticket_id)
            sent_before = any(mark in known for mark in one.marks)
            found = (
                _missing(one.ticket_id, sent_before=sent_before)
                if ticket is None
                else self._port.prepare(
                    one, ticket, moved_by_us=one.ticket_id in self._touched, sent_before=sent_before
                )
            )
            if isinstance(found, Verdict):
                verdicts[one.ticket_id] = found
            else:
                ready.append(found)
        refs = []
        for start in range(0, len(ready), self._port.size):
            lot = ready[start : start + self._port.size]
            ref = self._send(lot, verdicts)
            refs += [ref] if ref else []
        verdicts |= self._port.wait(refs) if refs else {}
        self._touched |= {one for one, verdict in verdicts.items() if verdict.outcome == "done"}
        return verdicts, {one.merged.ticket_id: one.before for one in ready}

    def _send(self, lot: list[Prepared], verdicts: dict[str, Verdict]) -> str | None:
        marks = [mark for one in lot for mark in one.merged.marks]
        self._sent.note(
            SentChange(mark, None, one.before, one.stood_at) for one in lot for mark in one.merged.marks
        )
        try:
            ref = self._port.send(lot)
        except LostAnswerError:
            return None
        except RejectedError as error:  # the whole call: nothing of it was done
            self._sent.forget(marks)
            verdicts |= {one.merged.ticket_id: Verdict("refused", str(error)) for one in lot}
            return None
        except ConnectorError:
            self._sent.forget(marks)
            raise
        self._sent.accepted(marks, ref)
        return ref

    def _settle(self, results: list[ChangeResult]) -> list[ChangeResult]:
        for result in results:
            self._journal.settled(result)
        return results

    def _forget(self, changes: Iterable[TicketChange]) -> None:
        self._sent.forget([fingerprint(change) for change in changes])

    def _count(self, result: ChangeResult) -> None:
        self._results += 1
        self._refused += result.outcome == "refused"
        if self._refused >= STOP_AFTER and 2 * self._refused > self._results:
            raise RefusedError(
                f"stopped: {self._refused} of {self._results} changes were refused; the last: {result.error}",
                hint="look at the reasons, then run it again: what is done stays done",
            )


def merge(changes: Sequence[TicketChange]) -> tuple[list[MergedChange], list[TicketChange]]:
    """One write for each ticket, and the changes that must wait for the next round.

    Two changes go in one write unless both say something: a write has room for one comment.
    """
    merged: dict[str, list[TicketChange]] = {}
    waiting: list[TicketChange] = []
    held: set[str] = set()
    for change in changes:
        together = merged.setdefault(change.ticket_id, [])
        fits = not together or (
            not (change.say and any(other.say for other in together)) and together[0].seen == change.seen
        )
        if fits and change.ticket_id not in held:
            together.append(change)
        else:
            held.add(change.ticket_id)
            waiting.append(change)
    return [MergedChange(tuple(parts)) for parts in merged.values()], waiting


def _missing(ticket_id: str, *, sent_before: bool) -> Verdict:
    if sent_before:
        return Verdict("unknown", f'ticket "{ticket_id}" is gone, and the answer was lost before')
    return Verdict("refused", f'there is no ticket "{ticket_id}"')


def _known(
    results: list[ChangeResult], one: MergedChange, known: Mapping[str, SentChange]
) -> list[ChangeResult]:
    """A change that was sent and is found to be so already was done then, with what it replaced then."""
    sent = {change.key: known[mark] for mark, change in one.marks.items() if mark in known}
    return [
        replace(result, outcome="done", before=sent[result.key].before)
        if result.outcome == "unchanged" and result.key in sent
        else result
        for result in results
    ]


def _results(one: MergedChange, verdict: Verdict, before: Before) -> list[ChangeResult]:
    return [
        ChangeResult(
            change.key,
            change.ticket_id,
            verdict.outcome,
            {name: value for name, value in before.items() if name in change.set or name == "tags"}
            if verdict.outcome == "done"
            else {},
            verdict.error,
        )
        for change in one.changes
    ]
