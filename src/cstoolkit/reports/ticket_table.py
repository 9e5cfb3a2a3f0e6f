"""Tickets as a flat table, in files for other programs: CSV, XLSX, JSONL, Parquet.

Text is what customers wrote. In CSV a text that a spreadsheet would take for a formula (it starts with = + - @,
a tab or a carriage return) gets an apostrophe in front; in XLSX it is written as text; JSONL and Parquet are exact.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

from ..errors import ProjectError
from ..model.custom import custom_to_json
from ..model.people import Group, Organization, Person
from ..model.ticket import Ticket
from ..store.failures import explained
from .files import written_aside

Cell = str | int | list[str] | datetime | None
Record = dict[str, Cell]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

# Column -> its type in Parquet, in the order of all formats.
COLUMNS: Mapping[str, str] = {
    "id": "VARCHAR", "subject": "VARCHAR", "status": "VARCHAR", "status_native": "VARCHAR",
    "priority": "VARCHAR", "type": "VARCHAR", "channel": "VARCHAR", "requester": "VARCHAR",
    "requester_email": "VARCHAR", "organization": "VARCHAR", "assignee": "VARCHAR", "group": "VARCHAR",
    "brand": "VARCHAR", "form": "VARCHAR", "language": "VARCHAR", "tags": "VARCHAR[]", "custom": "VARCHAR",
    "created_at": "TIMESTAMPTZ", "updated_at": "TIMESTAMPTZ", "due_at": "TIMESTAMPTZ",
    "assigned_at": "TIMESTAMPTZ", "status_changed_at": "TIMESTAMPTZ", "requester_replied_at": "TIMESTAMPTZ",
    "agent_replied_at": "TIMESTAMPTZ", "replies": "INTEGER", "requester_replies": "INTEGER",
    "reopens": "INTEGER", "assignee_stations": "INTEGER", "group_stations": "INTEGER", "problem": "VARCHAR",
    "rating": "VARCHAR", "gone": "VARCHAR", "url": "VARCHAR", "description": "VARCHAR",
}  # fmt: skip
SAME_NAME = tuple(
    name
    for name in COLUMNS
    if name
    not in {"status", "status_native", "priority", "requester", "requester_email", "organization", "assignee",
            "group", "tags", "custom", "problem"}
)  # fmt: skip


def ticket_record(ticket: Ticket) -> Record:
    """One ticket as one row, with names instead of ids where they are known."""
    plain: Record = {name: getattr(ticket, name) for name in SAME_NAME}
    special: Record = {
        "status": ticket.status.category.value,
        "status_native": ticket.status.native,
        "priority": ticket.priority.level.value if ticket.priority else None,
        "requester": shown_name(ticket.requester),
        "requester_email": ticket.requester.email if ticket.requester else None,
        "organization": shown_name(ticket.organization),
        "assignee": shown_name(ticket.assignee),
        "group": shown_name(ticket.group),
        "tags": sorted(ticket.tags),
        "custom": custom_to_json(ticket.custom) if ticket.custom else None,
        "problem": ticket.problem_id,
    }
    return {name: special[name] if name in special else plain[name] for name in COLUMNS}


def shown_name(thing: Person | Group | Organization | None) -> str | None:
    """The name, or the id of what has none."""
    return None if thing is None else thing.name or thing.id


def json_record(ticket: Ticket) -> dict[str, Any]:
    """As `ticket_record`, with instants as texts and custom fields as an object."""
    record: dict[str, Any] = {name: _json_cell(cell) for name, cell in ticket_record(ticket).items()}
    return {**record, "custom": json.loads(record["custom"]) if record["custom"] else {}}


def write_tickets(tickets: Iterable[Ticket], path: Path, *, format: str | None = None) -> int:
    """Write tickets to `path`, whole or not at all, and say how many. The format is that of the name's end.

    Raises ProjectError for a format that there is not, and StoreError for what cannot be written.
    """
    chosen = format or path.suffix.removeprefix(".").lower()
    if chosen not in WRITERS:
        raise ProjectError(
            f'"{chosen}" is not a format for tickets', hint=f"formats are: {', '.join(WRITERS)}"
        )
    counted = _Counted(tickets)
    with explained(path), written_aside(path) as aside:
        WRITERS[chosen](iter(counted), aside)
    return counted.count


class _Counted:
    """Tickets that are counted while they are read."""

    def __init__(self, tickets: Iterable[Ticket]) -> None:
        self.tickets = tickets
        self.count = 0

    def __iter__(self) -> Iterator[Ticket]:
        for ticket in self.tickets:
            self.count += 1
            yield ticket


def _write_jsonl(tickets: Iterator[Ticket], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n", errors="replace") as file:
        for ticket in tickets:
            file.write(json.dumps(json_record(ticket), ensure_ascii=False) + "\n")


def _write_csv(tickets: Iterator[Ticket], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="", errors="replace") as file:
        write_csv(tickets, file)


def write_csv(tickets: Iterable[Ticket], file: TextIO) -> None:
    """RFC 4180, with a head; lists are JSON."""
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for ticket in tickets:
        writer.writerow([csv_cell(cell) for cell in ticket_record(ticket).values()])


def csv_cell(cell: Cell) -> str | int | None:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
    if isinstance(cell, list):
        return json.dumps(cell, ensure_ascii=False) if cell else None
    return instant_text(cell) if isinstance(cell, datetime) else cell


def _write_xlsx(tickets: Iterator[Ticket], path: Path) -> None:
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxFileError

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    try:
        with (
            TemporaryDirectory() as parts,
            xlsxwriter.Workbook(str(path), {**options, "tmpdir": parts}) as book,
        ):
            _fill_workbook(book, tickets)
    except XlsxFileError as error:
        # xlsxwriter wraps the operating system's own error.
        raise next(
            (cause for cause in error.args if isinstance(cause, OSError)), OSError(str(error))
        ) from error


def _fill_workbook(book: Any, tickets: Iterator[Ticket]) -> None:
    from .xlsx_writer import ROW_LIMIT, Column, Formats, SheetWriter, Style

    styles: list[Style] = ["instant" if type_ == "TIMESTAMPTZ" else "text" for type_ in COLUMNS.values()]
    sheet = SheetWriter(book.add_worksheet("Tickets"), Formats(book))
    sheet.block([Column(name, 16) for name in COLUMNS], [])
    for number, ticket in enumerate(tickets, start=2):
        if number > ROW_LIMIT:
            raise ProjectError(f"a sheet holds {ROW_LIMIT - 1:,} tickets", hint="export to .parquet or .csv")
        cells = [
            csv_cell(cell) if isinstance(cell, list) else cell for cell in ticket_record(ticket).values()
        ]
        sheet.row(cells, styles)


def _write_parquet(tickets: Iterator[Ticket], path: Path) -> None:
    import duckdb

    with TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        lines = Path(folder) / "tickets.jsonl"
        _write_jsonl_cells(tickets, lines)
        with duckdb.connect() as duck:
            duck.execute("SET TimeZone = 'UTC'")
            table = duck.read_json(str(lines), format="newline_delimited", columns=dict(COLUMNS))
            table.write_parquet(str(path), compression="zstd")


def _write_jsonl_cells(tickets: Iterator[Ticket], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n", errors="replace") as file:
        for ticket in tickets:
            cells = {name: _json_cell(cell) for name, cell in ticket_record(ticket).items()}
            file.write(json.dumps(cells, ensure_ascii=False) + "\n")


def instant_text(at: datetime) -> str:
    """ISO 8601 in UTC, to the microsecond where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _json_cell(cell: Cell) -> Any:
    return instant_text(cell) if isinstance(cell, datetime) else cell


WRITERS: Mapping[str, Callable[[Iterator[Ticket], Path], None]] = {
    "csv": _write_csv,
    "xlsx": _write_xlsx,
    "jsonl": _write_jsonl,
    "parquet": _write_parquet,
}
