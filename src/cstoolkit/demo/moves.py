"""Tickets that wait, and tickets that change hands: steps that take a life and carry it on."""

from .calendars import DAY, HOUR
from .fields import HOLD_REASON, HOLD_REASONS, ISSUE_KEY
from .life import DESKS, Life
from .pace import DAYS_OF_WORK, SOON, TOUCH
from .record import SYSTEM, Actor
from .texts import HANDOVERS
from .world import ticket_id


def park(life: Life) -> None:
    """On hold, with the reason in the field or a link to the issue."""
    life.work(TOUCH)
    actor = life.owner()
    if life.dice.chance(0.6):
        life.record.set_field(HOLD_REASON, life.dice.pick(HOLD_REASONS), actor)
    else:
        life.record.set_field(ISSUE_KEY, f"DEV-{life.dice.between(1000, 9999)}", actor)
    life.record.set_status("hold", actor)


def park_silently(life: Life) -> None:
    life.work(TOUCH)
    life.record.set_status("hold", life.owner())


def unpark(life: Life) -> None:
    life.work(DAYS_OF_WORK)
    life.record.set_status("open", life.owner())


def move_to(life: Life, group: str) -> None:
    """An agent hands the ticket to another group; there somebody takes it."""
    life.work(SOON)
    actor = life.owner()
    life.record.say(life.dice.pick(HANDOVERS), actor, public=False)
    life.record.set_group(group, actor)
    life.drop(actor)
    life.work(SOON)
    agent = life.choose_agent(group)
    life.give_to(agent, (agent.person.id, "agent"))


def keep_at_it(life: Life) -> None:
    """A hard case, in good hands: a word to the customer every few days."""
    for number in range(life.dice.between(1, 4)):
        life.record.move(life.record.now + life.dice.between(2, 7) * DAY)
        life.work(SOON)
        actor = life.owner()
        words = life.writer.language.working
        life.record.say(life.agent_says(words[number % len(words)]), actor)


def queue_for_experts(life: Life) -> None:
    """Handed to another group, where nobody takes it for the time being."""
    life.work(TOUCH)
    actor = life.owner()
    home = life.record.group
    life.record.say(life.dice.pick(HANDOVERS), actor, public=False)
    life.record.set_group(DESKS["billing"] if home == DESKS["tier_2"] else DESKS["tier_2"], actor)
    life.drop(actor)


def escalate(life: Life) -> None:
    target = DESKS["billing"] if life.record.group == DESKS["tier_2"] else DESKS["tier_2"]
    actor = life.owner()
    life.record.tag("escalated", actor=actor)
    if life.record.priority in {"low", "normal"}:
        life.record.set_priority("high", actor)
    move_to(life, target)


def send_away_and_back(life: Life) -> None:
    """One mistake: to another group and back."""
    home = life.record.group or DESKS["tier_1"]
    move_to(life, _another_desk(home))
    move_to(life, home)


def play_ping_pong(life: Life) -> None:
    """Between two groups and back, twice and more, by people."""
    for _ in range(2 + life.dice.between(0, 1)):
        send_away_and_back(life)


def rules_play_ping_pong(life: Life) -> None:
    """The same by rules: not the people's fault, and not to be reported as theirs."""
    home = life.record.group or DESKS["tier_1"]
    for group in (_another_desk(home), home) * 2:
        life.record.move(life.record.now + 2 * HOUR)
        life.record.set_group(group, SYSTEM, "rebalance")


def _another_desk(group: str) -> str:
    return DESKS["billing"] if group != DESKS["billing"] else DESKS["tier_2"]


def pass_around(life: Life) -> None:
    """Owner after owner inside the group, four or more in all."""
    for _ in range(4 + life.dice.between(0, 1)):
        life.work(TOUCH)
        actor = life.owner()
        life.give_to(life.other_agent(life.record.group or DESKS["tier_1"]), actor)


def hand_over(life: Life) -> None:
    """Follow the sun: the next region takes it, and its calendar counts from then on."""
    life.work(SOON)
    actor = life.owner()
    regions = tuple(life.world.hours)
    life.region = regions[(regions.index(life.region) + 1) % len(regions)]
    life.record.set_calendar(life.region)
    agent = life.choose_agent(life.record.group or DESKS["tier_1"])
    life.give_to(agent, actor)


def link_to_problem(life: Life) -> None:
    problem = life.world.plan.problem
    if problem is None:
        return
    life.record.move(life.record.now + 60 * life.dice.between(1, 25))
    life.record.link(ticket_id(problem), SYSTEM, "incident.attach")
    life.record.tag("outage", rule="incident.attach")


def lead_incident(life: Life) -> None:
    """The desk is on it within minutes, at any hour."""
    life.record.move(life.record.now + 6 * 60)
    agent = life.choose_agent(life.record.group or DESKS["incident_desk"])
    actor: Actor = (agent.person.id, "agent")
    life.give_to(agent, actor)
    life.record.set_status("open", actor)
    life.record.move(life.record.now + 12 * 60)
    life.record.say(life.agent_says(life.dice.pick(life.writer.language.looking)), actor)


def wait_for_problem(life: Life) -> None:
    """On hold while the problem is worked on: the link is the reason."""
    life.record.set_status("hold", life.owner())
