"""What a recipe may set of a check: kinds of parameters, how they are read, and as SQL.

A single value may also be given by priority (`{urgent: 30m, high: 2h}`; the others keep their default, and a
ticket without a priority is treated as `none`, else as `normal`), and everything again by group, under
`groups`. All of these are valid:

    BA001: {limit: {urgent: 30m, high: 2h}}
    BA023: {days: 30, groups: {Billing: {days: 14}}}
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

PRIORITIES = ("urgent", "high", "normal", "low")
NONE = "none"
GROUPS = "groups"

Scalar = int | float
ByPriority = Mapping[str, Scalar]
Value = ByPriority | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParameterProblem:
    """One thing that is wrong in `params`; `path` leads to it from the check's mapping (a key, an index)."""

    path: tuple[str | int, ...]
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Kind:
    """How one sort of value is written. `read` raises ValueError with what would be right."""

    read: Callable[[Any], Any]
    expects: str
    suffix: str = ""
    varies: bool = True


@dataclass(frozen=True, slots=True)
class Parameter:
    """One setting of a check. `default` is written as in a recipe."""

    kind: Literal["open_span", "span", "days", "count", "share", "names"]
    default: Any
    about: str


SPAN = re.compile(r"([0-9]{1,6})([mhd])")
SECONDS = {"m": 60, "h": 3_600, "d": 86_400}


def _span(value: Any, units: str) -> int:
    if value == 0 and value is not False:
        return 0
    match = SPAN.fullmatch(value) if isinstance(value, str) else None
    if match is None or match[2] not in units:
        raise ValueError
    return int(match[1]) * SECONDS[match[2]]


def _whole(value: Any, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= 1_000_000:
        raise ValueError
    return value


def _share(value: Any) -> float:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?%", value):
        value = float(value[:-1]) / 100
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError
    return float(value)


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(name, str) and name for name in value):
        raise ValueError
    return tuple(value)


KINDS = {
    # A business day has no length, so a limit on the business clock is said in hours.
    "open_span": Kind(lambda value: _span(value, "mh"), "business time such as 30m or 16h", "_s"),
    "span": Kind(lambda value: _span(value, "mhd"), "a length of time such as 30m, 4h or 3d", "_s"),
    "days": Kind(lambda value: _whole(value, 0), "a whole number of days"),
    "count": Kind(lambda value: _whole(value, 1), "a whole number from 1 on"),
    "share": Kind(_share, "a share such as 0.85 or 85%"),
    "names": Kind(_names, "a list of names", varies=False),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The parameters of one check as they hold in one recipe. Spans are seconds.

    `of_groups` holds, by a group's name, the values that differ there.
    """

    values: Mapping[str, Value]
    of_groups: Mapping[str, Mapping[str, Value]]

    def names(self, name: str) -> tuple[str, ...]:
        value = self.values[name]
        assert isinstance(value, tuple)
        return value

    def number(self, name: str) -> Scalar:
        """The value of a parameter that does not vary by priority."""
        value = self.values[name]
        assert not isinstance(value, tuple)
        return value["normal"]

    def as_sql(self, name: str) -> tuple[str, dict[str, Any]]:
        """The value for the ticket `t`: an expression, and the parameters that it binds."""
        bound: dict[str, Any] = {}
        default = _by_priority_sql(self.values[name], name, bound)
        branches = [
            f"WHEN {_bind(group, f'{name}_group_{place}', bound)}"
            f" THEN {_by_priority_sql(values[name], f'{name}_{place}', bound)}"
            for place, (group, values) in enumerate(self.of_groups.items())
        ]
        sql = f"CASE t.group_name {' '.join(branches)} ELSE {default} END" if branches else default
        return sql, bound

    def shown(self, parameters: Mapping[str, Parameter]) -> dict[str, Any]:
        """For reports: spans named `_s`, one number where priorities do not differ."""
        shown = {_label(name, parameters): _shown(value) for name, value in self.values.items()}
        if self.of_groups:
            shown[GROUPS] = {
                group: {_label(name, parameters): _shown(value) for name, value in values.items()}
                for group, values in self.of_groups.items()
            }
        return shown


def read_settings(
    parameters: Mapping[str, Parameter], given: Any = None
) -> tuple[Settings, list[ParameterProblem]]:
    """The settings that a recipe asks for, and all that is wrong with them; wrong parts keep the default."""
    problems: list[ParameterProblem] = []
    defaults = {name: _default(parameter) for name, parameter in parameters.items()}
    if given is None:
        given = {}
    if not isinstance(given, Mapping):
        problems.append(ParameterProblem((), "parameters are a mapping", _allowed(parameters)))
        given = {}
    values = _overridden(parameters, defaults, given, (), problems)
    groups = given.get(GROUPS, {})
    if not isinstance(groups, Mapping):
        problems.append(
            ParameterProblem((GROUPS,), "groups is a mapping", "write the group's name, then its parameters")
        )
        groups = {}
    of_groups: dict[str, Mapping[str, Value]] = {}
    for group, overrides in groups.items():
        if not isinstance(overrides, Mapping):
            problem = ParameterProblem(
                (GROUPS, group), "a group's parameters are a mapping", _allowed(parameters)
            )
            problems.append(problem)
        elif GROUPS in overrides:
            problems.append(ParameterProblem((GROUPS, group, GROUPS), "groups do not nest", "leave it out"))
        else:
            of_groups[str(group)] = _overridden(parameters, values, overrides, (GROUPS, group), problems)
    return Settings(values, of_groups), problems


def _overridden(
    parameters: Mapping[str, Parameter],
    base: Mapping[str, Value],
    given: Mapping[str, Any],
    path: tuple[str | int, ...],
    problems: list[ParameterProblem],
) -> dict[str, Value]:
    values = dict(base)
    for name, written in given.items():
        if name == GROUPS and not path:
            continue
        if name not in parameters:
            problems.append(_unknown(name, parameters, (*path, name)))
        elif path and not KINDS[parameters[name].kind].varies:
            message = f"{name} cannot differ by group"
            problems.append(ParameterProblem((*path, name), message, "set it for the whole check"))
        else:
            values[name] = _read(parameters[name], values[name], written, (*path, name), problems)
    return values


def _read(
    parameter: Parameter,
    base: Value,
    written: Any,
    path: tuple[str | int, ...],
    problems: list[ParameterProblem],
) -> Value:
    kind = KINDS[parameter.kind]
    if not kind.varies or not isinstance(written, Mapping):
        try:
            value = kind.read(written)
        except ValueError:
            problems.append(ParameterProblem(path, f"{path[-1]} is not {kind.expects}", _example(parameter)))
            return base
        return value if not kind.varies else dict.fromkeys(PRIORITIES, value)
    assert not isinstance(base, tuple)
    by_priority = dict(base)
    for priority, each in written.items():
        if priority not in (*PRIORITIES, NONE):
            hint = f"priorities are {', '.join(PRIORITIES)}, and {NONE} for no priority"
            problems.append(ParameterProblem((*path, priority), f'"{priority}" is not a priority', hint))
            continue
        try:
            by_priority[priority] = kind.read(each)
        except ValueError:
            message = f"{path[-1]} of {priority} is not {kind.expects}"
            problems.append(ParameterProblem((*path, priority), message, _example(parameter)))
    return by_priority


def _default(parameter: Parameter) -> Value:
    problems: list[ParameterProblem] = []
    value = _read(parameter, {}, parameter.default, ("default",), problems)
    assert not problems, problems
    return value


def _unknown(name: str, parameters: Mapping[str, Parameter], path: tuple[str | int, ...]) -> ParameterProblem:
    near = get_close_matches(str(name), parameters, n=1, cutoff=0.5)
    hint = f'did you mean "{near[0]}"? ' if near else ""
    return ParameterProblem(path, f'no parameter "{name}"', hint + _allowed(parameters))


def _allowed(parameters: Mapping[str, Parameter]) -> str:
    if not parameters:
        return "this check has no parameters"
    return f"parameters are {', '.join(parameters)}, and {GROUPS} for what differs by group"


def _example(parameter: Parameter) -> str:
    default = parameter.default
    written = next(iter(default.values())) if isinstance(default, Mapping) else default
    if isinstance(written, tuple | list):
        written = f"[{', '.join(written) or 'name'}]"
    return f"the default is {written}"


def _label(name: str, parameters: Mapping[str, Parameter]) -> str:
    return name + KINDS[parameters[name].kind].suffix


def _shown(value: Value) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return next(iter(value.values())) if len(set(value.values())) == 1 else dict(value)


def _by_priority_sql(value: Value, name: str, bound: dict[str, Any]) -> str:
    if isinstance(value, tuple):
        return _bind(list(value), name, bound)
    if len(set(value.values())) == 1:
        return _bind(value["normal"], name, bound)
    return f"CASE t.priority {' '.join(_branches(value, name, bound))} END"


def _branches(value: ByPriority, name: str, bound: dict[str, Any]) -> Iterator[str]:
    for priority in PRIORITIES:
        yield f"WHEN '{priority}' THEN {_bind(value[priority], f'{name}_{priority}', bound)}"
    yield f"ELSE {_bind(value.get(NONE, value['normal']), f'{name}_{NONE}', bound)}"


def _bind(value: Any, name: str, bound: dict[str, Any]) -> str:
    bound[name] = value
    return f"${name}"
