"""Plays a case: the ticket is made, things happen to it, the clock moves on, and scans come by the hour."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ..engines.engine import Detail
from ..engines.neutral import Ran, Situation
from ..engines.trace import Step
from ..model.data_problems import DataProblem, DataProblems, Path
from ..model.spans import parse_span, span_length
from ..model.ticket import Ticket
from .cases_events import find_doer, make_update
from .cases_fixture import Surroundings, make_ticket, over_stored, stored_ticket
from .cases_syntax import Case, CaseEvent
from .cases_syntax import Step as CaseStep
from .hourly_scans import HOUR, scans
from .ticket_engine import AppliesMacros, TicketEngine

USUAL_NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
"""A Monday morning: the instant of cases that name none, or the next at which the calendar is open."""

OFFSETS = (timedelta(0), *(timedelta(minutes=minute) for minute in (15, 30, 45, 59)))
"""A helpdesk scans by the hour, at a minute of its own: a timed case must hold for each of these."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a case expects something: what has happened so far, and the ticket as it stands."""

    path: Path
    expect: Mapping[str, Any]
    now: datetime
    ticket: Ticket
    runs: tuple[Ran, ...]

    @property
    def steps(self) -> Iterator[Step]:
        """All steps so far, in order."""
        return (step for ran in self.runs for step in ran.trace.steps)


@dataclass(frozen=True, slots=True)
class Played:
    """One play of a case. `scanned_at` is the minute of the hour at which scans came; None: no time passed."""

    moments: tuple[Moment, ...]
    runs: tuple[Ran, ...]
    scanned_at: timedelta | None


@dataclass(frozen=True, slots=True)
class Playing:
    """What a case is played with.

    `at_once` is what the recipe does by itself, a scan or a triage, in a case without steps. `ticket` is one that
    is there already: then `given` is not asked.
    """

    engine: TicketEngine
    around: Surroundings
    macro: str | None = None
    ticket: Ticket | None = None
    at_once: Callable[[Situation, datetime], Ran] | None = None

    def play(self, case: Case, offset: timedelta = OFFSETS[0], *, detail: Detail = "full") -> Played:
        """Play the case once, with scans at `offset` past the full hours since its `now`.

        Raises DataProblems for a fixture that cannot be.
        """
        return _Play(self, case, offset, detail).played()


def is_timed(case: Case) -> bool:
    """Whether the clock moves on in it."""
    return any(step.advance is not None for step in case.steps or ())


def default_now(around: Surroundings) -> datetime:
    """The instant of a case that names none."""
    if around.calendar is None:
        return USUAL_NOW
    try:
        return around.calendars[around.calendar].next_open_at(USUAL_NOW)
    except ValueError:  # a calendar that never opens
        return USUAL_NOW


class _Play:
    def __init__(self, playing: Playing, case: Case, offset: timedelta, detail: Detail) -> None:
        self.playing = playing
        self.case = case
        self.offset = offset
        self.detail = detail
        stored = None if playing.ticket is not None else stored_ticket(case.given, playing.around)
        self.stored = None if stored is None else stored[0]
        self.start = case.now or (default_now(playing.around) if stored is None else stored[1])
        self.now = self.start
        self.runs: list[Ran] = []
        self.moments: list[Moment] = []
        first = case.event or (case.steps[0].event if case.steps else None)
        self.situation = Situation(self._ticket(first))

    def _ticket(self, first: CaseEvent | None) -> Ticket:
        if self.playing.ticket is not None:
            return self.playing.ticket
        created = first is not None and first.word == "created"
        if self.stored is not None:
            if created:
                hint = "write given: with its facts, or another event"
                raise DataProblems([DataProblem(("event",), "the ticket is there already", "event", hint)])
            return over_stored(self.stored, self.case.given, self.now, self.playing.around)
        facts = dict(self.case.given)
        if first is not None and created:
            if first.text is not None:
                facts.setdefault("description", first.text)
            facts |= first.set
        return make_ticket(facts, self.now, self.playing.around, created=created)

    def played(self) -> Played:
        if self.case.steps is None:
            self._happen(self.case.event, ("event",))
            self._look(self.case.expect, ("expect",))
        for index, step in enumerate(self.case.steps or ()):
            self._step(step, ("steps", index))
        if self.case.steps is not None:
            self._look(self.case.expect, ("expect",))
        scanned_at = self.offset if is_timed(self.case) else None
        return Played(tuple(self.moments), tuple(self.runs), scanned_at)

    def _step(self, step: CaseStep, path: Path) -> None:
        if step.advance is not None:
            self._advance(step.advance, (*path, "advance"))
        if step.event is not None:
            self._happen(step.event, (*path, "event"))
        self._look(step.expect, (*path, "expect"))

    def _happen(self, event: CaseEvent | None, path: Path) -> None:
        """The event, or where the case has none, what the recipe does by itself."""
        engine, macro = self.playing.engine, self.playing.macro
        if macro is not None and (event is None or event.word == "applied"):
            event = event or CaseEvent(word="applied")
            actor = find_doer(event, self.situation.ticket, self.playing.around, path)
            assert isinstance(engine, AppliesMacros)  # nobody else is given a macro's case
            self._note(
                engine.apply_macro(macro, self.situation, actor=actor, now=self.now, detail=self.detail)
            )
            return
        if event is not None:
            self._note(self._update(event, path))
        elif self.case.steps is None and self.playing.at_once is None:
            hint = "add `event:`, for example event: created"
            raise DataProblems([DataProblem((), "nothing happens in this test", "missing", hint)])
        if self.case.steps is None and self.playing.at_once is not None:
            self._note(self.playing.at_once(self.situation, self.now))

    def _update(self, event: CaseEvent, path: Path) -> Ran:
        if event.word == "applied":
            hint = "write what happens to the ticket, for example created"
            raise DataProblems([DataProblem(path, "only a macro is applied", "event", hint)])
        if event.word == "created" and self.runs:
            hint = "make it the first step, or write updated"
            raise DataProblems([DataProblem(path, "the ticket is there already", "event", hint)])
        update = make_update(event, self.situation.ticket, self.now, self.playing.around, path)
        situation = self.situation
        if update.created and update.comment is not None:
            ticket = situation.ticket.model_copy(update={"comments": (update.comment,)})
            situation = replace(situation, ticket=ticket)
        return self.playing.engine.update(situation, update, now=self.now, detail=self.detail)

    def _advance(self, text: str, path: Path) -> None:
        span = parse_span(text)
        until = self.now + span_length(span)
        if span.calendar is not None:
            name = span.calendar or self.situation.ticket.calendar or ""
            schedule = self.playing.around.calendars.get(name)
            if schedule is None:
                hint = "name one of the project's calendars: 4h business on EMEA"
                raise DataProblems([DataProblem(path, "no calendar counts these hours", "name", hint)])
            until = schedule.add(self.now, span_length(span))
        self._scan_until(until)
        self.now = until

    def _scan_until(self, until: datetime) -> None:
        """Every scan up to an instant; where nobody asks for reasons, only those that can do something new."""
        first = self._scan_after(self.now)
        engine, situation = self.playing.engine, self.situation
        for _, ran in scans(engine, situation, first=first, until=until, detail=self.detail):
            self._note(ran)

    def _scan_after(self, instant: datetime) -> datetime:
        """The first scan later than an instant."""
        passed = (instant - self.start - self.offset) // HOUR
        return self.start + self.offset + (passed + 1) * HOUR

    def _note(self, ran: Ran) -> None:
        self.situation = ran.situation
        self.runs.append(ran)

    def _look(self, expect: Mapping[str, Any] | None, path: Path) -> None:
        if expect is not None:
            seen = Moment(path, expect, self.now, self.situation.ticket, tuple(self.runs))
            self.moments.append(seen)
