"""What people say to a lead that they were given: yes, no, not this one, next please."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from tests.scenarios.promised import (
    BEN,
    LENA,
    OWEN,
    POOL,
    PRIYA,
    ROUTE,
    arrives,
    kinds,
    monday,
    promise,
    told,
    until,
)

from upbeat import operations
from upbeat.base import decode
from upbeat.ledger import Kind
from upbeat.operations import Refused
from upbeat.routing import Place, PromiseError
from upbeat.store import tables
from upbeat.testing import House

BY_ASKING = POOL.replace("remind_after: 1 hour", "remind_after: 1 hour, accept: true")


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[ROUTE], files={"routing/inbound.yaml": BY_ASKING}) as one:
        one.promote(ROUTE)
        yield one


@pytest.fixture(autouse=True)
def _morning(house: House) -> None:
    monday(house)


@pytest.fixture
def lead(house: House) -> str:
    return arrives(house)


def test_everybody_is_asked_at_once_whether_they_take_it(house: House, lead: str) -> None:
    owner = house.owner("Lead", lead)
    assert told(house, lead) == [(owner, "asked")]
    [waits] = operations.waiting(house.space.house, key=lead)
    assert (waits.owner, waits.name, waits.stage, waits.broken) == (owner, "Huber, Talwerk", "open", False)
    assert waits.left is not None
    assert 119 <= waits.left.total_seconds() / 60 <= 120


@pytest.mark.law(6)
def test_what_somebody_accepted_is_taken_from_them_by_a_persons_word_alone(house: House, lead: str) -> None:
    owner = house.owner("Lead", lead)
    operations.accept_promise(house.space.house, lead, owner)
    until(house, 12, minute=5)
    [asked] = [one for one in house.reviews() if one.record_id == lead]
    assert (asked.kind, asked.tier, house.owner("Lead", lead)) == ("suggested change", "review", owner)
    assert f"never auto once somebody works on it: {owner} accepted it" in asked.body.why
    assert promise(house, lead).stage == "escalated"
    house.reject(asked, asked.owner, "they are on it")
    house.play()
    now = promise(house, lead)
    assert (now.stage, house.owner("Lead", lead)) == ("ended", owner)
    assert "they are on it" in now.detail


def test_what_somebody_declines_goes_to_somebody_new_at_once_and_never_back(house: House, lead: str) -> None:
    owners = []
    for _ in range(3):
        owners.append(house.owner("Lead", lead))
        operations.decline_promise(house.space.house, lead, owners[-1], "busy")
        house.play()
    assert sorted(owners) == sorted([LENA, OWEN, BEN])
    [asked] = [one for one in house.reviews(PRIYA) if one.record_id == lead]
    assert (asked.kind, promise(house, lead).stage) == ("holding pool", "escalated")
    assert list(kinds(house, lead)).count(Kind.DECLINED) == 3


@pytest.mark.law(11)
def test_a_lead_returned_as_a_duplicate_is_looked_at_by_a_person_before_anybody_else_gets_it(
    house: House, lead: str
) -> None:
    owner = house.owner("Lead", lead)
    operations.accept_promise(house.space.house, lead, owner)
    operations.return_promise(house.space.house, lead, owner, "duplicate: see Talwerk AG")
    house.play()
    [asked] = [one for one in house.reviews(PRIYA) if one.record_id == lead]
    assert "given back: duplicate: see Talwerk AG" in asked.title
    assert (house.owner("Lead", lead), promise(house, lead).stage) == (owner, "escalated")
    with pytest.raises(PromiseError, match="somebody else is being looked for"):
        operations.accept_promise(house.space.house, lead, owner)


@pytest.mark.parametrize(
    ("why", "again"), [("invalid", True), ("Duplicates", True), ("duplicate - see 3", True), ("not my language", False)]
)
def test_the_turn_is_theirs_again_who_returned_a_bad_lead_and_no_others(house: House, why: str, *, again: bool) -> None:
    lead = arrives(house)
    owner = house.owner("Lead", lead)
    said = operations.return_promise(house.space.house, lead, owner, why)
    house.play()
    assert said.credit is again
    assert (house.owner("Lead", arrives(house)) == owner) is again


def test_a_returned_lead_that_stays_with_its_owner_earns_no_turn(house: House) -> None:
    lead = arrives(house)
    owner, stood = house.owner("Lead", lead), owed(house)
    operations.return_promise(house.space.house, lead, owner, "duplicate")
    house.play()
    assert owed(house)[owner] > stood[owner]
    [asked] = [one for one in house.reviews(PRIYA) if one.record_id == lead]
    house.approve(asked, PRIYA, owner)
    house.play()
    assert (owed(house), promise(house, lead).stage) == (pytest.approx(stood), "open")


def owed(house: House) -> dict[str, float]:
    with house.space.store.reading() as conn:
        rows = conn.execute(select(tables.pools.c.member, tables.pools.c.place).where(tables.pools.c.mode == "live"))
        return {row.member: decode(row.place, Place).owed for row in rows}


def test_a_manager_and_a_holder_of_a_role_speak_for_somebody_and_a_colleague_does_not(house: House, lead: str) -> None:
    owner = house.owner("Lead", lead)
    other = next(one for one in (LENA, OWEN, BEN) if one != owner)
    with pytest.raises(Refused, match="does not speak for"):
        operations.decline_promise(house.space.house, lead, other, "mine is fuller")
    with pytest.raises(Refused, match="needs its reason"):
        operations.decline_promise(house.space.house, lead, owner, " ")
    assert operations.accept_promise(house.space.house, lead, PRIYA).stage == "accepted"
