"""An upsert updates the one record that an external id names, or creates it."""

from typing import Any

import pytest

from upbeat.localorg import LocalOrg, Refused
from upbeat.schema import Field, FieldType


@pytest.fixture(autouse=True)
def _source_id(org: LocalOrg) -> None:
    org.define(fields={"Account": [Field(name="Source_Id__c", type=FieldType.STRING, external_id=True)]})


def _row(key: Any, **more: Any) -> dict[str, Any]:
    return {"Source_Id__c": key, "Name": "Northwind", **more}


def test_the_second_time_the_record_is_updated(org: LocalOrg, ana: str) -> None:
    (first,) = org.upsert("Account", "Source_Id__c", [_row("A1")], ana)
    (second,) = org.upsert("Account", "source_id__c", [_row("a1", Name="Northwind Traders")], ana)
    assert (first.created, second.created, second.id) == (True, False, first.id)


def test_rows_keep_their_order(org: LocalOrg, ana: str) -> None:
    org.upsert("Account", "Source_Id__c", [_row("A2")], ana)
    results = org.upsert("Account", "Source_Id__c", [_row("A1"), _row("A2"), _row("A3")], ana)
    assert [one.created for one in results] == [True, False, True]


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        pytest.param([{"Name": "x"}], ["REQUIRED_FIELD_MISSING"], id="no external id"),
        pytest.param([_row("A1"), _row("a1")], [None, "DUPLICATE_VALUE"], id="the same one twice"),
        pytest.param([_row("twin")], ["DUPLICATE_EXTERNAL_ID"], id="one that two records have"),
        pytest.param([_row("x" * 300)], ["STRING_TOO_LONG"], id="one that is too long"),
    ],
)
def test_a_row_that_names_no_one_record_is_refused(
    org: LocalOrg, ana: str, rows: list[dict[str, Any]], codes: list[str | None]
) -> None:
    org.create("Account", [_row("twin"), _row("twin")], ana)
    results = org.upsert("Account", "Source_Id__c", rows, ana)
    assert [one.errors[0].code if one.errors else None for one in results] == codes


@pytest.mark.parametrize("field", ["Name", "Nothing__c"])
def test_only_a_field_of_external_ids_will_do(org: LocalOrg, ana: str, field: str) -> None:
    with pytest.raises(Refused, match="NOT_FOUND"):
        org.upsert("Account", field, [_row("A1")], ana)


def test_what_is_in_the_bin_is_not_matched(org: LocalOrg, ana: str) -> None:
    (first,) = org.upsert("Account", "Source_Id__c", [_row("A1")], ana)
    org.delete([first.id], ana)
    (second,) = org.upsert("Account", "Source_Id__c", [_row("A1")], ana)
    assert second.created
