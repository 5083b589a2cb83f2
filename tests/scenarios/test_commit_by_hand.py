"""A deal that a person puts into Commit while a change of its stage waits: the rules of Commit hold from then on."""

import pytest

from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

EARLY = "to-decision-makers"
DANA, MAYA = (f"{name}@acme.example" for name in ("dana.whitfield", "maya.chen"))


@pytest.mark.law(6)
def test_a_deal_that_came_into_commit_while_it_waited_needs_the_revenue_manager() -> None:
    text = (PLAYBOOKS / "workflows" / "advance-stage.yaml").read_text()
    text = text.replace("workflow: advance-stage", f"workflow: {EARLY}")
    text = text.replace("Negotiation/Review", "Id. Decision Makers")
    with House(only=[EARLY], files={f"workflows/{EARLY}.yaml": text}) as house:
        house.promote(EARLY)
        deal = house.create("Opportunity", Name="L", StageName="Needs Analysis", CloseDate="2026-12-01", by=MAYA)
        house.play("1 minute")
        house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True)
        house.play()
        [first] = house.reviews()
        assert first.body.roles == ("sales_manager",)
        house.update("Opportunity", deal, by=MAYA, ForecastCategoryName="Commit")
        house.approve(first, DANA)
        house.play()
        [again] = house.reviews()
        assert "revenue_manager" in again.body.roles
        assert house.get("Opportunity", deal)["StageName"] == "Needs Analysis"
