"""My flags and the first page: one's own, with why and what one can do; and the link of a notice that leads there."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.unit.console.conftest import DANA, MAYA, PRIYA, SignIn

from upbeat import operations
from upbeat.notices import Kind, Notice, State
from upbeat.notices.links import LASTS
from upbeat.operations.mine import my_flag, my_flags
from upbeat.testing import House

LUIS = "luis.ortega@acme.example"
THEO = "theo.grant@acme.example"
NAME, NEXT, WATCHED, ROUTE = "quiet-deal", "missing-next-step", "watched-deal", "route-inbound-leads"
HOSTILE = "<script>alert(1)</script> Lowell"
MOVES = ("multithread", "hold stage", "adjust close plan")
FLOW = f"""\
workflow: {NAME}
title: A customer agreed by word, and nothing is signed
function: ae
family: deal-execution
owner: priya.shah@acme.example
problem: Deals go quiet
metric: days_quiet
rollback: Nothing to take back, as it only asks
trigger:
  start: updated
  object: Opportunity
  watches: [Verbal_Commitment__c]
  when: |
    Verbal_Commitment__c
steps:
  - step: ask
    agent: deal-inspector
    use: request_decision
    of: '{{!$Record.OwnerId}}'
    question: What is the next move on {{!Name}}?
    choices: [{", ".join(MOVES)}]
    due: 2 days
outcomes:
  decided: {{when: '{{!NOT(ISBLANK($Step.ask.choice))}}'}}
  waiting: {{due: 2 days, then: escalate, to: '{{!$Record.Owner.ManagerId}}'}}
"""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    files = {f"workflows/{one}.yaml": FLOW.replace(NAME, one) for one in (NAME, WATCHED)}
    with House(only=[NAME, NEXT, WATCHED, ROUTE], files=files) as house:
        house.promote(NAME, NEXT, ROUTE)
        house.play("1 minute")
        yield house


@pytest.fixture
def flagged(house: House) -> str:
    """A deal of Maya's on which she is asked for her move; its run."""
    return asked_about(house)


def asked_about(house: House, **values: Any) -> str:
    plain = {"Name": HOSTILE, "StageName": "Qualification", "CloseDate": "2027-03-31", "Amount": 42_000}
    deal = house.create("Opportunity", by=MAYA, **{**plain, **values})
    house.play("1 minute")
    house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True)
    house.play()
    return next(one.run for one in house.runs(deal) if one.workflow == NAME)


def api(browser: TestClient, run: str) -> dict[str, Any]:
    return browser.get(f"/api/me/flags/{run}").json()["flag"]


def test_a_flag_says_why_by_which_values_and_what_can_be_done(sign_in: SignIn, flagged: str) -> None:
    flag = api(sign_in(MAYA), flagged)
    assert (flag["stands"], flag["ask"]["choices"], flag["owner"]) == ("asks you", list(MOVES), PRIYA)
    assert "Verbal Commitment" in flag["reason"]
    assert any(fact["name"] == "Verbal Commitment" for fact in flag["facts"])
    page = sign_in(MAYA).get(f"/me/flags/{flagged}").text
    assert "Why it is flagged" in page
    assert "for which Priya Shah answers" in page
    assert "__c" not in page
    assert "<script>alert" not in page


def test_the_move_that_is_taken_is_recorded_and_closes_the_flag(sign_in: SignIn, house: House, flagged: str) -> None:
    browser = sign_in(MAYA)
    said = browser.post(f"/me/flags/{flagged}/move", data={"choice": MOVES[0], "note": "met the CFO"})
    assert (said.status_code, said.headers["Location"]) == (303, "/me/flags")
    flag = api(browser, flagged)
    assert (flag["stands"], flag["taken"]["choice"], flag["taken"]["by"]) == ("answered", MOVES[0], MAYA)
    house.play()
    assert house.run(flagged).outcome == "decided"


def test_saying_that_it_is_wrong_puts_it_to_its_owner_with_a_time(sign_in: SignIn, flagged: str) -> None:
    browser = sign_in(MAYA)
    said = browser.post(f"/api/me/flags/{flagged}/wrong", json={"kind": "wrong fact", "why": "it is signed"}).json()
    assert said["said"].startswith(f"{PRIYA} has it, and answers by ")
    assert "mine" not in said
    again = browser.post(f"/api/me/flags/{flagged}/wrong", json={"kind": "wrong fact"})
    assert (again.status_code, "has reported run" in again.json()["error"]["what"]) == (409, True)


def test_an_override_takes_a_reason_and_mutes_it_until_the_facts_change(sign_in: SignIn, flagged: str) -> None:
    browser = sign_in(MAYA)
    assert browser.post(f"/api/me/flags/{flagged}/override", json={"reason": " "}).status_code == 409
    browser.post(f"/api/me/flags/{flagged}/override", json={"reason": "signed on paper"})
    flag = api(browser, flagged)
    assert (flag["stands"], flag["reported"]["why"], flag["reported"]["by"]) == ("overridden", "signed on paper", MAYA)


def test_a_scheduled_flag_goes_by_itself_once_its_record_is_mended(sign_in: SignIn, house: House) -> None:
    values = {"Name": "Kestrel", "StageName": "Value Proposition", "CloseDate": "2027-03-31"}
    deal = house.create("Opportunity", by=MAYA, **values)
    house.play("1 day")
    run = house.run(deal).run
    assert (api(sign_in(MAYA), run)["stands"], api(sign_in(MAYA), run)["goes"]) == ("open", True)
    house.update("Opportunity", deal, by=MAYA, NextStep="Call finance")
    house.play("1 day")
    assert api(sign_in(MAYA), run)["stands"] == "no longer so"


@pytest.mark.parametrize("path", ["", "/move", "/wrong", "/override"])
def test_another_reps_flag_is_not_there(sign_in: SignIn, flagged: str, path: str) -> None:
    browser = sign_in(LUIS)
    said = {"/move": {"choice": MOVES[0]}, "/wrong": {"kind": "wrong fact"}, "/override": {"reason": "x"}}.get(path)
    address = f"/api/me/flags/{flagged}{path}"
    answer = browser.get(address) if said is None else browser.post(address, json=said)
    assert answer.status_code == 404
    assert flagged not in browser.get("/me/flags").text


def test_those_above_see_a_flag_and_it_is_not_among_their_own(sign_in: SignIn, house: House, flagged: str) -> None:
    assert api(sign_in(DANA), flagged)["ask"]["mine"] is False
    assert flagged not in {one.run for one in my_flags(house.space.house, DANA)}


def test_enter_in_a_word_to_a_flag_takes_no_move(sign_in: SignIn, flagged: str) -> None:
    form = sign_in(MAYA).get(f"/me/flags/{flagged}").text.partition("/move")[2].partition("</form>")[0]
    default = form.partition("<button ")[2].partition(">")[0]  # what a browser presses for Enter: nothing, if it is off
    assert "disabled" in default
    assert MOVES[0] in form


@pytest.mark.parametrize("page", ["review", "run"])
def test_no_page_tells_a_reader_to_type_a_command_where_it_has_the_button(
    sign_in: SignIn, flagged: str, page: str
) -> None:
    browser = sign_in(MAYA)
    to = f"/runs/{flagged}" if page == "run" else f"/review/{api(browser, flagged)['ask']['review']}"
    text = browser.get(to).text
    assert "upbeat misfire" not in text
    assert "This is wrong" in text


def test_search_names_people_and_fields_as_the_org_calls_them(sign_in: SignIn, flagged: str) -> None:
    browser = sign_in(MAYA)
    asked = api(browser, flagged)["ask"]["review"]
    page = browser.get("/search", params={"q": asked[:12]}).text
    assert "open, with Maya Chen" in page
    assert f"with {MAYA}" not in page


def test_the_moves_of_a_flag_are_offered_to_those_alone_whom_it_asks(sign_in: SignIn, flagged: str) -> None:
    page = sign_in(DANA).get(f"/me/flags/{flagged}").text
    assert "This is put to Maya Chen" in page
    assert "/move" not in page


def test_a_lead_that_was_routed_to_somebody_is_no_flag_of_theirs(house: House) -> None:
    values = {"LastName": "Ives", "Company": "Ives Mills", "City": "London", "Country": "UK"}
    lead = house.create("Lead", by="web.forms@acme.example", OwnerId=house.ids["New Leads"], **values)
    house.play("1 minute")
    assert house.run(lead).outcome == "routed"
    owner = house.owner("Lead", lead)
    assert lead not in {one.record_id for one in my_flags(house.space.house, owner)}


def test_a_flag_goes_with_its_record_to_whoever_owns_it_now(house: House) -> None:
    values = {"Name": "Plover", "StageName": "Value Proposition", "CloseDate": "2027-03-31"}
    deal = house.create("Opportunity", by=MAYA, **values)
    house.play("1 day")
    house.update("Opportunity", deal, by=DANA, OwnerId=house.ids[THEO], Verbal_Commitment__c=True)
    house.play()
    listed = [one.run for one in my_flags(house.space.house, THEO) if one.record_id == deal]
    assert listed
    assert [one for one in listed if my_flag(house.space.house, one, THEO) is None] == []


@pytest.mark.law(2)
def test_what_an_agent_hands_back_is_owned_and_dated(sign_in: SignIn, flagged: str) -> None:
    sign_in(MAYA).post(f"/api/me/flags/{flagged}/wrong", json={"kind": "wrong rule", "why": "it is signed"})
    handed = sign_in(PRIYA).get("/api/me/flags").json()["handed"]
    assert {(one["owner"], bool(one["due_at"])) for one in handed} == {(PRIYA, True)}
    assert any("it is signed" in one["title"] for one in handed)


@pytest.mark.law(7)
def test_what_monitor_mode_saw_is_no_flag(house: House, flagged: str) -> None:
    saw = {one.workflow: one.run for one in house.runs(house.run(flagged).record_id)}
    assert set(saw) == {NAME, WATCHED}
    assert saw[WATCHED] not in {one.run for one in my_flags(house.space.house, MAYA)}


class TestHome:
    def test_opens_with_what_presses_most(self, sign_in: SignIn) -> None:
        said = sign_in(MAYA).get("/api/home").json()
        assert said["today"]["tasks"][0]["due_at"] == min(one["due_at"] for one in said["today"]["tasks"])
        assert "Next: " in sign_in(MAYA).get("/").text

    def test_shows_flags_that_ask_nothing_beside_the_tasks(self, sign_in: SignIn, house: House) -> None:
        values = {"Name": "Heron", "StageName": "Value Proposition", "CloseDate": "2027-03-31"}
        deal = house.create("Opportunity", by=MAYA, **values)
        house.play("1 day")
        said = sign_in(MAYA).get("/api/home").json()
        assert [one["record"] for one in said["flags"]] == [house.get("Opportunity", deal)["Name"]]

    def test_shows_what_is_to_set_up_to_those_who_do_and_to_no_rep(self, sign_in: SignIn) -> None:
        assert "Audit the foundation" in sign_in(PRIYA).get("/").text
        assert "Audit the foundation" not in sign_in(MAYA).get("/").text

    @pytest.mark.usefixtures("flagged")
    def test_tells_a_manager_what_their_team_has(self, sign_in: SignIn) -> None:
        said = sign_in(DANA).get("/api/home").json()["today"]
        assert (said["team"] > 0, said["team_overdue"]) == (True, 0)
        assert "with your team" in sign_in(DANA).get("/").text

    def test_tells_whoever_audits_how_the_seal_stands_and_who_took_the_history_away(
        self, sign_in: SignIn, house: House
    ) -> None:
        inside = house.space.house
        house.space.ledger.seal(inside.store)
        operations.export_ledger(inside, PRIYA, "csv")  # which anchors what is sealed before it
        seal, stands = sign_in(PRIYA).get("/api/home").json()["seal"], operations.verify(inside)
        assert (seal["sealed"], seal["unsealed"], seal["anchored_to"]) == (
            stands.sealed,
            stands.unsealed,
            stands.anchored_to,
        )
        assert (seal["exported_by"], seal["anchored_to"] > 0) == (PRIYA, True)
        assert sign_in(MAYA).get("/api/home").json()["seal"] is None

    def test_tells_whoever_leads_how_the_last_week_went(self, sign_in: SignIn, house: House) -> None:
        house.play("7 days")
        made = operations.packet(house.space.house).packet
        found = sign_in(PRIYA).get("/api/home").json()["overview"]
        assert found["week"] == made.week
        assert {one["name"]: one["now"] for one in found["figures"]} == {
            one.name: one.now for one in made.deltas if one.now or one.before
        }
        assert f"The week {made.week}" in sign_in(PRIYA).get("/").text
        assert sign_in(MAYA).get("/api/home").json()["overview"] is None

    def test_says_so_where_nothing_waits(self, sign_in: SignIn) -> None:
        assert "Nothing waits for you" in sign_in(LUIS).get("/").text


class TestLink:
    def notice(self, house: House, run: str, to: str, ago: timedelta = timedelta()) -> str:
        texts = dict.fromkeys(("subject", "text", "reason", "command", "review_id", "detail", "source"), "")
        now = house.clock.now()
        at = {"created_at": now, "send_at": now, "sent_at": None, "due_at": None}
        rest = {"workflow": NAME, "record_id": "", "proposal_id": "", "kind": Kind.ALERT, "state": State.WAITING}
        made = Notice(id="1", to=to, item_id=run, urgent=False, **texts, **at, **rest)
        links = house.space.links
        return type(links)("http://127.0.0.1:8765", links.key).of(made, now - ago).removeprefix("http://127.0.0.1:8765")

    def test_leads_to_the_flag_whoever_it_was_written_to(self, sign_in: SignIn, house: House, flagged: str) -> None:
        answer = sign_in(MAYA).get(self.notice(house, flagged, MAYA))
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/me/flags/{flagged[:10]}")

    def test_grants_nothing_to_whoever_is_not_signed_in(self, sign_in: SignIn, house: House, flagged: str) -> None:
        browser, link = sign_in(MAYA), self.notice(house, flagged, MAYA)
        browser.cookies.clear()
        assert browser.get(link).headers["Location"].startswith("/sign-in?to=%2Fopen%2F")

    def test_tells_another_reader_whom_it_was_written_to(self, sign_in: SignIn, house: House, flagged: str) -> None:
        answer = sign_in(LUIS).get(self.notice(house, flagged, MAYA))
        assert (answer.status_code, f"written to {MAYA}" in answer.text) == (403, True)

    def test_is_gone_after_its_time_and_says_where_to_look(self, sign_in: SignIn, house: House, flagged: str) -> None:
        answer = sign_in(MAYA).get(self.notice(house, flagged, MAYA, LASTS))
        assert (answer.status_code, "What is still open stands on Home" in answer.text) == (410, True)
