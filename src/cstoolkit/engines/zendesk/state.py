"""The ticket while rules work on it: what conditions read and actions write."""

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ..engine import Update, World
from ..switches import Switches
from ..trace import CannotJudge, FieldChange, Record
from .keys import custom_fields, key

NOBODY = "nobody"
"""In the place of an id; equal to no id."""
CUSTOM = "custom_fields_"


class TicketState:
    """One run's view. It changes as rules act; the world's own records never do."""

    __slots__ = ("_before", "_changed_lookups", "_custom", "_tags", "lookups", "memo", "now", "switches",
                 "ticket", "touched", "update", "version", "world")  # fmt: skip

    def __init__(self, world: World, update: Update, *, now: datetime, switches: Switches) -> None:
        if now.tzinfo is None:
            raise ValueError(f"{now!r} is not an instant: a datetime with a time zone is needed")
        self.world = world
        self.update = update
        self.now = now
        self.switches = switches
        self.lookups = world.lookups
        self.ticket: Record = world.ticket
        self.version = 0
        self._before: dict[str, str | None] = {}
        self._custom: dict[str, Any] | None = None
        self._tags: frozenset[str] | None = None
        self.touched: set[str] = set()  # fields of the ticket written since a reader last cleared it
        self.memo: dict[str, Any] = {}  # what readers compute once in a run
        self._changed_lookups: dict[tuple[str, str], Record] = {}

    # -- reading

    def value(self, field: str) -> str | None:
        """A field of the ticket in the form that values are compared in."""
        if field.startswith(CUSTOM):
            return key(self.custom(field[len(CUSTOM) :]))
        return key(self.ticket.get(field))

    def before(self, field: str) -> str | None:
        """The same before this update; nothing on a ticket that was just created."""
        if self.update.kind == "created":
            return None
        if field not in self._before:
            self._before[field] = key(self._raw_before(field))
        return self._before[field]

    def _raw_before(self, field: str) -> Any:
        changes = self.update.changes
        if field in changes:
            return changes[field]
        if not field.startswith(CUSTOM):
            return self.world.ticket.get(field)
        number = field[len(CUSTOM) :]
        if "custom_fields" in changes:
            return custom_fields({"custom_fields": changes["custom_fields"]}).get(number)
        return custom_fields(self.world.ticket).get(number)

    @property
    def tags(self) -> frozenset[str]:
        if self._tags is None:
            held = self.ticket.get("tags") or ()
            self._tags = frozenset(held.split() if isinstance(held, str) else held)
        return self._tags

    def custom(self, id: str) -> Any:
        """The value of a custom field of the ticket, None where it is empty."""
        if self._custom is None:
            self._custom = custom_fields(self.ticket)
        return self._custom.get(id)

    @property
    def actor(self) -> str:
        """The id of who makes this update, or NOBODY."""
        return key(self.update.actor_id) or NOBODY

    def find(self, kind: str, id: str | None) -> Record | None:
        """A record of the account; None where its kind is known and it is not there, or nothing is asked."""
        if id is None:
            return None
        if (kind, id) in self._changed_lookups:
            return self._changed_lookups[kind, id]
        return self.all(kind).get(id)

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

    def world_after(self) -> World:
        """The world with what this run did to the ticket, to people and to organizations."""
        if not self._changed_lookups:
            return replace(self.world, ticket=self.ticket)
        lookups = dict(self.lookups)
        for (kind, number), record in self._changed_lookups.items():
            # Laid over what is there, which may be a whole account's people and is not copied.
            lookups[kind] = ChainMap({number: record}, lookups[kind])  # type: ignore[arg-type]  # only read
        return replace(self.world, ticket=self.ticket, lookups=lookups)

    # -- writing

    def set(self, field: str, value: Any) -> FieldChange | None:
        """Put a value into a field of the ticket; nothing if it is there already."""
        before = self.ticket.get(field)
        if key(before) == key(value):
            return None
        self._write(field, value)
        return FieldChange(field, before, value)

    def set_tags(self, tags: frozenset[str]) -> FieldChange | None:
        if tags == self.tags:
            return None
        before, after = list(self.ticket.get("tags") or []), sorted(tags)  # the vendor lists tags by alphabet
        self._write("tags", after)
        self._tags = tags
        return FieldChange("tags", before, after)

    def set_custom(self, id: str, value: Any) -> FieldChange | None:
        before = self.custom(id)
        if before == value or (key(before) is None and key(value) is None):
            return None
        values = {**custom_fields(self.ticket), id: value}
        listed = [
            {"id": int(name) if name.isdigit() else name, "value": held} for name, held in values.items()
        ]
        self._write("custom_fields", listed)
        if "fields" in self.ticket:
            self.ticket["fields"] = listed
        self._custom = values
        self.touched.add(f"{CUSTOM}{id}")
        return FieldChange(f"{CUSTOM}{id}", before, value)

    def set_record(
        self, kind: str, id: str, path: tuple[str, ...], value: Any, name: str
    ) -> FieldChange | None:
        """Change a person or an organization as this run sees it; `path` is a key, or a mapping and a key."""
        record = self.known(kind, id)
        holder = record if len(path) == 1 else record.get(path[0]) or {}
        before = holder.get(path[-1])
        if key(before) == key(value):
            return None
        changed = {**holder, path[-1]: value}
        self._changed_lookups[kind, id] = changed if len(path) == 1 else {**record, path[0]: changed}
        self.version += 1
        return FieldChange(name, before, value)

    def _write(self, field: str, value: Any) -> None:
        if self.ticket is self.world.ticket:
            self.ticket = dict(self.ticket)
        self.ticket[field] = value
        self.touched.add(field)
        self.version += 1
