import base64
import hashlib
import re
from collections import Counter

import pytest
from hypothesis import given

from cstoolkit.model.findings import Metric, Severity
from cstoolkit.reports.customer_text import visible, web_link
from cstoolkit.reports.html import NAME, SHOWN_FINDINGS, TITLE, render_html
from reports.builders import NOW, RECIPE, a_busy_report, a_check, a_coverage, a_finding, a_report
from reports.hostile import fewer_examples, hostile_text
from reports.page import Element, read_page

QUIET = {"checks": ()}  # no checks, no chart: a page in milliseconds


@pytest.fixture(scope="module")
def busy():
    return a_busy_report()


@pytest.fixture(scope="module")
def page(busy) -> Element:
    return read_page(render_html(busy))


def findings_listed(page: Element) -> list[Element]:
    tables = page.all("table", class_="sortable findings")
    return [row for table in tables for row in table.all("tbody")[0].all("tr")]


def test_the_page_asks_for_nothing_outside_itself(busy):
    text = render_html(busy)
    page = read_page(text)

    assert not re.search(r"@import|url\(|@font-face", text)
    assert not [
        element for element in page.all() if {"src", "srcset", "action", "data"} & set(element.attributes)
    ]
    assert {element.tag for element in page.all()}.isdisjoint(
        {"link", "img", "iframe", "object", "embed", "base", "form"}
    )
    assert {element.tag for element in page.all() if "href" in element.attributes} == {"a"}


def test_the_page_forbids_every_script_but_its_own(page):
    (script,) = page.all("script")
    (policy,) = [
        meta for meta in page.all("meta") if meta.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()

    assert "default-src 'none'" in policy.attributes["content"]
    assert f"script-src 'sha256-{digest}'" in policy.attributes["content"]
    assert not [name for element in page.all() for name in element.attributes if name.startswith("on")]


def test_ids_are_unique_and_inner_links_arrive(page):
    ids = [element.attributes["id"] for element in page.all() if "id" in element.attributes]
    targets = [
        link.attributes["href"][1:] for link in page.all("a") if link.attributes["href"].startswith("#")
    ]

    assert len(ids) == len(set(ids))
    assert set(targets) <= set(ids)


def test_every_table_has_a_caption_and_every_head_a_scope(page):
    tables = page.all("table")

    assert tables
    assert all(table.all("caption")[0].words for table in tables)
    assert all(head.attributes.get("scope") in {"col", "row"} for head in page.all("th"))
    assert all(row.all("th")[0].words for table in tables for row in table.all("tbody")[0].all("tr"))


def test_the_parts_stand_in_their_order(page):
    classes = [(element.attributes.get("class") or "").split(" ")[0] for element in page.all()]
    order = [classes.index(name) for name in ("verdict", "tiles", "charts", "owner")]
    ids = [element.attributes["id"] for element in page.all("section") if "id" in element.attributes]

    assert order == sorted(order)
    assert ids == ["findings", "coverage", "recipe"]


def test_tiles_show_the_first_five_figures_and_how_they_moved(page):
    tiles = page.all("div", class_="tile")

    assert [tile.all("dd", class_="value")[0].words for tile in tiles] == ["372", "+15", "41", "58", "131 d"]
    assert tiles[0].all("span", class_="spoken")[0].words == "up 23"


def test_a_sixth_figure_is_still_there():
    metrics = [
        Metric(id=f"m{n}", title=f"Figure {n}", value=n, unit="tickets", text=str(n)) for n in range(7)
    ]

    page = read_page(render_html(a_report(metrics=metrics, **QUIET)))

    assert len(page.all("div", class_="tile")) == 5
    (more,) = page.all("table", class_="plain")
    assert [row.all("td")[0].words for row in more.all("tbody")[0].all("tr")] == ["5", "6"]


def test_each_chart_has_a_title_a_sentence_and_a_table(page):
    charts = page.all("figure")

    assert [chart.attributes["id"] for chart in charts] == [
        "chart-backlog", "chart-ages", "chart-flow", "chart-checks",
    ]  # fmt: skip
    for chart in charts:
        assert chart.all("h2")[0].words
        assert chart.all("p")[0].words.endswith(".")
        assert len(chart.all("svg")) == len(chart.all("details")) == len(chart.all("table")) == 1


def test_every_finding_is_listed_once_under_its_owner(busy, page):
    listed = Counter()
    for section in page.all("details", class_="owner card"):
        rows = [
            row for table in section.all("table", class_="sortable findings") for row in table.all("tr")[1:]
        ]
        listed[section.all("h3")[0].words] += len(rows)

    owners = Counter(finding.owner or "No owner" for finding in busy.findings)
    assert listed == owners + Counter({"Accepted": 0})


@pytest.mark.parametrize(
    ("owners", "words"),
    [
        (["Kim", "Kim", "Lee"], "3 findings with 2 owners. The most"),
        (["Kim", None], "1 finding with 1 owner, 1 with nobody. The most"),
        ([None, ""], "2 findings with nobody. The most"),
    ],
)
def test_it_is_said_who_holds_the_findings(owners, words):
    findings = [a_finding(fingerprint=str(n), owner=owner) for n, owner in enumerate(owners)]

    page = read_page(render_html(a_report(findings=findings, **QUIET)))

    assert words in page.all("section", id="findings")[0].words


def test_a_long_section_starts_folded():
    many = [a_finding(fingerprint=f"m{n}", severity=Severity.CRITICAL) for n in range(26)]

    page = read_page(render_html(a_report(findings=[*many, a_finding(owner="Lee")], **QUIET)))

    folded = {
        section.all("h3")[0].words: "open" not in section.attributes
        for section in page.all("details", class_="owner card")
    }
    assert folded == {"Kim Lee": True, "Lee": False}


def test_an_owners_findings_go_from_the_worst_to_the_mildest(page):
    for table in page.all("table", class_="sortable findings"):
        ranks = [int(row.all("td")[0].attributes["data-sort"]) for row in table.all("tbody")[0].all("tr")]
        assert ranks == sorted(ranks)


def test_five_thousand_findings_stay_under_two_megabytes_and_the_rest_is_counted():
    subject = "Ünïcode & <markup> 👩‍🔧 " * 400
    findings = [
        a_finding(fingerprint=str(n), object_id=str(n), title=subject, owner=f"Owner {n % 60}")
        for n in range(5_000)
    ]

    text = render_html(a_report(findings=findings, **QUIET))

    page = read_page(text)
    assert len(text.encode()) < 2_000_000
    assert len(findings_listed(page)) == SHOWN_FINDINGS
    assert (
        "1\u202f200 most urgent are listed here; 3\u202f800 more are in the XLSX and JSON reports"
        in page.words
    )


def test_what_is_left_out_is_the_least_urgent():
    mild = [a_finding(fingerprint=str(n), severity=Severity.LOW) for n in range(SHOWN_FINDINGS)]
    worst = a_finding(fingerprint="w", object_id="666", severity=Severity.CRITICAL, owner="Zoe")

    page = read_page(render_html(a_report(findings=[*mild, worst], **QUIET)))

    assert "#666" in page.words
    assert "And 1 less urgent one, in the XLSX and JSON reports." in page.words


@given(hostile_text)
@fewer_examples
def test_customer_text_never_becomes_markup(text):
    harmless, hostile = (
        a_report(
            recipe_title=words,
            recipe_text=words,
            coverage=(a_coverage(connection=words, notes=(words,)),),
            findings=(
                a_finding(
                    title=words, message=words, owner=words or None, group=words, evidence={words: words}
                ),
            ),
            definitions={words: words},
            **QUIET,
        )
        for words in ("word", text or "word")
    )

    expected, page = read_page(render_html(harmless)), read_page(render_html(hostile))

    def shape(page: Element) -> list[tuple[str, tuple[str, ...]]]:
        drawn = [element for element in page.all() if element.attributes.get("class") != "nobody"]
        return [(element.tag, tuple(element.attributes)) for element in drawn]

    assert [tag for tag, _ in shape(page)] == [tag for tag, _ in shape(expected)]
    assert shape(page) == shape(expected)
    subject = page.all("bdi", class_="subject")[0]
    assert subject.text == visible(text or "word", TITLE)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", 'https://x/"onclick="y']
)
def test_only_web_addresses_are_linked(url):
    page = read_page(render_html(a_report(findings=[a_finding(url=url)], **QUIET)))

    outside = [
        link.attributes["href"] for link in page.all("a") if not link.attributes["href"].startswith("#")
    ]
    assert outside == ([url] if web_link(url) else [])
    assert not [element for element in page.all() if "onclick" in element.attributes]


def test_a_long_subject_is_cut():
    page = read_page(
        render_html(a_report(findings=[a_finding(title="x" * 10_000, owner="o" * 500)], **QUIET))
    )

    assert page.all("bdi", class_="subject")[0].text == "x" * (TITLE - 1) + "…"
    assert page.all("h3")[0].words == "o" * (NAME - 1) + "…"


def test_an_incomplete_run_is_stamped_on_top():
    coverage = (a_coverage(), a_coverage(connection="second", fetched=1200, expected=5000, complete=False))

    page = read_page(render_html(a_report(coverage=coverage, **QUIET)))

    (stamp,) = page.all("section", class_="incomplete")
    assert page.all("main")[0].all()[0] is stamp
    assert "INCOMPLETE" in stamp.words
    assert "second: 1\u202f200 of 5\u202f000 tickets" in stamp.words
    assert "demo" not in stamp.words


def test_a_complete_run_bears_no_stamp(page):
    assert "INCOMPLETE" not in page.words


def test_the_coverage_names_checks_that_could_not_run_and_why():
    blind = a_check(
        id="BA012", title="No SLA", outcome="unavailable", reason="the connection gives no SLA targets"
    )

    page = read_page(render_html(a_report(checks=(blind,))))

    (coverage,) = page.all("section", id="coverage")
    assert "1 check could not run BA012 No SLA: the connection gives no SLA targets" in coverage.words


def test_the_recipe_is_echoed_letter_by_letter(page):
    (recipe,) = page.all("pre")

    assert recipe.text == RECIPE.rstrip("\n")


def test_a_quiet_helpdesk_gets_a_calm_green_page():
    page = read_page(render_html(a_report()))

    assert page.all("section", class_="verdict good")
    assert page.all("div", class_="card calmness good")
    assert not page.all("svg")
    assert "There is no history to draw" in page.all("figure", id="chart-backlog")[0].words


def test_an_account_without_anything_still_gives_a_page():
    page = read_page(render_html(a_report(coverage=(), checks=(), recipe_owner=None, recipe_path=None)))

    assert "There are no tickets to audit" in page.words


def test_the_same_report_gives_the_same_page(busy):
    assert render_html(busy) == render_html(a_busy_report())


def test_the_order_of_the_findings_in_the_report_does_not_matter(busy):
    backwards = busy.model_copy(update={"findings": busy.findings[::-1]})

    assert render_html(backwards) == render_html(busy)


def test_only_the_run_and_its_time_tell_two_runs_apart(busy):
    later = busy.model_copy(
        update={"run_id": "r-0002", "started_at": NOW.replace(year=2027), "duration_s": 9.0}
    )

    first, second = render_html(busy).splitlines(), render_html(later).splitlines()

    assert len([1 for one, other in zip(first, second, strict=True) if one != other]) == 1
