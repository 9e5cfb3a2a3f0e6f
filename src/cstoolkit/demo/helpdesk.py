"""A seeded helpdesk of any size, told ticket by ticket."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from ..model.history import Event
from ..model.people import Group, Membership, Organization, Person
from ..model.ticket import Comment, Priority, Status, Ticket
from .arrivals import make_arrivals
from .calendars import DAY, EPOCH, instant, make_definitions, make_open_hours
from .dice import noise
from .fields import FIELDS, TicketField
from .judges import judge
from .life import Life
from .lives import tell
from .people import FORGOTTEN, GROUPS, make_roster
from .plan import make_plan
from .planted import Case, Planted, gather
from .world import World, make_opening

DAYS = 120
"""With 5,000 tickets some 50 on a working day, and what is older than that is gone."""

_STATUSES = {word: Status.of(word) for word in ("new", "open", "pending", "hold", "solved", "closed")}
_PRIORITIES = {word: Priority.of(word) for word in ("low", "normal", "high", "urgent")}
_SECOND_WITHIN_HOURS = 96


@dataclass(frozen=True, slots=True)
class TicketFile:
    """One ticket as it stands at `as_of`, with all of its history. Folds of the ticket are left None.

    `marks` are the kinds (`planted.KINDS`) that it is a case of.
    """

    ticket: Ticket
    events: tuple[Event, ...]
    comments: tuple[Comment, ...]
    marks: tuple[tuple[str, Case], ...]


@dataclass(frozen=True)
class DemoHelpdesk:
    """A helpdesk as it stands at `as_of`: who is in it, and its tickets one after the other.

    `schedules` are calendar definitions as `model.clock.Schedule` reads them, without the name.
    """

    name: str
    as_of: datetime
    people: tuple[Person, ...]
    groups: tuple[Group, ...]
    memberships: tuple[Membership, ...]
    organizations: tuple[Organization, ...]
    schedules: Mapping[str, Mapping[str, Any]]
    fields: tuple[TicketField, ...]
    world: World = field(repr=False)

    def ticket_files(self) -> Iterator[TicketFile]:
        """The tickets by id. Each is made when it is asked for, and the same on every pass."""
        people = {
            person.id: person for person in self.people if person.role != "end_user" or not person.active
        }
        groups = {group.id: group for group in self.groups}
        for number in range(self.world.tickets):
            life = tell(self.world, make_opening(self.world, number))
            yield TicketFile(
                ticket=_make_ticket(life, people, groups),
                events=tuple(life.record.events),
                comments=tuple(life.record.comments),
                marks=judge(life),
            )

    def planted(self) -> Planted:
        """The truth about this helpdesk. Makes every ticket once, and keeps none."""
        return self.gather(chain.from_iterable(file.marks for file in self.ticket_files()))

    def gather(self, marks: Iterator[tuple[str, Case]]) -> Planted:
        """The truth from marks that were collected on the way, for a caller who has all files in hand anyway."""
        departed = [
            ("departed_agent", Case(agent.person.id, None, agent.fate or ""))
            for agent in self.world.roster.gone
        ]
        return gather(
            chain(marks, [("group_without_members", Case(FORGOTTEN, None, "no active member"))], departed)
        )


def make_helpdesk(*, tickets: int, seed: int, as_of: datetime, days: int = DAYS) -> DemoHelpdesk:
    """A helpdesk whose `tickets` arrived in the `days` before `as_of`, in whole seconds.

    The same arguments give the same helpdesk, on every machine and Python version. Raises ValueError for
    fewer than 1 ticket or 1 day, and for an `as_of` without a time zone.
    """
    if tickets < 1 or days < 1:
        raise ValueError(f"a demo needs at least 1 ticket and 1 day, not {tickets} tickets and {days} days")
    if as_of.tzinfo is None:
        raise ValueError(f"as_of {as_of.isoformat()} has no time zone; add one, for example +00:00")
    world, schedules = _make_world(tickets, seed, int((as_of - EPOCH).total_seconds()), days)
    return DemoHelpdesk(
        name="demo",
        as_of=instant(world.end),
        people=world.roster.people,
        groups=GROUPS,
        memberships=world.roster.memberships,
        organizations=world.roster.organizations,
        schedules=schedules,
        fields=FIELDS,
        world=world,
    )


def _make_world(tickets: int, seed: int, end: int, days: int) -> tuple[World, dict[str, dict[str, Any]]]:
    arrivals = make_arrivals(seed=seed, tickets=tickets, days=days, end=end)
    slots = max(25, tickets // 24, arrivals.most_within(_SECOND_WITHIN_HOURS))
    first, last = instant(arrivals.start - 2 * DAY), instant(end) + timedelta(days=90)
    schedules = make_definitions(first.astimezone(UTC), last)
    world = World(
        seed=seed,
        tickets=tickets,
        end=end,
        arrivals=arrivals,
        plan=make_plan(arrivals),
        roster=make_roster(seed=seed, tickets=tickets, slots=slots, days=days, end=end),
        hours={name: make_open_hours(name, schedule, first, last) for name, schedule in schedules.items()},
    )
    return world, schedules


def _make_ticket(life: Life, people: Mapping[str, Person], groups: Mapping[str, Group]) -> Ticket:
    record, opening = life.record, life.opening
    customer = opening.customer
    return Ticket(
        id=record.ticket_id,
        subject=life.subject,
        description=life.description,
        type=_type_of(life),
        status=_STATUSES[record.status],
        priority=_PRIORITIES[record.priority] if record.priority else None,
        channel=life.channel,
        requester=customer.person,
        assignee=people[record.assignee] if record.assignee else None,
        group=groups[record.group] if record.group else None,
        organization=customer.organization,
        brand="Larkshelf",
        form="Support request",
        language=customer.person.language,
        recipient="help@support.example.com" if life.channel == "email" else None,
        calendar=record.calendar,
        tags=record.tags,
        custom=dict(record.custom),
        created_at=instant(opening.at),
        updated_at=record.events[-1].occurred_at,
        problem_id=record.problem,
        gone=record.gone,
        url=f"https://demo.example.com/agent/tickets/{record.ticket_id}",
        rating=record.rating,
        rating_comment=life.rating_comment,
        sla=record.targets(),
    )


def _type_of(life: Life) -> str:
    """Set at birth, so it has no event."""
    if life.opening.life in {"problem", "incident"}:
        return life.opening.life
    reason = life.opening.topic.reason
    if reason == "bug":
        return "incident"
    return "task" if noise(life.world.seed, life.opening.number, 9) < 0.08 else "question"
