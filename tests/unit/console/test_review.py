"""The review queue without a browser: what a page shows of each kind, whose it is, and what an answer does."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.scenarios import queued
from tests.scenarios.queued import DANA, MAYA, PRIYA, ROWAN
from tests.unit.console.conftest import SignIn

from upbeat import operations
from upbeat.console.area import Action
from upbeat.console.review import area
from upbeat.operations import Review
from upbeat.review.rows import keep
from upbeat.testing import House

POLICY = "\nqueue: {bulk: 2, sample: 1}\n"
HOSTILE = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """Deals whose customers agreed by word: each suggests a forecast category for review, and a stage for approval."""
    with House(only=["raise-forecast", "advance-stage"], files=queued.FILES) as house:
        policy = (house.folder / "policy.yaml").read_text(encoding="utf-8")
        house.write({"policy.yaml": policy + POLICY})
        house.promote("raise-forecast", "advance-stage")
        yield house


@dataclass(frozen=True)
class Desk:
    """A house, and browsers signed in to its console."""

    house: House
    sign_in: SignIn

    def deals(self, *names: str) -> list[tuple[Review, Review]]:
        """Make deals whose customers agree: what each suggests for review, and for approval."""
        closes = {"CloseDate": "2026-12-18", "Amount": 42_000, "NextStep": "Meet"}
        made = [self.house.create("Opportunity", by=MAYA, Name=one, StageName="Prospecting", **closes) for one in names]
        self.house.play("1 minute")
        for one in made:
            self.house.update("Opportunity", one, by=MAYA, Verbal_Commitment__c=True)
        self.house.play()
        found = {(one.record_id, one.tier): one for one in operations.reviews(self.house.space.house, limit=999)}
        return [(found[one, "review"], found[one, "approval"]) for one in made]

    def deal(self, name: str = "Lowell") -> tuple[Review, Review]:
        return self.deals(name)[0]

    def ids(self, browser: TestClient, asked: str = "") -> list[str]:
        return [row["id"] for row in browser.get(f"/api/review{asked}").json()["queue"]["rows"]]

    def item(self, browser: TestClient, one: Review) -> dict[str, Any]:
        return browser.get(f"/api/review/{one.id}?alone=true").json()["item"]


@pytest.fixture(scope="module")
def desk(house: House, sign_in: SignIn) -> Desk:
    return Desk(house, sign_in)


def act(browser: TestClient, one: Review, name: str, **body: Any) -> Any:
    return browser.post(f"/api/review/{one.id}/{name}", json=body)


def test_an_item_is_reported_as_wrong_once_and_says_what_was_reported(desk: Desk) -> None:
    one, _ = desk.deal("Marrick")
    browser = desk.sign_in(DANA)
    said = browser.post(f"/review/{one.id}/wrong", data={"kind": "wrong fact", "why": "they did not agree"})
    assert (said.status_code, said.headers["Location"]) == (303, f"/review/{one.id}")
    page = browser.get(f"/review/{one.id}").text
    assert "You said: wrong fact, they did not agree" in page
    assert f"/review/{one.id}/wrong" not in page


def test_the_page_shows_before_and_after_why_how_sure_how_far_and_the_way_back_in_this_order(desk: Desk) -> None:
    one, _ = desk.deal("Lowell")
    page = desk.sign_in(DANA).get(f"/review/{one.id}").text
    heads = re.findall(r"<h3>([^<]*)", page.partition('data-item="')[2])
    assert heads == ["Change Opportunity · ", "Why", "How sure", "How far it reaches", "The way back"]
    assert re.search(r"Pipeline\s*</del>.*?Best Case\s*</ins>", page, re.DOTALL)
    assert "version 1" in page


def test_names_from_the_org_are_text_and_never_markup(desk: Desk) -> None:
    one, _ = desk.deal(HOSTILE)
    for path in (f"/review/{one.id}", "/review?view=all", f"/review/{one.id}/pattern"):
        page = desk.sign_in(DANA).get(path).text
        assert HOSTILE not in page
        assert "&lt;script&gt;alert" in page


class TestWhose:
    def test_for_me_is_what_is_put_to_me_and_what_i_may_sign(self, desk: Desk) -> None:
        review, approval = desk.deal()
        assert {review.owner, approval.owner} == {DANA, ROWAN}
        assert {review.id, approval.id} <= set(desk.ids(desk.sign_in(DANA)))

    def test_who_answers_for_a_change_is_told_why_they_may_not_decide_it(self, desk: Desk) -> None:
        one, _ = desk.deal()
        browser = desk.sign_in(PRIYA)
        item = desk.item(browser, one)
        assert (item["may_decide"], item["may_withdraw"]) == (False, True)
        assert "nobody releases what they ask for" in item["why_not"]
        assert act(browser, one, "approve").status_code == 409

    def test_another_teams_item_is_not_there_whatever_is_asked_of_it(self, desk: Desk) -> None:
        one, _ = desk.deal()
        browser = desk.sign_in(MAYA)
        assert browser.get(f"/review/{one.id}").status_code == 404
        assert (
            browser.get("/review/ffffff").text.partition("<main")[2]
            == browser.get(f"/review/{one.id}").text.partition("<main")[2]
        )
        for name, body in (("approve", {}), ("reject", {"reason": "wrong fact"}), ("snooze", {"until": "4 hours"})):
            assert act(browser, one, name, **body).status_code == 404
        assert operations.one_review(desk.house.space.house, one.id).moves == one.moves

    def test_a_question_that_is_put_to_a_rep_is_theirs_to_answer(self, desk: Desk) -> None:
        one, _ = desk.deal()
        report = operations.report_misfire(desk.house.space.house, one.item_id, DANA, "no", operations.Wrong.FACT)
        found = operations.one_review(desk.house.space.house, report.review)
        operations.delegate(desk.house.space.house, found.id, found.owner, MAYA)
        browser = desk.sign_in(MAYA)
        page = browser.get(f"/review/{found.id}").text
        assert (">Queue</a>" in page, 'name="choice"' in page) == (False, True)
        assert act(browser, found, "answer", choice="works as meant", note="he did").json()["state"] == "answered"

    def test_every_answer_takes_a_person(self) -> None:
        answers = [one for one in area.routes if isinstance(one, Action)]
        assert (len(answers) > 8, all(one.by_person for one in answers)) == (True, True)

    def test_what_i_signed_is_not_for_me_any_more_until_i_take_that_back(self, desk: Desk) -> None:
        _, approval = desk.deal("Wetherby")
        browser = desk.sign_in(DANA)
        signed = act(browser, approval, "approve").json()
        assert (signed["state"], signed["undo_for"]) == ("open", 10)
        assert approval.id not in desk.ids(browser, "?q=Wetherby")
        assert approval.id in desk.ids(desk.sign_in(ROWAN), "?q=Wetherby")
        act(browser, approval, "recall")
        assert approval.id in desk.ids(browser, "?q=Wetherby")

    def test_what_i_wrote_and_somebody_else_approves_is_not_for_me_any_more(self, desk: Desk) -> None:
        _, approval = desk.deal("Fenwick")
        browser = desk.sign_in(DANA)
        act(browser, approval, "edit", values={"StageName": "Qualification"})
        desk.house.play("1 second")
        [anew] = [one for one in operations.reviews(desk.house.space.house, limit=999) if one.body.suggested]
        assert (anew.record_id, anew.id in desk.ids(browser, "?q=Fenwick")) == (approval.record_id, False)

    def test_the_count_beside_the_queue_is_the_readers_own(self, desk: Desk) -> None:
        desk.deal()
        for who in (DANA, ROWAN, PRIYA):
            browser = desk.sign_in(who)
            total = browser.get("/api/review").json()["queue"]["total"]
            assert browser.get("/api/review/waiting").json() == {"waiting": total}
            part = browser.get("/review/waiting", headers={"HX-Request": "true", "HX-Target": "b#waiting"}).text
            assert part == f"{total:,}"
            assert f">{total:,}</b>" in browser.get("/").text

    def test_a_rep_has_no_queue(self, desk: Desk) -> None:
        assert desk.sign_in(MAYA).get("/review").status_code == 403


class TestAnswers:
    def test_an_approval_is_held_and_can_be_taken_back(self, desk: Desk) -> None:
        one, _ = desk.deal()
        browser = desk.sign_in(DANA)
        done = act(browser, one, "approve").json()
        assert (done["state"], done["undo_for"]) == ("approved", 10)
        assert desk.item(browser, one)["may_recall"]
        assert act(browser, one, "recall").json()["state"] == "open"
        assert desk.item(browser, one)["may_decide"]

    def test_a_rejection_keeps_its_reason_and_the_words_beside_it(self, desk: Desk) -> None:
        one, _ = desk.deal()
        browser = desk.sign_in(DANA)
        assert act(browser, one, "reject", reason="wrong fact", words="she said maybe").status_code == 200
        assert desk.item(browser, one)["note"] == "wrong fact: she said maybe"

    def test_a_form_does_the_same_and_comes_back_with_words(self, desk: Desk) -> None:
        one, _ = desk.deal()
        browser = desk.sign_in(DANA)
        sent = browser.post(f"/review/{one.id}/reject", data={"reason": "wrong time", "words": ""})
        assert (sent.status_code, sent.headers["Location"]) == (303, f"/review/{one.id}")
        assert "Rejected as wrong time" in browser.get(sent.headers["Location"]).text

    def test_an_edit_keeps_both_values(self, desk: Desk) -> None:
        one, _ = desk.deal()
        browser = desk.sign_in(DANA)
        [field] = desk.item(browser, one)["edits"]
        assert (field["key"], "Omitted" in field["options"]) == ("ForecastCategoryName", True)
        browser.post(f"/review/{one.id}/edit", data={"values[ForecastCategoryName]": "Omitted"})
        desk.house.play("1 second")
        [anew] = [
            each
            for each in operations.reviews(desk.house.space.house, every=True, limit=999)
            if each.record_id == one.record_id and each.body.suggested
        ]
        [altered] = desk.item(browser, anew)["altered"]
        [change] = altered["changes"]
        assert (change["first"], change["after"], change["edited_by"]) == ("Best Case", "Omitted", "Dana Whitfield")

    def test_what_changed_since_is_shown_in_three_states_and_is_not_written_over(self, desk: Desk) -> None:
        one, _ = desk.deal()
        browser = desk.sign_in(DANA)
        desk.house.update("Opportunity", one.record_id, by=MAYA, ForecastCategoryName="Omitted")
        [stale] = desk.item(browser, one)["stale"]
        assert (stale["before"], stale["after"], stale["now"], stale["by"]) == (
            "Pipeline",
            "Best Case",
            "Omitted",
            "Maya Chen",
        )
        assert "Changed since it was suggested" in browser.get(f"/review/{one.id}").text
        assert act(browser, one, "approve").json()["state"] == "outdated"

    def test_who_comes_second_is_told_who_was_first(self, desk: Desk) -> None:
        one, _ = desk.deal()
        act(desk.sign_in(DANA), one, "approve")
        error = act(desk.sign_in(ROWAN), one, "approve").json()["error"]
        assert f"was approved by {DANA}" in error["what"]

    @pytest.mark.parametrize(
        ("until", "hours"), [("4 hours", 4), ("tomorrow", None), ("2026-11-20", None), ("next week", None)]
    )
    def test_it_is_put_off_by_a_span_or_to_a_morning(self, desk: Desk, until: str, hours: int | None) -> None:
        one, _ = desk.deal()
        browser = desk.sign_in(DANA)
        assert act(browser, one, "snooze", until=until).status_code == 200
        assert one.id not in desk.ids(browser)
        put_off = operations.one_review(desk.house.space.house, one.id).snoozed_until
        assert put_off is not None
        local = put_off.astimezone(desk.house.space.house.get_zone())
        assert hours is not None or (local.hour, local.minute) == (9, 0)

    def test_a_time_that_is_none_is_refused_in_words(self, desk: Desk) -> None:
        one, _ = desk.deal()
        answer = act(desk.sign_in(DANA), one, "snooze", until="2026-99-99")
        assert (answer.status_code, "is no time" in answer.json()["error"]["what"]) == (409, True)

    def test_it_is_handed_to_somebody_who_may_sign_it(self, desk: Desk) -> None:
        one, _ = desk.deal()
        browser = desk.sign_in(one.owner)
        [to, *_] = desk.item(browser, one)["hand_to"]
        assert act(browser, one, "delegate", to=to["username"]).status_code == 200
        assert operations.one_review(desk.house.space.house, one.id).owner == to["username"]


def test_filters_stand_in_the_address_and_narrow_the_list(desk: Desk) -> None:
    one, approval = desk.deal("Quillfeather")
    browser = desk.sign_in(DANA)
    assert set(desk.ids(browser, "?q=Quillfeather")) == {one.id, approval.id}
    assert desk.ids(browser, "?q=Quillfeather&tier=review") == [one.id]
    assert one.id in desk.ids(browser, f"?pattern={one.pattern}")
    page = browser.get("/review?q=Quillfeather&tier=review").text
    assert f"/review/{one.id}?tier=review&amp;q=Quillfeather" in page


@pytest.mark.parametrize("asked", [f"q={'x' * 201}", "page=0", "page=99999999999999999999", "view=everything"])
def test_an_address_that_no_page_of_ours_makes_is_refused_in_words(desk: Desk, asked: str) -> None:
    answer = desk.sign_in(DANA).get(f"/api/review?{asked}")
    assert (answer.status_code, bool(answer.json()["error"]["what"])) == (422, True)


@pytest.mark.parametrize("until", ["999999999 days", "9999999999999999999999 hours", "0001-01-01", "20"])
def test_a_time_beyond_all_calendars_is_refused(desk: Desk, until: str) -> None:
    one, _ = desk.deal()
    assert act(desk.sign_in(DANA), one, "snooze", until=until).status_code == 409


def test_a_part_is_served_alone_to_whoever_asks_for_a_part(desk: Desk) -> None:
    one, _ = desk.deal()
    browser = desk.sign_in(DANA)
    for path, target in ((f"/review/{one.id}?alone=true", "detail"), ("/review", "list")):
        part = browser.get(path, headers={"HX-Request": "true", "HX-Target": f"section#{target}"}).text
        assert "<html" not in part
        assert one.id in part


def test_a_page_of_the_queue_is_small(desk: Desk) -> None:
    desk.deals(*["Brackwater Foods International Holdings"] * 25)
    page = desk.sign_in(DANA).get("/review?view=all")
    assert page.text.count("data-id=") == 50
    assert len(gzip.compress(page.content)) < 30_000


class TestWords:
    def test_an_approval_while_writes_are_stopped_says_that_nothing_is_written_yet(self, desk: Desk) -> None:
        one, _ = desk.deal()
        stop = operations.stop(desk.house.space.house, PRIYA, "a look")
        try:
            said = act(desk.sign_in(DANA), one, "approve").json()["said"]
        finally:
            operations.resume(desk.house.space.house, PRIYA)
        assert stop.by == PRIYA
        assert said.endswith("Priya Shah stopped all writes: it is written once they go on.")

    def test_an_edit_says_what_was_written_and_not_what_was_suggested(self, desk: Desk) -> None:
        one, _ = desk.deal("Quillfeather")
        said = act(desk.sign_in(DANA), one, "edit", values={"ForecastCategoryName": "Omitted"}).json()["said"]
        assert said == "Your values are decided anew: Quillfeather: Forecast Category Omitted"

    def test_nobody_is_offered_to_hand_it_to_themselves(self, desk: Desk) -> None:
        _, approval = desk.deal()
        for who in (DANA, ROWAN):
            assert who not in {each["username"] for each in desk.item(desk.sign_in(who), approval)["hand_to"]}

    def test_a_person_to_choose_goes_by_their_name_and_a_record_leads_its_question(self, desk: Desk) -> None:
        one, _ = desk.deal("Brackwater")
        house = desk.house.space.house
        body = replace(one.body, choices=(MAYA, "Leave it"), reasons=(f"{MAYA}: has room",), proposals=())
        asks = {"kind": "owner", "tier": "", "pattern": "", "title": "Who takes it?", "owner": DANA, "body": body}
        with house.store.writing() as conn:
            question = keep(conn, house.ledger, replace(one, id="f" * 64, **asks))
        browser = desk.sign_in(DANA)
        assert desk.item(browser, question)["choices"] == [
            {"value": MAYA, "words": "Maya Chen", "why": "has room"},
            {"value": "Leave it", "words": "Leave it", "why": ""},
        ]
        [row] = browser.get("/api/review?q=Who takes").json()["queue"]["rows"]
        assert (row["name"], row["what"]) == ("Brackwater", "Who takes it?")

    def test_what_is_released_together_can_be_taken_back_as_long_as_it_is_held(self, desk: Desk) -> None:
        alike = [one for one, _ in desk.deals(*"abc")]
        browser = desk.sign_in(DANA)
        key = alike[-1].id
        for each in browser.get(f"/api/review/{key}/pattern").json()["sample"]:
            act(browser, operations.one_review(desk.house.space.house, each["id"]), "approve")
        told = browser.post(f"/api/review/{key}/release", json={}).json()
        assert (bool(told["released"]), told["undo_for"]) == (True, 10)
        held = {each["id"] for each in browser.get(f"/api/review/{key}/pattern").json()["held"]}
        assert set(told["released"]) <= held
