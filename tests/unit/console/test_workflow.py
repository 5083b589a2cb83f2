"""One workflow's pages: what it is, its versions, a test of it."""

import pytest
from tests.unit.console.conftest import DANA, MAYA, PRIYA, SignIn

from upbeat.testing import House

LARGER = "single-threaded-larger-deals"
PUSH = "repeated-close-date-push"
FILE = f"workflows/{LARGER}.yaml"


def test_a_workflow_says_what_starts_it_and_what_it_does(sign_in: SignIn) -> None:
    page = sign_in(DANA).get(f"/workflows/{LARGER}").text
    for words in (
        "Flag larger deals",
        "Opportunity, weekdays at 07:00",
        "$Signal.ContactRoles",
        "50000",
        "flag",
        "ask",
    ):
        assert words in page


@pytest.mark.parametrize("page", ["", "/versions", "/test"])
def test_a_workflow_that_there_is_not_is_not_found(sign_in: SignIn, page: str) -> None:
    assert sign_in(PRIYA).get(f"/workflows/nothing{page}").status_code == 404


def test_a_test_tells_each_record_and_that_nothing_was_written(sign_in: SignIn, house: House) -> None:
    house.create("Opportunity", Name="<b>Bold</b>", StageName="Qualification", CloseDate="2026-12-01", Amount=90_000)
    browser = sign_in(PRIYA)
    found = browser.post(f"/api/workflows/{LARGER}/test", json={}).json()
    assert (found["written"], [one["name"] for one in found["records"] if one["fired"]]) == (0, ["<b>Bold</b>"])
    part = browser.post(f"/workflows/{LARGER}/test", headers={"HX-Request": "true", "HX-Target": "div#tested"}).text
    assert "nothing was written" in part
    assert "&lt;b&gt;Bold" in part
    assert "<b>Bold" not in part
    assert house.written() == []


def test_a_draft_that_is_wrong_is_told_with_its_line(sign_in: SignIn, house: House) -> None:
    draft = (house.folder / FILE).read_text().replace("Amount >", "Amuont >")
    error = sign_in(PRIYA).post(f"/api/workflows/{LARGER}/test", json={"text": draft}).json()["error"]
    assert "Amuont" in error["what"]


def test_who_may_not_build_tests_nothing(sign_in: SignIn) -> None:
    assert sign_in(MAYA).post(f"/api/workflows/{LARGER}/test", json={}).status_code == 403


def test_two_versions_stand_side_by_side_and_an_earlier_one_comes_back_as_a_new_one(
    sign_in: SignIn, house: House
) -> None:
    before = (house.folder / FILE).read_text()
    house.write({FILE: before.replace("{value: 50000,", "{value: 80000,")})
    browser = sign_in(PRIYA)
    drafted = browser.get(f"/api/workflows/{LARGER}/versions").json()
    assert (drafted["drafted"], drafted["one"], drafted["other"]) == (True, 1, 0)
    house.publish(LARGER)
    page = browser.get(f"/workflows/{LARGER}/versions").text
    assert "50000" in page
    assert "80000" in page
    answer = browser.post(f"/workflows/{LARGER}/versions/1/revert", data={"note": "too few"})
    assert answer.headers["Location"] == f"/workflows/{LARGER}/versions"
    found = browser.get(f"/api/workflows/{LARGER}/versions").json()["versions"]
    assert [(one["number"], one["note"]) for one in found][:2] == [(3, "too few"), (2, "")]
    assert (house.folder / FILE).read_text() == before


def test_a_version_that_there_is_not_is_refused(sign_in: SignIn) -> None:
    answer = sign_in(PRIYA).get(f"/api/workflows/{PUSH}/versions?one=9")
    assert "has no version 9" in answer.json()["error"]["what"]
