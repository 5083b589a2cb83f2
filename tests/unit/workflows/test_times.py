"""Durations and schedules in plain words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.workflows import duration, duration_words, schedule

CHICAGO = ZoneInfo("America/Chicago")
MONDAY = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30 minutes", timedelta(minutes=30)),
        ("1 hour", timedelta(hours=1)),
        ("7 days", timedelta(days=7)),
        ("2 weeks", timedelta(days=14)),
        ("10 seconds", timedelta(seconds=10)),
    ],
)
def test_a_duration_is_a_number_and_a_unit(text: str, length: timedelta) -> None:
    assert duration(text) == length


@pytest.mark.parametrize("text", ["", "7", "days", "0 days", "-1 days", "1.5 hours", "7days", "3 months", "٣ days"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        duration(text)


@given(st.integers(1, 999_999))
def test_a_duration_is_read_back_from_its_words(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert duration(duration_words(length)) == length


@pytest.mark.parametrize(
    ("text", "local"),  # the first two moments after Monday 00:00 in Chicago
    [
        ("weekdays at 07:00", ["Mon 16 07:00", "Tue 17 07:00"]),
        ("every day at 06:30", ["Mon 16 06:30", "Tue 17 06:30"]),
        ("daily at 06:30", ["Mon 16 06:30", "Tue 17 06:30"]),
        ("mondays at 08:00", ["Mon 16 08:00", "Mon 23 08:00"]),
        ("every monday at 08:00", ["Mon 16 08:00", "Mon 23 08:00"]),
        ("mondays, wednesdays and fridays at 08:00", ["Mon 16 08:00", "Wed 18 08:00"]),
        ("weekends at 10:00", ["Sat 21 10:00", "Sun 22 10:00"]),
        ("every 15 minutes", ["Mon 16 00:15", "Mon 16 00:30"]),
        ("every hour", ["Mon 16 01:00", "Mon 16 02:00"]),
        ("every 2 hours", ["Mon 16 02:00", "Mon 16 04:00"]),
        ("Weekdays  at 07:00", ["Mon 16 07:00", "Tue 17 07:00"]),
        ("30 5 * * 2", ["Tue 17 05:30", "Tue 24 05:30"]),
    ],
)
def test_a_schedule_in_words_or_cron_gives_moments_of_the_zone(text: str, local: list[str]) -> None:
    plan = schedule(text)
    first = plan.next_after(MONDAY, CHICAGO)
    second = plan.next_after(first, CHICAGO)
    assert [one.astimezone(CHICAGO).strftime("%a %d %H:%M") for one in (first, second)] == local


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "mondys at 08:00", "at 07:00", "weekdays at 7", "weekdays at 25:00", "every 7 minutes",
        "every 0 minutes", "every 5 hours", "* * * *", "0 0 30 2 *", "99 * * * *",
    ],
)  # fmt: skip
def test_what_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a schedule"):
        schedule(text)


def test_a_time_that_the_clocks_skip_happens_right_after() -> None:
    before = datetime(2026, 3, 8, 6, 0, tzinfo=UTC)  # 02:00 becomes 03:00 in Chicago that night
    assert schedule("every day at 02:30").next_after(before, CHICAGO) == datetime(2026, 3, 8, 8, 0, tzinfo=UTC)


def test_a_time_that_comes_twice_happens_once() -> None:
    plan = schedule("every day at 01:30")
    first = plan.next_after(datetime(2026, 11, 1, 5, 0, tzinfo=UTC), CHICAGO)  # 02:00 becomes 01:00 that night
    assert plan.next_after(first, CHICAGO) - first > timedelta(hours=20)


def test_the_next_moment_is_later_than_the_one_asked() -> None:
    seven = datetime(2026, 11, 16, 13, 0, tzinfo=UTC)
    assert schedule("weekdays at 07:00").next_after(seven, CHICAGO) == seven + timedelta(days=1)
