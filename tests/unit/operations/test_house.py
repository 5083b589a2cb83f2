"""What every use case asks first: which run is meant, who says so, and what is new."""

from collections.abc import Callable, Iterator

import pytest

from upbeat import operations
from upbeat.operations import Refused
from upbeat.testing import House

ROUTE, NEXT = "route-inbound-leads", "missing-next-step"
PRIYA, SAM = "priya.shah@acme.example", "sam.porter@acme.example"

Make = Callable[..., str]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[ROUTE, NEXT]) as one:
        one.play()
        yield one


@pytest.fixture
def a_lead(house: House) -> Make:
    def make(name: str = "Evans") -> str:
        lead = house.create("Lead", LastName=name, Company="Pennant", Country="UK", OwnerId=house.ids["New Leads"])
        house.play()
        return lead

    return make


class TestRuns:
    def test_a_run_is_found_by_its_beginning_or_by_its_record(self, house: House, a_lead: Make) -> None:
        run = house.run(lead := a_lead()).run
        assert {operations.find_run(house.space.house, key) for key in (run, run[:10], lead, lead[:15])} == {run}

    def test_a_record_with_several_runs_is_not_one_run(self, house: House) -> None:
        house.promote(NEXT)
        deal = house.create("Opportunity", Name="L", StageName="Value Proposition", CloseDate="2027-03-31")
        house.play("3 days")
        house.update("Opportunity", deal, NextStep="Call")
        house.play("3 days")
        house.update("Opportunity", deal, NextStep=None)
        house.play("3 days")
        with pytest.raises(Refused, match="has 2 runs") as raised:
            operations.find_run(house.space.house, deal)
        assert house.run(deal).run[:10] in raised.value.fix

    def test_a_beginning_that_several_runs_share_is_not_one_run(self, house: House, a_lead: Make) -> None:
        runs = [house.run(a_lead()).run for _ in range(17)]
        shared = next(one[0] for one in runs if sum(other[0] == one[0] for other in runs) > 1)
        with pytest.raises(Refused, match="runs"):
            operations.find_run(house.space.house, shared)


class TestPeople:
    def test_a_person_is_who_the_org_says(self, house: House) -> None:
        assert house.space.house.person(PRIYA.upper()).username == PRIYA

    @pytest.mark.parametrize(
        ("name", "why"),
        [
            pytest.param("", "nobody says who", id="nobody"),
            pytest.param("x@acme.example", "is no user of this org", id="a stranger"),
            pytest.param("New Leads", "is no user of this org", id="a queue"),
            pytest.param(SAM, "is not active", id="somebody who left"),
        ],
    )
    def test_nobody_else_decides_anything(self, house: House, name: str, why: str) -> None:
        house.update("User", house.ids[SAM], IsActive=False)
        house.play("2 minutes")
        with pytest.raises(Refused, match=why):
            house.space.house.person(name)


class TestNews:
    def test_what_happened_since_is_told_once(self, house: House, a_lead: Make) -> None:
        _, last = operations.news(house.space.house, 0)
        lead = a_lead("Vogel")
        [one], newest = operations.news(house.space.house, last)
        assert (one.record_id, one.outcome, one.mode, one.took) == (lead, "routed", "monitor", 15.0)
        assert "Vogel" in one.name or one.name == "Pennant"
        assert operations.news(house.space.house, newest) == ([], newest)


class TestLookNow:
    def test_a_schedule_looks_at_the_next_turn(self, house: House) -> None:
        deal = house.create("Opportunity", Name="Now", StageName="Value Proposition", CloseDate="2027-03-31")
        house.play()
        assert house.runs(deal) == []
        operations.look_now(house.space.house, NEXT)
        house.play()
        assert len(house.runs(deal)) == 1

    @pytest.mark.parametrize("name", [ROUTE, "nothing"])
    def test_what_has_no_schedule_does_not_look(self, house: House, name: str) -> None:
        with pytest.raises(Refused, match="is no scheduled workflow") as raised:
            operations.look_now(house.space.house, name)
        assert raised.value.fix == f"There are: {NEXT}."


@pytest.mark.law(2)
class TestWatchdog:
    def test_nothing_is_loose_while_the_engine_runs(self, house: House, a_lead: Make) -> None:
        a_lead()
        assert operations.status(house.space.house).loose == ()

    def test_an_item_that_nobody_carries_on_is_told_once_its_time_is_over(self, house: House) -> None:
        house.create("Lead", LastName="Left", Company="P", Country="UK", OwnerId=house.ids["New Leads"])
        operations.stop(house.space.house, PRIYA, "a test")
        house.play("10 minutes")
        assert operations.status(house.space.house).loose == ()
        house.play("20 minutes")
        [loose] = operations.status(house.space.house).loose
        assert (loose.workflow, loose.state, loose.owner) == (ROUTE, "ready", PRIYA)
        operations.resume(house.space.house, PRIYA)
        house.play()
        assert operations.status(house.space.house).loose == ()
