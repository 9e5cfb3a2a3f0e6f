"""`cstoolkit import`: what it prints, and what it ends with."""

import io
import json
from pathlib import Path

import pytest

from cstoolkit.cli import main

MAP = """\
kind: map
id: small
title: Small
row: ticket
fields: {id: id, created_at: created, status: state}
words: {status: {Open: open}}
"""
GOOD = "id,created,state\n1,2026-03-01T09:00:00Z,Open\n"


def run(*argv: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    code = main(argv, stdout, stderr)
    return code, stdout.getvalue(), stderr.getvalue()


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "map.yaml").write_text(MAP)
    (tmp_path / "good.csv").write_text(GOOD)
    (tmp_path / "bad.csv").write_text(GOOD + "2,never,Open\n3,2026-03-01T09:00:00Z,Odd\n")
    return tmp_path


def import_it(file: str, *more: str) -> tuple[int, str, str]:
    return run("import", file, "--map", "map.yaml", "--into", "local:s.duckdb", *more)


def test_a_good_file_is_0_and_says_what_to_do_next(here):
    code, told, said = import_it("good.csv")

    assert code == 0
    assert told == "1 of 1 rows of good.csv are in s.duckdb.\nWritten: 1 tickets.\n"
    assert "Next: cstoolkit tickets list local:s.duckdb" in said


def test_bad_rows_are_named_kept_and_7(here):
    code, told, _ = import_it("bad.csv")

    assert code == 7
    assert "2 rows could not be used:" in told
    assert "row 2  created_at: 'never' is no time of the form iso" in told
    assert 'row 3  status: "Odd" has no word in `words: {status: ...}` of the map' in told
    assert len((here / "s.rejected-small.jsonl").read_text().splitlines()) == 2


def test_allowed_to_be_incomplete_is_0(here):
    code, told, _ = import_it("bad.csv", "--allow-incomplete")

    assert code == 0
    assert "2 rows could not be used:" in told


def test_json_is_one_document(here):
    code, told, _ = import_it("bad.csv", "--json")

    document = json.loads(told)
    assert (code, document["schema"], document["rows"], document["bad"]) == (7, "cstoolkit/import/1", 3, 2)


WRONG = {
    "no file": (("nothing.csv",), "nothing.csv: there is no such file"),
    "no map": (("good.csv", "--map", "nothing.yaml"), "nothing.yaml"),
    "no address": (("good.csv", "--into", "s.duckdb"), '"s.duckdb" is not the address of a store'),
    "no such folder": (("good.csv", "--into", "local:no/s.duckdb"), "no is not a folder"),
}


@pytest.mark.parametrize(("argv", "message"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_done_is_3_and_leaves_no_store(here, argv, message):
    code, told, said = import_it(*argv)

    assert (code, told) == (3, "")
    assert message in said
    assert not (here / "s.duckdb").exists()


def test_a_map_with_mistakes_names_them_all(here):
    (here / "map.yaml").write_text(
        MAP.replace("created_at: created", "creatd_at: created").replace("Open: open", "Open: opne")
    )

    code, _, said = import_it("good.csv")

    assert code == 3
    assert 'a row of ticket has no field "creatd_at"' in said
    assert 'did you mean "created_at"' in said
    assert '"opne" is no status' in said


def test_a_column_that_is_not_in_the_file_has_its_place_in_the_map(here):
    (here / "map.yaml").write_text(MAP.replace("created_at: created", "created_at: creatd"))

    code, _, said = import_it("good.csv")

    assert code == 3
    assert 'map.yaml:5:30: good.csv has no column "creatd"' in said
    assert "^~~~~~" in said


def test_a_file_of_several_maps_needs_a_name(here):
    (here / "map.yaml").write_text(MAP + "---\n" + MAP.replace("id: small", "id: other"))

    code, _, said = import_it("good.csv")

    assert code == 3
    assert "map.yaml holds several maps: small, other" in said
    assert run("import", "good.csv", "--map", "map.yaml#other", "--into", "local:s.duckdb")[0] == 0


def test_a_file_that_is_no_store_is_left_alone(here):
    (here / "s.duckdb").write_text("my diary")

    code, _, said = import_it("good.csv")

    assert code == 3
    assert "is not a store file" in said
    assert (here / "s.duckdb").read_text() == "my diary"
