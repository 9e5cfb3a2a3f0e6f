"""`cstoolkit import`: tickets or event logs from a file into an embedded helpdesk."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import ProjectError
from . import render
from .exit_codes import ExitCode
from .terminal import Terminal, with_terminal

if TYPE_CHECKING:
    from ..automations.importing.importer import ImportReport
    from ..automations.maps import MapRecipe
    from ..store.database import Store


@click.command()
@click.argument("file")
@click.option("--map", "map_path", required=True, metavar="MAP.yaml[#ID]", help="What the columns mean.")
@click.option("--into", required=True, metavar="local:FILE", help="The store; made if it is not there.")
@click.option(
    "--allow-incomplete", is_flag=True, help="Bad rows are set aside all the same, but the exit code is 0."
)
@click.option("--wait", default=0.0, metavar="SECONDS", help="How long to wait for a store that is in use.")
@with_terminal
def command(
    terminal: Terminal, *, file: str, map_path: str, into: str, allow_incomplete: bool, wait: float
) -> ExitCode:
    """Read tickets, event logs, comments or people from FILE (CSV, JSONL, Parquet; .gz too).

    Every row comes in, or is set aside in a file beside the store with its number and the reason; then the
    exit code is 7 and audits say INCOMPLETE.
    """
    from ..automations.importing.importer import import_file

    recipe = _load_map(map_path)
    path = store_path(into)
    made = not path.exists()
    try:
        with _open(path, wait) as store, terminal.progress("importing", unit="rows") as progress:
            report = import_file(
                Path(file), recipe, store, allow_incomplete=allow_incomplete, progress=progress.reach
            )
    except BaseException:
        if made:
            path.unlink(missing_ok=True)  # an empty store would look like a helpdesk without tickets
        raise
    if terminal.json:
        terminal.print_json(_document(report))
    else:
        _tell(terminal, report, into)
    return ExitCode.INCOMPLETE if report.bad and not allow_incomplete else ExitCode.OK


def store_path(address: str) -> Path:
    """The file of a `local:FILE` address. ProjectError for any other."""
    vendor, colon, file = address.partition(":")
    if vendor != "local" or not colon or not file:
        raise ProjectError(
            f'"{address}" is not the address of a store',
            hint="write local:FILE, such as local:tickets.duckdb",
        )
    return Path(file)


def _load_map(path: str) -> "MapRecipe":
    from ..automations.loader import load_recipes
    from ..automations.maps import MapRecipe

    file, _, wanted = path.partition("#")
    maps = [recipe for recipe in load_recipes([Path(file)]) if isinstance(recipe, MapRecipe)]
    if wanted:
        maps = [recipe for recipe in maps if recipe.id == wanted] or maps
    if len(maps) == 1:
        return maps[0]
    if not maps:
        raise ProjectError(
            f"{file} holds no map",
            hint="a map is a recipe with `kind: map`; docs/import.md shows how to write one",
        )
    ids = ", ".join(recipe.id for recipe in maps)
    raise ProjectError(f"{file} holds several maps: {ids}", hint=f"name one: --map {file}#{maps[0].id}")


def _open(path: Path, wait: float) -> "Store":
    from ..store.database import Store
    from .clock import SystemClock

    if path.exists():
        return Store.open(path, writable=True, wait=wait, clock=SystemClock())
    return Store.create(path, connection=path.stem)


def _tell(terminal: Terminal, report: "ImportReport", into: str) -> None:
    written = ", ".join(f"{count:,} {table}" for table, count in report.written.items() if count)
    terminal.print(f"{report.good:,} of {report.rows:,} rows of {report.source.name} are in {report.store}.")
    if written:
        terminal.print(f"Written: {written}.")
    if report.set_aside is not None:
        rows = [[f"row {row.number}", row.reason] for row in report.first_bad]
        terminal.print()
        terminal.print(f"{report.bad:,} row{'s' if report.bad != 1 else ''} could not be used:")
        terminal.print(render.table(["", "why"], rows, color=terminal.color))
        terminal.print(f"All of them, with their values: {report.set_aside}")
        terminal.print("Mend the file or the map and import again; nothing comes in twice.")
    terminal.say(f"Next: cstoolkit tickets list {into}, or cstoolkit audit RECIPE.yaml --on {into}")


def _document(report: "ImportReport") -> dict[str, Any]:
    return {
        "schema": "cstoolkit/import/1",
        "source": str(report.source),
        "store": str(report.store),
        "rows": report.rows,
        "good": report.good,
        "bad": report.bad,
        "first_bad": [{"row": row.number, "reason": row.reason} for row in report.first_bad],
        "set_aside": str(report.set_aside) if report.set_aside else None,
        "written": report.written,
        "as_of": report.as_of.isoformat() if report.as_of else None,
    }
