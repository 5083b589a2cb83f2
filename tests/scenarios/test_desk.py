"""What an assignment rests on beside the record: open work and calendars of the org, a step's facts, others' turns."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from upbeat import operations
from upbeat.base import decode
from upbeat.operations import Replayed
from upbeat.routing import Place
from upbeat.store import tables
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

ROUTE = "route-inbound-leads"
LENA, OWEN, MAYA, DANA = (
    f"{name}@acme.example" for name in ("lena.vogel", "owen.hughes", "maya.chen", "dana.whitfield")
)
POOL = f"""\
pool: inbound
title: Leads for two people
object: Lead
owner: priya.shah@acme.example
takes_from: [New Leads]
given: {{tier: text}}
match: {{account: [company name]}}
needs: {{skills: [{{skill: enterprise, when: '$Routing.tier = "Hot"'}}]}}
work: [{{object: Lead, when: 'NOT(IsConverted)'}}]
out_of_office: true
members:
  - {{user: {LENA}, capacity: 6}}
  - {{user: {OWEN}, skills: [enterprise]}}
otherwise: {{hold: Nobody is free, owner: priya.shah@acme.example, due: 1 day}}
"""
FLOW = (
    (PLAYBOOKS / "workflows" / f"{ROUTE}.yaml")
    .read_text()
    .replace("    pool: inbound\n", "    pool: inbound\n    with: {tier: '{!TEXT(Rating)}'}\n")
)

Arrive = Callable[..., list[str]]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[ROUTE], files={"routing/inbound.yaml": POOL, f"workflows/{ROUTE}.yaml": FLOW}) as one:
        one.promote(ROUTE)
        yield one


@pytest.fixture
def arrive(house: House) -> Arrive:
    """Let leads of these companies come at once, and be routed in one batch: their ids."""

    def make(*companies: str, **values: str) -> list[str]:
        plain = {"OwnerId": house.ids["New Leads"], **values}
        leads = [house.create("Lead", LastName=f"Rowe {one}", Company=one, **plain) for one in companies]
        house.play("5 minutes")
        return leads

    return make


def owners(house: House, leads: list[str]) -> list[str]:
    return [house.owner("Lead", one) for one in leads]


def test_a_formula_of_the_pool_reads_what_the_step_gives_it(house: House, arrive: Arrive) -> None:
    assert owners(house, arrive("Kestrel", "Merlin", Rating="Hot")) == [OWEN, OWEN]


@pytest.mark.law(3)
def test_two_leads_of_one_account_in_one_batch_have_one_owner(house: House, arrive: Arrive) -> None:
    house.create("Account", by=MAYA, Name="Harborline")
    assert owners(house, arrive("Harborline", "Harborline Ltd")) == [MAYA, MAYA]


def test_open_work_counts_against_a_capacity_within_a_batch_and_as_the_org_has_it_later(
    house: House, arrive: Arrive
) -> None:
    first = arrive(*(f"Firm {number}" for number in range(14)))
    assert owners(house, first).count(LENA) == 6
    [again] = arrive("One more")
    assert house.owner("Lead", again) == OWEN
    told = [line for one in house.run(again).told for line in one.details]
    assert "passed over Lena Vogel: has 6 units open, with a capacity of 6" in told
    for lead in first:
        if house.owner("Lead", lead) == LENA:
            house.update("Lead", lead, OwnerId=house.ids[DANA])
    assert LENA in owners(house, arrive("Freed", "Freed too"))


def test_who_is_out_of_office_by_the_orgs_calendar_is_given_nothing(house: House, arrive: Arrive) -> None:
    start, end = house.clock.now(), house.clock.now().replace(hour=23)
    times = {"StartDateTime": start.isoformat(), "EndDateTime": end.isoformat()}
    away = house.create("Event", OwnerId=house.ids[OWEN], Subject="Away", ShowAs="OutOfOffice", **times)
    [lead] = arrive("Peregrine", Rating="Hot")
    assert (house.owner("Lead", lead), house.run(lead).state) == ("New Leads", "waiting")
    house.org.delete([away], house.ids[OWEN])
    assert owners(house, arrive("Harrier", Rating="Hot")) == [OWEN]


def test_every_one_of_a_batch_is_decided_the_same_again_though_one_of_them_was_forgotten(
    house: House, arrive: Arrive
) -> None:
    leads = arrive(*(f"Batch {number}" for number in range(5)))
    operations.forget(house.space.house, leads[1], DANA, "asked by mail")
    verdicts = [operations.replay(house.space.house, one)[0].verdict for one in leads]
    assert verdicts == [Replayed.SAME, Replayed.ERASED, Replayed.SAME, Replayed.SAME, Replayed.SAME]


def test_an_engine_that_is_started_anew_counts_no_turn_twice(house: House, arrive: Arrive) -> None:
    before = taken(house)
    house.restart()
    arrive("Tern", "Gannet")
    assert taken(house) - before == 2


def taken(house: House) -> float:
    with house.space.store.reading() as conn:
        rows = conn.scalars(select(tables.pools.c.place).where(tables.pools.c.mode == "live"))
        return sum(decode(one, Place).taken for one in rows)
