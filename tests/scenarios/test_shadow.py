"""A shadow run: what monitor would have done, and beside it what the org's router, its flows and its people did."""

from collections.abc import Iterator

import pytest

from upbeat import operations
from upbeat.localorg import Fault, FaultKind
from upbeat.operations import Beside
from upbeat.testing import House

ROUTE, THREADS = "route-inbound-leads", "single-threaded-larger-deals"
ROUTER, MAYA, LENA, OWEN = (f"{name}@acme.example" for name in ("web.forms", "maya.chen", "lena.vogel", "owen.hughes"))


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE, THREADS]) as one:
        one.play()
        yield one


def lead(house: House, name: str, **values: str) -> str:
    plain = {"LastName": name, "Company": f"{name} AG", "Country": "Germany", "OwnerId": house.ids["New Leads"]}
    found = house.create("Lead", by=ROUTER, **{**plain, **values})
    house.play()
    return found


def beside(house: House, name: str = ROUTE) -> Beside:
    return operations.go_live_report(house.space.house, name).beside


def would(house: House, record: str) -> str:
    [route] = [
        one for one in operations.go_live_report(house.space.house, ROUTE).monitor.examples if one.record_id == record
    ]
    return route.to


def test_a_router_that_did_alike_otherwise_and_nothing_is_counted_by_each(house: House) -> None:
    alike, other, left = lead(house, "Alike"), lead(house, "Other"), lead(house, "Left")
    names = {"Lena Vogel": LENA, "Owen Hughes": OWEN}
    house.update("Lead", alike, by=ROUTER, OwnerId=house.ids[names[would(house, alike)]])
    house.update("Lead", other, by=ROUTER, OwnerId=house.ids[MAYA])
    house.update("Lead", left, by=ROUTER, Rating="Hot")
    found = beside(house)
    assert (found.same, found.different, found.nothing, found.unknown) == (1, 1, 1, {})
    [difference] = found.differences
    assert (difference.why, difference.by, difference.count) == ("fair share", "Website Forms", 1)
    assert difference.examples[0].theirs == "OwnerId Maya Chen"
    assert found.sources == ("LeadHistory",)


def test_a_pool_is_laid_beside_the_router_in_place_with_the_reason_where_they_differ(house: House) -> None:
    other, outside = lead(house, "Territory"), lead(house, "Outsider", OwnerId=house.ids["dana.whitfield@acme.example"])
    waits = lead(house, "Waits")
    house.update("Lead", other, by=ROUTER, OwnerId=house.ids[MAYA])
    found = beside(house).routing
    assert found is not None
    assert (found.same, found.different, found.waiting, found.asked) == (0, 2, 1, 0)
    assert found.why == {"territory": 1, "not in the pool": 1}
    told = {one.record_id: (one.theirs, one.why, one.detail) for one in found.cases}
    assert told[other] == ("Maya Chen", "territory", "serves East")
    assert told[outside][:2] == ("Dana Whitfield", "not in the pool")
    assert waits not in told
    assert {one.person: (one.theirs, one.ours) for one in found.people}["Maya Chen"] == (1, 0)


def test_the_first_that_others_did_counts_and_not_what_came_later(house: House) -> None:
    record = lead(house, "Twice")
    house.update("Lead", record, by=ROUTER, OwnerId=house.ids[MAYA])
    house.play("1 day")
    names = {"Lena Vogel": LENA, "Owen Hughes": OWEN}
    house.update("Lead", record, by=MAYA, OwnerId=house.ids[names[would(house, record)]])
    assert (beside(house).same, beside(house).different) == (0, 1)


def test_what_the_router_had_given_out_before_we_looked_is_compared_with_whom_the_pool_would_choose(
    house: House,
) -> None:
    lead(house, "Given", OwnerId=house.ids[MAYA])
    [difference] = beside(house).differences
    assert difference.why == "step route, assigned before we looked"
    assert difference.examples[0].theirs == "OwnerId Maya Chen"
    assert difference.examples[0].ours in {"OwnerId Lena Vogel", "OwnerId Owen Hughes"}


def test_what_we_would_have_asked_a_person_about_is_beside_what_others_did_by_themselves(house: House) -> None:
    taken, left = (lead(house, name, Country="France") for name in ("Taken", "Left"))  # which nobody serves
    house.update("Lead", taken, by=ROUTER, OwnerId=house.ids[MAYA])
    found = beside(house)
    assert (found.same, found.different, found.nothing) == (0, 1, 1)
    [difference] = found.differences
    assert (difference.why, difference.examples[0].theirs) == (
        "step route would have asked a person",
        "OwnerId Maya Chen",
    )
    assert left not in [one.record_id for one in difference.examples]


def test_a_field_without_history_is_compared_as_the_record_is_now_and_the_report_says_so(house: House) -> None:
    deal = house.create("Opportunity", Name="Thin", StageName="Qualification", CloseDate="2027-01-29", Amount=90_000)
    operations.look_now(house.space.house, THREADS)
    house.play()
    house.update("Opportunity", deal, by=MAYA, Risk_Flag__c="Looked at")
    house.create("Task", by=MAYA, Subject="Call the buyer", WhatId=deal, OwnerId=house.ids[MAYA])
    found = beside(house, THREADS)
    assert (found.same, found.different, found.nothing) == (0, 2, 0)
    assert {one.why: one.by for one in found.differences} == {"step flag": "somebody", "step ask": "Maya Chen"}
    assert any("as it is now, for Opportunity.Risk_Flag__c" in one for one in found.sources)


def test_what_the_org_does_not_tell_is_said_and_not_guessed(house: House) -> None:
    lead(house, "Hidden")
    house.org.faults.add(Fault("/tooling/query", FaultKind.UNUSABLE, times=None))
    found = beside(house)
    assert (found.same, found.different, found.nothing) == (0, 0, 1)
    assert [one.partition(" (")[0] for one in found.sources] == [
        "the record as it is now, for Lead.OwnerId: no history of it",
        "which fields of Lead are tracked cannot be read",
    ]


def test_a_person_judges_a_sample_and_the_report_counts_the_newest_word_on_each(house: House) -> None:
    first, second = lead(house, "First"), lead(house, "Second")
    operations.judge(house.space.house, first, "wrong", MAYA, "she is on leave")
    operations.judge(house.space.house, first, "right", MAYA)
    operations.judge(house.space.house, second, "wrong", MAYA, "not our region")
    judged = operations.go_live_report(house.space.house, ROUTE).monitor.judged
    assert (judged.right.part, judged.right.of, judged.wrong) == (1, 2, {"not our region": 1})
    assert 0 < judged.right.low < 0.5 < judged.right.high < 1


def test_wrong_takes_a_reason_and_what_is_live_is_no_sample(house: House) -> None:
    record = lead(house, "Sample")
    with pytest.raises(operations.Refused, match="needs its reason"):
        operations.judge(house.space.house, record, "wrong", MAYA)
    house.promote(ROUTE)
    later = lead(house, "Live")
    with pytest.raises(operations.Refused, match="was live: what it did is done"):
        operations.judge(house.space.house, later, "right", MAYA)
