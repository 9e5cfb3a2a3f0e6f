"""What a vendor cannot hold of a rule."""

from dataclasses import dataclass
from typing import Literal

from ..errors import Location

Cell = Literal["native", "rewritten", "client", "impossible"]
"""native: the vendor's own word. rewritten: other words of the same meaning. client: our runner does it, minutes
later. impossible: nobody can."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One part of a rule that one vendor cannot hold in its own rules.

    `part` is what the recipe says, as a path ("when.tags.has", "then.reply", "event.created"); `nearest` is the
    next thing that works, as a hint for the writer.
    """

    vendor: str
    part: str
    cell: Literal["client", "impossible"]
    message: str
    nearest: str | None = None
    at: Location | None = None
