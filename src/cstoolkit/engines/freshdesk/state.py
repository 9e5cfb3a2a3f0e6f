"""The ticket while rules work on it: what conditions read and actions write."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ..engine import Update, World
from ..switches import Switches
from ..trace import CannotJudge, FieldChange, Record
from .keys import key, record_of
from .status import stamped

ATTRIBUTES = {"ticket_type": "type"}
"""What rules call otherwise than the ticket does."""
CUSTOM = "cf_"


class TicketState:
    """One run's view. It changes as rules act; the world's own records never do."""

    __slots__ = (
        "_fields",
        "_folded",
        "lookups",
        "now",
        "said",
        "switches",
        "ticket",
        "update",
        "version",
        "world",
    )

    def __init__(self, world: World, update: Update, *, now: datetime, switches: Switches) -> None:
        if now.tzinfo is None:
            raise ValueError(f"{now!r} is not an instant: a datetime with a time zone is needed")
        self.world = world
        self.update = update
        self.now = now
        self.switches = switches
        self.lookups = world.lookups
        self.ticket: Record = world.ticket
        self.said: list[Record] = []  # notes of this run, oldest first
        self.version = 0
        self._folded: dict[str, str] = {}  # texts that many rules ask about
        self._fields: Mapping[str, Record] | None = None

    # -- reading

    def read(self, name: str) -> Any:
        """A field by the name that rules have for it. Raises CannotJudge where the ticket does not say."""
        return self._of(self.ticket, name)

    def before(self, name: str) -> Any:
        """The same before this update; nothing on a ticket that was just created."""
        if self.update.kind == "created":
            return None
        attribute = ATTRIBUTES.get(name, name)
        if attribute in self.update.changes:
            return self.update.changes[attribute]
        if self.is_custom(name) and "custom_fields" in self.update.changes:
            return record_of(self.update.changes["custom_fields"]).get(name)
        return self._of(self.world.ticket, name)

    def changed(self, name: str) -> bool:
        """By this update: what rules did since is another matter."""
        return key(self.before(name)) != key(self._of(self.world.ticket, name))

    def after(self, name: str) -> Any:
        """What this update made of a field, before any rule."""
        return self._of(self.world.ticket, name)

    def _of(self, ticket: Record, name: str) -> Any:
        attribute = ATTRIBUTES.get(name, name)
        if attribute in ticket:
            return ticket[attribute]
        if not self.is_custom(name):
            raise CannotJudge(f"the ticket has no {attribute}")
        return self._custom(ticket, name)

    def _custom(self, ticket: Record, name: str) -> Any:
        held = record_of(ticket.get("custom_fields"))
        if name not in held and self.fields and name not in self.fields:
            raise CannotJudge(f"{name} is not a field of this account: the vendor calls such a rule invalid")
        return held.get(name)

    def is_custom(self, name: str) -> bool:
        """Names of custom fields begin with cf_, those of old accounts do not."""
        return name.startswith(CUSTOM) or name in record_of(self.ticket.get("custom_fields"))

    @property
    def fields(self) -> Mapping[str, Record]:
        """Ticket fields by name, levels of dependent ones too; nothing where they are not known."""
        if self._fields is None:
            found: dict[str, Record] = {}
            for field in self.lookups.get("ticket_fields", {}).values():
                found[str(field.get("name"))] = field
                for level in field.get("dependent_fields") or ():
                    found[str(level.get("name"))] = {"type": "nested_field", **level}
            self._fields = found
        return self._fields

    def folded(self, text: str) -> str:
        """A text as it is compared where case does not count."""
        found = self._folded.get(text)
        if found is None:
            found = self._folded[text] = text.casefold()
        return found

    @property
    def actor(self) -> str | None:
        return key(self.update.actor_id)

    def find(self, kind: str, id: str | None) -> Record | None:
        """A record of the account; None where its kind is known and it is not there, or nothing is asked."""
        return None if id is None else self.all(kind).get(id)

    def all(self, kind: str) -> Mapping[str, Record]:
        """Every record of a kind. Raises CannotJudge where the world does not have the kind."""
        if kind not in self.lookups:
            raise CannotJudge(f"the account's {kind} are not known")
        return self.lookups[kind]

    def known(self, kind: str, id: str | None) -> Record:
        """A record that there must be. Raises CannotJudge."""
        found = self.find(kind, id)
        if found is None:
            raise CannotJudge(f"{id or 'nobody'} is not among the known {kind}")
        return found

    @property
    def requester(self) -> Record:
        """The contact; an agent who writes as one is his contact details."""
        person = key(self.read("requester_id"))
        agent = self.lookups.get("agents", {}).get(person or "")
        return record_of(agent.get("contact")) if agent else self.known("contacts", person)

    @property
    def company(self) -> Record:
        """The ticket's company, empty where it has none."""
        company = key(self.read("company_id"))
        return {} if company is None else self.known("companies", company)

    @property
    def comments(self) -> tuple[Record, ...]:
        """Oldest first, that of this update and notes of this run too."""
        here = self.update.comment
        given = self.world.comments
        return (*given, *(() if here is None or here in given else (here,)), *self.said)

    def world_after(self) -> World:
        return replace(self.world, ticket=self.ticket, comments=self.comments)

    # -- writing

    def set(self, name: str, value: Any) -> FieldChange | None:
        """Put a value into a field; nothing if it is there already."""
        before = self.read(name)
        if key(before) == key(value):
            return None
        if self.is_custom(name):
            self._write("custom_fields", {**record_of(self.ticket.get("custom_fields")), name: value})
        elif name == "status":
            stats = record_of(self.ticket.get("stats"))
            self._write("stats", stamped(stats, before, value, self.stamp))
            self._write("status", value)
        else:
            self._write(ATTRIBUTES.get(name, name), value)
        return FieldChange(ATTRIBUTES.get(name, name), before, value)

    def add_tags(self, tags: list[str]) -> FieldChange | None:
        held = list(self.read("tags") or ())
        after = list(dict.fromkeys([*held, *tags]))
        if after == held:
            return None
        self._write("tags", after)
        return FieldChange("tags", held, after)

    def add_note(self, note: Record) -> FieldChange:
        self.said.append(note)
        self.version += 1
        return FieldChange("note", None, {"body": note["body"], "private": note["private"]})

    @property
    def stamp(self) -> str:
        return self.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _write(self, attribute: str, value: Any) -> None:
        if self.ticket is self.world.ticket:
            self.ticket = dict(self.ticket)
        self.ticket[attribute] = value
        self.version += 1
