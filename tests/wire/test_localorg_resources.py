"""Relationships, conditions, limits, and what the org answers of features that nobody uses in it."""

from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import httpx2
import pytest

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg

V = "/services/data/v67.0"
Ask = Callable[..., httpx2.Response]


def _new(ask: Ask, name: str, **row: Any) -> str:
    return ask("POST", f"{V}/sobjects/{name}", json=row).json()["id"]


@pytest.fixture
def family(ask: Ask) -> tuple[str, str]:
    account = _new(ask, "Account", Name="Parent")
    return account, _new(ask, "Contact", LastName="Child", AccountId=account)


def test_a_parent_is_read_changed_and_deleted_by_the_relationship(ask: Ask, family: tuple[str, str]) -> None:
    account, contact = family
    path = f"{V}/sobjects/Contact/{contact}/Account"
    read = ask("GET", f"{path}?fields=Name").json()
    assert (read["Name"], read["Id"], "Phone" in read) == ("Parent", account, False)
    assert ask("PATCH", path, json={"Name": "Changed"}).status_code == 204
    assert ask("GET", path).json()["Name"] == "Changed"
    assert ask("DELETE", path).status_code == 204
    assert ask("GET", f"{V}/sobjects/Account/{account}").status_code == 404


def test_children_are_a_page_of_records(ask: Ask, family: tuple[str, str]) -> None:
    page = ask("GET", f"{V}/sobjects/Account/{family[0]}/Contacts?fields=LastName").json()
    assert (page["totalSize"], page["done"], page["records"][0]["LastName"]) == (1, True, "Child")
    assert ask("GET", f"{V}/sobjects/Account/{family[0]}/Contacts").json()["records"][0]["AccountId"] == family[0]


@pytest.mark.parametrize(
    ("relationship", "status"),
    [
        ("ReportsTo", 404),
        ("Nothing", 404),
        ("Account%20--", 404),
        ("Account?fields=Nothing", 400),
        ("Tasks?fields=Nothing", 400),
    ],
)
def test_a_relationship_that_leads_nowhere_says_so(
    ask: Ask, family: tuple[str, str], relationship: str, status: int
) -> None:
    assert ask("GET", f"{V}/sobjects/Contact/{family[1]}/{relationship}").status_code == status


def test_a_record_that_the_client_has_is_not_sent_again(ask: Ask, org: LocalOrg, family: tuple[str, str]) -> None:
    path = f"{V}/sobjects/Contact/{family[1]}"
    assert isinstance(org.clock, ManualClock)
    seen = ask("GET", path).headers["Last-Modified"]
    same = ask("GET", path, headers={"If-Modified-Since": seen})
    assert (same.status_code, same.content) == (304, b"")
    org.clock.advance(timedelta(seconds=2))
    ask("PATCH", path, json={"Title": "CFO"})
    assert ask("GET", path, headers={"If-Modified-Since": seen}).status_code == 200
    refused = ask("PATCH", path, json={"Title": "CEO"}, headers={"If-Unmodified-Since": seen})
    assert (refused.status_code, ask("GET", path).json()["Title"]) == (412, "CFO")
    later = format_datetime(org.clock.now(), usegmt=True)
    assert ask("PATCH", path, json={"Title": "CEO"}, headers={"If-Unmodified-Since": later}).status_code == 204


def test_an_account_is_known_by_its_tag_and_a_contact_is_not(ask: Ask, family: tuple[str, str]) -> None:
    path = f"{V}/sobjects/Account/{family[0]}"
    tag = ask("GET", path).headers["ETag"]
    assert "ETag" not in ask("GET", f"{V}/sobjects/Contact/{family[1]}").headers
    assert ask("GET", path, headers={"If-None-Match": f'"other", {tag}'}).status_code == 304
    assert ask("PATCH", path, json={"Name": "Mine"}, headers={"If-Match": tag}).status_code == 204
    assert ask("PATCH", path, json={"Name": "Theirs"}, headers={"If-Match": tag}).status_code == 412
    assert ask("GET", path).json()["Name"] == "Mine"


@pytest.mark.parametrize("date", ["yesterday", "", "Tue, 31 May 2016 18:00:00", "Thu, 32 Foo 2016 18:00:00 GMT"])
def test_a_condition_that_is_no_date_asks_nothing(ask: Ask, family: tuple[str, str], date: str) -> None:
    assert ask("GET", f"{V}/sobjects/Account/{family[0]}", headers={"If-Modified-Since": date}).status_code == 200


def test_a_description_is_sent_again_where_it_may_have_changed(ask: Ask) -> None:
    first = ask("GET", f"{V}/sobjects/Lead/describe")
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert ask("GET", f"{V}/sobjects/Lead/describe", headers=since).status_code == 304
    old = {"If-Modified-Since": "Tue, 31 May 2016 18:00:00 GMT"}
    assert ask("GET", f"{V}/sobjects/Lead/describe", headers=old).status_code == 200


def test_limits_say_what_there_is_and_what_is_left(ask: Ask) -> None:
    limits = ask("GET", f"{V}/limits").json()
    assert all(0 <= one["Remaining"] <= one["Max"] for one in limits.values())
    assert {"DailyApiRequests", "DataStorageMB", "HourlyPublishedPlatformEvents", "SingleEmail"} <= set(limits)


def test_records_are_counted_by_object(ask: Ask) -> None:
    lost = _new(ask, "Account", Name="Lost")
    found = ask(
        "GET", f"{V}/limits/recordCount", params={"sObjects": "account,Contact,Nothing,UserRecordAccess"}
    ).json()["sObjects"]
    ask("DELETE", f"{V}/sobjects/Account/{lost}")
    after = ask("GET", f"{V}/limits/recordCount?sObjects=Account").json()["sObjects"]
    assert [one["name"] for one in found] == ["Account", "Contact"]
    assert after == [{"count": found[0]["count"] - 1, "name": "Account"}]
    assert len(ask("GET", f"{V}/limits/recordCount").json()["sObjects"]) > 20


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("sobjects/Lead/describe/layouts", "layouts"),
        ("sobjects/Lead/describe/compactLayouts", "compactLayouts"),
        ("sobjects/Lead/describe/approvalLayouts", "approvalLayouts"),
        ("sobjects/Lead/listviews", "listviews"),
        ("process/approvals", "approvals"),
        ("process/rules", "rules"),
        ("actions/standard", "actions"),
    ],
)
def test_a_feature_that_nobody_uses_is_answered_empty(ask: Ask, path: str, key: str) -> None:
    answer = ask("GET", f"{V}/{path}")
    assert (answer.status_code, len(answer.json()[key])) == (200, 0)


def test_an_approval_is_asked_for_in_vain(ask: Ask) -> None:
    body = {"requests": [{"actionType": "Submit", "contextId": "001000000000001AAA"}]}
    answer = ask("POST", f"{V}/process/approvals", json=body)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "NO_APPLICABLE_PROCESS")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "search?q=FIND"),
        ("POST", "graphql"),
        ("POST", "composite/graph"),
        ("POST", "metadata/deployRequest"),
        ("GET", "chatter/feeds"),
        ("POST", "actions/standard/emailSimple"),
        ("GET", "sobjects/Nothing/describe/layouts"),
        ("GET", "sobjects/Nothing/listviews"),
    ],
)
def test_a_feature_that_the_org_has_not_is_not_found(ask: Ask, method: str, path: str) -> None:
    answer = ask(method, f"{V}/{path}")
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (404, "NOT_FOUND")


def test_each_resource_of_the_directory_is_there(ask: Ask) -> None:
    """A folder that holds resources and is none itself, and a query without its text, are there too."""
    answers = {name: ask("GET", path).status_code for name, path in ask("GET", V).json().items()}
    others = {name: status for name, status in answers.items() if status != 200}
    assert others == {"query": 400, "queryAll": 400, "jobs": 404, "process": 404}
