"""Date literals: which days each one means."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.soql import Calendar, week_start
from upbeat.soql.dates import COUNTED, FIXED
from upbeat.soql.tree import DateLiteral

NOW = datetime(2026, 2, 11, 15, 30, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("literal", "first", "end"),
    [
        ("TODAY", "2026-02-11", "2026-02-12"),
        ("YESTERDAY", "2026-02-10", "2026-02-11"),
        ("TOMORROW", "2026-02-12", "2026-02-13"),
        ("THIS_WEEK", "2026-02-08", "2026-02-15"),
        ("LAST_WEEK", "2026-02-01", "2026-02-08"),
        ("NEXT_WEEK", "2026-02-15", "2026-02-22"),
        ("LAST_N_WEEKS:2", "2026-01-25", "2026-02-08"),
        ("NEXT_N_WEEKS:2", "2026-02-15", "2026-03-01"),
        ("N_WEEKS_AGO:2", "2026-01-25", "2026-02-01"),
        ("THIS_MONTH", "2026-02-01", "2026-03-01"),
        ("LAST_MONTH", "2026-01-01", "2026-02-01"),
        ("LAST_N_MONTHS:3", "2025-11-01", "2026-02-01"),
        ("NEXT_N_MONTHS:11", "2026-03-01", "2027-02-01"),
        ("N_MONTHS_AGO:14", "2024-12-01", "2025-01-01"),
        ("LAST_90_DAYS", "2025-11-13", "2026-02-12"),
        ("NEXT_90_DAYS", "2026-02-12", "2026-05-13"),
        ("LAST_N_DAYS:7", "2026-02-04", "2026-02-12"),
        ("NEXT_N_DAYS:7", "2026-02-12", "2026-02-19"),
        ("N_DAYS_AGO:7", "2026-02-04", "2026-02-05"),
        ("THIS_QUARTER", "2026-01-01", "2026-04-01"),
        ("LAST_N_QUARTERS:2", "2025-07-01", "2026-01-01"),
        ("NEXT_QUARTER", "2026-04-01", "2026-07-01"),
        ("THIS_YEAR", "2026-01-01", "2027-01-01"),
        ("N_YEARS_AGO:2", "2024-01-01", "2025-01-01"),
        ("NEXT_N_YEARS:2", "2027-01-01", "2029-01-01"),
        ("THIS_FISCAL_QUARTER", "2026-02-01", "2026-05-01"),
        ("LAST_FISCAL_QUARTER", "2025-11-01", "2026-02-01"),
        ("THIS_FISCAL_YEAR", "2026-02-01", "2027-02-01"),
        ("LAST_N_FISCAL_YEARS:2", "2024-02-01", "2026-02-01"),
        ("LAST_N_YEARS:99999", "0002-01-01", "2026-01-01"),
        ("NEXT_N_DAYS:99999999", "2026-02-12", "9998-12-31"),
    ],
)
def test_a_literal_means_these_days_in_an_org_whose_fiscal_year_begins_in_february(
    literal: str, first: str, end: str
) -> None:
    name, _, n = literal.partition(":")
    days = Calendar(fiscal_year_start=2).days(DateLiteral(name, int(n) if n else None), NOW)
    assert tuple(day.isoformat() for day in days) == (first, end)


@pytest.mark.parametrize(
    ("zone", "day"), [("UTC", "2026-02-11"), ("Asia/Tokyo", "2026-02-12"), ("America/New_York", "2026-02-11")]
)
def test_today_is_the_org_s(zone: str, day: str) -> None:
    assert Calendar(ZoneInfo(zone)).days(DateLiteral("TODAY"), NOW)[0].isoformat() == day


def test_a_day_on_which_clocks_change_has_its_own_length() -> None:
    """In New York the 8th of March 2026 has 23 hours."""
    now = datetime(2026, 3, 8, 17, tzinfo=UTC)
    assert Calendar(ZoneInfo("America/New_York")).moments(DateLiteral("TODAY"), now) == (
        "2026-03-08T05:00:00.000+0000",
        "2026-03-09T04:00:00.000+0000",
    )


@pytest.mark.parametrize(
    ("locale", "day", "first"),
    [
        ("en_US", 7, "2026-02-08"),
        ("en_GB", 1, "2026-02-09"),
        ("ar_EG", 6, "2026-02-07"),
        ("zh_Hant_TW", 7, "2026-02-08"),
        ("de_DE_EURO", 1, "2026-02-09"),
        ("en", 7, "2026-02-08"),
    ],
)
def test_a_week_begins_where_the_locale_begins_it(locale: str, day: int, first: str) -> None:
    assert week_start(locale) == day
    assert Calendar(week_start=day).days(DateLiteral("THIS_WEEK"), NOW)[0].isoformat() == first


PERIODS = sorted(name.removeprefix("THIS_") for name in FIXED if name.startswith("THIS_"))
UNITS = sorted(name.removeprefix("LAST_N_") for name in COUNTED if name.startswith("LAST_N_"))
DAYS = st.dates(date(1950, 1, 1), date(2950, 1, 1))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@given(st.sampled_from(PERIODS), DAYS)
def test_last_this_and_next_touch_and_never_overlap(period: str, today: date) -> None:
    last, this, after = (
        Calendar().days(DateLiteral(f"{which}_{period}"), noon(today)) for which in ("LAST", "THIS", "NEXT")
    )
    assert last[1] == this[0] <= today < this[1] == after[0]


@given(st.sampled_from(UNITS), st.integers(1, 40), st.integers(1, 12), DAYS)
def test_the_last_n_units_are_each_of_them_together(unit: str, n: int, start: int, today: date) -> None:
    """LAST_N_MONTHS:3 is N_MONTHS_AGO:3, N_MONTHS_AGO:2 and N_MONTHS_AGO:1; only LAST_N_DAYS ends with today."""
    calendar = Calendar(fiscal_year_start=start)
    each = [calendar.days(DateLiteral(f"N_{unit}_AGO", k), noon(today)) for k in range(n, 0, -1)]
    with_today = timedelta(days=unit == "DAYS")
    assert calendar.days(DateLiteral(f"LAST_N_{unit}", n), noon(today)) == (each[0][0], each[-1][1] + with_today)
