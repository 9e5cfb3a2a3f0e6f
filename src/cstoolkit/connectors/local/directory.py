"""Names <-> ids of an embedded helpdesk, read from its store."""

import difflib
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ...errors import NotFoundError
from ...model.text import fold
from ...store.database import Store

SHOWN = 5  # candidates in a message

# Kind -> its (id, name) pairs. Forms and brands are known only by the tickets that have them.
SOURCES: Mapping[str, str] = {
    "group": "SELECT group_id, name FROM groups",
    "agent": "SELECT person_id, name FROM people WHERE role = 'agent'",
    "organization": "SELECT organization_id, name FROM organizations",
    "field": "SELECT coalesce(native, name), name FROM fields",
    "form": "SELECT DISTINCT form, form FROM tickets WHERE form IS NOT NULL",
    "brand": "SELECT DISTINCT brand, brand FROM tickets WHERE brand IS NOT NULL",
    "calendar": "SELECT name, name FROM schedules",
}


class LocalDirectory:
    """The `Directory` of a store. It is read when first asked about a kind, and not again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[str, list[tuple[str, str | None]]] = {}

    def find(self, kind: str, name: str) -> str:
        """The id of the one thing with exactly this name; an agent's address is a name too."""
        found = [known_id for known_id, known in self._pairs(kind) if known == name]
        if not found and kind == "agent":
            found = [agent_id for agent_id, address in self._addresses if address == fold(name)]
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(sorted(found))
            raise NotFoundError(
                f'{self._store.path}: several {kind}s are called "{name}": {listed}',
                vendor="local",
                candidates=sorted(found),
            )
        raise self._unknown(kind, name)

    def name(self, kind: str, id: str) -> str:
        """The name of an id; a thing without a name is called by its id."""
        for known, name in self._pairs(kind):
            if known == id:
                return name or id
        raise NotFoundError(f'{self._store.path}: there is no {kind} with id "{id}"', vendor="local")

    def _unknown(self, kind: str, name: str) -> NotFoundError:
        nearest = nearest_names(name, [known for _, known in self._pairs(kind) if known])
        listed = ", ".join(nearest)
        return NotFoundError(
            f'{self._store.path}: there is no {kind} "{name}"' + (f"; nearest: {listed}" if listed else ""),
            vendor="local",
            candidates=nearest,
            hint=f'did you mean "{nearest[0]}"?' if nearest else f"the file has no {kind}s",
        )

    def _pairs(self, kind: str) -> list[tuple[str, str | None]]:
        if kind not in SOURCES:
            raise NotFoundError(
                f'"{kind}" is not a kind of name', vendor="local", hint=f"kinds are: {', '.join(SOURCES)}"
            )
        if kind not in self._read:
            rows = self._store.query(f"{SOURCES[kind]} ORDER BY 1")
            self._read[kind] = [(str(known_id), name) for known_id, name in rows]
        return self._read[kind]

    @cached_property
    def _addresses(self) -> list[tuple[Any, ...]]:
        return self._store.query(
            "SELECT person_id, email_folded FROM people WHERE role = 'agent' AND email_folded IS NOT NULL"
        )


def nearest_names(name: str, known: list[str]) -> list[str]:
    """The known names most like this one, best first; capitals do not count."""

    def likeness(other: str) -> float:
        return difflib.SequenceMatcher(None, fold(name), fold(other)).ratio()

    return sorted(set(known), key=lambda other: (-likeness(other), other))[:SHOWN]
