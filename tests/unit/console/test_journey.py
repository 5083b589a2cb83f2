"""Runs, one run, one record's whole journey, and search: what each reader sees of them and does there."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import pytest
from tests.unit.console.conftest import MAYA, PRIYA, SignIn

from upbeat.localorg.rules import ValidationRule
from upbeat.testing import House

ROUTE, ADVANCE = "route-inbound-leads", "advance-stage"
SCRIPT = "<script>alert(1)</script>"


@dataclass
class Told:
    """Record ids of the story, and runs by them."""

    deal: str = ""
    stuck: str = ""
    run: str = ""
    stuck_run: str = ""


@pytest.fixture(scope="module")
def told() -> Told:
    return Told()


@pytest.fixture(scope="module")
def house(told: Told) -> Iterator[House]:
    """A deal of Maya's waits for its approval; a lead whose company is a script is stuck."""
    with House(only=[ROUTE, ADVANCE]) as one:
        one.org.define(rules=[ValidationRule("Lead", "Held", "ISCHANGED(OwnerId)", "Not this one")])
        one.promote(ROUTE, ADVANCE)
        queue = {"OwnerId": one.ids["New Leads"]}
        told.stuck = one.create("Lead", LastName="Rowe", Company=SCRIPT, Country="UK", City="London", **queue)
        values = {"StageName": "Proposal/Price Quote", "CloseDate": "2027-03-31", "Amount": 42_000}
        told.deal = one.create("Opportunity", by=MAYA, Name="Lowell - Platform", **values)
        one.play("1 minute")
        one.update("Opportunity", told.deal, by=MAYA, Verbal_Commitment__c=True)
        one.play()
        told.run, told.stuck_run = one.run(told.deal).run, one.run(told.stuck).run
        yield one


def test_the_list_of_runs_says_what_each_is_about_and_where_it_stands(sign_in: SignIn) -> None:
    page = sign_in(PRIYA).get("/runs").text
    assert "Lowell - Platform" in page
    assert "waits for a person" in page
    assert "step route, router" in page


def test_a_script_in_a_leads_company_is_shown_as_text(sign_in: SignIn, told: Told) -> None:
    browser = sign_in(PRIYA)
    for address in ("/runs", f"/records/{told.stuck}", f"/runs/{told.stuck_run}", "/search?q=rowe"):
        page = browser.get(address).text
        assert (SCRIPT in page, SCRIPT in unescape(page)) == (False, True), address


def test_filters_stand_in_the_address_and_in_the_form(sign_in: SignIn) -> None:
    page = sign_in(PRIYA).get("/runs?state=dead&agent=router").text
    assert '<option value="dead" selected>stuck</option>' in page
    assert "Lowell - Platform" not in page


def test_no_run_that_fits_says_how_to_find_one(sign_in: SignIn) -> None:
    assert "No run fits" in sign_in(PRIYA).get("/runs?outcome=nothing").text


def test_a_day_that_is_none_is_told_in_words(sign_in: SignIn) -> None:
    answer = sign_in(PRIYA).get("/api/runs?since=soon")
    assert (answer.status_code, answer.json()["error"]["fix"]) == (409, "Write it as 2026-11-21.")


def test_one_run_tells_every_turn_with_its_reason(sign_in: SignIn, told: Told) -> None:
    page = unescape(sign_in(PRIYA).get(f"/runs/{told.run}").text)
    assert "The condition held: " in page
    assert "Proposal/Price Quote" in page
    assert "needs approval" in page


def test_a_record_is_explained_to_whoever_owns_it(sign_in: SignIn, told: Told) -> None:
    page = sign_in(MAYA).get(f"/records/{told.deal}")
    assert (page.status_code, "Waits for a person" in page.text) == (200, True)


def test_programs_see_the_same_journey(sign_in: SignIn, told: Told) -> None:
    story = sign_in(PRIYA).get(f"/api/records/{told.deal}").json()["story"]
    assert [run["line"]["workflow"] for run in story["runs"]] == [ADVANCE]


def test_search_leads_to_the_record_and_to_its_question(sign_in: SignIn, told: Told) -> None:
    page = sign_in(PRIYA).get("/search?q=lowell").text
    assert f'href="/records/{told.deal}"' in page
    assert 'href="/review/' in page


def test_it_is_wrong_goes_to_its_owner_with_a_time_at_one_click(sign_in: SignIn, told: Told) -> None:
    answer = sign_in(MAYA).post(f"/records/{told.deal}/wrong", data={"run": told.run, "kind": "wrong fact"})
    assert answer.headers["Location"] == f"/records/{told.deal}"
    assert f"Reported as wrong by {MAYA}" in sign_in(MAYA).get(f"/records/{told.deal}").text


def test_nobody_reports_the_same_run_twice(sign_in: SignIn, told: Told) -> None:
    said = {"kind": "wrong time", "why": "it moved"}
    answers = [sign_in(PRIYA).post(f"/api/runs/{told.run}/wrong", json=said) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 409]


def test_a_stuck_run_is_tried_again_by_whom_it_is_put_to(sign_in: SignIn, house: House, told: Told) -> None:
    browser = sign_in(PRIYA)
    assert "Try again" in browser.get(f"/runs/{told.stuck_run}").text
    said = browser.post(f"/api/runs/{told.stuck_run}/retry", json={"note": "the rule is gone"}).json()["said"]
    assert said.startswith("It is tried again.")
    assert browser.post(f"/api/runs/{told.stuck_run}/retry", json={}).status_code == 404
    house.play()
    assert house.run(told.stuck).state == "dead"
