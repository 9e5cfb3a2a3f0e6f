from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.connectors.zendesk.convert_people import (
    group_from_zendesk,
    organization_from_zendesk,
    person_from_zendesk,
    schedule_from_zendesk,
)

SCHEDULE = {
    "name": "Desk",
    "time_zone": "Central Time (US & Canada)",
    "intervals": [{"start_time": 1980, "end_time": 2460}],  # the fact sheet: 1980 is Monday 09:00
}


def test_a_schedule_counts_from_sunday_and_names_its_zone_as_rails_does():
    schedule = schedule_from_zendesk(SCHEDULE)
    chicago = ZoneInfo("America/Chicago")

    assert schedule.zone == "America/Chicago"
    assert schedule.is_open(datetime(2026, 3, 2, 9, 0, tzinfo=chicago))  # a Monday
    assert schedule.is_open(datetime(2026, 3, 2, 16, 59, tzinfo=chicago))
    assert not schedule.is_open(datetime(2026, 3, 2, 8, 59, tzinfo=chicago))
    assert not schedule.is_open(datetime(2026, 3, 2, 17, 0, tzinfo=chicago))


def test_holidays_close_all_their_days():
    holidays = [{"name": "Spring", "start_date": "2026-03-02", "end_date": "2026-03-03"}]
    schedule = schedule_from_zendesk({**SCHEDULE, "time_zone": "UTC"}, holidays)

    assert not schedule.is_open(datetime(2026, 3, 2, 10, tzinfo=UTC))
    assert schedule.is_open(datetime(2026, 3, 9, 10, tzinfo=UTC))


@given(start=st.integers(0, 10_079), length=st.integers(1, 2_880), asked=st.integers(0, 10_079))
def test_a_schedule_is_open_in_the_minutes_that_zendesk_says(start, length, asked):
    end = min(start + length, 10_080)
    raw = {"name": "x", "time_zone": "UTC", "intervals": [{"start_time": start, "end_time": end}]}
    sunday = datetime(2026, 3, 1, tzinfo=UTC)

    at = datetime.fromtimestamp(sunday.timestamp() + asked * 60, UTC)

    assert schedule_from_zendesk(raw).is_open(at) == (start <= asked < end)


@pytest.mark.parametrize(
    ("raw", "role", "active"),
    [
        ({"role": "end-user"}, "end_user", True),
        ({"role": "agent"}, "agent", True),
        ({"role": "admin"}, "agent", True),
        ({"role": "agent", "suspended": True}, "agent", False),
        ({"role": "end-user", "active": False}, "end_user", False),
    ],
)
def test_a_person_has_a_role_and_is_there_or_not(raw, role, active):
    person = person_from_zendesk({"id": 7, "name": "Ann", "iana_time_zone": "Europe/Berlin", **raw})

    assert (person.id, person.role, person.active, person.zone) == ("7", role, active, "Europe/Berlin")


def test_an_organization_and_a_group():
    organization = organization_from_zendesk(
        {
            "id": 8,
            "name": "Acme",
            "domain_names": ["ACME.test"],
            "tags": ["vip"],
            "organization_fields": {"tier": "gold"},
        }
    )
    group = group_from_zendesk({"id": 9, "name": "Desk", "deleted": True})

    assert (organization.domains, organization.custom) == (frozenset({"acme.test"}), {"tier": "gold"})
    assert (group.id, group.active) == ("9", False)
