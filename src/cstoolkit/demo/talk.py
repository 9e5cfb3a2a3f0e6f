"""What is said on a ticket, by either side: steps that take a life and carry it on."""

from .calendars import DAY
from .life import Life
from .numbers import CARDS
from .pace import CUSTOMER, FIRST_REPLY, SOON, TOUCH
from .record import SYSTEM
from .texts import NOTES


def reply(life: Life) -> None:
    """The first answer, or another one: what is being done about it."""
    life.work(FIRST_REPLY)
    actor = life.owner()
    language = life.writer.language
    sentences = language.working if life.record.replies else language.looking
    life.record.say(life.agent_says(life.dice.pick(sentences)), actor)


def note(life: Life) -> None:
    life.work(SOON)
    actor = life.owner()
    life.record.say(life.dice.pick(NOTES), actor, public=False)


def ask(life: Life) -> None:
    """A question to the customer; the ticket waits for the answer."""
    life.work(TOUCH if life.record.replies else FIRST_REPLY)
    actor = life.owner()
    question, life.answer = life.dice.pick(life.writer.language.questions)
    life.record.say(life.agent_says(question), actor)
    life.record.set_status("pending", actor)


def answer(life: Life) -> None:
    """What was asked for; something else if nothing was."""
    life.wait(CUSTOMER)
    customer_writes(life, (life.answer,) if life.answer else life.writer.language.more)
    life.answer = None


def chase(life: Life) -> None:
    life.wait(CUSTOMER)
    customer_writes(life, life.writer.language.chasers)


def customer_writes(life: Life, sentences: tuple[str, ...]) -> None:
    """A public message by the requester, at times by somebody in copy; it brings the ticket back to the team."""
    actor = life.customer
    if life.dice.chance(0.05):
        actor = (life.world.roster.neighbour_of(life.opening.customer).person.id, "end_user")
    life.record.say(life.writer.customer_message(life.dice.pick(sentences), quoting=life.last_said), actor)
    if life.record.status != "new":
        life.record.set_status("open", actor)


def remind(life: Life) -> None:
    """The rule that asks again after some days of waiting."""
    life.record.move(life.record.now + 3 * DAY)
    language = life.writer.language
    life.record.say(language.reminder, SYSTEM, rule="remind.pending_3d")
    life.record.tag("reminded", rule="remind.pending_3d")


def talk(life: Life) -> None:
    """None to two exchanges more."""
    while life.dice.chance(0.3):
        answer(life)
        life.work(TOUCH)
        actor = life.owner()
        life.record.say(life.agent_says(life.dice.pick(life.writer.language.working)), actor)


def answer_with_card(life: Life) -> None:
    life.wait(CUSTOMER)
    card = life.dice.pick(CARDS)
    life.card_in = None if life.record.is_over else "comment"
    life.record.say(f"Here it is again: {card}. Please hurry.", life.customer)
    life.record.set_status("open", life.customer)


def note_card(life: Life) -> None:
    """An agent takes it down on the phone, where only colleagues see it."""
    life.work(SOON)
    actor = life.owner()
    life.card_in = None if life.record.is_over else "note"
    life.record.say(f"Card by phone: {life.dice.pick(CARDS)}", actor, public=False)
