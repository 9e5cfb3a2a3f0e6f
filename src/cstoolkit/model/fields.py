"""Everything a condition may ask about: one row a field.

Matching, parsing, the JSON Schema and the docs follow from a row; the store's SQL has one expression for each
(`store.condition_columns`), and each vendor's `rules.py` one cell.

What `read` gives, by type. None is missing, and blank text is read as None:

| type | value |
|---|---|
| choice | str |
| status (a choice too) | `ticket.Status` |
| reference | `readers.Reference` |
| actor | `people.Person` |
| flag | bool |
| text | tuple of `text.Text`; several where the field is more than one text, none where it is missing |
| set | frozenset of str |
| number | int |
| instant | aware datetime |
| calendar | the name of the ticket's calendar |
| custom | the stored value, see `model.custom` |
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from . import readers
from .operators import OPERATORS, OWN_OPERANDS, TYPE_OPERATORS, FieldType, Lists, Operand
from .readers import Reader
from .ticket import PriorityLevel, StatusCategory

STATUSES = tuple(category.value for category in StatusCategory)
PRIORITIES = tuple(level.value for level in PriorityLevel)
RATINGS = ("none", "offered", "bad", "neutral", "good")
ROLES = ("end_user", "agent", "system")
CHANNELS = ("email", "web", "chat", "messaging", "phone", "sms", "social", "api")
ACTORS = ("requester", "end_user", "agent", "assignee", "system")


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a condition may ask about.

    `words` are the values that every helpdesk shares; with `other_words` an account may have more. `order`
    has those words, lowest first, where they have one. `update_only`: it exists only while a ticket is being
    updated, so it may stand in triggers only, not in automations, `scan` or `select`.
    """

    name: str
    type: FieldType
    about: str
    read: Reader
    words: tuple[str, ...] = ()
    other_words: bool = False
    order: tuple[str, ...] = ()
    update_only: bool = False

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators it answers, in the order of the docs."""
        own = TYPE_OPERATORS[self.type]
        if self.update_only:  # the update's own facts have no state before it
            own = tuple(name for name in own if not OPERATORS[name].update_only)
        return (*own, "at_least", "at_most", "above", "below") if self.order else own

    def operand(self, operator: str) -> Operand:
        """What stands after the operator here."""
        takes = OPERATORS[operator].takes
        if takes == "rank":
            return "category" if self.order else "number"
        return OWN_OPERANDS[self.type] if takes == "own" else takes

    def lists(self, operator: str) -> Lists:
        """How many values the operator takes here."""
        return "one" if self.type == "flag" else OPERATORS[operator].lists

    @property
    def scalar_operator(self) -> str | None:
        """What `field: value` means; None where an operator must be written."""
        if self.type == "set":
            return "has"
        return "is" if "is" in self.operators else None

    @property
    def list_operator(self) -> str | None:
        """What `field: [a, b]` means; None where a list means nothing."""
        if self.type == "set":
            return "has_any"
        if "in" in self.operators:
            return "in"
        return "is" if self.type in {"text", "number"} else None


def _choices() -> Iterator[Field]:
    """Values out of a list, and things with a name."""
    yield Field(
        "status", "choice", "Where the ticket stands: a category, or the own name of one of its statuses.",
        readers.attribute("status"), STATUSES, other_words=True, order=STATUSES,
    )  # fmt: skip
    yield Field(
        "priority", "choice", "How urgent it is. No priority is missing, not the lowest.",
        lambda ticket, _: ticket.priority and ticket.priority.level.value, PRIORITIES, order=PRIORITIES,
    )  # fmt: skip
    yield Field(
        "type",
        "choice",
        "The kind of ticket, in the helpdesk's own words.",
        readers.choice("type"),
        other_words=True,
    )
    yield Field(
        "channel", "choice", "How the ticket came in.", readers.choice("channel"), CHANNELS, other_words=True
    )
    yield Field("language", "choice", "The ticket's language.", readers.choice("language"), other_words=True)
    yield Field(
        "brand", "choice", "The brand or product it came in for.", readers.choice("brand"), other_words=True
    )
    yield Field("form", "choice", "The ticket form.", readers.choice("form"), other_words=True)
    yield Field(
        "recipient", "choice", "The address it was written to.", readers.choice("recipient"), other_words=True
    )
    yield Field(
        "rating", "choice", "The satisfaction rating. Never missing: without one it is `none`.",
        lambda ticket, _: ticket.rating or "none", RATINGS,
    )  # fmt: skip
    yield Field(
        "problem.status", "choice", "Category of the status of the problem ticket it is linked to.",
        lambda ticket, _: ticket.problem_status and ticket.problem_status.value, STATUSES, order=STATUSES,
    )  # fmt: skip
    yield Field(
        "requester.role",
        "choice",
        "What the requester is today.",
        readers.of("requester", "role", None),
        ROLES,
    )
    yield Field("requester", "reference", "Who asks, by name.", readers.reference("requester"))
    yield Field(
        "organization", "reference", "The customer company, by name.", readers.reference("organization")
    )
    yield Field("assignee", "reference", "The agent who has it, by name.", readers.reference("assignee"))
    yield Field("group", "reference", "The team that has it, by name.", readers.reference("group"))


def _texts_and_sets() -> Iterator[Field]:
    yield Field("subject", "text", "The subject line.", readers.subject)
    yield Field("description", "text", "The first message.", readers.description)
    yield Field(
        "text",
        "text",
        "Subject, description and every comment: holds where one of them does.",
        readers.whole_text,
    )
    yield Field(
        "rating_comment",
        "text",
        "What came with the rating.",
        lambda ticket, _: readers.texts(ticket.rating_comment),
    )
    yield Field("requester.email", "text", "The requester's address.", readers.text_of("requester", "email"))
    yield Field("requester.domain", "text", "The part of that address after the @.", readers.domain)
    yield Field("organization.name", "text", "The company's name.", readers.text_of("organization", "name"))
    yield Field("tags", "set", "The ticket's tags.", readers.attribute("tags"))
    yield Field(
        "fired", "set", "Ids of the recipes whose guard stands on the ticket.", readers.attribute("fired")
    )
    yield Field(
        "requester.tags", "set", "The requester's tags.", readers.of("requester", "tags", frozenset())
    )
    yield Field(
        "organization.tags", "set", "The company's tags.", readers.of("organization", "tags", frozenset())
    )
    yield Field(
        "organization.domains",
        "set",
        "The company's e-mail domains.",
        readers.of("organization", "domains", frozenset()),
    )


def _counts_and_times() -> Iterator[Field]:
    for name, about in (
        ("reopens", "Times it left solved or closed for an unsolved state."),
        ("replies", "Public comments by agents, this update's included."),
        ("requester_replies", "Public comments by the requester after the first message."),
        ("assignee_stations", "Times it was handed to an agent, the first included."),
        ("group_stations", "Times it was handed to a group, the first included."),
        ("incidents", "Tickets linked to it as their problem."),
    ):
        yield Field(name, "number", about, readers.attribute(name))
    for name, about in (
        ("created_at", "When it came into being."),
        ("updated_at", "When it was last saved."),
        ("assigned_at", "When its assignee got it."),
        ("status_changed_at", "When it entered its status category."),
        ("requester_replied_at", "The requester's last public comment, the first message included."),
        ("agent_replied_at", "The last public comment by an agent."),
        ("due_at", "When a task is due."),
    ):
        yield Field(name, "instant", about, readers.attribute(name))
    yield Field("sla_due_at", "instant", "The nearest promise that still runs.", readers.due())
    yield Field(
        "first_reply_due_at", "instant", "The running promise of a first reply.", readers.due("first_reply")
    )
    yield Field(
        "resolution_due_at", "instant", "The running promise of a solution.", readers.due("resolution")
    )
    yield Field(
        "sla_breached",
        "flag",
        "Some promise has passed and is not kept. Never missing.",
        readers.sla_breached,
    )
    yield Field(
        "hours",
        "calendar",
        "Opening hours at the instant of the event, or of the scan.",
        readers.attribute("calendar"),
    )


def _of_the_update() -> Iterator[Field]:
    """Facts about an update and its comment: in triggers only."""
    about_actor = "Who makes this update: one of the words, or an agent by name."
    yield Field("actor", "actor", about_actor, readers.actor, ACTORS, other_words=True)
    yield Field("comment", "text", "The text of this update's comment.", readers.comment_text)
    yield Field(
        "comment.own_words", "text", "The same without quoted mail and signature.", readers.comment_own_words
    )
    yield Field("comment.public", "flag", "The comment is public.", readers.comment("public"))
    yield Field(
        "comment.automatic",
        "flag",
        "The comment is an auto-reply or bulk mail.",
        readers.comment("automatic"),
    )
    yield Field(
        "comment.channel",
        "choice",
        "How the comment came in.",
        readers.comment_channel,
        CHANNELS,
        other_words=True,
    )
    yield Field("comment.attachments", "flag", "The comment has files with it.", readers.comment_attachments)


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        *_choices(),
        *_texts_and_sets(),
        *_counts_and_times(),
        *(replace(field, update_only=True) for field in _of_the_update()),
    )
}

CUSTOM_FAMILIES: dict[str, tuple[str | None, str]] = {
    "custom.": (None, "A custom field of the ticket."),
    "requester.custom.": ("requester", "A custom field of the requester."),
    "organization.custom.": ("organization", "A custom field of the company."),
}
"""Names that start with these go on with a custom field's own name, dots included."""


def find_field(name: str) -> Field | None:
    """The field of that name, custom ones included; None where there is none."""
    if name in FIELDS:
        return FIELDS[name]
    for prefix, (owner, about) in CUSTOM_FAMILIES.items():
        if name.startswith(prefix) and len(name) > len(prefix):
            return Field(name, "custom", about, readers.custom(owner, name[len(prefix) :]), other_words=True)
    return None


def custom_name(name: str) -> tuple[str | None, str]:
    """Whose custom field it is (None: the ticket's) and the field's own name. `name` is of a custom field."""
    prefix = next(prefix for prefix in CUSTOM_FAMILIES if name.startswith(prefix))
    return CUSTOM_FAMILIES[prefix][0], name[len(prefix) :]
