"""Amounts that are missing: by the org's own habit, stage by stage."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.foundation.talk import an_org, held, without

from upbeat.foundation import Found
from upbeat.foundation.amounts import MISSING, Habit, asking
from upbeat.workflows import FieldMap

EARLY, MIDDLE, LATE = "Prospecting", "Needs Analysis", "Negotiation/Review"


def at(stage: str, deals: int, amounts: int) -> dict[str, Any]:
    return {"StageName": stage, "deals": deals, "amounts": amounts, "worth": 1000.0 * amounts}


def once(stage: str, deals: int) -> dict[str, Any]:
    return {"StageName": stage, "deals": deals}


def deal(stage: str) -> dict[str, Any]:
    return {"Id": "006000000000001AAA", "Name": "Lowell", "StageName": stage, "CloseDate": "2026-12-01"}


def found(
    now: list[dict[str, Any]], zero: Any = (), were: Any = (), had: Any = (), late: str = LATE, **parts: Any
) -> Found:
    told = {
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
    told = found([at(LATE, 20, 19)], zero=[once(LATE, 2)])
    assert [(one.key, one.count) for one in told.findings] == [
        ("amounts-missing:Opportunity.Amount:", 1),
        ("amounts-missing:Opportunity.Amount:0", 2),
    ]
    assert told.measures[0].part == 17


def test_where_0_is_the_habit_it_is_no_defect() -> None:
    assert found([at(EARLY, 20, 20)], zero=[once(EARLY, 15)]).findings == ()


def test_a_stage_that_fields_yaml_asks_for_an_amount_asks_whatever_the_habit_is() -> None:
    fields = FieldMap.model_validate({"stages": {EARLY: {"exit": ["Amount"], "why": "It is known by then."}}})
    told = found([at(EARLY, 9, 0), at(MIDDLE, 3, 1)], late=MIDDLE, fields=fields)
    assert [(one.count, one.of) for one in told.findings] == [(2, 3)]


def test_without_history_the_deals_of_today_are_the_habit_and_that_is_said() -> None:
    told = found([at(LATE, 20, 19)], were="no access", had="no access")
    assert told.findings[0].count == 1
    assert told.unseen[0].object == "OpportunityHistory"


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
