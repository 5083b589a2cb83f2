"""Somebody is chosen from a pool and leaves before it is written: the pool chooses anew, and nobody is stuck."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from upbeat import operations
from upbeat.base import decode
from upbeat.localorg import Fault, FaultKind
from upbeat.routing import Place
from upbeat.store import tables
from upbeat.testing import House

Make = Callable[..., str]

ROUTE, PRIYA = "route-inbound-leads", "priya.shah@acme.example"
BOTH = {"lena.vogel@acme.example", "owen.hughes@acme.example"}


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE]) as one:
        one.promote(ROUTE)
        yield one


@pytest.mark.law(11)
def test_who_was_deactivated_between_the_choice_and_the_write_is_passed_over_for_another(
    house: House, a_lead: Make
) -> None:
    first = a_lead(LastName="First")
    house.play()
    [chosen] = BOTH - {house.owner("Lead", first)}  # whose turn is next
    lead = a_lead(LastName="Second")
    house.org.faults.add(Fault("PATCH .*composite", FaultKind.LOCK, times=1))
    house.play()
    assert house.run(lead).state == "retry"
    house.update("User", house.ids[chosen], IsActive=False)
    house.play("10 seconds")  # the engine still takes them for active, as it read people a moment ago
    [other] = BOTH - {chosen}
    assert (house.owner("Lead", lead), house.run(lead).outcome) == (other, "routed")
    told = [one for told in house.run(lead).told for one in told.details]
    assert any(one.endswith("is not an active user any more") for one in told)
    with house.space.store.reading() as conn:
        places = [decode(one, Place) for one in conn.scalars(select(tables.pools.c.place))]
    assert sum(one.taken for one in places) == 2  # who left gave the turn back


@pytest.mark.law(2)
def test_what_cannot_be_taken_back_to_who_left_is_a_persons(house: House, a_lead: Make) -> None:
    lead = a_lead(OwnerId=house.ids["web.forms@acme.example"])
    house.play()
    began = house.clock.now()
    house.update("User", house.ids["web.forms@acme.example"], IsActive=False)
    operations.roll_back(house.space.house, lead, PRIYA)
    house.play()
    run = house.run(lead)
    assert (run.outcome, bool(run.owner), run.due_at is not None and run.due_at > began) == (None, True, True)
