"""The records behind findings, where the org counts them and does not tell them."""

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.foundation.talk import an_org, held, without

from upbeat.foundation import Check, Ground
from upbeat.foundation.amounts import MISSING
from upbeat.foundation.blanks import BLANK
from upbeat.foundation.contacts import WITHOUT_ACCOUNT
from upbeat.foundation.forecast_mapping import MAPPING
from upbeat.foundation.incomplete import INCOMPLETE
from upbeat.foundation.next_steps import STEPS
from upbeat.foundation.ownership import INACTIVE
from upbeat.foundation.roles import ROLES
from upbeat.foundation.territories import TERRITORIES
from upbeat.foundation.tiers import TIERS
from upbeat.schema import Field, FieldType
from upbeat.workflows import FieldMap

FIELDS = FieldMap.model_validate(
    {
        "icp_tier": {"field": "ICP_Tier__c"},
        "territory": {"field": "Territory__c"},
        "stages": {"Qualification": {"exit": ["NextStep"], "why": "A qualified deal has a plan."}},
    }
)
DENIED = {"SELECT Id, ": "no access to Name"}
TOLD: dict[Check, dict[str, Any]] = {
    WITHOUT_ACCOUNT: {"COUNT() FROM Contact WHERE": 1, "COUNT()": 40},
    BLANK: {
        "GROUP BY": [{"IsClosed": True, "deals": 60, "placed": 59}],
        "COUNT()": 0,
    },
    INACTIVE: {
        "worth FROM Opportunity": [{"OwnerId": "0051", "person": "Ada Brook", "n": 3, "worth": 900}],
        "GROUP BY OwnerId": [],
        "COUNT()": 60,
    },
    ROLES: {"NOT IN": 2, "COUNT()": 70},
    TIERS: {"tagged FROM": [{"n": 100, "tagged": 90}], "GROUP BY": [], "COUNT()": 5},
    TERRITORIES: {
        "WHERE OwnerId": [],
        "GROUP BY": [{"Territory__c": "West", "n": 90}, {"Territory__c": None, "n": 10}],
    },
    STEPS: {"COUNT() FROM Opportunity WHERE IsClosed = false AND StageName": 20, "COUNT()": 20},
    MAPPING: {"GROUP BY": [{"StageName": "Long Gone", "deals": 5, "amounts": 5, "worth": 9.0}]},
    MISSING: {
        "IsWon = true": [{"deals": 0, "amounts": 0}],
        "Amount = 0 GROUP BY": [],
        "FROM OpportunityHistory": [],
        "GROUP BY": [{"StageName": "Negotiation/Review", "deals": 10, "amounts": 9, "worth": 9.0}],
    },
}


def an_org_with_fields() -> Ground:
    ground = an_org(fields=FIELDS)
    account = ground.schema.object("Account")
    own = {name: Field(name=name, type=FieldType.PICKLIST) for name in ("ICP_Tier__c", "Territory__c")}
    return replace(ground, schema=ground.schema.with_objects([replace(account, fields={**account.fields, **own})]))


@pytest.mark.parametrize("check", TOLD, ids=lambda one: one.name)
def test_a_finding_stands_by_its_count_and_it_is_said_that_its_records_are_not_told(check: Check) -> None:
    found = held(check, an_org_with_fields(), DENIED | TOLD[check])
    assert [one.records for one in found.findings] == [()]
    assert found.findings[0].count > 0
    assert [one.why.partition(": ")[0] for one in found.unseen] == [
        "the records of a finding were counted, and are not told"
    ]


def test_deals_that_are_incomplete_and_not_told_are_no_finding_and_it_is_said() -> None:
    told = {"IsWon = true": [{"deals": 0, "amounts": 0}], "Amount = 0 GROUP BY": [], "FROM OpportunityHistory": []}
    told |= {"GROUP BY": [{"StageName": "Negotiation/Review", "deals": 10, "amounts": 9, "worth": 9.0}]}
    found = held(INCOMPLETE, an_org_with_fields(), DENIED | told)
    assert found.findings == ()
    assert "are not told: no access to Name" in found.unseen[0].why


def test_contacts_without_an_account_are_named_where_their_email_is_not_shown() -> None:
    rows = [{"Id": "003000000000001AAA", "Name": "Ada Brook"}]
    told = {"COUNT() FROM Contact WHERE": 1, "COUNT()": 40, "Email": "no such column", "SELECT Id": rows}
    found = held(WITHOUT_ACCOUNT, without(an_org(), "Contact", "Email"), told)
    assert [one.name for one in found.findings[0].records] == ["Ada Brook"]
    assert found.unseen == ()
