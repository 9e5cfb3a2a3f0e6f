"""One worksheet, written top to bottom. Every cell goes through here, so text can never become a formula."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from .customer_text import ELLIPSIS, visible, web_link
from .palette import PALETTE

CELL_LIMIT = 32_767  # UTF-16 units in one cell, by Excel
ROW_LIMIT = 1_048_576
LINK_LIMIT = 65_530  # addresses on one sheet, by Excel

Style = Literal["text", "wrap", "number", "days", "share", "instant", "date", "title", "bold"]


@dataclass(frozen=True)
class Link:
    """Text that opens `url`, where that is a safe web address; otherwise just the text."""

    text: str
    url: str | None


@dataclass(frozen=True)
class Pill:
    """A severity, on its colour."""

    severity: str


Cell = str | int | float | datetime | date | Link | Pill | None


@dataclass(frozen=True)
class Column:
    """`width` is in characters of the default font."""

    title: str
    width: int
    style: Style = "text"


class Formats:
    """The cell formats of one workbook."""

    def __init__(self, workbook: Any) -> None:
        top = {"valign": "top"}
        self.head = workbook.add_format(
            {**top, "bold": True, "bg_color": "#1f2d3d", "font_color": "#ffffff", "border_color": "#1f2d3d"}
        )
        self.link = workbook.add_format({**top, "font_color": PALETTE["link"].light, "underline": 1})
        styles: Mapping[Style, dict[str, Any]] = {
            "text": {},
            "wrap": {"text_wrap": True},
            "number": {"num_format": "#,##0"},
            "days": {"num_format": "#,##0.0"},
            "share": {"num_format": "0.0%"},
            "instant": {"num_format": "yyyy-mm-dd hh:mm", "align": "left"},
            "date": {"num_format": "yyyy-mm-dd", "align": "left"},
            "title": {"bold": True, "font_size": 16},
            "bold": {"bold": True},
        }
        self.of = {style: workbook.add_format({**top, **options}) for style, options in styles.items()}
        self.severity = {
            role.removeprefix("severity-"): workbook.add_format(
                {**top, "bold": True, "font_color": "#ffffff", "bg_color": shade.light}
            )
            for role, shade in PALETTE.items()
            if role.startswith("severity-")
        }


class SheetWriter:
    """Rows go in from the top, and none is touched again: the workbook keeps one row in memory."""

    def __init__(self, sheet: Any, formats: Formats) -> None:
        self._sheet = sheet
        self._formats = formats
        self._next_row = 0
        self._links = 0
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        # Ticket numbers are text on purpose; without this Excel marks each with a green corner.
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    def widths(self, *widths: int) -> None:
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, width)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
        """The sheet's only table: a fixed head, a filter over all of it, a width for each column."""
        self.widths(*(column.width for column in columns))
        self.block(columns, rows)
        self._sheet.freeze_panes(1, 0)
        self._sheet.repeat_rows(0)
        self._sheet.autofilter(0, 0, max(1, self._next_row - 1), len(columns) - 1)

    def block(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
        """A head and its rows, below what is there. Rows beyond Excel's limit are replaced by a note."""
        for index, column in enumerate(columns):
            self._sheet.write_string(self._next_row, index, excel_text(column.title), self._formats.head)
        self._next_row += 1
        room = ROW_LIMIT - self._next_row - 1
        for row in rows[:room]:
            self.row(row, [column.style for column in columns])
        if len(rows) > room:
            self.row([f"{len(rows) - room} more rows do not fit a sheet; the JSON report has them"], ["bold"])

    def row(self, cells: Sequence[Cell], styles: Sequence[Style]) -> None:
        for index, (cell, style) in enumerate(zip(cells, styles, strict=True)):
            self._write(index, cell, style)
        self._next_row += 1

    def skip(self) -> None:
        self._next_row += 1

    def _write(self, column: int, cell: Cell, style: Style) -> None:
        place = (self._next_row, column)
        match cell:
            case None:
                return
            case Pill():
                text = excel_text(cell.severity)
                self._sheet.write_string(*place, text, self._formats.severity[cell.severity])
            case Link():
                self._write_link(place, cell)
            case str():
                self._sheet.write_string(*place, excel_text(cell), self._formats.of[style])
            case datetime():
                moment = cell.astimezone(UTC).replace(tzinfo=None)
                self._sheet.write_datetime(*place, moment, self._formats.of[style])
            case date():
                self._sheet.write_datetime(*place, cell, self._formats.of[style])
            case int() | float():
                self._sheet.write_number(*place, cell, self._formats.of[style])

    def _write_link(self, place: tuple[int, int], link: Link) -> None:
        text = excel_text(link.text)
        url = web_link(link.url)
        if url is None or not text or self._links >= LINK_LIMIT:
            self._sheet.write_string(*place, text, self._formats.of["text"])
            return
        self._links += 1
        self._sheet.write_url(*place, url, self._formats.link, text)


def excel_text(text: str) -> str:
    """`text` as one cell can hold it: without what XML forbids, within Excel's length."""
    line = visible(text)
    if len(line) > CELL_LIMIT // 2 and len(units := line.encode("utf-16-le")) > 2 * CELL_LIMIT:
        # Half of a character outside the first plane may be left at the cut; it goes.
        line = units[: 2 * (CELL_LIMIT - 1)].decode("utf-16-le", errors="ignore") + ELLIPSIS
    # xlsxwriter takes a string in <r>...</r> for its own markup and writes it as XML.
    return f"{line} " if line.startswith("<r>") and line.endswith("</r>") else line
