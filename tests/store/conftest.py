from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cstoolkit.store.database import Store
from cstoolkit.store.rows import ticket_rows
from histories import History


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "tickets.duckdb", connection="acme") as made:
        yield made


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Iterator[Callable[[list[History]], Store]]:
    """Puts generated lives into one store, in place of those before: a file for each case would be slow."""
    with Store.create(tmp_path_factory.mktemp("store") / "tickets.duckdb", connection="acme") as made:

        def fill(helpdesk: list[History]) -> Store:
            tables: dict[str, list] = {"tickets": [], "events": [], "comments": []}
            for history in helpdesk:
                rows = ticket_rows(history.ticket, history.events, history.comments, history="exact")
                for table in tables:
                    tables[table] += rows[table]
            with made.transaction():
                for table, found in tables.items():
                    made.execute(f"DELETE FROM {table}")
                    made.append(table, found)
                made.describe(streams=["tickets", "events", "comments"])
            return made

        yield fill
