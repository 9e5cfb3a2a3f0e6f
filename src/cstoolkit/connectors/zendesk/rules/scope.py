"""What a test of a condition is translated in: the kind of rule, its events, and what the project says."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ....model.compile_settings import CompileSettings
from ....model.events import EVENTS
from ....model.rules import Rule
from .unsayable import Unsayable

ASSUMED: Mapping[str, str] = {
    "is_not_on_empty": "on",
    "not_value_unchanged": "on",
    "no_comment_excludes": "on",
    "text_words": "whole",
    "text_case": "folded",
    "system_user": "nobody",
    "hours_since_status": "current",
    "rating_comment": "folded",
}
"""Switches of the engine (docs/engines.md) that a translation rests on, with the value that it needs."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One rule's surroundings. `created`: it runs on nothing but creation; `has_comment`: never without one.

    `assumed` collects the switches that what was translated so far rests on.
    """

    kind: str
    created: bool
    has_comment: bool
    settings: CompileSettings
    assumed: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, rule: Rule, settings: CompileSettings) -> "Scope":
        events = rule.event if rule.kind == "trigger" else ()
        return cls(
            rule.kind,
            created=bool(events) and set(events) == {"created"},
            has_comment=bool(events) and all(EVENTS[event].has_comment for event in events),
            settings=settings,
        )

    @property
    def trigger(self) -> bool:
        return self.kind == "trigger"

    def assume(self, switch: str) -> None:
        """Rest on a switch. Raises Unsayable where the connection sets another value."""
        needed = ASSUMED[switch]
        held = self.settings.switch(switch, needed)
        if held != needed:
            raise Unsayable(
                f'it would not hold with the switch "{switch}" at "{held}"',
                f'the translation is right with "{switch}: {needed}"',
                cell="client",
            )
        self.assumed.add(switch)
