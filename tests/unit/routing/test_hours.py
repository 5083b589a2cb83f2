"""Working time: what the clock on the wall shows is what counts, whatever is done to the clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.base import UpbeatError
from upbeat.routing.hours import NeverOpenError, holiday, is_open, standing, worked, working_time
from upbeat.workflows import Days, Hours
from upbeat.workflows.pool_words import hours as spans

_DAY = timedelta(days=1)
ZONES = (
    "America/New_York",
    "Asia/Kolkata",  # half an hour off
    "Asia/Kathmandu",  # a quarter
    "Australia/Lord_Howe",  # changes by half an hour
    "Europe/London",
    "America/St_Johns",
    "Pacific/Chatham",
)
WEEKS = ("weekdays 09:00-17:30", "every day 22:00-06:00", "every day 01:30-02:15", "every day 00:00-24:00")


def made(zone: str, *texts: str, holidays: str = "", closed: str = "") -> Hours:
    parts = tuple(part for text in texts for part in spans(text))
    return Hours("desk", ZoneInfo(zone), parts, holidays, (Days.parse(closed),) if closed else ())


def at(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def by_the_wall(hours: Hours, moment: datetime) -> bool:
    """Say whether the hours are open as a person would who looks at the clock on the wall."""
    wall = moment.astimezone(hours.zone).replace(tzinfo=None)
    for day in (wall.date() - _DAY, wall.date()):
        for one in hours.open if not holiday(hours, day) else ():
            begins = datetime.combine(day, time()) + timedelta(minutes=one.first % 1440)
            if one.first // 1440 == day.weekday() and begins <= wall < begins + timedelta(minutes=one.last - one.first):
                return True
    return False


@pytest.mark.parametrize(
    ("zone", "text", "night", "length"),
    [
        pytest.param("America/New_York", "sundays 01:00-03:00", "2026-11-01", 3, id="an hour that comes twice"),
        pytest.param("America/New_York", "sundays 01:00-03:00", "2026-03-08", 1, id="an hour that never comes"),
        pytest.param("America/New_York", "sundays 02:00-03:00", "2026-03-08", 0, id="a shift that never comes"),
        pytest.param("Australia/Lord_Howe", "sundays 01:00-03:00", "2026-04-05", 2.5, id="half an hour twice"),
        pytest.param("Asia/Kolkata", "sundays 01:00-03:00", "2026-03-08", 2, id="a zone that changes nothing"),
        pytest.param("Europe/London", "sundays 22:00-06:00", "2026-10-25", 8, id="the night after the change"),
        pytest.param("Europe/London", "saturdays 22:00-06:00", "2026-10-24", 9, id="the night of the change"),
    ],
)
def test_a_shift_is_as_long_as_the_clock_says(zone: str, text: str, night: str, length: float) -> None:
    begins = at(night, zone)
    assert working_time(made(zone, text), begins, begins + timedelta(hours=36)) == timedelta(hours=length)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        pytest.param("2026-06-05T16:30", 2, "2026-06-08T10:00", id="over a weekend"),
        pytest.param("2026-06-05T16:30", 1, "2026-06-05T17:30", id="to the end of the day, not to the next"),
        pytest.param("2026-06-06T12:00", 1, "2026-06-08T10:00", id="from a closed day"),
        pytest.param("2026-06-08T03:00", 0, "2026-06-08T09:00", id="no time at all: when it opens"),
        pytest.param("2026-12-24T16:30", 2, "2026-12-29T10:00", id="over Christmas, Boxing Day made up for on Monday"),
        pytest.param("2026-05-01T16:30", 2, "2026-05-05T10:00", id="over a bank holiday"),
    ],
)
def test_a_promise_runs_in_working_time(start: str, span: float, end: str) -> None:
    office = made("Europe/London", "weekdays 09:00-17:30", holidays="GB-ENG")
    found = worked(office, at(start, "Europe/London"), timedelta(hours=span))
    assert found == at(end, "Europe/London")
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "opened"),
    [
        pytest.param("2026-01-26T11:00", False, id="a holiday there: Republic Day"),
        pytest.param("2026-01-26T11:00Z", False, id="and all through it"),
        pytest.param("2026-07-03T11:00", True, id="a holiday elsewhere: the day before Independence Day, made up for"),
        pytest.param("2026-02-02T09:29", False, id="a minute too early"),
        pytest.param("2026-02-02T09:30", True, id="half past, on the minute"),
        pytest.param("2026-02-02T04:00Z", True, id="the same in UTC"),
        pytest.param("2026-02-02T18:30", False, id="the end lies outside"),
    ],
)
def test_a_half_hour_zone_keeps_its_own_clock_and_holidays(moment: str, opened: bool) -> None:
    desk = made("Asia/Kolkata", "weekdays 09:30-18:30", holidays="IN")
    when = datetime.fromisoformat(moment)
    assert is_open(desk, when if when.tzinfo else when.replace(tzinfo=desk.zone)) is opened


def test_a_night_shift_goes_on_into_a_holiday_and_does_not_begin_on_one() -> None:
    nights = made("Europe/London", "every day 22:00-06:00", holidays="GB-ENG")
    opened = [is_open(nights, at(one, "Europe/London")) for one in ("2026-12-25T05:00", "2026-12-25T23:00")]
    assert opened == [True, False]


def test_a_closed_day_is_no_working_time() -> None:
    office = made("Europe/London", "weekdays 09:00-17:00", closed="2026-06-09 to 2026-06-10")
    assert worked(office, at("2026-06-08T16:00", "Europe/London"), timedelta(hours=2)) == at(
        "2026-06-11T10:00", "Europe/London"
    )


def test_hours_that_never_open_again_say_so() -> None:
    gone = made("Europe/London", "weekdays 09:00-17:00", closed="2026-01-01 to 2036-01-01")
    with pytest.raises(NeverOpenError, match="the hours desk do not open after 2026-06-08"):
        worked(gone, at("2026-06-08T16:00", "Europe/London"), timedelta(hours=2))


@pytest.mark.parametrize("code", ["XX", "GB-XX"])
def test_holidays_that_nobody_knows_are_said_to_be_unknown(code: str) -> None:
    with pytest.raises(UpbeatError, match=f"no holidays are known of {code}"):
        is_open(made("Europe/London", "weekdays 09:00-17:00", holidays=code), at("2026-06-08T16:00", "Europe/London"))


def test_without_hours_all_time_counts() -> None:
    start = datetime(2026, 12, 25, 3, tzinfo=UTC)
    end = worked(None, start, timedelta(hours=30))
    assert (end - start, working_time(None, start, end), is_open(None, start)) == (
        timedelta(hours=30),
        timedelta(hours=30),
        True,
    )


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
weeks = st.builds(made, st.sampled_from(ZONES), st.sampled_from(WEEKS), holidays=st.sampled_from(["", "GB-ENG", "US"]))


@given(hours=weeks, moment=moments)
def test_hours_are_open_when_the_clock_on_the_wall_says_so(hours: Hours, moment: datetime) -> None:
    assert is_open(hours, moment) == by_the_wall(hours, moment)


@given(hours=weeks, moment=moments)
def test_what_stands_is_sure_until_the_moment_it_names(hours: Hours, moment: datetime) -> None:
    opened, until = standing(hours, moment)
    assert until > moment
    assert is_open(hours, until - timedelta(microseconds=1)) is opened


@given(hours=weeks, start=moments, minutes=st.integers(0, 6000))
def test_the_working_time_until_a_promise_is_over_is_the_promise(hours: Hours, start: datetime, minutes: int) -> None:
    span = timedelta(minutes=minutes)
    assert working_time(hours, start, worked(hours, start, span)) == span


@given(hours=weeks, start=moments, first=st.integers(0, 3000), more=st.integers(0, 3000))
def test_two_spans_one_after_the_other_are_their_sum(hours: Hours, start: datetime, first: int, more: int) -> None:
    half, rest = timedelta(minutes=first), timedelta(minutes=more)
    assert worked(hours, worked(hours, start, half), rest) in {
        worked(hours, start, half + rest),
        worked(hours, worked(hours, start, half + rest), timedelta()),
    }
