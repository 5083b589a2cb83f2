"""Queries as a user of the org asks them."""

from datetime import UTC, datetime, timedelta

import pytest

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg

NOTED = [("VIEW", "LastViewedDate"), ("REFERENCE", "LastReferencedDate")]


def account(org: LocalOrg, user: str, name: str = "Acme") -> str:
    (saved,) = org.create("Account", [{"Name": name}], user)
    return saved.id


@pytest.mark.parametrize(("purpose", "field"), NOTED)
def test_what_is_seen_is_noted_and_nothing_else_changes(
    org: LocalOrg, clock: ManualClock, ana: str, purpose: str, field: str
) -> None:
    seen, other = account(org, ana), account(org, ana, "Other")
    before = {key: org.record("Account", key) for key in (seen, other)}
    clock.advance(timedelta(hours=1))
    org.query(f"SELECT Name FROM Account WHERE Name = 'Acme' FOR {purpose}", ana)
    assert org.record("Account", seen) == {**before[seen], field: "2026-01-05T10:30:00.000+0000"}
    assert org.record("Account", other) == before[other]


def test_an_object_that_keeps_no_views_is_read_all_the_same(org: LocalOrg, ana: str) -> None:
    assert len(org.query("SELECT Name FROM Profile FOR VIEW", ana)) == 3
    assert org.query("SELECT COUNT(Id) n FROM Account FOR VIEW", ana)[0]["n"] == 0


def test_days_are_counted_where_the_user_lives(org: LocalOrg, clock: ManualClock, ana: str) -> None:
    kim = org.user("kim@acme.example", last_name="Kim", TimeZoneSidKey="Asia/Tokyo")
    clock.move_to(datetime(2026, 1, 5, 14, tzinfo=UTC))
    account(org, ana)
    clock.move_to(datetime(2026, 1, 5, 16, tzinfo=UTC))  # the 6th in Tokyo
    today = "SELECT COUNT() FROM Account WHERE CreatedDate = TODAY"
    assert (org.answer(today, ana).total, org.answer(today, kim).total) == (1, 0)
    by_hour = "HOUR_IN_DAY(convertTimezone(CreatedDate))"
    hours = f"SELECT {by_hour} h FROM Account GROUP BY {by_hour}"
    assert [org.query(hours, user)[0]["h"] for user in (ana, kim)] == [14, 23]


def test_a_week_begins_on_the_day_that_the_user_s_locale_says(org: LocalOrg, clock: ManualClock, ana: str) -> None:
    gus = org.user("gus@acme.example", last_name="Gray", LocaleSidKey="en_GB")
    clock.move_to(datetime(2026, 1, 11, 12, tzinfo=UTC))  # a Sunday
    account(org, ana)
    clock.move_to(datetime(2026, 1, 12, 12, tzinfo=UTC))
    this_week = "SELECT COUNT() FROM Account WHERE CreatedDate = THIS_WEEK"
    assert (org.answer(this_week, ana).total, org.answer(this_week, gus).total) == (1, 0)


def test_a_user_of_a_time_zone_that_there_is_not_lives_in_the_org_s(org: LocalOrg) -> None:
    lost = org.user("lost@acme.example", last_name="Lost", TimeZoneSidKey="Atlantis/Centre")
    assert org.answer("SELECT COUNT() FROM Account WHERE CreatedDate = TODAY", lost).total == 0
