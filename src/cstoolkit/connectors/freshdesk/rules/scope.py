"""What a test of a condition is translated in: the type of rule, its events, and what the project says."""

from dataclasses import dataclass, field
from typing import Literal

from ....model.compile_settings import CompileSettings
from ....model.references import Ref
from .statuses import Statuses
from .unsayable import Unsayable

ASSUMED = {
    "negative_on_empty": "on",
    "text_case": "insensitive",
    "checkbox_values": "boolean",
    "business_hours_words": "judged",
}
"""Switches of the engine (docs/sandbox-freshdesk.md) that a translation rests on, with the value that it needs."""
Place = Literal["created", "updated", "automation"]


@dataclass(frozen=True, slots=True)
class Scope:
    """One rule's surroundings. `has_comment`: it never runs on an update without one.

    `pinned` are the ids of the statuses that the rule as a whole wants; None where it does not say.
    """

    place: Place
    settings: CompileSettings
    has_comment: bool = False
    pinned: tuple[str | int, ...] | None = None
    statuses: Statuses = field(default_factory=Statuses)

    def assume(self, switch: str) -> None:
        """Rest on a switch. Raises Unsayable where the connection sets another value."""
        needed = ASSUMED[switch]
        held = self.settings.switch(switch, needed)
        if held != needed:
            raise Unsayable(
                f'it would not hold with the switch "{switch}" at "{held}"',
                f'the translation is right with "{switch}: {needed}"',
            )

    def guard(self, rule_id: str) -> str:
        """The key of the checkbox that says that a rule has fired. Raises Unsayable where the project names none."""
        name = self.settings.guards.get(rule_id)
        if name is None:
            raise Unsayable(
                f'no checkbox says at Freshdesk that "{rule_id}" has fired',
                f"name one in the project: guards: {{{rule_id}: <field>}}",
            )
        return str(Ref("field", name))
