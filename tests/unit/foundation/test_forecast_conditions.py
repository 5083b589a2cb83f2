"""Deals against what fields.yaml says that their forecast category is."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.unit.foundation.talk import an_org, held, without

from upbeat.foundation import Found, Ground, Weight
from upbeat.foundation.forecast_conditions import CONDITIONS, understood
from upbeat.workflows import FieldMap

COMMIT = "AND(Amount > 20000, NOT(ISBLANK(NextStep)))"


def saying(**whens: str) -> Ground:
    written = {name: {"when": when, "why": f"What {name} is."} for name, when in whens.items()}
    return an_org(fields=FieldMap.model_validate({"forecast": written}))


def deal(number: int, amount: Any, step: str | None = "Call") -> dict[str, Any]:
    name = f"Deal {number}"
    return {"Id": f"006{number}", "Name": name, "StageName": "Paper", "Amount": amount, "NextStep": step}


def found(ground: Ground, *rows: dict[str, Any], whole: int = 10, **more: Any) -> Found:
    stages = [
        {"StageName": "Paper", "ForecastCategory": one, "deals": whole, "amounts": 0, "worth": 0}
        for one in ground.fields.forecast
    ]
    told: Mapping[str, Any] = {**more, "GROUP BY StageName": stages, "SELECT Id": rows, "COUNT()": whole, **more}
    return held(CONDITIONS, ground, told)


@pytest.mark.parametrize(
    ("amount", "step", "why"),
    [
        pytest.param(20_000.01, "Call", None, id="all that it asks for"),
        pytest.param(20_000, "Call", "Amount 20,000 is not above 20,000", id="just so much is not above"),
        pytest.param(30_000, None, "NextStep is blank", id="no next step"),
        pytest.param(None, "Call", "Amount is blank", id="what cannot be said is not met"),
    ],
)
def test_a_deal_for_which_the_condition_is_not_true_is_told_with_the_reason(
    amount: Any, step: str | None, why: str | None
) -> None:
    told = found(saying(Forecast=COMMIT), deal(1, amount, step))
    assert [each.why.partition(";")[0] for one in told.findings for each in one.records] == ([why] if why else [])
    assert told.measures[0].part == 10 - bool(why)


def test_the_org_is_asked_for_those_alone_that_are_not_what_they_should_be() -> None:
    one = understood(saying(Forecast=COMMIT), "Forecast")
    assert one.exact
    assert one.where == "Amount <= 20000 OR Amount = null OR NextStep = null"


def test_commit_that_is_not_what_it_says_weighs_more_than_pipeline() -> None:
    ground = saying(Forecast=COMMIT, Pipeline=COMMIT)
    assert [one.weight for one in found(ground, deal(1, 1)).findings] == [Weight.HIGH, Weight.MEDIUM]


def test_closed_is_looked_at_on_deals_won_within_a_year() -> None:
    one = understood(saying(Closed="Amount > 0"), "Closed")
    assert one.of == "IsWon = true AND CloseDate >= 2025-11-16 AND ForecastCategory = 'Closed'"


def test_what_soql_cannot_ask_is_computed_deal_by_deal() -> None:
    ground = saying(BestCase="LEN(NextStep) > 3")
    assert understood(ground, "BestCase").where == ""
    assert found(ground, deal(1, 5, "Call"), deal(2, 5, "Ask")).findings[0].count == 1


def test_a_condition_on_history_or_related_records_is_asked_of_them() -> None:
    ground = saying(Forecast="$Signal.ContactRoles >= 2")
    people = [{"OpportunityId": "0061", "contacts": 2}]
    [one] = found(ground, deal(1, 5), deal(2, 5), **{"COUNT_DISTINCT(ContactId)": people}).findings
    assert [(each.id, each.why.partition(";")[0]) for each in one.records] == [
        ("0062", "ContactRoles 0 has not reached 2")
    ]


def test_a_signal_that_one_source_does_not_tell_is_asked_of_the_other() -> None:
    ground = saying(Forecast="$Signal.PushCount < 1")
    dates = ("2026-03-01", "2026-04-01")
    rows = [
        {
            "OpportunityId": "0061",
            "StageName": "Paper",
            "CloseDate": day,
            "CreatedDate": f"{day}T09:00:00.000+0000",
            "Opportunity": {"IsClosed": False},
        }
        for day in dates
    ]
    told = found(ground, deal(1, 5), OpportunityFieldHistory="no access", **{"FROM OpportunityHistory": rows})
    assert told.findings[0].records[0].why.startswith("PushCount 1 is not below 1")


def test_an_answer_that_was_cut_off_is_counted_by_the_org() -> None:
    rows = [deal(at, 1) for at in range(2_000)]
    [one] = found(
        saying(Forecast=COMMIT),
        *rows,
        whole=9_000,
        **{"SELECT COUNT() FROM Opportunity WHERE IsClosed = false AND ForecastCategory = 'Forecast' AND (": 5_000},
    ).findings
    assert (one.count, len(one.records)) == (5_000, 2_000)


def test_a_condition_that_does_not_fit_the_org_is_said_and_nothing_made_of_it() -> None:
    told = found(saying(Forecast="Nowhere__c > 1"))
    assert (told.findings, told.measures[0].percent) == ((), None)
    assert "the condition of Forecast does not fit the org" in told.unseen[0].why


def test_without_a_condition_there_is_nothing_to_measure() -> None:
    told = found(an_org())
    assert [one.percent for one in told.measures] == [None, 0]
    assert not told.measures[1].scores


@pytest.mark.parametrize("which", ["SELECT Id", "GROUP BY StageName"])
def test_what_the_org_does_not_tell_is_said_and_no_figure_made_of_it(which: str) -> None:
    told = found(saying(Forecast=COMMIT), deal(1, 1), **{which: "no access"})
    assert (told.findings, told.measures[0].percent, told.unseen[0].field) == ((), None, "ForecastCategory")
    hidden = held(CONDITIONS, without(saying(Forecast=COMMIT), "Opportunity", "ForecastCategory"), {})
    assert hidden.unseen[0].field == "ForecastCategory"
