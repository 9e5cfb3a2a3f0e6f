"""The parameters of one check as they hold in one recipe; for SQL and for reports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

PRIORITIES = ("urgent", "high", "normal", "low")
NONE = "none"
GROUPS = "groups"

Scalar = int | float
ByPriority = Mapping[str, Scalar]
Value = ByPriority | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """Values by parameter: spans in seconds, numbers by priority, names as they are.

    `of_groups` holds, by a group's name, all the values as they are there.
    """

    values: Mapping[str, Value]
    of_groups: Mapping[str, Mapping[str, Value]]

    def names(self, name: str) -> tuple[str, ...]:
        value = self.values[name]
        assert isinstance(value, tuple)
        return value

    def sql(self, name: str, bound: dict[str, Any]) -> str:
        """The value for the ticket `t`, as an expression; what it binds is added to `bound`."""
        default = _sql(self.values[name], name, bound)
        branches = [
            f"WHEN {_bind(group, f'{name}_group_{place}', bound)} THEN {_sql(values[name], f'{name}_{place}', bound)}"
            for place, (group, values) in enumerate(self.of_groups.items())
            if values[name] != self.values[name]
        ]
        return f"CASE t.group_name {' '.join(branches)} ELSE {default} END" if branches else default

    def shown(self, suffixes: Mapping[str, str]) -> dict[str, Any]:
        """For reports: names with the unit's suffix, one number where priorities do not differ."""
        shown = {name + suffixes[name]: _shown(value) for name, value in self.values.items()}
        differing = {
            group: {
                name + suffixes[name]: _shown(value)
                for name, value in values.items()
                if value != self.values[name]
            }
            for group, values in self.of_groups.items()
        }
        return shown | ({GROUPS: differing} if differing else {})


def _shown(value: Value) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return next(iter(value.values())) if len(set(value.values())) == 1 else dict(value)


def _sql(value: Value, name: str, bound: dict[str, Any]) -> str:
    if isinstance(value, tuple):
        return f"{_bind(list(value), name, bound)}::VARCHAR[]"
    if len(set(value.values())) == 1:
        return _bind(value["normal"], name, bound)
    return f"CASE t.priority {' '.join(_branches(value, name, bound))} END"


def _branches(value: ByPriority, name: str, bound: dict[str, Any]) -> Iterator[str]:
    for priority in PRIORITIES:
        yield f"WHEN '{priority}' THEN {_bind(value[priority], f'{name}_{priority}', bound)}"
    yield f"ELSE {_bind(value.get(NONE, value['normal']), f'{name}_{NONE}', bound)}"


def _bind(value: Any, name: str, bound: dict[str, Any]) -> str:
    bound[name] = value
    # A small whole number would travel as INT32, and microseconds overflow that.
    return f"${name}::BIGINT" if isinstance(value, int) else f"${name}"
