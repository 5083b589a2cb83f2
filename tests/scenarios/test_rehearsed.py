"""A test on real records remembers what people said of them, as the line does."""

from upbeat import operations
from upbeat.testing import House

LARGER = "single-threaded-larger-deals"


def test_a_flag_that_a_person_overrode_is_quiet_in_a_test_too() -> None:
    with House(only=[LARGER]) as house:
        house.play()
        deal = house.create(
            "Opportunity", Name="Known", StageName="Qualification", CloseDate="2026-12-01", Amount=90_000
        )
        house.play("1 day")  # the schedule finds it, in monitor
        assert operations.rehearse(house.space.house, LARGER, ids=[deal]).fired == 1
        operations.override(house.space.house, deal, house.space.house.workflow(LARGER).owner, "one buyer alone")
        (found,) = operations.rehearse(house.space.house, LARGER, ids=[deal]).records
        assert (found.fired, found.outcome) == (False, "overridden")
