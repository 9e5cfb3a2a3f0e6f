"""Where a field's value comes from in a row: a column, several, the row's number, or one fixed value."""

from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from ...model.data_problems import DataProblem, DataProblems
from ...model.frozen import Frozen

UNIX_FORMATS = {"unix": 1, "unix_ms": 1_000, "unix_us": 1_000_000}
"""Instants as numbers since 1970-01-01T00:00:00Z, in seconds, milliseconds, microseconds."""


class TimeShape(Frozen):
    """How instants are written.

    `format` is "iso" (ISO 8601), one of UNIX_FORMATS, or a pattern of `strptime`; a list is tried in order.
    `zone` counts where a value names none. A local time that a change of clocks skips or repeats is read with
    the offset from before the change.
    """

    format: str | tuple[str, ...] = "iso"
    zone: str = "UTC"

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            hint = "write one such as Europe/Berlin or UTC"
            raise DataProblems([DataProblem((), f'"{zone}" is no time zone', "value", hint)]) from unknown
        return zone

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def _formats(self) -> tuple[str, ...]:
        return (self.format,) if isinstance(self.format, str) else self.format

    def read(self, value: Any) -> datetime:
        """The instant that a value of a file means, aware, in UTC.

        Raises:
            ValueError: no format fits.

        """
        if isinstance(value, datetime):
            return self._aware(value)
        for pattern in self._formats:
            try:
                return self._aware(_parse(value, pattern))
            except (ValueError, OverflowError, OSError):
                continue
        raise ValueError(f"{value!r} is no time of the form {' or '.join(self._formats)}")

    def _aware(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._zone)
        return moment.astimezone(UTC)


def _parse(value: Any, pattern: str) -> datetime:
    if pattern in UNIX_FORMATS:
        return datetime.fromtimestamp(float(value) / UNIX_FORMATS[pattern], UTC)
    text = str(value).strip()
    return datetime.fromisoformat(text) if pattern == "iso" else datetime.strptime(text, pattern)  # noqa: DTZ007 - the caller adds the map's zone


class Source(Frozen):
    """One field's origin. A plain string in a map is the name of a column."""

    column: str | None = None
    columns: tuple[str, ...] | None = None
    value: Any = None
    row: str | None = Field(
        None, description="made of the row's number {n} and the file's name {file}: \"T-{n}\""
    )
    prefix: str = ""
    join: str = "\n"
    split: str | None = None
    missing: tuple[str, ...] | None = None
    time: TimeShape | None = None
    words: dict[str, str | None] | None = None
    unescape: bool = False

    @model_validator(mode="before")
    @classmethod
    def _plain_column(cls, raw: Any) -> Any:
        return {"column": raw} if isinstance(raw, str) else raw

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        named = [name for name in ("column", "columns", "value", "row") if getattr(self, name) is not None]
        if len(named) != 1:
            hint = "a plain text is the name of a column"
            message = "a value comes from one of `column`, `columns`, `value` or `row`"
            raise DataProblems([DataProblem((), message, "value", hint)])
        return self

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns it needs."""
        if self.column is not None:
            return (self.column,)
        return self.columns or ()


def unescaped(text: str) -> str:
    r"""Literal backslash-n, -t and -r as the characters they stand for; a doubled backslash as one."""
    pieces = text.split("\\\\")
    return "\\".join(
        piece.replace("\\r\\n", "\n").replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\n")
        for piece in pieces
    )
