"""A person knows better than a trigger: they override its flag, and it is quiet until the facts change."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from upbeat import operations
from upbeat.operations import Refused
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

Make = Callable[..., str]

NEXT, STAGE = "missing-next-step", "advance-stage"
FILE = f"workflows/{NEXT}.yaml"
STILL = "if_still_true: {after: 14 days, then: escalate}"
MAYA, DANA, PRIYA, BEN = (f"{one}@acme.example" for one in ("maya.chen", "dana.whitfield", "priya.shah", "ben.foster"))
WHY = "The buyer is on leave until January"


@pytest.fixture
def house() -> Iterator[House]:
    text = (PLAYBOOKS / FILE).read_text().replace(STILL, "if_still_true: {after: 2 days, then: fire again}")
    with House(only=[NEXT, STAGE], files={FILE: text}) as one:
        one.promote(NEXT, STAGE)
        yield one


@pytest.fixture
def flagged(house: House, a_deal: Make) -> str:
    deal = a_deal(NextStep=None)
    house.play("1 day")
    return deal


def days(house: House, number: int) -> None:
    for _ in range(number):
        house.play("1 day")


def outcomes(house: House, deal: str) -> Counter[str | None]:
    return Counter(run.outcome for run in house.runs(deal))


def test_an_overridden_flag_is_not_raised_again(house: House, flagged: str) -> None:
    operations.override(house.space.house, flagged, MAYA, WHY)
    days(house, 8)
    assert outcomes(house, flagged)["asked"] == 1


def test_an_item_that_meets_the_override_ends_as_overridden_and_says_by_whom_and_why(
    house: House, flagged: str
) -> None:
    operations.override(house.space.house, flagged, MAYA, WHY)
    days(house, 3)
    met = house.run(flagged)
    assert met.outcome == "overridden"
    assert f"{MAYA} overrode it: {WHY}" in [detail for told in met.told for detail in told.details]


def test_it_fires_again_once_a_fact_that_its_condition_reads_has_changed(house: House, flagged: str) -> None:
    operations.override(house.space.house, flagged, MAYA, WHY)
    house.update("Opportunity", flagged, by=MAYA, StageName="Perception Analysis")
    days(house, 1)
    assert outcomes(house, flagged)["asked"] == 2


def test_a_change_of_what_its_condition_does_not_read_leaves_it_quiet(house: House, flagged: str) -> None:
    operations.override(house.space.house, flagged, MAYA, WHY)
    house.update("Opportunity", flagged, by=MAYA, Amount=1_000_000)
    days(house, 8)
    assert outcomes(house, flagged)["asked"] == 1


def test_facts_that_changed_and_changed_back_have_changed(house: House, flagged: str) -> None:
    operations.override(house.space.house, flagged, MAYA, WHY)
    house.update("Opportunity", flagged, by=MAYA, NextStep="Call finance")
    days(house, 1)
    house.update("Opportunity", flagged, by=MAYA, NextStep=None)
    days(house, 1)
    assert outcomes(house, flagged)["asked"] == 2


def test_the_overridden_run_tells_its_whole_story(house: House, flagged: str) -> None:
    operations.override(house.space.house, flagged, MAYA, WHY)
    house.update("Opportunity", flagged, by=MAYA, StageName="Perception Analysis")
    days(house, 1)
    told = [(one.actor, one.what) for one in house.runs(flagged)[0].told]
    assert (MAYA, f"overridden, and quiet until the facts change: {WHY}") in told
    assert ("upbeat", f"heard again, as the facts have changed since {MAYA} overrode it: {WHY}") in told


def test_a_suggested_change_that_waits_is_taken_back_by_who_may_refuse_it(house: House, a_deal: Make) -> None:
    deal = a_deal()
    house.play()
    house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True)
    house.play()
    assert [one.record_id for one in house.reviews()] == [deal]
    with pytest.raises(Refused, match="may not decide the change"):
        operations.override(house.space.house, deal, MAYA, WHY)
    operations.override(house.space.house, deal, PRIYA, WHY)
    house.play()
    assert (house.run(deal).outcome, house.reviews(), house.written()) == ("overridden", [], [])


@pytest.mark.parametrize("person", [MAYA, DANA, PRIYA], ids=["its owner", "their manager", "the workflow's owner"])
def test_whom_a_flag_concerns_may_override_it(house: House, flagged: str, person: str) -> None:
    assert operations.override(house.space.house, flagged, person, WHY).by == person


def test_others_may_not(house: House, flagged: str) -> None:
    with pytest.raises(Refused, match="does not concern"):
        operations.override(house.space.house, flagged, BEN, WHY)


def test_an_override_without_a_reason_is_refused(house: House, flagged: str) -> None:
    with pytest.raises(Refused, match="needs its reason"):
        operations.override(house.space.house, flagged, MAYA, "  ")


def test_a_run_that_raised_no_flag_cannot_be_overridden(house: House, a_deal: Make) -> None:
    deal = a_deal()
    house.play()
    house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True, StageName="Negotiation/Review")
    house.play()
    with pytest.raises(Refused, match="has no flag"):
        operations.override(house.space.house, deal, MAYA, WHY)


def test_a_person_who_starts_the_workflow_on_the_record_meets_the_override_too(house: House, flagged: str) -> None:
    operations.override(house.space.house, flagged, MAYA, WHY)
    operations.start_on(house.space.house, NEXT, flagged, DANA)
    house.play()
    assert house.run(flagged).outcome == "overridden"


def test_forgetting_the_record_forgets_the_override(house: House, flagged: str) -> None:
    operations.override(house.space.house, flagged, MAYA, WHY)
    operations.forget(house.space.house, flagged, PRIYA)
    assert WHY.encode() not in b"".join(file.read_bytes() for file in house.folder.rglob("*.db*"))
