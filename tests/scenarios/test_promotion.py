"""Who takes a workflow live: two people, of different roles, of a version that ran in monitor."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from upbeat import operations
from upbeat.domain import Mode
from upbeat.operations import Refused
from upbeat.store import tables
from upbeat.testing import House

PRIYA, ROWAN, DANA = (f"{name}@acme.example" for name in ("priya.shah", "rowan.ellis", "dana.whitfield"))
ROUTE = "route-inbound-leads"


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE]) as one:
        one.play()
        yield one


@pytest.mark.parametrize(
    "people",
    [
        pytest.param([], id="nobody"),
        pytest.param([PRIYA], id="one person"),
        pytest.param([ROWAN, ROWAN], id="one person twice"),
        pytest.param([PRIYA, DANA], id="a role is missing"),
        pytest.param(["priya.shah@acme.example", "PRIYA.SHAH@ACME.EXAMPLE"], id="one person, spelt twice"),
    ],
)
def test_fewer_than_one_person_of_each_role_take_nothing_live(house: House, people: list[str]) -> None:
    with pytest.raises(Refused, match="takes a different person of each role"):
        operations.promote(house.space.house, ROUTE, people)
    assert house.space.versions.modes() == {ROUTE: Mode.MONITOR}


@pytest.mark.parametrize(
    ("someone", "why"),
    [
        pytest.param("nobody@acme.example", "is no user of this org", id="unknown"),
        pytest.param("sam.porter@acme.example", "is not active", id="left"),
    ],
)
def test_only_active_people_of_the_org_take_something_live(house: House, someone: str, why: str) -> None:
    house.update("User", house.ids["sam.porter@acme.example"], IsActive=False)
    house.play("2 minutes")  # the engine reads the org's users once a minute
    with pytest.raises(Refused, match=why):
        operations.promote(house.space.house, ROUTE, [PRIYA, someone])


def test_two_people_of_the_two_roles_take_it_live_and_the_ledger_names_them(house: House) -> None:
    done = operations.promote(house.space.house, ROUTE, [ROWAN, PRIYA], "seen for a week")
    with house.space.store.reading() as conn:
        entry = conn.scalar(select(tables.modes.c.entry_id).where(tables.modes.c.workflow == ROUTE))
        said = house.space.ledger.read(conn, entry or "")
    assert (done.mode, set(done.by), said.payload["note"]) == (Mode.LIVE, {PRIYA, ROWAN}, "seen for a week")


def test_the_promotion_says_what_monitor_mode_showed(house: House) -> None:
    house.create("Lead", LastName="Huber", Company="Talwerk", Country="Germany", OwnerId=house.ids["New Leads"])
    house.play()
    assert operations.promote(house.space.house, ROUTE, [ROWAN, PRIYA]).observed == {"routed": 1}


def test_a_version_that_no_engine_ever_ran_is_not_taken_live() -> None:
    with House(only=[ROUTE]) as house, pytest.raises(Refused, match="never ran in monitor mode"):
        operations.promote(house.space.house, ROUTE, [ROWAN, PRIYA])


def test_what_is_live_is_not_taken_live_again(house: House) -> None:
    house.promote(ROUTE)
    with pytest.raises(Refused, match="is live already"):
        house.promote(ROUTE)


def test_one_person_takes_it_back_to_monitor_and_then_nothing_is_written(house: House) -> None:
    house.promote(ROUTE)
    operations.demote(house.space.house, ROUTE, DANA, "wrong people")
    lead = house.create("Lead", LastName="Huber", Company="Talwerk", Country="UK", OwnerId=house.ids["New Leads"])
    house.play()
    assert (house.run(lead).mode, house.written()) == ("monitor", [])
