from pathlib import Path

import pytest

from cstoolkit.store.schema import FACTS, TABLES

PAGE = Path(__file__).parents[2] / "docs" / "store.md"


@pytest.mark.parametrize("table", [*TABLES, "facts"])
def test_the_page_tells_of_every_column_in_order(table):
    section = PAGE.read_text(encoding="utf-8").partition(f"\n### {table}\n")[2].partition("\n### ")[0]
    columns = TABLES[table].columns if table in TABLES else FACTS

    told = [line.split("|")[1].strip(" `") for line in section.splitlines() if line.startswith("| `")]

    assert told == [column.name for column in columns]
