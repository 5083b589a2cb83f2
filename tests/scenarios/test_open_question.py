"""A question is open while the run goes on: what comes after it waits for it, or makes it needless."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from upbeat import operations
from upbeat.base import UpbeatError
from upbeat.testing import House

Make = Callable[..., str]

NAME = "ask-and-act"
MAYA, DANA, ROWAN = (f"{name}@acme.example" for name in ("maya.chen", "dana.whitfield", "rowan.ellis"))
FLOW = """\
workflow: ask-and-act
title: Ask the rep, and act meanwhile
function: ae
family: forecast
owner: priya.shah@acme.example
problem: Nobody decides
metric: days_to_decision
rollback: automatic
trigger:
  start: updated
  object: Opportunity
  watches: [Verbal_Commitment__c]
  when: |
    Verbal_Commitment__c
steps:
  - step: ask
    agent: deal-inspector
    use: request_decision
    of: maya.chen@acme.example
    question: Is {!Name} real?
    choices: ['yes', 'no']
    due: 2 days
  - step: act
    agent: deal-inspector
    use: update_record
    set:
      FIELD: VALUE
outcomes:
  OUTCOMES
  waiting: {due: 9 days, then: escalate, to: rowan.ellis@acme.example}
"""
FLAG, STAGE = ("Risk_Flag__c", "Asked"), ("StageName", "Negotiation/Review")
BY_ANSWER = "answered: {when: '{!NOT(ISBLANK($Step.ask.choice))}'}"
BY_WRITE = "written: {when: '{!$Step.act.written}'}"


@contextmanager
def told(field: tuple[str, str], outcomes: str) -> Iterator[tuple[House, str]]:
    """A house, and a deal whose customer has just agreed by word."""
    text = FLOW.replace("FIELD", field[0]).replace("VALUE", field[1]).replace("OUTCOMES", outcomes)
    with House(only=[NAME], files={f"workflows/{NAME}.yaml": text}) as house:
        house.promote(NAME)
        values = {"Name": "Lowell", "StageName": "Qualification", "CloseDate": "2027-03-31"}
        deal = house.create("Opportunity", by=MAYA, **values)
        house.play("1 minute")
        house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True)
        house.play()
        yield house, deal


def test_a_write_that_needs_nobody_does_not_wait_for_the_answer() -> None:
    with told(FLAG, BY_ANSWER) as (house, deal):
        assert house.get("Opportunity", deal)["Risk_Flag__c"] == "Asked"
        assert (house.run(deal).state, house.run(deal).owner) == ("waiting", MAYA)


def test_the_answer_ends_the_run_that_went_on_meanwhile() -> None:
    with told(FLAG, BY_ANSWER) as (house, deal):
        house.approve(house.reviews()[0], MAYA, "yes")
        house.play()
        assert (house.run(deal).outcome, house.reviews()) == ("answered", [])


def test_a_write_that_must_be_released_is_asked_about_after_the_question() -> None:
    with told(STAGE, BY_ANSWER) as (house, deal):
        assert [one.title for one in house.reviews()] == ["Is Lowell real?"]
        house.approve(house.reviews()[0], MAYA, "yes")
        house.play()
        [release] = house.reviews()
        assert release.title == "Lowell: StageName Qualification → Negotiation/Review"
        for person in (ROWAN, DANA):
            house.approve(release, person)
        house.play()
        assert (house.run(deal).outcome, house.get("Opportunity", deal)["StageName"]) == (
            "answered",
            "Negotiation/Review",
        )


def test_a_question_that_the_outcome_makes_needless_is_taken_back() -> None:
    with told(FLAG, BY_WRITE) as (house, deal):
        assert (house.run(deal).outcome, house.reviews()) == ("written", [])
        [closed] = operations.reviews(house.space.house, every=True)
        assert (closed.state, closed.decided_by) == ("withdrawn", "upbeat")


def test_a_question_that_is_rejected_ends_the_run() -> None:
    with told(FLAG, BY_ANSWER) as (house, deal):
        house.reject(house.reviews()[0], DANA, "wrong rule")
        house.play()
        assert house.run(deal).outcome == "rejected"


def test_an_unanswered_question_goes_to_the_person_whom_the_outcome_names() -> None:
    with told(FLAG, BY_ANSWER) as (house, deal):
        house.play("2 days")
        assert (house.reviews()[0].owner, house.run(deal).owner) == (ROWAN, ROWAN)


def test_a_move_that_was_not_offered_is_refused() -> None:
    with told(FLAG, BY_ANSWER) as (house, _), pytest.raises(UpbeatError, match="'maybe' is not offered"):
        house.approve(house.reviews()[0], MAYA, "maybe")
