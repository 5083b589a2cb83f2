"""Who had a person or a company last has them again, for as long as the pool says; in one batch as well."""

from collections.abc import Iterator

import pytest

from upbeat import operations
from upbeat.operations import Replayed
from upbeat.testing import House

ROUTE = "route-inbound-leads"
POOL = """\
pool: inbound
title: Leads for two people in turn
object: Lead
owner: priya.shah@acme.example
takes_from: [New Leads]
keeps: [{by: last owner, within: 30 days, if_away: share}]
members: [{user: lena.vogel@acme.example}, {user: owen.hughes@acme.example}]
otherwise: {hold: Nobody is free, owner: priya.shah@acme.example, due: 1 day}
"""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[ROUTE], files={"routing/inbound.yaml": POOL}) as one:
        one.promote(ROUTE)
        yield one


def a_lead(house: House, email: str, company: str) -> str:
    return house.create("Lead", LastName="Rowe", Company=company, Email=email, OwnerId=house.ids["New Leads"])


def owners(house: House, *leads: str) -> list[str]:
    house.play()
    return [house.owner("Lead", one) for one in leads]


def test_two_leads_of_one_company_in_one_batch_go_to_one_person(house: House) -> None:
    leads = [a_lead(house, f"{name}@pennant.example", "Pennant") for name in ("jo", "kim", "sam")]
    others = [a_lead(house, f"jo@{name}.example", name) for name in ("talwerk", "ironbridge")]
    found = owners(house, *leads, *others)
    assert len(set(found[:3])) == 1
    assert {one.verdict for lead in leads for one in operations.replay(house.space.house, lead)} == {Replayed.SAME}


def test_whoever_comes_later_goes_to_who_had_their_company_for_as_long_as_the_pool_says(house: House) -> None:
    [first] = owners(house, a_lead(house, "ada@lowell.example", "Lowell"))
    owners(house, a_lead(house, "jo@harborline.example", "Harborline"))  # the turn is the other's
    house.play("20 days")
    [again] = owners(house, a_lead(house, "ben@lowell.example", "Lowell Ltd"))
    assert again == first
