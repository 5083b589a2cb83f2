"""Which objects a formula leads to: what has to be described before it can be typed."""

import pytest

from upbeat import formula
from upbeat.formula import FormulaError, Scope
from upbeat.schema import Schema, standard


def known(*names: str) -> Schema:
    return Schema({name: standard().object(name) for name in names})


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("Amount > 5", set()),
        ("ISBLANK(Campaign.Name) || $Record.Campaign.IsActive", {"Campaign"}),
        ("Account.Owner.Profile.Name = Name", {"User"}),
        ("$User.Email = $userrole.Name", {"User", "UserRole"}),
        ("$Setup.Limits__c.Most__c > 5", {"Limits__c"}),
        ("$CustomMetadata.Segment__mdt.Small.Floor__c > 5", {"Segment__mdt"}),
        (
            "VLOOKUP($ObjectType.Country__c.Fields.A__c, $ObjectType.Country__c.Fields.Name, Name) = Name",
            {"Country__c"},
        ),
        ("$Threshold.size > $Nothing.at.all", set()),
        ("Nothing.Name = Amout", set()),
        ("$Setup. > 1", set()),
        ("Owner:Strange#thing.Name = Name", set()),
    ],
)
def test_what_a_formula_leads_to_and_nobody_described(text: str, lacking: set[str]) -> None:
    assert formula.lacking(text, "Opportunity", known("Opportunity", "Account")) == lacking


def test_each_description_may_lead_on() -> None:
    text = "Owner.Profile.Name = Name"
    assert formula.lacking(text, "Lead", known()) == {"Lead"}
    assert formula.lacking(text, "Lead", known("Lead")) == {"Group", "User"}
    assert formula.lacking(text, "Lead", known("Lead", "User")) == {"Group", "Profile"}
    assert formula.lacking(text, "Lead", known("Lead", "Group", "User", "Profile")) == set()


def test_a_parent_that_nobody_described_is_said() -> None:
    with pytest.raises(FormulaError, match="Campaign leads to Campaign, and nothing is known of it here"):
        formula.compile("ISBLANK(Campaign.Name)", Scope(known("Opportunity"), "Opportunity"))
