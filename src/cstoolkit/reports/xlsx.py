"""The audit as an Excel workbook: eight sheets, text always as text, equal bytes for equal reports."""

from contextlib import suppress
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..model.findings import AuditReport
from .files import written_aside
from .xlsx_sheets import SHEETS
from .xlsx_writer import Formats, SheetWriter


def write_xlsx(report: AuditReport, path: Path) -> None:
    """Write the workbook beside `path` and rename it into place.

    Raises OSError where the disk is full or the folder may not be written.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxFileError

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd hh:mm",
    }
    # Each sheet is a file of its own until the end; in one folder none is left behind.
    with written_aside(path) as aside, TemporaryDirectory() as parts:
        workbook = xlsxwriter.Workbook(str(aside), {**options, "tmpdir": parts})
        try:
            _fill(workbook, report)
            workbook.close()
        except XlsxFileError as error:
            raise _cause(error, path) from error


def _fill(workbook: Any, report: AuditReport) -> None:
    workbook.set_properties(_properties(report))
    formats = Formats(workbook)
    try:
        for title, fill in SHEETS.items():
            fill(SheetWriter(workbook.add_worksheet(title), formats), report)
    except BaseException:
        # Only this closes the sheets' files; what it writes is thrown away.
        with suppress(Exception):
            workbook.close()
        raise


def _properties(report: AuditReport) -> dict[str, Any]:
    """The data's instant, never the clock's: it is what makes two runs equal."""
    return {
        "title": report.recipe_title[:250],
        "author": "cstoolkit",
        "created": report.as_of.astimezone(UTC).replace(tzinfo=None, microsecond=0),
    }


def _cause(error: Exception, path: Path) -> OSError:
    """The operating system's own error, which xlsxwriter wraps, with the path that the person named."""
    inner = error.args[0] if error.args else None
    if isinstance(inner, OSError):
        return OSError(inner.errno, inner.strerror, str(path))
    return OSError(str(error))
