"""How tickets come into being, and who gets them first: steps that take a life and carry it on."""

from .calendars import DAY, HOUR
from .fields import CONTACT_REASON, PRODUCT_AREA
from .life import DESKS, Life
from .numbers import CARDS, make_iban_sentence, make_look_alike
from .pace import PICK_UP, SOON
from .people import INTEGRATION, KEY_ACCOUNTS
from .record import SYSTEM, Actor
from .talk import reply

# Hours to first reply and to resolution by priority, in open hours. Without a priority nothing is promised.
TARGETS = {"low": (24.0, 320.0), "normal": (8.0, 160.0), "high": (4.0, 80.0), "urgent": (1.0, 24.0)}

# Where the lives with a card in the first message have it.
_CARDS = {"card": "text", "card_open": "text", "card_subject": "subject", "card_file": "attachment"}


def begin(life: Life) -> None:
    """The ticket comes into being: first message, routing, priority, promises."""
    record, dice = life.record, life.dice
    record.create((INTEGRATION.id, "system") if life.channel == "api" else life.customer)
    _say_first(life)
    record.set_calendar(life.region)
    record.set_group(_first_desk(life), SYSTEM, "routing")
    record.set_priority(life.level, SYSTEM, "routing")
    topic = life.opening.topic
    if not dice.chance(0.015):
        record.set_field(PRODUCT_AREA, topic.area, SYSTEM, "form")
    record.set_field(CONTACT_REASON, "other" if dice.chance(0.17) else topic.reason, SYSTEM, "form")
    tags = [topic.tag, f"lang_{life.opening.customer.person.language}"]
    if life.opening.customer.is_vip:
        tags.append("vip")
    record.tag(*tags, rule="routing")
    _promise(life)


def begin_without_group(life: Life) -> None:
    """Through a side door that no routing rule watches, and no promise either."""
    record = life.record
    life.channel = "api"
    record.create((INTEGRATION.id, "system"))
    _say_first(life)
    record.set_calendar(life.region)
    record.set_priority(life.level, SYSTEM, "form")
    record.set_field(PRODUCT_AREA, life.opening.topic.area, SYSTEM, "form")


def begin_proactively(life: Life) -> None:
    """The team writes first."""
    record = life.record
    agent = life.choose_agent(DESKS[life.opening.topic.desk])
    actor: Actor = (agent.person.id, "agent")
    life.agent = agent
    life.channel = "email"
    record.create(actor)
    life.description = life.agent_says(life.opening.matter.fix)
    record.say(life.description, actor)
    record.set_calendar(life.region)
    record.set_group(agent.group_id, actor)
    life.give_to(agent, actor)
    record.set_priority(life.level, actor)
    record.set_field(PRODUCT_AREA, life.opening.topic.area, actor)
    record.tag("proactive", life.opening.topic.tag, actor=actor)
    record.set_status("pending", actor)


def take(life: Life) -> None:
    """Somebody becomes the owner: by a rule at birth, or when an agent picks it up."""
    record = life.record
    group = record.group or DESKS["tier_1"]
    if record.status == "new" and len(record.comments) == 1 and life.dice.chance(0.3):
        life.give_to(life.choose_agent(group), SYSTEM, "round_robin")
        record.set_status("open", SYSTEM, "round_robin")
        return
    life.work(SOON if record.status != "new" else PICK_UP)
    agent = life.choose_agent(group)
    life.give_to(agent, (agent.person.id, "agent"))
    record.set_status("open", (agent.person.id, "agent"))


def leave_with_departed(life: Life) -> None:
    """Whoever is the next to go gets it and answers; nobody takes it over."""
    now = life.record.now
    leaving = [
        (agent.left_at, agent)
        for agent in life.world.roster.gone
        if agent.left_at is not None and agent.left_at - now > 6 * HOUR
    ]
    if not leaving:
        take(life)
        return
    left_at, agent = min(leaving, key=lambda pair: pair[0])
    life.record.set_group(agent.group_id, SYSTEM, "routing")
    life.give_to(agent, SYSTEM, "round_robin")
    life.record.set_status("open", SYSTEM, "round_robin")
    if left_at - now > 3 * DAY:
        reply(life)


def _say_first(life: Life) -> None:
    dice, opening = life.dice, life.opening
    extra: str | None = None
    attachments: tuple[str, ...] = ()
    if opening.life in _CARDS:
        extra, attachments = _plant_card(life)
    elif opening.life in {"card_reply", "card_note"}:
        pass  # the card comes later, and nothing that looks like one beside it
    elif dice.chance(0.07):
        extra = life.look_alike = make_look_alike(dice)
    elif dice.chance(0.006):
        extra = life.iban = make_iban_sentence(dice)
    life.description = life.writer.first_message(opening.matter, channel=life.channel, extra=extra)
    life.record.say(life.description, life.customer, channel=life.channel, attachments=attachments)


def _plant_card(life: Life) -> tuple[str | None, tuple[str, ...]]:
    """Where people leave their card: in the message, in the subject or in a file's name."""
    card = life.dice.pick(CARDS)
    life.card_in = _CARDS[life.opening.life]
    if life.card_in == "subject":
        life.subject = f"{life.opening.subject} - card {card}"
        return None, ()
    if life.card_in == "attachment":
        digits = "".join(digit for digit in card if digit.isdigit())
        return None, (f"card-{digits}.pdf",)
    return f"Please charge my card {card}, valid until 11/29.", ()


def _first_desk(life: Life) -> str:
    return KEY_ACCOUNTS if life.opening.customer.is_vip else DESKS[life.opening.topic.desk]


def _promise(life: Life) -> None:
    if life.level is not None:
        reply, resolution = TARGETS[life.level]
        life.record.promise("first_reply", life.business_deadline(reply))
        life.record.promise("resolution", life.business_deadline(resolution))
