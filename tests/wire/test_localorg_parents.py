"""A row names its parent by a value of an external id, through every door that takes rows."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from upbeat.base import ManualClock
from upbeat.localorg import ConnectedApp, LocalOrg, Server
from upbeat.schema import Field, FieldType

V = "/services/data/v67.0"
FOUND = {"Account": {"Key__c": "K1"}}


@pytest.fixture(scope="module")
def org() -> Iterator[LocalOrg]:
    """Accounts are private: K1 is Ana's, and so are the twins; K2 is Bo's. 5 is a number."""
    org = LocalOrg(":memory:", clock=ManualClock(datetime(2026, 1, 5, 9, 30, tzinfo=UTC)))
    key = Field(name="Key__c", type=FieldType.STRING, external_id=True)
    number = Field(name="Number__c", type=FieldType.DOUBLE, precision=10, external_id=True)
    org.define(fields={"Account": [key, number], "Contact": [key], "Lead": [key]}, sharing={"Account": "Private"})
    ana = org.user("ana.diaz@acme.example", last_name="Diaz")
    bo = org.user("bo.lee@acme.example", last_name="Lee")
    for owner, row in ((ana, "K1"), (bo, "K2"), (ana, "twin"), (ana, "twin")):
        org.create("Account", [{"Name": row, "Key__c": row, "OwnerId": owner, "Number__c": len(row)}], org.process_user)
    org.create("Lead", [{"LastName": "Ito", "Company": "Lumen", "Key__c": "L1", "OwnerId": ana}], org.process_user)
    org.create("Account", [{"Name": "Five", "Number__c": 5, "OwnerId": ana}], org.process_user)
    yield org
    org.close()


@pytest.fixture(scope="module")
def ana(org: LocalOrg) -> Iterator[httpx2.Client]:
    with Server(org) as server:
        org.access.connect(ConnectedApp("ana", run_as="ana.diaz@acme.example"), "secret")
        form = {"grant_type": "client_credentials", "client_id": "ana", "client_secret": "secret"}
        token = httpx2.post(f"{server.url}/services/oauth2/token", data=form).json()["access_token"]
        with httpx2.Client(base_url=server.url, headers={"Authorization": f"Bearer {token}"}) as client:
            yield client


def _parent(org: LocalOrg, last_name: str) -> Any:
    (row,) = org.query(f"SELECT Account.Name FROM Contact WHERE LastName = '{last_name}'", org.process_user)
    return row["Account"] and row["Account"]["Name"]


def _row(last_name: str, **more: Any) -> dict[str, Any]:
    return {"attributes": {"type": "Contact", "referenceId": last_name}, "LastName": last_name, **more}


def _envelope(client: httpx2.Client, sobject: str) -> str:
    session = client.headers["Authorization"].removeprefix("Bearer ")
    soap, partner = "http://schemas.xmlsoap.org/soap/envelope/", "urn:partner.soap.sforce.com"
    return (
        f'<e:Envelope xmlns:e="{soap}" xmlns="{partner}"><e:Header><SessionHeader><sessionId>{session}</sessionId>'
        f"</SessionHeader></e:Header><e:Body><create><sObjects>{sobject}</sObjects></create></e:Body></e:Envelope>"
    )


def test_every_door_finds_the_parent(org: LocalOrg, ana: httpx2.Client) -> None:
    rows = {"records": [_row("Collected", **FOUND), _row("Folded", account={"key__C": "k1"})]}
    assert ana.post(f"{V}/sobjects/Contact", json={"LastName": "Created", **FOUND}).status_code == 201
    assert ana.patch(f"{V}/sobjects/Contact/Key__c/C1", json={"LastName": "Upserted", **FOUND}).status_code == 201
    assert all(one["success"] for one in ana.post(f"{V}/composite/sobjects", json=rows).json())
    tree = ana.post(f"{V}/composite/tree/Contact", json={"records": [_row("Grown", **FOUND)]})
    assert tree.status_code == 201
    inner = {"method": "POST", "url": f"{V}/sobjects/Contact", "referenceId": "c", "body": _row("Composed", **FOUND)}
    composed = ana.post(f"{V}/composite", json={"compositeRequest": [inner]}).json()["compositeResponse"][0]
    assert composed["httpStatusCode"] == 201
    sobject = (
        "<type>Contact</type><LastName>Soaped</LastName><Account><type>Account</type><Key__c>K1</Key__c></Account>"
    )
    headers = {"Content-Type": "text/xml", "SOAPAction": '""'}
    soap = ana.post("/services/Soap/u/67.0", content=_envelope(ana, sobject), headers=headers)
    assert "<success>true</success>" in soap.text
    for name in ("Created", "Upserted", "Collected", "Folded", "Grown", "Composed", "Soaped"):
        assert _parent(org, name) == "K1", name


def test_an_update_moves_a_record_to_the_parent_and_null_takes_it_from_there(org: LocalOrg, ana: httpx2.Client) -> None:
    key = ana.post(f"{V}/sobjects/Contact", json={"LastName": "Moved"}).json()["id"]
    for row, parent in ((FOUND, "K1"), ({"Account": {"Number__c": 5}}, "Five"), ({"Account": None}, None)):
        assert ana.patch(f"{V}/sobjects/Contact/{key}", json=row).status_code == 204
        assert _parent(org, "Moved") == parent


def test_a_parent_of_several_kinds_is_named_with_its_type(org: LocalOrg, ana: httpx2.Client) -> None:
    who = {"attributes": {"type": "Lead"}, "Key__c": "L1"}
    assert ana.post(f"{V}/sobjects/Task", json={"Subject": "Call", "Who": who}).status_code == 201
    assert org.query("SELECT Who.Name FROM Task", org.process_user)[0]["Who"]["Name"] == "Ito"


@pytest.mark.parametrize(
    ("name", "row", "message"),
    [
        pytest.param(
            "Contact",
            {"Account": {"Key__c": "none"}},
            "Foreign key external ID: none not found for field Key__c in entity Account",
            id="there is no such parent",
        ),
        pytest.param(
            "Contact",
            {"Account": {"Key__c": "K2"}},
            "Foreign key external ID: K2 not found for field Key__c in entity Account",
            id="the user does not see it",
        ),
        pytest.param(
            "Contact",
            {"Account": {"Number__c": "five"}},
            "Foreign key external ID: five not found for field Number__c in entity Account",
            id="no record can have the value",
        ),
        pytest.param(
            "Contact",
            {"Account": {"Key__c": "twin"}},
            "More than one record found for external id field Key__c in entity Account: twin",
            id="several have it",
        ),
        pytest.param(
            "Contact",
            {"Account": {"Name": "K1"}},
            "Field name provided, Name does not match an External ID, Salesforce Id, or indexed field for Account",
            id="the field holds no external ids",
        ),
        pytest.param(
            "Contact", {"Acount": {"Key__c": "K1"}}, "No such column 'Acount' on sobject of type Contact", id="no name"
        ),
        pytest.param(
            "Task",
            {"Who": {"Key__c": "L1"}},
            "The external foreign key reference does not reference a valid entity: Who",
            id="it may be of several kinds",
        ),
        pytest.param(
            "Contact",
            {"Account": {"Key__c": "K1", "Number__c": 2}},
            "More than 1 field provided in an external foreign key reference in entity: Contact",
            id="two values",
        ),
        pytest.param(
            "Contact",
            {"AccountId": None, **FOUND},
            "Cannot specify both an external ID reference Account and a salesforce id, AccountId",
            id="by its id too",
        ),
    ],
)
def test_a_parent_that_is_not_the_one_is_refused(
    ana: httpx2.Client, name: str, row: dict[str, Any], message: str
) -> None:
    answer = ana.post(f"{V}/sobjects/{name}", json={"Subject": "Call"} | row if name == "Task" else _row("Z", **row))
    assert (answer.status_code, answer.json()[0]["errorCode"], answer.json()[0]["message"]) == (
        400,
        "INVALID_FIELD",
        message,
    )


@pytest.mark.parametrize("value", ["K1", 1, [], {"Key__c": {}}, {"Key__c": [1]}, {}, {"Key__c": None}])
def test_what_is_no_value_names_no_parent(ana: httpx2.Client, value: Any) -> None:
    assert ana.post(f"{V}/sobjects/Contact", json=_row("Z", Account=value)).status_code == 400
