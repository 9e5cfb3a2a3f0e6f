"""Names <-> ids of an account as far as they are known: what rules are played with where no account is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..model.people import Person


@dataclass(frozen=True)
class AccountNames:
    """Names <-> ids by kind ("group", "user", "field", ...). A name that nobody knows is its own id; satisfies `Directory`."""

    ids: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    spaces: Mapping[str, str] = field(default_factory=lambda: {"agent": "user"})

    def find(self, kind: str, name: str) -> str:
        if kind in {"requester_value", "organization_value"}:
            return name.partition("=")[2]
        if kind in {"addressee", "addressee_kind"}:
            space = "group" if name in self.ids.get("group", {}) else "user"
            return space if kind == "addressee_kind" else self.find(space, name)
        return self.ids.get(self.spaces.get(kind, kind), {}).get(name, name)

    def name(self, kind: str, id: str) -> str:
        known = self.ids.get(self.spaces.get(kind, kind), {})
        return next((name for name, number in known.items() if number == id), id)

    def knowing(self, people: Sequence[Person | None]) -> "AccountNames":
        """The same, and these people too: one whose name is known keeps its id."""
        users = dict(self.ids.get("user", {}))
        for person in people:
            if person is not None and person.name and person.name not in users and person.id != person.name:
                users[person.name] = person.id
        return replace(self, ids={**self.ids, "user": users})
