"""A flow whose suggested change a person reviews: the forecast category of a deal whose customer agreed by word."""

from upbeat.operations import Review
from upbeat.testing import House

NAME = "raise-forecast"
PRIYA, ROWAN, DANA, MAYA = (
    f"{name}@acme.example" for name in ("priya.shah", "rowan.ellis", "dana.whitfield", "maya.chen")
)
FLOW = """\
workflow: raise-forecast
title: Raise the forecast of a deal whose customer has agreed by word
function: ae
family: forecast
owner: priya.shah@acme.example
problem: The forecast is too low
metric: days_from_verbal_to_forecast
rollback: automatic
trigger:
  start: updated
  object: Opportunity
  watches: [Verbal_Commitment__c]
  when: |
    AND(NOT(IsClosed), Verbal_Commitment__c, NOT(ISBLANK(NextStep)))
steps:
  - step: raise
    agent: forecaster
    use: update_record
    set:
      ForecastCategoryName: Best Case
outcomes:
  raised: {when: '{!$Step.raise.written}'}
  waiting: {due: 2 days, then: escalate, to: '{!$Record.Owner.ManagerId}'}
"""
AGENT = """\
agent: forecaster
role: Suggests the forecast category.
may_call: [update_record]
reads: [Opportunity.*, User.ManagerId]
writes: [Opportunity.ForecastCategoryName]
model: none
"""
FILES = {f"workflows/{NAME}.yaml": FLOW, "agents/forecaster.yaml": AGENT}


def agree(house: House, deal: str) -> None:
    """Let the customer agree, and the engine see it."""
    house.play("1 minute")
    house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True)
    house.play()


def waiting(house: House, deal: str) -> Review:
    """Give the one review that is open about a deal."""
    [review] = [one for one in house.reviews() if one.record_id == deal]
    return review


def category(house: House, deal: str) -> str:
    return house.get("Opportunity", deal)["ForecastCategoryName"]
