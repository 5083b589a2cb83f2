"""A lead that has had another owner since: what was promised of the one before is no reason to leave it alone."""

from collections.abc import Iterator

import pytest
from tests.scenarios.promised import POOL, ROUTE, arrives, kinds, monday, promise, until

from upbeat.ledger import Kind
from upbeat.testing import House

LUIS = "luis.ortega@acme.example"
COLD = """\
    pool: inbound
    when: 'ISPICKVAL(Rating, "Cold")'
  - step: give
    agent: seller
    use: update_record
    when: 'ISPICKVAL(Rating, "Hot")'
    set: {OwnerId: LUIS}
"""
SELLER = """\
agent: seller
role: Gives hot leads to who sells.
may_call: [update_record]
reads: [Lead.*]
writes: [Lead.OwnerId]
model: none
"""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[ROUTE], files={"routing/inbound.yaml": POOL}) as one:
        flow = (one.folder / "workflows" / f"{ROUTE}.yaml").read_text()
        flow = flow.replace("start: created\n", "start: changed\n  watches: [Rating]\n")
        flow = flow.replace("    pool: inbound\n", COLD.replace("LUIS", one.ids[LUIS]))
        one.write({f"workflows/{ROUTE}.yaml": flow, "agents/seller.yaml": SELLER})
        one.promote(ROUTE)
        yield one


@pytest.fixture(autouse=True)
def _morning(house: House) -> None:
    monday(house)


def _gets_hot(house: House, lead: str) -> None:
    house.update("Lead", lead, Rating="Hot")
    for _ in range(2):
        house.play("1 minute")


def _touched(house: House) -> str:
    """Let a lead come in that its owner calls, so that the promise is kept; give its id."""
    lead = arrives(house, Rating="Cold")
    owner = house.owner("Lead", lead)
    house.create("Task", by=owner, WhoId=lead, Subject="Call", Status="Completed", OwnerId=house.ids[owner])
    until(house, 12)
    assert promise(house, lead).stage == "touched"
    return lead


def test_a_lead_is_taken_by_who_touched_it_as_long_as_it_is_theirs(house: House) -> None:
    theirs = _touched(house)
    _gets_hot(house, theirs)
    [asked] = [one for one in house.reviews() if one.record_id == theirs]
    assert "touched it on" in asked.body.why
    monday(house)
    put_back = _touched(house)
    house.update("Lead", put_back, OwnerId=house.ids["New Leads"])
    _gets_hot(house, put_back)
    assert house.owner("Lead", put_back) == LUIS


def test_a_lead_that_another_workflow_gave_to_somebody_is_no_persons_fix(house: House) -> None:
    lead = arrives(house, Rating="Cold")
    _gets_hot(house, lead)
    assert house.owner("Lead", lead) == LUIS
    until(house, 13)
    now = promise(house, lead)
    assert (now.stage, now.detail) == ("ended", f"the workflow route-inbound-leads gave it to {LUIS}")
    assert Kind.PASSED_ON not in kinds(house, lead)
