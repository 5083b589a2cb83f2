"""A paused workflow takes nothing, and stands in nobody's way: no other workflow's, and not its own rollback's."""

from collections.abc import Callable, Iterator

import pytest
from tests.scenarios.rating import RATER

from upbeat import operations
from upbeat.domain import Mode
from upbeat.operations import Refused
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

Make = Callable[..., str]

ROUTE, SECOND = "route-inbound-leads", "rate-new-leads"
PRIYA, ROWAN, BEN = "priya.shah@acme.example", "rowan.ellis@acme.example", "ben.foster@acme.example"
RATE = """\
workflow: rate-new-leads
title: Give every new lead a rating
function: sdr
family: hygiene
owner: priya.shah@acme.example
problem: Nobody rates leads
metric: rated_leads
rollback: automatic
trigger:
  start: created
  object: Lead
  when: |
    NOT(IsConverted)
steps:
  - step: rate
    agent: rater
    use: update_record
    set:
      Rating: Warm
outcomes:
  rated: {when: '{!$Step.rate.written}'}
  waiting: {due: 1 day, then: escalate, to: priya.shah@acme.example}
"""


@pytest.fixture
def house() -> Iterator[House]:
    route = f"workflows/{ROUTE}.yaml"
    files = {
        route: (PLAYBOOKS / route).read_text().replace("{per_hour: 20000, per_day: 100000}", "{per_hour: 1}"),
        f"workflows/{SECOND}.yaml": RATE,
        "agents/rater.yaml": RATER,
    }
    with House(PLAYBOOKS, only=[ROUTE, SECOND], files=files) as one:
        one.promote(ROUTE, SECOND)
        yield one


@pytest.mark.law(2)
def test_another_workflow_goes_on_with_the_same_records(house: House, a_lead: Make) -> None:
    leads = [a_lead(), a_lead()]
    house.play()
    assert house.space.versions.modes()[ROUTE] is Mode.PAUSED
    assert [house.get("Lead", one)["Rating"] for one in leads] == ["Warm", "Warm"]


@pytest.mark.law(8)
def test_what_it_wrote_before_can_be_taken_back(house: House, a_lead: Make) -> None:
    first = a_lead()
    house.play()
    [run] = [one.run for one in house.runs(first) if one.workflow == ROUTE]
    for _ in range(2):
        a_lead()
    house.play()
    operations.roll_back(house.space.house, run, ROWAN)
    house.play()
    assert house.get("Lead", first)["OwnerId"] == house.ids["New Leads"]


def test_a_workflow_whose_file_is_gone_is_taken_back_all_the_same(house: House) -> None:
    (house.space.folder / "workflows" / f"{SECOND}.yaml").unlink()
    house.close()  # nobody has published yet that it is gone
    assert operations.demote(house.space.house, SECOND, PRIYA, "it runs wild").mode is Mode.MONITOR


def test_a_question_is_answered_by_those_who_are_asked(house: House, a_lead: Make) -> None:
    for _ in range(3):
        a_lead()
    house.play()
    [told] = house.reviews()
    with pytest.raises(Refused, match="is not asked"):
        house.approve(told, BEN, "seen")
    assert house.approve(told, ROWAN, "seen").state == "answered"
