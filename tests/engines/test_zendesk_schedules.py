"""The vendor's schedules as ours: minutes from Sunday, Rails zones, inclusive holidays."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest

from cstoolkit.engines.trace import CannotJudge
from cstoolkit.engines.zendesk.rails_zones import RAILS_ZONES
from cstoolkit.engines.zendesk.schedules import make_schedule


def a_schedule(start, end, zone="UTC", **more):
    return make_schedule(
        {
            "id": 1,
            "name": "s",
            "time_zone": zone,
            "intervals": [{"start_time": start, "end_time": end}],
            **more,
        },
        [],
    )


def test_every_rails_zone_stands_for_a_zone_there_is():
    assert set(RAILS_ZONES.values()) <= available_timezones()


def test_minute_1980_is_monday_nine_oclock():
    schedule = a_schedule(1980, 2460, "Central Time (US & Canada)")

    chicago = ZoneInfo("America/Chicago")
    assert schedule.next_open_at(datetime(2026, 3, 1, tzinfo=UTC)) == datetime(2026, 3, 2, 9, tzinfo=chicago)
    assert not schedule.is_open(datetime(2026, 3, 2, 17, tzinfo=chicago))


def march(day, hour, minute):
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "open_at", "closed_at"),
    [
        (0, 60, march(1, 0, 30), march(1, 1, 0)),  # Sunday's first hour
        (10020, 10080, march(7, 23, 30), march(8, 0, 0)),  # Saturday's last
        (1380, 1500, march(2, 0, 30), march(2, 1, 0)),  # over Sunday's midnight
    ],
)
def test_the_edges_of_the_week_stay_where_they_are(start, end, open_at, closed_at):
    schedule = a_schedule(start, end)

    assert schedule.is_open(open_at)
    assert not schedule.is_open(closed_at)


def test_a_holiday_includes_its_last_day():
    schedule = a_schedule(0, 10080, holidays=[{"start_date": "2026-03-03", "end_date": "2026-03-04"}])

    days = [schedule.is_open(datetime(2026, 3, day, 12, tzinfo=UTC)) for day in (2, 3, 4, 5)]
    assert days == [True, False, False, True]


def test_a_zone_that_is_none_cannot_be_judged():
    with pytest.raises(CannotJudge, match="Atlantis"):
        a_schedule(0, 60, "Atlantis")
