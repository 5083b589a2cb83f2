"""Deals that stand in their stage far longer than won deals did."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.unit.foundation.talk import NOW, an_org, held, without

from upbeat.foundation.stale_stages import STALE
from upbeat.foundation.stays import cycles, marks, nine_of_ten, since_when, stays

DAY = timedelta(days=1)
BEGAN = datetime(2026, 1, 1, 9, tzinfo=UTC)
STAGES = [{"StageName": "Prospecting", "deals": 30, "amounts": 30, "worth": 1.0}]


def written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def snapshots(deal: str, *stages: tuple[str, float]) -> list[dict[str, Any]]:
    """Rows of one deal: each stage with the days that it stood there."""
    rows, at = list[dict[str, Any]](), BEGAN
    for stage, days in stages:
        rows.append({"OpportunityId": deal, "StageName": stage, "CreatedDate": written(at)})
        at += timedelta(days=days)
    return rows


def won(*days: float) -> list[dict[str, Any]]:
    return [row for at, stood in enumerate(days) for row in snapshots(f"d{at}", ("Prospecting", stood), ("Won", 0))]


def test_a_stay_lasts_from_the_stage_to_the_next_and_the_stays_of_one_deal_are_added_up() -> None:
    rows = snapshots("a", ("Prospecting", 3), ("Prospecting", 2), ("Qualification", 4), ("Prospecting", 1), ("Won", 0))
    assert stays(rows) == {"Prospecting": [6 * DAY], "Qualification": [4 * DAY]}


def test_a_deal_that_was_brought_in_with_all_its_stages_at_once_tells_nothing() -> None:
    assert stays(snapshots("a", ("Prospecting", 0.4), ("Qualification", 0.5), ("Won", 0))) == {}


def test_a_deal_closed_before_it_was_created_tells_no_cycle() -> None:
    made = {"CreatedDate": "2026-03-10T00:00:00.000+0000"}
    assert cycles([{**made, "CloseDate": "2026-03-01"}, {**made, "CloseDate": "2026-03-30"}], ZoneInfo("UTC")) == [
        20 * DAY
    ]


def test_a_deal_is_created_on_the_day_that_the_org_had_then() -> None:
    late = {"CreatedDate": "2026-03-10T03:00:00.000+0000", "CloseDate": "2026-03-30"}
    assert cycles([late], ZoneInfo("America/Los_Angeles")) == [21 * DAY]


@pytest.mark.parametrize(("times", "ninth"), [(range(1, 11), 9), (range(1, 12), 10), ([5], 5)])
def test_nine_of_ten_is_a_time_that_was_seen(times: Sequence[int], ninth: int) -> None:
    assert nine_of_ten([one * DAY for one in times]) == ninth * DAY


def test_nine_won_deals_are_too_few_for_a_stage_and_ten_are_enough() -> None:
    stood = {"A": [50 * DAY] * 10, "B": [50 * DAY] * 9}
    known = marks(["A", "B", "C"], stood, [], 90 * DAY, 2)
    assert {stage: one.limit for stage, one in known.items()} == {"A": 100 * DAY}


def test_where_the_stage_tells_too_little_the_whole_way_of_won_deals_is_the_mark() -> None:
    one = marks(["A"], {}, [120 * DAY] * 10, 90 * DAY, 2)["A"]
    assert (one.whole, one.limit) == (True, 120 * DAY)


def test_nothing_is_stale_before_the_least_time() -> None:
    assert marks(["A"], {"A": [2 * DAY] * 10}, [], 90 * DAY, 2)["A"].limit == 90 * DAY


def test_a_deal_came_into_its_stage_with_the_first_snapshot_of_the_last_run() -> None:
    rows = snapshots("a", ("Prospecting", 10), ("Qualification", 5), ("Qualification", 5))
    assert since_when(rows) == BEGAN + 10 * DAY


def test_the_stale_deals_are_named_with_the_time_that_they_stand() -> None:
    stale = {
        "Id": "006000000000001AAA",
        "Name": "Lowell",
        "StageName": "Prospecting",
        "CloseDate": "2026-12-01",
        "LastStageChangeDate": None,
        "CreatedDate": written(NOW - 200 * DAY),
    }
    told = {
        "FROM OpportunityHistory": won(*[60] * 10),
        "IsWon": [],
        "GROUP BY": STAGES,
        "COUNT()": 1,
        "SELECT Id": [stale],
    }
    found = held(STALE, an_org(), told)
    [one] = found.findings
    assert (one.count, one.of, one.values) == (1, 30, ("Prospecting",))
    assert "Prospecting over 120 days, where nine of ten took 60 days" in one.says
    assert one.records[0].why.startswith("for 200 days; ")
    assert f"CreatedDate < {(NOW - 120 * DAY):%Y-%m-%dT%H:%M:%SZ}" in one.queries[0]


@pytest.mark.parametrize(("stood", "stale"), [(119.9, 0), (120.1, 1)])
def test_where_the_org_shows_no_date_of_the_change_the_snapshots_tell(stood: float, stale: int) -> None:
    row = {"OpportunityId": "006000000000001AAA", "StageName": "Prospecting"}
    parent = {"Name": "Lowell", "StageName": "Prospecting", "Owner": {"Name": "Maya Chen"}, "Amount": 5}
    told = {
        "IsWon = true AND Opportunity": won(*[60] * 10),
        "FROM OpportunityHistory": [{**row, "CreatedDate": written(NOW - stood * DAY), "Opportunity": parent}],
        "IsWon": [],
        "GROUP BY": STAGES,
    }
    found = held(STALE, without(an_org(), "Opportunity", "LastStageChangeDate"), told)
    assert [one.count for one in found.findings] == [1] * stale


def test_the_deals_that_come_first_by_their_ids_are_said_to_be_those_and_stand_for_no_others() -> None:
    parent = {"Name": "Lowell", "StageName": "Prospecting", "Owner": {"Name": "Maya Chen"}, "Amount": 5}
    row = {"StageName": "Prospecting", "CreatedDate": written(NOW - 200 * DAY), "Opportunity": parent}
    told = {
        "IsWon = true AND Opportunity": won(*[60] * 10),
        "FROM OpportunityHistory": [{"OpportunityId": f"006{number:015}", **row} for number in range(2_000)],
        "IsWon": [],
        "GROUP BY": STAGES,
    }
    found = held(STALE, without(an_org(), "Opportunity", "LastStageChangeDate"), told)
    assert "1,999 of 1,999 open deals that were looked at have stood" in found.findings[0].says
    assert "that were looked at" in found.measures[0].says
    assert (found.findings[0].sampled, found.measures[0].sampled) == (None, None)


def test_an_org_without_history_and_won_deals_is_told_so_and_nothing_is_stale() -> None:
    told = {"FROM OpportunityHistory": "no access", "IsWon": [], "GROUP BY": STAGES}
    found = held(STALE, an_org(), told)
    assert (found.findings, found.measures[0].percent) == ((), None)
    assert "too few won deals" in found.measures[0].says
    assert found.unseen[0].object == "OpportunityHistory"
