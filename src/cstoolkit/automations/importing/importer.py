"""`cstoolkit import`: rows of a file into a store, whole or not at all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ...errors import RecipeError
from ...model.data_problems import did_you_mean
from ...store.database import Store
from ..maps import MapRecipe
from .files import SourceFile, SourceRow, open_source
from .rejected import BadRow, RejectedRows, rejected_path, rejected_rows
from .writers import WRITERS
from .writing import Writing


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `written` counts rows by table; `set_aside` is the file of bad rows, if any."""

    source: Path
    store: Path
    rows: int
    bad: int
    first_bad: tuple[BadRow, ...]
    set_aside: Path | None
    written: dict[str, int]
    as_of: datetime | None

    @property
    def good(self) -> int:
        """Rows that came in."""
        return self.rows - self.bad


def import_file(
    source: Path,
    recipe: MapRecipe,
    store: Store,
    *,
    allow_incomplete: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Read every row of `source` into `store`, in one transaction.

    A row that cannot be used is counted and set aside in a file beside the store; the store then says of
    itself that it is incomplete, unless `allow_incomplete`. A second import of the same file gives the same
    store: rows take the place of those with their key, and a ticket's history that of its earlier one.

    Raises:
        RecipeError: the map names a column that the file has not.
        CstoolkitError: the file cannot be read. StoreError: the store cannot be written.

    """
    recipe = recipe.for_file(source)
    aside = rejected_path(store.path, recipe.id)
    with open_source(source, recipe.file) as opened:
        _check_columns(recipe, opened, source)
        with rejected_rows(aside) as rejected, store.transaction():
            streams_before = store.streams
            counted = _Counted(opened.rows, rejected, progress)
            writing = Writing(recipe, store, rejected)
            WRITERS[recipe.row](counted.usable(), writing)
            complete = allow_incomplete or rejected.count == 0
            _note_source(store, recipe, source, counted.rows, rejected.count, complete=complete)
            moments = (moment for moment in (store.as_of, writing.latest) if moment is not None)
            as_of = max(moments, default=None)
            store.describe(as_of=as_of, streams=streams_before | writing.streams)
    return ImportReport(
        source=source,
        store=store.path,
        rows=counted.rows,
        bad=rejected.count,
        first_bad=tuple(rejected.first),
        set_aside=aside if rejected.count else None,
        written=dict(writing.written),
        as_of=as_of,
    )


class _Counted:
    """Counts the rows on their way, sets broken ones aside, tells progress now and then."""

    def __init__(
        self, rows: Iterator[SourceRow], rejected: RejectedRows, progress: Callable[[int], None] | None
    ) -> None:
        self._source = rows
        self._rejected = rejected
        self._progress = progress
        self.rows = 0

    def usable(self) -> Iterator[SourceRow]:
        for row in self._source:
            self.rows += 1
            if self._progress is not None and self.rows % 5_000 == 0:
                self._progress(self.rows)
            if row.broken is not None:
                self._rejected.add(row.number, row.broken, row.values)
            else:
                yield row


def _check_columns(recipe: MapRecipe, opened: SourceFile, source: Path) -> None:
    """Every column that the map reads must be there, when the file names its columns at all."""
    if opened.columns is None:
        return
    problems = [
        recipe.problem(
            path,
            f'{source.name} has no column "{column}"',
            "column",
            hint=did_you_mean(column, opened.columns, label="its columns"),
        )
        for path, column in recipe.reads()
        if column not in opened.columns
    ]
    if problems:
        raise RecipeError(problems)


def _note_source(
    store: Store, recipe: MapRecipe, source: Path, rows: int, bad: int, *, complete: bool
) -> None:
    stream = f"import {recipe.id} {source.name}"
    note = {"stream": stream, "expected": rows, "read": rows - bad, "complete": complete}
    store.replace("checkpoints", [note])
