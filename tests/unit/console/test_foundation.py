"""The foundation as a page: it teaches before the first audit, runs one beside itself, and takes people's word."""

from time import monotonic, sleep

from starlette.testclient import TestClient
from tests.unit.console.conftest import MAYA, PRIYA, SignIn


def audited(browser: TestClient) -> None:
    """Have the foundation audited on its page, and wait until it is."""
    if browser.get("/api/foundation").json()["audited_at"]:
        return
    assert browser.post("/foundation/audit", data={"calls": ""}).headers["Location"] == "/foundation"
    deadline = monotonic() + 60
    while browser.get("/api/foundation/progress").json()["under_way"]["ended_at"] is None:
        assert monotonic() < deadline
        sleep(0.02)


def test_before_the_first_audit_the_page_says_what_it_is_and_offers_it(sign_in: SignIn) -> None:
    page = sign_in(PRIYA).get("/foundation").text
    assert "Nothing was audited yet" in page
    assert 'data-opens="run-audit"' in page


def test_a_rep_neither_sees_the_foundation_nor_has_it_audited(sign_in: SignIn) -> None:
    browser = sign_in(MAYA)
    assert browser.get("/foundation").status_code == 403
    assert browser.post("/foundation/audit", data={}).status_code == 403


def test_an_audit_runs_beside_its_page_and_the_nineteen_stand_there_when_it_has_ended(sign_in: SignIn) -> None:
    browser = sign_in(PRIYA)
    audited(browser)
    found = browser.get("/api/foundation").json()
    assert found["by"] == PRIYA
    assert sum(len(one["items"]) for one in found["groups"]) == 19
    page = browser.get("/foundation").text
    assert "of 19 items pass" in page
    assert 'role="group" aria-label="Scores.' in page  # a chart whose dots lead down to the items


def test_each_item_that_does_not_hold_says_what_it_does_to_which_workflow(sign_in: SignIn) -> None:
    browser = sign_in(PRIYA)
    audited(browser)
    items = [one for group in browser.get("/api/foundation").json()["groups"] for one in group["items"]]
    harmed = {one["key"]: one["harms"] for one in items if one["harms"]}
    assert harmed
    assert not any(one["harms"] for one in items if one["status"] == "passes")
    page = browser.get("/foundation").text
    for harms in harmed.values():
        for one in harms:
            assert one["says"] in page


def test_what_each_workflow_lacks_leads_to_the_item(sign_in: SignIn) -> None:
    browser = sign_in(PRIYA)
    audited(browser)
    resting = browser.get("/api/foundation").json()["resting"]
    assert {one["workflow"] for one in resting} >= {"route-inbound-leads", "single-threaded-larger-deals"}
    assert any(one["lacks"] for one in resting)
    page = browser.get("/foundation").text
    for lacks in (each for one in resting for each in one["lacks"]):
        assert f'href="#{lacks["key"]}"' in page
        assert f'id="{lacks["key"]}"' in page


def test_what_no_data_shows_is_attested_in_the_name_of_who_says_it_and_can_be_taken_back(sign_in: SignIn) -> None:
    browser = sign_in(PRIYA)
    audited(browser)
    said = "The handbook says it <b>plainly</b>"
    answer = browser.post("/foundation/items/forecast-categories/attest", data={"says": said})
    assert answer.headers["Location"] == "/foundation#forecast-categories"
    page = browser.get("/foundation").text
    assert "The handbook says it &lt;b&gt;plainly&lt;/b&gt;" in page
    assert f"{PRIYA}, 16 Nov 2026; holds until" in page
    browser.post("/foundation/items/forecast-categories/withdraw", data={"why": "it moved"})
    assert "The handbook says" not in browser.get("/foundation").text


def test_htmx_asks_for_how_far_the_audit_is_and_gets_that_part_alone(sign_in: SignIn) -> None:
    browser = sign_in(PRIYA)
    audited(browser)
    asks = {"HX-Request": "true", "HX-Target": "div#audit-progress"}
    part = browser.get("/foundation/progress", headers=asks).text
    assert "The audit has ended" in part
    assert "<html" not in part
    assert "hx-trigger" not in part  # it has ended: nobody asks again


def test_findings_are_paged_and_lead_to_their_records(sign_in: SignIn) -> None:
    browser = sign_in(PRIYA)
    audited(browser)
    found = browser.get("/api/foundation/findings").json()["found"]
    assert len(found["rows"]) == min(25, found["total"])
    page = browser.get("/foundation/findings").text
    for one in found["rows"]:
        for record in one["records"]:
            assert f'href="/records/{record["id"]}"' in page
