"""One view of all work: by step, by agent and by system, as it stands now."""

import json
from collections.abc import Callable, Iterator

import pytest
from typer.testing import CliRunner

from upbeat import operations
from upbeat.cli import app
from upbeat.operations import System
from upbeat.testing import House

Make = Callable[..., str]

ROUTE, ADVANCE = "route-inbound-leads", "advance-stage"
REP = "maya.chen@acme.example"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """Two leads were routed, and a deal waits for its approval."""
    with House(only=[ROUTE, ADVANCE]) as one:
        one.promote(ROUTE, ADVANCE)
        for number in range(2):
            queue = one.ids["New Leads"]
            one.create("Lead", LastName=f"Rowe {number}", Company=f"Company {number}", Country="UK", OwnerId=queue)
        values = {"Name": "Lowell", "StageName": "Proposal/Price Quote", "CloseDate": "2027-03-31", "Amount": 42_000}
        deal = one.create("Opportunity", by=REP, **values)
        one.play("1 minute")
        one.update("Opportunity", deal, by=REP, Verbal_Commitment__c=True)
        one.play()
        yield one


def counts(house: House, **only: object) -> dict[tuple[str, str, str], int]:
    found = operations.work(house.space.house, **only)
    return {(one.step or one.workflow, one.system, one.state): one.count for one in found}


def test_work_is_counted_where_it_stands(house: House) -> None:
    found = counts(house)
    assert found["route", "salesforce", "written"] == 2
    assert found["advance", "salesforce", "held"] == 1
    assert found["advance", "people", "suggested change"] == 1
    assert found["advance", "engine", "waiting"] == 1


@pytest.mark.parametrize(
    ("only", "steps"),
    [
        pytest.param({"agent": "router"}, {"route"}, id="of one agent"),
        pytest.param({"step": "advance"}, {"advance"}, id="of one step"),
        pytest.param({"system": System.PEOPLE}, {"advance"}, id="with people"),
        pytest.param({"state": "written"}, {"route"}, id="in one state"),
    ],
)
def test_it_is_seen_by_step_by_agent_by_system_and_by_state(
    house: House, only: dict[str, object], steps: set[str]
) -> None:
    assert {step for step, _, _ in counts(house, **only)} == steps


def test_the_command_shows_it_and_says_where_there_is_none(house: House) -> None:
    here = ["--dir", str(house.folder)]
    shown = json.loads(CliRunner().invoke(app, ["work", "--system", "salesforce", "--json", *here]).stdout)
    assert {one["agent"] for one in shown} == {"router", "deal-inspector"}
    words = " ".join(CliRunner().invoke(app, ["work", "--agent", "nobody", *here]).stdout.split())
    assert "No work stands there. Work has agent: deal-inspector, router." in words
