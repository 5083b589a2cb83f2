"""A change is tried on past records before it goes live: what the new version would do more, and what no more."""

from collections.abc import Iterator

import pytest

from upbeat import operations
from upbeat.domain import Mode
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

ROUTE = "route-inbound-leads"
FILE = f"workflows/{ROUTE}.yaml"


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE]) as one:
        one.play()
        yield one


def lead(house: House, name: str, rating: str) -> str:
    queue = house.ids["New Leads"]
    found = house.create("Lead", LastName=name, Company=f"{name} AG", Country="Germany", Rating=rating, OwnerId=queue)
    house.play()
    return found


def change(house: House, when: str) -> None:
    house.write({FILE: (PLAYBOOKS / FILE).read_text().replace("    NOT(IsConverted)\n", f"    {when}\n")})
    house.restart()


def test_the_report_says_on_which_of_the_past_records_it_would_fire_now_and_no_more(house: House) -> None:
    hot, cold = lead(house, "Hot", "Hot"), lead(house, "Cold", "Cold")
    house.promote(ROUTE)
    change(house, 'AND(NOT(IsConverted), ISPICKVAL(Rating, "Hot"))')
    found = operations.go_live_report(house.space.house, ROUTE).compared
    assert found is not None
    assert (found.mode, found.events, found.both, found.only_before, found.only_new) == (Mode.LIVE, 2, 1, 1, 0)
    assert (found.no_more, found.now_fire) == ((cold,), ())
    assert house.get("Lead", hot)["OwnerId"] == house.ids["New Leads"]  # nothing was written to find that out


def test_the_first_version_has_nothing_before_it(house: House) -> None:
    lead(house, "First", "Hot")
    assert operations.go_live_report(house.space.house, ROUTE).compared is None


def test_a_version_that_fires_more_is_told_with_the_records(house: House) -> None:
    change(house, 'ISPICKVAL(Rating, "Hot")')
    house.play()
    cold = lead(house, "Cold", "Cold")
    change(house, "NOT(IsConverted)")
    house.play()
    found = operations.go_live_report(house.space.house, ROUTE).compared
    assert found is not None
    assert (found.mode, found.only_new, found.now_fire) == (Mode.MONITOR, 1, (cold,))
