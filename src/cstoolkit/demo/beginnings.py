"""How tickets come into being, and who gets them first: steps that take a life and carry it on."""

from .calendars import HOUR
from .fields import CONTACT_REASON, PRODUCT_AREA
from .life import DESKS, Life
from .numbers import CARDS, make_iban_sentence, make_look_alike
from .pace import SOON, TOUCH
from .people import FORGOTTEN, INTEGRATION, KEY_ACCOUNTS
from .record import SYSTEM, Actor

# Hours to first reply and to resolution by priority, in open hours. Without a priority nothing is promised.
TARGETS = {"low": (24.0, 120.0), "normal": (8.0, 48.0), "high": (4.0, 20.0), "urgent": (1.0, 8.0)}


def begin(life: Life) -> None:
    """The ticket comes into being: first message, routing, priority, promises."""
    record, dice = life.record, life.dice
    record.create((INTEGRATION.id, "system") if life.channel == "api" else life.customer)
    _say_first(life)
    record.set_calendar(life.region)
    record.set_group(_first_desk(life), SYSTEM, "routing")
    record.set_priority(life.level, SYSTEM, "routing")
    topic = life.opening.topic
    if not dice.chance(0.045):
        record.set_field(PRODUCT_AREA, topic.area, SYSTEM, "form")
    record.set_field(CONTACT_REASON, "other" if dice.chance(0.17) else topic.reason, SYSTEM, "form")
    tags = [topic.tag, f"lang_{life.opening.customer.person.language}"]
    if life.opening.customer.is_vip:
        tags.append("vip")
    record.tag(*tags, rule="routing")
    _promise(life)


def begin_without_group(life: Life) -> None:
    """Through a side door that no routing rule watches."""
    record = life.record
    life.channel = "api"
    record.create((INTEGRATION.id, "system"))
    _say_first(life)
    record.set_calendar(life.region)
    record.set_priority(life.level, SYSTEM, "form")
    record.set_field(PRODUCT_AREA, life.opening.topic.area, SYSTEM, "form")
    _promise(life)


def begin_proactively(life: Life) -> None:
    """The team writes first."""
    record = life.record
    agent = life.choose_agent(DESKS[life.opening.topic.desk])
    actor: Actor = (agent.person.id, "agent")
    life.agent = agent
    life.channel = "email"
    record.create(actor)
    life.description = life.agent_says(life.opening.topic.fixes)
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
    life.work(SOON if record.status != "new" else TOUCH)
    agent = life.choose_agent(group)
    life.give_to(agent, (agent.person.id, "agent"))
    record.set_status("open", (agent.person.id, "agent"))


def leave_with_departed(life: Life) -> None:
    """An agent who is gone by now holds it; nobody took it over."""
    present = [
        agent
        for agent in life.world.roster.gone
        if agent.left_at is not None and agent.left_at - life.record.now > 6 * HOUR
    ]
    if not present:
        take(life)
        return
    agent = life.dice.pick(present)
    life.record.set_group(agent.group_id, SYSTEM, "routing")
    life.give_to(agent, SYSTEM, "round_robin")
    life.record.set_status("open", SYSTEM, "round_robin")


def forget_in_old_group(life: Life) -> None:
    """A rule nobody remembers sends it to a group that everybody has left."""
    life.record.set_group(FORGOTTEN, SYSTEM, "returns_2024")


def _say_first(life: Life) -> None:
    dice, opening = life.dice, life.opening
    extra: str | None = None
    attachments: tuple[str, ...] = ()
    if opening.life in {"card", "card_open"}:
        extra, attachments = _plant_card(life)
    elif opening.life in {"card_reply", "card_note"}:
        pass  # the card comes later, and nothing that looks like one beside it
    elif dice.chance(0.07):
        extra = life.look_alike = make_look_alike(dice)
    elif dice.chance(0.006):
        extra = life.iban = make_iban_sentence(dice)
    life.description = life.writer.first_message(opening.topic, channel=life.channel, extra=extra)
    life.record.say(life.description, life.customer, channel=life.channel, attachments=attachments)


def _plant_card(life: Life) -> tuple[str | None, tuple[str, ...]]:
    """Where people leave their card: mostly in the message, at times in the subject or a file's name."""
    card = life.dice.pick(CARDS)
    life.card_in = life.dice.weighted(("text", "subject", "attachment"), (0.78, 0.92, 1.0))
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
