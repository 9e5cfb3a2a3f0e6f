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

    def made(self, kind: str) -> dict[str, str]:
        """The names of a kind that were asked for so far, by id."""
        space = SPACES.get(kind, kind)
        return {known: name for (own, known), name in self._names.items() if own == space}

    def name(self, kind: str, id: str) -> str:
        """The name that an id was made for; of another, the id."""
        return self._names.get((SPACES.get(kind, kind), id), id)
