"""A page of tables and texts as one HTML file that asks for nothing outside itself: for explained and replayed rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from markupsafe import Markup

from .customer_text import visible, visible_lines
from .palette import variables

if TYPE_CHECKING:
    from jinja2 import Template

Tone = Literal["good", "warn", "bad", "calm"]
MARKS: dict[Tone, str] = {"good": "✓", "warn": "!", "bad": "✗", "calm": "·"}
CELL = 400  # characters of a cell


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with a tone of its own: `good`, `bad`, `warn`; `soft` is for what matters less."""

    text: str
    tone: Literal["good", "warn", "bad", "soft"] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header. Columns numbered in `right` (from 0) hold numbers."""

    header: Sequence[str]
    rows: Sequence[Sequence[Cell | str | int | None]]
    right: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A message or a request as it would be sent."""

    head: str
    body: str


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a page. `notes` stand under its table."""

    heading: str
    lead: str = ""
    table: Table | None = None
    letters: Sequence[Letter] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says, from the top: what it is about, the verdict, then its sections."""

    kind: str
    title: str
    where: str
    tone: Tone
    headline: str
    sections: Sequence[Section]
    version: str


def render_page(page: Page) -> str:
    """The whole page. The same facts give the same text; everything in them is escaped."""
    return _template().render(
        page=page,
        mark=MARKS[page.tone],
        light=variables(dark=False),
        dark=variables(dark=True),
        style=Markup(_text("report.css") + _text("page.css")),  # noqa: S704 - our own files
    )


@cache
def _template() -> "Template":
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FunctionLoader(_text),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = lambda value: visible(str(getattr(value, "text", value)), CELL)
    environment.filters["tone"] = lambda value: getattr(value, "tone", None) or ""
    environment.filters["lines"] = visible_lines
    return environment.get_template("page.html.j2")


def _text(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")
