import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.model.findings import Metric
from cstoolkit.reports.figures import change, count, duration, hours, metric_text, percent, signed, things

THIN = "\u202f"
MINUS = "\u2212"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3_599, "59 min"),
        (3_600, "1 h"),
        (12_000, "3 h 20 min"),
        (86_400, "1 d"),
        (3 * 86_400 + 4 * 3_600 + 3_599, "3 d 4 h"),
        (99 * 86_400 + 3_600, "99 d 1 h"),
        (143.5 * 86_400, "143 d"),
        (1_200 * 86_400, f"1{THIN}200 d"),
        (-3_600, f"{MINUS}1 h"),
    ],
)
def test_a_duration_has_its_two_largest_units(seconds, text):
    assert duration(seconds) == text


def test_business_time_is_never_shown_in_days():
    assert hours(31 * 3_600 + 20 * 60) == "31 h 20 min"
    assert hours(120 * 3_600) == "120 h"
    assert hours(59) == "59 s"


@given(st.integers(-(10**12), 10**12))
def test_a_count_reads_back_as_the_number(number):
    assert int(count(number).replace(THIN, "").replace(MINUS, "-")) == number


def test_differences_have_a_sign():
    assert [signed(number) for number in (12, -3, 0, 0.2)] == ["+12", f"{MINUS}3", "±0", "±0"]


def test_a_share_has_one_decimal():
    assert percent(0.12345) == f"12.3{THIN}%"


@pytest.mark.parametrize(("number", "text"), [(0, "0 tickets"), (1, "1 ticket"), (2, "2 tickets")])
def test_nouns_agree_with_their_number(number, text):
    assert things(number, "ticket") == text


def a_metric(**changes):
    return Metric(**{"id": "x", "title": "X", "value": 5, "unit": "tickets", "text": "", **changes})


@pytest.mark.parametrize(
    ("moved", "better", "arrow", "tone"),
    [
        (3, "lower", "▲", "bad"),
        (-3, "lower", "▼", "good"),
        (3, "higher", "▲", "good"),
        (-3, "higher", "▼", "bad"),
        (3, "neither", "▲", "flat"),
        (0.2, "lower", "▪", "flat"),
    ],
)
def test_an_arrow_says_where_and_the_tone_whether_it_is_good(moved, better, arrow, tone):
    shown = change(a_metric(change=moved, better=better))

    assert (shown.arrow, shown.tone) == (arrow, tone)


def test_without_a_previous_run_there_is_no_change():
    assert change(a_metric()) is None


@pytest.mark.parametrize(
    ("metric", "text"),
    [
        (a_metric(value=15, text="+15"), "+15"),
        (a_metric(value=-1500, text="-1,500"), f"{MINUS}1{THIN}500"),
        (a_metric(value=1234, text="1,234"), f"1{THIN}234"),
        (a_metric(value=7_200, unit="seconds"), "2 h"),
        (a_metric(value=0.5, unit="share"), f"50.0{THIN}%"),
        (a_metric(value=None, text="-"), "\u2013"),
    ],
)
def test_a_figure_is_set_in_its_unit_and_signed_where_the_audit_signs_it(metric, text):
    assert metric_text(metric) == text
