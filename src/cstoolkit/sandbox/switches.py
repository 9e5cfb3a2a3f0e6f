"""Facts that the vendor's documents leave open are switches: a name, a default, and the values it may have."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..errors import ProjectError


@dataclass(frozen=True)
class Switch:
    """`values` are all that may be set; empty: any whole number."""

    name: str
    default: str
    about: str
    values: tuple[str, ...] = ()
    source: str = ""

    def check(self, value: str) -> str:
        if self.values and value not in self.values:
            raise ProjectError(
                f'the switch {self.name} has no value "{value}"', hint=f"one of: {', '.join(self.values)}"
            )
        if (not self.values and not value.isascii()) or (not self.values and not value.isdigit()):
            raise ProjectError(f'the switch {self.name} is a whole number, not "{value}"')
        return value


class Switches:
    """The switches of one account, as they stand."""

    def __init__(self, table: Iterable[Switch], values: Mapping[str, str]) -> None:
        self.table = {switch.name: switch for switch in table}
        self._values: dict[str, str] = {}
        for name, value in values.items():
            self.set(name, value)

    def __getitem__(self, name: str) -> str:
        return self._values.get(name, self.table[name].default)

    def on(self, name: str) -> bool:
        return self[name] == "on"

    def number(self, name: str) -> int:
        return int(self[name])

    def set(self, name: str, value: str) -> None:
        if name not in self.table:
            raise ProjectError(
                f'there is no switch "{name}"', hint=f"switches are: {', '.join(sorted(self.table))}"
            )
        self._values[name] = self.table[name].check(value)

    def as_mapping(self) -> Mapping[str, str]:
        return {name: self[name] for name in self.table}
