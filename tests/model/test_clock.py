"""The business clock on days that people know: the golden ticket, holidays, 23 and 25 hour days."""

import pickle
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cstoolkit.model.clock import Schedule, Timeline, business_time
from cstoolkit.model.holidays import Holidays

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def a_schedule(hours=None, *, zone="Europe/Berlin", holidays=None):
    return Schedule(name="emea", zone=zone, hours=hours or {"mon-fri": "09:00-17:30"}, holidays=holidays)


def utc(*at):
    return datetime(*at, tzinfo=UTC)


def berlin(*at):
    return datetime(*at, tzinfo=BERLIN)


class TestGoldenTicket:
    """The worked example of fivetran/dbt_zendesk's DECISIONLOG.md, recomputed to the second."""

    created, replied = utc(2020, 9, 29, 17, 1, 38), utc(2020, 9, 30, 19, 1, 46)
    timeline = Timeline(
        entries=[
            (utc(2020, 9, 30, 19, 1, 25), a_schedule({"mon-fri": "15:00-00:30"}, zone="UTC")),
            (created, a_schedule({"mon-sun": "12:00-02:00"}, zone="UTC")),
        ]
    )

    @pytest.mark.parametrize(("mode", "minutes"), [("strict", 960.1333), ("parity", 690.1333)])
    def test_has_the_known_business_minutes(self, mode, minutes):
        spent = business_time(self.created, self.replied, self.timeline, mode=mode)

        assert round(spent / timedelta(minutes=1), 4) == minutes

    def test_has_the_known_calendar_minutes(self):
        always = a_schedule({"mon-sun": "00:00-24:00"}, zone="UTC")

        spent = always.business_time(self.created, self.replied)

        assert round(spent / timedelta(minutes=1), 4) == 1560.1333


class TestTimeline:
    day, night = a_schedule({"mon-sun": "09:00-17:00"}), a_schedule({"mon-sun": "22:00-06:00"})

    def test_first_schedule_counts_from_the_beginning(self):
        timeline = Timeline(entries=[(utc(2026, 6, 3), self.day), (utc(2026, 6, 9), self.night)])

        assert business_time(berlin(2026, 6, 1), berlin(2026, 6, 2), timeline) == 8 * HOUR

    def test_schedule_that_starts_after_the_end_does_not_count(self):
        timeline = Timeline(entries=[(utc(2026, 1, 1), self.day), (utc(2026, 7, 1), self.night)])

        assert business_time(berlin(2026, 6, 1), berlin(2026, 6, 3), timeline) == 16 * HOUR
        assert business_time(berlin(2026, 6, 1), berlin(2026, 6, 3), timeline, mode="parity") == 16 * HOUR

    def test_later_of_two_entries_from_one_instant_holds(self):
        change = utc(2026, 5, 1)
        timeline = Timeline(entries=[(change, self.night), (change, self.day)])

        assert business_time(berlin(2026, 6, 1, 22), berlin(2026, 6, 2, 6), timeline) == timedelta()

    def test_the_hour_that_comes_twice_is_counted_in_the_order_of_time(self):
        timeline = Timeline(entries=[(utc(2026, 1, 1), self.night), (utc(2027, 1, 1), self.day)])
        first, second = berlin(2026, 10, 25, 2, 40), berlin(2026, 10, 25, 2, 10).replace(fold=1)

        assert business_time(first, second, timeline) == HOUR / 2

    def test_start_after_end_is_refused(self):
        timeline = Timeline(entries=[(utc(2026, 1, 1), self.day), (utc(2026, 7, 1), self.night)])

        with pytest.raises(ValueError, match="is after the end"):
            business_time(utc(2026, 6, 2), utc(2026, 6, 1), timeline)

    def test_a_datetime_without_zone_is_refused(self):
        timeline = Timeline(entries=[(utc(2026, 1, 1), self.day), (utc(2026, 7, 1), self.night)])

        with pytest.raises(ValueError, match="a datetime with a time zone is needed"):
            business_time(datetime(2026, 6, 1), utc(2026, 6, 2), timeline)  # noqa: DTZ001

    def test_empty_timeline_is_refused(self):
        with pytest.raises(ValueError, match="at least 1 item"):
            Timeline(entries=[])


class TestClockChanges:
    always = a_schedule({"mon-sun": "00:00-24:00"})
    early = a_schedule({"sun": "02:00-03:00"})

    @pytest.mark.parametrize(("month", "day", "hours"), [(3, 28, 24), (3, 29, 23), (10, 25, 25)])
    def test_a_day_open_round_the_clock_is_as_long_as_it_is(self, month, day, hours):
        start, end = berlin(2026, month, day), berlin(2026, month, day + 1)

        assert self.always.business_time(start, end) == hours * HOUR
        assert self.always.openings(start, end) == [(start.astimezone(UTC), end.astimezone(UTC))]

    def test_a_window_that_the_change_skips_does_not_open(self):
        assert self.early.openings(berlin(2026, 3, 29), berlin(2026, 3, 30)) == []

    def test_a_window_that_the_change_repeats_is_open_twice_as_long(self):
        opening = (utc(2026, 10, 25, 0), utc(2026, 10, 25, 2))

        assert self.early.openings(berlin(2026, 10, 25), berlin(2026, 10, 26)) == [opening]

    def test_a_day_that_a_zone_leaves_out_does_not_open(self):
        samoa = a_schedule({"fri": "00:00-24:00"}, zone="Pacific/Apia")

        assert samoa.business_time(utc(2011, 12, 26), utc(2012, 1, 5)) == timedelta()

    def test_offsets_of_odd_seconds_are_kept(self):
        liberia = a_schedule({"mon": "09:00-10:00"}, zone="Africa/Monrovia")

        assert liberia.next_open_at(utc(1971, 3, 1)) == utc(1971, 3, 1, 9, 44, 30)


class TestHolidays:
    berlin_team = a_schedule(holidays="DE-BE")

    def test_christmas_is_closed(self):
        christmas = berlin(2026, 12, 25, 10)  # a Friday

        assert self.berlin_team.is_holiday(christmas)
        assert not self.berlin_team.is_open(christmas)
        assert self.berlin_team.next_open_at(christmas) == utc(2026, 12, 28, 8)

    def test_a_part_has_days_that_its_country_has_not(self):
        womens_day = berlin(2027, 3, 8, 10)

        assert self.berlin_team.is_holiday(womens_day)
        assert not a_schedule(holidays="DE").is_holiday(womens_day)

    @pytest.mark.parametrize("observed", [(2021, 7, 5), (2021, 12, 31)])
    def test_days_observed_in_lieu_are_closed(self, observed):
        team = a_schedule(zone="America/New_York", holidays="US")

        assert team.is_holiday(utc(*observed, 17))
        assert not team.is_open(utc(*observed, 17))

    def test_the_date_is_the_schedules_own(self):
        new_year = a_schedule(zone="Pacific/Auckland", holidays="NZ")

        assert new_year.is_holiday(utc(2025, 12, 31, 12))
        assert not new_year.is_holiday(utc(2025, 12, 31, 10))

    def test_codes_and_dates_mix_and_worked_days_are_open(self):
        mixed = a_schedule(holidays=["DE-BE", "2026-12-24", date(2026, 12, 31)])
        worked = a_schedule(holidays={"codes": ["DE"], "worked": ["2026-12-25"]})

        assert mixed.is_holiday(berlin(2026, 12, 24, 9))
        assert mixed.is_holiday(berlin(2026, 12, 31, 9))
        assert mixed.is_holiday(berlin(2026, 12, 25, 9))
        assert worked.is_open(berlin(2026, 12, 25, 9))

    def test_a_year_has_its_own_dates_only(self):
        closed = Holidays(dates=["2025-12-24", "2026-12-24"])

        assert closed.in_year(2026) == {date(2026, 12, 24)}

    def test_a_holiday_takes_its_own_date_from_a_night_shift(self):
        nights = a_schedule({"thu-fri": "22:00-06:00"}, holidays=["2026-06-05"])  # a Friday

        openings = nights.openings(berlin(2026, 6, 4), berlin(2026, 6, 8))

        assert openings == [
            (utc(2026, 6, 4, 20), utc(2026, 6, 4, 22)),
            (utc(2026, 6, 5, 22), utc(2026, 6, 6, 4)),
        ]


class TestLimits:
    never = Schedule(name="shut", zone="UTC", hours={})

    def test_half_open_windows_exclude_the_closing_instant(self):
        team = a_schedule()

        assert team.is_open(berlin(2026, 6, 1, 9))
        assert not team.is_open(berlin(2026, 6, 1, 17, 30))
        assert team.is_open(berlin(2026, 6, 1, 17, 29, 59, 999_999))

    @pytest.mark.parametrize(
        ("asked", "opens"),
        [((1, 9), (1, 9)), ((1, 12), (1, 12)), ((1, 17, 30), (2, 9)), ((5, 17, 30), (8, 9))],
    )
    def test_next_open_at_is_now_while_open_and_the_next_day_from_closing_on(self, asked, opens):
        assert a_schedule().next_open_at(berlin(2026, 6, *asked)) == berlin(2026, 6, *opens)

    def test_a_schedule_without_opening_has_no_business_time(self):
        assert self.never.business_time(utc(1970, 1, 1), utc(2100, 12, 31)) == timedelta()

    @pytest.mark.parametrize("ask", ["add", "subtract", "next_open_at"])
    def test_a_schedule_without_opening_says_so(self, ask):
        span = () if ask == "next_open_at" else (HOUR,)

        with pytest.raises(ValueError, match='schedule "shut": it has no opening hours'):
            getattr(self.never, ask)(utc(2026, 6, 1), *span)

    def test_more_than_all_open_time_is_refused(self):
        with pytest.raises(ValueError, match="lies between 1970 and 2026-06-01"):
            a_schedule().subtract(utc(2026, 6, 1), timedelta(days=8000))
        with pytest.raises(ValueError, match="and 2101"):
            a_schedule().add(utc(2026, 6, 1), timedelta(days=8000))

    def test_spans_of_decades_are_found(self):
        always = a_schedule({"mon-sun": "00:00-24:00"}, zone="UTC")
        long = utc(2100, 12, 31) - utc(1970, 1, 1)

        assert always.subtract(utc(2100, 12, 31), long) == utc(1970, 1, 1)
        assert always.add(utc(1970, 1, 1), long) == utc(2100, 12, 31)

    def test_a_span_of_nothing_is_no_way(self):
        sunday = berlin(2026, 6, 7, 12)

        assert a_schedule().add(sunday, timedelta()) == sunday
        assert a_schedule().subtract(sunday, timedelta()) == sunday

    @pytest.mark.parametrize("at", [utc(1969, 12, 31), utc(2101, 1, 1), utc(9999, 12, 31)])
    def test_years_that_the_clock_does_not_know_are_refused(self, at):
        with pytest.raises(ValueError, match="1970 to 2100"):
            a_schedule().is_open(at)

    def test_start_after_end_is_refused(self):
        with pytest.raises(ValueError, match=r"2026-06-02.* is after the end 2026-06-01"):
            a_schedule().business_time(utc(2026, 6, 2), utc(2026, 6, 1))

    def test_a_datetime_without_zone_is_refused(self):
        with pytest.raises(ValueError, match="a datetime with a time zone is needed"):
            a_schedule().business_time(datetime(2026, 6, 1), utc(2026, 6, 2))  # noqa: DTZ001

    def test_a_negative_span_is_refused(self):
        with pytest.raises(ValueError, match="not negative"):
            a_schedule().add(utc(2026, 6, 1), -HOUR)


class TestSchedulesAsValues:
    def test_what_was_asked_before_changes_no_answer(self):
        used = a_schedule(holidays="DE")
        spans = [(utc(year, 12, 20), utc(year + 1, 1, 10)) for year in (2030, 1999, 2015, 1970, 2099)]

        answers = [used.business_time(*span) for span in spans]

        assert answers == [a_schedule(holidays="DE").business_time(*span) for span in spans]
        assert used == a_schedule(holidays="DE")

    def test_survives_json_and_pickle(self):
        used = a_schedule({"sat": ["10:00-12:00", "13:00-14:00"]}, holidays=["DE-BE", "2026-12-24"])
        used.is_open(utc(2026, 6, 1))

        assert Schedule.model_validate_json(used.model_dump_json()) == used
        assert pickle.loads(pickle.dumps(used)) == used

    def test_a_changed_copy_counts_anew(self):
        used = a_schedule()
        used.is_open(utc(2026, 6, 1, 8))

        moved = used.model_copy(update={"zone": "America/New_York"})

        assert moved.next_open_at(utc(2026, 6, 1, 8)) == utc(2026, 6, 1, 13)
