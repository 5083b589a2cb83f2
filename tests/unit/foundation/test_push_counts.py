"""The push counter, against the pushes that history shows."""

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.foundation.talk import an_org, held, without

from upbeat.foundation import Ground
from upbeat.foundation.push_counts import COUNTS, Counted, by_months, count, counter
from upbeat.schema import Field, FieldType
from upbeat.workflows import FieldMap

COUNTER = "Push_Count__c"


def with_field(name: str, kind: FieldType = FieldType.DOUBLE) -> Ground:
    ground = an_org()
    deal = ground.schema.object("Opportunity")
    added = {**deal.fields, name: Field(name=name, type=kind)}
    return replace(ground, schema=ground.schema.with_objects([replace(deal, fields=added)]))


def history(deal: str, says: int | None, *closes: str, made: str = "2026-01-05") -> list[dict[str, Any]]:
    """Snapshots of one deal, one a month: each with the day on which it was to close."""
    parent = {"IsClosed": False, "Name": deal, "CreatedDate": f"{made}T09:00:00.000+0000", COUNTER: says}
    return [
        {
            "OpportunityId": deal,
            "StageName": "Prospecting",
            "CloseDate": day,
            "CreatedDate": f"2026-{at:02}-05T09:00:00.000+0000",
            "Opportunity": parent,
        }
        for at, day in enumerate(closes, 1)
    ]


@pytest.mark.parametrize(
    ("name", "evident"),
    [
        ("Push_Count__c", True),
        ("PushCount", True),
        ("Times_Pushed__c", True),
        ("Number_of_Pushes__c", True),
        ("Close_Date_Push_Counter__c", True),
        ("Count_of_Close_Date_Slips__c", True),
        ("Push_Notification_Limit__c", False),
        ("Headcount__c", False),
        ("Slippage__c", False),
    ],
)
def test_a_field_that_evidently_counts_pushes_is_taken_for_the_counter(name: str, *, evident: bool) -> None:
    assert (counter(with_field(name)) is not None) is evident


def also(ground: Ground, name: str) -> Ground:
    deal = ground.schema.object("Opportunity")
    more = {**deal.fields, name: Field(name=name, type=FieldType.INT)}
    return replace(ground, schema=ground.schema.with_objects([replace(deal, fields=more)]))


def test_a_text_is_no_counter() -> None:
    assert counter(with_field("Push_Count__c", FieldType.STRING)) is None


def test_an_org_goes_by_the_counter_that_it_made_and_else_by_the_standard_one() -> None:
    both = also(also(an_org(), "PushCount"), "Push_Count__c")
    assert (found := counter(both)) is not None
    assert found.name == "Push_Count__c"
    named = replace(both, fields=FieldMap.model_validate({"push_count": "PushCount"}))
    assert (found := counter(named)) is not None
    assert found.name == "PushCount"


def test_of_two_counters_that_an_org_made_neither_is_guessed_and_both_are_named() -> None:
    two = also(also(an_org(), "Times_Pushed__c"), "Push_Count__c")
    assert counter(two) is None
    says = held(COUNTS, two, {}).measures[0].says
    assert says.startswith("several fields of Opportunity count pushes, Times_Pushed__c and Push_Count__c")


def test_the_deals_that_come_first_by_their_ids_are_said_to_be_those_and_stand_for_no_others() -> None:
    rows = [row for n in range(5_000) for row in history(f"{n:05}", 3, "2026-03-01", "2026-03-20")]
    found = held(COUNTS, with_field(COUNTER), {"FROM OpportunityHistory": rows})
    assert "4,999 open deals that were looked at" in found.findings[0].says
    assert "that were looked at" in found.measures[0].says
    assert (found.findings[0].sampled, found.measures[0].sampled) == (None, None)


@pytest.mark.parametrize(
    ("says", "wrong"),
    [
        pytest.param(2, 0, id="two pushes, counted twice"),
        pytest.param(1, 1, id="one was missed"),
        pytest.param(3, 1, id="one is too many"),
        pytest.param(None, 1, id="a blank counter counts none"),
    ],
)
def test_a_counter_must_say_what_history_shows(says: int | None, wrong: int) -> None:
    rows = [
        *history("a", says, "2026-03-01", "2026-03-20", "2026-02-01", "2026-04-01"),
        *history("b", 1, "2026-03-01", "2026-03-20"),
        *history("c", 0, "2026-03-01"),
    ]
    found = held(COUNTS, with_field(COUNTER), {"FROM OpportunityHistory": rows})
    assert [(one.count, one.of) for one in found.findings] == [(1, 3)] * wrong
    assert found.measures[0].part == 3 - wrong


def test_a_counter_of_pushes_to_a_later_month_is_known_by_what_it_says() -> None:
    rows = [*history("a", 1, "2026-03-01", "2026-03-20", "2026-04-01"), *history("b", 0, "2026-03-01", "2026-03-02")]
    assert by_months(count(rows, COUNTER))
    assert held(COUNTS, with_field(COUNTER), {"FROM OpportunityHistory": rows}).findings == ()


def test_a_deal_older_than_its_history_may_have_been_pushed_before() -> None:
    older = history("a", 4, "2026-03-01", "2026-03-20", made="2025-01-05")
    assert [one.fits(months=False) for one in count(older, COUNTER)] == [True]
    lower = history("a", 0, "2026-03-01", "2026-03-20", made="2025-01-05")
    assert [one.fits(months=False) for one in count(lower, COUNTER)] == [False]


def test_the_record_says_both_numbers() -> None:
    rows = history("a", 5, "2026-03-01", "2026-03-20")
    [one] = held(COUNTS, with_field(COUNTER), {"FROM OpportunityHistory": rows}).findings
    assert one.records[0].why == "Push_Count__c is 5, history shows 1"


def test_where_both_readings_fit_as_many_deals_any_later_day_counts() -> None:
    assert not by_months([Counted("a", "", 0, 0, 0, whole=True)])


def test_an_org_without_a_counter_has_nothing_to_measure_and_is_told_how_to_name_one() -> None:
    found = held(COUNTS, an_org(), {})
    assert (found.findings, found.measures[0].percent) == ((), None)
    assert "push_count in fields.yaml" in found.measures[0].says


def test_what_the_org_does_not_tell_is_said_and_no_figure_made_of_it() -> None:
    shown = with_field(COUNTER)
    for ground in (without(shown, "OpportunityHistory"), shown):
        found = held(COUNTS, ground, {"SELECT": "insufficient access"})
        assert (found.findings, found.measures, found.unseen[0].object) == ((), (), "OpportunityHistory")
    named = an_org(fields=FieldMap.model_validate({"push_count": COUNTER}))
    assert held(COUNTS, named, {}).unseen[0].field == COUNTER
