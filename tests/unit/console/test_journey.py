"""Runs, one run, one record's whole journey, and search: what each reader sees of them and does there."""

import csv
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from tests.unit.console.conftest import DANA, MAYA, PRIYA, SignIn

from upbeat import operations
from upbeat.console.mounting import written
from upbeat.ledger import Entry, Kind
from upbeat.localorg.rules import ValidationRule
from upbeat.operations import System
from upbeat.operations.tracing.trail import AREAS, SYSTEMS
from upbeat.testing import House

ROUTE, ADVANCE = "route-inbound-leads", "advance-stage"
BEN = "ben.foster@acme.example"
ROWAN = "rowan.ellis@acme.example"
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


def test_a_suggested_change_stands_once_with_its_decision_and_its_fields_by_their_labels(
    sign_in: SignIn, told: Told
) -> None:
    for address in (f"/runs/{told.run}", f"/records/{told.deal}"):
        page = unescape(sign_in(PRIYA).get(address).text)
        shown = page.replace(page[page.index("Every turn, and why") :], "")
        assert shown.count("A change of stage always needs approval") == 1
        assert (shown.count("Verbal Commitment is true"), "Verbal_Commitment__c" in page) == (1, False)
        assert '<dt title="StageName">Stage</dt>' in shown


def test_people_and_records_of_a_journey_go_by_their_names(sign_in: SignIn, house: House, told: Told) -> None:
    found = sign_in(PRIYA).get(f"/api/runs/{told.stuck_run}").json()["told"]
    [owner] = found["suggestions"][0]["fields"]
    assert (owner["label"], owner["before"]["says"]) == ("Owner", "New Leads")
    ids = {*house.ids.values(), told.stuck}
    assert [one for one in ids if one in str([found["suggestions"][0]["fields"], found["turns"]])] == []


def test_a_record_is_explained_to_whoever_owns_it(sign_in: SignIn, told: Told) -> None:
    page = sign_in(MAYA).get(f"/records/{told.deal}")
    assert (page.status_code, "Waits for a person" in page.text) == (200, True)


@pytest.mark.parametrize("page", ["/records/{deal}", "/runs/{run}", "/api/records/{deal}", "/api/runs/{run}"])
def test_somebody_elses_record_and_run_are_as_if_they_were_not_there(sign_in: SignIn, told: Told, page: str) -> None:
    assert sign_in(BEN).get(page.format(deal=told.deal, run=told.run)).status_code == 404
    assert sign_in(BEN).post(f"/api/runs/{told.run}/wrong", json={"kind": "wrong fact"}).status_code == 404
    assert sign_in(BEN).get("/runs").status_code == 403


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
    page = sign_in(MAYA).get(f"/records/{told.deal}").text
    assert "You said: wrong fact." in page
    assert "Priya Shah answers" in page


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


@pytest.mark.parametrize("days", ["since=0001-01-01", "until=9999-12-31"])
@pytest.mark.usefixtures("told")
def test_a_day_beyond_all_that_is_kept_leaves_nothing_out(sign_in: SignIn, days: str) -> None:
    browser = sign_in(PRIYA)
    assert browser.get(f"/api/runs?{days}").json()["page"] == browser.get("/api/runs").json()["page"]


@pytest.mark.parametrize(
    ("page", "asked", "why"),
    [
        pytest.param("runs", "since=2026-13-01", "Since '2026-13-01' is no day", id="runs of no day"),
        pytest.param("runs", "state=nope", "No run has the state 'nope'", id="runs of no state"),
        pytest.param("audit", "until=31.12.2026", "Until '31.12.2026' is no day", id="entries of no day"),
        pytest.param("audit", "record=xyz", "'xyz' is no record's id", id="entries of no record"),
    ],
)
def test_what_cannot_be_looked_for_is_told_above_the_form_that_asked_for_it(
    sign_in: SignIn, page: str, asked: str, why: str
) -> None:
    browser = sign_in(PRIYA)
    answer = browser.get(f"/{page}?{asked}&workflow={ROUTE}")
    told = unescape(answer.text)
    assert (answer.status_code, why in told, f'<option value="{ROUTE}" selected' in told) == (200, True, True)
    assert browser.get(f"/api/{page}?{asked}").status_code == 409


@pytest.mark.parametrize("page", ["runs?after=", "audit?before=", "audit?entry="])
@pytest.mark.parametrize("number", ["-1", "9" * 30, "x"])
def test_a_number_that_nothing_has_is_no_fault_of_the_server(sign_in: SignIn, page: str, number: str) -> None:
    assert sign_in(PRIYA).get(f"/api/{page}{number}").status_code == 422


# The history


def test_the_history_is_for_whom_the_policy_lets_audit(sign_in: SignIn) -> None:
    assert sign_in(MAYA).get("/audit").status_code == 403
    assert sign_in(MAYA).post("/audit/export.csv").status_code == 403


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        pytest.param("about=gate", "needs approval", "was created", id="by area"),
        pytest.param("actor=router", "Step route ran", "The condition held", id="by agent"),
        pytest.param("step=advance", "Step advance, agent deal-inspector", "Step route ran", id="by step"),
        pytest.param("system=people", "Put to ", "The condition held", id="by system"),
        pytest.param(f"workflow={ROUTE}", "Step route ran", "Step advance ran", id="by workflow"),
    ],
)
def test_the_history_is_searched(sign_in: SignIn, query: str, there: str, not_there: str) -> None:
    page = unescape(sign_in(PRIYA).get(f"/audit?{query}").text)
    assert (there in page, not_there in page) == (True, False)


def test_the_history_of_one_record_is_found_by_its_id(sign_in: SignIn, told: Told) -> None:
    found = sign_in(PRIYA).get(f"/api/audit?record={told.deal[:15]}").json()["trail"]["lines"]
    assert {one["record_id"] for one in found} == {told.deal}
    assert {one["name"] for one in found} == {"Lowell - Platform"}


def test_an_entry_is_found_by_its_position(sign_in: SignIn) -> None:
    found = sign_in(PRIYA).get("/api/audit?entry=3").json()["trail"]["lines"]
    assert [one["told"]["position"] for one in found] == [3]


@pytest.mark.parametrize("query", ["about=nothing", "system=fax", "record=x", "run=zz", "about=gate&system=mail"])
def test_a_search_that_can_find_nothing_says_what_there_is(sign_in: SignIn, query: str) -> None:
    answer = sign_in(PRIYA).get(f"/api/audit?{query}")
    assert (answer.status_code, bool(answer.json()["error"]["fix"])) == (409, True)


def test_every_kind_of_entry_is_of_an_area_and_of_one_system() -> None:
    for kind in Kind:
        assert kind.split(":")[0] in AREAS
        assert [one for one in System if kind.startswith(SYSTEMS[one])] != []


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_export_proves_itself_and_is_an_entry(sign_in: SignIn, tmp_path: Path, told: Told, form: str) -> None:
    browser = sign_in(PRIYA)
    answer = browser.post(f"/audit/export.{form}?record={told.deal}")
    file = tmp_path / f"export.{form}"
    file.write_bytes(answer.content)
    checked = operations.check_file(file)
    assert (answer.status_code, checked.ok, checked.entries > 3) == (200, True, True)
    newest = browser.get("/api/audit?about=ledger").json()["trail"]["lines"][0]["told"]
    assert (newest["what"], newest["actor"]) == ("entries exported", PRIYA)


def test_no_address_takes_an_export_away_but_a_page_of_ours_that_asks_for_it(sign_in: SignIn) -> None:
    browser = sign_in(PRIYA)
    before = browser.get("/api/audit?about=ledger").json()["trail"]["lines"]
    assert browser.get("/audit/export.csv").status_code == 405
    assert browser.post("/audit/export.csv", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert browser.post("/audit/export.csv", headers={"X-Form-Token": ""}).status_code == 403
    assert browser.get("/api/audit?about=ledger").json()["trail"]["lines"] == before


def test_whoever_reads_an_export_slowly_keeps_nothing_of_the_store_open(house: House) -> None:
    _, rows = operations.export_ledger(house.space.house, PRIYA, "csv")
    pieces = written(operations.lines(rows, operations.Form.CSV))
    with pytest.raises(StopIteration):  # all of it was read before the first piece leaves
        next(rows)
    assert b"".join(pieces).startswith(b"row,")


def test_a_formula_in_an_export_is_text_to_a_spreadsheet_and_the_export_still_proves_itself(
    house: House, tmp_path: Path
) -> None:
    space = house.space
    with space.store.writing() as conn:
        space.ledger.append(conn, [Entry(Kind.STOPPED, "=cmd|'/c calc'!A1", {"why": "=1+1"}, workflow="@SUM(A1)")])
    _, rows = operations.export_ledger(space.house, PRIYA, "csv")
    file = tmp_path / "export.csv"
    file.write_text("".join(operations.lines(rows, operations.Form.CSV)), encoding="utf-8", newline="")
    with file.open(encoding="utf-8", newline="") as opened:
        cells = [cell for row in csv.reader(opened) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert "'=cmd|'/c calc'!A1" in cells
    assert operations.check_file(file).ok


def test_the_seal_is_verified_from_the_page(sign_in: SignIn) -> None:
    browser = sign_in(PRIYA)
    assert browser.post("/audit/verify").headers["Location"] == "/audit"
    for _ in range(200):
        page = browser.get("/audit").text
        if "The history holds" in page:
            break
        time.sleep(0.02)
    assert "The history holds" in page


# Taking back


def test_nothing_is_said_of_what_would_go_back_before_somebody_chooses(sign_in: SignIn) -> None:
    assert "Choose what to take back" in sign_in(PRIYA).get("/rollbacks/new").text
    assert sign_in(PRIYA).post("/api/rollbacks", json={}).status_code == 409


def test_what_nobody_wrote_begins_no_rollback(sign_in: SignIn) -> None:
    answer = sign_in(PRIYA).post("/api/rollbacks", json={"object": "Nope", "field": "Nope"})
    assert answer.status_code == 409
    assert answer.json()["error"]["what"] == "nothing was written that fits object Nope, field Nope"


def test_a_run_that_wrote_nothing_says_that_there_is_nothing_to_take_back(sign_in: SignIn, told: Told) -> None:
    page = unescape(sign_in(PRIYA).get(f"/rollbacks/new?run={told.run}").text)
    assert ("Nothing can be taken back" in page, "wrote nothing" in page) == (True, True)


def test_what_was_written_is_shown_first_and_goes_back_on_one_word(sign_in: SignIn, house: House, told: Told) -> None:
    [review] = [one for one in house.reviews() if one.record_id == told.deal and one.kind == "suggested change"]
    for person in (ROWAN, DANA):
        house.approve(review, person)
    house.play()
    browser = sign_in(PRIYA)
    page = unescape(browser.get(f"/rollbacks/new?run={told.run}").text)
    assert ("1 change would go back" in page, "Negotiation/Review" in page) == (True, True)
    assert ('<td title="StageName">Stage</td>' in page, f'<a href="/records/{told.deal}">Lowell' in page) == (
        True,
        True,
    )
    assert browser.get(f"/api/rollbacks/new?workflow={ADVANCE}").json()["writes"] == 1
    answer = browser.post("/rollbacks", data={"run": told.run})
    assert answer.headers["Location"].startswith("/runs/")
    house.play()
    assert "taken back" in browser.get(f"/rollbacks/new?run={told.run}").text


def test_only_who_may_take_changes_back(sign_in: SignIn, told: Told) -> None:
    assert sign_in(MAYA).post("/rollbacks", data={"run": told.run}).status_code == 403
