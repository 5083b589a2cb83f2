"""A workflow that asks people more than one thing: one after the other, every answer counts, none is left open."""

from collections.abc import Callable, Iterator

import pytest

from upbeat.testing import House

Make = Callable[..., str]

NAME = "two-questions"
MAYA, DANA, ROWAN, PRIYA = (
    f"{name}@acme.example" for name in ("maya.chen", "dana.whitfield", "rowan.ellis", "priya.shah")
)
FLOW = """\
workflow: two-questions
title: Ask the rep, then the manager, then move the deal on
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
  - step: rep
    agent: deal-inspector
    use: request_decision
    of: maya.chen@acme.example
    question: Is {!Name} real?
    choices: ['yes', 'no']
    due: 2 days
  - step: manager
    agent: deal-inspector
    use: request_decision
    of: dana.whitfield@acme.example
    question: Do you agree on {!Name}?
    choices: [agreed, not agreed]
    due: 2 days
  - step: advance
    agent: deal-inspector
    use: update_record
    when: |
      $Step.manager.choice = "agreed"
    set:
      StageName: Negotiation/Review
outcomes:
  moved: {when: '{!$Step.advance.written}'}
  decided: {when: '{!NOT(ISBLANK($Step.manager.choice))}'}
  waiting: {due: 3 days, then: escalate, to: rowan.ellis@acme.example}
"""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[NAME], files={f"workflows/{NAME}.yaml": FLOW}) as one:
        one.promote(NAME)
        yield one


@pytest.fixture
def deal(house: House, a_deal: Make) -> str:
    found = a_deal()
    house.play("1 minute")
    house.update("Opportunity", found, by=MAYA, Verbal_Commitment__c=True)
    house.play()
    return found


def open_of(house: House, deal: str) -> list[str]:
    return [one.title for one in house.reviews() if one.record_id == deal]


def reply(house: House, deal: str, by: str, choice: str = "") -> None:
    [review] = [one for one in house.reviews() if one.record_id == deal]
    house.approve(review, by, choice)
    house.play()


def test_the_second_question_waits_for_the_answer_to_the_first(house: House, deal: str) -> None:
    assert open_of(house, deal) == ["Is Lowell Instruments - Platform real?"]
    assert house.run(deal).owner == MAYA
    reply(house, deal, MAYA, "yes")
    assert open_of(house, deal) == ["Do you agree on Lowell Instruments - Platform?"]
    assert house.run(deal).owner == DANA


def test_both_answers_reach_the_steps_after_them(house: House, deal: str) -> None:
    reply(house, deal, MAYA, "no")
    reply(house, deal, DANA, "not agreed")
    assert house.run(deal).outcome == "decided"
