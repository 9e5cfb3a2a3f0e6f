"""Facts that a vendor's documents leave open: each a switch with a default, shown in every trace."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..errors import ProjectError


@dataclass(frozen=True)
class Switch:
    """One open fact. `source` is the vendor's text, or the reason for the default.

    `values` are all it may be; none listed means a whole number.
    """

    name: str
    default: str
    about: str
    values: tuple[str, ...]
    source: str

    def read(self, text: str) -> str:
        """The value, checked. Raises ProjectError for one that it cannot have."""
        if self.values and text not in self.values:
            raise ProjectError(
                f'the switch {self.name} has no value "{text}"', hint=f"one of: {', '.join(self.values)}"
            )
        if not self.values and not (text.isascii() and text.isdigit()):
            raise ProjectError(
                f'the switch {self.name} is "{text}", not a whole number',
                hint=f"it is {self.default} by default",
            )
        return text


class Switches(Mapping[str, str]):
    """Every switch of a vendor, as set or by default."""

    def __init__(self, table: Iterable[Switch], values: Mapping[str, str | bool]) -> None:
        self._table = {switch.name: switch for switch in table}
        if unknown := sorted(set(values) - set(self._table)):
            raise ProjectError(
                f'there is no switch "{unknown[0]}"', hint=f"switches are: {', '.join(sorted(self._table))}"
            )
        self._values = {name: switch.default for name, switch in self._table.items()}
        for name, value in values.items():
            # YAML's `true` and `false` are on and off.
            text = ("on" if value else "off") if isinstance(value, bool) else value
            self._values[name] = self._table[name].read(text)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def on(self, name: str) -> bool:
        return self._values[name] == "on"

    def number(self, name: str) -> int:
        return int(self._values[name])
