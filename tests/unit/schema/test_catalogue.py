"""The packaged catalogue holds what an org ships with."""

import pytest

from upbeat.schema import FieldType, SchemaError, standard


def test_there_are_at_least_thirty_standard_objects() -> None:
    assert len(standard().objects) >= 30


@pytest.mark.parametrize("name", sorted(standard().objects))
def test_every_reference_leads_to_an_object_of_the_catalogue(name: str) -> None:
    schema = standard()
    targets = {target for field in schema.object(name).fields.values() for target in field.reference_to}
    assert targets <= set(schema.objects)


@pytest.mark.parametrize("name", sorted(standard().objects))
def test_every_child_relationship_names_a_reference_back(name: str) -> None:
    schema = standard()
    for child in schema.object(name).children:
        assert name in schema.object(child.object).field(child.field).reference_to


@pytest.mark.parametrize(
    ("name", "prefix"),
    [("Account", "001"), ("Contact", "003"), ("User", "005"), ("Opportunity", "006"), ("Lead", "00Q")],
)
def test_key_prefixes_are_salesforces_own(name: str, prefix: str) -> None:
    assert standard().object(name).key_prefix == prefix


@pytest.mark.parametrize(
    ("name", "required"),
    [
        ("Lead", {"LastName", "Company"}),
        ("Account", {"Name"}),
        ("Opportunity", {"Name", "StageName", "CloseDate"}),
        ("OpportunityContactRole", {"OpportunityId", "ContactId"}),
        ("Task", set()),
    ],
)
def test_a_create_needs_what_salesforce_needs(name: str, required: set[str]) -> None:
    assert {field.name for field in standard().object(name).fields.values() if field.required} == required


@pytest.mark.parametrize("name", ["Lead", "Task", "Case"])
def test_what_a_queue_may_own_has_a_polymorphic_owner(name: str) -> None:
    assert standard().object(name).field("OwnerId").reference_to == ("Group", "User")


def test_an_opportunity_has_the_category_and_its_label() -> None:
    opportunity = standard().object("Opportunity")
    assert "BestCase" in {one.value for one in opportunity.field("ForecastCategory").picklist}
    assert "Best Case" in {one.value for one in opportunity.field("ForecastCategoryName").picklist}


def test_the_stages_are_those_of_the_stage_picklist() -> None:
    schema = standard()
    values = [one.value for one in schema.object("Opportunity").field("StageName").picklist]
    assert [stage.name for stage in schema.stages] == values


def test_only_closed_won_is_won() -> None:
    assert [stage.name for stage in standard().stages if stage.won] == ["Closed Won"]


@pytest.mark.parametrize("name", ["LeadHistory", "OpportunityHistory", "OpportunityStage"])
def test_history_and_set_up_are_the_orgs_own(name: str) -> None:
    one = standard().object(name)
    assert (one.createable, one.updateable, one.deletable) == (False, False, False)


def test_a_path_goes_through_a_polymorphic_owner() -> None:
    assert standard().field("Lead", "Owner.Email").type is FieldType.EMAIL


def test_a_misspelt_field_is_answered_with_the_nearest() -> None:
    with pytest.raises(SchemaError, match="Did you mean StageName"):
        standard().field("Opportunity", "StagName")
