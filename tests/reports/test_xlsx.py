import time
import zipfile
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from hypothesis import given

from cstoolkit.reports.customer_text import visible
from cstoolkit.reports.xlsx import write_xlsx
from cstoolkit.reports.xlsx_writer import CELL_LIMIT, excel_text
from reports.builders import CHECKS, a_busy_report, a_check, a_coverage, a_finding, a_report
from reports.hostile import PIECES, fewer_examples, hostile_text

SHEETS = ["Summary", "Findings", "By owner", "By group", "Trend", "Checks", "Accepted", "Coverage"]


def written(report, folder):
    path = folder / "report.xlsx"
    write_xlsx(report, path)
    return openpyxl.load_workbook(path)


def rows_of(sheet):
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def busy():
    return a_busy_report()


@pytest.fixture(scope="module")
def book(busy, tmp_path_factory):
    return written(busy, tmp_path_factory.mktemp("book"))


def test_the_sheets_stand_in_their_order(book):
    assert book.sheetnames == SHEETS


def test_every_finding_has_a_row(busy, book):
    rows = rows_of(book["Findings"])

    assert sorted((row["Fingerprint"], row["Check"], row["Severity"], row["Id"]) for row in rows) == sorted(
        (finding.fingerprint, finding.check, finding.severity.value, finding.object_id)
        for finding in busy.findings
    )


def test_ages_are_days_and_instants_are_utc(tmp_path):
    finding = a_finding(age_s=129_600)

    (row,) = rows_of(written(a_report(findings=[finding]), tmp_path)["Findings"])

    assert row["Age, days"] == 1.5
    assert row["Seen since (UTC)"] == finding.first_seen.replace(tzinfo=None)


def test_owners_and_groups_add_up_to_all_findings(busy, book):
    owners = rows_of(book["By owner"])
    groups = rows_of(book["By group"])[: len({finding.group for finding in busy.findings})]

    for rows in (owners, groups):
        assert sum(row["Findings"] for row in rows) == len(busy.findings)
        assert all(
            row["Findings"] == sum(row[name] for name in ("Critical", "High", "Medium", "Low"))
            for row in rows
        )
    assert {row["Owner"] for row in owners} == {finding.owner or "(no owner)" for finding in busy.findings}


def test_the_trend_has_every_day(busy, book):
    rows = rows_of(book["Trend"])

    assert [row["Day"].date() for row in rows] == [flow.day for flow in busy.flow]
    assert [row["Backlog"] for row in rows] == [sum(flow.backlog.values()) for flow in busy.flow]


def test_a_check_that_could_not_run_has_empty_cells_and_a_reason(book):
    rows = {row["Check"]: row for row in rows_of(book["Checks"])}

    assert len(rows) == len(CHECKS) + 1
    assert rows["BA012"]["Found"] is None
    assert rows["BA012"]["Reason"] == "the connection gives no SLA targets"
    assert rows["BA001"]["Parameters"] == "limit urgent 1 h, high 4 h, normal 8 h, low 24 h"


def test_acceptances_have_their_reason_and_end(busy, book):
    rows = rows_of(book["Accepted"])

    assert [row["Accepted because"] for row in rows] == [
        finding.accepted_because for finding in busy.accepted
    ]
    assert {row["Until"].date() for row in rows} == {finding.accepted_until for finding in busy.accepted}


def test_lists_have_a_fixed_head_and_a_filter(book):
    for name in SHEETS[1:]:
        assert book[name].freeze_panes == "A2"
        assert book[name].auto_filter.ref.startswith("A1:")
    assert book["Findings"].auto_filter.ref == book["Findings"].dimensions


def test_an_incomplete_run_is_stamped_on_the_first_sheet(tmp_path):
    book = written(a_report(coverage=(a_coverage(complete=False, expected=None),)), tmp_path)

    assert "INCOMPLETE" in book["Summary"]["A2"].value
    assert rows_of(book["Coverage"])[0]["Complete"] == "INCOMPLETE"


def hostile_report(words):
    return a_report(
        recipe_title=words,
        recipe_owner=words,
        findings=(a_finding(title=words, message=words, owner=words, group=words, evidence={words: words}),),
        checks=(a_check(title=words, rule=words),),
        coverage=(a_coverage(connection=words, notes=(words,)),),
        definitions={words: words},
    )


def assert_text_only(path):
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            root = ET.fromstring(archive.read(name))
            tags = {element.tag.rpartition("}")[2] for element in root.iter()}
            if name.startswith("xl/worksheets/sheet"):
                assert tags.isdisjoint({"f", "r"}), f"{name} holds a formula or markup"


@pytest.mark.parametrize("words", PIECES)
def test_hostile_text_is_text_in_every_cell(words, tmp_path):
    book = written(hostile_report(words), tmp_path)

    assert_text_only(tmp_path / "report.xlsx")
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


@given(hostile_text)
@fewer_examples
def test_text_comes_back_from_the_file_as_it_was_shown(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("text")

    book = written(a_report(findings=[a_finding(title=text, owner=None)], checks=()), folder)

    assert_text_only(folder / "report.xlsx")
    (row,) = rows_of(book["Findings"])
    # openpyxl leaves Excel's escape of a literal "_x0041_" as it stands in the file.
    title = (row["Title"] or "").replace("_x005F_", "_")
    assert title.strip() == visible(text)


@pytest.mark.parametrize("character", ["x", "👩", "é"])
def test_a_cell_holds_no_more_than_excel_allows(character):
    text = excel_text("a" + character * 50_000)

    assert len(text.encode("utf-16-le")) // 2 <= CELL_LIMIT
    assert text.endswith(character + "…")


def test_only_web_addresses_become_links(tmp_path):
    urls = ["https://acme.example/1", "javascript:alert(1)", "file:///etc/passwd", None]
    findings = [
        a_finding(fingerprint=str(n), object_id=str(n), url=url, age_s=9 - n) for n, url in enumerate(urls)
    ]

    sheet = written(a_report(findings=findings), tmp_path)["Findings"]

    links = {cell.value: cell.hyperlink.target for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert links == {"0": "https://acme.example/1"}


def test_the_same_report_gives_the_same_bytes_in_another_second(busy, tmp_path):
    write_xlsx(busy, tmp_path / "one.xlsx")
    time.sleep(2.1)  # zip times are even seconds
    write_xlsx(busy, tmp_path / "two.xlsx")

    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_five_thousand_findings_all_have_a_row(tmp_path):
    findings = [a_finding(fingerprint=str(n), object_id=str(n)) for n in range(5_000)]

    book = written(a_report(findings=findings), tmp_path)

    assert book["Findings"].max_row == 5_001
    assert (tmp_path / "report.xlsx").stat().st_size < 2_000_000


def test_a_report_without_anything_has_its_sheets(tmp_path):
    book = written(a_report(coverage=(), checks=()), tmp_path)

    assert book.sheetnames == SHEETS


def test_a_failed_write_leaves_the_last_report_and_no_debris(tmp_path):
    path = tmp_path / "report.xlsx"
    write_xlsx(a_report(), path)
    before = path.read_bytes()
    broken = a_report().model_copy(update={"findings": ("not a finding",)})

    with pytest.raises(AttributeError):
        write_xlsx(broken, path)

    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.xlsx"]
