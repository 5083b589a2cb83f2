"""merge over SOAP: records become one, as Salesforce does it."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import httpx2
import pytest

from upbeat.localorg import Fault, LocalOrg, Server
from upbeat.localorg.rights import Can

V, U = "/services/data/v67.0", "/services/Soap/u/67.0"
PARTNER = "{urn:partner.soap.sforce.com}"
Ask = Callable[..., httpx2.Response]
Merge = Callable[..., httpx2.Response]


@pytest.fixture
def merge(served: tuple[LocalOrg, Server], token: str) -> Merge:
    """Send one merge request, as a client of the partner WSDL words it."""

    def send(name: str, master: str, *others: str, more: str = "", session: str = token) -> httpx2.Response:
        ids = "".join(f"<urn:recordToMergeIds>{one}</urn:recordToMergeIds>" for one in others)
        row = f"<urn1:type>{name}</urn1:type>{more}<urn1:Id>{master}</urn1:Id>"
        text = (
            '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
            'xmlns:urn="urn:partner.soap.sforce.com" xmlns:urn1="urn:sobject.partner.soap.sforce.com">'
            f"<soapenv:Header><urn:SessionHeader><urn:sessionId>{session}</urn:sessionId></urn:SessionHeader>"
            "</soapenv:Header><soapenv:Body><urn:merge><urn:request>"
            f"<urn:masterRecord>{row}</urn:masterRecord>{ids}"
            "</urn:request></urn:merge></soapenv:Body></soapenv:Envelope>"
        )
        headers = {"Content-Type": "text/xml", "SOAPAction": "merge"}
        return httpx2.post(f"{served[1].url}{U}", content=text.encode(), headers=headers)

    return send


def _result(answer: httpx2.Response) -> dict[str, list[str]]:
    assert answer.status_code == 200, answer.text
    result = ET.fromstring(answer.content).find(f".//{PARTNER}result")
    assert result is not None
    found: dict[str, list[str]] = {}
    for one in result.iter():
        found.setdefault(one.tag.rpartition("}")[2], []).append(one.text or "")
    return found


def _make(ask: Ask, name: str, **row: Any) -> str:
    return ask("POST", f"{V}/sobjects/{name}", json=row).json()["id"]


def _lead(ask: Ask, **row: Any) -> str:
    return _make(ask, "Lead", **{"LastName": "Vega", "Company": "Northwind", **row})


def _read(ask: Ask, name: str, key: str) -> dict[str, Any]:
    return ask("GET", f"{V}/sobjects/{name}/{key}").json()


def _all(ask: Ask, text: str) -> list[dict[str, Any]]:
    return ask("GET", f"{V}/queryAll", params={"q": text}).json()["records"]


def test_two_leads_become_one_with_the_values_that_were_asked_for(merge: Merge, ask: Ask) -> None:
    stays, goes = _lead(ask, Title="CFO"), _lead(ask, Phone="555", Title="CTO")
    task = _make(ask, "Task", Subject="Call", WhoId=goes)
    found = _result(merge("Lead", stays, goes, more="<urn1:Phone>555</urn1:Phone>"))
    assert (found["success"], found["id"], found["mergedRecordIds"]) == (["true"], [stays], [goes])
    moved = found["updatedRelatedIds"]
    assert (moved[0], [one[:3] for one in moved]) == (task, ["00T", "0RT"])  # the task, and its row of whom it is with
    kept = _read(ask, "Lead", stays)
    assert (kept["Phone"], kept["Title"]) == ("555", "CFO")
    assert _read(ask, "Task", task)["WhoId"] == stays
    (gone,) = _all(ask, f"SELECT MasterRecordId, IsDeleted FROM Lead WHERE Id = '{goes}'")
    assert (gone["MasterRecordId"], gone["IsDeleted"]) == (stays, True)


def test_what_hangs_on_an_account_moves_to_the_one_that_stays(merge: Merge, ask: Ask) -> None:
    stays, one, two = (_make(ask, "Account", Name=name) for name in ("Stays", "One", "Two"))
    contact = _make(ask, "Contact", LastName="Vega", AccountId=one)
    won = {"Name": "W", "StageName": "Closed Won", "CloseDate": "2026-01-31", "AccountId": two}
    deal = _make(ask, "Opportunity", **won)
    below = _make(ask, "Account", Name="Below", ParentId=one)
    child = ask("PATCH", f"{V}/sobjects/Account/{stays}", json={"ParentId": two})
    assert child.status_code == 204
    found = _result(merge("Account", stays, one, two))
    assert (found["success"], found["mergedRecordIds"]) == (["true"], [one, two])
    assert _read(ask, "Contact", contact)["AccountId"] == stays
    assert _read(ask, "Opportunity", deal)["AccountId"] == stays
    assert _read(ask, "Account", below)["ParentId"] == stays
    assert _read(ask, "Account", stays)["ParentId"] is None  # and not itself


def test_a_campaign_has_the_merged_person_once(merge: Merge, ask: Ask) -> None:
    stays, goes = (_make(ask, "Contact", LastName="Vega") for _ in range(2))
    fair, show = (_make(ask, "Campaign", Name=name) for name in ("Fair", "Show"))
    for campaign, contact in ((fair, stays), (fair, goes), (show, goes)):
        _make(ask, "CampaignMember", CampaignId=campaign, ContactId=contact)
    assert _result(merge("Contact", stays, goes))["success"] == ["true"]
    rows = _all(ask, f"SELECT CampaignId FROM CampaignMember WHERE ContactId = '{stays}' AND IsDeleted = false")
    assert sorted(row["CampaignId"] for row in rows) == sorted([fair, show])


def test_a_merge_is_told_as_an_update_of_the_one_and_a_delete_of_the_other(
    merge: Merge, ask: Ask, org: LocalOrg
) -> None:
    stays, goes = _lead(ask), _lead(ask)
    before = org.journal.tip
    merge("Lead", stays, goes, more="<urn1:Phone>555</urn1:Phone>")
    told = [(one.record_id, one.change) for one in org.journal.read(before, 50) if one.object == "Lead"]
    assert told == [(goes, "DELETE"), (stays, "UPDATE")]


def test_a_record_that_comes_back_from_a_merge_is_nobodys_any_more(merge: Merge, ask: Ask, org: LocalOrg) -> None:
    stays, goes = _lead(ask), _lead(ask)
    merge("Lead", stays, goes)
    (back,) = org.undelete([goes], org.process_user)
    assert back.ok
    assert _read(ask, "Lead", goes)["MasterRecordId"] is None


@pytest.mark.parametrize(
    ("others", "code"),
    [
        ([], "MERGE_FAILED"),
        (["itself"], "MERGE_FAILED"),
        (["a", "b", "c"], "MERGE_FAILED"),
        (["nonsense"], "MALFORMED_ID"),
        (["001000000000001AAA"], "MALFORMED_ID"),
        (["00Q000000000001"], "INVALID_CROSS_REFERENCE_KEY"),
        (["deleted"], "ENTITY_IS_DELETED"),
    ],
    ids=["none", "itself", "three", "no id", "account", "no such lead", "deleted"],
)
def test_what_cannot_be_merged_says_why_and_stays(merge: Merge, ask: Ask, others: list[str], code: str) -> None:
    stays = _lead(ask)
    known = {"itself": stays, **{name: _lead(ask) for name in ("a", "b", "c", "deleted")}}
    ask("DELETE", f"{V}/sobjects/Lead/{known['deleted']}")
    found = _result(merge("Lead", stays, *(known.get(one, one) for one in others)))
    assert (found["success"], found["statusCode"]) == (["false"], [code])
    assert _read(ask, "Lead", known["a"])["IsDeleted"] is False


def test_a_value_that_does_not_fit_leaves_all_records_as_they_were(merge: Merge, ask: Ask) -> None:
    stays, goes = _lead(ask), _lead(ask)
    task = _make(ask, "Task", Subject="Call", WhoId=goes)
    found = _result(merge("Lead", stays, goes, more="<urn1:Email>nowhere</urn1:Email>"))
    assert (found["success"], found["statusCode"]) == (["false"], ["INVALID_EMAIL_ADDRESS"])
    assert _read(ask, "Lead", goes)["IsDeleted"] is False
    assert _read(ask, "Task", task)["WhoId"] == goes


def test_another_object_does_not_merge(merge: Merge, ask: Ask) -> None:
    deal = _make(ask, "Opportunity", Name="D", StageName="Prospecting", CloseDate="2026-01-31")
    answer = merge("Opportunity", deal, deal)
    assert answer.status_code == 500
    assert "entity type Opportunity does not support merge" in answer.text


def test_who_may_not_delete_leads_merges_none(merge: Merge, ask: Ask, org: LocalOrg) -> None:
    stays, goes = _lead(ask), _lead(ask)
    eye = org.user("eye@acme.example", last_name="Eye", profile="Minimum Access - API Only Integrations")
    org.rights.permission_set("Leads", objects={"Lead": Can.READ | Can.EDIT | Can.VIEW_ALL})
    org.rights.assign("Leads", eye)
    found = _result(merge("Lead", stays, goes, session=org.access.token_for("eye@acme.example")))
    assert (found["success"], found["statusCode"]) == (["false"], ["INSUFFICIENT_ACCESS_OR_READONLY"])
    assert _read(ask, "Lead", goes)["IsDeleted"] is False


def test_a_lock_holds_a_merge(merge: Merge, ask: Ask, org: LocalOrg) -> None:
    stays, goes = _lead(ask), _lead(ask)
    org.faults.add(Fault("Soap", "lock"))
    assert _result(merge("Lead", stays, goes))["statusCode"] == ["UNABLE_TO_LOCK_ROW"]
    assert _read(ask, "Lead", goes)["IsDeleted"] is False
