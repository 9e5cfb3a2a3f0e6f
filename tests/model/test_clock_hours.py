"""How people write hours, zones and holiday codes, and what they are told when it is wrong."""

import pytest
from pydantic import ValidationError

from cstoolkit.model.clock import Schedule

NINE = 9 * 60
DAY = 24 * 60


def hours_of(written):
    return Schedule(name="any", zone="UTC", hours=written).hours


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ({}, ()),
        ({"mon": "09:00-17:30"}, ((NINE, 1050),)),
        ({"Monday": "9:00 - 17:30"}, ((NINE, 1050),)),
        ({"mon": []}, ()),
        ({"mon-tue": "09:00-10:00"}, ((NINE, 600), (DAY + NINE, DAY + 600))),
        ({"tue, mon": "09:00-10:00"}, ((NINE, 600), (DAY + NINE, DAY + 600))),
        ({"sun-mon": "09:00-10:00"}, ((NINE, 600), (6 * DAY + NINE, 6 * DAY + 600))),
        ({"mon": "13:00-14:00, 10:00-12:00"}, ((600, 720), (780, 840))),
        ({"mon": ["10:00-12:00", "13:00-14:00"]}, ((600, 720), (780, 840))),
        ({"mon": "10:00-12:00, 12:00-14:00"}, ((600, 840),)),
        ({"mon": "22:00-06:00"}, ((1320, DAY + 360),)),
        ({"sun": "22:00-06:00"}, ((0, 360), (6 * DAY + 1320, 7 * DAY))),
        ({"mon-sun": "00:00-24:00"}, ((0, 7 * DAY),)),
        ([(600, 720), (0, 60)], ((0, 60), (600, 720))),
        ([(6 * DAY, 8 * DAY)], ((0, DAY), (6 * DAY, 7 * DAY))),
    ],
)
def test_hours_have_one_normal_form(written, normal):
    assert hours_of(written) == normal


@pytest.mark.parametrize(
    ("written", "place", "message"),
    [
        (
            {"mon-fry": "09:00-17:30"},
            ("mon-fry", "[key]"),
            '"fry" in "mon-fry" is not a day; did you mean "fri"?',
        ),
        ({"x": "09:00-17:30"}, ("x", "[key]"), '"x" is not a day; days are mon, tue'),
        ({"mon-": "09:00-17:30"}, ("mon-", "[key]"), '"" in "mon-" is not a day'),
        ({"mon,mon": "09:00-17:30"}, ("mon,mon", "[key]"), '"mon,mon" names a day twice'),
        ({"mon": "09:00"}, ("mon",), '"09:00" is not a window of time; write two times as "09:00-17:30"'),
        ({"mon": ""}, ("mon",), '"" is not a window of time'),
        ({"mon": "09:00-25:00"}, ("mon",), "a time that no clock shows"),
        ({"mon": "09:60-10:00"}, ("mon",), "a time that no clock shows"),
        ({"mon": "24:00-02:00"}, ("mon",), "a time that no clock shows"),
        ({"mon": "09:00-09:00"}, ("mon",), 'opens and closes at once; a whole day is "00:00-24:00"'),
        ({"mon": 9}, ("mon",), "write windows of time in quotes"),
        ({"mon": ["09:00-10:00", 9]}, ("mon",), "write windows of time in quotes"),
        ({"mon": "09:00-12:00, 11:00-13:00"}, (), '"mon 09:00-12:00" and "mon 11:00-13:00" overlap'),
        (
            {"mon-fri": "09:00-17:00", "wed": "08:00-10:00"},
            (),
            '"wed 08:00-10:00" and "wed 09:00-17:00" overlap',
        ),
        ({"sun": "22:00-06:00", "mon": "05:00-07:00"}, (), '"sun 22:00-06:00" and "mon 05:00-07:00" overlap'),
        ("09:00-17:30", (), "hours are written by day"),
        ([(600, 500)], (), "closes up to a week later"),
        ([(600, 700.5)], (), "is not a pair of minutes of the week"),
    ],
)
def test_wrong_hours_are_named(written, place, message):
    with pytest.raises(ValidationError) as caught:
        hours_of(written)

    (problem,) = caught.value.errors()
    assert problem["loc"] == ("hours", *place)
    assert message in problem["msg"]


def test_every_wrong_key_and_value_is_named_at_once():
    with pytest.raises(ValidationError) as caught:
        hours_of({"mondy": "09:00-10:00", "tue": "9", "wed": "09:00-10:00"})

    assert [problem["loc"] for problem in caught.value.errors()] == [
        ("hours", "mondy", "[key]"),
        ("hours", "tue"),
    ]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("zone", "Europe/Berln", '"Europe/Berln" is not a time zone; did you mean "Europe/Berlin"?'),
        ("zone", "", "is not a time zone; zones look like"),
        ("zone", "../UTC", "is not a time zone"),
        ("zone", "Europe", "is not a time zone"),
        ("holidays", "de", '"de" is not a country with known holidays; did you mean "DE"?'),
        ("holidays", "Germany", '"Germany" is not a country with known holidays'),
        ("holidays", "DE-BEE", 'DE has no part "BEE" with holidays of its own; did you mean "DE-BE"?'),
        ("holidays", "GB-XYZ", "it has ENG, NIR, SCT, WLS"),
        ("holidays", ["2026-02-30"], "valid date"),
        ("name", "", "at least 1 character"),
        ("colour", "red", "Extra inputs are not permitted"),
    ],
)
def test_other_wrong_fields_are_named(field, value, message):
    fields = {"name": "any", "zone": "UTC", "hours": {}} | {field: value}

    with pytest.raises(ValidationError) as caught:
        Schedule.model_validate(fields)

    (problem,) = caught.value.errors()
    assert problem["loc"][0] == field
    assert message in problem["msg"]
