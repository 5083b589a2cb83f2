"""simple-salesforce: the client that Python programmers take. It speaks https alone, and ends addresses in slashes."""

import csv
import io
from datetime import timedelta
from typing import Any

import requests
from simple_salesforce import (
    Salesforce,
    SalesforceExpiredSession,
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
)

from conformance.org import Judged
from conformance.verdicts import Differs, Row, Verdicts, among, same
from upbeat.base import SystemClock


def rows(org: Judged) -> list[Row]:
    """Run the client's methods."""
    sheet = Verdicts("simple-salesforce")
    trusting = requests.Session()
    trusting.trust_env = False  # an authority that the environment names would go before ours
    trusting.verify = str(org.ca_file)
    client = Salesforce(instance_url=org.url, session_id=org.token(), session=trusting, version="67.0")
    _records(client, org, sheet)
    _queries(client, org, sheet)
    _bulk(client, org, sheet)
    _first_bulk(client, org, sheet)
    _around(client, org, sheet)
    with sheet.row("a session that has ended"):
        ended = Salesforce(instance_url=org.url, session_id=f"{org.id}!ended", session=trusting, version="67.0")
        _raises(SalesforceExpiredSession, lambda: ended.query("SELECT Id FROM Account"))
    return sheet.rows


def _records(client: Any, org: Judged, sheet: Verdicts) -> None:
    record = ""
    with sheet.row("Account.create"):
        record = client.Account.create({"Name": "Simple & Söhne", "Source_Id__c": "S/1"})["id"]
        same("Name in the org", org.value("Account", record, "Name"), "Simple & Söhne")
    with sheet.row("Account.get"):
        same("Name", client.Account.get(record)["Name"], "Simple & Söhne")
    with sheet.row("Account.get_by_custom_id"):
        client.Account.update(record, {"Source_Id__c": "S-1"})
        same("Id", client.Account.get_by_custom_id("Source_Id__c", "S-1")["Id"], record)
    with sheet.row("Account.update"):
        same("status", client.Account.update(record, {"Name": "Simple"}), 204)
        same("Name in the org", org.value("Account", record, "Name"), "Simple")
    with sheet.row("Account.upsert"):
        same("status of a change", client.Account.upsert("Source_Id__c/S-1", {"Name": "Upserted"}), 200)
        same("status of a new one", client.Account.upsert("Source_Id__c/S-2", {"Name": "New"}), 201)
        same("accounts in the org", org.count("Account", "Source_Id__c LIKE 'S-%'"), 2)
    with sheet.row("Account.upsert, of a value that two records have"):
        for name in ("Twin one", "Twin two"):
            client.Visit__c.create({"Name": name, "Number__c": "twin"})
        _raises(SalesforceMoreThanOneRecord, lambda: client.Visit__c.upsert("Number__c/twin", {"Name": "Which"}))
    with sheet.row("Account.update, refused by a validation rule"):
        refused = _raises(SalesforceMalformedRequest, lambda: client.Account.update(record, {"NumberOfEmployees": -1}))
        same("errorCode", refused.content[0]["errorCode"], "FIELD_CUSTOM_VALIDATION_EXCEPTION")
    with sheet.row("Account.updated and Account.deleted"):
        now = SystemClock().now()
        begun, ended = now - timedelta(hours=1), now + timedelta(minutes=5)
        among("updated ids", [record], client.Account.updated(begun, ended)["ids"])
        same("status of the delete", client.Account.delete(record), 204)
        among("deleted ids", [record], [one["id"] for one in client.Account.deleted(begun, ended)["deletedRecords"]])
    with sheet.row("Account.get, of a deleted record"):
        _raises(SalesforceResourceNotFound, lambda: client.Account.get(record))


def _queries(client: Any, org: Judged, sheet: Verdicts) -> None:
    with sheet.row("query"):
        found = client.query("SELECT Id, Name FROM Account WHERE Name LIKE 'Sample%'")
        same("totalSize", found["totalSize"], org.count("Account", "Name LIKE 'Sample%'"))
    with sheet.row("query_all and query_all_iter, over pages"):
        same("records", len(client.query_all("SELECT Id FROM Task")["records"]), org.tasks)
        same("records one by one", sum(1 for _ in client.query_all_iter("SELECT Id FROM Task")), org.tasks)
    with sheet.row("query_all with what is deleted"):
        found = client.query_all("SELECT Id FROM Account WHERE IsDeleted = true", include_deleted=True)
        among("records", [True], [found["totalSize"] > 0])
    with sheet.row("query, malformed"):
        refused = _raises(SalesforceMalformedRequest, lambda: client.query("SELECT FROM Account"))
        same("errorCode", refused.content[0]["errorCode"], "MALFORMED_QUERY")
    with sheet.row("toolingexecute"):
        asked = {"q": "SELECT QualifiedApiName FROM EntityDefinition WHERE QualifiedApiName = 'Visit__c'"}
        same("records", client.toolingexecute("query/", params=asked)["totalSize"], 1)


def _bulk(client: Any, org: Judged, sheet: Verdicts) -> None:
    texts = ["plain", 'with "quotes"', "with, a comma", "with\na line", "Zürich", "007"]
    with sheet.row("bulk2 insert"):
        lines = [{"Name": text, "Source_Id__c": f"SB-{number}"} for number, text in enumerate(texts)]
        (job,) = client.bulk2.Account.insert(records=lines)
        same("records processed", (job["numberRecordsProcessed"], job["numberRecordsFailed"]), (len(texts), 0))
        same("accounts in the org", org.count("Account", "Source_Id__c LIKE 'SB-%'"), len(texts))
    with sheet.row("bulk2 query"):
        asked = "SELECT Name, Source_Id__c FROM Account WHERE Source_Id__c LIKE 'SB-%' ORDER BY Source_Id__c"
        found = [row for part in client.bulk2.Account.query(asked) for row in csv.DictReader(io.StringIO(part))]
        same("names", [row["Name"] for row in found], texts)
    with sheet.row("bulk2 upsert, with rows that the org refuses"):
        lines = [
            {"Name": "Good", "Source_Id__c": "SB-0", "NumberOfEmployees": "1"},
            {"Name": "Bad", "Source_Id__c": "SB-1", "NumberOfEmployees": "-1"},
        ]
        (job,) = client.bulk2.Account.upsert(records=lines, external_id_field="Source_Id__c")
        same("records failed", job["numberRecordsFailed"], 1)
        failed = list(csv.DictReader(io.StringIO(client.bulk2.Account.get_failed_records(job["job_id"]))))
        same("the failed row", failed[0]["Source_Id__c"], "SB-1")
        same("its code", failed[0]["sf__Error"].split(":")[0], "FIELD_CUSTOM_VALIDATION_EXCEPTION")
    with sheet.row("bulk2 delete"):
        gone = [{"Id": key} for key in org.ids("Account", "Source_Id__c LIKE 'SB-%'")]
        client.bulk2.Account.delete(records=gone)
        same("accounts in the org", org.count("Account", "Source_Id__c LIKE 'SB-%'"), 0)


def _first_bulk(client: Any, org: Judged, sheet: Verdicts) -> None:
    with sheet.row("bulk insert, with rows that the org refuses"):
        lines: list[dict[str, Any]] = [{"Name": f"First {n}", "Source_Id__c": f"SF-{n}"} for n in range(4)]
        lines.append({"Name": "Bad", "NumberOfEmployees": -1})
        done = client.bulk.Account.insert(lines, use_serial=True)
        same("successes", [one["success"] for one in done], [True, True, True, True, False])
        same("ids", [one["id"] for one in done[:4]], org.ids("Account", "Source_Id__c LIKE 'SF-%'"))
        same("its code", done[4]["errors"][0]["statusCode"], "FIELD_CUSTOM_VALIDATION_EXCEPTION")
    with sheet.row("bulk upsert, in batches, with what was asked in the results"):
        lines = [{"Name": "Renamed", "Source_Id__c": "SF-0"}, {"Name": "New", "Source_Id__c": "SF-4", "Phone": None}]
        done = client.bulk.Account.upsert(lines, "Source_Id__c", batch_size=1, include_detailed_results=True)
        same("created", [one["created"] for one in done], [False, True])
        same("names", [one["Name"] for one in done], ["Renamed", "New"])
        same("Name in the org", org.value("Account", done[0]["id"], "Name"), "Renamed")
    with sheet.row("bulk query, with moments in milliseconds"):
        asked = "SELECT Id, Name, CreatedDate FROM Account WHERE Source_Id__c LIKE 'SF-%' ORDER BY Source_Id__c"
        found = client.bulk.Account.query(asked)
        same("ids", sorted(one["Id"] for one in found), org.ids("Account", "Source_Id__c LIKE 'SF-%'"))
        same("type of CreatedDate", {type(one["CreatedDate"]) for one in found}, {int})
    with sheet.row("bulk query, malformed"):
        refused = _raises(SalesforceGeneralError, lambda: client.bulk.Account.query("SELECT FROM Account"))
        among("what it says", [True], ["MALFORMED_QUERY" in str(refused.content)])
    with sheet.row("bulk delete and query_all"):
        gone = [{"Id": key} for key in org.ids("Account", "Source_Id__c LIKE 'SF-%'")]
        same("successes", {one["success"] for one in client.bulk.Account.delete(gone)}, {True})
        asked = "SELECT Id, IsDeleted FROM Account WHERE Source_Id__c LIKE 'SF-%'"
        same("deleted", {one["IsDeleted"] for one in client.bulk.Account.query_all(asked)}, {True})


def _around(client: Any, org: Judged, sheet: Verdicts) -> None:
    with sheet.row("describe, of the org and of an object"):
        among("objects", ["Account", "Visit__c"], [one["name"] for one in client.describe()["sobjects"]])
        among("fields", ["Place__c"], [one["name"] for one in client.Visit__c.describe()["fields"]])
        same("keyPrefix", client.Visit__c.metadata()["objectDescribe"]["keyPrefix"], "a01")
    with sheet.row("limits, and the usage that each answer tells"):
        among("limits", ["DailyApiRequests"], client.limits())
        among("usage", [True], [client.api_usage["api-usage"].used > 0])
    with sheet.row("is_sandbox"):
        same("IsSandbox", client.is_sandbox(), True)
    with sheet.row("restful, of composite"):
        first = {"method": "POST", "url": "/services/data/v67.0/sobjects/Account", "referenceId": "made"}
        second = {"method": "GET", "url": "/services/data/v67.0/sobjects/Account/@{made.id}", "referenceId": "read"}
        asked = {"allOrNone": True, "compositeRequest": [first | {"body": {"Name": "Composed"}}, second]}
        done = client.restful("composite", method="POST", json=asked)
        same("statuses", [one["httpStatusCode"] for one in done["compositeResponse"]], [201, 200])
        same("Name", done["compositeResponse"][1]["body"]["Name"], "Composed")
    with sheet.row("oauth2 userinfo"):
        same("user_id", client.oauth2("userinfo")["user_id"], org.user_id)


def _raises(kind: type[Exception], done: Any) -> Any:
    """Give the exception of the kind that the client must raise. Raises Differs where it raises none."""
    try:
        found = done()
    except kind as error:
        return error
    raise Differs(f"it raised no {kind.__name__}, and gave {found!r}")
