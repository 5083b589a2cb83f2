"""What a query shows and how it is run can be asked without running it, as Salesforce's own command line asks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg

V = "/services/data/v67.0"
Ask = Callable[..., httpx2.Response]

PLAIN = {"aggregate": False, "custom": False, "foreignKeyName": None, "joinColumns": [], "booleanType": False}
NAME = PLAIN | {
    "apexType": "String",
    "columnName": "Name",
    "displayName": "Name",
    "insertable": False,
    "numberType": False,
    "textType": True,
    "updatable": False,
}


def columns(ask: Ask, text: str, resource: str = "query") -> dict[str, Any]:
    return ask("GET", f"{V}/{resource}", params={"q": text, "columns": "true"}).json()


@pytest.mark.parametrize("resource", ["query", "queryAll"])
def test_columns_tell_of_fields_and_of_the_query(ask: Ask, resource: str) -> None:
    told = columns(ask, "SELECT Id, Name FROM Contact", resource)
    assert told == {
        "columnMetadata": [
            NAME | {"apexType": "Id", "columnName": "Id", "displayName": "Id", "textType": False},
            NAME,
        ],
        "entityName": "Contact",
        "groupBy": False,
        "idSelected": True,
        "keyPrefix": "003",
    }


def test_parents_nest_their_fields_once(ask: Ask) -> None:
    text = "SELECT Account.Name, Account.Owner.Name, Account.Industry FROM Contact"
    (account,) = columns(ask, text)["columnMetadata"]
    assert (account["foreignKeyName"], account["apexType"], account["aggregate"]) == ("AccountId", None, False)
    name, owner, industry = account["joinColumns"]
    assert [name["columnName"], industry["columnName"], industry["updatable"]] == ["Name", "Industry", True]
    assert [one["columnName"] for one in owner["joinColumns"]] == ["Name"]


def test_child_results_nest_their_columns_and_are_aggregates(ask: Ask) -> None:
    told = columns(ask, "SELECT Name, (SELECT LastName FROM Contacts) FROM Account")
    _, contacts = told["columnMetadata"]
    assert (contacts["aggregate"], contacts["columnName"], told["idSelected"]) == (True, "Contacts", False)
    assert contacts["joinColumns"] == [
        NAME | {"columnName": "LastName", "displayName": "LastName", "insertable": True, "updatable": True}
    ]


def test_aggregates_stand_under_their_alias_with_the_call_as_their_name(ask: Ask) -> None:
    told = columns(ask, "SELECT StageName, AVG(Amount), COUNT(Id) n FROM Opportunity GROUP BY StageName")
    stage, average, count = told["columnMetadata"]
    assert (told["groupBy"], stage["aggregate"], stage["columnName"]) == (True, False, "StageName")
    assert (average["columnName"], average["displayName"], average["aggregate"]) == ("expr0", "avg(Amount)", True)
    assert (average["numberType"], count["columnName"], count["displayName"]) == (True, "n", "count(Id)")


def test_typeof_shows_the_fields_of_every_branch(ask: Ask) -> None:
    text = "SELECT TYPEOF Who WHEN Contact THEN Phone, Email WHEN Lead THEN Company, Phone END FROM Task"
    (who,) = columns(ask, text)["columnMetadata"]
    assert (who["columnName"], [one["columnName"] for one in who["joinColumns"]]) == (
        "Who",
        ["Phone", "Email", "Company", "Phone"],
    )


def test_columns_of_a_wrong_query_are_refused_as_the_query_is(ask: Ask) -> None:
    answer = ask("GET", f"{V}/query", params={"q": "SELECT Nothing FROM Lead", "columns": "true"})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_FIELD")


def test_a_plan_names_the_index_and_what_it_finds(ask: Ask) -> None:
    for number in range(10):
        ask("POST", f"{V}/sobjects/Product2", json={"Name": f"Chair {number}", "ProductCode": str(number % 2)})
    text = "SELECT Id FROM Product2 WHERE Name = 'Chair 3' AND ProductCode = '1'"
    index, scan = ask("GET", f"{V}/query", params={"explain": text}).json()["plans"]
    assert {key: index[key] for key in ("leadingOperationType", "fields", "cardinality", "sobjectCardinality")} == {
        "leadingOperationType": "Index",
        "fields": ["Name"],
        "cardinality": 1,
        "sobjectCardinality": 10,
    }
    assert (scan["leadingOperationType"], scan["fields"], index["relativeCost"]) == ("TableScan", [], 0.333)
    assert [note["fields"] for note in scan["notes"]] == [["ProductCode"], ["IsDeleted"]]
    assert scan["relativeCost"] > 1


def test_a_plan_of_a_wrong_query_is_refused(ask: Ask) -> None:
    answer = ask("GET", f"{V}/query", params={"explain": "SELECT"})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "MALFORMED_QUERY")


def test_a_cursor_lives_for_two_days_and_any_number_beside_it(ask: Ask, org: LocalOrg) -> None:
    rows = [{"attributes": {"type": "Note"}, "Title": "A"} for _ in range(200)]
    parent = ask("POST", f"{V}/sobjects/Account", json={"Name": "Northwind"}).json()["id"]
    for _ in range(2):
        ask("POST", f"{V}/composite/sobjects", json={"records": [row | {"ParentId": parent} for row in rows]})
    asked = {"params": {"q": "SELECT Id FROM Note"}, "headers": {"Sforce-Query-Options": "batchSize=200"}}
    pages = [ask("GET", f"{V}/query", **asked).json()["nextRecordsUrl"] for _ in range(30)]
    assert [ask("GET", page).json()["done"] for page in pages] == [True] * 30
    assert isinstance(org.clock, ManualClock)
    org.clock.advance(timedelta(days=2))
    assert ask("GET", pages[-1]).json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"
