"""What stops a translation: a part of a rule that Freshdesk has no words for."""

from typing import Literal


class Unsayable(Exception):  # noqa: N818 - not an error: the honest answer about one part of a rule
    """`cell` is what can be done instead; `nearest` a hint for the writer."""

    def __init__(
        self, message: str, nearest: str | None = None, *, cell: Literal["client", "impossible"] = "client"
    ) -> None:
        super().__init__(message)
        self.message = message
        self.nearest = nearest
        self.cell = cell
