"""`cstoolkit tickets` over a real file."""

import csv
import io
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import duckdb
import openpyxl
import pytest

from cstoolkit.cli import main
from cstoolkit.model.ticket import Comment
from cstoolkit.store.database import Store
from cstoolkit.store.rows import group_row, organization_row, person_row, ticket_rows
from histories import MONDAY, a_ticket, log
from small_desk import ACME, ANN, CARA, DAY, DESK, full_ticket

SOURCE = Path(__file__).parents[2] / "src"
FORMULAS = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\tx", "\r=1"]
AWKWARD = [*FORMULAS, 'a,"b"\nc', "plain", "😀", "", "0012"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("desk") / "desk.duckdb"
    events = [
        e.model_copy(update={"ticket_id": "1"})
        for e in log(("created", None, "new"), ("status", "new", "hold"))
    ]
    said = Comment(
        id="c1", ticket_id="1", created_at=MONDAY, author_role="requester", public=True, text="Help\x1b[31m!"
    )
    parts = [ticket_rows(full_ticket(updated_at=MONDAY + DAY), events, [said], history="exact")]
    for number, subject in enumerate(AWKWARD, start=2):
        at = MONDAY + number * DAY
        parts.append(ticket_rows(a_ticket(id=str(number), subject=subject, created_at=at, updated_at=at)))
    with Store.create(path, connection="desk") as store:
        for part in parts:
            for table, rows in part.items():
                store.append(table, rows)
        store.append("people", [person_row(ANN), person_row(CARA)])
        store.append("groups", [group_row(DESK)])
        store.append("organizations", [organization_row(ACME)])
        store.describe(as_of=MONDAY + 30 * DAY)
    return f"local:{path}"


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(["tickets", *arguments], out, err)
    return code, out.getvalue(), err.getvalue()


def test_a_list_shows_names_and_says_how_many_there_are(desk):
    code, out, err = run("list", desk, "--limit", "2")

    assert code == 0
    assert out.splitlines()[1].split() == ["1", "Waiting", "on", "vendor", "high", "Service", "Desk", "Ann", "Agent",
                                           "2026-03-02", "09:00", "Printer", "on", "fire"]  # fmt: skip
    assert f"2 of {len(AWKWARD) + 1} tickets" in err


def test_a_limit_of_nothing_lists_all(desk):
    _, out, _ = run("list", desk, "--limit", "0", "--json")

    assert len(json.loads(out)["tickets"]) == len(AWKWARD) + 1


@pytest.mark.parametrize("where", ["{status: hold}", "status: hold", "{any: [{tags: fire}]}"])
def test_a_condition_on_the_command_line_chooses(desk, where):
    _, out, _ = run("list", desk, "--where", where, "--json")

    assert [ticket["id"] for ticket in json.loads(out)["tickets"]] == ["1"]


def test_a_condition_may_stand_in_a_file(desk, tmp_path):
    (tmp_path / "hot.yaml").write_text("subject:\n  contains: FIRE\n")

    _, out, _ = run("list", desk, "--where", str(tmp_path / "hot.yaml"), "--json")

    assert json.loads(out)["total"] == 1


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("{statsu: open}", 'did you mean "status"?'),
        ("{status: [", "--where:1"),
        ("[status]", "a condition is a mapping"),
        ("{status: {changed_to: open}}", "--where:1"),
        ("", "holds no condition"),
    ],
)
def test_a_condition_that_is_none_is_shown_with_its_place(desk, where, told):
    code, _, err = run("list", desk, "--where", where)

    assert code == 3
    assert told in err


def test_one_ticket_comes_with_comments_and_history(desk):
    code, out, _ = run("show", desk, "1")

    assert code == 0
    assert "requester, public" in out
    assert "status   " in out
    assert "\x1b" not in out


def test_one_ticket_as_json(desk):
    _, out, _ = run("show", desk, "1", "--json")

    document = json.loads(out)
    assert document["ticket"]["custom"] == {
        "impact": "high",
        "nothing": None,
        "seats": 3,
        "sites": ["N", "S"],
        "urgent": True,
    }
    assert [event["kind"] for event in document["history"]] == ["created", "status"]
    assert document["comments"][0]["id"] == "c1"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("show", "{desk}", "77"), 4),
        (("list", "local:nowhere.duckdb"), 3),
        (("list", "zendesque:x"), 3),
        (("list", "x"), 3),
    ],
)
def test_what_is_not_there_is_an_error_with_its_code(desk, arguments, code):
    assert run(*(argument.format(desk=desk) for argument in arguments))[0] == code


class TestExport:
    @pytest.fixture
    def export(self, desk, tmp_path):
        def to(name: str, *more: str) -> Path:
            code, _, err = run("export", desk, "--to", str(tmp_path / name), *more)
            assert (code, err) == (0, "")
            return tmp_path / name

        return to

    def test_csv_texts_are_never_formulas_and_otherwise_as_they_are(self, export):
        with export("out.csv").open(encoding="utf-8", newline="") as file:
            subjects = [row["subject"] for row in csv.DictReader(file)][1:]

        assert subjects == [f"'{text}" if text in FORMULAS else text for text in AWKWARD]

    def test_xlsx_texts_are_texts(self, export):
        sheet = openpyxl.load_workbook(export("out.xlsx")).active
        cells = [row[1] for row in sheet.iter_rows(min_row=3)]

        assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
        assert cells[0].value == FORMULAS[0]
        assert cells[-1].value == "0012"

    def test_jsonl_is_exact(self, export):
        lines = export("out.jsonl").read_text(encoding="utf-8").splitlines()

        assert [json.loads(line)["subject"] for line in lines[1:]] == AWKWARD

    def test_parquet_is_exact_and_typed(self, export):
        rows = duckdb.sql(
            f"SELECT subject, tags, epoch_us(created_at), replies FROM '{export('out.parquet')}'"
        ).fetchall()

        assert [row[0] for row in rows[1:]] == AWKWARD
        assert rows[0][1:] == (["a, b", "fire"], int(MONDAY.timestamp() * 1e6), 0)

    def test_all_formats_hold_all_columns(self, export):
        head = export("a.csv").read_text(encoding="utf-8").splitlines()[0].split(",")

        assert [cell.value for cell in openpyxl.load_workbook(export("a.xlsx")).active[1]] == head
        assert list(json.loads(export("a.jsonl").read_text(encoding="utf-8").splitlines()[0])) == head
        assert duckdb.sql(f"SELECT * FROM '{export('a.parquet')}'").columns == head

    def test_chosen_tickets_in_a_format_that_the_name_does_not_tell(self, export):
        lines = export("out.txt", "--format", "jsonl", "--where", "{status: hold}").read_text().splitlines()

        assert [json.loads(line)["id"] for line in lines] == ["1"]

    def test_an_unknown_format_lists_those_there_are_and_writes_nothing(self, desk, tmp_path):
        code, _, err = run("export", desk, "--to", str(tmp_path / "out.pdf"))

        assert code == 3
        assert "csv, xlsx, jsonl, parquet" in err
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("name", ["out.csv", "out.xlsx", "out.jsonl", "out.parquet"])
    def test_a_full_disk_leaves_the_file_before_it_and_nothing_else(self, desk, tmp_path, name):
        (tmp_path / name).write_text("before")

        done = subprocess.run(
            [sys.executable, "-m", "cstoolkit", "tickets", "export", desk, "--to", str(tmp_path / name)],
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300)),
            env={**os.environ, "PYTHONPATH": str(SOURCE)},
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode == 3
        assert "Traceback" not in done.stderr
        assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]
