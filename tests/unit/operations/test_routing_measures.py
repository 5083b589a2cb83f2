"""What routing is measured by, over lives that are given."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.operations.routing.lives import Had, Life
from upbeat.operations.routing.measures import Load, by_week, evenness, is_right, loads, measured
from upbeat.workflows import Member

BORN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OURS, BOSS = "upbeat", "boss"


def minutes(count: float) -> datetime:
    return BORN + timedelta(minutes=count)


def life(*had: tuple[str, float, str], touched: tuple[str, float] | None = None, key: str = "L1") -> Life:
    who, at = touched or ("", None)
    return Life(
        record_id=key,
        born_at=BORN,
        had=tuple(Had(owner, minutes(since), by) for owner, since, by in had),
        touched_at=None if at is None else minutes(at),
        touched_by=who,
    )


@pytest.mark.parametrize(
    ("one", "right"),
    [
        pytest.param(life(("ann", 1, OURS), touched=("ann", 5)), True, id="the first one touched it"),
        pytest.param(life(("ann", 1, OURS), ("raj", 3, BOSS), touched=("raj", 5)), False, id="another one did"),
        pytest.param(life(("ann", 1, OURS), ("raj", 9, BOSS), touched=("ann", 5)), True, id="it moved on afterwards"),
        pytest.param(
            life(("ann", 1, OURS), ("raj", 2, BOSS), ("ann", 3, BOSS), touched=("ann", 5)), False, id="it went round"
        ),
        pytest.param(life(("ann", 1, OURS)), False, id="nobody did"),
    ],
)
def test_a_record_is_right_the_first_time_where_its_first_owner_touches_it_first(one: Life, right: bool) -> None:
    assert is_right(one) is right


def test_what_still_has_time_counts_as_neither_and_a_broken_promise_as_not_right() -> None:
    touched, waits, broke = (
        life(("ann", 1, OURS), touched=("ann", 5), key="L1"),
        life(("ann", 1, OURS), key="L2"),
        life(("ann", 1, OURS), key="L3"),
    )
    found = measured([touched, waits, broke], timedelta(days=7), {OURS}, {"L3"}, lambda start, end: end - start)
    assert (found.right.part, found.right.of) == (1, 2)


def test_what_people_change_after_us_is_counted_and_what_we_pass_on_is_not() -> None:
    by_hand, by_us = life(("ann", 1, OURS), ("raj", 3, BOSS)), life(("ann", 1, OURS), ("raj", 90, OURS), key="L2")
    found = measured([by_hand, by_us], timedelta(days=7), {OURS}, (), lambda start, end: end - start)
    assert (found.by_hand, found.reassigned.part, found.reassigned.of) == (1, 2, 2)


def test_times_run_from_the_creation_whoever_had_it_in_between() -> None:
    found = measured(
        [life(("ann", 2, OURS), ("raj", 30, OURS), touched=("raj", 50))],
        timedelta(days=7),
        {OURS},
        (),
        lambda start, end: end - start,
    )
    assert (found.to_assign.median, found.to_touch.median) == (120.0, 3000.0)
    assert found.touched_within == (0, 0, 1, 0, 0, 0)


def test_a_record_that_nobody_has_is_counted_and_measures_nothing() -> None:
    found = measured([life()], timedelta(days=7), {OURS}, (), lambda start, end: end - start)
    assert (found.records, found.assigned, found.right.of, found.to_assign.median) == (1, 0, 0, None)


def test_weeks_begin_on_mondays_where_the_org_is() -> None:
    sunday = Life(record_id="L1", born_at=datetime(2026, 3, 8, 23, 30, tzinfo=UTC))
    assert list(by_week([sunday], ZoneInfo("UTC"))) == [date(2026, 3, 2)]
    assert list(by_week([sunday], ZoneInfo("Asia/Kolkata"))) == [date(2026, 3, 9)]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8), st.data())
def test_evenness_is_one_where_all_have_what_their_weight_says_and_least_where_one_has_all(
    counts: list[int], data: st.DataObject
) -> None:
    weights = data.draw(st.lists(st.integers(1, 9), min_size=len(counts), max_size=len(counts)))
    members = [Member(f"rep{at}@acme.example", weight) for at, weight in enumerate(weights)]
    users: Mapping[str, str] = {one.user: one.user for one in members}
    records = [life((one.user, 1, OURS)) for one, count in zip(members, counts, strict=True) for _ in range(count)]
    found = evenness(loads(records, members, users))
    if not records:
        assert found is None
    else:
        assert found is not None
        assert 1 / len(members) - 1e-9 <= found <= 1 + 1e-9
    fair = [Load(one.user, one_weight, one_weight / sum(weights), one_weight / sum(weights))
            for one, one_weight in zip(members, weights, strict=True)]  # fmt: skip
    assert evenness(fair) == pytest.approx(1)
