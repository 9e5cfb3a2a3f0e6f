import os
import re
import subprocess
import sys
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.model.findings import AgeRow, AgeTable, DayFlow, Severity
from cstoolkit.reports.charts import make_charts
from cstoolkit.reports.palette import PALETTE
from cstoolkit.reports.svg import KEPT_TAGS, draw
from reports.builders import BUCKETS, a_busy_report, a_check, a_report
from reports.hostile import PIECES, hostile_text, very_few_examples


def a_day(number=0, **changes):
    facts = {"created": 5, "reopened": 1, "solved": 4, "gone": 0, "backlog": {"open": 10 + number}}
    return DayFlow(**{"day": date(2026, 3, 1) + timedelta(days=number), **facts, **changes})


def ages(*rows):
    return AgeTable(clock="calendar", dimension="group", buckets=BUCKETS, rows=rows)


def an_age_row(by="Billing", counts=(1, 2, 3, 4, 5, 6, 7, 8), **changes):
    return AgeRow(by=by, counts=counts, **changes)


def chart(id, **changes):
    return next(each for each in make_charts(a_report(**{"checks": (), **changes})) if each.id == id)


@pytest.fixture(scope="module")
def busy_charts():
    return make_charts(a_busy_report())


def test_a_drawing_is_shapes_and_text_and_nothing_else(busy_charts):
    for each in busy_charts:
        root = ET.fromstring(each.svg)
        assert {element.tag for element in root.iter()} <= KEPT_TAGS
        assert not re.search(r"http|href|id=|class=|style=|<script", each.svg)


def test_drawings_take_their_colours_from_the_page(busy_charts):
    for each in busy_charts:
        colors = set(re.findall(r'(?:fill|stroke)="([^"]+)"', each.svg))
        used = {match for color in colors for match in re.findall(r"^var\(--(.+)\)$", color)}
        assert used <= set(PALETTE)
        assert {color for color in colors if not color.startswith("var(")} <= {"none", "transparent"}


def test_drawings_are_equal_each_time(busy_charts):
    assert make_charts(a_busy_report()) == busy_charts


def test_hostile_names_stay_text_in_a_drawing():
    rows = [an_age_row(by=piece) for piece in PIECES]

    for start in range(0, len(rows), 8):
        drawn = chart("ages", ages=(ages(*rows[start : start + 8]),))
        assert {element.tag for element in ET.fromstring(drawn.svg).iter()} <= KEPT_TAGS


@given(
    st.lists(
        hostile_text | st.text(alphabet="👩🏽\u200d🔧二é\U0001f1e9\U0001f1ea", max_size=90),
        min_size=12,
        max_size=12,
    )
)
@very_few_examples
def test_names_of_any_kind_and_length_can_be_drawn(names):
    drawn = chart("ages", ages=(ages(*(an_age_row(by=name) for name in names)),))

    assert len(list(ET.fromstring(drawn.svg).iter("text"))) > len(names)


def test_names_that_look_the_same_keep_a_bar_each():
    rows = [an_age_row(by=name) for name in ("a", "a\u202e", "a (2)", "")]

    drawn = chart("ages", ages=(ages(*rows),))

    labels = {text.text for text in ET.fromstring(drawn.svg).iter("text")}
    assert {"a", "a (2)", "a (3)", "(no name)"} <= labels


def test_small_groups_are_one_bar_and_the_table_has_them_all():
    rows = [an_age_row(by=f"group {n:02}", counts=(n + 1, 0, 0, 0, 0, 0, 0, 0)) for n in range(20)]

    drawn = chart("ages", ages=(ages(*rows),))

    labels = [text.text for text in ET.fromstring(drawn.svg).iter("text")]
    assert "9 others" in labels
    assert "group 00" not in labels
    assert len(drawn.tables[0].rows) == 20


def test_without_history_a_chart_says_why():
    assert chart("backlog").svg is None
    assert chart("backlog").takeaway.startswith("There is no history to draw")
    assert chart("flow").takeaway.startswith("There is no history to draw")


def test_without_tickets_there_is_no_age_to_show():
    drawn = chart("ages", ages=(ages(an_age_row(counts=(0,) * 8)),))

    assert (drawn.svg, drawn.takeaway) == (None, "There is no unsolved ticket to show the age of.")


def test_checks_that_could_not_run_are_not_drawn_as_zero():
    drawn = chart("checks", checks=(a_check(outcome="unavailable", reason="x"),))

    assert (drawn.svg, drawn.tables) == (None, ())


def test_a_check_that_found_nothing_now_still_shows_the_last_run():
    drawn = chart("checks", checks=(a_check(found=0, previous=4), a_check(id="BA002", found=2, previous=2)))

    assert "BA001 Unassigned too long" in drawn.svg
    assert PALETTE["previous"].light not in drawn.svg
    assert "var(--previous)" in drawn.svg
    assert drawn.legend[-1].label == "Last run"


def test_a_first_run_has_no_ghosts():
    drawn = chart("checks", checks=(a_check(found=3, severity=Severity.CRITICAL),))

    assert "var(--previous)" not in drawn.svg
    assert [key.label for key in drawn.legend] == ["Critical"]


@pytest.mark.parametrize(
    ("backlogs", "takeaway"),
    [
        ([10], "10 tickets in the backlog at the end of 1 Mar 2026."),
        ([10, 15], "The backlog grew by 5 (50.0\u202f%) in 1 day, to 15 tickets."),
        ([10, 20, 1], "The backlog shrank by 9 (90.0\u202f%) in 2 days, to 1 ticket."),
        ([4, 9, 4], "The backlog stands where it stood 2 days ago: 4 tickets."),
        ([0, 3], "The backlog grew by 3 in 1 day, to 3 tickets."),
    ],
)
def test_the_backlog_says_where_it_went(backlogs, takeaway):
    flow = [a_day(number, backlog={"open": size}) for number, size in enumerate(backlogs)]

    assert chart("backlog", flow=flow).takeaway == takeaway


def test_the_flow_speaks_of_the_last_seven_days():
    drawn = chart("flow", flow=[a_day(number, gone=number % 2) for number in range(20)])

    assert drawn.takeaway == (
        "Last 7 days: 42 arrived or came back, 28 were solved and 4 were deleted or merged: the backlog grew by 10."
    )


def test_every_age_table_is_listed_and_the_first_in_calendar_time_is_drawn():
    tables = [
        AgeTable(
            clock=clock,
            dimension=dimension,
            buckets=BUCKETS,
            rows=(an_age_row(by=dimension, oldest_s=90_000),),
        )
        for dimension in ("group", "priority")
        for clock in ("business", "calendar")
    ]

    drawn = chart("ages", ages=tables)

    assert drawn.title == "Age of the backlog by group"
    assert [table.rows[0][0] for table in drawn.tables] == ["group", "group", "priority", "priority"]
    assert [table.rows[0][-1] for table in drawn.tables] == ["25 h", "1 d 1 h"] * 2


def test_the_change_of_each_day_is_the_flow_identity():
    drawn = chart("flow", flow=[a_day(created=9, reopened=3, restored=2, solved=4, gone=1)])

    assert drawn.tables[0].rows == (("2026-03-01", 9, 3, 2, 4, 1, 9),)


def test_a_long_history_is_drawn_by_week_and_listed_by_day():
    drawn = chart("flow", flow=[a_day(number) for number in range(120)])

    assert drawn.title.endswith("by week")
    assert len(drawn.tables[0].rows) == 120


def test_days_do_not_move_with_the_machines_zone():
    """A date read as midnight in Greenwich is the day before in Los Angeles."""
    program = "from reports.test_charts import twelve_days\nprint('\\n'.join(twelve_days()))"
    environment = {**os.environ, "TZ": "America/Los_Angeles", "PYTHONPATH": os.pathsep.join(sys.path)}

    there = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )

    assert there.stdout.splitlines() == twelve_days()


def twelve_days() -> list[str]:
    flow = [a_day(number) for number in range(12)]
    return [chart(name, flow=flow).svg for name in ("backlog", "flow")]


def contrast(one: str, other: str) -> float:
    def luminance(color: str) -> float:
        channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("ground", ["card", "page"])
def test_text_can_be_read_on_its_ground(mode, ground):
    roles = [
        "ink",
        "soft",
        "link",
        "good",
        "bad",
        "warn",
        "calm",
        "label",
        *(f"severity-{each}" for each in Severity),
    ]

    below = {
        role: round(contrast(getattr(PALETTE[role], mode), getattr(PALETTE[ground], mode)), 2)
        for role in roles
        if contrast(getattr(PALETTE[role], mode), getattr(PALETTE[ground], mode)) < 4.5
    }

    assert below == {}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_severity_can_be_read_on_its_own_tint(mode):
    """The style sheet mixes 11 % of a pill's colour into the card."""

    def mixed(tone: str, card: str) -> str:
        parts = [
            round(0.11 * int(tone[at : at + 2], 16) + 0.89 * int(card[at : at + 2], 16)) for at in (1, 3, 5)
        ]
        return "#" + "".join(f"{part:02x}" for part in parts)

    card = getattr(PALETTE["card"], mode)
    tones = {each: getattr(PALETTE[f"severity-{each}"], mode) for each in Severity}

    below = {each: tone for each, tone in tones.items() if contrast(tone, mixed(tone, card)) < 4.5}

    assert below == {}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_ages_are_one_ramp_of_lightness(mode):
    shades = [getattr(PALETTE[f"age-{step}"], mode) for step in range(8)]
    against_card = [contrast(shade, getattr(PALETTE["card"], mode)) for shade in shades]

    assert against_card == sorted(against_card)


def test_an_address_in_a_spec_does_not_reach_the_page():
    spec = {
        "data": {"values": [{"n": 1, "to": "https://evil.example/"}]},
        "mark": {"type": "bar", "cornerRadius": 3, "clip": True},
        "encoding": {"x": {"field": "n", "type": "quantitative"}, "href": {"field": "to"}},
    }

    drawn = draw(spec)

    assert {element.tag for element in ET.fromstring(drawn).iter()} <= KEPT_TAGS
    assert "evil" not in drawn
