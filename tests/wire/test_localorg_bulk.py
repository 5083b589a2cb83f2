"""The local org takes and gives records in bulk as Salesforce's Bulk API 2.0 does: jobs, CSV, results."""

import csv
import socket
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upbeat.base import ManualClock, encode
from upbeat.localorg import Fault, LocalOrg, Server
from upbeat.localorg.rights import Can
from upbeat.schema import Field, FieldType

V = "/services/data/v67.0"
INGEST, QUERY = f"{V}/jobs/ingest", f"{V}/jobs/query"
CSV = {"Content-Type": "text/csv"}
Ask = Callable[..., httpx2.Response]

UNPARSED = "ClientInputError : Failed to parse CSV."
ONE = "LastName,Company\nA,X\n"  # a lead


def _job(ask: Ask, **order: Any) -> dict[str, Any]:
    return ask("POST", INGEST, json={"object": "Lead", "operation": "insert", **order}).json()


def _load(ask: Ask, content: str | bytes, **order: Any) -> dict[str, Any]:
    """Run an ingest job over this content to its end, and give what is known of it then."""
    job = _job(ask, **order)
    ask("PUT", f"{INGEST}/{job['id']}/batches", content=content, headers=CSV)
    ask("PATCH", f"{INGEST}/{job['id']}", json={"state": "UploadComplete"})
    return _ended(ask, f"{INGEST}/{job['id']}")


def _ended(ask: Ask, path: str) -> dict[str, Any]:
    for _ in range(500):
        job = ask("GET", path).json()
        if job["state"] in {"JobComplete", "Failed", "Aborted"}:
            return job
        time.sleep(0.01)
    raise AssertionError(job)


def _extract(ask: Ask, text: str, **order: Any) -> dict[str, Any]:
    job = ask("POST", QUERY, json={"operation": "query", "query": text, **order}).json()
    return _ended(ask, f"{QUERY}/{job['id']}")


def _rows(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline=""), delimiter=delimiter))


def _result(ask: Ask, job: Mapping[str, Any], what: str, delimiter: str = ",") -> list[dict[str, str]]:
    return _rows(ask("GET", f"{INGEST}/{job['id']}/{what}").content.decode(), delimiter)


def _found(ask: Ask, text: str) -> list[dict[str, Any]]:
    return ask("GET", f"{V}/query", params={"q": text}).json()["records"]


# Ingest jobs


def test_a_job_says_what_it_is_from_the_moment_it_is_made(ask: Ask, org: LocalOrg) -> None:
    job = _job(ask, object="lead")
    assert job == {
        "id": job["id"],
        "operation": "insert",
        "object": "Lead",
        "createdById": job["createdById"],
        "createdDate": "2026-01-05T09:30:00.000+0000",
        "systemModstamp": "2026-01-05T09:30:00.000+0000",
        "state": "Open",
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": 67.0,
        "contentUrl": f"services/data/v67.0/jobs/ingest/{job['id']}/batches",
        "lineEnding": "LF",
        "columnDelimiter": "COMMA",
    }
    assert job["id"].startswith("750")
    assert org.record("User", job["createdById"])["LastName"] == "Diaz"


def test_rows_that_fail_do_not_hold_back_the_others(ask: Ask) -> None:
    job = _load(ask, 'LastName,Company,Email\n"Vega, ""Jo""",Northwind,jo@northwind.example\n,Northwind,\nRuiz,,no\n')
    assert (job["state"], job["numberRecordsProcessed"], job["numberRecordsFailed"]) == ("JobComplete", 3, 2)
    assert (job["jobType"], job["retries"], job["apexProcessingTime"]) == ("V2Ingest", 0, 0)
    (good,) = _result(ask, job, "successfulResults")
    assert good["sf__Created"] == "true"
    assert list(good)[:2] == ["sf__Id", "sf__Created"]
    assert _found(ask, f"SELECT Name FROM Lead WHERE Id = '{good['sf__Id']}'")[0]["Name"] == 'Vega, "Jo"'
    assert [(one["sf__Id"], one["sf__Error"], one["LastName"]) for one in _result(ask, job, "failedResults")] == [
        ("", "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --", ""),
        ("", "INVALID_EMAIL_ADDRESS:Email: invalid email address: no:Email --", "Ruiz"),
    ]
    assert ask("GET", f"{INGEST}/{job['id']}/unprocessedrecords").text == '"LastName","Company","Email"\n'


def test_records_are_updated_emptied_and_left_alone(ask: Ask) -> None:
    made = _result(ask, _load(ask, "LastName,Company,Title,City\nVega,Northwind,CEO,Oslo\n"), "successfulResults")[0]
    job = _load(ask, f"Id,Title,City,Company\n{made['sf__Id']},#N/A,,Contoso\n,CFO,,\n", operation="update")
    (row,) = _found(ask, f"SELECT Title, City, Company FROM Lead WHERE Id = '{made['sf__Id']}'")
    assert (row["Title"], row["City"], row["Company"]) == (None, "Oslo", "Contoso")
    assert _result(ask, job, "successfulResults")[0]["sf__Created"] == "false"
    assert _result(ask, job, "failedResults")[0]["sf__Error"] == (
        "MISSING_ARGUMENT:Id not specified in an update call:Id --"
    )


def test_a_new_record_names_no_id(ask: Ask) -> None:
    job = _load(ask, "Id,LastName,Company\n00QLo0000000001MAA,A,X\n,B,X\n")
    assert [one["LastName"] for one in _result(ask, job, "successfulResults")] == ["B"]
    assert _result(ask, job, "failedResults")[0]["sf__Error"] == (
        "INVALID_FIELD_FOR_INSERT_UPDATE:cannot specify Id in an insert call:Id --"
    )


def test_an_upsert_creates_and_updates_by_its_external_id(ask: Ask) -> None:
    order = {"object": "Account", "operation": "upsert", "externalIdFieldName": "source_id__c"}
    first = _load(ask, "Source_Id__c,Name\nU-1,Northwind\n,Nobody\n", **order)
    second = _load(ask, "Source_Id__c,Name\nU-1,Northwind Ltd\nU-2,Contoso\n", **order)
    assert first["externalIdFieldName"] == "Source_Id__c"
    assert [one["sf__Created"] for one in _result(ask, first, "successfulResults")] == ["true"]
    assert _result(ask, first, "failedResults")[0]["sf__Error"].startswith(
        "MISSING_ARGUMENT:Source_Id__c not specified"
    )
    assert [one["sf__Created"] for one in _result(ask, second, "successfulResults")] == ["false", "true"]
    assert _found(ask, "SELECT Name FROM Account WHERE Source_Id__c = 'U-1'")[0]["Name"] == "Northwind Ltd"


def test_a_parent_is_named_by_a_field_of_its_own(ask: Ask) -> None:
    _load(ask, "Source_Id__c,Name\nP-1,Northwind\n", object="Account")
    content = "LastName,Account.Source_Id__c,Owner.Username\nVega,p-1,ana.diaz@acme.example\nRuiz,P-9,\nLund,#N/A,\n"
    job = _load(ask, content, object="Contact")
    found = _found(ask, "SELECT LastName, Account.Name FROM Contact WHERE LastName IN ('Vega', 'Ruiz', 'Lund')")
    assert [(one["LastName"], (one["Account"] or {}).get("Name")) for one in found] == [
        ("Vega", "Northwind"),
        ("Lund", None),
    ]
    assert _result(ask, job, "failedResults")[0]["sf__Error"] == (
        "INVALID_FIELD:Foreign key external ID: P-9 not found for field Source_Id__c in entity Account:--"
    )


def test_a_parent_of_several_kinds_is_named_with_its_kind(ask: Ask) -> None:
    _load(ask, "LastName,Company,Email\nVega,Northwind,vega@northwind.example\n")
    job = _load(ask, "Subject,Lead:Who.Email\nCall,vega@northwind.example\n", object="Task")
    plain = _load(ask, "Subject,Who.Email\nCall,vega@northwind.example\n", object="Task")
    needless = _load(ask, "LastName,Account:Account.Source_Id__c\nVega,P-1\n", object="Contact")
    assert (job["state"], job["numberRecordsFailed"]) == ("JobComplete", 0)
    assert plain["errorMessage"] == "InvalidBatch : Field name not found : Who.Email"
    assert "type is not needed for non polymorphic foreign key" in needless["errorMessage"]


def test_records_are_deleted_by_their_ids_alone(ask: Ask) -> None:
    keys = [one["sf__Id"] for one in _result(ask, _load(ask, "LastName,Company\nA,X\nB,X\n"), "successfulResults")]
    more = _load(ask, f"Id,LastName\n{keys[0]},A\n", operation="delete")
    job = _load(ask, f"Id\n{keys[0]}\n003Lo0000000001AAA\n{keys[0]}\n", operation="delete")
    assert more["errorMessage"] == "InvalidBatch : The 'delete' batch must contain only ids"
    assert [(one["sf__Id"], one["sf__Error"]) for one in _result(ask, job, "failedResults")] == [
        ("003Lo0000000001AAA", "MALFORMED_ID:bad id 003Lo0000000001AAA:Id --"),
        (keys[0], "ENTITY_IS_DELETED:entity is deleted:--"),
    ]
    assert ask("GET", f"{V}/sobjects/Lead/{keys[0]}").status_code == 404
    assert ask("GET", f"{V}/sobjects/Lead/{keys[1]}").status_code == 200


@pytest.mark.parametrize("word", ["true", "YES", "y", "on", "1"])
def test_a_checkbox_may_be_ticked_in_many_words(ask: Ask, word: str) -> None:
    job = _load(ask, f"LastName,Company,IsUnreadByOwner,NumberOfEmployees\nVega,Northwind,{word},12\n")
    (made,) = _result(ask, job, "successfulResults")
    (row,) = _found(ask, f"SELECT IsUnreadByOwner, NumberOfEmployees FROM Lead WHERE Id = '{made['sf__Id']}'")
    assert (row["IsUnreadByOwner"], row["NumberOfEmployees"]) == (True, 12)


@pytest.mark.parametrize(
    ("column", "cell"), [("IsUnreadByOwner", "maybe"), ("NumberOfEmployees", "many"), ("AnnualRevenue", "1,5")]
)
def test_a_cell_that_its_field_cannot_hold_fails_its_row(ask: Ask, column: str, cell: str) -> None:
    job = _load(ask, f'LastName,Company,{column}\nVega,Northwind,"{cell}"\n')
    assert _result(ask, job, "failedResults")[0]["sf__Error"] == (
        f"INVALID_TYPE_ON_FIELD_IN_RECORD:value not of required type: {cell}:{column} --"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("LastName,Firm\nA,X\n", "InvalidBatch : Field name not found : Firm", id="no such field"),
        pytest.param("LastName,Address\nA,X\n", "InvalidBatch : Field name not found : Address", id="compound field"),
        pytest.param(
            "\ufeffLastName,Company\nA,X\n", "InvalidBatch : Field name not found : \ufeffLastName", id="mark"
        ),
        pytest.param(
            "LastName,Company\r\nA,X\r\n",
            "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF",
            id="other line ending",
        ),
        pytest.param(
            'LastName,Company\nA "B",X\n',
            f"{UNPARSED} Found unescaped quote. A value with quote should be within a quote",
            id="bare quote",
        ),
        pytest.param(
            'LastName,Company\nA, "X"\n',
            f"{UNPARSED} Found unescaped quote. A value with quote should be within a quote",
            id="space before a quote",
        ),
        pytest.param(
            'LastName,Company\n"A,X\n',
            f"{UNPARSED} EOF reached before closing an opened quote",
            id="open quote",
        ),
        pytest.param(
            b"LastName,Company\n\xff,X\n", "ClientInputError : The content is not encoded in UTF-8", id="bytes"
        ),
        pytest.param("LastName,Company\nA\n", UNPARSED, id="a cell short"),
        pytest.param("LastName,lastname\nA,X\n", "InvalidBatch : Field name provided more than once", id="twice"),
        pytest.param("", "InvalidBatch : Records not found", id="nothing"),
    ],
)
def test_content_that_cannot_be_read_fails_the_job_and_saves_nothing(
    ask: Ask, content: str | bytes, message: str
) -> None:
    before = len(_found(ask, "SELECT Id FROM Lead"))
    job = _load(ask, content)
    assert (job["state"], job["numberRecordsProcessed"]) == ("Failed", 0)
    assert job["errorMessage"].startswith(message)
    raw = content if isinstance(content, bytes) else content.encode()
    assert ask("GET", f"{INGEST}/{job['id']}/unprocessedrecords").content == raw
    assert len(_found(ask, "SELECT Id FROM Lead")) == before


def test_any_delimiter_and_line_ending_is_read_and_written(ask: Ask) -> None:
    marks = {"BACKQUOTE": "`", "CARET": "^", "COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "TAB": "\t"}
    for name, mark in marks.items():
        content = f'LastName{mark}Company\r\n"Ve{mark}ga"{mark}North\r\n'
        job = _load(ask, content, columnDelimiter=name, lineEnding="CRLF")
        text = ask("GET", f"{INGEST}/{job['id']}/successfulResults").content.decode()
        assert (job["columnDelimiter"], job["lineEnding"]) == (name, "CRLF")
        assert text.count("\r\n") == 2
        assert _rows(text, mark)[0]["LastName"] == f"Ve{mark}ga"


def test_data_may_come_with_the_order(ask: Ask) -> None:
    body = (
        '--B\r\nContent-Type: application/json\r\nContent-Disposition: form-data; name="job"\r\n\r\n'
        '{"object": "Lead", "contentType": "CSV", "operation": "insert"}\r\n'
        '--B\r\nContent-Type: text/csv\r\nContent-Disposition: form-data; name="content"; filename="content"\r\n\r\n'
        "LastName,Company\nVéga,Northwind\n\r\n--B--"
    )
    header = {"Content-Type": 'multipart/form-data; boundary="B"'}
    made = ask("POST", INGEST, content=body.encode(), headers=header).json()
    job = _ended(ask, f"{INGEST}/{made['id']}")
    assert made["state"] == "UploadComplete"
    assert (job["state"], job["numberRecordsProcessed"], job["numberRecordsFailed"]) == ("JobComplete", 1, 0)
    assert _result(ask, job, "successfulResults")[0]["LastName"] == "Véga"


@pytest.mark.parametrize(
    ("order", "code", "words"),
    [
        ({"object": "Moon", "operation": "insert"}, "INVALIDJOB", "Unable to find object: Moon"),
        ({"operation": "insert"}, "INVALIDJOB", "Object type must be specified"),
        ({"object": "Lead", "operation": "merge"}, "INVALIDJOB", "operation must be one of"),
        ({"object": "Lead", "operation": "upsert"}, "INVALIDJOB", "External ID was blank for Lead"),
        ({"object": "Lead", "operation": "upsert", "externalIdFieldName": "City"}, "INVALIDJOB", "External ID"),
        ({"object": "Lead", "operation": "insert", "columnDelimiter": "SPACE"}, "INVALIDJOB", "columnDelimiter"),
        ({"object": "Lead", "operation": "insert", "lineEnding": "CR"}, "INVALIDJOB", "lineEnding"),
        ({"object": "Lead", "operation": "insert", "contentType": "XML"}, "INVALIDJOB", "only content type"),
        ({"object": 5, "operation": "insert"}, "JSON_PARSER_ERROR", "object is not a text"),
    ],
)
def test_an_order_that_makes_no_job_says_why(ask: Ask, order: dict[str, Any], code: str, words: str) -> None:
    answer = ask("POST", INGEST, json=order)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)
    assert words in answer.json()[0]["message"]


def test_a_job_takes_one_upload_while_it_is_open(ask: Ask) -> None:
    path = f"{INGEST}/{_job(ask)['id']}"
    other = ask("PUT", f"{path}/batches", content="{}", headers={"Content-Type": "application/json"})
    first, second = (ask("PUT", f"{path}/batches", content=ONE, headers=CSV) for _ in range(2))
    ask("PATCH", path, json={"state": "UploadComplete"})
    late = ask("PUT", f"{path}/batches", content="LastName\n", headers=CSV)
    assert (other.status_code, other.json()[0]["errorCode"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert (first.status_code, first.content) == (201, b"")
    assert (second.status_code, second.json()[0]["errorCode"]) == (400, "INVALIDJOB")
    assert second.json()[0]["message"].startswith("Found multiple contents for job: <750")
    assert (late.status_code, late.json()[0]["errorCode"]) == (400, "INVALIDJOBSTATE")
    assert _ended(ask, path)["numberRecordsProcessed"] == 1


def test_an_upload_may_come_in_chunks(ask: Ask) -> None:
    path = f"{INGEST}/{_job(ask)['id']}"
    ask("PUT", f"{path}/batches", content=iter([b"LastName,Com", b"pany\nVe", b"ga,X\n"]), headers=CSV)
    ask("PATCH", path, json={"state": "UploadComplete"})
    assert _ended(ask, path)["numberRecordsProcessed"] == 1


def test_an_upload_that_is_cut_off_counts_for_nothing(ask: Ask, served: tuple[LocalOrg, Server], token: str) -> None:
    path = f"{INGEST}/{_job(ask)['id']}"
    host, port = served[1].url.removeprefix("http://").split(":")
    head = f"PUT {path}/batches HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: text/csv\r\n"
    with socket.create_connection((host, int(port))) as half:
        half.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n16\r\nLastName,Company\nVega,\r\n".encode())
    time.sleep(0.2)
    whole = ask("PUT", f"{path}/batches", content="LastName,Company\nVega,X\n", headers=CSV)
    assert whole.status_code == 201


def test_a_job_moves_only_where_it_can(ask: Ask) -> None:
    path = f"{INGEST}/{_job(ask)['id']}"
    unfit = ask("PATCH", path, json={"state": "JobComplete"})
    aborted = ask("PATCH", path, json={"state": "Aborted"})
    closed, again = (ask("PATCH", path, json={"state": state}) for state in ("UploadComplete", "Aborted"))
    done = _load(ask, ONE)
    ended = ask("PATCH", f"{INGEST}/{done['id']}", json={"state": "Aborted"})
    assert (unfit.status_code, unfit.json()[0]["errorCode"]) == (400, "INVALIDJOBSTATE")
    assert (aborted.status_code, aborted.json()["state"]) == (200, "Aborted")
    assert closed.json()[0]["message"] == "Closing already Aborted Job not allowed"
    assert again.json()[0]["message"] == "Aborting already Aborted Job not allowed"
    assert ended.json()[0]["message"] == "Aborting already Completed Job not allowed"


def test_results_are_there_once_the_job_has_ended(ask: Ask) -> None:
    path = f"{INGEST}/{_job(ask)['id']}"
    early = ask("GET", f"{path}/successfulResults")
    ask("PATCH", path, json={"state": "Aborted"})
    assert (early.status_code, early.json()[0]["errorCode"]) == (400, "INVALIDJOBSTATE")
    assert ask("GET", f"{path}/successfulResults").text == '"sf__Id","sf__Created"\n'


def test_a_job_is_deleted_with_its_results_unless_it_is_under_way(ask: Ask) -> None:
    path = f"{INGEST}/{_job(ask)['id']}"
    early = ask("DELETE", path)
    done = f"{INGEST}/{_load(ask, ONE)['id']}"
    deleted, gone = ask("DELETE", done), ask("GET", done)
    assert (early.status_code, early.json()[0]["errorCode"]) == (400, "INVALIDJOBSTATE")
    assert (deleted.status_code, gone.status_code, gone.json()[0]["errorCode"]) == (204, 404, "NOT_FOUND")
    assert ask("GET", f"{done}/successfulResults").status_code == 404


@pytest.mark.parametrize("key", ["750Lo00000zzzzzAAA", "nothing", "00QLo0000000001"])
def test_a_job_that_there_is_not_is_not_found(ask: Ask, key: str) -> None:
    for path in (f"{INGEST}/{key}", f"{QUERY}/{key}", f"{QUERY}/{key}/results", f"{INGEST}/{key}/failedResults"):
        answer = ask("GET", path)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (404, "NOT_FOUND")


def test_a_job_is_its_makers_own(ask: Ask, served: tuple[LocalOrg, Server]) -> None:
    org, server = served
    org.user("bo.lund@acme.example", last_name="Lund")
    org.client_credentials("other", "secret", "bo.lund@acme.example")
    form = {"grant_type": "client_credentials", "client_id": "other", "client_secret": "secret"}
    other = httpx2.post(f"{server.url}/services/oauth2/token", data=form).json()["access_token"]
    job = _load(ask, ONE)
    header = {"Authorization": f"Bearer {other}"}
    answer = httpx2.get(f"{server.url}{INGEST}/{job['id']}/successfulResults", headers=header)
    listed = httpx2.get(f"{server.url}{INGEST}", headers=header).json()["records"]
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (403, "INVALIDUSER")
    assert listed == []


def test_jobs_are_listed_by_type(ask: Ask) -> None:
    ingest, query = _load(ask, ONE)["id"], _extract(ask, "SELECT Id FROM User")["id"]
    every = ask("GET", INGEST, params={"isPkChunkingEnabled": "false"}).json()
    queries = ask("GET", QUERY, params={"jobType": "V2Query"}).json()["records"]
    assert (every["done"], every["nextRecordsUrl"]) == (True, None)
    assert {ingest, query} <= {one["id"] for one in every["records"]}
    assert {one["jobType"] for one in queries} == {"V2Query"}
    assert query in {one["id"] for one in queries}


def test_change_events_name_the_bulk_api_and_the_client(ask: Ask, org: LocalOrg) -> None:
    at = org.journal.tip
    order, named = {"object": "Lead", "operation": "insert"}, {"Sforce-Call-Options": "client=loader"}
    path = f"{INGEST}/{ask('POST', INGEST, json=order, headers=named).json()['id']}"
    ask("PUT", f"{path}/batches", content=ONE, headers=CSV)
    ask("PATCH", path, json={"state": "UploadComplete"})
    _ended(ask, path)
    entries = [one for one in org.journal.read(at, 100) if one.object == "Lead"]
    assert [one.origin for one in entries] == ["com/salesforce/api/bulkapi/67.0;client=loader"]


# Query jobs


def test_a_query_job_gives_csv_as_salesforce_writes_it(ask: Ask) -> None:
    rows = "Bulk A,Prospecting,2026-03-31,1000\nBulk B,Closed Won,2026-04-01,\n"
    _load(ask, f"Name,StageName,CloseDate,Amount\n{rows}", object="Opportunity")
    fields = "Name, Owner.LastName, Amount, CloseDate, IsWon, CreatedDate, NextStep"
    job = _extract(ask, f"SELECT {fields} FROM Opportunity WHERE Name LIKE 'Bulk%' ORDER BY Name")
    answer = ask("GET", f"{QUERY}/{job['id']}/results")
    assert answer.content.decode() == (
        '"Name","Owner.LastName","Amount","CloseDate","IsWon","CreatedDate","NextStep"\n'
        '"Bulk A","Diaz","1000.0","2026-03-31","false","2026-01-05T09:30:00.000Z",""\n'
        '"Bulk B","Diaz","","2026-04-01","true","2026-01-05T09:30:00.000Z",""\n'
    )
    assert (answer.headers["Sforce-NumberOfRecords"], answer.headers["Sforce-Locator"]) == ("2", "null")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert (job["jobType"], job["object"], job["numberRecordsProcessed"]) == ("V2Query", "Opportunity", 2)


def test_results_are_read_page_by_page_by_locator(ask: Ask) -> None:
    content = "LastName,Company\n" + "".join(f'"Page\n{n:03}",Pages\n' for n in range(25))
    _load(ask, content)
    job = _extract(ask, "SELECT LastName FROM Lead WHERE Company = 'Pages'")
    path = f"{QUERY}/{job['id']}/results"
    found: list[str] = []
    sizes: list[str] = []
    locator = ""
    while locator != "null":
        params = {"maxRecords": "10"} | ({"locator": locator} if locator else {})
        answer = ask("GET", path, params=params)
        found += [one["LastName"] for one in _rows(answer.content.decode())]
        sizes.append(answer.headers["Sforce-NumberOfRecords"])
        locator = answer.headers["Sforce-Locator"]
    assert sizes == ["10", "10", "5"]
    assert found == [f"Page\n{n:03}" for n in range(25)]
    wrong = ask("GET", path, params={"locator": "MTAwMDAw"})
    assert wrong.status_code == 400
    assert ask("GET", path, params={"maxRecords": "none"}).status_code == 400


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("SELECT COUNT() FROM Lead", "API_ERROR", "not supported in Bulk Query"),
        ("SELECT COUNT(Id) FROM Lead", "API_ERROR", "not supported in Bulk Query"),
        ("SELECT Company FROM Lead GROUP BY Company", "API_ERROR", "not supported in Bulk Query"),
        ("SELECT Id FROM Lead LIMIT 5 OFFSET 5", "API_ERROR", "OFFSET"),
        ("SELECT TYPEOF Who WHEN Lead THEN Company END FROM Task", "API_ERROR", "TYPEOF"),
        (
            "SELECT Id, (SELECT Id FROM Contacts) FROM Account",
            "API_ERROR",
            "Aggregate Relationships not supported in Bulk Query",
        ),
        ("SELECT Address FROM Lead", "API_ERROR", "Selecting compound data not supported in Bulk Query"),
        ("SELECT Nothing FROM Lead", "INVALID_FIELD", "Nothing"),
        ("SELECT Id FROM Moon", "INVALID_TYPE", "Moon"),
        ("SELECT", "MALFORMED_QUERY", ""),
        ("", "INVALIDJOB", "Query must be specified"),
    ],
)
def test_a_query_that_bulk_does_not_take_is_refused(ask: Ask, text: str, code: str, words: str) -> None:
    answer = ask("POST", QUERY, json={"operation": "query", "query": text})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)
    assert words in answer.json()[0]["message"]


def test_pages_of_results_can_be_read_side_by_side(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("upbeat.localorg.bulk.resources._PAGE", 3)
    _load(ask, "LastName,Company\n" + "".join(f"{n:02},Sides\n" for n in range(20)))
    job = _extract(ask, "SELECT LastName FROM Lead WHERE Company = 'Sides' ORDER BY LastName")
    told, urls, path = [], [], f"{QUERY}/{job['id']}/resultPages"
    while path:
        answer = ask("GET", path).json()
        told.append((len(answer["resultPages"]), answer["done"]))
        urls += [one["resultUrl"] for one in answer["resultPages"]]
        path = answer["nextRecordsUrl"]
    assert told == [(5, False), (2, True)]
    found = [row["LastName"] for url in urls for row in _rows(ask("GET", url).text)]
    assert found == [f"{n:02}" for n in range(20)]


def test_query_all_reads_the_recycle_bin_too(ask: Ask) -> None:
    keys = [one["sf__Id"] for one in _result(ask, _load(ask, "LastName,Company\nA,Bin\nB,Bin\n"), "successfulResults")]
    ask("DELETE", f"{V}/sobjects/Lead/{keys[0]}")
    text = "SELECT Id FROM Lead WHERE Company = 'Bin'"
    assert [_extract(ask, text, operation=one)["numberRecordsProcessed"] for one in ("query", "queryAll")] == [1, 2]


def test_results_want_the_version_that_the_query_had(ask: Ask) -> None:
    job = _extract(ask, "SELECT Id FROM User")
    answer = ask("GET", f"{QUERY.replace('v67', 'v66')}/{job['id']}/results")
    assert answer.status_code == 409


# Limits, time and faults


def test_a_day_has_so_many_jobs(ask: Ask, org: LocalOrg) -> None:
    _load(ask, ONE)
    _extract(ask, "SELECT Id FROM User")
    said = ask("GET", f"{V}/limits").json()
    org.jobs.allowed_batches = org.jobs.allowed_queries = 1
    ingest = ask("POST", INGEST, json={"object": "Lead", "operation": "insert"})
    query = ask("POST", QUERY, json={"operation": "query", "query": "SELECT Id FROM User"})
    assert isinstance(org.clock, ManualClock)
    org.clock.advance(timedelta(hours=24, seconds=1))
    tomorrow = ask("POST", QUERY, json={"operation": "query", "query": "SELECT Id FROM User"})
    org.jobs.allowed_batches, org.jobs.allowed_queries = 15_000, 10_000
    assert said["DailyBulkV2QueryJobs"]["Max"] == 10_000 > said["DailyBulkV2QueryJobs"]["Remaining"]
    assert (ingest.status_code, ingest.json()[0]["errorCode"]) == (400, "EXCEEDEDQUOTA")
    assert (query.status_code, query.json()[0]["errorCode"]) == (400, "LIMIT_EXCEEDED")
    assert query.json()[0]["message"].startswith("Max bulk v2 query jobs (1) per 24 hrs has been reached")
    assert tomorrow.status_code == 200


def test_a_job_is_forgotten_after_seven_days(ask: Ask, org: LocalOrg) -> None:
    job = _load(ask, ONE)
    assert isinstance(org.clock, ManualClock)
    org.clock.advance(timedelta(days=6, hours=23))
    kept = ask("GET", f"{INGEST}/{job['id']}")
    org.clock.advance(timedelta(hours=2))
    gone = ask("GET", f"{INGEST}/{job['id']}/successfulResults")
    assert (kept.status_code, gone.status_code) == (200, 404)


def test_locked_rows_fail_alone(ask: Ask, org: LocalOrg) -> None:
    org.faults.add(Fault("job V2Ingest insert Lead", "lock", rows=2))
    job = _load(ask, "LastName,Company\nA,X\nB,X\nC,X\n")
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (3, 2)
    assert [one["LastName"] for one in _result(ask, job, "successfulResults")] == ["C"]
    assert _result(ask, job, "failedResults")[0]["sf__Error"].startswith("UNABLE_TO_LOCK_ROW:")


def test_rows_that_a_trigger_refuses_fail_alone(ask: Ask, org: LocalOrg) -> None:
    org.faults.add(Fault("job V2Ingest insert Lead", "row error", rows=1))
    job = _load(ask, "LastName,Company\nA,X\nB,X\n")
    assert [one["LastName"] for one in _result(ask, job, "successfulResults")] == ["B"]
    assert _result(ask, job, "failedResults")[0]["sf__Error"].startswith("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY:")


def test_a_job_that_fails_midway_tells_what_it_never_came_to(ask: Ask, org: LocalOrg) -> None:
    org.faults.add(Fault("job V2Ingest insert Lead", "failed job", rows=200))
    job = _load(ask, "LastName,Company\n" + "".join(f"Midway {n},X\n" for n in range(450)))
    left = _result(ask, job, "unprocessedrecords")
    assert (job["state"], job["numberRecordsProcessed"]) == ("Failed", 200)
    assert [one["LastName"] for one in left] == [f"Midway {n}" for n in range(200, 450)]
    assert len(_result(ask, job, "successfulResults")) == 200


def test_a_stuck_job_can_be_aborted(ask: Ask, org: LocalOrg) -> None:
    org.faults.add(Fault("job V2Ingest insert Lead", "stuck job"))
    path = f"{INGEST}/{_job(ask)['id']}"
    ask("PUT", f"{path}/batches", content="LastName,Company\nStuck,X\n", headers=CSV)
    ask("PATCH", path, json={"state": "UploadComplete"})
    other = _load(ask, "LastName,Company\nFree,X\n")
    stuck = ask("GET", path).json()["state"]
    assert (stuck, other["state"]) == ("InProgress", "JobComplete")
    assert ask("PATCH", path, json={"state": "Aborted"}).json()["state"] == "Aborted"
    assert [one["LastName"] for one in _rows(ask("GET", f"{path}/unprocessedrecords").text)] == ["Stuck"]


@pytest.mark.law(3)
def test_a_job_goes_on_where_it_stood_when_the_org_is_started_again(tmp_path: Path) -> None:
    def opened() -> LocalOrg:
        return LocalOrg(tmp_path / "org.db", clock=ManualClock(datetime(2026, 1, 5, 9, 30, tzinfo=UTC)))

    org = opened()
    org.user("ana.diaz@acme.example", last_name="Diaz")
    org.client_credentials("client", "secret", "ana.diaz@acme.example")
    form = {"grant_type": "client_credentials", "client_id": "client", "client_secret": "secret"}
    with Server(org) as server:
        token = httpx2.post(f"{server.url}/services/oauth2/token", data=form).json()["access_token"]
        header = {"Authorization": f"Bearer {token}"}
        order = {"object": "Lead", "operation": "insert"}
        job = httpx2.post(f"{server.url}{INGEST}", json=order, headers=header).json()["id"]
        content = "LastName,Company\n" + "".join(f"Restart {n},X\n" for n in range(5000))
        httpx2.put(f"{server.url}{INGEST}/{job}/batches", content=content, headers=header | CSV)
        httpx2.patch(f"{server.url}{INGEST}/{job}", json={"state": "UploadComplete"}, headers=header)
        seen = httpx2.get(f"{server.url}{INGEST}/{job}", headers=header).json()
        while not 0 < seen["numberRecordsProcessed"] < 5000:
            seen = httpx2.get(f"{server.url}{INGEST}/{job}", headers=header).json()
    org.close()
    org = opened()
    with Server(org) as server, httpx2.Client(base_url=server.url, headers=header) as client:
        done = _ended(client.request, f"{INGEST}/{job}")
        made = _rows(client.get(f"{INGEST}/{job}/successfulResults").text)
    found = [one["LastName"] for one in org.query("SELECT LastName FROM Lead", org.process_user)]
    org.close()
    assert seen["state"] == "InProgress"
    assert (done["state"], done["numberRecordsProcessed"]) == ("JobComplete", 5000)
    assert sorted(found) == sorted(one["LastName"] for one in made) == sorted(f"Restart {n}" for n in range(5000))


# What a user may not see or do


def test_a_field_that_the_user_may_not_see_is_not_found(ask: Ask, org: LocalOrg) -> None:
    hidden = {"Lead.Rating": Can.NOTHING}
    org.rights.permission_set("Standard User", fields=hidden)
    load = _load(ask, "LastName,Company,Rating\nA,X,Hot\n")
    query = ask("POST", QUERY, json={"operation": "query", "query": "SELECT Rating FROM Lead"})
    org.rights.permission_set("Standard User", fields={"Lead.Rating": Can.READ | Can.EDIT})
    assert load["errorMessage"] == "InvalidBatch : Field name not found : Rating"
    assert query.json()[0]["errorCode"] == "INVALID_FIELD"


def test_a_hard_delete_needs_a_permission_of_its_own(ask: Ask) -> None:
    answer = ask("POST", INGEST, json={"object": "Lead", "operation": "hardDelete"})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "FEATURENOTENABLED")


def test_what_is_deleted_hard_is_in_no_bin(ask: Ask, org: LocalOrg) -> None:
    (ana,) = (row["Id"] for row in org.query("SELECT Id FROM User WHERE LastName = 'Diaz'", org.process_user))
    org.rights.permission_set("Loader", system=["BulkApiHardDelete"])
    org.rights.assign("Loader", ana)
    keys = [
        one["sf__Id"] for one in _result(ask, _load(ask, "LastName,Company\nA,Gone\nB,Gone\n"), "successfulResults")
    ]
    job = _load(ask, f"Id\n{keys[0]}\n", operation="hardDelete")
    found = _extract(ask, "SELECT Id FROM Lead WHERE Company = 'Gone'", operation="queryAll")
    assert (job["state"], job["numberRecordsFailed"]) == ("JobComplete", 0)
    assert [one["Id"] for one in _rows(ask("GET", f"{QUERY}/{found['id']}/results").text)] == [keys[1]]


# Any order, any text

ORDERS = st.dictionaries(
    st.sampled_from(
        ["object", "operation", "externalIdFieldName", "columnDelimiter", "lineEnding", "contentType", "query", "state"]
    ),
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(
        ["Lead", "insert", "upsert", "query", "Id", "CSV", "SELECT Id FROM Lead WHERE Name = '", "Aborted"]
    )
    | st.text(max_size=20)
    | st.lists(st.text(max_size=3), max_size=2),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ORDERS, st.sampled_from([("POST", INGEST), ("POST", QUERY), ("PATCH", "")]))
def test_no_order_is_too_odd_for_an_answer(ask: Ask, order: dict[str, Any], call: tuple[str, str]) -> None:
    method, path = call
    answer = ask(method, path or f"{INGEST}/{_job(ask)['id']}", content=encode(order))
    assert answer.status_code in {200, 400}
    assert answer.status_code == 200 or answer.json()[0]["message"]


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0") | st.sampled_from("\",;|^`\t\r\n '0"), max_size=20
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(TEXTS, min_size=1, max_size=5),
    delimiter=st.sampled_from(["BACKQUOTE", "CARET", "COMMA", "PIPE", "SEMICOLON", "TAB"]),
    ending=st.sampled_from(["LF", "CRLF"]),
)
def test_texts_come_out_as_they_went_in(ask: Ask, org: LocalOrg, rows: list[str], delimiter: str, ending: str) -> None:
    """Salesforce trims a text as it saves it, and keeps no empty one; so does the org."""
    if not org.schema.object("Account").has("Note__c"):
        org.define(fields={"Account": [Field(name="Note__c", type=FieldType.TEXTAREA, length=255)]})
    mark = {"BACKQUOTE": "`", "CARET": "^", "COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "TAB": "\t"}[delimiter]
    text = StringIO()
    writer = csv.writer(text, delimiter=mark, lineterminator="\n" if ending == "LF" else "\r\n", quoting=csv.QUOTE_ALL)
    writer.writerows([("Name", "Note__c"), *((f"Row {n}", note) for n, note in enumerate(rows))])
    how = {"columnDelimiter": delimiter, "lineEnding": ending}
    job = _load(ask, text.getvalue().encode(), object="Account", **how)
    made = _result(ask, job, "successfulResults", mark)
    assert job["numberRecordsFailed"] == 0
    assert [one["Note__c"] for one in made] == rows
    ids = ", ".join(f"'{one['sf__Id']}'" for one in made)
    found = _extract(ask, f"SELECT Id, Name, Note__c FROM Account WHERE Id IN ({ids}) ORDER BY Id", **how)
    answer = _rows(ask("GET", f"{QUERY}/{found['id']}/results").content.decode(), mark)
    kept = ["" if note == "#N/A" else note.strip() for note in rows]
    assert [(one["Name"], one["Note__c"]) for one in answer] == [(f"Row {n}", note) for n, note in enumerate(kept)]
