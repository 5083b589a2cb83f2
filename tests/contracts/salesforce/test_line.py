"""The whole line on an org in which everything goes wrong now and then: nothing lost, nothing twice, all of it told."""

import re
from collections.abc import Iterator

import pytest
import structlog.testing

from upbeat import operations
from upbeat.localorg import Fault
from upbeat.localorg.faults import Faults
from upbeat.salesforce import Retryable
from upbeat.testing import House

ROUTE, NEXT = "route-inbound-leads", "missing-next-step"
LEADS = 12
READS = ["concurrent limit", "500 before", "503 after commit", "cut before", "cut after commit", "limit"]
WRITES = [*READS, "500 after commit", "503 before"]


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE, NEXT]) as one:
        one.promote(ROUTE, NEXT)
        yield one


def beset(house: House, seed: int) -> None:
    """Let each kind of trouble meet each kind of call, at a rate of its own."""
    for number, kind in enumerate(READS):
        house.org.faults.add(
            Fault("GET .*/(query|limits|describe)", kind, times=None, rate=0.03, seed=seed * 100 + number)
        )
    for number, kind in enumerate(WRITES):
        house.org.faults.add(
            Fault("(POST|PATCH) .*/composite/sobjects", kind, times=None, rate=0.08, seed=seed * 1000 + number)
        )
    for calls in range(seed, 100, 9):
        house.org.faults.add(Fault("(query|composite)", "401", skip=calls))
    house.org.faults.add(Fault("(POST|PATCH) .*/composite/sobjects", "lock", times=None, rows=3, rate=0.2, seed=seed))


def work(house: House, hours: int) -> None:
    """Let the engine work, and wait when it says that the org is away, as `upbeat run` does."""
    for _ in range(hours * 6):
        try:
            house.play("10 minutes")
        except Retryable:
            continue


@pytest.mark.law(2)
@pytest.mark.law(3)
@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_goes_wrong_every_record_is_worked_on_once(house: House, seed: int) -> None:
    house.play()
    beset(house, seed)
    plain = {"Company": "Pennant & Rowe", "OwnerId": house.ids["New Leads"]}
    with structlog.testing.capture_logs() as told:
        leads = [
            house.create("Lead", by="web.forms@acme.example", LastName=f"Lead {n}", Country="UK", **plain)
            for n in range(LEADS)
        ]
        deal = house.create(
            "Opportunity",
            by="maya.chen@acme.example",
            Name="Lowell",
            StageName="Value Proposition",
            CloseDate="2027-03-31",
        )
        work(house, 30)
    house.org.faults = Faults()
    work(house, 2)
    assert {house.run(lead).outcome for lead in leads} == {"routed"}
    assert "New Leads" not in {house.owner("Lead", lead) for lead in leads}
    tasks = house.query(f"SELECT Subject FROM Task WHERE WhatId = '{deal}'")
    days = {run.run for run in house.runs(deal) if run.outcome == "asked"}
    assert len(tasks) == len(days) == 1
    assert (operations.status(house.space.house).loose, operations.verify(house.space.house).ok) == ((), True)
    again = [line for line in told if line["event"] == "sending again"]
    assert len({line["cause"] for line in again}) >= 2
    assert all(re.fullmatch(r"(GET|POST|PATCH) \S+", line["call"]) for line in again)
