"""A workflow starts on more records than its file allows: it is paused, and its owner is told."""

from collections.abc import Callable, Iterator

import pytest

from upbeat.domain import Mode
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

Make = Callable[..., str]

ROUTE, NEXT = "route-inbound-leads", "missing-next-step"
PRIYA = "priya.shah@acme.example"


def limited(name: str, old: str) -> dict[str, str]:
    file = f"workflows/{name}.yaml"
    text = (PLAYBOOKS / file).read_text()
    assert old in text
    return {file: text.replace(old, "{per_hour: 3, per_day: 6}")}


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE], files=limited(ROUTE, "{per_hour: 20000, per_day: 100000}")) as one:
        one.promote(ROUTE)
        yield one


def test_up_to_the_limit_all_goes_on(house: House, a_lead: Make) -> None:
    leads = [a_lead() for _ in range(3)]
    house.play()
    assert [house.run(one).outcome for one in leads] == ["routed"] * 3
    assert house.space.versions.modes() == {ROUTE: Mode.LIVE}


def test_above_it_the_workflow_is_paused_before_anything_of_it_is_written(house: House, a_lead: Make) -> None:
    for _ in range(4):
        a_lead()
    house.play()
    assert (house.space.versions.modes(), house.written()) == ({ROUTE: Mode.PAUSED}, [])


def test_its_owner_is_told_why(house: House, a_lead: Make) -> None:
    for _ in range(4):
        a_lead()
    house.play()
    [told] = house.reviews(PRIYA)
    assert "it started on 4 records within an hour, and may on 3" in told.title


def test_an_owner_who_does_not_look_is_not_the_last_to_hear_of_it(house: House, a_lead: Make) -> None:
    for _ in range(4):
        a_lead()
    house.play()
    house.play("1 day")
    [told] = house.reviews()
    assert told.owner == "rowan.ellis@acme.example"


def test_once_promoted_again_it_goes_on_with_what_waited(house: House, a_lead: Make) -> None:
    leads = [a_lead() for _ in range(4)]
    house.play()
    house.promote(ROUTE)
    house.play("1 hour")
    assert [house.run(one).outcome for one in leads] == ["routed"] * 4


def test_an_hour_counts_from_now_backwards(house: House, a_lead: Make) -> None:
    for _ in range(2):
        for _ in range(3):
            a_lead()
        house.play("61 minutes")
    assert house.space.versions.modes() == {ROUTE: Mode.LIVE}


def test_a_day_counts_too(house: House, a_lead: Make) -> None:
    for number in (3, 3, 1):
        for _ in range(number):
            a_lead()
        house.play("61 minutes")
    assert house.space.versions.modes() == {ROUTE: Mode.PAUSED}


def test_a_scheduled_workflow_is_held_to_its_limits_too() -> None:
    with House(only=[NEXT], files=limited(NEXT, "{per_hour: 500, per_day: 2000}")) as house:
        house.promote(NEXT)
        for number in range(4):
            house.create("Opportunity", Name=f"D {number}", StageName="Value Proposition", CloseDate="2026-12-31")
        house.play("1 day")
        assert (house.space.versions.modes(), house.written()) == ({NEXT: Mode.PAUSED}, [])


@pytest.mark.law(7)
def test_monitor_mode_has_no_limit_as_it_writes_nothing() -> None:
    with House(only=[ROUTE], files=limited(ROUTE, "{per_hour: 20000, per_day: 100000}")) as house:
        for number in range(5):
            house.create("Lead", LastName=f"L {number}", Company="Firm", Country="UK", OwnerId=house.ids["New Leads"])
        house.play()
        assert house.space.versions.modes() == {ROUTE: Mode.MONITOR}
