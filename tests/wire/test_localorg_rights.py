"""Two users of one org over REST: what the one may see and do, the other may not, each answered as Salesforce does."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from upbeat.base import ManualClock
from upbeat.localorg import ConnectedApp, LocalOrg, Server
from upbeat.localorg.rights import Can
from upbeat.schema import Field, FieldType

V = "/services/data/v67.0"
NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
DEAL = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-03-01"}
Ask = Callable[..., httpx2.Response]


class Desk:
    """One user's connection, and the records of the story by name."""

    def __init__(self, client: httpx2.Client) -> None:
        self._client = client

    def __call__(self, method: str, path: str, **more: Any) -> httpx2.Response:
        return self._client.request(method, f"{V}/{path}", **more)

    def new(self, name: str, **row: Any) -> str:
        answer = self("POST", f"sobjects/{name}", json=row)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def query(self, text: str) -> Any:
        return self("GET", "query", params={"q": text}).json()


def _error(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()[0]["errorCode"]


@pytest.fixture
def org() -> Iterator[LocalOrg]:
    """Accounts and opportunities are private; Kim has a permission set for reading leads and their mail address."""
    org = LocalOrg(":memory:", clock=ManualClock(NOW))
    org.define(
        fields={"Account": [Field(name="Key__c", type=FieldType.STRING, external_id=True)]},
        sharing={"Account": "Private", "Opportunity": "Private"},
    )
    org.user("priya.shah@acme.example", last_name="Shah", profile="System Administrator")
    org.user("ana.diaz@acme.example", last_name="Diaz")
    org.user("bo.lee@acme.example", last_name="Lee")
    kim = org.user("kim.sato@acme.example", last_name="Sato", profile="Minimum Access - API Only Integrations")
    org.rights.permission_set("Leads", objects={"Lead": Can.READ}, fields={"Lead.Email": Can.READ})
    org.rights.assign("Leads", kim)
    yield org
    org.close()


@pytest.fixture
def desk(org: LocalOrg) -> Iterator[Callable[[str], Desk]]:
    """Give a user's connection: `desk("ana.diaz")`."""
    with Server(org) as server:
        opened: dict[str, httpx2.Client] = {}

        def connect(name: str) -> Desk:
            if name not in opened:
                org.access.connect(ConnectedApp(name, run_as=f"{name}@acme.example"), "secret")
                form = {"grant_type": "client_credentials", "client_id": name, "client_secret": "secret"}
                token = httpx2.post(f"{server.url}/services/oauth2/token", data=form).json()["access_token"]
                opened[name] = httpx2.Client(base_url=server.url, headers={"Authorization": f"Bearer {token}"})
            return Desk(opened[name])

        yield connect
        for client in opened.values():
            client.close()


def test_a_record_out_of_reach_is_not_found_by_any_door(desk: Callable[[str], Desk]) -> None:
    ana, bo = desk("ana.diaz"), desk("bo.lee")
    key = bo.new("Account", Name="Hidden", Key__c="K1")
    path = f"sobjects/Account/{key}"
    assert _error(ana("GET", path)) == (404, "NOT_FOUND")
    assert _error(ana("DELETE", path)) == (404, "NOT_FOUND")
    assert ana("PATCH", path, json={"Name": "X"}).status_code == 404
    assert _error(ana("GET", "sobjects/Account/Key__c/K1")) == (404, "NOT_FOUND")
    assert ana.query("SELECT COUNT() FROM Account")["totalSize"] == 0
    assert ana("GET", "queryAll", params={"q": "SELECT Id FROM Account"}).json()["records"] == []
    assert ana("GET", f"composite/sobjects/Account?ids={key}&fields=Name").json() == [None]
    span = {"start": (NOW - timedelta(days=1)).isoformat(), "end": (NOW + timedelta(days=1)).isoformat()}
    assert ana("GET", "sobjects/Account/updated", params=span).json()["ids"] == []
    assert bo("GET", path).json()["Name"] == "Hidden"


def test_a_share_opens_a_record_as_far_as_it_goes(org: LocalOrg, desk: Callable[[str], Desk]) -> None:
    ana, bo = desk("ana.diaz"), desk("bo.lee")
    key = bo.new("Account", Name="Hidden")
    me = org.query("SELECT Id FROM User WHERE Username = 'ana.diaz@acme.example'", org.process_user)[0]["Id"]
    row = {"AccountId": key, "UserOrGroupId": me, "AccountAccessLevel": "Read", "OpportunityAccessLevel": "None"}
    assert ana("POST", "sobjects/AccountShare", json=row).status_code == 400  # not hers to share
    share = bo.new("AccountShare", **row)
    path = f"sobjects/Account/{key}"
    assert ana("GET", path).json()["Name"] == "Hidden"
    assert _error(ana("PATCH", path, json={"Name": "X"})) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")
    assert bo("PATCH", f"sobjects/AccountShare/{share}", json={"AccountAccessLevel": "Edit"}).status_code == 204
    assert ana("PATCH", path, json={"Name": "X"}).status_code == 204
    assert _error(ana("DELETE", path)) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")
    assert bo("DELETE", f"sobjects/AccountShare/{share}").status_code == 204
    assert _error(ana("GET", path)) == (404, "NOT_FOUND")


def test_a_field_in_two_spellings_opens_no_door(org: LocalOrg, desk: Callable[[str], Desk]) -> None:
    ana, bo = desk("ana.diaz"), desk("bo.lee")
    hidden, mine = bo.new("Account", Name="Hidden", Key__c="B"), ana.new("Account", Name="Mine", Key__c="A")
    me = org.query("SELECT Id FROM User WHERE Username = 'ana.diaz@acme.example'", org.process_user)[0]["Id"]
    levels = {"AccountAccessLevel": "Edit", "OpportunityAccessLevel": "Edit"}
    share = {"AccountId": mine, "accountid": hidden, "UserOrGroupId": me, **levels}
    contact = {"attributes": {"type": "Contact", "referenceId": "c"}, "LastName": "Z"} | _two("AccountId", mine, hidden)
    account = {"attributes": {"type": "Account"}} | _two("Key__c", "A", "B")
    stolen = {"attributes": {"type": "Account"}, "Name": "X"} | _two("Id", hidden, mine)
    inner = {"method": "POST", "url": f"{V}/sobjects/AccountShare", "referenceId": "s", "body": share}
    refused = "Duplicate field specified"
    for method, path, body in (
        ("POST", "sobjects/AccountShare", share),
        ("PATCH", f"sobjects/Account/{mine}", _two("OwnerId", me, me)),
        ("PATCH", "sobjects/Account/Key__c/new", {"Name": "X"} | _two("ParentId", mine, hidden)),
        ("POST", "composite/sobjects", {"records": [contact]}),
        ("PATCH", "composite/sobjects", {"records": [stolen]}),
        ("PATCH", "composite/sobjects/Account/Key__c", {"records": [account]}),
        ("POST", "composite/tree/Contact", {"records": [contact]}),
        ("POST", "composite", {"compositeRequest": [inner]}),
    ):
        answer = ana(method, path, json=body)
        assert refused in answer.text, (method, path, answer.text)
        assert '"success":true' not in answer.text.replace(" ", "")
    assert ana.query("SELECT Id FROM Account")["records"][0]["Id"] == mine
    assert bo.query("SELECT Key__c FROM Account")["records"][0]["Key__c"] == "B"


def _two(name: str, first: str, last: str) -> dict[str, str]:
    return {name: first, name.lower(): last}


def test_rows_of_a_collection_are_refused_one_by_one(desk: Callable[[str], Desk]) -> None:
    ana, bo = desk("ana.diaz"), desk("bo.lee")
    hidden, mine = bo.new("Account", Name="Hidden"), ana.new("Account", Name="Mine")
    rows = [{"attributes": {"type": "Account"}, "id": key, "Name": "New"} for key in (hidden, mine)]
    rows.append({"attributes": {"type": "Account"}, "id": mine, "ParentId": hidden})
    results = ana("PATCH", "composite/sobjects", json={"records": rows}).json()
    assert [one["success"] for one in results] == [False, True, False]
    assert results[0]["errors"][0]["statusCode"] == "INVALID_CROSS_REFERENCE_KEY"
    assert results[2]["errors"][0]["statusCode"] == "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"


def test_describe_tells_a_user_what_the_user_may_do(desk: Callable[[str], Desk]) -> None:
    kim, ana = desk("kim.sato"), desk("ana.diaz")
    lead = kim("GET", "sobjects/Lead/describe").json()
    fields = {one["name"]: one for one in lead["fields"]}
    assert not any(lead[key] for key in ("createable", "updateable", "deletable", "undeletable", "mergeable"))
    assert {"Email", "Company"} <= fields.keys()
    assert "Rating" not in fields
    assert not any(one["createable"] or one["updateable"] for one in fields.values())
    assert fields["Email"]["permissionable"]
    assert not fields["Company"]["permissionable"]
    listed = {one["name"] for one in kim("GET", "sobjects").json()["sobjects"]}
    assert "Lead" in listed
    assert "Account" not in listed
    whole = ana("GET", "sobjects/Lead/describe").json()
    assert all(whole[key] for key in ("createable", "updateable", "deletable", "undeletable", "mergeable"))
    assert {one["name"] for one in whole["fields"]} > fields.keys()


@pytest.mark.parametrize(
    ("method", "path", "error"),
    [
        ("GET", "sobjects/Account/describe", (404, "NOT_FOUND")),
        ("POST", "sobjects/Account", (404, "NOT_FOUND")),
        ("GET", "query?q=SELECT+Id+FROM+Account", (400, "INVALID_TYPE")),
        ("GET", "query?q=SELECT+Rating+FROM+Lead", (400, "INVALID_FIELD")),
        ("GET", "query?q=SELECT+Id+FROM+Lead+WHERE+Rating='Hot'", (400, "INVALID_FIELD")),
        ("GET", "query?q=SELECT+Id+FROM+Lead+ORDER+BY+Rating", (400, "INVALID_FIELD")),
        ("GET", "query?q=SELECT+Id+FROM+PermissionSet", (400, "INVALID_TYPE")),
        ("POST", "sobjects/Lead", (400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")),
    ],
)
def test_what_the_permissions_leave_out_is_refused(
    desk: Callable[[str], Desk], method: str, path: str, error: tuple[int, str]
) -> None:
    body = {"json": {"LastName": "Vega", "Company": "Northwind"}} if method == "POST" else {}
    assert _error(desk("kim.sato")(method, path, **body)) == error


@pytest.mark.parametrize("name", ["OpportunityHistory", "LeadStatus", "UserRecordAccess"])
def test_what_the_org_writes_itself_is_written_by_nobody_else(desk: Callable[[str], Desk], name: str) -> None:
    admin = desk("priya.shah")
    assert _error(admin("POST", f"sobjects/{name}", json={})) == (400, "INVALID_TYPE_FOR_OPERATION")
    assert _error(admin("PATCH", f"sobjects/{name}/008000000000001", json={})) == (400, "INVALID_TYPE_FOR_OPERATION")


def test_a_hidden_field_is_in_no_record_and_cannot_be_asked_for(desk: Callable[[str], Desk]) -> None:
    key = desk("ana.diaz").new("Lead", LastName="Vega", Company="Northwind", Rating="Hot")
    kim = desk("kim.sato")
    assert "Rating" not in kim("GET", f"sobjects/Lead/{key}").json()
    assert _error(kim("GET", f"sobjects/Lead/{key}?fields=Rating")) == (400, "INVALID_FIELD")


def test_an_assigned_permission_set_works_from_the_next_call_on(desk: Callable[[str], Desk]) -> None:
    admin, kim = desk("priya.shah"), desk("kim.sato")
    held = admin.new("PermissionSet", Name="Deals", Label="Deals")
    admin.new(
        "ObjectPermissions", ParentId=held, SobjectType="Opportunity", PermissionsRead=True, PermissionsCreate=True
    )
    (user,) = admin.query("SELECT Id FROM User WHERE Username = 'kim.sato@acme.example'")["records"]
    assert _error(kim("GET", "sobjects/Opportunity/describe")) == (404, "NOT_FOUND")
    assigned = admin.new("PermissionSetAssignment", PermissionSetId=held, AssigneeId=user["Id"])
    kim.new("Opportunity", **DEAL)
    assert admin("DELETE", f"sobjects/PermissionSetAssignment/{assigned}").status_code == 204
    assert _error(kim("GET", "sobjects/Opportunity/describe")) == (404, "NOT_FOUND")


def test_a_user_without_the_api_calls_nothing(org: LocalOrg, desk: Callable[[str], Desk]) -> None:
    bo = desk("bo.lee")
    assert bo("GET", "limits").status_code == 200
    (held,) = org.query("SELECT Id FROM PermissionSet WHERE Profile.Name = 'Standard User'", org.process_user)
    org.update("PermissionSet", [{"Id": held["Id"], "PermissionsApiEnabled": False}], org.process_user)
    assert _error(bo("GET", "limits")) == (403, "API_DISABLED_FOR_ORG")


def test_the_pages_of_a_query_are_for_whoever_asked_it(org: LocalOrg, desk: Callable[[str], Desk]) -> None:
    rows = [{"LastName": f"Vega {n}", "Company": "Northwind"} for n in range(201)]
    assert all(saved.ok for saved in org.create("Lead", rows, org.process_user))
    page = {"params": {"q": "SELECT Id FROM Lead"}, "headers": {"Sforce-Query-Options": "batchSize=200"}}
    rest = desk("ana.diaz")("GET", "query", **page).json()["nextRecordsUrl"].removeprefix(f"{V}/")
    assert _error(desk("bo.lee")("GET", rest)) == (400, "INVALID_QUERY_LOCATOR")
    assert len(desk("ana.diaz")("GET", rest).json()["records"]) == 1


def test_the_org_is_changed_by_whoever_may_customize_it(org: LocalOrg, desk: Callable[[str], Desk]) -> None:
    field = {"FullName": "Lead.Tier__c", "Metadata": {"type": "Text", "label": "Tier", "length": 20}}
    assert _error(desk("ana.diaz")("POST", "tooling/sobjects/CustomField", json=field))[0] == 403
    assert not org.schema.object("Lead").has("Tier__c")
    assert desk("priya.shah")("POST", "tooling/sobjects/CustomField", json=field).status_code == 201
    assert desk("ana.diaz")("GET", "query?q=SELECT+Tier__c+FROM+Lead").status_code == 200


def test_a_permission_set_is_assigned_once(desk: Callable[[str], Desk]) -> None:
    admin = desk("priya.shah")
    row = dict(zip(("PermissionSetId", "AssigneeId"), _assigned(admin), strict=True))
    assert _error(admin("POST", "sobjects/PermissionSetAssignment", json=row)) == (400, "DUPLICATE_VALUE")


def _assigned(admin: Desk) -> tuple[str, str]:
    text = "SELECT PermissionSetId, AssigneeId FROM PermissionSetAssignment WHERE PermissionSet.Name = 'Leads'"
    (row,) = admin.query(text)["records"]
    return row["PermissionSetId"], row["AssigneeId"]


def test_a_custom_object_is_made_with_its_org_wide_default(desk: Callable[[str], Desk]) -> None:
    admin, ana = desk("priya.shah"), desk("ana.diaz")
    metadata = {"label": "Plan", "pluralLabel": "Plans", "sharingModel": "Private"}
    body = {"FullName": "Plan__c", "Metadata": metadata}
    assert admin("POST", "tooling/sobjects/CustomObject", json=body).status_code == 201
    asked = "SELECT InternalSharingModel FROM EntityDefinition WHERE QualifiedApiName = 'Plan__c'"
    assert admin.query(asked)["records"][0]["InternalSharingModel"] == "Private"
    admin.new("Plan__c", Name="Hidden")
    mine = ana.new("Plan__c", Name="Mine")
    assert [row["Id"] for row in ana.query("SELECT Id FROM Plan__c")["records"]] == [mine]
    body["Metadata"] = metadata | {"sharingModel": "Nothing"}
    body["FullName"] = "Other__c"
    assert _error(admin("POST", "tooling/sobjects/CustomObject", json=body)) == (400, "FIELD_INTEGRITY_EXCEPTION")
