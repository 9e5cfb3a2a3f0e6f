"""One rule on one ticket, or one ticket through all rules: what `explain` and `simulate` show.

A ticket is a fixture file, written as a case without `expect`, or one of a store. Everything is played by the
code path of cases, so what is explained is what is tested.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field, ValidationError

from ..engines.neutral import NeutralEngine, Ran, Situation
from ..engines.neutral_conditions import Asked, asked
from ..engines.trace import CannotJudge, Step
from ..errors import ProjectError, RecipeError
from ..model.condition_syntax import DataProblems
from ..model.conditions import Condition
from ..model.frozen import Frozen
from ..model.ticket import Ticket
from ..model.words import Instant
from ..project import Project
from .cases import account, rules_of, surroundings
from .cases_expect import is_effect
from .cases_fixture import Surroundings
from .cases_play import Played, Playing
from .cases_reasons import say_effects, say_idle
from .cases_syntax import Case, CaseEvent, Event, Given
from .cases_syntax import Step as CaseStep
from .cases_triage import triage
from .model_problems import model_problems
from .source import Document, parse
from .source_text import SourceText, read_source


class FixtureFile(Frozen):
    """A ticket and what happens to it: a case without a name and expectations."""

    NOUN: ClassVar[str] = "a ticket file"

    now: Instant | None = None
    given: Given = {}
    event: Event | None = None
    steps: tuple[CaseStep, ...] | None = Field(default=None, min_length=1)


@dataclass(frozen=True, slots=True)
class Subject:
    """A ticket and what happens to it. `ticket` None: it is made from the fixture.

    `document` has the places of the fixture.
    """

    fixture: FixtureFile
    around: Surroundings
    ticket: Ticket | None = None
    document: Document | None = None

    def play(self, playing: Playing) -> Played:
        """Play it once. Raises RecipeError for what cannot be."""
        case = Case.model_construct(
            name="",
            expect=None,
            only=None,
            differs={},
            **{name: getattr(self.fixture, name) for name in KEYS},
        )
        try:
            return replace(playing, ticket=self.ticket).play(case)
        except DataProblems as found:
            if self.document is None:
                problem = found.problems[0]
                raise ProjectError(problem.message, hint=problem.hint) from None
            raise RecipeError(
                self.document.problem(each.path, each.message, each.code, hint=each.hint, on_key=each.on_key)
                for each in found.problems
            ) from None


KEYS = ("now", "given", "event", "steps")


def read_fixture(file: Path, project: Project) -> Subject:
    """The ticket of a fixture file. Raises RecipeError with every problem."""
    source = read_source(file, str(file))
    if not isinstance(source, SourceText):
        raise RecipeError([source])
    documents, problems = parse(source)
    if problems or len(documents) != 1:
        if not problems:
            hint = "write given: {status: open, subject: ...}, and event: created"
            raise ProjectError(f"{file} is not one ticket: it has {len(documents)} documents", hint=hint)
        raise RecipeError(problems)
    (document,) = documents
    try:
        fixture = FixtureFile.model_validate(document.value)
    except ValidationError as error:
        found = model_problems(error, FixtureFile, FixtureFile.NOUN)
        raise RecipeError(
            document.problem(each.path, each.message, each.code, hint=each.hint, on_key=each.on_key)
            for each in found
        ) from None
    return Subject(fixture, surroundings(project), document=document)


def stored(ticket: Ticket, now: datetime, event: CaseEvent | None, around: Surroundings) -> Subject:
    """A ticket as it stands in a store at `now`, and what happens to it next."""
    return Subject(FixtureFile.model_construct(now=now, given={}, event=event, steps=None), around, ticket)


@dataclass(frozen=True, slots=True)
class Look:
    """One update or scan, and what the rules made of it."""

    now: datetime
    events: frozenset[str]
    actor: str | None
    ran: Ran


@dataclass(frozen=True, slots=True)
class Explanation:
    """One rule on one ticket. `tests` are all of its conditions; `why` is the outcome in words."""

    rule: str
    title: str
    kind: str
    look: Look
    step: Step
    tests: tuple[Asked, ...]

    @property
    def fired(self) -> bool:
        return is_effect(self.step)

    @property
    def why(self) -> str:
        return say_effects(self.step) if self.fired else say_idle(self.step)


def explain(recipe: Any, subject: Subject, project: Project) -> Explanation:
    """The rule of a recipe by itself on a ticket, active or not: at the first look at which it ran, else the last.

    Raises ProjectError for a kind of recipe that is no rule.
    """
    played = subject.play(_playing(recipe, subject, project))
    looks = [
        (look, step) for look in looks_of(played) for step in look.ran.trace.steps if step.rule == recipe.id
    ]
    if not looks:
        raise ProjectError(
            f"nothing happens to the ticket at which {recipe.id} would be looked at",
            hint="add `event:` to the ticket's file, or --event created",
        )
    look, step = next((found for found in looks if is_effect(found[1])), looks[-1])
    return Explanation(recipe.id, recipe.title, recipe.kind, look, step, tuple(_tests(recipe, look)))


def _playing(recipe: Any, subject: Subject, project: Project) -> Playing:
    if recipe.kind == "triage":
        engine = NeutralEngine((), account=account(project))
        return Playing(
            engine, subject.around, at_once=lambda situation, now: triage(recipe, situation, engine, now)
        )
    if not hasattr(recipe, "rules"):
        raise ProjectError(
            f"{recipe.id} is {recipe.NOUN}, and no rule",
            hint="macros, triggers, automations and triage can be explained",
        )
    (rule,) = recipe.rules()
    engine = NeutralEngine([replace(rule, active=True)], account=account(project))
    if rule.kind == "macro":
        return Playing(engine, subject.around, macro=rule.id)
    return Playing(engine, subject.around, at_once=_scan(engine))


def _scan(engine: NeutralEngine) -> Any:
    def scan(situation: Situation, now: datetime) -> Ran:
        return engine.scan(situation, now=now)

    return scan


def _tests(recipe: Any, look: Look) -> Iterator[Asked]:
    """Every condition of the recipe, as it was when rules began to look."""
    conditions: list[tuple[Condition | None, str]] = [(getattr(recipe, "when", None), "when")]
    if recipe.kind == "triage":
        conditions = [(recipe.scan, "scan"), *((tag, f"tag.{name}") for name, tag in recipe.tag.items())]
    for condition, place in conditions:
        if condition is None:
            continue
        try:
            yield from asked(condition, look.ran.began.ticket, look.ran.began.context, place)
        except CannotJudge:  # the step says so
            continue


def simulate(recipes: Sequence[Any], subject: Subject, project: Project) -> tuple[Look, ...]:
    """The ticket through all active rules: triggers where something happens, else one scan of the automations."""
    engine = NeutralEngine(rules_of(recipes), account=account(project))
    quiet = subject.fixture.event is None
    return tuple(
        looks_of(subject.play(Playing(engine, subject.around, at_once=_scan(engine) if quiet else None)))
    )


def looks_of(played: Played) -> Iterator[Look]:
    """What happened, in order; scans at which no rule did anything are left out, but for the last."""
    for index, ran in enumerate(played.runs):
        context = ran.began.context
        idle = not ran.began.events and not any(is_effect(step) for step in ran.trace.steps)
        if idle and index + 1 < len(played.runs):
            continue
        actor = context.actor.name or context.actor.id if context.actor else None
        yield Look(context.now, ran.began.events, actor, ran)
