"""Whether somebody touched a lead cannot always be told: a person is asked of that one, and the others go on."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from tests.scenarios.promised import POOL, PRIYA, ROUTE, arrives, kinds, monday, promise, told, until

from upbeat import operations
from upbeat.base import UpbeatError
from upbeat.engine.keeping import ticking
from upbeat.ledger import Kind
from upbeat.testing import House

BY_FORMULA = "remind_after: 1 hour, touched: 'AnnualRevenue / NumberOfEmployees > 5'}"
UNTOLD = "touched it cannot be told: the pool's formula says division by zero"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[ROUTE], files={"routing/inbound.yaml": POOL.replace("remind_after: 1 hour}", BY_FORMULA)}) as one:
        one.promote(ROUTE)
        yield one


@pytest.fixture(autouse=True)
def _morning(house: House) -> None:
    monday(house)


@pytest.mark.law(2)
def test_a_lead_whose_formula_has_no_answer_goes_to_a_person_and_holds_up_no_other(house: House) -> None:
    good, bad = (arrives(house, LastName=f"Of {size}", NumberOfEmployees=size, AnnualRevenue=1) for size in (9, 0))
    first, other = house.owner("Lead", good), house.owner("Lead", bad)
    until(house, 12, minute=5)
    assert house.owner("Lead", good) != first
    assert (house.owner("Lead", bad), told(house, bad)[0]) == (other, (other, "due soon"))
    [asked] = [one for one in house.reviews(PRIYA) if one.record_id == bad]
    assert f"whether {other} {UNTOLD}" in asked.title
    assert (promise(house, bad).stage, Kind.BREACHED in kinds(house, bad)) == ("escalated", False)


@pytest.mark.law(2)
def test_leads_that_cannot_be_read_have_their_turn_again_and_the_engine_does_not_spin(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = arrives(house, NumberOfEmployees=9, AnnualRevenue=1)
    house.close()

    def refused(*_: object) -> Mapping[str, object]:
        raise UpbeatError("the org is away")

    with monkeypatch.context() as away:
        away.setattr(ticking, "read", refused)
        house.play("4 hours")  # both its reminder and its time are due
        later = house.clock.now() + timedelta(minutes=5)
        now = promise(house, lead)
        assert (now.stage, now.remind_at, now.due_at) == ("open", later, later)
    house.play("6 minutes")
    assert promise(house, lead).stage == "reminded"


def test_a_lead_of_which_a_touch_cannot_be_told_counts_as_taken_and_holds_up_no_other(house: House) -> None:
    good, bad = (arrives(house, LastName=f"Of {size}", NumberOfEmployees=size, AnnualRevenue=1) for size in (9, 0))
    for lead in (good, bad):
        operations.roll_back(house.space.house, house.run(lead).run, PRIYA)
    house.play()
    assert house.owner("Lead", good) == "New Leads"
    [asked] = [one for one in house.reviews() if one.record_id == bad]
    assert UNTOLD in asked.body.why
