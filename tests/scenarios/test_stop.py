"""A person stops every write: at once, over restarts, until a person lifts it (law 15)."""

from collections.abc import Callable, Iterator

import pytest

from upbeat import operations
from upbeat.localorg.faults import Fault, FaultKind
from upbeat.operations import Refused
from upbeat.testing import House

pytestmark = pytest.mark.law(15)

Make = Callable[..., str]

ROUTE = "route-inbound-leads"
DANA = "dana.whitfield@acme.example"


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE]) as one:
        one.promote(ROUTE)
        yield one


def stop(house: House) -> None:
    operations.stop(house.space.house, DANA, "wrong owners")


def test_after_a_stop_nothing_is_written(house: House, a_lead: Make) -> None:
    stop(house)
    a_lead()
    house.play()
    house.play("1 hour")
    assert house.written() == []


def test_what_was_cleared_and_not_yet_sent_is_not_sent(house: House, a_lead: Make) -> None:
    house.org.faults.add(Fault("PATCH .*composite", FaultKind.LOCK, times=5))
    lead = a_lead()
    house.play()
    stop(house)
    house.play("1 hour")
    assert (house.run(lead).state, house.written()) == ("retry", [])


def test_a_stop_holds_over_a_restart_of_the_engine(house: House, a_lead: Make) -> None:
    stop(house)
    a_lead()
    house.restart()
    house.play("1 minute")
    assert house.written() == []


def test_what_happens_meanwhile_is_taken_in_and_waits(house: House, a_lead: Make) -> None:
    stop(house)
    lead = a_lead()
    house.play()
    assert (house.run(lead).state, house.run(lead).owner) == ("ready", "priya.shah@acme.example")


def test_once_it_is_lifted_all_goes_on_and_nothing_happens_twice(house: House, a_lead: Make) -> None:
    before = a_lead()
    house.play()
    stop(house)
    leads = [a_lead(LastName=f"Rowe {number}") for number in range(3)]
    house.restart()
    house.play("1 minute")
    operations.resume(house.space.house, DANA)
    house.play()
    assert [len(house.runs(one)) for one in (before, *leads)] == [1, 1, 1, 1]
    assert sorted(house.written()) == sorted([before, *leads])


def test_a_rollback_waits_too(house: House, a_lead: Make) -> None:
    lead = a_lead()
    house.play()
    owner = house.owner("Lead", lead)
    stop(house)
    operations.roll_back(house.space.house, lead, DANA)
    house.play()
    assert house.owner("Lead", lead) == owner


def test_only_a_person_of_the_org_lifts_it(house: House) -> None:
    stop(house)
    with pytest.raises(Refused, match="is no user of this org"):
        operations.resume(house.space.house, "somebody@acme.example")
    assert operations.status(house.space.house).stopped is not None


def test_a_stop_says_who_and_why_and_the_first_one_counts(house: House) -> None:
    stop(house)
    order = operations.stop(house.space.house, "ben.foster@acme.example", "me too")
    assert (order.by, order.why) == (DANA, "wrong owners")


def test_it_stops_though_a_workflows_file_cannot_be_read_and_the_org_is_away(house: House) -> None:
    house.close()
    house.write({f"workflows/{ROUTE}.yaml": "workflow: [", "policy.yaml": "roles: {"})
    house.org.faults.add(Fault(".*", FaultKind.BEFORE, times=1000))
    stop(house)
    assert operations.status(house.space.house).stopped is not None


def test_nothing_is_lifted_where_nothing_was_stopped(house: House) -> None:
    with pytest.raises(Refused, match="nothing is stopped"):
        operations.resume(house.space.house, DANA)
