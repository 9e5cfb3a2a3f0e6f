"""Names and ids as Freshdesk's rules have them: people and things are numbers, custom fields are keys."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from zlib import crc32

SPACES: Mapping[str, str] = {"agent": "person", "user": "person", "requester": "person"}
KEYS = frozenset({"requester_field", "organization_field", "product_field"})
FIELD = "cf_"
FIRST = 1_000_000_000
"""Above what accounts have: a made-up number is never a real one."""


@dataclass(frozen=True)
class FreshdeskNames:
    """Satisfies `Directory`. A name that nobody knows gets a number of its own, the same one every time.

    `ids` are the account's, by kind and name; it also remembers every number that it has made up, so that what rules
    did can be said in names.
    """

    ids: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    _made: dict[str, dict[str, str]] = field(default_factory=dict)
    _back: dict[str, dict[str, str]] = field(default_factory=dict)

    def find(self, kind: str, name: str) -> str:
        if kind in {"addressee", "addressee_kind"}:
            space = "group" if self._knows("group", name) else "agent"
            return space if kind == "addressee_kind" else self.find(space, name)
        if kind in KEYS:
            return name
        if kind == "webhook":
            return f"https://made-up.example/{name}"
        space = SPACES.get(kind, kind)
        known = self.ids.get(space, {}).get(name) or self._made.get(space, {}).get(name)
        if known is None:
            known = self._new(space, name)
        return known

    def name(self, kind: str, id: str) -> str:
        space = SPACES.get(kind, kind)
        found = self._back.get(space, {}).get(id)
        if found is None:
            found = next((name for name, number in self.ids.get(space, {}).items() if number == id), id)
        return found

    def all(self, kind: str) -> Iterator[tuple[str, str]]:
        """Every name of a kind with its id, made up or not."""
        space = SPACES.get(kind, kind)
        yield from {**self.ids.get(space, {}), **self._made.get(space, {})}.items()

    def learn(self, kind: str, names: Iterable[str]) -> None:
        """Names that are of this kind: an addressee is a group if it is among them."""
        for name in names:
            self.find(kind, name)

    def _knows(self, space: str, name: str) -> bool:
        return name in self.ids.get(space, {}) or name in self._made.get(space, {})

    def _new(self, space: str, name: str) -> str:
        if space == "field":
            made = name if name.startswith(FIELD) else f"{FIELD}{name}"
        else:
            made = name if name.isdecimal() else str(FIRST + crc32(f"{space}:{name}".encode()))
        self._made.setdefault(space, {})[name] = made
        self._back.setdefault(space, {})[made] = name
        return made
