"""Composite resources: several records, or several requests, in one call, as Salesforce answers them."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from upbeat.localorg import Fault, LocalOrg

V = "/services/data/v67.0"
Ask = Callable[..., httpx2.Response]

ROLLED_BACK = [
    {
        "errorCode": "PROCESSING_HALTED",
        "message": "The transaction was rolled back since another operation in the same transaction failed.",
    }
]


def _new(ask: Ask, name: str, **row: Any) -> str:
    return ask("POST", f"{V}/sobjects/{name}", json=row).json()["id"]


def _post(name: str, reference_id: str, **body: Any) -> dict[str, Any]:
    return {"method": "POST", "url": f"{V}/sobjects/{name}", "referenceId": reference_id, "body": body}


def _get(url: str, reference_id: str) -> dict[str, Any]:
    return {"method": "GET", "url": f"{V}{url}", "referenceId": reference_id}


def _chain(ask: Ask, *requests: dict[str, Any], version: str = V, **more: Any) -> list[dict[str, Any]]:
    answer = ask("POST", f"{version}/composite", json={"compositeRequest": requests, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()["compositeResponse"]


def _count(ask: Ask, name: str, where: str) -> int:
    return ask("GET", f"{V}/query", params={"q": f"SELECT COUNT() FROM {name} WHERE {where}"}).json()["totalSize"]


def test_the_composite_resources_are_listed(ask: Ask) -> None:
    assert ask("GET", f"{V}/composite/").json()["tree"] == f"{V}/composite/tree"


def test_a_request_refers_to_the_answers_before_it(ask: Ask) -> None:
    account, contact, found, again = _chain(
        ask,
        _post("Account", "refAccount", Name="Northwind", NumberOfEmployees=40),
        _post("Contact", "refContact", LastName="Vega", AccountId="@{refAccount.id}"),
        _get("/query?q=SELECT Name, Account.NumberOfEmployees FROM Contact WHERE Id = '@{refContact.id}'", "q"),
        _post(
            "Lead",
            "n",
            LastName="of @{q.records[0].Name}",
            Company="N",
            NumberOfEmployees="@{q.records[0].Account.NumberOfEmployees}",
        ),
    )
    assert [one["httpStatusCode"] for one in (account, contact, found, again)] == [201, 201, 200, 201]
    assert account["httpHeaders"] == {"Location": f"{V}/sobjects/Account/{account['body']['id']}"}
    lead = ask("GET", f"{V}/sobjects/Lead/{again['body']['id']}").json()
    assert (lead["LastName"], lead["NumberOfEmployees"]) == ("of Vega", 40)


def test_what_depends_on_a_failure_is_not_run_and_the_rest_is(ask: Ask) -> None:
    failed, dependent, other = _chain(
        ask,
        _post("Account", "a"),
        _post("Contact", "b", LastName="Halted", AccountId="@{a.id}"),
        _post("Contact", "c", LastName="Stays"),
    )
    assert failed["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert dependent["httpStatusCode"] == 400
    assert dependent["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert dependent["body"][0]["message"].startswith("Invalid reference specified. No value for a.id found in a.")
    assert other["httpStatusCode"] == 201


def test_all_or_none_takes_everything_back_and_says_why(ask: Ask) -> None:
    first, failed, last = _chain(
        ask,
        _post("Account", "a", Name="Rolled back"),
        _post("Lead", "b", LastName="Vega"),
        _post("Contact", "c", LastName="Ito"),
        allOrNone=True,
    )
    assert [one["body"] for one in (first, last)] == [ROLLED_BACK, ROLLED_BACK]
    assert [one["httpStatusCode"] for one in (first, failed, last)] == [400, 400, 400]
    assert failed["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert _count(ask, "Account", "Name = 'Rolled back'") == 0


@pytest.mark.parametrize("inner", [True, False])
def test_all_or_none_of_the_call_is_that_of_its_collections_too(ask: Ask, inner: bool) -> None:
    records = [{"attributes": {"type": "Account"}, "Name": "Inner"}, {"attributes": {"type": "Account"}}]
    body = {"allOrNone": inner, "records": records}
    made = {"method": "POST", "url": f"{V}/composite/sobjects", "referenceId": "a", "body": body}
    rows, contact = _chain(ask, made, _post("Contact", "c", LastName="Inner"), allOrNone=True)
    assert rows["body"][0]["errors"][0]["statusCode"] == "ALL_OR_NONE_OPERATION_ROLLED_BACK"
    assert contact["body"] == ROLLED_BACK
    assert _count(ask, "Account", "Name = 'Inner'") + _count(ask, "Contact", "LastName = 'Inner'") == 0


def test_a_composite_counts_as_one_call_and_a_batch_as_its_requests(ask: Ask, org: LocalOrg) -> None:
    ask("GET", f"{V}/limits")
    used = org.access.used
    _chain(ask, *(_get("/sobjects/Lead/describe", f"r{n}") for n in range(4)))
    assert org.access.used == used + 1
    ask("POST", f"{V}/composite/batch", json={"batchRequests": [{"method": "GET", "url": "v67.0/limits"}] * 4})
    assert org.access.used == used + 5


@pytest.mark.parametrize(
    ("version", "status"), [("/services/data/v51.0", 400), ("/services/data/v52.0", 201)], ids=["before", "since"]
)
def test_a_field_that_is_null_may_be_referred_to_since_version_52(ask: Ask, version: str, status: int) -> None:
    key = _new(ask, "Contact", LastName="Wong")
    old = {"method": "GET", "url": f"{version}/sobjects/Contact/{key}?fields=FirstName", "referenceId": "r"}
    new = _post("Contact", "n", LastName="Wong", FirstName="@{r.FirstName}")
    made = _chain(ask, old, new | {"url": f"{version}/sobjects/Contact"}, version=version)[1]
    assert made["httpStatusCode"] == status


def test_a_value_in_an_address_cannot_lead_elsewhere(ask: Ask) -> None:
    key = _new(ask, "Contact", LastName="x' OR Name LIKE '%", FirstName="../Lead")
    _, queried, read = _chain(
        ask,
        _get(f"/sobjects/Contact/{key}?fields=LastName,FirstName", "r"),
        _get("/query?q=SELECT+Id+FROM+Contact+WHERE+FirstName='@{r.FirstName}'%26fields=1", "q"),
        _get("/sobjects/@{r.FirstName}", "s"),
    )
    assert queried["httpStatusCode"] == 400
    assert read["httpStatusCode"] == 404


@pytest.mark.parametrize(
    "request_",
    [
        {"method": "get"},
        {"method": "HEAD"},
        {"url": None},
        {"url": 7},
        {"referenceId": "ref[1]"},
        {"referenceId": ""},
        {"referenceId": None},
        {"httpHeaders": {"Authorization": "Bearer other"}},
        {"httpHeaders": {"content-TYPE": "text/csv"}},
        {"httpHeaders": [1]},
    ],
    ids=str,
)
def test_a_request_that_is_not_well_formed_fails_the_whole_call(ask: Ask, request_: dict[str, Any]) -> None:
    row = _get("/limits", "r") | request_
    answer = ask("POST", f"{V}/composite", json={"compositeRequest": [_post("Account", "a", Name="Never"), row]})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")
    assert _count(ask, "Account", "Name = 'Never'") == 0


def test_a_reference_id_is_used_once(ask: Ask) -> None:
    answer = ask("POST", f"{V}/composite", json={"compositeRequest": [_get("/sobjects", "a"), _get("/sobjects", "a")]})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "url",
    [
        "/services/data/v68.0/sobjects",
        "/services/apexrest/x",
        "https://acme.example/",
        "/services/data/v67.0/composite",
        "/services/data/v67.0/tooling/query?q=x",
    ],
)
def test_a_request_goes_to_a_resource_that_composite_has(ask: Ask, url: str) -> None:
    (answer,) = _chain(ask, {"method": "GET", "url": url, "referenceId": "a"})
    assert answer["httpStatusCode"] == 400


@pytest.mark.parametrize(
    ("requests", "what"),
    [
        ([_get("/sobjects", f"r{n}") for n in range(26)], "25 operations"),
        ([_get("/query?q=SELECT Id FROM Lead", f"r{n}") for n in range(6)], "5 sObject Collections"),
    ],
    ids=["26 requests", "6 queries"],
)
def test_a_composite_above_its_limits_does_nothing(ask: Ask, requests: list[dict[str, Any]], what: str) -> None:
    (answer,) = _chain(ask, *requests)
    assert (answer["body"][0]["errorCode"], answer["referenceId"]) == ("LIMIT_EXCEEDED", None)
    assert what in answer["body"][0]["message"]


def test_a_fault_may_meet_one_request_of_a_composite(ask: Ask, org: LocalOrg) -> None:
    key = _new(ask, "Account", Name="Held")
    org.faults.add(Fault(f"PATCH .*/sobjects/Account/{key}", "lock"))
    change = {"method": "PATCH", "url": f"{V}/sobjects/Account/{key}", "referenceId": "a", "body": {"Name": "Mine"}}
    held, free = _chain(ask, change, change | {"referenceId": "b"})
    assert held["body"][0]["errorCode"] == "UNABLE_TO_LOCK_ROW"
    assert (free["httpStatusCode"], free["body"]) == (204, None)


def test_a_batch_gives_each_request_its_status(ask: Ask) -> None:
    key = _new(ask, "Account", Name="Old")
    answer = ask(
        "POST",
        f"{V}/composite/batch",
        json={
            "batchRequests": [
                {"method": "PATCH", "url": f"v67.0/sobjects/account/{key}", "richInput": {"Name": "New"}},
                {"method": "GET", "url": f"v40.0/sobjects/account/{key}?fields=Name,BillingPostalCode"},
                {"method": "GET", "url": f"{V}/sobjects/Nothing/describe"},
            ]
        },
    )
    changed, read, failed = answer.json()["results"]
    assert (answer.status_code, answer.json()["hasErrors"]) == (200, True)
    assert changed == {"statusCode": 204, "result": None}
    assert (read["statusCode"], read["result"]["Name"]) == (200, "New")
    assert (failed["statusCode"], failed["result"][0]["errorCode"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(("halts", "statuses"), [(True, [404, 412]), (False, [404, 200])])
def test_a_batch_halts_where_it_is_told_to(ask: Ask, halts: bool, statuses: list[int]) -> None:
    rows = [{"method": "GET", "url": f"v67.0/{path}"} for path in ("sobjects/Nothing", "limits")]
    results = ask("POST", f"{V}/composite/batch", json={"haltOnError": halts, "batchRequests": rows}).json()["results"]
    assert [one["statusCode"] for one in results] == statuses


@pytest.mark.parametrize("url", ["v68.0/limits", "v67.0/composite/batch", "v67.0/tooling/query", "limits", ""])
def test_a_batch_with_a_wrong_address_is_refused_whole(ask: Ask, url: str) -> None:
    answer = ask("POST", f"{V}/composite/batch", json={"batchRequests": [{"method": "GET", "url": url}]})
    assert answer.status_code == 400


def _record(kind: str, reference_id: str, **more: Any) -> dict[str, Any]:
    return {"attributes": {"type": kind, "referenceId": reference_id}, **more}


def _tree(ask: Ask, *records: dict[str, Any], name: str = "Account") -> httpx2.Response:
    return ask("POST", f"{V}/composite/tree/{name}/", json={"records": records})


def test_a_tree_is_created_level_by_level(ask: Ask) -> None:
    contacts = {"records": [_record("Contact", "ref2", lastname="Smith"), _record("Contact", "ref3", lastname="Evans")]}
    answer = _tree(
        ask, _record("Account", "ref1", name="Root", Contacts=contacts), _record("Account", "ref4", name="B")
    )
    results = answer.json()["results"]
    assert (answer.status_code, answer.json()["hasErrors"]) == (201, False)
    assert [one["referenceId"] for one in results] == ["ref1", "ref4", "ref2", "ref3"]
    assert _count(ask, "Contact", f"AccountId = '{results[0]['id']}'") == 2


def test_a_tree_with_one_bad_record_is_not_created(ask: Ask) -> None:
    contacts = {"records": [_record("Contact", "ref2", LastName="Smith", Email="123")]}
    answer = _tree(ask, _record("Account", "ref1", Name="No tree", Contacts=contacts))
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "hasErrors": True,
            "results": [
                {
                    "referenceId": "ref2",
                    "errors": [
                        {
                            "statusCode": "INVALID_EMAIL_ADDRESS",
                            "message": "Email: invalid email address: 123",
                            "fields": ["Email"],
                        }
                    ],
                }
            ],
        },
    )
    assert _count(ask, "Account", "Name = 'No tree'") == 0


def test_a_tree_names_a_reference_id_once(ask: Ask) -> None:
    answer = _tree(ask, _record("Account", "ref1", Name="A"), _record("Account", "ref1", Name="A")).json()
    assert [one["referenceId"] for one in answer["results"]] == ["ref1", "ref1"]
    assert answer["results"][0]["errors"][0]["message"] == "Duplicate ReferenceId provided in the request."


def _deep(levels: int) -> dict[str, Any]:
    children = {"ChildAccounts": {"records": [_deep(levels - 1)]}} if levels > 1 else {}
    return _record("Account", f"ref{levels}", Name="Deep", **children)


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ([_record("Contact", "a", LastName="Not an account")], "INVALID_INPUT"),
        ([{"attributes": {"type": "Account"}, "Name": "No reference"}], "INVALID_INPUT"),
        ([{"Name": "No attributes"}], "INVALID_INPUT"),
        ([_deep(6)], "INVALID_INPUT"),
        ([_record("Account", f"r{n}", Name="Many") for n in range(201)], "EXCEEDED_ID_LIMIT"),
        ([7], "JSON_PARSER_ERROR"),
    ],
    ids=["type", "reference", "attributes", "depth", "size", "no object"],
)
def test_a_tree_that_is_not_well_formed_is_refused(ask: Ask, records: list[Any], code: str) -> None:
    answer = _tree(ask, *records)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)


def test_a_tree_is_five_levels_deep_at_most(ask: Ask) -> None:
    assert _tree(ask, _deep(5)).status_code == 201


def test_records_are_read_by_their_ids_in_order(ask: Ask) -> None:
    a, b = _new(ask, "Account", Name="A"), _new(ask, "Account", Name="B")
    lost = _new(ask, "Account", Name="Lost")
    ask("DELETE", f"{V}/sobjects/Account/{lost}")
    ids = [b, lost, "nonsense", a[:15]]
    rows = ask("GET", f"{V}/composite/sobjects/Account", params={"ids": ",".join(ids), "fields": "id,name"}).json()
    assert [row and row["Name"] for row in rows] == ["B", None, None, "A"]
    assert rows[0]["attributes"] == {"type": "Account", "url": f"{V}/sobjects/Account/{b}"}
    assert ask("POST", f"{V}/composite/sobjects/Account", json={"ids": ids, "fields": ["id", "name"]}).json() == rows


@pytest.mark.parametrize("fields", ["Nothing", "Name FROM User --", "Owner.Name", "*", ""])
def test_fields_that_an_object_has_not_are_not_read(ask: Ask, fields: str) -> None:
    answer = ask("GET", f"{V}/composite/sobjects/Account", params={"ids": "001", "fields": fields})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_FIELD")


def test_a_collection_changes_its_object_ten_times_at_most(ask: Ask) -> None:
    rows = [{"attributes": {"type": kind}, "Name": "N", "LastName": "V"} for kind in ("Account", "Contact")] * 6
    answer = ask("POST", f"{V}/composite/sobjects", json={"records": rows})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "LIMIT_EXCEEDED")


def test_a_row_that_is_rolled_back_keeps_its_id_where_it_had_one(ask: Ask) -> None:
    kept = _new(ask, "Account", Name="Kept")
    answer = ask("DELETE", f"{V}/composite/sobjects", params={"ids": f"{kept},001RM000003oLrB000", "allOrNone": "true"})
    rolled_back, malformed = answer.json()
    assert (rolled_back["id"], rolled_back["errors"][0]["statusCode"]) == (kept, "ALL_OR_NONE_OPERATION_ROLLED_BACK")
    assert malformed["errors"] == [
        {"statusCode": "MALFORMED_ID", "message": "malformed id 001RM000003oLrB000", "fields": []}
    ]
    assert ask("GET", f"{V}/sobjects/Account/{kept}").status_code == 200
