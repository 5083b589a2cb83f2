"""Dates in words: said on Wednesday 15 April 2026."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.conversation.dates import MONTHS, WEEKDAYS, days

SAID = date(2026, 4, 15)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("by friday", "2026-04-17"),
        ("wednesday", "2026-04-22"),
        ("this wednesday", "2026-04-15"),
        ("next friday", "2026-04-24"),
        ("tuesday the twenty-first", "2026-04-21"),
        ("by wednesday, the twenty-second", "2026-04-22"),
        ("friday the fifteenth", "2026-05-15"),
        ("the 12th", "2026-05-12"),
        ("by the 20th of next month", "2026-05-20"),
        ("before the board meets on the ninth", "2026-05-09"),
        ("october sixth", "2026-10-06"),
        ("6 october", "2026-10-06"),
        ("the sixth of october", "2026-10-06"),
        ("october 6th, 2027", "2027-10-06"),
        ("march 3", "2027-03-03"),
        ("tomorrow", "2026-04-16"),
        ("the day after tomorrow", "2026-04-17"),
        ("later today", "2026-04-15"),
        ("by close of business tomorrow", "2026-04-16"),
        ("eod friday", "2026-04-17"),
        ("in two weeks", "2026-04-29"),
        ("in a fortnight", "2026-04-29"),
        ("within 48 hours", "2026-04-17"),
        ("in ten working days", "2026-04-29"),
        ("a week on monday", "2026-04-27"),
        ("monday week", "2026-04-27"),
        ("a week today", "2026-04-22"),
        ("tuesday next week", "2026-04-21"),
        ("next week on tuesday", "2026-04-21"),
        ("by the end of the week", "2026-04-17"),
        ("end of next week", "2026-04-24"),
        ("end of the month", "2026-04-30"),
        ("the end of march", "2027-03-31"),
        ("by the end of the quarter", "2026-06-30"),
        ("end of q3", "2026-09-30"),
        ("the first tuesday of may", "2026-05-05"),
        ("25/4", "2026-04-25"),
        ("4/25", "2026-04-25"),
        ("2026-05-01", "2026-05-01"),
    ],
)
def test_a_day_that_is_named_is_read(words: str, meant: str) -> None:
    assert [one.date for one in days(f"you will have it {words}", SAID)] == [date.fromisoformat(meant)]


@pytest.mark.parametrize(
    "words",
    [
        "next week", "soon", "early next week", "mid-may", "in a couple of weeks", "monday or tuesday",
        "the week of the twentieth", "5/6", "on fridays", "in monday's call", "the second one", "saturday night",
        "wednesday the sixteenth of april", "at some point", "between the third and the fifth",
    ],
)  # fmt: skip
def test_words_that_name_no_one_day_give_none(words: str) -> None:
    assert [one.date for one in days(f"we do it {words}", SAID) if one.date] == []


@pytest.mark.parametrize(("day_first", "meant"), [(True, date(2026, 6, 5)), (False, date(2026, 5, 6))])
def test_figures_are_read_as_the_house_writes_them(day_first: bool, meant: date) -> None:
    assert days("by 5/6", SAID, day_first=day_first)[0].date == meant


@given(st.dates(date(2020, 1, 1), date(2099, 1, 1)), st.sampled_from(WEEKDAYS))
def test_a_bare_weekday_is_within_the_next_seven_days_and_falls_on_it(today: date, weekday: str) -> None:
    (found,) = days(f"by {weekday}", today)
    assert found.date is not None
    assert 1 <= (found.date - today).days <= 7
    assert WEEKDAYS[found.date.weekday()] == weekday


@given(st.dates(date(2020, 1, 1), date(2098, 12, 31)), st.integers(0, 364))
def test_a_day_and_its_month_come_back_as_said_within_a_year(today: date, ahead: int) -> None:
    meant = date.fromordinal(today.toordinal() + ahead)
    (found,) = days(f"on {meant.day} {MONTHS[meant.month - 1]}", today)
    assert found.date == meant


@given(st.text(max_size=80), st.dates())
def test_no_text_breaks_it(text: str, today: date) -> None:
    assert all(0 <= one.start < one.end <= len(text) for one in days(text.lower(), date(2026, today.month, 1)))
