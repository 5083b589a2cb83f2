"""The SOAP API: log-in, lead conversion and records, in the words of its WSDLs."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upbeat.localorg import Fault, LocalOrg, Server
from upbeat.localorg.rights import Can

V = "/services/data/v67.0"
U, C = "/services/Soap/u/67.0", "/services/Soap/c/67.0"
Ask = Callable[..., httpx2.Response]
Soap = Callable[..., httpx2.Response]

PARTNER, FAULT = "{urn:partner.soap.sforce.com}", "{urn:fault.partner.soap.sforce.com}"
STATUS = "<convertedStatus>Closed - Converted</convertedStatus>"


@pytest.fixture
def soap(served: tuple[LocalOrg, Server], token: str) -> Soap:
    """Send an operation in an envelope with the session: `soap("<getUserInfo/>")`."""

    def send(
        operation: str, *, path: str = U, session: str = token, header: str = "", body: str | bytes = ""
    ) -> httpx2.Response:
        space = "partner" if "/u/" in path else "enterprise"
        text = (
            '<?xml version="1.0" encoding="utf-8"?>'
            '<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/" '
            f'xmlns="urn:{space}.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<env:Header><SessionHeader><sessionId>{session}</sessionId></SessionHeader>{header}</env:Header>"
            f"<env:Body>{operation}</env:Body></env:Envelope>"
        )
        headers = {"Content-Type": "text/xml", "SOAPAction": '""'}
        return httpx2.post(f"{served[1].url}{path}", content=body or text.encode(), headers=headers)

    return send


def _results(answer: httpx2.Response) -> list[dict[str, str | None]]:
    assert answer.status_code == 200, answer.text
    results = ET.fromstring(answer.content).iter(f"{PARTNER}result")
    return [{one.tag.rpartition("}")[2]: one.text for one in result} for result in results]


def _fault(answer: httpx2.Response) -> tuple[int, str, str]:
    found = ET.fromstring(answer.content)
    return answer.status_code, found.findtext(".//faultcode") or "", found.findtext(".//faultstring") or ""


def _lead(ask: Ask, **more: Any) -> str:
    row = {"LastName": "Vega", "Company": "Northwind", "LeadSource": "Web", "Phone": "555", **more}
    return ask("POST", f"{V}/sobjects/Lead", json=row).json()["id"]


def _read(ask: Ask, name: str, key: str | None) -> dict[str, Any]:
    return ask("GET", f"{V}/sobjects/{name}/{key}").json()


def _convert(soap: Soap, lead: str, more: str = STATUS) -> dict[str, str | None]:
    (result,) = _results(soap(f"<convertLead><leadConverts><leadId>{lead}</leadId>{more}</leadConverts></convertLead>"))
    return result


def test_a_person_logs_in_by_password(soap: Soap, org: LocalOrg, served: tuple[LocalOrg, Server]) -> None:
    org.access.set_password("ana.diaz@acme.example", "correct horse 1")
    login = "<login><username>ana.diaz@acme.example</username><password>{}</password></login>"
    (result,) = _results(soap(login.format("correct horse 1"), session=""))
    assert result["serverUrl"] == f"{served[1].url}{U}/{org.id}"
    (info,) = _results(soap("<getUserInfo/>", session=str(result["sessionId"])))
    assert (info["userName"], info["organizationId"]) == ("ana.diaz@acme.example", org.id)
    refused = soap(login.format("guess"), session="")
    assert _fault(refused)[:2] == (500, "sf:INVALID_LOGIN")
    assert ET.fromstring(refused.content).findtext(f".//{FAULT}LoginFault/{FAULT}exceptionCode") == "INVALID_LOGIN"


def test_a_session_that_is_none_is_a_fault(soap: Soap) -> None:
    assert _fault(soap("<getServerTimestamp/>", session="guess"))[:2] == (500, "sf:INVALID_SESSION_ID")
    assert "<timestamp>2026-" in soap("<getServerTimestamp/>").text


def test_a_session_ends_where_it_is_logged_out(soap: Soap, org: LocalOrg) -> None:
    session = org.access.token_for("ana.diaz@acme.example")
    assert soap("<logout/>", session=session).status_code == 200
    assert _fault(soap("<logout/>", session=session))[1] == "sf:INVALID_SESSION_ID"


def test_a_lead_becomes_an_account_a_contact_and_an_opportunity(soap: Soap, ask: Ask) -> None:
    lead = _lead(ask, FirstName="Rosa", Email="rosa@northwind.example", City="Lima", AnnualRevenue=5_000_000)
    task = ask("POST", f"{V}/sobjects/Task", json={"Subject": "Call", "WhoId": lead}).json()["id"]
    result = _convert(soap, lead)
    account, contact, deal = (_read(ask, n, result[f"{n.lower()}Id"]) for n in ("Account", "Contact", "Opportunity"))
    assert (result["success"], result["leadId"]) == ("true", lead)
    assert (account["Name"], account["BillingCity"], account["AnnualRevenue"]) == ("Northwind", "Lima", 5_000_000)
    assert (contact["Name"], contact["Email"], contact["AccountId"]) == (
        "Rosa Vega",
        "rosa@northwind.example",
        account["Id"],
    )
    assert (deal["Name"], deal["LeadSource"], deal["IsClosed"]) == ("Northwind", "Web", False)
    assert deal["CloseDate"] == "2026-03-31"
    gone = _read(ask, "Lead", lead)
    assert (gone["IsConverted"], gone["Status"], gone["ConvertedDate"]) == (True, "Closed - Converted", "2026-01-05")
    assert [gone[f"Converted{n}Id"] for n in ("Account", "Contact", "Opportunity")] == [
        account["Id"],
        contact["Id"],
        deal["Id"],
    ]
    moved = _read(ask, "Task", task)
    assert (moved["WhoId"], moved["WhatId"], moved["AccountId"]) == (contact["Id"], deal["Id"], account["Id"])
    text = f"SELECT ContactId, IsPrimary FROM OpportunityContactRole WHERE OpportunityId = '{deal['Id']}'"
    (role,) = ask("GET", f"{V}/query", params={"q": text}).json()["records"]
    assert (role["ContactId"], role["IsPrimary"]) == (contact["Id"], True)


def test_a_conversion_tells_its_change_with_the_door_that_it_came_by(soap: Soap, ask: Ask, org: LocalOrg) -> None:
    lead = _lead(ask)
    before = org.journal.tip
    _convert(soap, lead)
    assert {one.origin for one in org.journal.read(before, 50)} == {"com/salesforce/api/soap/67.0"}


def test_a_converted_lead_is_not_written_again(soap: Soap, ask: Ask) -> None:
    lead = _lead(ask)
    _convert(soap, lead)
    again = soap(f"<convertLead><leadConverts><leadId>{lead}</leadId>{STATUS}</leadConverts></convertLead>")
    assert "CANNOT_UPDATE_CONVERTED_LEAD" in again.text
    changed = ask("PATCH", f"{V}/sobjects/Lead/{lead}", json={"Title": "CFO"})
    assert (changed.status_code, changed.json()[0]["errorCode"]) == (400, "CANNOT_UPDATE_CONVERTED_LEAD")


def test_what_is_there_already_keeps_its_values_and_gets_what_it_lacks(soap: Soap, ask: Ask) -> None:
    account = ask("POST", f"{V}/sobjects/Account", json={"Name": "Kept", "Phone": "111"}).json()["id"]
    row = {"LastName": "Kept", "AccountId": account, "LeadSource": "Other"}
    contact = ask("POST", f"{V}/sobjects/Contact", json=row).json()["id"]
    ids = f"<accountId>{account}</accountId><contactId>{contact}</contactId>"
    flags = "<doNotCreateOpportunity>true</doNotCreateOpportunity><overwriteLeadSource>true</overwriteLeadSource>"
    result = _convert(soap, _lead(ask, Email="v@northwind.example", Website="https://n.example"), STATUS + ids + flags)
    assert (result["accountId"], result["contactId"], result["opportunityId"]) == (account, contact, None)
    kept, person = _read(ask, "Account", account), _read(ask, "Contact", contact)
    assert (kept["Name"], kept["Phone"], kept["Website"]) == ("Kept", "111", "https://n.example")
    assert (person["LastName"], person["Email"], person["LeadSource"]) == ("Kept", "v@northwind.example", "Web")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("", "INVALID_STATUS"),
        ("<convertedStatus>Closed - Not Converted</convertedStatus>", "INVALID_STATUS"),
        (STATUS + "<accountId>nonsense</accountId>", "MALFORMED_ID"),
        (STATUS + "<accountId>001000000000001AAA</accountId>", "INVALID_CROSS_REFERENCE_KEY"),
        (STATUS + "<contactId>003000000000001AAA</contactId>", "REQUIRED_FIELD_MISSING"),
        (STATUS + "<ownerId>00G000000000001AAA</ownerId>", "INVALID_CROSS_REFERENCE_KEY"),
        (STATUS + "<ownerId>005000000000001AAA</ownerId>", "INVALID_CROSS_REFERENCE_KEY"),
    ],
    ids=["no status", "status", "account", "no account", "contact alone", "queue", "no owner"],
)
def test_a_lead_that_cannot_be_converted_says_why_and_stays_a_lead(soap: Soap, ask: Ask, more: str, code: str) -> None:
    lead = _lead(ask, Company="Never made")
    answer = soap(f"<convertLead><leadConverts><leadId>{lead}</leadId>{more}</leadConverts></convertLead>")
    assert f"<statusCode>{code}</statusCode>" in answer.text
    assert _read(ask, "Lead", lead)["IsConverted"] is False
    text = "SELECT COUNT() FROM Account WHERE Name = 'Never made'"
    assert ask("GET", f"{V}/query", params={"q": text}).json()["totalSize"] == 0


@pytest.mark.parametrize("lead", ["", "nonsense", "001000000000001AAA", "00Q000000000001AAA", "00Q' OR Id != '"])
def test_an_id_of_no_lead_is_a_result_with_an_error(soap: Soap, lead: str) -> None:
    answer = soap(f"<convertLead><leadConverts><leadId>{lead}</leadId>{STATUS}</leadConverts></convertLead>")
    assert answer.status_code == 200
    assert "<success>false</success>" in answer.text


def test_a_lock_holds_one_lead_and_lets_the_other_through(soap: Soap, ask: Ask, org: LocalOrg) -> None:
    asked = "".join(f"<leadConverts><leadId>{_lead(ask)}</leadId>{STATUS}</leadConverts>" for _ in range(2))
    org.faults.add(Fault("Soap", "lock", rows=1))
    held, free = _results(soap(f"<convertLead>{asked}</convertLead>"))
    assert (held["success"], free["success"]) == ("false", "true")


def test_a_fault_on_demand_is_a_fault_of_soap(soap: Soap, org: LocalOrg) -> None:
    org.faults.add(Fault("Soap", "limit"))
    assert _fault(soap("<getUserInfo/>"))[:2] == (500, "sf:REQUEST_LIMIT_EXCEEDED")


def test_records_live_their_lives_in_the_partner_dialect(soap: Soap, ask: Ask) -> None:
    rows = "<sObjects><type>Account</type><Name>A &amp; B</Name></sObjects><sObjects><type>Account</type></sObjects>"
    made, refused = _results(soap(f"<create>{rows}</create>"))
    assert (made["success"], refused["success"]) == ("true", "false")
    key = made["id"]
    row = f"<sObjects><type>Account</type><Id>{key}</Id><fieldsToNull>Phone</fieldsToNull><Site>N</Site></sObjects>"
    assert _results(soap(f"<update>{row}</update>"))[0]["success"] == "true"
    found = soap(f"<query><queryString>SELECT Id, Name FROM Account WHERE Id = '{key}'</queryString></query>")
    assert f"<sf:type>Account</sf:type><sf:Id>{key}</sf:Id>" in found.text
    assert "<sf:Name>A &amp; B</sf:Name></records><size>1</size>" in found.text
    read = f"<retrieve><fieldList>Id,Site</fieldList><sObjectType>Account</sObjectType><ids>{key}</ids></retrieve>"
    assert "<sf:Site>N</sf:Site>" in soap(read).text
    assert _results(soap(f"<delete><ids>{key}</ids><ids>x</ids></delete>"))[0]["success"] == "true"
    assert ask("GET", f"{V}/sobjects/Account/{key}").status_code == 404
    back, nothing = _results(soap(f"<undelete><ids>{key}</ids><ids>x</ids></undelete>"))
    assert (back["id"], back["success"], nothing["success"]) == (key, "true", "false")
    assert _read(ask, "Account", key)["Name"] == "A & B"


def test_a_record_leaves_the_bin_for_ever(soap: Soap, ask: Ask) -> None:
    lead = _lead(ask)
    ask("DELETE", f"{V}/sobjects/Lead/{lead}")
    assert _results(soap(f"<emptyRecycleBin><ids>{lead}</ids></emptyRecycleBin>"))[0]["success"] == "true"
    assert _results(soap(f"<undelete><ids>{lead}</ids></undelete>"))[0]["success"] == "false"


def test_only_who_may_convert_leads_converts_them(soap: Soap, ask: Ask, org: LocalOrg) -> None:
    lead = _lead(ask)
    eye = org.user("eye@acme.example", last_name="Eye", profile="Minimum Access - API Only Integrations")
    org.rights.permission_set("Leads", objects={"Lead": Can.READ | Can.EDIT | Can.VIEW_ALL})
    org.rights.assign("Leads", eye)
    asked = f"<convertLead><leadConverts><leadId>{lead}</leadId>{STATUS}</leadConverts></convertLead>"
    refused = soap(asked, session=org.access.token_for("eye@acme.example"))
    assert "<statusCode>INSUFFICIENT_ACCESS_OR_READONLY</statusCode>" in refused.text
    assert _read(ask, "Lead", lead)["IsConverted"] is False


def test_the_enterprise_dialect_names_each_type(soap: Soap) -> None:
    row = '<sObjects xmlns:e="urn:sobject.enterprise.soap.sforce.com" xsi:type="e:Account"><Name>E</Name></sObjects>'
    made = soap(f"<create>{row}</create>", path=C)
    assert "<createResponse><result><id>001" in made.text
    found = soap("<query><queryString>SELECT Name FROM Account WHERE Name = 'E'</queryString></query>", path=C)
    assert '<records xsi:type="sf:Account"><sf:Name>E</sf:Name></records>' in found.text


def test_a_long_result_is_read_by_its_locator(soap: Soap, ask: Ask) -> None:
    for _ in range(2):
        rows = [{"attributes": {"type": "Contact"}, "LastName": "Paged"}] * 200
        ask("POST", f"{V}/composite/sobjects", json={"records": rows})
    text = "<query><queryString>SELECT Id FROM Contact WHERE LastName = 'Paged'</queryString></query>"
    first = soap(text, header="<QueryOptions><batchSize>200</batchSize></QueryOptions>")
    locator = ET.fromstring(first.content).findtext(f".//{PARTNER}queryLocator")
    last = soap(f"<queryMore><queryLocator>{locator}</queryLocator></queryMore>")
    assert [page.text.count("<records") for page in (first, last)] == [200, 200]
    assert "<done>true</done>" in last.text


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("<query><queryString>SELECT</queryString></query>", "sf:MALFORMED_QUERY"),
        ("<query><queryString>SELECT Nothing FROM Lead</queryString></query>", "sf:INVALID_FIELD"),
        ("<queryMore><queryLocator>../limits</queryLocator></queryMore>", "sf:INVALID_QUERY_LOCATOR"),
        ("<describeEverything/>", "soapenv:Client"),
        ("", "soapenv:Client"),
    ],
)
def test_what_cannot_be_done_is_a_fault(soap: Soap, operation: str, code: str) -> None:
    assert _fault(soap(operation))[:2] == (500, code)


BOMB = (
    '<!DOCTYPE a [<!ENTITY b "'
    + "b" * 1000
    + '">'
    + "".join(f'<!ENTITY b{n} "{"&b;" * 1000}">' for n in range(9))
    + "]>"
)
FILE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "body",
    [
        BOMB + "<a>&b8;</a>",
        FILE + "<a>&b;</a>",
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>',
        "<a/>",
        "nonsense",
        "<" * 100_000,
        "<a>" * 200_000,
        b"\x00\xff",
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
        b'<?xml version="1.0" encoding="utf-7"?><a/>',
    ],
    ids=["bomb", "file", "dtd", "no envelope", "text", "brackets", "deep", "bytes", "encoding", "utf-7"],
)
def test_what_is_no_envelope_is_the_clients_fault(soap: Soap, body: str | bytes) -> None:
    answer = soap("", body=body)
    assert _fault(answer)[:2] == (500, "soapenv:Client")
    assert "root:" not in answer.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.sampled_from(["convertLead", "create", "query", "retrieve", "login", "undelete"]), st.text(max_size=40))
def test_any_text_in_an_operation_is_answered_in_xml(soap: Soap, name: str, text: str) -> None:
    plain = text.replace("&", "&amp;").replace("<", "&lt;")
    inner = "".join(f"<{one}>{plain}</{one}>" for one in ("ids", "queryString", "fieldList", "username", "password"))
    answer = soap(f"<{name}>{inner}<leadConverts>{inner}</leadConverts><sObjects>{inner}</sObjects></{name}>")
    assert answer.status_code == 200 or "UNKNOWN_EXCEPTION" not in answer.text
    ET.fromstring(answer.content)


@pytest.mark.parametrize("path", ["/services/Soap/u/68.0", "/services/Soap/u/x"])
def test_a_version_that_there_is_not_is_a_fault(soap: Soap, path: str) -> None:
    assert _fault(soap("<getUserInfo/>", path=path))[1] == "sf:UNSUPPORTED_API_VERSION"
