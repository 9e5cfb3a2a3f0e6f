"""How tickets end, and how some come back: steps that take a life and carry it on."""

from .calendars import DAY, HOUR
from .life import DESKS, Life
from .pace import CLEAN_UP, SOLUTION, SOON, TOUCH
from .record import SYSTEM, Actor
from .talk import customer_writes
from .world import ticket_id


def solve(life: Life) -> None:
    """The answer and the status in one go."""
    life.work(SOLUTION)
    actor = life.owner()
    again = life.dice.pick(life.writer.language.sorry) if life.record.reopens else None
    life.record.say(life.agent_says(again or life.opening.matter.fix), actor)
    life.record.set_status("solved", actor)


def solve_in_bulk(life: Life) -> None:
    """The clean-up every fourth Friday: many tickets in one second by one agent, not a word to anybody."""
    weeks = 28 * DAY
    friday = (life.record.now // weeks + 1) * weeks + DAY + 15 * HOUR  # 1970 began on a Thursday
    life.record.move(friday)
    agent = life.world.roster.agents[0]
    actor: Actor = (agent.person.id, "agent")
    life.give_to(agent, actor)
    life.record.set_status("solved", actor)
    life.record.tag("bulk_clean_up", actor=actor)


def solve_by_rule(life: Life) -> None:
    """An automatic mail that a rule recognised: nobody was to answer it."""
    life.record.tag("auto_reply", rule="spam.autoreply_drop")
    life.record.set_status("solved", SYSTEM, "spam.autoreply_drop")


def solve_with_problem(life: Life) -> None:
    """When the problem is solved its incidents are: half at once, the others over the next days."""
    solved_at = life.world.problem_solved_at
    life.record.move(max(solved_at, life.record.now + 120))
    if life.opening.life == "incident":
        if life.dice.chance(0.04):
            return  # forgotten in the clean-up: still on hold for a problem that is solved
        life.work(CLEAN_UP)
    actor = life.owner()
    life.record.say(life.agent_says(life.opening.matter.fix), actor)
    life.record.set_status("solved", actor)
    close(life)


def give_up(life: Life) -> None:
    """No answer ever came."""
    life.work(SOON)
    life.record.set_status("solved", life.owner())


def thank(life: Life) -> None:
    """A thank-you reopens the ticket. A rule solves it in the same second, or an agent later."""
    life.wait((3.0, 20.0, 90.0, 600.0, 1_500.0))
    customer_writes(life, life.writer.language.thanks)
    life.record.tag("thanks_only", rule="reopen.guard_thanks")
    if life.dice.chance(0.5):
        life.record.set_status("solved", SYSTEM, "reopen.guard_thanks")
    else:
        life.work(SOON)
        life.record.set_status("solved", life.owner())


def come_back(life: Life) -> None:
    """The customer says that it is not solved, while the ticket can still be reopened."""
    life.wait((20.0, 200.0, 900.0, 2_000.0, 5_000.0))
    customer_writes(life, life.writer.language.not_fixed)


def close(life: Life) -> None:
    """After the solve: a survey after a day, at times a rating, closed after four days."""
    record, dice = life.record, life.dice
    solved_at = record.now
    rule = "close.solved_after"
    if record.replies and dice.chance(0.6):
        record.move(solved_at + DAY)
        record.rate("offered", SYSTEM, "csat.request")
        if dice.chance(0.34):
            _rate(life)
    record.move(max(solved_at + 4 * DAY, record.now))
    record.set_status("closed", SYSTEM, rule)


def _rate(life: Life) -> None:
    life.wait((10.0, 200.0, 1_000.0, 2_600.0))
    good = life.dice.chance(0.5 if life.record.reopens else 0.84)
    life.record.rate("good" if good else "bad", life.customer)
    if not good and life.dice.chance(0.7) and not life.record.is_over:
        life.rating_comment = life.writer.one_of(life.writer.language.chasers)
    if life.dice.chance(0.06):
        life.wait((5.0, 60.0))
        life.record.rate("bad" if good else "good", life.customer)


def mark_as_spam(life: Life) -> None:
    life.work(SOON)
    agent = life.choose_agent(life.record.group or DESKS["tier_1"])
    life.record.delete("spam", (agent.person.id, "agent"))


def delete(life: Life) -> None:
    life.work(TOUCH)
    agent = life.choose_agent(life.record.group or DESKS["tier_1"])
    life.record.delete("deleted", (agent.person.id, "agent"))


def restore(life: Life) -> None:
    life.work(SOON)
    agent = life.choose_agent(life.record.group or DESKS["tier_1"])
    life.record.restore((agent.person.id, "agent"))


def merge_into_previous(life: Life) -> None:
    """The requester wrote twice: this ticket is closed and goes on in the one before."""
    life.work(SOON)
    agent = life.choose_agent(life.record.group or DESKS["tier_1"])
    actor: Actor = (agent.person.id, "agent")
    survivor = ticket_id(life.opening.number - 1)
    life.record.say(f"Merged into request {survivor}.", actor, public=False)
    life.record.set_status("closed", actor)
    life.record.merge(survivor, actor)


def mention_merge(life: Life) -> None:
    """The surviving side: nothing but an internal note."""
    life.work(TOUCH)
    actor = life.owner()
    merged = ticket_id(life.opening.number + 1)
    life.record.say(f"Same customer, same matter: see request {merged}.", actor, public=False)
