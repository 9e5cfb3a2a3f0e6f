"""`cstoolkit demo`: a helpdesk, its audit, and a project that stays."""

import io
import json
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cstoolkit.cli import main

AS_OF = ("--as-of", "2026-03-31T12:00:00Z")


def run(*argv: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    code = main(argv, stdout, stderr)
    return code, stdout.getvalue(), stderr.getvalue()


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_tells_the_verdict_the_figures_and_where_the_reports_are(here):
    code, told, _ = run("demo", "--tickets", "300", *AS_OF)

    assert code == 0
    assert told.startswith("Backlog, weekly: ")
    for figure in ("Backlog", "Net flow, 7 days", "SLA missed", "Unassigned", "Oldest"):
        assert f"\n  {figure} " in told
    for path in ("demo/out/backlog.html", "demo/out/backlog.xlsx", "demo/out/backlog.md"):
        assert f"  {path}\n" in told
        assert (here / path).stat().st_size > 0


RUN = ("run_id", "started_at", "duration_s")


def test_again_the_reports_are_the_same_but_for_the_run(here):
    """Every format, read as its readers do: what differs is the run's id, time and duration, nothing else."""
    run("demo", "--tickets", "300", *AS_OF)
    first = contents(here / "demo/out")

    run("demo", "--tickets", "300", *AS_OF)

    assert contents(here / "demo/out") == first


def contents(folder: Path) -> dict[str, object]:
    told = json.loads((folder / "backlog.json").read_text())
    own = [str(told.pop(name)) for name in RUN]
    started = datetime.fromisoformat(own[1])
    own += [f"took {float(own[2]):.1f} s"]
    own += [f"{started:%Y-%m-%d %H:%M} UTC", f"{started:%Y-%m-%d %H:%M}"]
    book = load_workbook(folder / "backlog.xlsx")
    cells = {
        sheet.title: [[without(own, cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        for sheet in book
    }
    page = without(own, (folder / "backlog.html").read_text())
    return {"json": told, "xlsx": cells, "html": page, "markdown": (folder / "backlog.md").read_text()}


def without(own: list[str], value: object) -> object:
    """A text without what belongs to one run only."""
    if not isinstance(value, str):
        return value
    for text in own:
        value = value.replace(text, "RUN")
    return value


def test_a_changed_recipe_stays(here):
    run("demo", "--tickets", "50", *AS_OF)
    recipe = here / "demo/recipes/backlog-weekly.yaml"
    recipe.write_text(recipe.read_text().replace("title: Backlog, weekly", "title: Mine"))

    _, told, _ = run("demo", "--tickets", "50", *AS_OF)

    assert told.startswith("Mine: ")


def test_somebody_elses_folder_is_left_alone(here):
    (here / "demo").mkdir()
    (here / "demo" / "thesis.txt").write_text("precious")

    code, _, said = run("demo", "--tickets", "50")

    assert code == 5
    assert "demo is there already and is not a demo" in said
    assert [path.name for path in (here / "demo").iterdir()] == ["thesis.txt"]


def test_no_tickets_is_a_usage_error(here):
    code, _, said = run("demo", "--tickets", "0")

    assert code == 64
    assert "at least 1 ticket" in said
