"""The local org loads and extracts as Salesforce's first Bulk API does: jobs of batches, in CSV, JSON and XML."""

import csv
import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upbeat.base import ManualClock
from upbeat.localorg import Fault, LocalOrg, Server
from upbeat.localorg.rights import Can

V = "/services/async/67.0"
REST = "/services/data/v67.0"
NS = "{http://www.force.com/2009/06/asyncapi/dataload}"
MEDIA = {"CSV": "text/csv; charset=UTF-8", "JSON": "application/json", "XML": "application/xml; charset=UTF-8"}
Ask = Callable[..., httpx2.Response]


@pytest.fixture(scope="module")
def door(served: tuple[LocalOrg, Server], token: str) -> Iterator[Ask]:
    """Send a request with the session in the header of this API alone: `door("GET", "job/750...")`."""
    with httpx2.Client(base_url=f"{served[1].url}{V}/") as client:

        def send(method: str, path: str, *, session: str = token, **more: Any) -> httpx2.Response:
            headers = {"X-SFDC-Session": session, **more.pop("headers", {})}
            return client.request(method, path, headers=headers, **more)

        yield send


def _job(door: Ask, operation: str = "insert", name: str = "Lead", kind: str = "CSV", **more: Any) -> str:
    order = {"operation": operation, "object": name, "contentType": kind, **more}
    answer = door("POST", "job", json=order)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def _add(door: Ask, job: str, content: str | bytes, kind: str = "CSV") -> str:
    """Add a batch and give its address."""
    answer = door("POST", f"job/{job}/batch", content=content, headers={"Content-Type": MEDIA[kind]})
    assert answer.status_code == 201, answer.text
    return f"job/{job}/batch/{answer.json()['id'] if kind == 'JSON' else _fields(answer)['id']}"


def _fields(answer: httpx2.Response) -> dict[str, str | None]:
    return {one.tag.removeprefix(NS): one.text for one in ET.fromstring(answer.content)}


def _state(door: Ask, batch: str) -> dict[str, Any]:
    """Give what is known of a batch once it has ended."""
    for _ in range(500):
        answer = door("GET", batch)
        found = answer.json() if "json" in answer.headers["Content-Type"] else _fields(answer)
        if found["state"] in {"Completed", "Failed", "NotProcessed"}:
            return found
        time.sleep(0.01)
    raise AssertionError(found)


def _load(door: Ask, content: Any, *, kind: str = "CSV", **order: Any) -> str:
    """Run one batch to its end and give its address."""
    batch = _add(door, _job(door, kind=kind, **order), content if kind != "JSON" else json.dumps(content), kind)
    _state(door, batch)
    return batch


def _results(door: Ask, batch: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(door("GET", f"{batch}/result").text)))


def _error(answer: httpx2.Response) -> tuple[int, str | None]:
    return answer.status_code, _fields(answer)["exceptionCode"]


def _found(ask: Ask, text: str) -> list[dict[str, Any]]:
    return ask("GET", f"{REST}/query", params={"q": text}).json()["records"]


# Jobs


def test_a_job_in_xml_is_told_field_by_field(door: Ask, org: LocalOrg) -> None:
    order = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<jobInfo xmlns="http://www.force.com/2009/06/asyncapi/dataload">'
        "<operation>upsert</operation><object>account</object><externalIdFieldName>source_id__c</externalIdFieldName>"
        "<concurrencyMode>Serial</concurrencyMode><assignmentRuleId>01QD0000000Fake</assignmentRuleId>"
        "<contentType>CSV</contentType></jobInfo>"
    )
    made = door("POST", "job", content=order, headers={"Content-Type": "application/xml; charset=UTF-8"})
    job = _fields(made)
    assert made.status_code == 201
    assert ET.fromstring(made.content).tag == f"{NS}jobInfo"
    assert str(job["id"]).startswith("750")
    assert org.record("User", str(job.pop("createdById")))["LastName"] == "Diaz"
    assert _fields(door("GET", f"job/{job['id']}"))["state"] == "Open"
    assert job == {
        "id": job["id"],
        "operation": "upsert",
        "object": "Account",
        "createdDate": "2026-01-05T09:30:00.000Z",
        "systemModstamp": "2026-01-05T09:30:00.000Z",
        "state": "Open",
        "externalIdFieldName": "Source_Id__c",
        "concurrencyMode": "Serial",
        "contentType": "CSV",
        "numberBatchesQueued": "0",
        "numberBatchesInProgress": "0",
        "numberBatchesCompleted": "0",
        "numberBatchesFailed": "0",
        "numberBatchesTotal": "0",
        "numberRecordsProcessed": "0",
        "numberRetries": "0",
        "apiVersion": "67.0",
        "numberRecordsFailed": "0",
        "totalProcessingTime": "0",
        "apiActiveProcessingTime": "0",
        "apexProcessingTime": "0",
    }


def test_a_job_in_json_answers_in_json(door: Ask) -> None:
    answer = door("POST", "job", json={"operation": "insert", "object": "Lead", "contentType": "JSON"})
    made = answer.json()
    seen = door("GET", f"job/{made['id']}").json()
    assert (made["state"], made["apiVersion"], made["externalIdFieldName"]) == ("Open", 67.0, None)
    assert (made["createdDate"], made["fastPathEnabled"]) == ("2026-01-05T09:30:00.000+0000", False)
    assert (seen, answer.headers["Content-Type"]) == (made, "application/json")


def test_a_job_sums_up_its_batches(door: Ask) -> None:
    job = _job(door)
    for content in ("LastName,Company\nA,X\n,X\n", "LastName,Company\nB,X\n", "LastName,Firm\nC,X\n"):
        _state(door, _add(door, job, content))
    closed = door("POST", f"job/{job}", json={"state": "Closed"}).json()
    sums = [closed[f"numberBatches{state}"] for state in ("Queued", "InProgress", "Completed", "Failed", "Total")]
    assert (closed["state"], sums) == ("Closed", [0, 0, 2, 1, 3])
    assert (closed["numberRecordsProcessed"], closed["numberRecordsFailed"]) == (3, 1)
    listed = ET.fromstring(door("GET", f"job/{job}/batch").content)
    assert [one.findtext(f"{NS}state") for one in listed.iter(f"{NS}batchInfo")] == ["Completed", "Completed", "Failed"]


def test_a_closed_job_takes_no_batch(door: Ask) -> None:
    job = _job(door)
    door("POST", f"job/{job}", json={"state": "Closed"})
    answer = door("POST", f"job/{job}/batch", content="LastName\nA\n", headers={"Content-Type": "text/csv"})
    again = door("POST", f"job/{job}", json={"state": "Closed"}).json()
    assert _error(answer) == (400, "InvalidJobState")
    assert again == {"exceptionCode": "InvalidJobState", "exceptionMessage": "Closing already Closed Job not allowed"}


def test_what_an_aborted_job_has_not_come_to_is_not_processed(door: Ask, org: LocalOrg, ask: Ask) -> None:
    org.faults.add(Fault("job Batch insert Lead", "stuck job"))
    job = _job(door)
    batch = _add(door, job, "LastName,Company\nAborted,X\n")
    aborted = door("POST", f"job/{job}", json={"state": "Aborted"}).json()
    assert (aborted["state"], _state(door, batch)["state"]) == ("Aborted", "NotProcessed")
    assert _error(door("GET", f"{batch}/result")) == (400, "InvalidBatch")
    assert _found(ask, "SELECT Id FROM Lead WHERE LastName = 'Aborted'") == []


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"operation": "merge", "object": "Lead"}, "InvalidJob"),
        ({"object": "Lead"}, "InvalidJob"),
        ({"operation": "insert"}, "InvalidJob"),
        ({"operation": "insert", "object": "Moon"}, "InvalidJob"),
        ({"operation": "query", "object": "Moon"}, "InvalidJob"),
        ({"operation": "insert", "object": "Lead", "contentType": "ZIP_CSV"}, "InvalidJob"),
        ({"operation": "insert", "object": "Lead", "concurrencyMode": "Both"}, "InvalidJob"),
        ({"operation": "insert", "object": "Lead", "concurrencyMode": []}, "InvalidJob"),
        ({"operation": "upsert", "object": "Lead"}, "InvalidJob"),
        ({"operation": "upsert", "object": "Account", "externalIdFieldName": "Name"}, "InvalidJob"),
        ({"operation": "hardDelete", "object": "Lead"}, "FeatureNotEnabled"),
        ({"operation": 7, "object": "Lead"}, "ClientInputError"),
        ([], "ClientInputError"),
    ],
    ids=str,
)
def test_a_job_that_cannot_be_made_is_refused(door: Ask, order: Any, code: str) -> None:
    answer = door("POST", "job", json=order)
    assert (answer.status_code, answer.json()["exceptionCode"]) == (400, code)
    assert answer.json()["exceptionMessage"]


@pytest.mark.parametrize(
    "body", ["", "nonsense", "<jobInfo>", "<job/>", '<!DOCTYPE a [<!ENTITY b "c">]><jobInfo>&b;</jobInfo>', b"\x00\xff"]
)
def test_a_job_that_is_no_xml_is_refused_in_xml(door: Ask, body: str | bytes) -> None:
    answer = door("POST", "job", content=body, headers={"Content-Type": "application/xml"})
    assert _error(answer) == (400, "InvalidXML")
    assert answer.headers["Content-Type"] == "application/xml"


# Batches of records


def test_each_record_has_its_result_in_order(door: Ask, ask: Ask) -> None:
    batch = _load(door, 'LastName,Company,Email\r\n"Vega, ""Jo""",Northwind,\r\n,Northwind,\r\nRuiz,Northwind,no\r\n')
    info = _state(door, batch)
    answer = door("GET", f"{batch}/result")
    good, blank, wrong = _results(door, batch)
    assert (info["state"], info["numberRecordsProcessed"], info["numberRecordsFailed"]) == ("Completed", "3", "2")
    assert str(info["id"]).startswith("751")
    assert answer.headers["Content-Type"] == "text/csv"
    assert answer.text.startswith('"Id","Success","Created","Error"\n')
    assert (good["Success"], good["Created"], good["Error"]) == ("true", "true", "")
    assert _found(ask, f"SELECT Name FROM Lead WHERE Id = '{good['Id']}'")[0]["Name"] == 'Vega, "Jo"'
    assert [one["Success"] for one in (blank, wrong)] == ["false", "false"]
    assert blank["Error"] == "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --"


def test_records_come_in_json_with_parents_nulls_and_types(door: Ask, ask: Ask) -> None:
    _load(door, [{"Name": "Northwind", "Source_Id__c": "J-1"}], kind="JSON", name="Account")
    contact = {"LastName": "Vega", "Account": {"Source_Id__c": "J-1"}, "Title": None}
    lead = {
        "attributes": {"type": "Lead"},
        "LastName": "Vega",
        "Company": "N",
        "AnnualRevenue": 1e6,
        "IsUnreadByOwner": True,
    }
    batch = _load(door, [contact, {"Title": "CEO"}], kind="JSON", name="Contact")
    leads = door("GET", f"{_load(door, [lead], kind='JSON')}/result").json()
    good, bad = door("GET", f"{batch}/result").json()
    (row,) = _found(ask, f"SELECT Account.Name, Title FROM Contact WHERE Id = '{good['id']}'")
    assert (good["success"], good["created"], good["errors"]) == (True, True, [])
    assert (row["Account"]["Name"], row["Title"]) == ("Northwind", None)
    assert (bad["success"], bad["created"], bad["id"]) == (False, False, None)
    assert bad["errors"][0] == {
        "fields": ["LastName"],
        "message": "Required fields are missing: [LastName]",
        "statusCode": "REQUIRED_FIELD_MISSING",
        "extendedErrorDetails": None,
    }
    (row,) = _found(ask, f"SELECT AnnualRevenue, IsUnreadByOwner FROM Lead WHERE Id = '{leads[0]['id']}'")
    assert (row["AnnualRevenue"], row["IsUnreadByOwner"]) == (1_000_000, True)


def test_records_come_in_xml_with_parents_and_nils(door: Ask, ask: Ask) -> None:
    def batch_of(*records: str) -> str:
        inner = "".join(f"<sObject>{one}</sObject>" for one in records)
        names = f'xmlns="{NS[1:-1]}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        return f'<?xml version="1.0" encoding="UTF-8"?><sObjects {names}>{inner}</sObjects>'

    _load(door, [{"Name": "A & B", "Source_Id__c": "X-1"}], kind="JSON", name="Account")
    parent = "<Account><sObject><Source_Id__c>X-1</Source_Id__c></sObject></Account>"
    made = _load(
        door,
        batch_of(f"<LastName>Søn &amp; Co</LastName>{parent}<Title>CFO</Title>", "<Title>CEO</Title>"),
        kind="XML",
        name="Contact",
    )
    good, bad = ET.fromstring(door("GET", f"{made}/result").content)
    key = good.findtext(f"{NS}id")
    content = batch_of(f'<Id>{key}</Id><Title xsi:nil="true"/><LastName></LastName>')
    changed = _load(door, content, kind="XML", name="Contact", operation="update")
    (row,) = _found(ask, f"SELECT LastName, Title, Account.Name FROM Contact WHERE Id = '{key}'")
    assert (good.findtext(f"{NS}success"), good.findtext(f"{NS}created")) == ("true", "true")
    assert (bad.find(f"{NS}id"), bad.findtext(f"{NS}success")) == (None, "false")
    assert bad.findtext(f"{NS}errors/{NS}statusCode") == "REQUIRED_FIELD_MISSING"
    assert (row["LastName"], row["Title"], row["Account"]["Name"]) == ("Søn & Co", None, "A & B")
    assert door("GET", f"{changed}/request").text == content


def test_a_parent_of_several_kinds_is_named_with_its_kind(door: Ask, ask: Ask) -> None:
    _load(door, [{"LastName": "Vega", "Company": "N", "Email": "vega@async.example"}], kind="JSON")
    task = {"Subject": "Call", "Who": {"attributes": {"type": "Lead"}, "Email": "vega@async.example"}}
    batch = _load(door, [task], kind="JSON", name="Task")
    (made,) = door("GET", f"{batch}/result").json()
    assert _found(ask, f"SELECT Who.Type FROM Task WHERE Id = '{made['id']}'")[0]["Who"]["Type"] == "Lead"


def test_an_upsert_and_a_delete_do_what_they_say(door: Ask, ask: Ask) -> None:
    order = {"name": "Account", "operation": "upsert", "externalIdFieldName": "Source_Id__c"}
    first = _results(door, _load(door, "Source_Id__c,Name\nAU-1,Northwind\n", **order))
    second = _results(door, _load(door, "Source_Id__c,Name\nAU-1,Northwind Ltd\nAU-2,Contoso\n,Nobody\n", **order))
    assert [one["Created"] for one in first] == ["true"]
    assert [(one["Success"], one["Created"]) for one in second] == [
        ("true", "false"),
        ("true", "true"),
        ("false", "false"),
    ]
    gone = _results(door, _load(door, f"Id\n{first[0]['Id']}\nnonsense\n", name="Account", operation="delete"))
    assert [one["Success"] for one in gone] == ["true", "false"]
    assert ask("GET", f"{REST}/sobjects/Account/{first[0]['Id']}").status_code == 404


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        ("CSV", "LastName,Firm\nA,X\n", "InvalidBatch : Field name not found : Firm"),
        ("CSV", 'LastName,Company\n"A,X\n', "ClientInputError : Failed to parse CSV."),
        ("CSV", b"LastName,Company\n\xff,X\n", "ClientInputError : The content is not encoded in UTF-8"),
        ("CSV", "LastName,Company\n" + "A,X\n" * 10_001, "InvalidBatch : Exceeded number of records: 10001."),
        ("JSON", "{}", "InvalidBatch : The content is no JSON array of records"),
        ("JSON", "[1]", "InvalidBatch : The content is no JSON array of records"),
        ("JSON", "[]", "InvalidBatch : Records not found"),
        ("JSON", "[{", "InvalidBatch : Failed to parse JSON"),
        ("JSON", "[" * 100_000, "InvalidBatch : Failed to parse JSON"),
        ("JSON", '[{"Company": ["X"]}]', "InvalidBatch : The value of Company is no plain one"),
        ("JSON", '[{"Firm": "X"}]', "InvalidBatch : Field name not found : Firm"),
        ("XML", "<sObjects/>", "InvalidBatch : Records not found"),
        ("XML", "<records/>", "InvalidBatch : records found where sObjects was expected"),
        ("XML", "<sObjects>", "InvalidBatch : Failed to parse XML"),
        ("XML", '<!DOCTYPE a SYSTEM "file:///etc/passwd"><sObjects/>', "InvalidBatch : Failed to parse XML"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_batch_that_cannot_be_read_fails_and_saves_nothing(
    door: Ask, ask: Ask, kind: str, content: str | bytes, words: str
) -> None:
    before = len(_found(ask, "SELECT Id FROM Lead"))
    batch = _add(door, _job(door, kind=kind), content, kind)
    info = _state(door, batch)
    refused = door("GET", f"{batch}/result", headers={"Accept": "application/json"})
    assert info["state"] == "Failed"
    assert info["stateMessage"].startswith(words)
    assert (refused.status_code, refused.json()["exceptionCode"]) == (400, "InvalidBatch")
    assert len(_found(ask, "SELECT Id FROM Lead")) == before


@pytest.mark.parametrize(
    ("media", "content"),
    [("application/json", "[]"), ("zip/csv", "PK"), ("text/csv", " "), ("text/csv", "A" * 10_000_001)],
    ids=["json", "zip", "nothing", "large"],
)
def test_a_batch_that_its_job_does_not_take_is_refused(door: Ask, media: str, content: str) -> None:
    answer = door("POST", f"job/{_job(door)}/batch", content=content, headers={"Content-Type": media})
    assert answer.status_code == 400
    assert "ClientInputError" in answer.text


# Queries


def _query(door: Ask, text: str, kind: str = "CSV", **order: Any) -> str:
    """Run one batch with a query to its end and give its address."""
    batch = _add(door, _job(door, **{"operation": "query", "name": "Lead", "kind": kind, **order}), text, kind)
    _state(door, batch)
    return batch


def _filled(door: Ask, company: str) -> None:
    _load(door, f"LastName,Company,AnnualRevenue\nVega,{company},1000\nRuiz,{company},\n")


def test_a_query_gives_csv(door: Ask) -> None:
    _filled(door, "AsCsv")
    batch = _query(
        door, "SELECT LastName, AnnualRevenue, CreatedDate, Owner.LastName FROM Lead WHERE Company = 'AsCsv'"
    )
    listed = door("GET", f"{batch}/result")
    (key,) = [one.text for one in ET.fromstring(listed.content)]
    answer = door("GET", f"{batch}/result/{key}")
    assert listed.headers["Content-Type"] == "application/xml"
    assert ET.fromstring(listed.content).tag == f"{NS}result-list"
    assert str(key).startswith("752")
    assert answer.headers["Content-Type"] == "text/csv"
    assert answer.text == (
        '"LastName","AnnualRevenue","CreatedDate","Owner.LastName"\n'
        '"Vega","1000.0","2026-01-05T09:30:00.000Z","Diaz"\n"Ruiz","","2026-01-05T09:30:00.000Z","Diaz"\n'
    )
    assert _state(door, batch)["numberRecordsProcessed"] == "2"


def test_a_query_gives_json_with_moments_in_milliseconds(door: Ask) -> None:
    _filled(door, "AsJson")
    batch = _query(
        door,
        "SELECT Id, CreatedDate, AnnualRevenue, CreatedBy.CreatedDate FROM Lead "
        "WHERE Company = 'AsJson' ORDER BY LastName DESC",
        "JSON",
    )
    (key,) = door("GET", f"{batch}/result").json()
    first, second = door("GET", f"{batch}/result/{key}").json()
    moment = int(datetime(2026, 1, 5, 9, 30, tzinfo=UTC).timestamp() * 1000)
    assert first["attributes"] == {"type": "Lead", "url": f"{REST}/sobjects/Lead/{first['Id']}"}
    assert (first["CreatedDate"], first["AnnualRevenue"], second["AnnualRevenue"]) == (moment, 1000.0, None)
    assert first["CreatedBy"]["CreatedDate"] == moment


def test_a_query_gives_xml_with_the_id_twice(door: Ask) -> None:
    _filled(door, "AsXml")
    batch = _query(
        door,
        "SELECT Id, LastName, AnnualRevenue, CreatedDate, Owner.Name FROM Lead "
        "WHERE Company = 'AsXml' ORDER BY LastName DESC",
        "XML",
    )
    (key,) = [one.text for one in ET.fromstring(door("GET", f"{batch}/result").content)]
    answer = door("GET", f"{batch}/result/{key}")
    first, second = ET.fromstring(answer.content)
    assert answer.headers["Content-Type"] == "application/xml"
    assert [one.tag.removeprefix(NS) for one in first] == [
        "type",
        "Id",
        "Id",
        "LastName",
        "AnnualRevenue",
        "CreatedDate",
        "Owner",
    ]
    assert (first.findtext(f"{NS}CreatedDate"), first.findtext(f"{NS}Owner/{NS}Name")) == (
        "2026-01-05T09:30:00.000Z",
        "Ana Diaz",
    )
    nil = second.find(f"{NS}AnnualRevenue")
    assert nil is not None
    assert nil.get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true"


def test_a_query_without_a_row_says_so(door: Ask) -> None:
    for kind, words in (("CSV", "Records not found for this query"), ("JSON", "[]"), ("XML", "<queryResult")):
        batch = _query(door, "SELECT Id FROM Lead WHERE Company = 'Nobody'", kind)
        listed = door("GET", f"{batch}/result")
        key = listed.json()[0] if kind == "JSON" else ET.fromstring(listed.content)[0].text
        assert words in door("GET", f"{batch}/result/{key}").text


def test_query_all_reads_the_recycle_bin_and_chunking_is_taken(door: Ask, ask: Ask) -> None:
    keys = [one["Id"] for one in _results(door, _load(door, "LastName,Company\nA,AsyncBin\nB,AsyncBin\n"))]
    ask("DELETE", f"{REST}/sobjects/Lead/{keys[0]}")
    text = "SELECT Id FROM Lead WHERE Company = 'AsyncBin'"
    counts = [
        _state(door, _query(door, text, operation=one))["numberRecordsProcessed"] for one in ("query", "queryAll")
    ]
    order = {"operation": "query", "object": "Lead", "contentType": "CSV"}
    job = door("POST", "job", json=order, headers={"Sforce-Enable-PKChunking": "chunkSize=100000"}).json()["id"]
    assert counts == ["1", "2"]
    assert _state(door, _add(door, job, text))["numberRecordsProcessed"] == "1"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT", "MALFORMED_QUERY"),
        ("SELECT Nothing FROM Lead", "INVALID_FIELD"),
        ("SELECT Id FROM Moon", "INVALID_TYPE"),
        ("SELECT COUNT() FROM Lead", "not supported in Bulk Query"),
        ("SELECT Address FROM Lead", "Selecting compound data not supported in Bulk Query"),
        ("SELECT Id FROM Lead WHERE Company = '' OR 1=1 --'", "MALFORMED_QUERY"),
    ],
)
@pytest.mark.parametrize("kind", ["CSV", "JSON"])
def test_a_query_that_cannot_be_asked_fails_its_batch(door: Ask, text: str, words: str, kind: str) -> None:
    info = _state(door, _query(door, text, kind))
    assert info["state"] == "Failed"
    assert info["stateMessage"].startswith("InvalidBatch : Failed to process query: ")
    assert words in info["stateMessage"]


# Sessions, addresses and limits


def test_a_session_that_is_none_is_refused_as_its_clients_expect(door: Ask, ask: Ask) -> None:
    xml = door("GET", "job/750", session="ended")
    said = door("GET", "job/750", session="ended", headers={"Content-Type": "application/json"})
    assert _error(xml) == (400, "InvalidSessionId")
    assert "<exceptionCode>InvalidSessionId</exceptionCode>" in xml.text
    assert (said.status_code, said.json()["exceptionCode"]) == (400, "InvalidSessionId")
    assert ask("POST", f"{V}/job", json={"operation": "insert", "object": "Lead"}).status_code == 201  # Bearer


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("job/750Lo00000zzzzzAAA", "InvalidJob"),
        ("job/nothing", "InvalidJob"),
        ("job/750Lo00000zzzzzAAA/batch", "InvalidJob"),
        ("job/{job}/batch/nothing", "InvalidBatch"),
        ("job/{job}/batch/{job}", "InvalidBatch"),
        ("job/{job}/batch/{job}/result", "InvalidBatch"),
        ("job/{job}/batches", "InvalidUrl"),
        ("jobs", "InvalidUrl"),
        ("../67.5/job/{job}", "InvalidUrl"),
        ("../v67.0/job/{job}", "InvalidUrl"),
    ],
)
def test_what_is_not_there_is_refused_with_its_code(door: Ask, path: str, code: str) -> None:
    assert _error(door("GET", path.format(job=_job(door)))) == (400, code)


def test_a_method_that_there_is_not_is_refused(door: Ask) -> None:
    assert _error(door("DELETE", f"job/{_job(door)}")) == (405, "MethodNotAllowed")


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("401", 400, "InvalidSessionId"),
        ("limit", 400, "ExceededQuota"),
        ("500 before", 500, "InternalServerError"),
        ("503 before", 503, "InternalServerError"),
    ],
)
def test_a_fault_on_demand_is_told_in_the_form_of_the_job(
    door: Ask, org: LocalOrg, fault: str, status: int, code: str
) -> None:
    for kind in ("CSV", "JSON"):
        job = _job(door, kind=kind)
        org.faults.add(Fault(f"job/{job}", fault))
        answer = door("GET", f"job/{job}")
        told = answer.json() if kind == "JSON" else _fields(answer)
        assert (answer.status_code, told["exceptionCode"]) == (status, code)


def test_a_result_of_another_batch_is_not_found(door: Ask) -> None:
    one, other = (_query(door, "SELECT Id FROM User", name="User") for _ in range(2))
    key = ET.fromstring(door("GET", f"{one}/result").content)[0].text
    assert _error(door("GET", f"{other}/result/{key}")) == (400, "InvalidBatch")


def test_a_job_is_its_makers_own(door: Ask, org: LocalOrg) -> None:
    org.user("bo.lund@acme.example", last_name="Lund")
    other = org.access.token_for("bo.lund@acme.example")
    job = _job(door)
    assert _error(door("GET", f"job/{job}", session=other)) == (400, "InvalidUser")


def test_both_bulk_apis_share_the_days_batches_and_the_list_of_jobs(door: Ask, ask: Ask, org: LocalOrg) -> None:
    before = ask("GET", f"{REST}/limits").json()["DailyBulkApiBatches"]["Remaining"]
    batch = _load(door, "LastName,Company\nA,X\n")
    after = ask("GET", f"{REST}/limits").json()["DailyBulkApiBatches"]["Remaining"]
    org.jobs.allowed_batches = 1
    refused = door("POST", f"job/{_job(door)}/batch", content="LastName\nA\n", headers={"Content-Type": "text/csv"})
    org.jobs.allowed_batches = 15_000
    listed = ask("GET", f"{REST}/jobs/ingest", params={"jobType": "Classic"}).json()["records"]
    assert before - after == 1
    assert _error(refused) == (400, "ExceededQuota")
    assert batch.split("/")[1] in {one["id"] for one in listed}
    assert ask("GET", f"{REST}/jobs/ingest/{batch.split('/')[1]}").status_code == 404


# What a batch does is a save like any other


def test_change_events_name_the_bulk_api_and_the_client(door: Ask, org: LocalOrg) -> None:
    at = org.journal.tip
    order = {"operation": "insert", "object": "Lead", "contentType": "CSV"}
    job = door("POST", "job", json=order, headers={"Sforce-Call-Options": "client=loader"}).json()["id"]
    _state(door, _add(door, job, "LastName,Company\nA,X\n"))
    entries = [one for one in org.journal.read(at, 100) if one.object == "Lead"]
    assert [one.origin for one in entries] == ["com/salesforce/api/bulkapi/67.0;client=loader"]


def test_a_field_that_the_user_may_not_see_is_not_found(door: Ask, org: LocalOrg) -> None:
    org.rights.permission_set("Standard User", fields={"Lead.Rating": Can.NOTHING})
    load = _state(door, _load(door, "LastName,Company,Rating\nA,X,Hot\n"))
    query = _state(door, _query(door, "SELECT Rating FROM Lead"))
    org.rights.permission_set("Standard User", fields={"Lead.Rating": Can.READ | Can.EDIT})
    assert load["stateMessage"] == "InvalidBatch : Field name not found : Rating"
    assert "INVALID_FIELD" in query["stateMessage"]


def test_locked_rows_fail_alone_and_a_batch_that_fails_midway_tells_what_it_did(door: Ask, org: LocalOrg) -> None:
    org.faults.add(Fault("job Batch insert Lead", "lock", rows=1))
    held, free = _results(door, _load(door, "LastName,Company\nA,X\nB,X\n"))
    org.faults.add(Fault("job Batch insert Lead", "failed job", rows=200))
    batch = _load(door, "LastName,Company\n" + "A,X\n" * 450)
    assert (held["Error"].split(":")[0], free["Success"]) == ("UNABLE_TO_LOCK_ROW", "true")
    assert _state(door, batch)["state"] == "Failed"
    assert len(_results(door, batch)) == 200


@pytest.mark.law(3)
def test_a_batch_goes_on_where_it_stood_when_the_org_is_started_again(tmp_path: Path) -> None:
    clock = ManualClock(datetime(2026, 1, 5, 9, 30, tzinfo=UTC))
    org = LocalOrg(tmp_path / "org.db", clock=clock)
    org.user("ana.diaz@acme.example", last_name="Diaz")
    header = {"X-SFDC-Session": org.access.token_for("ana.diaz@acme.example"), "Content-Type": "application/json"}
    rows = json.dumps([{"LastName": f"Restart {n}", "Company": "X"} for n in range(5000)])
    with Server(org) as server, httpx2.Client(base_url=f"{server.url}{V}/", headers=header) as client:
        job = client.post("job", json={"operation": "insert", "object": "Lead", "contentType": "JSON"}).json()["id"]
        path = f"job/{job}/batch"
        path += f"/{client.post(path, content=rows).json()['id']}"
        seen = client.get(path).json()
        while not 0 < seen["numberRecordsProcessed"] < 5000:
            seen = client.get(path).json()
    org.close()
    org = LocalOrg(tmp_path / "org.db", clock=clock)
    with Server(org) as server, httpx2.Client(base_url=f"{server.url}{V}/", headers=header) as client:
        done = _state(client.request, path)
        made = [one["id"] for one in client.get(f"{path}/result").json()]
        found = {one["Id"]: one["LastName"] for one in org.query("SELECT Id, LastName FROM Lead", org.process_user)}
        clock.advance(timedelta(days=7, seconds=1))
        header["X-SFDC-Session"] = org.access.token_for("ana.diaz@acme.example")
        gone = client.get(path, headers=header)
    org.close()
    assert seen["state"] == "InProgress"
    assert (done["state"], done["numberRecordsProcessed"]) == ("Completed", 5000)
    assert [found[key] for key in made] == [f"Restart {n}" for n in range(5000)]
    assert (gone.status_code, gone.json()["exceptionCode"]) == (400, "InvalidJob")


# Anything at all


HOLD = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
PLACES = st.sampled_from(["job", "batch", "result", "request", "750Lo0000000001AAA", "%2F", ".."])
PARTS = st.lists(PLACES | st.text(max_size=8), max_size=6)


@HOLD
@given(st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]), PARTS, st.binary(max_size=40))
def test_any_address_and_any_bytes_are_answered(door: Ask, method: str, parts: list[str], body: bytes) -> None:
    path = "/".join(part if part in {"%2F", ".."} else quote(part, safe="") for part in parts)
    for media in ("application/json", "application/xml", "text/csv"):
        assert door(method, path, content=body, headers={"Content-Type": media}).status_code < 500


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
NAMES = st.sampled_from(["LastName", "Company", "AnnualRevenue", "IsUnreadByOwner", "Owner", "attributes", "Id", ""])


@HOLD
@given(
    st.sampled_from(["insert", "update", "delete"]), st.lists(st.dictionaries(NAMES, VALUES, max_size=4), max_size=3)
)
def test_any_batch_ends_and_has_a_result_for_each_record(
    door: Ask, operation: str, records: list[Mapping[str, Any]]
) -> None:
    batch = _add(door, _job(door, operation, kind="JSON"), json.dumps(records), "JSON")
    info = _state(door, batch)
    assert "UNKNOWN_EXCEPTION" not in str(info["stateMessage"])
    if info["state"] == "Completed":
        assert len(door("GET", f"{batch}/result").json()) == len(records)
