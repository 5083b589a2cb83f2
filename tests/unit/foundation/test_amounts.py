"""Amounts that are missing: by the org's own habit, stage by stage."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.foundation.talk import an_org, held, without

from upbeat.foundation import Found, Weight
from upbeat.foundation.amounts import MISSING, Habit, asking
from upbeat.workflows import FieldMap

EARLY, MIDDLE, LATE = "Prospecting", "Needs Analysis", "Negotiation/Review"


def at(stage: str, deals: int, amounts: int, category: str = "Pipeline") -> dict[str, Any]:
    row = {"StageName": stage, "ForecastCategory": category, "deals": deals, "amounts": amounts}
    return {**row, "worth": 1000.0 * amounts}


def once(stage: str, deals: int) -> dict[str, Any]:
    return {"StageName": stage, "deals": deals}


def deal(stage: str) -> dict[str, Any]:
    return {"Id": "006000000000001AAA", "Name": "Lowell", "StageName": stage, "CloseDate": "2026-12-01"}


def found(
    now: list[dict[str, Any]],
    zero: Any = (),
    were: Any = (),
    had: Any = (),
    won: tuple[int, int] = (0, 0),
    late: str = LATE,
    **parts: Any,
) -> Found:
    told = {
        "IsWon = true": [{"deals": won[0], "amounts": won[1]}],
        "Amount = 0 GROUP BY": zero,
        "Amount != 0 GROUP BY": had,
        "FROM OpportunityHistory": were,
        "GROUP BY": now,
        "SELECT Id": [deal(late)],
    }
    return held(MISSING, an_org(**parts), told)


@pytest.mark.parametrize(
    ("deals", "amounts", "asks"),
    [
        pytest.param(10, 8, True, id="8 of 10 is the mark of 80"),
        pytest.param(100, 79, False, id="79 of 100 is below it"),
        pytest.param(4, 4, False, id="4 deals make no habit"),
        pytest.param(5, 4, True, id="5 deals do"),
    ],
)
def test_a_stage_asks_for_an_amount_where_most_of_its_deals_have_one(deals: int, amounts: int, *, asks: bool) -> None:
    assert Habit(deals, amounts).asks(80) is asks


def test_an_early_deal_without_an_amount_is_no_defect_where_most_have_none() -> None:
    told = found([at(EARLY, 50, 5), at(LATE, 20, 19)])
    [one] = told.findings
    assert (one.count, one.of, one.values) == (1, 20, (LATE,))
    assert told.measures[0].percent == 95


def test_an_org_that_keeps_no_amounts_has_no_defect_and_no_figure() -> None:
    told = found([at(EARLY, 2_000, 0), at(LATE, 40, 0)])
    assert (told.findings, told.measures[0].percent) == ((), None)


def test_deals_that_were_there_once_make_the_habit_of_a_stage_that_is_nearly_empty_now() -> None:
    told = found([at(LATE, 2, 0)], were=[once(LATE, 40)], had=[once(LATE, 38)])
    assert told.findings[0].count == 2


def test_a_later_stage_asks_for_what_an_earlier_one_has() -> None:
    told = found([at(MIDDLE, 30, 28), at(LATE, 10, 5)])
    assert told.findings[0].count == 7


def test_an_amount_of_0_is_told_apart_from_none() -> None:
    told = found([at(LATE, 20, 19)], zero=[at(LATE, 2, 2)])
    assert [(one.key, one.count) for one in told.findings] == [
        ("amounts-missing:Opportunity.Amount:", 1),
        ("amounts-missing:Opportunity.Amount:0", 2),
    ]
    assert told.measures[0].part == 17


def test_where_0_is_the_habit_it_is_no_defect() -> None:
    assert found([at(EARLY, 20, 20)], zero=[at(EARLY, 15, 15)]).findings == ()


def test_a_stage_that_fields_yaml_asks_for_an_amount_asks_whatever_the_habit_is() -> None:
    fields = FieldMap.model_validate({"stages": {EARLY: {"exit": ["Amount"], "why": "It is known by then."}}})
    told = found([at(EARLY, 9, 0), at(MIDDLE, 3, 1)], late=MIDDLE, fields=fields)
    assert [(one.count, one.of) for one in told.findings] == [(2, 3)]


def test_without_history_the_deals_of_today_are_the_habit_and_that_is_said() -> None:
    told = found([at(LATE, 20, 19)], were="no access", had="no access")
    assert told.findings[0].count == 1
    assert told.unseen[0].object == "OpportunityHistory"


def test_a_stage_of_which_less_than_half_has_an_amount_now_has_another_habit_than_it_had() -> None:
    before = {"were": [once(EARLY, 40)], "had": [once(EARLY, 38)]}
    assert found([at(EARLY, 10, 4)], **before, late=EARLY).findings == ()
    assert found([at(EARLY, 10, 5)], **before, late=EARLY).findings[0].count == 5


@pytest.mark.parametrize(
    ("won", "missing"),
    [
        pytest.param((20, 15), [3], id="15 of 20 won deals had an amount"),
        pytest.param((20, 14), [], id="14 of 20 are below the mark"),
        pytest.param((4, 4), [], id="4 won deals make no habit"),
    ],
)
def test_a_deal_in_commit_must_have_an_amount_where_won_deals_have_one(
    won: tuple[int, int], missing: list[int]
) -> None:
    told = found([at(LATE, 6, 3, "Forecast"), at(LATE, 6, 3)], won=won)
    assert [one.count for one in told.findings] == missing


def test_an_early_stage_with_the_habit_is_told_lightly_and_scores_nothing() -> None:
    told = found([at(EARLY, 10, 8)], late=EARLY)
    assert [(one.count, one.weight) for one in told.findings] == [(2, Weight.LOW)]
    assert [(one.percent, one.scores) for one in told.measures] == [(80, False)]


def test_a_pipeline_without_amounts_is_told_from_the_second_stage_on_where_won_deals_have_them() -> None:
    told = found([at(EARLY, 500, 0), at(MIDDLE, 1_589, 0)], won=(4_238, 4_238), late=MIDDLE)
    [one] = told.findings
    assert (one.count, one.of, one.weight, told.measures[0].percent) == (1_589, 1_589, Weight.MEDIUM, 0)
    assert "though 4,238 of 4,238 deals that were won have one" in one.says
    assert found([at(EARLY, 500, 0), at(MIDDLE, 10, 5)], won=(20, 20)).findings == ()


def test_record_types_have_habits_of_their_own() -> None:
    renewal = {"RecordTypeId": "012000000000001AAA", "ForecastCategory": "Pipeline"}
    partner = {"RecordTypeId": "012000000000002AAA", "ForecastCategory": "Pipeline"}
    habits = {(renewal["RecordTypeId"], LATE): Habit(10, 10), (partner["RecordTypeId"], LATE): Habit(10, 0)}
    assert asking(habits, [EARLY, LATE], 80, ()) == {(renewal["RecordTypeId"], LATE)}


@given(
    habits=st.dictionaries(
        st.tuples(st.sampled_from(["a", "b"]), st.sampled_from([EARLY, MIDDLE, LATE])),
        st.integers(0, 30).flatmap(lambda most: st.builds(Habit, st.just(most), st.integers(0, most))),
    ),
    mark=st.integers(1, 100),
)
def test_a_stage_that_asks_is_followed_by_stages_that_ask(habits: dict[tuple[str, str], Habit], mark: int) -> None:
    order = [EARLY, MIDDLE, LATE]
    found = asking(habits, order, mark, ())
    for kind, stage in found:
        assert {(kind, one) for one in order[order.index(stage) :]} <= found


def test_an_amount_that_is_not_shown_is_said_and_no_figure_made_of_it() -> None:
    told = held(MISSING, without(an_org(), "Opportunity", "Amount"), {})
    assert (told.findings, told.measures, told.unseen[0].field) == ((), (), "Amount")
