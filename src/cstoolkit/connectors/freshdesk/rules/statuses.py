"""Statuses: categories of ours, and the numbers that an account has for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ....model.compile_settings import CompileSettings
from ....model.fields import STATUSES
from ....model.references import Ref
from ....model.ticket import StatusCategory

NUMBERS: Mapping[str, int] = {
    "Open": 2,
    "Pending": 3,
    "Resolved": 4,
    "Closed": 5,
    "Waiting on Customer": 6,
    "Waiting on Third Party": 7,
}
"""Those that Freshdesk brings along; all others are an account's own."""
Id = str | int
CATEGORY: Mapping[Id, str] = {2: "open", 3: "pending", 4: "solved", 5: "closed", 6: "pending", 7: "hold"}
TO_SET: Mapping[str, int] = {"new": 2, "open": 2, "pending": 3, "hold": 7, "solved": 4, "closed": 5}


def status_id(name: str) -> Id:
    """The number of a status, or the mark of one that only the account knows."""
    if name.isdecimal():
        return int(name)
    return NUMBERS.get(name) or str(Ref("status", name, number=True))


@dataclass(frozen=True, slots=True)
class Statuses:
    """The ids of each category, by what Freshdesk brings along and what the project says."""

    own: Mapping[Id, str] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: CompileSettings) -> "Statuses":
        return cls({status_id(name): StatusCategory(one).value for name, one in settings.statuses.items()})

    def ids(self, categories: Iterable[str]) -> tuple[Id, ...]:
        """Nothing is `new` at Freshdesk: such a ticket is open."""
        known: dict[Id, str] = {**CATEGORY, **self.own}
        wanted = set(categories)
        return tuple(one for one, category in known.items() if category in wanted)


def ranked(op: str, word: str) -> frozenset[str]:
    """The categories that an order test wants."""
    place = STATUSES.index(word)
    return frozenset(
        {
            "at_least": STATUSES[place:],
            "above": STATUSES[place + 1 :],
            "at_most": STATUSES[: place + 1],
            "below": STATUSES[:place],
        }[op]
    )
