"""Deals that lack what their stage asks for, and the pipeline without them."""

from typing import Any

from tests.unit.foundation.talk import an_org, held, without

from upbeat.foundation import Found
from upbeat.foundation.incomplete import INCOMPLETE
from upbeat.workflows import FieldMap

EARLY, LATE = "Prospecting", "Needs Analysis"
EXITS = {"stages": {EARLY: {"exit": ["NextStep"], "why": "A deal has a plan."}}}
WHOLE = [
    {"StageName": EARLY, "deals": 10, "amounts": 1, "worth": 1_000.0},
    {"StageName": LATE, "deals": 20, "amounts": 20, "worth": 100_000.0},
]


def lacking(stage: str, deals: int, worth: float) -> dict[str, Any]:
    return {"StageName": stage, "deals": deals, "worth": worth}


def deal(number: int, **fields: Any) -> dict[str, Any]:
    usual = {"Id": f"006{number}", "Name": f"Deal {number}", "StageName": LATE, "Amount": 5, "NextStep": "Call"}
    return {**usual, **fields}


def found(fields: dict[str, Any], sums: Any = (), people: Any = (), rows: Any = (), nobody: Any = ()) -> Found:
    told = {
        "Amount = 0 GROUP BY": [],
        "FROM OpportunityHistory": [],
        "IsWon": [],
        "SELECT Id, Name, StageName, CloseDate, Owner.Name, Amount FROM": nobody,
        "SELECT Id, Name": rows,
        "ContactRole": people,
        "NextStep = null": sums,
        "Amount = null": sums,
        "GROUP BY": WHOLE,
    }
    return held(INCOMPLETE, an_org(fields=FieldMap.model_validate(fields)), told)


def test_the_pipeline_is_told_whole_and_without_the_deals_that_lack_something() -> None:
    told = found(EXITS, [lacking(LATE, 3, 40_000.0)], rows=[deal(1, NextStep=None)])
    assert "open pipeline is 101,000, and 61,000 without 3 incomplete deals" in told.measures[0].says
    assert (told.measures[0].part, told.measures[0].of) == (27, 30)
    assert list(told.exhibits[0].rows) == [
        (EARLY, 10, 0, 1_000, 1_000),
        (LATE, 20, 3, 100_000, 60_000),
        ("All stages", 30, 3, 101_000, 61_000),
    ]


def test_each_deal_stands_once_with_all_that_it_lacks() -> None:
    fields = EXITS | {"contact_roles": {"least": 1}}
    rows = [deal(1, NextStep=None, Amount=None), deal(2, NextStep=None)]
    told = found(fields, [lacking(LATE, 2, 5.0)], [lacking(EARLY, 1, 7.0)], rows, [deal(1), deal(3)])
    assert [each.why.partition(";")[0] for each in told.findings[0].records] == [
        "lacks NextStep, an amount and contact roles",
        "lacks NextStep",
        "lacks contact roles",
    ]
    assert told.findings[0].count == 3
    assert "NOT (" in told.findings[0].queries[1]  # so no deal is shown by both
    assert told.findings[0].fix.endswith("both together are all.")


def test_an_amount_alone_is_told_by_its_own_check_and_counts_here_all_the_same() -> None:
    told = found({}, [lacking(LATE, 4, 0.0)])
    assert told.findings == ()
    assert told.measures[0].part == 26


def test_where_nothing_asks_for_anything_the_pipeline_is_told_whole() -> None:
    told = held(INCOMPLETE, an_org(), {"OpportunityHistory": [], "IsWon": [], "Amount = 0": [], "GROUP BY": WHOLE[:1]})
    assert (told.measures[0].percent, told.findings) == (None, ())


def test_an_org_without_deals_has_an_empty_pipeline() -> None:
    told = held(INCOMPLETE, an_org(), {"SELECT": []})
    assert (told.measures[0].percent, told.findings) == (None, ())


def test_what_the_org_does_not_tell_is_said_and_no_figure_made_of_it() -> None:
    for ground in (without(an_org(), "Opportunity"), an_org()):
        told = held(INCOMPLETE, ground, {"SELECT": "insufficient access"})
        assert (told.findings, told.measures, told.unseen[0].object) == ((), (), "Opportunity")
