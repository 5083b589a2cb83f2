"""Lookups that are blank."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.foundation.talk import an_org, held, without

from upbeat.foundation import Ground, Weight
from upbeat.foundation.blanks import BLANK
from upbeat.schema import Field, FieldType

LOOSE = [{"Id": "0061", "Name": "D1", "StageName": "Engaging", "IsClosed": False}]
CLOSED, OPEN = {"IsClosed": True, "deals": 60, "placed": 60}, {"IsClosed": False, "deals": 40, "placed": 39}
REST: dict[str, Any] = {"FROM Task": 0, "FROM Event": 0, "SUM(": [{"worth": 1200.5}], "SELECT Id": LOOSE}


def test_deals_without_an_account_are_told_with_what_is_open_of_them() -> None:
    found = held(BLANK, an_org(), {"GROUP BY": [CLOSED, OPEN], **REST})
    [one] = found.findings
    assert (one.count, one.of, one.weight, one.amount) == (1, 100, Weight.HIGH, Decimal("1200.5"))
    assert found.measures[0].percent == 99
    assert [each.why for each in one.records] == ["open without an account"]


def test_a_deal_that_is_closed_matters_less() -> None:
    told = {"GROUP BY": [{**CLOSED, "placed": 59}, {**OPEN, "placed": 40}], **REST}
    [one] = held(BLANK, an_org(), told).findings
    assert (one.weight, one.amount) == (Weight.MEDIUM, None)


def test_an_org_whose_deals_all_have_an_account_or_that_has_none_has_nothing_to_fix() -> None:
    assert held(BLANK, an_org(), {"GROUP BY": [CLOSED], **REST}).findings == ()
    none = held(BLANK, an_org(), {"GROUP BY": [], **REST})
    assert (none.findings, none.measures[0].percent) == ((), None)


def test_activities_that_hang_on_nothing_are_a_figure() -> None:
    found = held(
        BLANK, an_org(), {"GROUP BY": [], **REST, "FROM Task WHERE": 3} | {"FROM Task": 12} | {"FROM Event": 0}
    )
    assert found.findings == ()


def with_lookup() -> Ground:
    ground = an_org()
    lead = ground.schema.object("Lead")
    field = Field(name="Event__c", type=FieldType.REFERENCE, label="Event", reference_to=("Campaign",))
    lead = replace(lead, fields={**lead.fields, "Event__c": field})
    return replace(ground, schema=ground.schema.with_objects([lead]))


@pytest.mark.parametrize(
    ("whole", "filled", "lacking"),
    [(100, 95, 5), (100, 94, None), (100, 100, None), (40, 39, 1), (39, 38, None), (0, 0, None)],
)
def test_a_lookup_of_ones_own_is_lacking_where_nearly_all_have_it(whole: int, filled: int, lacking: int | None) -> None:
    told = {"COUNT(Event__c)": [{"n": whole, "n0": filled}], "GROUP BY": [CLOSED], **REST}
    assert [one.count for one in held(BLANK, with_lookup(), told).findings] == ([lacking] if lacking else [])


@pytest.mark.parametrize("ground", [an_org(), without(an_org(), "Opportunity", "AccountId")])
def test_what_is_denied_is_said(ground: Ground) -> None:
    found = held(BLANK, ground, {"FROM": "no access"})
    assert (found.findings, found.measures) == ((), ())
    assert found.unseen[0].object == "Opportunity"
