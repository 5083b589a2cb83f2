"""Monitor mode: everything is looked at and told, nothing is written, nobody is asked (law 7)."""

import pytest

from upbeat import operations
from upbeat.localorg import sample
from upbeat.testing import House

pytestmark = pytest.mark.law(7)


def test_a_push_asks_nobody() -> None:
    with House(only=["repeated-close-date-push"]) as house:
        house.play()
        deal = house.create("Opportunity", Name="Quiet", StageName="Qualification", CloseDate="2026-12-01")
        for date in ("2026-12-10", "2026-12-20", "2026-12-30"):
            house.play("1 hour")
            house.update("Opportunity", deal, CloseDate=date)
            house.play()
        assert (house.run(deal).outcome, house.reviews()) == ("waiting", [])


def test_a_morning_of_all_workflows_on_a_years_org_leaves_no_trace_in_it() -> None:
    with House(year=True) as house:
        house.play()
        for act in sample.morning(seed=7):
            house.clock.move_to(max(act.at, house.clock.now()))
            sample.perform(house.org, [act], house.ids)
            house.play()
        seen = operations.status(house.space.house)
        assert (seen.items["route-inbound-leads (monitor)"]["routed"], seen.observed) > (10, 10)
        assert (house.written(), house.reviews()) == ([], [])
        assert house.space.writing.calls == 1  # who am I?
