"""The local org answers over HTTP as Salesforce does: statuses, bodies, headers."""

import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from upbeat.base import ManualClock, is_id
from upbeat.localorg import LocalOrg, Server

V = "/services/data/v67.0"
Ask = Callable[..., httpx2.Response]

LEAD = {"LastName": "Vega", "Company": "Northwind"}


def _new(ask: Ask, name: str = "Lead", row: dict[str, Any] = LEAD) -> str:
    return ask("POST", f"{V}/sobjects/{name}", json=row).json()["id"]


def test_a_login_gives_a_session_and_says_whose(served: tuple[LocalOrg, Server], org: LocalOrg) -> None:
    form = {"grant_type": "client_credentials", "client_id": "client", "client_secret": "secret"}
    answer = httpx2.post(f"{served[1].url}/services/oauth2/token", data=form).json()
    assert (answer["instance_url"], answer["token_type"]) == (served[1].url, "Bearer")
    assert answer["id"].split("/")[-2] == org.id


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "implicit"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "client_id": "client", "client_secret": "guess"}, "invalid_client"),
        ({}, "unsupported_grant_type"),
    ],
)
def test_a_login_that_fails_says_so_as_oauth_does(
    served: tuple[LocalOrg, Server], form: dict[str, str], error: str
) -> None:
    answer = httpx2.post(f"{served[1].url}/services/oauth2/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_versions_need_no_session(served: tuple[LocalOrg, Server]) -> None:
    versions = httpx2.get(f"{served[1].url}/services/data").json()
    assert {"version": "67.0", "label": "v67.0", "url": V} in versions


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer guess"}, {"Authorization": "Basic Z3Vlc3M="}])
def test_without_a_session_nothing_is_answered(served: tuple[LocalOrg, Server], header: dict[str, str]) -> None:
    answer = httpx2.get(f"{served[1].url}{V}/limits", headers=header)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")


@pytest.mark.parametrize("path", ["/services/data/v39.0/limits", "/services/data/v68.0/limits", f"{V}/nothing", "/"])
def test_an_address_that_there_is_not_is_not_found(ask: Ask, path: str) -> None:
    answer = ask("GET", path)
    assert (answer.status_code, answer.json()) == (
        404,
        [{"message": "The requested resource does not exist", "errorCode": "NOT_FOUND"}],
    )


def test_a_method_that_there_is_not_is_named(ask: Ask) -> None:
    answer = ask("PUT", f"{V}/limits")
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (405, "METHOD_NOT_ALLOWED")
    assert (answer.headers["Allow"], ask("OPTIONS", f"{V}/limits").headers["Allow"]) == ("GET,HEAD", "GET,HEAD")


def test_a_client_that_can_only_post_names_the_method_in_the_address(ask: Ask) -> None:
    path = f"{V}/sobjects/Lead/{_new(ask)}"
    assert ask("POST", f"{path}?_HttpMethod=PATCH", json={"Title": "CFO"}).status_code == 204
    assert ask("GET", f"{path}?_HttpMethod=DELETE").json()["Title"] == "CFO"


@pytest.mark.parametrize(
    "path", ["sobjects%2FLead", "/sobjects/Lead", "sobjects/../limits", "sobjects//Lead", "%6cimits/."]
)
def test_an_address_is_cut_before_it_is_decoded(served: tuple[LocalOrg, Server], token: str, path: str) -> None:
    """Sent as it stands: a client library would tidy it up."""
    with socket.create_connection(("127.0.0.1", int(served[1].url.rpartition(":")[2]))) as line:
        line.sendall(f"GET {V}/{path} HTTP/1.0\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        assert line.makefile("rb").readline().split()[1] == b"404"


def test_every_call_is_counted_in_the_header(ask: Ask) -> None:
    first, second = (ask("GET", f"{V}/limits") for _ in range(2))
    used = [int(one.headers["Sforce-Limit-Info"].split("=")[1].split("/")[0]) for one in (first, second)]
    assert used[1] == used[0] + 1
    assert second.json()["DailyApiRequests"] == {"Max": 100_000, "Remaining": 100_000 - used[1]}


def test_a_used_up_day_is_refused_until_the_next(ask: Ask, org: LocalOrg) -> None:
    ask("GET", f"{V}/limits")  # so that the day has a call, whichever test comes first
    org.access.allowed = org.access.used
    refused = ask("GET", f"{V}/limits")
    assert isinstance(org.clock, ManualClock)
    org.clock.advance(timedelta(days=1))
    allowed = ask("GET", f"{V}/limits") if org.access.allowed else None
    org.access.allowed = 100_000
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (403, "REQUEST_LIMIT_EXCEEDED")
    assert allowed is not None
    assert allowed.status_code == 200


def test_errors_name_fields_where_a_record_was_to_be_saved_and_nowhere_else(ask: Ask) -> None:
    refused = ask("POST", f"{V}/sobjects/Lead/", json={"LastName": "Vega"}).json()[0]
    asked = ask("GET", f"{V}/query/", params={"q": "SELECT Nope FROM Lead"}).json()[0]
    assert (refused["errorCode"], refused["fields"]) == ("REQUIRED_FIELD_MISSING", ["Company"])
    assert (asked["errorCode"], "fields" in asked) == ("INVALID_FIELD", False)


def test_one_record_lives_its_life(ask: Ask) -> None:
    made = ask("POST", f"{V}/sobjects/Lead/", json=LEAD)
    path = f"{V}/sobjects/Lead/{made.json()['id']}"
    read = ask("GET", path).json()
    changed, deleted, gone = ask("PATCH", path, json={"Title": "CFO"}), ask("DELETE", path), ask("GET", path)
    assert (made.status_code, made.json()["success"], made.headers["Location"]) == (201, True, path)
    assert (read["Name"], read["attributes"]) == ("Vega", {"type": "Lead", "url": path})
    assert [one.status_code for one in (changed, deleted, gone)] == [204, 204, 404]
    assert gone.json() == [{"message": "entity is deleted", "errorCode": "ENTITY_IS_DELETED"}]


def test_the_fields_asked_for_come_and_no_others(ask: Ask) -> None:
    answer = ask("GET", f"{V}/sobjects/Lead/{_new(ask)}?fields=company,Owner")
    assert answer.json()[0]["message"] == "No such column 'Owner' on sobject of type Lead"
    assert list(ask("GET", f"{V}/sobjects/Lead/{_new(ask)}?fields=company").json()) == ["attributes", "Company", "Id"]


@pytest.mark.parametrize(
    ("row", "status", "code"),
    [
        ({"Company": "Northwind"}, 400, "REQUIRED_FIELD_MISSING"),
        ({**LEAD, "Wrong": 1}, 400, "INVALID_FIELD"),
        ({**LEAD, "LastName": "x" * 81}, 400, "STRING_TOO_LONG"),
    ],
)
def test_a_refused_create_is_a_list_of_errors(ask: Ask, row: dict[str, Any], status: int, code: str) -> None:
    answer = ask("POST", f"{V}/sobjects/Lead", json=row)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (status, code)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b"[" * 100_000, b'{"LastName": "\\ud800"}']
)
def test_a_body_that_is_no_object_is_refused_in_words(ask: Ask, body: bytes) -> None:
    answer = ask("POST", f"{V}/sobjects/Lead", content=body)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


def test_an_upsert_answers_by_what_it_did(ask: Ask) -> None:
    path = f"{V}/sobjects/Account/Source_Id__c/A%2F1"
    made, changed = (ask("PATCH", path, json={"Name": "Northwind"}) for _ in range(2))
    old = ask("PATCH", path.replace("v67", "v45"), json={"Name": "Northwind"})
    _new(ask, "Account", {"Name": "Twin", "Source_Id__c": "A/1"})
    several = ask("PATCH", path, json={"Name": "Northwind"})
    assert [one.status_code for one in (made, changed, old, several)] == [201, 200, 204, 300]
    assert (made.json()["created"], changed.json()["created"]) == (True, False)
    assert all(url.startswith(f"{V}/sobjects/Account/001") for url in several.json())


def test_an_upsert_by_no_external_id_is_not_found(ask: Ask) -> None:
    answer = ask("PATCH", f"{V}/sobjects/Account/Name/Northwind", json={})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (404, "NOT_FOUND")


def test_a_collection_answers_row_by_row(ask: Ask) -> None:
    records = [
        {"attributes": {"type": "Lead"}, **LEAD},
        {"attributes": {"type": "Lead"}},
        {"attributes": {"type": "Moon"}},
    ]
    answer = ask("POST", f"{V}/composite/sobjects", json={"records": records})
    first, second, third = answer.json()
    assert answer.status_code == 200
    assert (first["success"], first["errors"], is_id(first["id"])) == (True, [], True)
    assert second == {
        "success": False,
        "errors": [
            {
                "statusCode": "REQUIRED_FIELD_MISSING",
                "message": "Required fields are missing: [LastName, Company]",
                "fields": ["LastName", "Company"],
            }
        ],
    }
    assert third["errors"][0]["statusCode"] == "INVALID_TYPE"


def test_all_or_none_leaves_none(ask: Ask) -> None:
    records = [{"attributes": {"type": "Account"}, "Name": "Half"}, {"attributes": {"type": "Lead"}}]
    answer = ask("POST", f"{V}/composite/sobjects", json={"allOrNone": True, "records": records}).json()
    found = ask("GET", f"{V}/query", params={"q": "SELECT Id FROM Account WHERE Name = 'Half'"}).json()
    assert [one["errors"][0]["statusCode"] for one in answer] == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "REQUIRED_FIELD_MISSING",
    ]
    assert found["totalSize"] == 0


def test_a_collection_is_updated_upserted_and_deleted(ask: Ask) -> None:
    key = _new(ask)
    update = {"records": [{"attributes": {"type": "Lead"}, "id": key, "Title": "CFO"}]}
    upsert = {"records": [{"attributes": {"type": "Account"}, "Source_Id__c": "C1", "Name": "Northwind"}]}
    updated = ask("PATCH", f"{V}/composite/sobjects", json=update).json()
    upserted = ask("PATCH", f"{V}/composite/sobjects/Account/Source_Id__c", json=upsert).json()
    deleted = ask("DELETE", f"{V}/composite/sobjects", params={"ids": f"{key},{upserted[0]['id']}"}).json()
    assert updated == [{"id": key, "success": True, "errors": []}]
    assert upserted[0]["created"] is True
    assert [one["success"] for one in deleted] == [True, True]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"records": [{"attributes": {"type": "Lead"}}] * 201}, "EXCEEDED_ID_LIMIT"),
        ({"records": "Lead"}, "JSON_PARSER_ERROR"),
        ({"records": [1]}, "JSON_PARSER_ERROR"),
        ({}, "JSON_PARSER_ERROR"),
    ],
)
def test_a_collection_that_is_none_is_refused_whole(ask: Ask, body: dict[str, Any], code: str) -> None:
    answer = ask("POST", f"{V}/composite/sobjects", json=body)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)


def test_a_long_result_is_read_page_by_page(ask: Ask) -> None:
    for _ in range(3):
        records = [{"attributes": {"type": "Contact"}, "LastName": "Vega"}] * 150
        ask("POST", f"{V}/composite/sobjects", json={"records": records})
    page = ask(
        "GET",
        f"{V}/query/",
        params={"q": "SELECT Id FROM Contact ORDER BY Id"},
        headers={"Sforce-Query-Options": "batchSize=200"},
    ).json()
    sizes, ids = [len(page["records"])], [one["Id"] for one in page["records"]]
    while not page["done"]:
        page = ask("GET", page["nextRecordsUrl"]).json()
        sizes.append(len(page["records"]))
        ids += [one["Id"] for one in page["records"]]
    assert (sizes, len(set(ids)), page["totalSize"]) == ([200, 200, 50], 450, 450)


def test_all_rows_is_said_by_the_address_alone(ask: Ask) -> None:
    answer = ask("GET", f"{V}/queryAll", params={"q": "SELECT Id FROM Lead ALL ROWS"})
    assert answer.status_code == 400
    assert answer.json()[0]["message"] == "ALL ROWS not allowed in this context"


def test_child_records_count_for_the_page_and_have_pages_of_their_own(ask: Ask) -> None:
    """As a real org: of 257 children, a page of 200 rows holds the parent and 199."""
    accounts = [{"attributes": {"type": "Account"}, "Name": f"Parent {n}"} for n in range(2)]
    first, second = (one["id"] for one in ask("POST", f"{V}/composite/sobjects", json={"records": accounts}).json())
    for size in (200, 57):
        records = [{"attributes": {"type": "Contact"}, "LastName": "Ito", "AccountId": first}] * size
        ask("POST", f"{V}/composite/sobjects", json={"records": records})
    text = (
        f"SELECT Id, (SELECT Id FROM Contacts), (SELECT Id FROM Cases) FROM Account WHERE Id IN ('{first}', '{second}')"
    )
    page = ask("GET", f"{V}/query", params={"q": text}, headers={"Sforce-Query-Options": "batchSize=200"}).json()
    assert [(one["Id"], one["Cases"]) for one in page["records"]] == [(first, None)]
    children = page["records"][0]["Contacts"]
    assert (children["totalSize"], children["done"], len(children["records"])) == (257, False, 199)
    rest = ask("GET", children["nextRecordsUrl"]).json()
    assert (rest["totalSize"], rest["done"], len(rest["records"])) == (257, True, 58)
    assert len({one["Id"] for one in children["records"] + rest["records"]}) == 257
    assert (page["totalSize"], page["done"]) == (2, False)
    last = ask("GET", page["nextRecordsUrl"]).json()
    assert (last["done"], [(one["Id"], one["Contacts"]) for one in last["records"]]) == (True, [(second, None)])
    whole = ask("GET", f"{V}/query", params={"q": text}).json()
    assert (whole["done"], whole["records"][0]["Contacts"]["done"]) == (True, True)


def test_a_page_that_is_read_again_is_the_same_with_the_same_addresses(ask: Ask, org: LocalOrg) -> None:
    parents = [one.id for one in org.create("Account", [{"Name": "Twice"}] * 2, org.process_user)]
    for parent in parents:
        org.create("Contact", [{"LastName": "Ito", "AccountId": parent}] * 200, org.process_user)
        org.create("Contact", [{"LastName": "Ito", "AccountId": parent}], org.process_user)
    text = "SELECT Id, (SELECT Id FROM Contacts) FROM Account WHERE Name = 'Twice' ORDER BY Id"
    first = ask("GET", f"{V}/query", params={"q": text}, headers={"Sforce-Query-Options": "batchSize=200"}).json()
    once, again = (ask("GET", first["nextRecordsUrl"]).json() for _ in range(2))
    assert once == again
    rest = once["records"][0]["Contacts"]["nextRecordsUrl"]
    assert rest != first["records"][0]["Contacts"]["nextRecordsUrl"]
    assert len(ask("GET", rest).json()["records"]) == 2


@pytest.mark.parametrize("asked", ["batchSize=10", "batchSize=1", "BatchSize = 200"])
def test_a_page_is_never_smaller_than_an_org_makes_it(ask: Ask, org: LocalOrg, asked: str) -> None:
    org.create("Contact", [{"LastName": f"Page {n}"} for n in range(201)], org.process_user)
    headers = {"Sforce-Query-Options": asked}
    page = ask("GET", f"{V}/query", params={"q": "SELECT Id FROM Contact"}, headers=headers).json()
    assert len(page["records"]) == 200


@pytest.mark.parametrize("locator", ["0r8000000000001-200", "0r8", "-", "0r8Lo0000000100000-x", "0r8Lo0000000199999-0"])
def test_a_cursor_that_is_not_known_is_refused(ask: Ask, locator: str) -> None:
    answer = ask("GET", f"{V}/query/{locator}")
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELECT Nothing FROM Lead", "INVALID_FIELD"),
        ("SELECT Id FROM Leed", "INVALID_TYPE"),
        ("SELECT Id FROM", "MALFORMED_QUERY"),
    ],
)
def test_a_wrong_query_is_refused_as_salesforce_words_it(ask: Ask, text: str, code: str) -> None:
    answer = ask("GET", f"{V}/query", params={"q": text})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)


def test_a_count_is_a_size_without_records(ask: Ask) -> None:
    _new(ask)
    answer = ask("GET", f"{V}/query", params={"q": "SELECT COUNT() FROM Lead"}).json()
    assert (answer["totalSize"] > 0, answer["records"], answer["done"]) == (True, [], True)


def test_query_all_reads_the_bin(ask: Ask) -> None:
    key = _new(ask)
    ask("DELETE", f"{V}/sobjects/Lead/{key}")
    text = f"SELECT IsDeleted FROM Lead WHERE Id = '{key}'"
    sizes = [ask("GET", f"{V}/{way}", params={"q": text}).json()["totalSize"] for way in ("query", "queryAll")]
    assert sizes == [0, 1]


def test_fields_come_in_the_order_they_were_asked_for(ask: Ask) -> None:
    _new(ask)
    answer = ask("GET", f"{V}/query", params={"q": "SELECT Status, Company, Id FROM Lead LIMIT 1"}).json()
    assert list(answer["records"][0]) == ["attributes", "Status", "Company", "Id"]


def test_changes_are_found_by_time(ask: Ask, org: LocalOrg) -> None:
    assert isinstance(org.clock, ManualClock)
    start = org.clock.advance(timedelta(minutes=10))
    kept, lost = _new(ask), _new(ask)
    org.clock.advance(timedelta(minutes=5))
    ask("DELETE", f"{V}/sobjects/Lead/{lost}")
    end = org.clock.advance(timedelta(minutes=5))
    span = {"start": start.isoformat(), "end": end.isoformat()}
    updated = ask("GET", f"{V}/sobjects/Lead/updated/", params=span).json()
    deleted = ask("GET", f"{V}/sobjects/Lead/deleted/", params=span).json()
    assert updated["ids"] == [kept]
    assert updated["latestDateCovered"] == end.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    assert [one["id"] for one in deleted["deletedRecords"]] == [lost]


@pytest.mark.parametrize(
    "query",
    [
        "start=2026-01-05T09:30:00%2B00:00&end=2026-01-05T09:30:30%2B00:00",
        "start=2020-01-01T00:00:00Z&end=2026-01-05T09:30:00Z",
        "start=soon&end=later",
    ],
)
def test_a_span_that_is_none_is_refused(ask: Ask, query: str) -> None:
    answer = ask("GET", f"{V}/sobjects/Lead/updated?{query}")
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_REPLICATION_DATE")


def test_objects_are_listed_and_described(ask: Ask) -> None:
    listed = ask("GET", f"{V}/sobjects").json()["sobjects"]
    described = ask("GET", f"{V}/sobjects/lead/describe").json()
    assert {"Lead", "Opportunity", "OpportunityStage"} <= {one["name"] for one in listed}
    assert (described["name"], described["keyPrefix"], described["urls"]["sobject"]) == (
        "Lead",
        "00Q",
        f"{V}/sobjects/Lead",
    )
