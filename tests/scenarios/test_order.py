"""Several workflows, one record: its items run one after the other, in the order in which things happened (law 14)."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from upbeat.localorg.faults import Fault, FaultKind
from upbeat.store import tables
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

pytestmark = pytest.mark.law(14)

ROUTE, SECOND = "route-inbound-leads", "welcome-new-leads"
WELCOME = """\
workflow: welcome-new-leads
title: Ask the owner of a new lead to say hello
function: sdr
family: hygiene
owner: priya.shah@acme.example
problem: New leads hear nothing
metric: minutes_to_hello
rollback: automatic
trigger:
  start: created
  object: Lead
  when: |
    NOT(IsConverted)
steps:
  - step: note
    agent: greeter
    use: update_record
    set:
      Description: 'Say hello, {!OwnerId}'
outcomes:
  noted: {when: '{!$Step.note.written}'}
  waiting: {due: 1 day, then: escalate, to: priya.shah@acme.example}
"""
GREETER = """\
agent: greeter
role: Greets.
may_call: [update_record]
reads: [Lead.*]
writes: [Lead.Description]
model: none
"""


@pytest.fixture
def house() -> Iterator[House]:
    files = {f"workflows/{SECOND}.yaml": WELCOME, "agents/greeter.yaml": GREETER}
    with House(PLAYBOOKS, only=[ROUTE, SECOND], files=files) as one:
        one.promote(ROUTE, SECOND)
        yield one


def order(house: House, lead: str) -> list[str]:
    items = tables.items
    with house.space.store.reading() as conn:
        return list(conn.scalars(select(items.c.workflow).where(items.c.record_id == lead).order_by(items.c.seq)))


def test_the_second_workflow_sees_what_the_first_one_wrote(house: House) -> None:
    lead = house.create("Lead", LastName="Rowe", Company="Pennant", Country="UK", OwnerId=house.ids["New Leads"])
    house.play()
    assert order(house, lead) == [ROUTE, SECOND]
    found = house.get("Lead", lead)
    assert found["Description"] == f"Say hello, {found['OwnerId']}"


def test_while_the_first_one_has_to_try_again_the_second_one_waits(house: House) -> None:
    house.org.faults.add(Fault("PATCH .*composite", FaultKind.LOCK, times=1))
    lead = house.create("Lead", LastName="Rowe", Company="Pennant", Country="UK", OwnerId=house.ids["New Leads"])
    house.play()
    assert [run.state for run in house.runs(lead)] == ["retry", "ready"]
    house.play("1 minute")
    found = house.get("Lead", lead)
    assert found["Description"] == f"Say hello, {found['OwnerId']}"


def test_another_record_does_not_wait(house: House) -> None:
    house.org.faults.add(Fault("PATCH .*composite", FaultKind.LOCK, times=1, rows=1))
    leads = [
        house.create("Lead", LastName=f"Rowe {n}", Company=f"Firm {n}", Country="UK", OwnerId=house.ids["New Leads"])
        for n in range(2)
    ]
    house.play()
    assert [[run.state for run in house.runs(one)] for one in leads] == [["retry", "ready"], ["done", "done"]]
