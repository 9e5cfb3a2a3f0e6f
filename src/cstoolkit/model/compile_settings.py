"""What a project says about a vendor's accounts that decides how rules are written there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .ticket import StatusCategory


@dataclass(frozen=True, slots=True)
class CompileSettings:
    """Handed to a vendor's `to_native`; without anything set, the vendor's defaults hold.

    `switches` are those that the connection sets (docs/engines.md), by name. `statuses` are the helpdesk's own
    statuses and their categories, `integrations` agents' names that count as `system`, `guards` the fields that
    hold guards by recipe id, where a vendor needs fields for that. `endpoints` are addresses by name, of those that
    take a plain POST: what has headers or secrets stands in no rule.
    """

    switches: Mapping[str, str | bool] = field(default_factory=dict)
    statuses: Mapping[str, StatusCategory] = field(default_factory=dict)
    integrations: tuple[str, ...] = ()
    guards: Mapping[str, str] = field(default_factory=dict)
    endpoints: Mapping[str, str] = field(default_factory=dict)

    def switch(self, name: str, default: str) -> str:
        """The value of a switch as engines read it: `true` is "on"."""
        value = self.switches.get(name, default)
        return ("on" if value else "off") if isinstance(value, bool) else value
