"""Liquid texts, rendered strictly and within bounds. `python-liquid` is imported when the first one is."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .trace import CannotJudge

if TYPE_CHECKING:
    from liquid import BoundTemplate, Environment

LOOP_ROUNDS = 2_000  # of loops inside each other, taken together
OUTPUT_SIZE = 1_000_000  # bytes
VARIABLES_SIZE = 200_000  # bytes
DEEPEST = 20


class Names(Mapping[str, Any]):
    """The names a text may use under one root. A name that is not among them is an error, not a blank."""

    def __init__(self, read: Mapping[str, Any]) -> None:
        self._read = read

    def __getitem__(self, name: str) -> Any:
        value = self._read[name]
        return value() if callable(value) else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


def render(text: str, names: Mapping[str, Any]) -> str:
    """The text with its placeholders filled in.

    Raises CannotJudge, with line and column, for a name that is not known, for wrong syntax, and for a text
    that would take too long or grow too large.
    """
    if "{{" not in text and "{%" not in text:
        return text
    from liquid.exceptions import LiquidError

    try:
        return _parsed(text).render(**names)
    except LiquidError as error:
        raise CannotJudge(_with_place(error)) from error


def _with_place(error: Any) -> str:
    place = error.context()
    message = error.message or str(error)
    return f"{message} (line {place[0]}, column {place[1] + 1} of the text)" if place else message


@lru_cache(maxsize=4096)
def _parsed(text: str) -> "BoundTemplate":
    return _environment().from_string(text)


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    from liquid import Environment, StrictUndefined
    from liquid.exceptions import FilterError

    class Bounded(Environment):
        loop_iteration_limit = LOOP_ROUNDS
        output_stream_limit = OUTPUT_SIZE
        local_namespace_limit = VARIABLES_SIZE
        context_depth_limit = DEEPEST

    environment = Bounded(undefined=StrictUndefined)
    replace, date = environment.filters["replace"], environment.filters["date"]

    def bounded_replace(value: Any, seek: Any, new: Any = "") -> Any:
        if (len(str(value)) + 1) * (len(str(new)) + 1) > OUTPUT_SIZE:
            raise FilterError("replace would make the text too large", token=None)
        return replace(value, seek, new)

    def timeless_date(value: Any, *arguments: Any, **named: Any) -> Any:
        if str(value).strip().lower() in {"now", "today"}:  # it would ask the system for the time
            raise FilterError(f'"{value}" is not known while a text is rendered', token=None)
        return date(value, *arguments, **named)

    timeless_date.with_environment = getattr(date, "with_environment", False)  # type: ignore[attr-defined]
    environment.add_filter("replace", bounded_replace)
    environment.add_filter("date", timeless_date)
    return environment
