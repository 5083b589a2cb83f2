"""Open deals whose close date is over."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from tests.unit.foundation.talk import an_org, held, without

from upbeat.foundation import Weight
from upbeat.foundation.close_dates import PAST

STAGES = [{"StageName": "Prospecting", "deals": 10, "amounts": 9, "worth": 90_000.0}]
OWNERS = [
    {"OwnerId": "005000000000001AAA", "person": "Maya Chen", "deals": 2, "oldest": "2026-10-01", "worth": 1500.5},
    {"OwnerId": "005000000000002AAA", "person": "Lena Vogel", "deals": 1, "oldest": "2026-11-15", "worth": None},
]
LATE = {"Id": "006000000000001AAA", "Name": "Lowell", "StageName": "Prospecting", "CloseDate": "2026-11-15"}
SOME = {"GROUP BY StageName": STAGES, "GROUP BY OwnerId": OWNERS, "SELECT Id, Name": [LATE]}


def asked(ground_at: datetime) -> str:
    ground = an_org(now=ground_at, zone=ZoneInfo("America/Los_Angeles"))
    questions = next(PAST.look(ground))
    return questions[1].text


def test_the_deals_are_counted_by_owner_with_what_they_are_worth() -> None:
    found = held(PAST, an_org(), SOME)
    [one] = found.findings
    assert (one.count, one.of, one.weight, one.amount) == (3, 10, Weight.HIGH, 1500.5)
    assert one.records[0].why == "was to close on 2026-11-15, 1 day ago; in Prospecting"
    assert found.measures[0].percent == 70
    assert [row[:2] for row in found.exhibits[0].rows] == [("Maya Chen", 2), ("Lena Vogel", 1)]


def test_today_is_the_day_of_the_org_and_a_deal_that_closes_today_is_not_late() -> None:
    assert "CloseDate < 2026-11-15" in asked(datetime(2026, 11, 16, 7, 59, tzinfo=UTC))
    assert "CloseDate < 2026-11-16" in asked(datetime(2026, 11, 16, 8, 0, tzinfo=UTC))


def test_an_org_with_all_dates_ahead_has_nothing_to_fix() -> None:
    found = held(PAST, an_org(), SOME | {"GROUP BY OwnerId": []})
    assert (found.findings, found.measures[0].percent) == ((), 100)


def test_an_org_without_deals_has_nothing_to_measure() -> None:
    assert held(PAST, an_org(), {"GROUP BY": []}).measures[0].percent is None


def test_amounts_that_are_not_shown_do_not_keep_the_dates_from_being_looked_at() -> None:
    found = held(PAST, without(an_org(), "Opportunity", "Amount"), SOME)
    [one] = found.findings
    assert "Amount" not in one.queries[0]
    assert (one.amount, found.exhibits[0].columns) == (None, ("Owner", "Deals", "Oldest"))


@pytest.mark.parametrize("ground", [without(an_org(), "Opportunity"), an_org()])
def test_what_the_org_does_not_tell_is_said_and_no_figure_made_of_it(ground: object) -> None:
    found = held(PAST, ground, {"GROUP BY": "insufficient access"})  # type: ignore[arg-type]
    assert (found.findings, found.measures) == ((), ())
    assert found.unseen[0].object == "Opportunity"
