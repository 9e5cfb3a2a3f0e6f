"""What all tickets of one helpdesk share, and how each of them begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from .arrivals import Arrivals
from .calendars import HOUR, OpenHours
from .dice import Dice, noise
from .english_topics import AUTOMATIC, OUTAGE, SPAM
from .languages import LANGUAGES
from .letters import Writer
from .people import Customer, Roster
from .plan import OTHER_MATTERS, Plan
from .texts import Language, Matter, Topic

NOT_FOR_US = {"spam": SPAM, "auto_solved": AUTOMATIC}
"""Mail that nobody has to answer."""


@dataclass(frozen=True)
class World:
    """The context of a helpdesk. `end` is `as_of` in seconds since 1970; nothing happens after it."""

    seed: int
    tickets: int
    end: int
    arrivals: Arrivals
    plan: Plan
    roster: Roster
    hours: Mapping[str, OpenHours]

    @cached_property
    def problem_solved_at(self) -> int:
        return self.arrivals.outage_at + 5 * HOUR

    @cached_property
    def problem_at(self) -> int | None:
        return None if self.plan.problem is None else self.arrivals.at(self.plan.problem)

    @cached_property
    def departed(self) -> frozenset[str]:
        return frozenset(agent.person.id for agent in self.roster.gone)


@dataclass(frozen=True, slots=True)
class Opening:
    """How a ticket begins. `number` counts from 0; the id counts from 1."""

    number: int
    life: str
    at: int
    customer: Customer
    language: Language
    topic: Topic
    matter: Matter
    subject: str
    writer: Writer


def ticket_id(number: int) -> str:
    return str(number + 1)


def make_opening(world: World, number: int) -> Opening:
    life = world.plan.life(number)
    if not world.plan.is_paired(number):
        return _fresh_opening(world, number, life)
    first = _fresh_opening(world, number - 1, world.plan.life(number - 1))
    at = _soon_after(world, number, first.at, life)
    if life in OTHER_MATTERS:
        return _fresh_opening(world, number, life, at=at, customer=first.customer, other_than=first.topic)
    return Opening(
        number,
        life,
        at,
        first.customer,
        first.language,
        first.topic,
        first.matter,
        _said_again(first.subject, number),
        first.writer,
    )


def _fresh_opening(
    world: World,
    number: int,
    life: str,
    *,
    at: int | None = None,
    customer: Customer | None = None,
    other_than: Topic | None = None,
) -> Opening:
    dice = Dice(world.seed, number, 6)
    writer_of = customer or world.roster.customer_of(number)
    language = LANGUAGES[writer_of.person.language or "en"]
    topic = dice.pick(language.topics)
    if topic is other_than:
        topic = language.topics[(language.topics.index(topic) + 1) % len(language.topics)]
    if life in {"problem", "incident"}:
        language, topic = LANGUAGES["en"], OUTAGE
    elif life in NOT_FOR_US:
        language, topic = LANGUAGES["en"], NOT_FOR_US[life]
    organization = writer_of.organization
    writer = Writer(
        dice,
        language,
        name=writer_of.person.name or "",
        company=organization.name if organization else None,
    )
    matter = dice.pick(topic.matters)
    subject = writer.fill(matter.subject)
    began = world.arrivals.at(number) if at is None else at
    return Opening(number, life, began, writer_of, language, topic, matter, subject, writer)


def _soon_after(world: World, number: int, first_at: int, life: str) -> int:
    """Minutes to hours after the first ticket, but not beyond the end of the world."""
    longest = 80 * 60 if life == "merged" else 20 * HOUR if life in OTHER_MATTERS else 7 * HOUR
    later = 300 + int(noise(world.seed, number, 7) * longest)
    return first_at + min(later, (world.end - first_at) // 2)


def _said_again(subject: str, number: int) -> str:
    """The same words, as somebody types them who was not answered."""
    return (subject, f"{subject}!!", subject.lower(), subject.upper(), f"{subject} ")[number % 5]
