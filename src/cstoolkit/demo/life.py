"""One ticket's life while it is told: who acts, how long it takes them, and in which words."""

from bisect import bisect

from .calendars import DAY, HOUR
from .dice import Dice
from .people import BILLING, INCIDENT_DESK, TIER_1, TIER_2, Agent
from .record import Actor, Record
from .world import NOT_FOR_US, Opening, World, ticket_id

DESKS = {"tier_1": TIER_1, "tier_2": TIER_2, "billing": BILLING, "incident_desk": INCIDENT_DESK}
LEVELS = (None, "low", "normal", "high", "urgent")
_LEVEL_BOUNDS = (0.035, 0.20, 0.74, 0.94, 1.0)
_PACE = {None: 1.2, "low": 1.6, "normal": 1.0, "high": 0.55, "urgent": 0.22}
# After the outage the team is behind: what takes a day takes longer for some days.
_CRUNCH = 5 * DAY
_CRUNCH_FACTOR = 1.7


class Life:
    """A record and everything needed to continue it. Steps (`lives.py`) take one and carry it on."""

    def __init__(self, world: World, opening: Opening) -> None:
        self.world = world
        self.opening = opening
        self.dice = Dice(world.seed, opening.number, 8)
        self.record = Record(ticket_id(opening.number), start=opening.at, end=world.end)
        self.customer: Actor = (opening.customer.person.id, "requester")
        self.writer = opening.writer
        self.region = opening.customer.region
        self.agent: Agent | None = None
        self.last_said = ""
        self.answer: str | None = None
        channels, bounds = ("email", "web", "chat", "phone", "api"), (0.5, 0.74, 0.88, 0.95, 1.0)
        self.channel = "email" if opening.life in NOT_FOR_US else self.dice.weighted(channels, bounds)
        self.description = ""
        self.subject = opening.subject
        self.level = self._choose_level()
        self.rating_comment: str | None = None
        self.look_alike: str | None = None
        self.iban: str | None = None
        self.card_in: str | None = None

    def _choose_level(self) -> str | None:
        if self.opening.life in {"problem", "incident"}:
            return "urgent"
        level = LEVELS[bisect(_LEVEL_BOUNDS, self.dice.roll(), hi=len(LEVELS) - 1)]
        if self.opening.customer.is_vip and level != "urgent" and self.dice.chance(0.4):
            return "high"
        return level

    @property
    def rushed(self) -> float:
        """How much longer everything takes, by priority and by how far behind the team is."""
        late = 0 <= self.record.now - self.world.arrivals.outage_at < _CRUNCH
        return _PACE[self.level] * (_CRUNCH_FACTOR if late else 1.0)

    def work(self, minutes: tuple[float, ...]) -> None:
        """The team's time passes: open hours of the ticket's calendar, longer for what is less urgent."""
        seconds = int(self.dice.spread(minutes) * 60 * self.rushed)
        self.record.move(self.world.hours[self.region].after(self.record.now, seconds))

    def wait(self, minutes: tuple[float, ...]) -> None:
        """The customer's time passes: any hour of any day."""
        self.record.move(self.record.now + max(1, int(self.dice.spread(minutes) * 60)))

    def choose_agent(self, group: str) -> Agent:
        """Somebody who works there now, some more than others; never one who has left, at times one who will."""
        now = self.record.now
        if self.dice.chance(0.08):
            leaving = [
                agent
                for agent in self.world.roster.gone
                if agent.group_id == group and agent.left_at is not None and agent.left_at - now > 12 * HOUR
            ]
            if leaving:
                return self.dice.pick(leaving)
        seats = self.world.roster.seats[group, self.region]
        return seats[int(self.dice.roll() ** 4 * len(seats))]

    def other_agent(self, group: str) -> Agent:
        """Somebody who has not had this ticket, if the group has one."""
        seats = [
            agent
            for region in (self.region, *self.world.hours)
            for agent in self.world.roster.seats[group, region]
            if agent.person.id not in self.record.owners
        ]
        return seats[0] if seats else self.choose_agent(group)

    def give_to(self, agent: Agent, actor: Actor, rule: str | None = None) -> None:
        self.agent = agent
        self.record.set_assignee(agent.person.id, actor, rule)

    def drop(self, actor: Actor, rule: str | None = None) -> None:
        """Back into the queue of its group."""
        self.agent = None
        self.record.set_assignee(None, actor, rule)

    def owner(self) -> Actor:
        """Who acts for the team: the assignee, or a colleague who takes over from one who has gone."""
        agent = self.agent
        if agent is None or (agent.left_at is not None and agent.left_at <= self.record.now):
            agent = self.choose_agent(self.record.group or TIER_1)
            actor: Actor = (agent.person.id, "agent")
            self.give_to(agent, actor)
            return actor
        return (agent.person.id, "agent")

    def agent_says(self, sentence: str) -> str:
        name = self.agent.person.name if self.agent else None
        self.last_said = self.writer.agent_message(name or "Support", sentence)
        return self.last_said

    def business_deadline(self, hours: float) -> int:
        return self.world.hours[self.region].after(self.record.now, int(hours * HOUR))
