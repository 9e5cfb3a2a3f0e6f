"""What a recipe may set of a check: the kinds of parameters, and how they are read.

A single value may also be given by priority (`{urgent: 30m, high: 2h}`; the others keep their default, and a
ticket without a priority counts as `none`, else as `normal`), and everything again by group, under `groups`:

    BA001: {limit: {urgent: 30m, high: 2h}}
    BA023: {days: 30, groups: {Billing: {days: 14}}}
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ...model.data_problems import Path, ProblemLog, did_you_mean
from ...model.spans import SpanError, parse_span, span_length
from .settings import GROUPS, NONE, PRIORITIES, Settings, Value


@dataclass(frozen=True, slots=True)
class Kind:
    """How one sort of value is written. `read` raises ValueError. `suffix` names the unit in reports."""

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

    @property
    def suffix(self) -> str:
        return KINDS[self.kind].suffix


def _span(value: Any) -> int:
    if value == 0 and not isinstance(value, bool):
        return 0
    if not isinstance(value, str):
        raise ValueError  # noqa: TRY004 - what is wrong is the value in a file
    span = parse_span(value)
    if span.calendar is not None:
        raise SpanError(
            f'"{value}" names a clock', "leave `business` out: the check's rule says which clock counts"
        )
    return int(span_length(span).total_seconds())


def _open_span(value: Any) -> int:
    if isinstance(value, str) and value.strip().endswith("d"):
        raise SpanError("a business day has no length", "write hours, for example 8h")
    return _span(value)


def _whole(value: Any, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= 36_525:
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
    "open_span": Kind(_open_span, "business time such as 30m or 16h", "_s"),
    "span": Kind(_span, "a length of time such as 30m, 4h or 3d", "_s"),
    "days": Kind(lambda value: _whole(value, 0), "a whole number of days"),
    "count": Kind(lambda value: _whole(value, 1), "a whole number from 1 on"),
    "share": Kind(_share, "a share such as 0.85 or 85%"),
    "names": Kind(_names, "a list of names", varies=False),
}


def read_settings(parameters: Mapping[str, Parameter], given: Any, *, at: Path = ()) -> Settings:
    """The settings that a recipe asks for. Raises DataProblems, with paths that begin with `at`."""
    reader = _Reader(parameters, ProblemLog())
    settings = reader.settings({} if given is None else given, at)
    reader.log.raise_any()
    return settings


@dataclass(frozen=True, slots=True)
class _Reader:
    parameters: Mapping[str, Parameter]
    log: ProblemLog

    def settings(self, given: Any, at: Path) -> Settings:
        defaults = {name: self._value(row, {}, row.default, ()) for name, row in self.parameters.items()}
        if not self._is_mapping(given, at):
            return Settings(defaults, {})
        own = {name: value for name, value in given.items() if name != GROUPS}
        values = self._overridden(defaults, own, at)
        groups = given.get(GROUPS, {})
        if not self._is_mapping(groups, (*at, GROUPS)):
            return Settings(values, {})
        of_groups = {
            group: self._overridden(values, own, (*at, GROUPS, group))
            for group, own in groups.items()
            if self._is_mapping(own, (*at, GROUPS, group))
        }
        return Settings(values, of_groups)

    def _is_mapping(self, given: Any, at: Path) -> bool:
        if not isinstance(given, Mapping):
            self.log.add(at, f'"{at[-1] if at else "params"}" is a mapping', "type", self._allowed())
        return isinstance(given, Mapping)

    def _overridden(self, base: Mapping[str, Value], given: Mapping[str, Any], at: Path) -> dict[str, Value]:
        values = dict(base)
        for name, written in given.items():
            here = (*at, name)
            row = self.parameters.get(name)
            if row is None:
                self.log.add_key(here, f'there is no parameter "{name}"', "key", self._near(name))
            elif GROUPS in at and not KINDS[row.kind].varies:
                self.log.add_key(
                    here, f'"{name}" cannot differ by group', "key", "set it for the whole check"
                )
            else:
                values[name] = self._value(row, values[name], written, here)
        return values

    def _value(self, row: Parameter, base: Value, written: Any, at: Path) -> Value:
        kind = KINDS[row.kind]
        if not kind.varies:
            names: Value = self._single(row, written, at, otherwise=base)
            return names
        if not isinstance(written, Mapping):
            value = self._single(row, written, at, otherwise=None)
            return base if value is None else dict.fromkeys(PRIORITIES, value)
        assert not isinstance(base, tuple)
        by_priority = dict(base)
        for priority, each in written.items():
            if priority in {*PRIORITIES, NONE}:
                otherwise = by_priority.get(priority, 0)
                by_priority[priority] = self._single(row, each, (*at, priority), otherwise=otherwise)
            else:
                hint = did_you_mean(priority, (*PRIORITIES, NONE), label="priorities are")
                self.log.add_key((*at, priority), f'"{priority}" is not a priority', "value", hint)
        return by_priority

    def _single(self, row: Parameter, written: Any, at: Path, *, otherwise: Any) -> Any:
        kind = KINDS[row.kind]
        try:
            return kind.read(written)
        except SpanError as error:
            self.log.add(at, str(error), "unit", error.hint)
        except ValueError:
            self.log.add(
                at, f"expected {kind.expects}", "value", f"the default is {_as_written(row.default)}"
            )
        return otherwise

    def _near(self, name: str) -> str:
        if not self.parameters:
            return self._allowed()
        return did_you_mean(name, (*self.parameters, GROUPS), label="parameters are")

    def _allowed(self) -> str:
        if not self.parameters:
            return "this check has no parameters"
        return f"parameters are: {', '.join((*self.parameters, GROUPS))}"


def _as_written(default: Any) -> str:
    match default:
        case Mapping():
            return "{" + ", ".join(f"{key}: {value}" for key, value in default.items()) + "}"
        case list():
            return "[" + ", ".join(default) + "]"
    return str(default)
