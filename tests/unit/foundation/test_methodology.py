"""The methodology's elements against the org's fields, and a fields.yaml to begin with."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.unit.foundation.talk import an_org, held
from tests.unit.foundation.test_stage_exits import ground

from upbeat.foundation import Found, Ground
from upbeat.foundation.automation import METHODOLOGY
from upbeat.workflows import DefinitionError, FieldMap
from upbeat.workflows.files import load

ELEMENTS = {
    "metrics": "Metrics__c", "economic_buyer": "Economic_Buyer__c", "decision_criteria": "Decision_Criteria__c",
    "decision_process": "Decision_Process__c", "identified_pain": "Identified_Pain__c", "champion": "Champion__c",
}  # fmt: skip
CUSTOM = dict.fromkeys(ELEMENTS.values(), "string")


def said(name: str = "MEDDIC", **elements: str) -> dict[str, Any]:
    return {"methodology": {"name": name, "elements": {key: f"Opportunity.{one}" for key, one in elements.items()}}}


def look(on: Ground, **told: Any) -> Found:
    return held(METHODOLOGY, on, {"FieldDefinition": [], **told})


def test_a_methodology_with_a_field_for_each_element_holds() -> None:
    found = look(ground(said(**ELEMENTS), **CUSTOM))
    assert (found.findings, found.measures[0].percent) == ((), 100)


def test_an_element_without_a_field_in_the_file_is_named() -> None:
    rest = {key: one for key, one in ELEMENTS.items() if key != "champion"}
    [one] = look(ground(said(**rest), **CUSTOM)).findings
    assert one.says == "champion of MEDDIC has no field in fields.yaml."


def test_a_methodology_of_ones_own_lacks_nothing() -> None:
    assert look(ground(said("Ours", why_now="Champion__c"), **CUSTOM)).findings == ()


def test_a_field_that_the_org_does_not_have_is_a_finding_and_one_that_is_hidden_is_not() -> None:
    on = ground(said("Ours", why_now="Why_Now__c", champion="Champion__c"))
    missing = look(on, FieldDefinition=[{"QualifiedApiName": "Champion__c"}])
    assert [one.key for one in missing.findings] == ["methodology:Opportunity.Why_Now__c"]
    assert [one.field for one in missing.unseen] == ["Champion__c"]
    denied = look(on, FieldDefinition="no access")
    assert denied.findings == ()
    assert {one.why for one in denied.unseen} == {"no access"}


@pytest.mark.parametrize(
    ("names", "method", "found"),
    [
        (["MEDDIC_Metrics__c", "EconomicBuyer__c", "Pain_Points__c", "Champion_Name__c"], "MEDDIC", 4),
        ([*CUSTOM, "Paper_Process__c", "Competitors__c"], "MEDDPICC", 8),
        (["Budget__c", "Authority__c", "Need__c", "Timeframe__c"], "BANT", 4),
        (["Metrics__c", "Champion__c"], "MEDDIC", 0),
        (["Budget_Owner__c", "Championship__c", "Metrics_Board__c"], "MEDDIC", 0),
    ],
)
def test_a_methodology_that_is_evident_by_its_names_is_put_into_a_draft(
    names: list[str], method: str, found: int, tmp_path: Any
) -> None:
    come_to = look(ground(None, **dict.fromkeys(names, "string")))
    assert (come_to.findings, come_to.measures[0].percent) == ((), 0)
    [draft] = come_to.exhibits
    lines = [str(row[0]) for row in draft.rows]
    assert any(line.strip("# ") == f"name: {method}" for line in lines)
    assert sum(": Opportunity." in line for line in lines) == found
    taken = _read(tmp_path, lines)
    assert (taken.methodology is not None) is (found > 0)


def _read(folder: Any, lines: list[str]) -> FieldMap:
    (folder / "fields.yaml").write_text("\n".join(lines))
    try:
        return load(folder).fields
    except DefinitionError as error:
        pytest.fail(str(error))


def test_without_deals_nothing_is_proposed() -> None:
    objects: Mapping[str, Any] = {}
    found = look(an_org(schema=type(an_org().schema)(objects)))
    assert (found.exhibits, found.unseen[0].object) == ((), "Opportunity")
