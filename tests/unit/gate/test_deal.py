"""What a deal is in, by the org's own mapping: its stages, its categories in every spelling, and its parts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from upbeat.domain import Effect, Proposal, Record, Tier, Verb
from upbeat.gate import DEAL_FIELDS, Facts, deal_path, decide, effects
from upbeat.schema import Field, FieldType, Object, PicklistValue, Schema, Stage
from upbeat.workflows import Policy

Make = Callable[..., Proposal]
Tell = Callable[..., Facts]
OPEN = {"StageName": "Discovery", "ForecastCategory": "Pipeline", "IsWon": False}


def reference(name: str, to: str = "Opportunity", *, nillable: bool = False, relationship: str = "Deal__r") -> Field:
    return Field(name=name, type=FieldType.REFERENCE, reference_to=(to,), relationship=relationship, nillable=nillable)


def org(name: str, *fields: Field) -> Schema:
    return Schema({name: Object(name=name, fields={one.name: one for one in fields})})


def with_picklist(schema: Schema, name: str, *values: PicklistValue) -> Schema:
    """Give the org with other values of one of its opportunity's picklists."""
    deal = schema.object("Opportunity")
    changed = Field(name=name, type=FieldType.PICKLIST, picklist=values)
    return schema.with_objects([replace(deal, fields={**deal.fields, name: changed})])


class TestParts:
    def test_what_is_read_of_a_deal_is_its_stage_its_category_and_whether_it_is_won(self) -> None:
        assert DEAL_FIELDS == ("StageName", "ForecastCategory", "IsWon")

    @pytest.mark.parametrize(
        ("name", "path"),
        [
            ("Opportunity", ""),
            ("OPPORTUNITY", ""),
            ("OpportunityCompetitor", "Opportunity"),
            ("OpportunityContactRole", "Opportunity"),
            ("OpportunityLineItem", "Opportunity"),
            ("OpportunityLineItemSchedule", "OpportunityLineItem.Opportunity"),
            ("OpportunityPartner", "Opportunity"),
            ("OpportunitySplit", "Opportunity"),
            ("OpportunityTeamMember", "Opportunity"),
            ("Quote", "Opportunity"),
            ("QuoteLineItem", "Quote.Opportunity"),
            ("Task", None),
        ],
    )
    def test_a_part_of_a_deal_leads_to_it(self, name: str, path: str | None) -> None:
        assert deal_path(name, Schema({})) == path

    @pytest.mark.parametrize(
        ("schema", "path"),
        [
            pytest.param(org("Term__c", reference("Deal__c")), "Deal__r", id="it cannot stand without its deal"),
            pytest.param(org("Term__c", reference("Deal__c", nillable=True)), None, id="it can"),
            pytest.param(
                org("Term__c", reference("Deal__c", "Account")), None, id="it cannot stand without an account"
            ),
            pytest.param(org("Term__c", reference("OpportunityId")), None, id="the reference is not the org's own"),
            pytest.param(org("Other__c"), None, id="the schema does not know it"),
            pytest.param(
                org("Term__c", reference("Old__c", relationship=""), reference("Deal__c")),
                "Deal__r",
                id="one has no name",
            ),
        ],
    )
    def test_a_custom_object_is_a_part_where_it_cannot_stand_without_a_deal(
        self, schema: Schema, path: str | None
    ) -> None:
        assert deal_path("Term__c", schema) == path

    def test_a_standard_object_is_no_part_for_a_field_of_the_orgs_own(self) -> None:
        assert deal_path("Order", org("Order", reference("Deal__c"))) is None


class TestCategories:
    def moved(self, name: object, proposal: Make, facts: Tell, schema: Schema, deal: Record = OPEN) -> Any:
        write = proposal(Verb.UPDATE, "Opportunity", {"ForecastCategoryName": name})
        return effects(write, facts(deal=deal, schema=schema))

    def test_the_api_value_is_a_name_too(self, proposal: Make, facts: Tell) -> None:
        assert self.moved("BestCase", proposal, facts, facts().schema) == {Effect.FORECAST}

    def test_a_label_of_the_name_leads_to_the_category(self, proposal: Make, facts: Tell) -> None:
        schema = with_picklist(
            facts().schema, "ForecastCategoryName", PicklistValue("Upside", "Chance"), PicklistValue("Promise", "Sure")
        )
        found = [self.moved(name, proposal, facts, schema) for name in ("Chance", "Sure")]
        assert found == [{Effect.FORECAST}, {Effect.FORECAST, Effect.COMMIT}]

    @pytest.mark.law(11)
    def test_an_empty_name_is_no_category_though_one_has_no_label(self, proposal: Make, facts: Tell) -> None:
        schema = with_picklist(facts().schema, "ForecastCategory", PicklistValue("Pipeline", ""))
        assert Effect.COMMIT in self.moved("", proposal, facts, schema)

    @pytest.mark.law(11)
    def test_an_org_that_describes_no_deals_leaves_every_name_a_doubt(self, proposal: Make, facts: Tell) -> None:
        assert Effect.COMMIT in self.moved("Upside", proposal, facts, Schema({}, stages=facts().schema.stages))

    def test_a_deal_that_was_read_with_its_categorys_name_is_known(self, proposal: Make, facts: Tell) -> None:
        read = {"StageName": "Discovery", "ForecastCategoryName": "Pipeline", "IsWon": False}
        write = proposal(Verb.UPDATE, "Opportunity", {"StageName": "Qualified"})
        assert effects(write, facts(deal=read)) == {Effect.STAGE}


class TestStages:
    def test_a_closed_stage_is_late_wherever_it_stands(self, policy: Policy, proposal: Make, facts: Tell) -> None:
        schema = replace(facts().schema, stages=(Stage("Dead", 0, "Pipeline", closed=True), *facts().schema.stages))
        rules = tuple(
            one.model_copy(update={"tier": Tier.REVIEW}) if one.effect is Effect.STAGE else one for one in policy.rules
        )
        lowered = policy.model_copy(update={"late_from": "Proposal", "rules": rules})
        move = proposal(Verb.UPDATE, "Opportunity", {"StageName": "Dead"})
        assert decide(move, lowered, facts(deal=OPEN, schema=schema)).tier is Tier.APPROVAL

    @pytest.mark.parametrize(
        ("stages", "default", "after", "wanted"),
        [
            pytest.param((), "Handshake", {}, {Effect.COMMIT}, id="the default stage is in Commit"),
            pytest.param((), "Discovery", {}, set[Effect](), id="the default stage is early"),
            pytest.param((Stage("New", 0, "Forecast"),), None, {}, {Effect.COMMIT}, id="the first stage is in Commit"),
            pytest.param((Stage("Old", 0, "Forecast", active=False),), None, {}, set[Effect](), id="it is not used"),
            pytest.param((), "Handshake", {"DoNotCreateOpportunity": True}, set[Effect](), id="there is to be no deal"),
            pytest.param((), "Handshake", {"DoNotCreateOpportunity": False}, {Effect.COMMIT}, id="there is to be one"),
        ],
    )
    def test_a_lead_is_converted_into_the_stage_that_new_deals_have(
        self, stages: tuple[Stage, ...], default: str | None, after: Record, wanted: set[Effect],
        proposal: Make, facts: Tell,
    ) -> None:  # fmt: skip
        names = [PicklistValue(one, one, default=one == default) for one in ("Discovery", "Handshake")]
        schema = with_picklist(replace(facts().schema, stages=(*stages, *facts().schema.stages)), "StageName", *names)
        found = effects(proposal(Verb.CONVERT, "Lead", after), facts(schema=schema))
        assert found - {Effect.CONVERT} == wanted


class TestNested:
    @pytest.mark.law(6)
    @pytest.mark.parametrize(
        "after",
        [
            pytest.param({"Account": {"Parent.OwnerId": "x"}}, id="a path in a parent"),
            pytest.param({"Account": {"Parent": {"OwnerId": "x"}}}, id="a parent's parent"),
            pytest.param({"Account": [{"Parent": [{"OwnerId": "x"}]}]}, id="lists of records"),
            pytest.param({"Cases": {"records": [{"Account": {"Owner": "x"}}]}}, id="a child's parent"),
        ],
    )
    def test_an_owner_however_deep_is_an_accounts(self, after: Record, proposal: Make, facts: Tell) -> None:
        assert Effect.ACCOUNT_OWNER in effects(proposal(Verb.UPDATE, "Contact", after), facts())
