"""Small files and maps for the tests of import."""

from pathlib import Path
from typing import Any

from cstoolkit.automations.importing.importer import ImportReport, import_file
from cstoolkit.automations.maps import MapRecipe
from cstoolkit.store.database import Store

TICKETS: dict[str, Any] = {
    "kind": "map",
    "id": "small",
    "title": "Small",
    "row": "ticket",
    "fields": {"id": "id", "created_at": "created", "status": "status", "subject": "subject"},
}

EVENTS: dict[str, Any] = {
    "kind": "map",
    "id": "log",
    "title": "Log",
    "row": "event",
    "order": ["n"],
    "fields": {
        "id": "id",
        "at": "at",
        "created_at": "created",
        "status": "status",
        "group": "team",
        "assignee": "agent",
        "priority": "prio",
        "tags": {"column": "tags", "split": " "},
        "custom.area": "area",
        "actor": "who",
    },
}


def a_map(base: dict[str, Any] = TICKETS, **changes: Any) -> MapRecipe:
    """A map; `fields` are added to those of the base."""
    fields = {**base["fields"], **changes.pop("fields", {})}
    return MapRecipe.model_validate({**base, **changes, "fields": fields})


def imported(
    folder: Path, text: str | bytes, recipe: MapRecipe, *, name: str = "data.csv", **options: Any
) -> tuple[ImportReport, Path]:
    """Write a file, import it into `folder/s.duckdb`, and close the store again."""
    source = folder / name
    source.write_bytes(text.encode() if isinstance(text, str) else text)
    path = folder / "s.duckdb"
    store = Store.open(path, writable=True) if path.exists() else Store.create(path, connection="s")
    with store:
        return import_file(source, recipe, store, **options), path


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """What a query says about a store."""
    with Store.open(path) as store:
        return store.query(sql)
