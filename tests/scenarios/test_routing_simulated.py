"""A pool as its file says it now, laid on the leads that came: what would have gone elsewhere, and why."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.scenarios.test_routing import POOL, ROUTE

from upbeat.operations import routing
from upbeat.operations.routing import Past, PoolSimulation
from upbeat.testing import House

LENA, OWEN, PRIYA = (f"{name}@acme.example" for name in ("lena.vogel", "owen.hughes", "priya.shah"))
CHANGED = """\
pool: inbound
title: Leads for two people
object: Lead
owner: priya.shah@acme.example
takes_from: [New Leads]
match: {account: [website domain, company name]}
territories:
  - {name: Rhine, countries: [Germany]}
  - {name: Isles, countries: [Ireland]}
members:
  - {user: lena.vogel@acme.example, territories: [Rhine], hours: office, capacity: 40}
  - {user: owen.hughes@acme.example, territories: [Isles]}
work:
  - {object: Lead, when: 'NOT(IsConverted)'}
hours:
  office: {zone: Europe/Berlin, open: [weekdays 09:00-17:00]}
promise: {touch_within: 1 hour, by: office}
otherwise: {hold: Nobody is free, relax: [hours], owner: priya.shah@acme.example, due: 1 day}
"""


def lead(house: House, name: str, country: str, owner: str = "New Leads", by: str = PRIYA) -> str:
    key = house.ids[owner]
    return house.create("Lead", by=by, LastName=name, Company=f"{name} Works", Country=country, OwnerId=key)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """Three days with a German and an Irish lead each: Priya gave Owen all; Lena made one for herself."""
    with House(only=[ROUTE], files={"routing/inbound.yaml": POOL}) as one:
        for day in range(3):
            for country in ("Ireland", "Germany"):
                some = lead(one, f"{country}{day}", country)
                one.play("1 minute")
                one.update("Lead", some, by=PRIYA, OwnerId=one.ids[OWEN])
            one.play("1 day")
        lead(one, "Eigen", "Germany", LENA, by=LENA)
        one.play("1 minute")
        one.write({"routing/inbound.yaml": CHANGED})
        yield one


def simulated(house: House, where: str = "", *, as_published: bool = False) -> PoolSimulation:
    now = house.clock.now()
    past = Past(now - timedelta(days=90), now, where)
    return routing.simulate_pools(house.space.house, past, "inbound", as_published=as_published).pools[0]


def test_past_leads_go_where_the_changed_pool_says(house: House) -> None:
    found = simulated(house)
    assert (found.records, found.own) == (6, 1)
    assert {one.user: one.records for one in found.would.loads} == {LENA: 3, OWEN: 3}
    assert {one.user: one.records for one in found.had.loads} == {LENA: 0, OWEN: 6}


def test_what_differs_says_who_had_it_who_would_and_why(house: House) -> None:
    found = simulated(house)
    assert {(one.had, one.would, one.why) for one in found.differs} == {
        (OWEN, LENA, "who had it: serves another territory")
    }
    assert found.why == {"who had it: serves another territory": 3}


def test_a_condition_says_which_leads(house: House) -> None:
    found = simulated(house, "Country = 'Germany'")
    assert (found.records, found.own, len(found.differs)) == (3, 1, 3)


def test_what_it_cannot_know_is_said(house: House) -> None:
    assert [one for one in simulated(house).notes if one.startswith("Capacities are filled by the simulated records")]


def test_an_even_split_is_measured_as_even(house: House) -> None:
    found = simulated(house)
    assert (found.would.evenness, found.had.evenness) == (pytest.approx(1), pytest.approx(0.5))


def test_what_is_published_is_simulated_on_the_same_leads(house: House) -> None:
    found = simulated(house, as_published=True)
    had = {one.user: one.records for one in found.had.loads}
    assert had == {LENA: 3, OWEN: 3}
    assert {(one.had, one.would) for one in found.differs} == {(OWEN, LENA), (LENA, OWEN)}


def test_a_simulation_writes_nothing(house: House) -> None:
    before = house.query("SELECT Id, OwnerId, SystemModstamp FROM Lead ORDER BY Id")
    simulated(house)
    assert (house.query("SELECT Id, OwnerId, SystemModstamp FROM Lead ORDER BY Id"), house.written()) == (before, [])
