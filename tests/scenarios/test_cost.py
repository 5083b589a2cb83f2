"""What a month took: the completed work item is the unit, and every figure says whether it is measured."""

import csv
import json
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from typer.testing import CliRunner

from upbeat import operations
from upbeat.cli import app
from upbeat.operations import Cost, Refused
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

Make = Callable[..., str]

ROUTE, ADVANCE, PUSH = "route-inbound-leads", "advance-stage", "repeated-close-date-push"
DANA, ROWAN, REP = (f"{name}@acme.example" for name in ("dana.whitfield", "rowan.ellis", "maya.chen"))


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE, ADVANCE, PUSH]) as one:
        one.promote(ROUTE, ADVANCE)
        yield one


def month(house: House, name: str = "") -> Cost:
    return operations.cost(house.space.house, name)


def settled(house: House) -> Cost:
    """Give the cost with every call noted, as it is once the engine has ended."""
    house.close()
    return month(house)


def test_a_work_item_is_a_run_that_fired_and_came_to_an_outcome(house: House, a_lead: Make, a_deal: Make) -> None:
    for number in range(3):
        a_lead(LastName=f"Rowe {number}")
    a_lead(LastName="Taken", OwnerId=house.ids["ben.foster@acme.example"])
    deal = a_deal()
    house.play("1 minute")
    house.update("Opportunity", deal, by=REP, CloseDate="2026-01-31")  # the condition of the push does not hold
    house.play()
    found = {one.workflow: one for one in month(house).workflows}
    assert {one.outcome: one.items for one in found[ROUTE].outcomes} == {"left alone": 1, "routed": 3}
    assert (found[ROUTE].items, found[PUSH].items, found[PUSH].looked_at) == (4, 0, 1)


def test_calls_are_counted_for_the_workflow_that_they_are_made_for_and_add_up(house: House, a_lead: Make) -> None:
    _ = house.engine
    before = house.space.reading.calls + house.space.writing.calls
    before -= settled(house).calls
    house.play()
    begun = house.space.reading.calls + house.space.writing.calls
    a_lead()
    house.play("1 minute")
    house.play("1 minute")
    sent = house.space.reading.calls + house.space.writing.calls - begun
    was = month(house)
    found = settled(house)
    by_name = {one.workflow: one.calls for one in found.workflows}
    assert found.calls == found.shared_calls + sum(by_name.values())
    assert by_name[ROUTE] >= 2  # it reads the lead, and writes its owner
    assert by_name.get(ADVANCE, 0) == 0
    assert found.calls - was.calls <= sent + begun


def test_a_persons_minutes_are_decisions_times_what_the_policy_says_of_one(house: House, a_deal: Make) -> None:
    text = (PLAYBOOKS / "policy.yaml").read_text()
    house.write({"policy.yaml": text + "\ncost: {decision: 5 minutes, why: Measured in March}\n"})
    deal = a_deal(StageName="Proposal/Price Quote")
    house.play("1 minute")
    house.update("Opportunity", deal, by=REP, Verbal_Commitment__c=True)
    house.play()
    [review] = [one for one in house.reviews() if one.record_id == deal]
    house.play("1 hour")
    house.approve(review, ROWAN)
    house.approve(review, DANA)
    house.play("1 minute")
    operations.publish(house.space.house, [], REVOPS, "measured")
    house.restart()
    advance = next(one for one in month(house).workflows if one.workflow == ADVANCE)
    assert (advance.decisions, advance.minutes) == (2, 10)
    assert advance.waited is not None
    assert advance.waited >= 3600


REVOPS = "priya.shah@acme.example"


def test_without_a_model_nothing_is_spent_and_that_is_said_by_agent(house: House) -> None:
    house.play()
    found = month(house)
    assert found.spend == 0
    assert set(found.agents.values()) == {"none"}


def test_a_month_that_passes_what_it_is_laid_out_for_says_so_and_so_does_the_weeks_packet(
    house: House, a_lead: Make
) -> None:
    text = (PLAYBOOKS / "policy.yaml").read_text()
    house.close()
    house.write({"policy.yaml": text + "\ncost: {items: 1, why: A small house}\n"})
    _ = house.engine
    operations.publish(house.space.house, [], REVOPS, "a small house")
    house.restart()
    for number in range(2):
        a_lead(LastName=f"Rowe {number}")
    house.play("1 minute")
    assert month(house).over == ("2 work items, and the month is laid out for 1",)
    week = operations.packet(house.space.house, "2026-W47").packet
    assert [one.why for one in week.alarms] == ["2 work items, and the month is laid out for 1"]


def test_a_month_to_come_and_what_is_no_month_are_refused(house: House) -> None:
    with pytest.raises(Refused, match="is to come"):
        month(house, "2027-01")
    with pytest.raises(Refused, match="is no month"):
        month(house, "November")


def test_the_command_gives_it_in_words_and_by_workflow_and_outcome(house: House, a_lead: Make) -> None:
    a_lead()
    house.play("1 minute")
    house.close()
    run, here = CliRunner(), ["--month", "2026-11", "--dir", str(house.folder)]
    assert "1 work items completed" in run.invoke(app, ["cost", *here]).stdout
    rows = list(csv.DictReader(StringIO(run.invoke(app, ["cost", "--format", "csv", *here]).stdout)))
    assert {(row["workflow"], row["outcome"], row["items"]) for row in rows} >= {(ROUTE, "routed", "1")}
    assert json.loads(run.invoke(app, ["cost", "--json", *here]).stdout)["items"] == 1
