"""All that fits a pattern is taken back at once: what people changed since stays, and is listed with who and when."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from tests.scenarios.rating import RATER
from typer.testing import CliRunner

from upbeat import operations
from upbeat.cli import app
from upbeat.operations import Asked, Pattern, Refused, Reversible
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

pytestmark = pytest.mark.law(8)

Make = Callable[..., str]

ROUTE, RATE = "route-inbound-leads", "rate-leads"
DANA, BEN, PRIYA = "dana.whitfield@acme.example", "ben.foster@acme.example", "priya.shah@acme.example"
RATE_FILE = """\
workflow: rate-leads
title: Rate a lead by its title
function: sdr
family: hygiene
owner: priya.shah@acme.example
problem: Nobody rates leads
metric: rated_leads
rollback: automatic
trigger:
  start: updated
  object: Lead
  when: |
    NOT(ISBLANK(Title))
  if_still_true: {after: 1 minute, then: fire again}
steps:
  - step: rate
    agent: rater
    use: update_record
    set:
      Rating: '{!IF(Title = "CEO", "Hot", IF(Title = "CFO", "Warm", "Cold"))}'
outcomes:
  rated: {when: '{!$Step.rate.written}'}
  waiting: {due: 1 day, then: escalate, to: priya.shah@acme.example}
"""


@pytest.fixture
def house() -> Iterator[House]:
    files = {f"workflows/{RATE}.yaml": RATE_FILE, "agents/rater.yaml": RATER}
    with House(PLAYBOOKS, only=[ROUTE, RATE], files=files) as one:
        one.promote(ROUTE, RATE)
        yield one


def routed(house: House, a_lead: Make, *names: str) -> list[str]:
    leads = [a_lead(LastName=name) for name in names]
    house.play("1 hour")
    return leads


def take_back(house: House, **said: str | datetime) -> Asked:
    asked = operations.roll_back(house.space.house, Pattern(**said), DANA)  # type: ignore[arg-type]
    house.play()
    return asked


def look(house: House, **said: str | datetime) -> list[tuple[str, Reversible]]:
    found = operations.preview(house.space.house, Pattern(**said))  # type: ignore[arg-type]
    return [(one.record_id, one.state) for one in found]


@pytest.fixture
def bens(house: House, a_lead: Make) -> Make:
    """A lead of Ben's that Upbeat has seen: its id."""

    def make() -> str:
        lead = a_lead(OwnerId=house.ids[BEN])
        house.play("1 minute")
        return lead

    return make


def title(house: House, lead: str, text: str) -> None:
    house.update("Lead", lead, Title=text)
    house.play("5 minutes")


def test_a_workflow_is_taken_back_since_a_time_and_not_before(house: House, a_lead: Make) -> None:
    [early] = routed(house, a_lead, "Early")
    house.play("1 minute")
    since = house.clock.now()
    late = routed(house, a_lead, "Late", "Later")
    asked = take_back(house, workflow=ROUTE, since=since)
    assert (asked.writes, [house.owner("Lead", one) for one in late]) == (2, ["New Leads", "New Leads"])
    assert house.owner("Lead", early) != "New Leads"
    assert [house.run(one).outcome for one in late] == ["rolled back", "rolled back"]


def test_what_a_person_changed_since_stays_and_is_listed_with_who_and_when(house: House, a_lead: Make) -> None:
    theirs, ours = routed(house, a_lead, "Theirs", "Ours")
    house.update("Lead", theirs, by=PRIYA, OwnerId=house.ids[BEN])
    at = house.clock.now().replace(microsecond=0)
    asked = take_back(house, workflow=ROUTE)
    assert (house.owner("Lead", theirs), house.owner("Lead", ours)) == (BEN, "New Leads")
    [left] = asked.left
    assert (left.record_id, left.state, left.by) == (theirs, Reversible.CHANGED, "Priya Shah")
    assert left.at is not None
    assert left.at.replace(microsecond=0) == at


def test_two_writes_of_ours_on_one_field_go_back_to_what_stood_before_both(house: House, bens: Make) -> None:
    lead = bens()
    title(house, lead, "CEO")
    title(house, lead, "CFO")
    assert house.get("Lead", lead)["Rating"] == "Warm"
    assert take_back(house, workflow=RATE).writes == 2
    assert house.get("Lead", lead)["Rating"] is None


def test_a_persons_value_between_two_of_ours_is_where_the_way_back_ends(house: House, bens: Make) -> None:
    lead = bens()
    title(house, lead, "CEO")
    house.update("Lead", lead, Rating="Cold")
    title(house, lead, "CFO")
    assert [state for _, state in look(house, workflow=RATE)] == [Reversible.YES, Reversible.CHANGED]
    take_back(house, workflow=RATE)
    assert house.get("Lead", lead)["Rating"] == "Cold"


def test_of_one_run_with_a_later_write_of_ours_on_the_field_it_says_which_goes_back_first(
    house: House, bens: Make
) -> None:
    lead = bens()
    title(house, lead, "CEO")
    first = house.run(lead).run
    title(house, lead, "CFO")
    with pytest.raises(Refused, match=f"rate-leads wrote it in run {house.run(lead).run[:10]}, which goes back first"):
        operations.roll_back(house.space.house, first, DANA)


def test_a_pattern_is_a_field_and_the_value_that_was_written_to_it(house: House, bens: Make) -> None:
    hot, warm = bens(), bens()
    title(house, hot, "CEO")
    title(house, warm, "CFO")
    assert look(house, field="rating", value="Hot") == [(hot, Reversible.YES)]
    take_back(house, field="rating", value="Hot")
    assert (house.get("Lead", hot)["Rating"], house.get("Lead", warm)["Rating"]) == (None, "Warm")


def test_a_rollback_can_be_taken_back(house: House, a_lead: Make) -> None:
    [lead] = routed(house, a_lead, "Twice")
    owner = house.owner("Lead", lead)
    [run] = take_back(house, workflow=ROUTE).runs
    operations.roll_back(house.space.house, run, DANA)
    house.play()
    assert house.owner("Lead", lead) == owner
    assert look(house, workflow=ROUTE) == [(lead, Reversible.YES)]  # it stands again, so it can go back again


def test_what_was_asked_for_is_not_asked_for_twice(house: House, a_lead: Make) -> None:
    routed(house, a_lead, "One")
    operations.roll_back(house.space.house, Pattern(workflow=ROUTE), DANA)
    with pytest.raises(Refused, match="was taken back already, or is being so"):
        operations.roll_back(house.space.house, Pattern(workflow=ROUTE), BEN)
    house.play()
    with pytest.raises(Refused, match="was taken back already"):
        operations.roll_back(house.space.house, Pattern(workflow=ROUTE), BEN)


def test_an_engine_that_dies_half_way_goes_on_where_it_was(house: House, a_lead: Make) -> None:
    leads = routed(house, a_lead, *(f"Rowe {number}" for number in range(5)))
    operations.roll_back(house.space.house, Pattern(workflow=ROUTE), DANA)
    house.restart()
    house.play()
    assert {house.owner("Lead", one) for one in leads} == {"New Leads"}


def test_many_are_no_reason_to_pause_the_workflow_that_wrote_them(house: House, bens: Make) -> None:
    house.write({f"workflows/{RATE}.yaml": RATE_FILE.replace("rollback:", "limits: {per_hour: 3}\nrollback:")})
    house.restart()
    house.promote(RATE)
    for _ in range(3):
        title(house, bens(), "CEO")
    take_back(house, workflow=RATE)
    house.play()
    assert house.space.versions.modes()[RATE] == "live"


def test_nothing_that_fits_is_said_with_what_was_looked_for(house: House) -> None:
    with pytest.raises(Refused, match="nothing was written that fits workflow rate-leads, field Rating"):
        operations.roll_back(house.space.house, Pattern(workflow=RATE, field="Rating"), DANA)


def test_a_window_that_ends_before_it_begins_is_refused_in_the_words_that_were_said(house: House) -> None:
    said = ["--workflow", RATE, "--since", "1 hour", "--until", "2 hours", "--dir", str(house.folder)]
    done = CliRunner().invoke(app, ["rollback", *said])
    assert "--since '1 hour' does not lie before --until '2 hours'" in " ".join(done.output.split())


def test_hundreds_cost_the_org_a_few_calls(house: House) -> None:
    rows = [
        {"LastName": f"Rowe {n}", "Company": "Pennant", "Country": "UK", "OwnerId": house.ids["New Leads"]}
        for n in range(450)
    ]
    house.org.create("Lead", rows, house.ids[PRIYA])
    house.play("1 minute")
    reading, writing = house.space.reading, house.space.writing
    before = reading.calls + writing.calls
    asked = operations.roll_back(house.space.house, Pattern(workflow=ROUTE), DANA)
    house.play()
    assert (asked.writes, len(asked.runs)) == (450, 450)
    assert reading.calls + writing.calls - before < 40
