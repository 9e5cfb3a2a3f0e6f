"""A Directory for rules that no account has seen: every name has an id, the same on every machine."""

import hashlib
from collections.abc import Iterable

SPACES = {"agent": "person", "user": "person", "addressee": "person"}
AS_WRITTEN = frozenset({"requester_field", "organization_field"})
"""Kinds whose id is a key; an account makes it from the name, here it is the name."""


class MadeUpNames:
    """Satisfies `Directory`. `groups` are names that a message may be to; others are people's."""

    def __init__(self, groups: Iterable[str] = ()) -> None:
        self._groups = frozenset(groups)
        self._names: dict[tuple[str, str], str] = {}

    def find(self, kind: str, name: str) -> str:
        """The id of a name; the one asked twice is the same."""
        if kind in AS_WRITTEN:
            return name
        if kind in {"requester_value", "organization_value"}:
            return name.partition("=")[2]
        if kind == "addressee_kind":
            return "group" if name in self._groups else "user"
        space = SPACES.get(kind, kind)
        if kind == "addressee" and name in self._groups:
            space = "group"
        number = int(hashlib.sha256(f"{space}:{name}".encode()).hexdigest()[:10], 16)
        self._names[space, str(number)] = name
        return str(number)

    def known(self) -> dict[str, dict[str, str]]:
        """The names that were asked for so far, by kind and id; people are agents."""
        found: dict[str, dict[str, str]] = {}
        for (space, known_id), name in self._names.items():
            found.setdefault("agent" if space == "person" else space, {})[known_id] = name
        return found

    def name(self, kind: str, id: str) -> str:
        """The name that an id was made for; of another, the id."""
        return self._names.get((SPACES.get(kind, kind), id), id)
