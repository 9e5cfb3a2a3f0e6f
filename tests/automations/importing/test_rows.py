"""Every row comes in or is set aside with a reason."""

import gzip
import json

import duckdb
import pytest

from automations.importing.builders import EVENTS, a_map, imported, rows
from cstoolkit.automations.importing.files import FileShape, open_source
from cstoolkit.errors import CstoolkitError, RecipeError

HEADER = "id,created,status,subject\n"


def test_tickets_come_in_with_their_fields(tmp_path):
    text = HEADER + '7,2026-03-01T09:00:00Z,open,"Grüße, ""Ann"""\n8,2026-03-02T09:00:00+02:00,solved,\n'

    report, store = imported(tmp_path, text, a_map())

    assert (report.rows, report.bad) == (2, 0)
    assert rows(store, "SELECT ticket_id, subject, status, created_at::VARCHAR FROM tickets ORDER BY 1") == [
        ("7", 'Grüße, "Ann"', "open", "2026-03-01 09:00:00"),
        ("8", None, "solved", "2026-03-02 07:00:00"),
    ]


BAD_ROWS = {
    "no id": (",2026-03-01T09:00:00Z,open,x", "has no id"),
    "no instant": ("1,,open,x", "has no created_at"),
    "not an instant": ("1,yesterday,open,x", "created_at: 'yesterday' is no time of the form iso"),
    "unknown word": (
        "1,2026-03-01T09:00:00Z,waiting,x",
        'status: "waiting" has no word in `words: {status: ...}` of the map',
    ),
    "too few values": ("1,2026-03-01T09:00:00Z", "has 2 values where the header names 4 columns"),
    "too many values": ("1,2026-03-01T09:00:00Z,open,x,y", "has 5 values where the header names 4 columns"),
}


@pytest.mark.parametrize(("line", "reason"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_is_named_and_set_aside(tmp_path, line, reason):
    text = f"{HEADER}0,2026-03-01T09:00:00Z,open,fine\n{line}\n"

    report, store = imported(tmp_path, text, a_map())

    assert (report.rows, report.bad) == (2, 1)
    [aside] = [json.loads(line) for line in report.set_aside.read_text().splitlines()]
    assert (aside["row"], aside["reason"]) == (2, reason)
    assert rows(store, "SELECT ticket_id FROM tickets") == [("0",)]
    assert rows(store, "SELECT expected, read, complete FROM checkpoints") == [(2, 1, False)]


def test_a_row_in_another_encoding_is_set_aside_alone(tmp_path):
    text = HEADER.encode() + b"1,2026-03-01T09:00:00Z,open,caf\xe9\n2,2026-03-01T09:00:00Z,open,caf\xc3\xa9\n"

    report, store = imported(tmp_path, text, a_map())

    assert report.first_bad[0].number == 1
    assert "encoding does not allow" in report.first_bad[0].reason
    assert rows(store, "SELECT subject FROM tickets") == [("café",)]


def test_the_map_may_name_the_encoding(tmp_path):
    text = HEADER.encode() + b"1,2026-03-01T09:00:00Z,open,caf\xe9\n"

    report, store = imported(tmp_path, text, a_map(file={"encoding": "latin-1"}))

    assert report.bad == 0
    assert rows(store, "SELECT subject FROM tickets") == [("café",)]


def test_allowed_to_be_incomplete_the_store_counts_as_complete(tmp_path):
    report, store = imported(tmp_path, HEADER + "1,never,open,x\n", a_map(), allow_incomplete=True)

    assert report.bad == 1
    assert rows(store, "SELECT complete FROM checkpoints") == [(True,)]


def test_a_mended_file_leaves_nothing_aside_and_nothing_twice(tmp_path):
    first, _ = imported(tmp_path, HEADER + "1,2026-03-01T09:00:00Z,open,x\n2,never,open,y\n", a_map())
    second, store = imported(
        tmp_path, HEADER + "1,2026-03-01T09:00:00Z,solved,x\n2,2026-03-01T09:00:00Z,open,y\n", a_map()
    )

    assert first.set_aside is not None
    assert not first.set_aside.exists()
    assert second.set_aside is None
    assert rows(store, "SELECT ticket_id, status FROM tickets ORDER BY 1") == [("1", "solved"), ("2", "open")]
    assert rows(store, "SELECT complete FROM checkpoints") == [(True,)]


def test_a_quoted_cell_may_hold_line_breaks_and_an_open_quote_is_said(tmp_path):
    text = HEADER + '1,2026-03-01T09:00:00Z,open,"two\nlines"\n2,2026-03-01T09:00:00Z,open,"never closed\n'

    report, store = imported(tmp_path, text, a_map())

    assert rows(store, "SELECT subject FROM tickets") == [("two\nlines",)]
    assert report.first_bad[0].number == 2
    assert "not readable as CSV" in report.first_bad[0].reason


def test_gzip_tabs_and_a_byte_order_mark(tmp_path):
    text = "\ufeff" + (HEADER + "1,2026-03-01T09:00:00Z,open,x\n").replace(",", "\t")

    report, store = imported(tmp_path, gzip.compress(text.encode()), a_map(), name="data.tsv.gz")

    assert report.bad == 0
    assert rows(store, "SELECT subject FROM tickets") == [("x",)]


def test_a_truncated_gzip_file_leaves_the_store_as_it_was(tmp_path):
    packed = gzip.compress((HEADER + "1,2026-03-01T09:00:00Z,open,x\n" * 5000).encode())

    with pytest.raises(CstoolkitError, match="breaks off after row"):
        imported(tmp_path, packed[: len(packed) // 2], a_map(), name="data.csv.gz")

    assert rows(tmp_path / "s.duckdb", "SELECT count(*) FROM tickets") == [(0,)]


def test_json_lines_have_dotted_columns_and_typed_values(tmp_path):
    lines = [
        {"id": 1, "created": 1772355600, "state": {"word": "open"}, "n": 2.5, "labels": ["b", "a"]},
        {"id": 2, "created": 1772355600, "state": {"word": "closed"}, "vip": True, "labels": None},
    ]
    text = "\n".join([json.dumps(line) for line in lines] + ["{broken", '"a text"'])
    recipe = a_map(
        time={"format": "unix"},
        fields={
            "status": "state.word",
            "subject": {"value": "s"},
            "custom.n": "n",
            "custom.vip": "vip",
            "tags": "labels",
        },
    )

    report, store = imported(tmp_path, text, recipe, name="data.jsonl")

    assert [bad.number for bad in report.first_bad] == [3, 4]
    assert rows(
        store, "SELECT ticket_id, status, tags, created_at::VARCHAR, custom FROM tickets ORDER BY 1"
    ) == [
        ("1", "open", ["a", "b"], "2026-03-01 09:00:00", '{"n":2.5}'),
        ("2", "closed", [], "2026-03-01 09:00:00", '{"vip":true}'),
    ]


def test_parquet_keeps_its_instants(tmp_path):
    source = tmp_path / "data.parquet"
    duckdb.sql(
        "SELECT 5 AS id, TIMESTAMP '2026-03-01 09:00:00' AS created, 'open' AS status, 'x' AS subject"
    ).write_parquet(str(source))

    report, store = imported(
        tmp_path, source.read_bytes(), a_map(time={"zone": "Europe/Berlin"}), name="data.parquet"
    )

    assert report.bad == 0
    assert rows(store, "SELECT ticket_id, created_at::VARCHAR FROM tickets") == [("5", "2026-03-01 08:00:00")]


def test_a_column_that_is_not_there_is_a_problem_of_the_map(tmp_path):
    with pytest.raises(RecipeError) as raised:
        imported(tmp_path, "id,created,state,subject\n", a_map())

    assert [problem.message for problem in raised.value.problems] == ['data.csv has no column "status"']
    assert "state" in raised.value.problems[0].hint


def test_columns_of_one_name_are_told_apart(tmp_path):
    text = "id,created,status,subject,subject\n1,2026-03-01T09:00:00Z,open,first,second\n"

    _, store = imported(tmp_path, text, a_map(fields={"description": "subject#2"}))

    assert rows(store, "SELECT subject, description FROM tickets") == [("first", "second")]


def test_row_numbers_make_ids_and_columns_make_texts(tmp_path):
    text = "a,b,t1,t2\none,two,X,\n"
    recipe = a_map(
        fields={
            "id": {"row": "{file}-{n}"},
            "created_at": {"value": "2026-03-01T09:00:00Z"},
            "status": {"value": "new"},
            "subject": {"columns": ["a", "b"], "join": " / "},
            "description": {"column": "a", "prefix": "say "},
            "tags": {"columns": ["t1", "t2"]},
        }
    )

    _, store = imported(tmp_path, text, recipe)

    assert rows(store, "SELECT ticket_id, subject, description, tags FROM tickets") == [
        ("data-1", "one / two", "say one", ["X"])
    ]


@pytest.mark.parametrize("name", ["nothing.csv", "data.xyz"])
def test_a_file_that_cannot_be_opened_is_said(tmp_path, name):
    if name == "data.xyz":
        (tmp_path / name).write_text("x")

    with pytest.raises(CstoolkitError) as raised:
        open_source(tmp_path / name, FileShape())

    assert raised.value.hint


def test_an_end_before_the_beginning_is_a_bad_row(tmp_path):
    text = "id,created,status,subject,solved\n1,2026-03-02T09:00:00Z,solved,x,2026-03-01T09:00:00Z\n"

    report, _ = imported(tmp_path, text, a_map(fields={"solved_at": "solved"}))

    assert "before it was created" in report.first_bad[0].reason


def test_events_of_unknown_tickets_and_before_creation_are_bad_rows(tmp_path):
    text = (
        "id,at,created,status,team,agent,prio,tags,area,who,n\n"
        "1,2026-03-01T08:00:00Z,2026-03-01T09:00:00Z,open,,,,,,,0\n"
        "1,2026-03-01T09:00:00Z,2026-03-01T09:00:00Z,,,,,,,,1\n"
        "1,2026-03-01T10:00:00Z,2026-03-01T09:00:00Z,open,,,,,,,2\n"
    )

    report, _ = imported(tmp_path, text, a_map(EVENTS))

    assert [(bad.number, bad.reason.partition(" at ")[0]) for bad in report.first_bad] == [
        (1, "ticket 1 was updated"),
        (2, "ticket 1 starts without a status"),
    ]
