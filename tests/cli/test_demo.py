"""`cstoolkit demo`: a helpdesk, its audit, and a project that stays."""

import io
from pathlib import Path

import pytest

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


def test_again_the_reports_are_the_same_but_for_the_run(here):
    run("demo", "--tickets", "300", *AS_OF)
    first = {path.name: path.read_bytes() for path in (here / "demo/out").iterdir()}

    run("demo", "--tickets", "300", *AS_OF)

    second = {path.name: path.read_bytes() for path in (here / "demo/out").iterdir()}
    assert second.keys() == first.keys()
    assert second["backlog.md"] == first["backlog.md"]


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
